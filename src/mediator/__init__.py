"""Mediator: an escrow that two strangers can trust with their money."""
