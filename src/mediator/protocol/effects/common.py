"""Small readings of a command that several effects share."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from mediator.protocol.deal import Part
from mediator.protocol.draft import Draft


def text(value: str | UnsetType) -> str:
    return "" if value is UNSET or isinstance(value, UnsetType) else value


def number(value: int | UnsetType) -> int:
    assert not isinstance(value, UnsetType)
    return value


def rail_account(rail: str) -> str:
    return f"rail.{rail}"


def side(draft: Draft) -> str:
    role = draft.command.actor.role
    return "buyer" if role == "buyer" else "merchant"


def parts(draft: Draft) -> tuple[Part, ...]:
    """The parts of lines that the command names; () for all."""
    named = draft.details.parts
    return () if isinstance(named, UnsetType) else named


def parts_value(draft: Draft, parts: tuple[Part, ...]) -> int:
    lines = draft.terms.lines
    return sum(lines[part.line - 1].unit_minor * part.quantity for part in parts)
