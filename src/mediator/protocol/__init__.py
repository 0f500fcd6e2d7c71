"""The rules of a deal: states, commands, who may, clocks, money moves. Pure Python; see ``table`` first."""

from mediator.protocol.deal import (
    Actor,
    Award,
    Charge,
    Claim,
    ClaimKind,
    Command,
    Deal,
    Details,
    Entry,
    Facts,
    Line,
    Outcome,
    Part,
    Refusal,
    Remedy,
    Role,
    State,
    Terms,
    due_at,
    status,
)
from mediator.protocol.decide import Action, allowed_actions, clock_of, decide
from mediator.protocol.draft import Book

__all__ = [
    "Action", "Actor", "Award", "Book", "Charge", "Claim", "ClaimKind", "Command", "Deal", "Details", "Entry", "Facts",
    "Line", "Outcome", "Part", "Refusal", "Remedy", "Role", "State", "Terms", "allowed_actions", "clock_of", "decide",
    "due_at", "status",
]  # fmt: skip
