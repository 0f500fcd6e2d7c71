"""Participants of a programme, as its office lists them: who is known is enrolled in the round the row names.

What a list says of *completed* is not taken: a mentoring is completed by its own log, not by a list.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db import transaction

from mediator.ikm.mentoring.models import Round
from mediator.ikm.mentoring.service import enrol
from mediator.ikm.registers.about import About

AT_ONCE = 1_000
"""As many as ``mentoring`` enrols in one call."""

_ROWS = """
SELECT l.line, l.id, s.programme, s.enrolled_on FROM ikm_planned AS l JOIN ikm_stage_other AS s USING (line)
WHERE l.outcome = 'unchanged' ORDER BY l.line
"""
_SETTLE = """
UPDATE ikm_planned AS l SET outcome = f.outcome FROM unnest(%s::integer[], %s::text[]) AS f (line, outcome)
WHERE l.line = f.line
"""


class _DryRun(Exception):
    """Takes back what was tried."""


def plan(cursor: Any, about: About) -> None:
    """Find each row's round and try the enrolments, taking them back: what comes of them is what will come."""
    found: dict[int, str] = {}
    try:
        with transaction.atomic():
            found = _enrol(cursor, about)
            raise _DryRun
    except _DryRun:
        _settle(cursor, found)


def write(cursor: Any, about: About) -> None:
    """Enrol the planned rows for good."""
    cursor.execute("UPDATE ikm_planned SET outcome = 'unchanged' WHERE outcome = 'new'")
    _settle(cursor, _enrol(cursor, about))


def _settle(cursor: Any, found: dict[int, str]) -> None:
    cursor.execute(_SETTLE, [list(found), list(found.values())])


def _enrol(cursor: Any, about: About) -> dict[int, str]:
    """What comes of each row that may enrol, by its line."""
    cursor.execute(_ROWS)
    rounds = _Rounds(about.organisation)
    found: dict[int, str] = {}
    wanted: defaultdict[UUID, dict[UUID, int]] = defaultdict(dict)
    for line, producer, programme, day in cursor.fetchall():
        held, fault = rounds.named(programme, day)
        if held is None:
            found[line] = fault
        elif producer in wanted[held.pk]:
            found[line] = "twice"
        else:
            wanted[held.pk][producer] = line
    for round_id, lines in wanted.items():
        producers = list(lines)
        for start in range(0, len(producers), AT_ONCE):
            asked = producers[start : start + AT_ONCE]
            refused = enrol(round_id, asked, about.by, about.now).refused
            for producer in asked:
                found[lines[producer]] = _outcome(refused.get(producer, ""))
    return found


def _outcome(why: str) -> str:
    """Our word for what ``enrol`` says of one."""
    return {"": "new", "in_round": "unchanged"}.get(why, f"enrol_{why}")


class _Rounds:
    """The rounds of an office, found by what its lists call them."""

    def __init__(self, organisation: UUID) -> None:
        held = Round.objects.filter(organisation_id=organisation).select_related("programme").order_by("-starts_on")
        self._held = list(held)

    def named(self, text: str, day: Any) -> tuple[Round | None, str]:
        """The one round of that name, or of the programme of that code or name; the day decides between several."""
        plain = text.casefold().strip()
        exact = [held for held in self._held if held.name.casefold() == plain]
        found = exact or [held for held in self._held if plain in _names(held)]
        if len(found) > 1 and day is not None:
            found = [held for held in found if held.starts_on <= day <= held.ends_on]
        if len(found) == 1:
            return found[0], ""
        return None, "round_unclear" if found else "programme_unknown"


def _names(held: Round) -> tuple[str, ...]:
    programme = held.programme
    return programme.code.casefold(), programme.name_id.casefold(), programme.name_en.casefold()
