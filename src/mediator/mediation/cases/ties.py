"""Who is close to a party of a case, and therefore never decides it.

Some of it people declare, the rest Mediator finds by itself: in the shop's tables, which lie above this package and are
therefore named in SQL, not imported. All cases and all persons are asked about in one statement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection

from mediator.mediation.cases.fairness import Place
from mediator.mediation.cases.models import Case, Tie
from mediator.mediation.errors import MediationError
from mediator.people.models import Person

BOUGHT_WITHIN = timedelta(days=365)
KINDS = ("merchant", "buyer", "person")
MAX_REASON = 300

# declared, member, customer, is_buyer, same_phone, same_email, courier: see each branch.
FIND = """
WITH wanted AS (
    SELECT place, book_id, deal_id, merchant, buyer, courier
    FROM unnest(%(places)s::int[], %(books)s::uuid[], %(deals)s::uuid[], %(merchants)s::text[], %(buyers)s::text[],
                %(couriers)s::text[]) AS w (place, book_id, deal_id, merchant, buyer, courier)
),
asked AS (SELECT id, id::text AS name, phone, lower(email) AS email FROM person WHERE id = ANY(%(people)s::uuid[])),
sellers AS (
    SELECT w.place, m.person_id, s.phone, lower(s.email) AS email
    FROM wanted AS w JOIN merchant AS k ON k.book_id = w.book_id
    JOIN merchant_member AS m ON m.merchant_id = k.id JOIN person AS s ON s.id = m.person_id
),
buyers AS (
    SELECT w.place, d.person_id, d.phone, lower(d.email) AS email
    FROM wanted AS w JOIN delivery AS d ON d.book_id = w.book_id AND d.deal_id = w.deal_id
    UNION ALL
    SELECT w.place, b.id, b.phone, lower(b.email) FROM wanted AS w JOIN person AS b ON b.id::text = w.buyer
)
SELECT w.place, t.person_id::text, 'declared' FROM wanted AS w JOIN case_tie AS t
    ON t.ended_at IS NULL AND t.person_id = ANY(%(people)s::uuid[])
   AND (t.kind, t.other) IN (('merchant', w.merchant), ('buyer', w.buyer), ('person', w.buyer))
UNION
SELECT s.place, t.person_id::text, 'declared' FROM sellers AS s JOIN case_tie AS t
    ON t.ended_at IS NULL AND t.person_id = ANY(%(people)s::uuid[]) AND t.kind = 'person'
   AND t.other = s.person_id::text
UNION
SELECT b.place, t.person_id::text, 'declared' FROM buyers AS b JOIN case_tie AS t
    ON t.ended_at IS NULL AND t.person_id = ANY(%(people)s::uuid[]) AND t.kind = 'person'
   AND t.other = b.person_id::text
UNION
SELECT s.place, a.name, 'member' FROM sellers AS s JOIN asked AS a ON a.id = s.person_id
UNION
SELECT w.place, a.name, 'member' FROM wanted AS w JOIN asked AS a ON a.name = w.merchant
UNION
SELECT w.place, a.name, 'customer' FROM wanted AS w JOIN asked AS a ON EXISTS (
    SELECT FROM delivery AS d
    WHERE d.person_id = a.id AND d.opened_at > %(since)s AND d.book_id = w.book_id AND d.deal_id <> w.deal_id)
UNION
SELECT w.place, a.name, 'is_buyer' FROM wanted AS w JOIN asked AS a ON a.name = w.buyer
UNION
SELECT b.place, a.name, 'is_buyer' FROM buyers AS b JOIN asked AS a ON a.id = b.person_id
UNION
SELECT p.place, a.name, 'same_phone' FROM (
    SELECT place, phone FROM buyers UNION SELECT place, phone FROM sellers
    UNION SELECT w.place, k.phone FROM wanted AS w JOIN merchant AS k ON k.book_id = w.book_id
) AS p JOIN asked AS a ON a.phone = p.phone AND p.phone <> ''
UNION
SELECT p.place, a.name, 'same_email' FROM (
    SELECT place, email FROM buyers UNION SELECT place, email FROM sellers
) AS p JOIN asked AS a ON a.email = p.email AND p.email <> ''
UNION
SELECT w.place, g.person_id::text, 'courier' FROM wanted AS w JOIN role_grant AS g
    ON g.role = 'courier' AND g.scope = w.courier AND w.courier <> '' AND g.ended_at IS NULL
   AND g.person_id = ANY(%(people)s::uuid[])
ORDER BY 1, 2, 3
"""


class Parties(NamedTuple):
    """A case and those it is about."""

    place: Place
    merchant: str
    buyer: str
    courier: str


def parties_of(case: Case) -> Parties:
    return Parties(place_of(case), case.merchant, case.buyer, case.courier)


def place_of(case: Case) -> Place:
    return str(case.book_id), str(case.deal_id), case.number


def find(cases: Sequence[Parties], people: Iterable[str], now: datetime) -> dict[Place, dict[str, tuple[str, ...]]]:
    """For each case, who of these people is tied to whom of it and by what; one statement for all."""
    ids = sorted(set(people))
    found: dict[Place, dict[str, list[str]]] = {case.place: defaultdict(list) for case in cases}
    if cases and ids:
        with connection.cursor() as cursor:
            cursor.execute(
                FIND,
                {
                    "places": list(range(len(cases))),
                    "books": [case.place[0] for case in cases],
                    "deals": [case.place[1] for case in cases],
                    "merchants": [case.merchant for case in cases],
                    "buyers": [case.buyer for case in cases],
                    "couriers": [case.courier for case in cases],
                    "people": ids,
                    "since": now - BOUGHT_WITHIN,
                },
            )
            for place, person, code in cursor.fetchall():
                found[cases[place].place][person].append(code)
    return {place: {who: tuple(codes) for who, codes in ties.items()} for place, ties in found.items()}


def is_tied(case: Case, person: str, now: datetime) -> bool:
    """Whether this person is close to a party of this case."""
    return bool(find([parties_of(case)], [person], now)[place_of(case)])


def declare(person: Person, kind: str, other: str, reason: str, by: str, now: datetime) -> Tie:
    """Write down that a person is close to a merchant, a buyer or another person. Declaring it again changes nothing.

    MediationError ``tie_bad`` for an unknown kind, nobody, oneself, or no reason.
    """
    other, reason = other.strip(), reason.strip()
    if kind not in KINDS or not other or other == str(person.pk):
        raise MediationError("tie_bad", "Say to whom: a merchant, a buyer or a person, by id.")
    if not 1 <= len(reason) <= MAX_REASON:
        raise MediationError("tie_bad", f"Say in 1 to {MAX_REASON} characters what ties them.")
    row, _ = Tie.objects.get_or_create(
        person=person,
        kind=kind,
        other=other,
        ended_at=None,
        defaults={"reason": reason, "declared_by": by, "declared_at": now},
    )
    return row


def end(tie: Tie, now: datetime) -> None:
    """The tie is no more, from now on; that it was stays written."""
    Tie.objects.filter(pk=tie.pk, ended_at=None).update(ended_at=now)
