"""Tasks: given with a reason and a day, done with evidence, accepted or sent back. The table says who may what."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from mediator.ikm.errors import IkmError
from mediator.protocol.calendar import jakarta_date

from .locking import Actor, locked_one, must_be_open, must_mentor
from .models import Enrolment, Task, TaskStep
from .stages import MENTOR, PRODUCER

SOURCES = ("mentor", "strength-card", "selection-mend", "assessment")
OPEN, DONE, ACCEPTED, SENT_BACK, CANCELLED = "open", "done", "accepted", "sent_back", "cancelled"
LONGEST_DAYS = 732
MOST_WORDS = 2_000


class Move(NamedTuple):
    """One act on a task. ``needs``: words, evidence (words or a photograph), or nothing."""

    act: str
    source: str
    by: str
    to: str
    needs: str = ""


MOVES = (
    Move("done", OPEN, PRODUCER, DONE, "evidence"),
    Move("done", SENT_BACK, PRODUCER, DONE, "evidence"),
    Move("accept", DONE, MENTOR, ACCEPTED),
    Move("send_back", DONE, MENTOR, SENT_BACK, "words"),
    Move("cancel", OPEN, MENTOR, CANCELLED, "words"),
    Move("cancel", SENT_BACK, MENTOR, CANCELLED, "words"),
)


def find(status: str, act: str, role: str) -> Move:
    """The move for that act. IkmError ``not_now`` or ``not_yours``. Pure."""
    moves = [move for move in MOVES if move.act == act and move.source == status]
    if not moves:
        raise IkmError("not_now", "This task does not allow that now; look at where it stands.", status=status)
    if moves[0].by != role:
        raise IkmError("not_yours", "The producer does a task; their mentor accepts it or sends it back.")
    return moves[0]


def give_task(
    enrolment: UUID, title: str, why: str, due_on: date, by: str, source: str, key: str, now: datetime
) -> Task:
    """Give a producer something to do; the same key of an enrolment is the same task, whatever else it says.

    ``by`` is a person's id or "system". IkmError ``no_title``, ``unknown_source``, ``due_in_past``, ``too_far``,
    ``is_closed``, ``no_enrolment``.
    """
    with transaction.atomic():
        row = locked_one(enrolment)
        kept = Task.objects.filter(enrolment=row, key=key).first()
        if kept is not None:
            return kept
        must_be_open(row)
        _check(title, due_on, source, jakarta_date(now))
        return Task.objects.create(
            enrolment=row, title=title.strip()[:150], why=why.strip()[:MOST_WORDS], due_on=due_on, source=source,
            by=by, key=key, at=now,
        )  # fmt: skip


def act_on(
    task_id: UUID, act: str, actor: Actor, key: str, now: datetime, *,
    words: str = "", photos: tuple[str, ...] = (), seen: int | None = None,
) -> Task:  # fmt: skip
    """Do, accept, send back or cancel a task; the same key again changes nothing.

    IkmError ``no_task``, ``moved_on``, ``not_now``, ``not_yours``, ``no_words``, ``no_evidence``, ``is_closed``.
    """
    place = Task.objects.filter(pk=task_id).values_list("enrolment_id", flat=True).first()
    if place is None:
        raise IkmError("no_task", "There is no such task.")
    with transaction.atomic():
        enrolment = locked_one(place)
        task = Task.objects.get(pk=task_id)
        if TaskStep.objects.filter(task=task, key=key).exists():
            return task
        must_be_open(enrolment)
        if seen is not None and seen != task.version:
            raise IkmError("moved_on", "This task has moved on meanwhile; look at it again.")
        move = find(task.status, act, actor.role)
        _check_step(move, enrolment, actor, words, photos)
        TaskStep.objects.create(
            task=task, act=act, words=words.strip()[:MOST_WORDS], photos=list(photos), by=actor.person, key=key, at=now
        )
        task.status, task.version = move.to, task.version + 1
        task.save(update_fields=["status", "version"])
    return task


def _check(title: str, due_on: date, source: str, today: date) -> None:
    if not title.strip():
        raise IkmError("no_title", "Say in a line what is to be done.")
    if source not in SOURCES:
        raise IkmError("unknown_source", f"A task comes from one of {', '.join(SOURCES)}.")
    if due_on < today:
        raise IkmError("due_in_past", "A task is due today or later.")
    if due_on > today + timedelta(days=LONGEST_DAYS):
        raise IkmError("too_far", "A task is due within two years.")


def _check_step(move: Move, enrolment: Enrolment, actor: Actor, words: str, photos: tuple[str, ...]) -> None:
    if move.by == MENTOR:
        must_mentor(enrolment, actor)
    if move.needs == "words" and not words.strip():
        raise IkmError("no_words", "Say why, in a few words.")
    if move.needs == "evidence" and not (words.strip() or photos):
        raise IkmError("no_evidence", "Say what you did, or show it in a photograph.")
