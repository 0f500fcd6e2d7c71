"""The mediator's desk, the courier's, and public figures of decisions."""
