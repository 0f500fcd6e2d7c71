"""Seeded random traders who do all that the protocol allows and forbids, on a real database, with every fault."""
