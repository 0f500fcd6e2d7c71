"""Disputed deals as cases: who decides them, by which published rules, and what came of them."""
