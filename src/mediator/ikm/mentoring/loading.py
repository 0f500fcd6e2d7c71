"""Programmes and their organisations from a file into the tables, any number of times."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec
from django.db import connection, transaction

from mediator.ikm.errors import IkmError
from mediator.ikm.producers.models import Organisation

from .models import Programme
from .programmes import Definition, Office, Programmes

_LOCK = 0x70726F67  # "prog"


class Loaded(NamedTuple):
    """What loading did: codes of new organisations, of new programmes or versions, and how many were there already."""

    organisations: tuple[str, ...]
    programmes: tuple[str, ...]
    known: int


def load(file: Programmes, now: datetime) -> Loaded:
    """Make what is not there yet; all or nothing. An organisation that is there stays as it is.

    IkmError ``programme_changed`` when a version says something else than before, ``version_too_low`` when a higher one
    is in use, ``unknown_organisation``.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        offices = _offices(file.organisations, now)
        by_code = {row.code: row for row in Organisation.objects.filter(code__in=_holders(file))}
        added, known = [], 0
        rows = {(row.code, row.version): row for row in Programme.objects.filter(code__in=_codes(file.programmes))}
        current = {row.code: row.version for row in rows.values() if row.is_current}
        for one in file.programmes:
            kept = rows.get((one.code, one.version))
            if kept is not None:
                _must_be_same(kept, one)
                known += 1
                continue
            if one.version <= current.get(one.code, 0):
                raise IkmError("version_too_low", f"{one.code} is at version {current[one.code]}; name a higher one.")
            if one.organisation not in by_code:
                raise IkmError("unknown_organisation", f"{one.code}: no organisation is called {one.organisation!r}.")
            Programme.objects.filter(code=one.code, is_current=True).update(is_current=False)
            Programme.objects.create(**_row(one, by_code[one.organisation], now))
            added.append(one.code)
    return Loaded(tuple(offices), tuple(added), known)


def definition_of(programme: Programme) -> Definition:
    """What a programme's file said, from its row."""
    return msgspec.convert(programme.definition, Definition)


def _offices(offices: Iterable[Office], now: datetime) -> list[str]:
    offices = list(offices)
    there = set(Organisation.objects.filter(code__in=[o.code for o in offices]).values_list("code", flat=True))
    new = [o for o in offices if o.code not in there]
    Organisation.objects.bulk_create(
        Organisation(
            code=o.code, name=o.name, kind=o.kind, level=o.level, region=o.region, body=o.body, made_at=now
        )
        for o in new
    )  # fmt: skip
    return [o.code for o in new]


def _holders(file: Programmes) -> set[str]:
    return {one.organisation for one in file.programmes}


def _codes(programmes: Iterable[Definition]) -> set[str]:
    return {one.code for one in programmes}


def _must_be_same(kept: Programme, one: Definition) -> None:
    if kept.digest != one.digest:
        raise IkmError(
            "programme_changed",
            f"{one.code} version {one.version} says something else than when it was loaded; give the change a higher "
            "version, so that whoever is enrolled keeps theirs.",
        )


def _row(one: Definition, organisation: Organisation, now: datetime) -> dict[str, object]:
    terms = one.terms
    return {
        "code": one.code, "version": one.version, "organisation": organisation, "name_id": one.name_id,
        "name_en": one.name_en, "stages": list(one.stages), "complete_from": one.completes_from,
        "subjects": list(one.subjects), "min_sessions": terms.min_sessions, "min_days": terms.min_days,
        "contacts_per_month": terms.contacts_per_month, "daily_cap": terms.daily_cap,
        "requires": list(one.requires), "definition": one.plain, "digest": one.digest, "made_at": now,
    }  # fmt: skip
