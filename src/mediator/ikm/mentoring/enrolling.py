"""Rounds opened, producers enrolled in them, and each one given a mentor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.crypto import salted_hmac

from mediator.ikm.errors import IkmError
from mediator.ikm.producers.models import Organisation, Producer
from mediator.people.models import Person, RoleGrant
from mediator.people.roles import StaffRole

from . import ties
from .fairness import Choice, Waiting, choose_all
from .locking import locked, locked_one, must_be_open
from .models import Assigned, Enrolment, Programme, Round, Step
from .stages import OPEN, RUNNING

LONGEST_DAYS = 1_100
MOST_PLACES = 10_000
AT_ONCE = 1_000


class Enrolled(NamedTuple):
    """Who was enrolled now, and who was not and why: merged, erased, closed, other_region, in_round,
    running, no_place, unknown."""

    enrolments: list[Enrolment]
    refused: dict[UUID, str]


def open_round(
    programme: Programme, organisation: Organisation, name: str, starts_on: date, ends_on: date, quota: int,
    by: str, key: str, now: datetime,
) -> Round:  # fmt: skip
    """A round of a programme, held by an office of the programme's body; the same key is the same round.

    IkmError ``other_body``, ``old_version``, ``bad_dates``, ``bad_quota``, ``no_name``.
    """
    if organisation.body != programme.organisation.body:
        raise IkmError("other_body", "A round is held by the programme's own organisation or one of its offices.")
    if not programme.is_current:
        raise IkmError("old_version", "There is a newer version of this programme; open the round in that one.")
    if not name.strip():
        raise IkmError("no_name", "Give the round a name, such as its year and city.")
    if not 0 <= (ends_on - starts_on).days <= LONGEST_DAYS:
        raise IkmError("bad_dates", "A round ends after it starts, within three years.")
    if not 1 <= quota <= MOST_PLACES:
        raise IkmError("bad_quota", f"A round has 1 to {MOST_PLACES} places.", most=MOST_PLACES)
    row, _ = Round.objects.get_or_create(
        key=key,
        defaults={
            "programme": programme, "organisation": organisation, "name": name.strip()[:80], "starts_on": starts_on,
            "ends_on": ends_on, "quota": quota, "made_by": by, "made_at": now,
        },
    )  # fmt: skip
    return row


def enrol(round_id: UUID, producers: Sequence[UUID], by: str, now: datetime) -> Enrolled:
    """Enrol producers in a round, in the order given, as far as there are places. Repeating it enrols nobody twice."""
    wanted = list(dict.fromkeys(producers))[:AT_ONCE]
    with transaction.atomic():
        held = (
            Round.objects.select_for_update(of=("self",)).select_related("programme", "organisation").get(pk=round_id)
        )
        refused = _refused(held, wanted)
        free = held.quota - Enrolment.objects.filter(round=held).exclude(status="dropped").count()
        fitting = [pk for pk in wanted if pk not in refused]
        refused |= dict.fromkeys(fitting[max(free, 0) :], "no_place")
        rows = [_enrolment(held, pk, by, now) for pk in fitting[: max(free, 0)]]
        # Whoever another round of the programme took at this very moment is refused by the constraint, not twice here.
        Enrolment.objects.bulk_create(rows, ignore_conflicts=True)
        made = set(Enrolment.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
        refused |= {row.producer_id: "running" for row in rows if row.pk not in made}
        rows = [row for row in rows if row.pk in made]
        Step.objects.bulk_create(
            Step(
                enrolment=row, act="enrol", from_status="", to_status=RUNNING, to_stage=row.stage, by=by,
                role="official", key="enrol", at=now,
            )
            for row in rows
        )  # fmt: skip
    return Enrolled(rows, refused)


def assign(round_id: UUID, by: str, now: datetime) -> int:
    """Give every enrolment of a round without a mentor one of its office's mentors; how many got one.

    Fewest producers first, ties by a draw nobody can steer, never anybody close to the producer. Who nobody may mentor
    stays without, and the record says why.
    """
    with transaction.atomic():
        held = Round.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=round_id)
        open_ones = Enrolment.objects.filter(round=held, mentor=None, status__in=OPEN)
        waiting = locked(open_ones.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
        loads = _loads(mentors_of(held.organisation.code))
        found = ties.find([row.producer_id for row in waiting], loads) if waiting else {}
        choices = choose_all(
            [Waiting(str(row.pk), found.get(row.producer_id, {})) for row in waiting],
            {str(person): load for person, load in loads.items()},
            secret(),
        )
        given = [(row, choice) for row, choice in zip(waiting, choices, strict=True)]
        for row, choice in given:
            row.mentor_id = UUID(choice.person) if choice.person else None
        Enrolment.objects.bulk_update([row for row, choice in given if choice.person], ["mentor"])
        Assigned.objects.bulk_create(_assigned(row, choice, by, now) for row, choice in given)
    return sum(choice.person is not None for choice in choices)


def give_mentor(enrolment_id: UUID, person: Person, words: str, by: str, now: datetime) -> Enrolment:
    """Give an enrolment to a mentor of the programme's body by hand, with a reason.

    IkmError ``no_mentor`` (no such role at this body), ``mentor_tied``, ``no_words``, ``is_closed``.
    """
    if not words.strip():
        raise IkmError("no_words", "Say why, in up to 300 characters.")
    with transaction.atomic():
        row = locked_one(enrolment_id)
        must_be_open(row)
        if person.pk not in mentors_of(*_codes_of(row.programme.organisation.body)):
            raise IkmError("no_mentor", "Choose somebody who is a mentor of this organisation.")
        tied = ties.of(row.producer_id, person.pk)
        if tied:
            raise IkmError(
                "mentor_tied", "They are close to this producer, so somebody else mentors them.", why=tied[0]
            )
        if row.mentor_id == person.pk:
            return row
        row.mentor = person
        row.save(update_fields=["mentor"])
        Assigned.objects.create(
            enrolment=row, person=person, why="by_hand", words=words.strip()[:300], by=by, at=now
        )  # fmt: skip
    return row


def mentors_of(*codes: str) -> set[UUID]:
    """Everybody who is a mentor of one of these organisations now."""
    grants = RoleGrant.objects.filter(role=StaffRole.MENTOR, scope__in=codes, ended_at=None, person__is_active=True)
    return set(grants.values_list("person_id", flat=True))


def secret() -> bytes:
    """The key of the draw; whoever has it can check every choice."""
    return salted_hmac("mediator.ikm.mentoring.fairness", "draw", algorithm="sha256").digest()


def _codes_of(body: str) -> list[str]:
    return list(Organisation.objects.filter(body=body).values_list("code", flat=True))


def _loads(people: Iterable[UUID]) -> dict[UUID, int]:
    people = sorted(people)
    running = Enrolment.objects.filter(mentor__in=people, status__in=OPEN)
    counts = Counter(running.values_list("mentor_id", flat=True))
    return {person: counts[person] for person in people}


def _refused(held: Round, wanted: Sequence[UUID]) -> dict[UUID, str]:
    known = {row.pk: row for row in Producer.objects.filter(pk__in=wanted)}
    in_round = set(Enrolment.objects.filter(round=held, producer__in=wanted).values_list("producer_id", flat=True))
    running = set(
        Enrolment.objects.filter(
            programme_code=held.programme.code, producer__in=wanted, status__in=OPEN
        ).values_list("producer_id", flat=True)
    )  # fmt: skip
    return {pk: why for pk in wanted if (why := _why_not(known.get(pk), held, pk in in_round, pk in running))}


def _why_not(producer: Producer | None, held: Round, in_round: bool, running: bool) -> str:
    if producer is None:
        return "unknown"
    against = (
        ("merged", producer.merged_into is not None),
        ("erased", producer.erased_at is not None),
        ("closed", producer.closed_on is not None),
        ("other_region", held.organisation.region not in ("", producer.province, producer.regency)),
        ("in_round", in_round),
        ("running", running),
    )
    return next((why for why, holds in against if holds), "")


def _enrolment(held: Round, producer: UUID, by: str, now: datetime) -> Enrolment:
    programme = held.programme
    return Enrolment(
        round=held, programme=programme, organisation_id=held.organisation_id, producer_id=producer,
        programme_code=programme.code, stage=programme.stages[0], enrolled_by=by, enrolled_at=now,
    )  # fmt: skip


def _assigned(row: Enrolment, choice: Choice, by: str, now: datetime) -> Assigned:
    return Assigned(
        enrolment=row, person_id=UUID(choice.person) if choice.person else None, why="drawn",
        candidates=choice.candidates, load=choice.load, draw=choice.draw, excluded=choice.excluded, by=by, at=now,
    )  # fmt: skip
