"""A curator's sheet: kept as typed, handed in once, and what follows when the last one of an instance is in.

Nobody sees another's sheet before: what a page may show is asked of ``may_see``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from mediator.ikm.errors import IkmError
from mediator.ikm.selection import outcome, table
from mediator.ikm.selection.criteria import CriteriaSet
from mediator.ikm.selection.models import Application, Assignment, Sheet
from mediator.ikm.selection.moving import Locked, lock, move, staff_actor
from mediator.ikm.selection.scoring import Result, Said, check_sheet, graded, result
from mediator.people.models import Person
from mediator.people.roles import StaffRole

MOST_TYPED = 4000
LEAST_WORDS = 10
SETTLING = ("settling", "rehearing")


def may_see(viewer: str, curator: str, instance: int, stage: str, running: int) -> bool:
    """Whether this viewer may see that sheet, or who wrote it, in words a page can trust: one's own always; another's
    only once no sheet of its instance is awaited any more. ``running`` is the application's instance. Pure."""
    if viewer == curator:
        return True
    if stage in table.BLIND:
        # On appeal the first instance stays hidden too, or the new curators would score what the old ones wrote.
        return False
    return instance <= running


def save_sheet(application: UUID, person: Person, said: Mapping[str, Said], version: int, now: datetime) -> Sheet:
    """Keep what was typed. ``version`` is the one the page was drawn with. IkmError ``sheet_moved_on`` when another tab
    saved since (nothing is lost: the page shows what was typed), ``not_yours``, ``not_now``."""
    with transaction.atomic():
        at = lock(application, now)
        assignment = _mine(at, person)
        sheet = _sheet(assignment, now)
        if sheet.version != version:
            raise IkmError("sheet_moved_on", "This sheet was saved in another tab meanwhile.", version=sheet.version)
        _write(sheet, at.criteria, said, now)
    return sheet


def hand_in(
    application: UUID, person: Person, said: Mapping[str, Said], version: int, key: str, now: datetime
) -> Application:
    """Hand the sheet in, for good. The last sheet of an instance decides, or calls for a third.

    IkmError ``sheet_incomplete`` (with ``item`` and ``part``), ``sheet_moved_on``, or as of ``rules``.
    """
    with transaction.atomic():
        at = lock(application, now)
        if at.done(key):
            return at.row
        actor = staff_actor(at, person, StaffRole.CURATOR, now)
        assignment = _mine(at, person)
        sheet = _sheet(assignment, now)
        if sheet.version != version:
            raise IkmError("sheet_moved_on", "This sheet was saved in another tab meanwhile.", version=sheet.version)
        check_sheet(at.criteria, said)
        found = _result_with(at, assignment, said)
        at.facts = replace(at.facts, sheets=_state(at, assignment, found))
        moved = move(at, "hand_in", actor, key, about={"place": assignment.place, "instance": assignment.instance})
        _write(sheet, at.criteria, said, now, is_final=True)
        assignment.handed_in_at = now
        assignment.save(update_fields=["handed_in_at"])
        if moved.to in SETTLING and at.facts.sheets == "differ":
            at.row.wants = 1
            at.row.save(update_fields=["wants"])
        elif moved.to in ("decided", "closed"):
            assert found is not None, "nothing is decided without a result"
            outcome.conclude(at, found)
    return at.row


def give_up(application: UUID, person: Person, words: str, key: str, now: datetime) -> Application:
    """A curator gives it up, with a reason; somebody else is drawn."""
    if len(words.strip()) < LEAST_WORDS:
        raise IkmError("words_missing", f"Say in at least {LEAST_WORDS} characters why.")
    with transaction.atomic():
        at = lock(application, now)
        if not at.done(key):
            actor = staff_actor(at, person, StaffRole.CURATOR, now)
            assignment = _mine(at, person)
            move(at, "give_up", actor, key, words, {"place": assignment.place}, wants=at.row.wants + 1)
            assignment.ended_at, assignment.end_why, assignment.end_words = now, "gave_up", words.strip()[:300]
            assignment.save(update_fields=["ended_at", "end_why", "end_words"])
    return at.row


def said_of(raw: Mapping[str, Mapping[str, str | int]]) -> dict[str, Said]:
    """A sheet's JSON as what was said of each item."""
    return {
        item: Said(int(part.get("score") or 0), str(part.get("reason", "")), str(part.get("mend", "")))
        for item, part in raw.items()
    }


def sheets_of(row: Application, instance: int) -> list[Sheet]:
    """The handed-in sheets that count in an instance, by their place."""
    found = Sheet.objects.filter(
        assignment__application=row,
        assignment__instance=instance,
        assignment__ended_at=None,
        handed_in_at__isnull=False,
    )
    return list(found.select_related("assignment").order_by("assignment__place"))


def _mine(at: Locked, person: Person) -> Assignment:
    found = Assignment.objects.filter(
        application=at.row, instance=at.row.instance, curator=person.pk, ended_at=None, handed_in_at=None
    ).first()
    if found is None:
        raise IkmError("not_yours", "This application does not wait for a sheet of yours.")
    return found


def _sheet(assignment: Assignment, now: datetime) -> Sheet:
    sheet, _ = Sheet.objects.get_or_create(assignment=assignment, defaults={"saved_at": now})
    return sheet


def _write(
    sheet: Sheet, criteria: CriteriaSet, said: Mapping[str, Said], now: datetime, *, is_final: bool = False
) -> None:
    sheet.said = {
        item.id: {
            "score": said[item.id].score,
            "reason": said[item.id].reason.strip()[:MOST_TYPED],
            "mend": said[item.id].mend.strip()[:MOST_TYPED],
        }
        for item in criteria.items
        if item.id in said
    }
    sheet.version, sheet.saved_at = sheet.version + 1, now
    if is_final:
        sheet.handed_in_at = now
        sheet.permille, sheet.grade = graded(criteria, {item: one.score for item, one in said.items()})
    sheet.save()


def _result_with(at: Locked, assignment: Assignment, said: Mapping[str, Said]) -> Result | None:
    """What the sheets come to with this one; None while another is needed."""
    sheets = {sheet.assignment.place: _scores(sheet.said) for sheet in sheets_of(at.row, at.row.instance)}
    sheets[assignment.place] = {item: one.score for item, one in said.items()}
    in_order: Sequence[dict[str, int]] = [sheets[place] for place in sorted(sheets)]
    return result(at.criteria, in_order)


def _state(at: Locked, assignment: Assignment, found: Result | None) -> str:
    """waiting, differ or settled, counting the sheet that is being handed in."""
    if found is not None:
        return "settled"
    others = sheets_of(at.row, at.row.instance)
    return "differ" if others else "waiting"


def _scores(said: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    return {item: part["score"] for item, part in said.items()}
