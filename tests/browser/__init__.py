"""Walks through the pages as people do them, in Chromium, on the real server."""
