"""A merchant's desk."""
