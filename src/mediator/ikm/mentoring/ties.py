"""Who is close to a producer and therefore never mentors them. All pairs are found in one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db import connection

# member: works in the producer's shop; same_phone, same_email: of the producer, the shop or one of its members;
# declared: said so themselves, of the shop or of one of its members (table of mediation.cases).
FIND = """
WITH p AS (
    SELECT id, merchant, phone, lower(email) AS email FROM ikm_producer WHERE id = ANY(%(producers)s::uuid[])
),
asked AS (SELECT id, phone, lower(email) AS email FROM person WHERE id = ANY(%(people)s::uuid[])),
inside AS (
    SELECT p.id AS producer, s.id AS person, s.phone, lower(s.email) AS email
    FROM p JOIN merchant_member AS m ON m.merchant_id = p.merchant JOIN person AS s ON s.id = m.person_id
),
reached AS (
    SELECT id AS producer, NULL::uuid AS person, phone, email FROM p
    UNION ALL SELECT producer, person, phone, email FROM inside
    UNION ALL SELECT p.id, NULL, k.phone, '' FROM p JOIN merchant AS k ON k.id = p.merchant
)
SELECT i.producer, i.person, 'member' FROM inside AS i JOIN asked AS a ON a.id = i.person
UNION
SELECT r.producer, a.id, 'same_phone' FROM reached AS r JOIN asked AS a
    ON a.phone = r.phone AND r.phone <> '' AND a.id IS DISTINCT FROM r.person
UNION
SELECT r.producer, a.id, 'same_email' FROM reached AS r JOIN asked AS a
    ON a.email = r.email AND r.email <> '' AND a.id IS DISTINCT FROM r.person
UNION
SELECT p.id, t.person_id, 'declared' FROM p JOIN case_tie AS t
    ON t.ended_at IS NULL AND t.kind = 'merchant' AND t.other = p.merchant::text
   AND t.person_id = ANY(%(people)s::uuid[])
UNION
SELECT i.producer, t.person_id, 'declared' FROM inside AS i JOIN case_tie AS t
    ON t.ended_at IS NULL AND t.kind = 'person' AND t.other = i.person::text
   AND t.person_id = ANY(%(people)s::uuid[])
ORDER BY 1, 2, 3
"""


def find(producers: Iterable[UUID], people: Iterable[UUID]) -> dict[UUID, dict[str, tuple[str, ...]]]:
    """For each producer, who of these people is close to them and by what."""
    found: dict[UUID, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    with connection.cursor() as cursor:
        cursor.execute(FIND, {"producers": list(producers), "people": list(people)})
        for producer, person, code in cursor.fetchall():
            found[producer][str(person)].append(code)
    return {producer: {who: tuple(codes) for who, codes in ties.items()} for producer, ties in found.items()}


def of(producer: UUID, person: UUID) -> tuple[str, ...]:
    """What ties this person to this producer; empty for nothing."""
    return find([producer], [person]).get(producer, {}).get(str(person), ())
