"""An enrolment's steps, by the table of ``stages``, each once however often it comes; completion, its certificate."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from mediator.ikm.accredited import certificates
from mediator.ikm.errors import IkmError
from mediator.ikm.producers.models import Producer
from mediator.ikm.producers.service import mark_changed
from mediator.protocol.calendar import jakarta_date
from mediator.shop.places import PROVINCES, REGENCIES

from . import ties
from .locking import Actor, locked_one, state_of
from .logs import read_log, terms_of
from .models import Enrolment, Mentored, Step
from .rules import Sign, missing
from .stages import COMPLETED, DROP_REASONS, DROPPED, OPEN, WITHDRAWN, State, take

MAX_WORDS = 300


def move(
    enrolment_id: UUID, act: str, actor: Actor, key: str, now: datetime, *,
    words: str = "", why: str = "", seen: int | None = None,
) -> Enrolment:  # fmt: skip
    """Do one act of ``stages.MOVES``. The same key again changes nothing. ``seen`` is the version its page showed.

    IkmError ``moved_on`` when it is at another version by now, ``no_words``, ``no_reason``, ``not_now``, ``not_yours``,
    ``minimum_not_met`` (``lacking`` says what), ``mentor_tied``, ``running_elsewhere``, ``no_enrolment``.
    """
    with transaction.atomic():
        row = locked_one(enrolment_id)
        if Step.objects.filter(enrolment=row, key=key).exists():
            return row
        if seen is not None and seen != row.version:
            raise IkmError("moved_on", "This enrolment has moved on meanwhile; look at it again.")
        if act == "drop" and why not in DROP_REASONS:
            raise IkmError("no_reason", f"Choose one of {', '.join(DROP_REASONS)}.")
        lacks = lacking(row, jakarta_date(now)) if act in ("propose", "complete") else []
        before = state_of(row)
        after = take(before, act, actor.at(row), words, lacks)
        _check(row, act)
        _write(row, before, after, act, actor, key, now, words.strip()[:MAX_WORDS], why)
        if after.status != before.status:
            _settle(row, actor, words, now)
    return row


def lacking(enrolment: Enrolment, today: date) -> list[Sign]:
    """What an enrolment still lacks of its programme's minimum."""
    return missing(terms_of(enrolment.programme), read_log(enrolment, today))


def _check(row: Enrolment, act: str) -> None:
    if act in ("propose", "complete") and row.mentor_id is not None and ties.of(row.producer_id, row.mentor_id):
        raise IkmError("mentor_tied", "The mentor is close to this producer by now; give them another mentor first.")
    if act == "resume":
        others = Enrolment.objects.filter(
            producer_id=row.producer_id, programme_code=row.programme_code, status__in=OPEN
        )  # fmt: skip
        if others.exists():
            raise IkmError("running_elsewhere", "This producer is in another round of the programme by now.")


def _write(
    row: Enrolment, before: State, after: State, act: str, actor: Actor, key: str, now: datetime, words: str, why: str
) -> None:
    Step.objects.create(
        enrolment=row, act=act, from_status=before.status, to_status=after.status, from_stage=before.stage,
        to_stage=after.stage, why=why if act == "drop" else "", words=words, by=actor.person, role=actor.role,
        key=key, at=now,
    )  # fmt: skip
    row.status, row.stage, row.version = after.status, after.stage, row.version + 1
    if after.status in OPEN:
        row.ended_at, row.end_why, row.end_words = None, "", ""
    elif after.status == COMPLETED:
        row.completed_at = now
    elif after.status in (DROPPED, WITHDRAWN):
        row.ended_at, row.end_why, row.end_words = now, why if act == "drop" else "withdrawn", words
    row.save(update_fields=["status", "stage", "version", "completed_at", "ended_at", "end_why", "end_words"])


def _settle(row: Enrolment, actor: Actor, words: str, now: datetime) -> None:
    """What a completion, or taking one back, means for the certificate and the producer's standing."""
    if row.status == COMPLETED:
        Mentored.objects.create(
            enrolment_id=row.pk, producer_id=row.producer_id, body=row.programme.organisation.body,
            organisation=row.organisation.code, programme=row.programme_code, completed_at=now,
        )  # fmt: skip
        row.certificate = _certify(row, now)
        row.save(update_fields=["certificate"])
    elif row.status == WITHDRAWN:
        Mentored.objects.filter(enrolment_id=row.pk, ended_at=None).update(ended_at=now)
        if row.certificate is not None:
            certificates.revoke(row.certificate, words, actor.person, now)
    else:
        return
    mark_changed([row.producer_id], now)


def _certify(row: Enrolment, now: datetime) -> UUID:
    """The certificate of a completed enrolment; it has no end, for what was learnt does not lapse by a date."""
    producer = Producer.objects.get(pk=row.producer_id)
    place = producer.regency or producer.province
    issued = certificates.issue(
        kind=certificates.MENTORING, source=row.pk, producer=row.producer_id, product=None,
        organisation=row.organisation.code,
        subject={
            "producer": producer.name, "programme": row.programme.name_id, "organisation": row.organisation.name,
            "place": place, "place_name": (REGENCIES | PROVINCES).get(place, ""),
            "completed_on": jakarta_date(now).isoformat(),
        },
        valid_to=None, now=now,
    )  # fmt: skip
    return issued.pk
