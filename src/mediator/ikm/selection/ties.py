"""Who is close to a producer, and therefore neither verifies, validates nor scores what it applies with.

Some of it people declare (``case_tie``), the rest Mediator finds by itself. Tables of other rooms (the shop, mentoring)
are named in SQL, not imported. All applications and all persons are asked about in one statement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

BOUGHT_WITHIN = timedelta(days=365)

# declared, member, customer, same_phone, same_email, mentor, mentors_colleague: see each branch.
FIND = """
WITH wanted AS (
    SELECT a.id, a.producer_id, p.merchant, p.phone, lower(p.email) AS email, m.book_id, m.phone AS shop_phone,
           (c.document::jsonb ->> 'bars_mentors_colleagues')::boolean AS bars_colleagues
    FROM ikm_selection_application AS a JOIN ikm_producer AS p ON p.id = a.producer_id
    JOIN ikm_selection_criteria AS c ON c.reference = a.criteria LEFT JOIN merchant AS m ON m.id = p.merchant
    WHERE a.id = ANY(%(applications)s::uuid[])
),
asked AS (SELECT id, phone, lower(email) AS email FROM person WHERE id = ANY(%(people)s::uuid[])),
members AS (
    SELECT w.id, b.person_id, s.phone, lower(s.email) AS email FROM wanted AS w
    JOIN merchant_member AS b ON b.merchant_id = w.merchant JOIN person AS s ON s.id = b.person_id
),
mentors AS (
    SELECT w.id, w.bars_colleagues, t.person_id FROM wanted AS w JOIN ikm_enrolment AS e
      ON e.producer_id = w.producer_id JOIN ikm_mentor_assigned AS t ON t.enrolment_id = e.id
     WHERE t.person_id IS NOT NULL
    UNION
    SELECT w.id, w.bars_colleagues, e.mentor_id FROM wanted AS w JOIN ikm_enrolment AS e
      ON e.producer_id = w.producer_id WHERE e.mentor_id IS NOT NULL
)
SELECT w.id, t.person_id, 'declared' FROM wanted AS w JOIN case_tie AS t ON t.ended_at IS NULL
   AND t.person_id = ANY(%(people)s::uuid[]) AND t.kind = 'merchant' AND t.other = w.merchant::text
UNION
SELECT m.id, t.person_id, 'declared' FROM members AS m JOIN case_tie AS t ON t.ended_at IS NULL
   AND t.person_id = ANY(%(people)s::uuid[]) AND t.kind = 'person' AND t.other = m.person_id::text
UNION
SELECT m.id, a.id, 'member' FROM members AS m JOIN asked AS a ON a.id = m.person_id
UNION
SELECT w.id, a.id, 'customer' FROM asked AS a JOIN delivery AS d ON d.person_id = a.id AND d.opened_at > %(since)s
JOIN wanted AS w ON w.book_id = d.book_id
UNION
SELECT p.id, a.id, 'same_phone' FROM (
    SELECT id, phone FROM wanted UNION SELECT id, shop_phone FROM wanted UNION SELECT id, phone FROM members
) AS p JOIN asked AS a ON a.phone = p.phone AND p.phone <> ''
UNION
SELECT p.id, a.id, 'same_email' FROM (SELECT id, email FROM wanted UNION SELECT id, email FROM members) AS p
JOIN asked AS a ON a.email = p.email AND p.email <> ''
UNION
SELECT m.id, a.id, 'mentor' FROM mentors AS m JOIN asked AS a ON a.id = m.person_id
UNION
SELECT m.id, a.id, 'mentors_colleague' FROM mentors AS m
JOIN role_grant AS g ON g.person_id = m.person_id AND g.role = 'mentor' AND g.scope <> ''
JOIN role_grant AS h ON h.scope = g.scope AND h.role = 'curator' AND h.ended_at IS NULL
JOIN asked AS a ON a.id = h.person_id AND a.id <> m.person_id
WHERE m.bars_colleagues
ORDER BY 1, 2, 3
"""

COLLEAGUE = "mentors_colleague"
"""Bars from scoring alone: a pendamping of the same body may verify, that is what it is there for."""


def find(applications: Sequence[UUID], people: Iterable[str], now: datetime) -> dict[UUID, dict[str, tuple[str, ...]]]:
    """For each application, who of these people is close to its producer and by what; one statement for all."""
    ids = sorted(set(people))
    found: dict[UUID, dict[str, list[str]]] = {one: defaultdict(list) for one in applications}
    if applications and ids:
        with connection.cursor() as cursor:
            cursor.execute(FIND, {"applications": list(applications), "people": ids, "since": now - BOUGHT_WITHIN})
            for application, person, code in cursor.fetchall():
                found[application][str(person)].append(code)
    return {one: {who: tuple(codes) for who, codes in ties.items()} for one, ties in found.items()}


def is_tied(application: UUID, person: str, now: datetime) -> bool:
    """Whether this person may not verify or validate it for being close to its producer."""
    codes = find([application], [person], now)[application].get(person, ())
    return any(code != COLLEAGUE for code in codes)
