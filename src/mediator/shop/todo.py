"""What a merchant has to do, and its deals in lists: read from the deals as they stand, a page at a time.

Nothing here counts all deals of a shop: open ones are counted by the partial index of open deals, up to
``MOST_COUNTED``, and those that are over are only ever paged. Each function is one statement, whatever the shop's size.

"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec
from django.db import connection

from mediator.deals.models import ENDED
from mediator.mediation.cases.parcels import tidy
from mediator.protocol.deal import Deal, State, Terms
from mediator.shop.parcel_codes import parcel_code, read_parcel_code

PAGE = 50
MOST_COUNTED = 1_000
"""A count that reaches this is shown as "999+": nobody acts on the difference."""
MOST_SORTED = 2_000
"""How many of the oldest deals of a group are put in order of their clocks."""

GROUPS: dict[str, tuple[str, ...]] = {
    "ship": ("funded", "packed"),
    "way": ("shipped",),
    "inspected": ("delivered",),
    "claims": (
        "claimed", "offered", "contested", "in_mediation", "decided", "in_appeal", "returning", "sent_back", "returned",
    ),
    "asked": ("cancel_asked", "late"),
    "unpaid": ("opened", "part_paid"),
    "over": ENDED,
}  # fmt: skip
"""The tabs of the list. Every status is in exactly one (a test says so)."""

ANSWERS: tuple[str, ...] = ("claimed", "offered", "cancel_asked", "late", "returned", "decided")
"""Statuses in which the merchant may have the next word; ``offered`` and ``decided`` only while it is theirs."""

# A merchant has the word on a buyer's offer, and on a decision that it has not accepted yet.
_IS_OURS = """(
    status NOT IN ('offered', 'decided')
    OR status = 'offered' AND state::jsonb #>> '{claim,offer,by}' = 'buyer'
    OR status = 'decided' AND NOT coalesce(state::jsonb #> '{claim,agreed}' ? 'merchant', false)
)"""
_OPEN = "status NOT IN ('cancelled', 'expired', 'refunded', 'released', 'split')"
"""Word for word what the partial index ``deal_open`` says, so that the planner may use it."""

COUNTS = f"""
SELECT wanted.status, found.n, found.due_at
FROM unnest(%s::text[]) AS wanted (status)
CROSS JOIN LATERAL (
    SELECT count(*) AS n, min(due_at) AS due_at FROM (
        SELECT due_at FROM deal
        WHERE book_id = %s AND status = wanted.status AND {_OPEN} AND {_IS_OURS}
        ORDER BY id LIMIT %s
    ) AS oldest
) AS found
WHERE found.n > 0
"""  # noqa: S608  made of the constants above

_COLUMNS = """
SELECT d.id::text, d.version, d.terms, d.state, d.due_at, p.title, p.name, p.phone, p.regency, p.province, p.photo
FROM found JOIN deal AS d ON d.book_id = %(book)s AND d.id = found.id
LEFT JOIN delivery AS p ON p.book_id = d.book_id AND p.deal_id = d.id
"""

URGENT = f"""
WITH found AS (
    SELECT oldest.id FROM unnest(%(statuses)s::text[]) AS wanted (status)
    CROSS JOIN LATERAL (
        SELECT id, due_at FROM deal
        WHERE book_id = %(book)s AND status = wanted.status AND {_OPEN} AND {_IS_OURS}
        ORDER BY id LIMIT %(sorted)s
    ) AS oldest
    WHERE %(all)s OR (oldest.due_at, oldest.id) > (%(due)s, %(id)s::uuid)
    ORDER BY oldest.due_at, oldest.id LIMIT %(limit)s
)
{_COLUMNS} ORDER BY d.due_at, d.id
"""  # noqa: S608  made of the constants above

LATEST_OPEN = f"""
WITH found AS (
    SELECT latest.id FROM unnest(%(statuses)s::text[]) AS wanted (status)
    CROSS JOIN LATERAL (
        SELECT id FROM deal
        WHERE book_id = %(book)s AND status = wanted.status AND {_OPEN} AND id < %(id)s::uuid
        ORDER BY id DESC LIMIT %(limit)s
    ) AS latest
    ORDER BY latest.id DESC LIMIT %(limit)s
)
{_COLUMNS} ORDER BY d.id DESC
"""  # noqa: S608  made of the constants above

LATEST = f"""
WITH found AS (
    SELECT id FROM deal WHERE book_id = %(book)s AND id < %(id)s::uuid AND (%(any)s OR status = ANY(%(statuses)s))
    ORDER BY id DESC LIMIT %(limit)s
)
{_COLUMNS} ORDER BY d.id DESC
"""  # noqa: S608  made of the constants above

# ``right(deal_id::text, 10)``, the order of the key and (book, tracking number) are indexed; names and telephones are
# read in the order of the key.
SEARCH = f"""
WITH by_code AS (
    SELECT deal_id AS id FROM delivery
    WHERE %(code)s <> '' AND right(deal_id::text, 10) = %(code)s AND book_id = %(book)s
), by_buyer AS (
    SELECT deal_id AS id FROM delivery
    WHERE book_id = %(book)s AND %(code)s = '' AND (name ILIKE %(name)s OR %(phone)s <> '' AND phone LIKE %(phone)s)
    ORDER BY deal_id DESC LIMIT %(limit)s
), by_parcel AS (
    SELECT deal_id AS id FROM parcel WHERE book_id = %(book)s AND tracking = %(parcel)s AND %(parcel)s <> ''
    ORDER BY deal_id DESC LIMIT %(limit)s
), found AS (
    SELECT id FROM by_code UNION SELECT id FROM by_buyer UNION SELECT id FROM by_parcel
)
{_COLUMNS} ORDER BY d.id DESC LIMIT %(limit)s
"""  # noqa: S608  made of the constants above

THESE = f"WITH found AS (SELECT unnest(%(ids)s::uuid[]) AS id) {_COLUMNS} ORDER BY d.due_at, d.id"

CODES = """
SELECT right(deal_id::text, 10), min(deal_id::text) FROM delivery
WHERE right(deal_id::text, 10) = ANY(%s) AND book_id = %s
GROUP BY 1 HAVING count(*) = 1
"""

_terms = msgspec.json.Decoder(Terms).decode
_state = msgspec.json.Decoder(State).decode
_LAST = "ffffffff-ffff-ffff-ffff-ffffffffffff"
_FIRST = "00000000-0000-0000-0000-000000000000"
_BEGINNING = "1970-01-01T00:00:00+00:00"


class Row(NamedTuple):
    """A deal in a list, with what a merchant knows it by. The buyer's part is empty once it has been erased."""

    deal: Deal
    due_at: datetime | None
    title: str
    buyer: str
    phone: str
    regency: str
    province: str
    photo: str

    @property
    def code(self) -> str:
        return parcel_code(self.deal.id)

    @property
    def name(self) -> str:
        """What was bought, from the terms when nothing is written about it."""
        return self.title or self.deal.terms.lines[0].name


class Count(NamedTuple):
    """How many deals wait in a status (at most ``MOST_COUNTED``) and when the next clock of them rings."""

    n: int
    due_at: datetime | None

    @property
    def is_more(self) -> bool:
        return self.n >= MOST_COUNTED


NONE = Count(0, None)


class Page(NamedTuple):
    """A page of a list; ``after`` asks for the next one, "" when this is the last."""

    rows: list[Row]
    after: str


def counts(book: str | UUID, statuses: Sequence[str]) -> dict[str, Count]:
    """How many deals of the book wait in each of those open statuses for their merchant, and until when."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, [list(statuses), book, MOST_COUNTED])
        return {status: Count(n, due_at) for status, n, due_at in cursor.fetchall()}


def together(found: dict[str, Count], statuses: Sequence[str]) -> Count:
    """Several statuses as one group."""
    some = [found[status] for status in statuses if status in found]
    dues = [count.due_at for count in some if count.due_at is not None]
    return Count(min(sum(count.n for count in some), MOST_COUNTED), min(dues, default=None))


def urgent(book: str | UUID, statuses: Sequence[str], limit: int = PAGE, after: str = "") -> Page:
    """Deals in those open statuses that wait for their merchant, whoever's clock rings first at the top."""
    due, _, last = after.partition("/")
    found = _rows(
        URGENT,
        book,
        statuses=list(statuses), sorted=MOST_SORTED, all=not _is_moment(due, last), limit=limit + 1,
        due=due if _is_moment(due, last) else _BEGINNING, id=last if _is_moment(due, last) else _FIRST,
    )  # fmt: skip
    return _page(found, limit, lambda row: f"{row.due_at.isoformat() if row.due_at else ''}/{row.deal.id}")


def latest(book: str | UUID, statuses: Sequence[str] = (), limit: int = PAGE, after: str = "") -> Page:
    """Deals in those statuses (in any, without), the newest first."""
    is_open = bool(statuses) and not set(statuses) & set(ENDED)
    found = _rows(
        LATEST_OPEN if is_open else LATEST,
        book,
        statuses=list(statuses), any=not statuses, id=after if _is_id(after) else _LAST, limit=limit + 1,
    )  # fmt: skip
    return _page(found, limit, lambda row: row.deal.id)


def search(book: str | UUID, text: str, limit: int = PAGE) -> list[Row]:
    """Deals by parcel code, by part of the buyer's name, by the end of the buyer's number, or by a whole tracking
    number, among all the deals there are."""
    text = " ".join(text.split())[:64]
    digits = "".join(letter for letter in text if letter.isascii() and letter.isdigit())
    is_number = len(digits) >= 4 and not any(letter.isalpha() for letter in text)
    code = read_parcel_code(text)
    return _rows(
        SEARCH,
        book,
        code=code,
        name=f"%{_plain(text)}%",
        phone=f"%{digits.removeprefix('0')}" if is_number else "",
        parcel=tidy(text) if digits else "",
        limit=limit,
    )


def these(book: str | UUID, deals: Sequence[str]) -> list[Row]:
    """Those of the named deals that are the book's, in order of their clocks."""
    wanted = [deal for deal in dict.fromkeys(deals) if _is_id(deal)]
    return _rows(THESE, book, ids=wanted) if wanted else []


def by_codes(book: str | UUID, codes: Sequence[str]) -> dict[str, str]:
    """Ids of the book's deals by what ``read_parcel_code`` made of their codes; a code of two deals names neither."""
    with connection.cursor() as cursor:
        cursor.execute(CODES, [list(codes), book])
        return dict(cursor.fetchall())


def _rows(statement: str, book: str | UUID, **values: str | int | list[str]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"book": book, **values})
        return [
            Row(Deal(id, str(book), _terms(terms), _state(state), version), due_at, *(text or "" for text in about))
            for id, version, terms, state, due_at, *about in cursor.fetchall()
        ]


def _page(found: list[Row], limit: int, place: Callable[[Row], str]) -> Page:
    return Page(found[:limit], place(found[limit - 1]) if len(found) > limit else "")


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _is_moment(due: str, last: str) -> bool:
    try:
        return datetime.fromisoformat(due).tzinfo is not None and _is_id(last)
    except ValueError:
        return False


def _plain(text: str) -> str:
    """The text as LIKE takes it word for word."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
