"""Certificates anyone can verify, and the accredited list as a feed."""
