"""Gaps found and closed, and figures before and after. All of it is added, nothing is changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from mediator.ikm.errors import IkmError
from mediator.protocol.calendar import jakarta_date

from .gap import SEVERITIES, scheme_of
from .indicators import AFTER, BEFORE, check
from .locking import Actor, locked_one, must_be_open, must_mentor
from .models import Assessment, Enrolment, Finding, FindingClosed, Measure

MOST_FINDINGS = 100
MOST_WORDS = 4_000


@dataclass(frozen=True)
class Seen:
    """An assessment as it is told: gaps found, as (severity, title), and earlier ones that are closed now."""

    on: date
    findings: tuple[tuple[str, str], ...] = ()
    closes: tuple[UUID, ...] = ()
    words: str = ""
    photos: tuple[str, ...] = ()


class Entry(NamedTuple):
    """A figure as it is told; ``moment`` is before or after."""

    indicator: str
    moment: str
    value: int
    taken_on: date
    evidence: str = ""
    photos: tuple[str, ...] = ()


def assess(enrolment_id: UUID, seen: Seen, actor: Actor, key: str, now: datetime) -> Assessment:
    """Write down a look at the producer's place. Its points and rating are of what is open after it.

    IkmError ``in_future``, ``before_last`` (an earlier day than the last assessment), ``bad_finding``,
    ``unknown_finding``, ``too_many``, ``not_yours``, ``is_closed``.
    """
    with transaction.atomic():
        row = locked_one(enrolment_id)
        kept = Assessment.objects.filter(enrolment=row, key=key).first()
        if kept is not None:
            return kept
        must_be_open(row)
        must_mentor(row, actor)
        still = _open_findings(row)
        _check_seen(row, seen, still, now)
        left = [severity for pk, severity in still.items() if pk not in seen.closes]
        left += [severity for severity, _ in seen.findings]
        majors, minors = left.count("major"), left.count("minor")
        scheme = scheme_of(row.programme.definition.get("gap_scheme", "general"))
        made = Assessment.objects.create(
            enrolment=row, seen_on=seen.on, scheme=scheme.code, majors=majors, minors=minors,
            points=scheme.points(majors, minors), rating=scheme.rating(majors, minors),
            words=seen.words.strip()[:MOST_WORDS], photos=list(seen.photos), by=actor.person, key=key, at=now,
        )  # fmt: skip
        Finding.objects.bulk_create(
            Finding(assessment=made, number=number, severity=severity, title=title.strip()[:200])
            for number, (severity, title) in enumerate(seen.findings, 1)
        )
        FindingClosed.objects.bulk_create(FindingClosed(finding_id=pk, assessment=made) for pk in seen.closes)
    return made


def measure(enrolment_id: UUID, entries: Sequence[Entry], actor: Actor, key: str, now: datetime) -> int:
    """Write figures down, all or none; how many were new. A figure of a moment written again corrects it.

    IkmError ``unknown_indicator``, ``impossible_value``, ``unknown_moment``, ``in_future``, ``after_before``,
    ``nothing_given``, ``not_yours``, ``is_closed``.
    """
    if not entries:
        raise IkmError("nothing_given", "Fill in at least one figure.")
    with transaction.atomic():
        row = locked_one(enrolment_id)
        if Measure.objects.filter(enrolment=row, key=key).exists():
            return 0
        must_be_open(row)
        must_mentor(row, actor)
        for entry in entries:
            check(entry.indicator, entry.value)
            _check_day(entry, now)
        _check_order(row, entries)
        made = Measure.objects.bulk_create(
            Measure(
                enrolment=row, indicator=entry.indicator, moment=entry.moment, value=entry.value,
                taken_on=entry.taken_on, evidence=entry.evidence.strip()[:300], photos=list(entry.photos),
                by=actor.person, key=key, at=now,
            )
            for entry in entries
        )  # fmt: skip
    return len(made)


def _open_findings(row: Enrolment) -> dict[UUID, str]:
    found = Finding.objects.filter(assessment__enrolment=row, closed=None)
    return dict(found.order_by("pk").values_list("pk", "severity"))


def _check_seen(row: Enrolment, seen: Seen, still: dict[UUID, str], now: datetime) -> None:
    if seen.on > jakarta_date(now):
        raise IkmError("in_future", "Write an assessment down when it was made.")
    last = Assessment.objects.filter(enrolment=row).order_by("-seen_on").values_list("seen_on", flat=True).first()
    if last is not None and seen.on < last:
        raise IkmError("before_last", f"The last assessment was on {last}; this one comes after it.", day=str(last))
    if len(seen.findings) > MOST_FINDINGS:
        raise IkmError("too_many", f"At most {MOST_FINDINGS} gaps at once.", most=MOST_FINDINGS)
    if any(severity not in SEVERITIES or not title.strip() for severity, title in seen.findings):
        raise IkmError("bad_finding", "Each gap is major or minor and says in a line what it is.")
    if not set(seen.closes) <= set(still):
        raise IkmError("unknown_finding", "Only gaps that are open can be closed, and not two times.")


def _check_day(entry: Entry, now: datetime) -> None:
    if entry.moment not in (BEFORE, AFTER):
        raise IkmError("unknown_moment", "A figure is from before or from after.")
    if entry.taken_on > jakarta_date(now):
        raise IkmError("in_future", "A figure is of a day that has been.")


def _check_order(row: Enrolment, entries: Sequence[Entry]) -> None:
    """The figure after is of a later day than the one before, as they would stand with these entries."""
    days = {
        (indicator, moment): taken_on
        for indicator, moment, taken_on in Measure.objects.filter(enrolment=row)
        .order_by("at", "pk")
        .values_list("indicator", "moment", "taken_on")
    }
    days |= {(entry.indicator, entry.moment): entry.taken_on for entry in entries}
    for indicator in {entry.indicator for entry in entries}:
        before, after = days.get((indicator, BEFORE)), days.get((indicator, AFTER))
        if before and after and after <= before:
            raise IkmError("after_before", "The figure after must be of a later day than the one before.", of=indicator)
