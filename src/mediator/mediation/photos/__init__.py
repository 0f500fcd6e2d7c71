"""Photographs as evidence: taken in, kept, and frozen into promises."""
