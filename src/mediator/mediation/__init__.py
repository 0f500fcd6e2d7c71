"""Promises, evidence and their photographs."""
