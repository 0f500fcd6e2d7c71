"""How an organisation has to do with producers, found in SQL: for some producers by id, or all of them in stretches.

The same answer as ``purposes.groups_seen_by`` gives for one producer, asked of a million at once. A producer that was
merged away or erased has to do with nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from mediator.ikm.privacy.purposes import (
    PROGRAMME,
    PUBLIC_BODIES,
    PURPOSES,
    REGION,
    REGISTER,
    RELATIONS,
    SELECTING,
    VERSION,
)
from mediator.ikm.producers.models import Organisation

NOBODY = UUID(int=0)

LIVING = "p.merged_into IS NULL AND p.erased_at IS NULL"

MENTORS = """(
    SELECT e.producer_id FROM ikm_enrolment e JOIN ikm_programme g ON g.id = e.programme_id
    WHERE (e.organisation_id = %(organisation_id)s OR g.organisation_id = %(organisation_id)s)
      AND e.status IN ('running', 'proposed', 'completed'))"""
"""Whoever left a programme, or whose completion was taken back, has no more to do with it."""

SELECTS = """(
    SELECT a.producer_id FROM ikm_selection_application a JOIN ikm_selection_batch b ON b.id = a.batch_id
    WHERE b.organisation_id = %(organisation_id)s AND a.stage NOT IN ('draft', 'withdrawn', 'lapsed'))"""
"""A draft was shown to nobody; what was withdrawn or never mended has ended. (A selection whose day is over lapses
too: then it no longer is a reason to see anything.)"""

YES = """EXISTS (
    SELECT FROM ikm_consent c WHERE c.producer_id = p.id AND c.organisation = %(organisation)s
      AND c.purpose = %(purpose)s AND c.text = %(text)s AND c.withdrawn_at IS NULL)"""


@dataclass(frozen=True)
class Filter:
    """Which of them: by place (Kemendagri codes), division of KBLI, beginning of the name's key; "" for all."""

    province: str = ""
    regency: str = ""
    division: str = ""
    name: str = ""

    @property
    def sql(self) -> str:
        conditions = [sql for value, sql in (
            (self.province, "p.province = %(province)s"),
            (self.regency, "p.regency = %(regency)s"),
            (self.division, "left(p.kbli, 2) = %(division)s"),
            (self.name, "strpos(p.name_key, %(name)s) > 0"),
        ) if value]  # fmt: skip
        return "".join(f" AND {condition}" for condition in conditions)

    @property
    def about(self) -> str:
        """As the access log keeps it: codes of places and of KBLI; a name that was looked for is not kept."""
        parts = {"province": self.province, "regency": self.regency, "division": self.division}
        said = [f"{name}={value}" for name, value in parts.items() if value]
        return " ".join([*said, "name"] if self.name else said)

    def parameters(self) -> dict[str, str]:
        return {
            "province": self.province, "regency": self.regency, "division": self.division, "name": self.name,
        }  # fmt: skip


EVERYBODY = Filter()


def region_sql(of: Organisation) -> str:
    """A condition on ``p``: whether this organisation is responsible for its region. "false" without a public task."""
    if of.kind not in PUBLIC_BODIES:
        return "false"
    if not of.region:
        return "true" if of.level == "national" else "false"
    return "p.regency = %(region)s" if "." in of.region else "p.province = %(region)s"


def given_of(of: Organisation) -> dict[str, Any]:
    """The parameters of this module's SQL."""
    return {
        "organisation": of.code, "organisation_id": of.pk, "region": of.region, "source": f"register:{of.code}",
    }  # fmt: skip


def relations_of(of: Organisation, producers: Sequence[UUID]) -> dict[UUID, frozenset[str]]:
    """How this organisation has to do with each of these producers; one statement. None in any way: not in it."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT p.id, p.source = %(source)s, p.id IN {MENTORS}, p.id IN {SELECTS}, {region_sql(of)}
            FROM ikm_producer p WHERE p.id = ANY(%(ids)s::uuid[]) AND {LIVING}
            """,  # noqa: S608  made of the constants above
            given_of(of) | {"ids": list(producers)},
        )
        found = {
            row[0]: frozenset(name for name, holds in zip(RELATIONS, row[1:], strict=True) if holds)
            for row in cursor.fetchall()
        }
    return {producer: relations for producer, relations in found.items() if relations}


def seen_sql(of: Organisation, purpose: str, where: Filter = EVERYBODY, *, is_page: bool = True) -> str:
    """Ids of producers of whom this organisation may see something for a purpose; "" when of nobody.

    One branch a relation, each walking its own index; a page (``after``, ``limit``) needs only so many of each.
    """
    found = PURPOSES[purpose]
    branches = _branches(of, found.relations)
    more = where.sql + (f" AND {YES}" if found.needs_consent else "")
    page = " AND p.id > %(after)s ORDER BY p.id LIMIT %(limit)s" if is_page else ""
    parts = [f"(SELECT p.id FROM {source} AND {LIVING}{more}{page})" for source in branches]  # noqa: S608  constants
    return " UNION ".join(parts)


def _branches(of: Organisation, relations: Collection[str]) -> list[str]:
    """FROM and WHERE of each relation; whoever is responsible for everybody needs no other."""
    everywhere = region_sql(of)
    if REGION in relations and everywhere == "true":
        return ["ikm_producer p WHERE true"]
    branches = {
        REGISTER: "ikm_producer p WHERE p.source = %(source)s AND p.source <> 'self'",
        PROGRAMME: f"ikm_producer p WHERE p.id IN {MENTORS}",
        SELECTING: f"ikm_producer p WHERE p.id IN {SELECTS}",
        REGION: f"ikm_producer p WHERE {everywhere}",
    }
    return [
        sql
        for relation, sql in branches.items()
        if relation in relations and (relation != REGION or sql[-5:] != "false")
    ]


def page(of: Organisation, purpose: str, where: Filter, after: UUID = NOBODY, limit: int = 50) -> list[UUID]:
    """The next ids in order, for a list or a stretch of an export."""
    sql = seen_sql(of, purpose, where)
    if not sql:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM ({sql}) AS seen ORDER BY id LIMIT %(limit)s",  # noqa: S608  constants
            _given(of, purpose, where, after=after, limit=limit),
        )
        return [row[0] for row in cursor.fetchall()]


def count(of: Organisation, purpose: str, where: Filter) -> int:
    """How many producers there are of whom something may be seen for this purpose."""
    sql = seen_sql(of, purpose, where, is_page=False)
    if not sql:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({sql}) AS seen", _given(of, purpose, where))  # noqa: S608  constants
        return int(cursor.fetchone()[0])


def stretches(of: Organisation, purpose: str, where: Filter, size: int) -> Iterator[list[UUID]]:
    """All of them, so many at a time."""
    after = NOBODY
    while ids := page(of, purpose, where, after, size):
        yield ids
        after = ids[-1]


def _given(of: Organisation, purpose: str, where: Filter, **more: Any) -> dict[str, Any]:
    return given_of(of) | where.parameters() | {"purpose": purpose, "text": VERSION} | more


def has_sql(of: Organisation, wanted: Collection[str] = RELATIONS) -> str:
    """A condition on ``p``: whether this organisation has to do with a living producer in one of these ways."""
    ways = {
        REGISTER: "p.source = %(source)s",
        PROGRAMME: f"p.id IN {MENTORS}",
        SELECTING: f"p.id IN {SELECTS}",
        REGION: region_sql(of),
    }
    return f"({LIVING} AND ({' OR '.join(sql for relation, sql in ways.items() if relation in wanted)}))"
