"""A person's own deals, page by page: two statements a page, however many deals there are."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q

from mediator.deals.store import read_deals
from mediator.ledger.cursors import hot_cursor
from mediator.mediation.models import Evidence
from mediator.people.models import Person
from mediator.protocol import due_at
from mediator.shop.models import Delivery, Member
from mediator.web.deal_words import STATUS, TONE

PAGE = 20


class MyDeal(NamedTuple):
    """A deal as its buyer's list shows it. Amounts in minor units."""

    book: str
    deal: str
    title: str
    opened_at: datetime
    status: str
    tone: str
    amount: int
    currency: str
    due: datetime | None


class Page(NamedTuple):
    """Some deals, newest first, and the cursor of those after them ("" at the end)."""

    deals: list[MyDeal]
    after: str


def my_deals(person: Person, after: str = "") -> Page:
    """The person's deals that come after that cursor; a cursor that is none begins anew."""
    rows = Delivery.objects.filter(person=person).order_by("-opened_at", "-deal_id")
    cursor = read_cursor(after)
    if cursor is not None:
        opened_at, deal = cursor
        rows = rows.filter(opened_at__lte=opened_at).filter(Q(opened_at__lt=opened_at) | Q(deal_id__lt=deal))
    shown = list(rows.only("book_id", "deal_id", "title", "opened_at")[: PAGE + 1])
    more = len(shown) > PAGE
    shown = shown[:PAGE]
    return Page(_with_deals(shown), write_cursor(shown[-1]) if more else "")


def _with_deals(rows: list[Delivery]) -> list[MyDeal]:
    places = [(str(row.book_id), str(row.deal_id)) for row in rows]
    if not places:
        return []
    with hot_cursor() as cursor:
        found = read_deals(cursor, places)
    deals = []
    for row, place in zip(rows, places, strict=True):
        if place not in found:
            continue
        deal = found[place].deal
        status = deal.status
        words = (str(STATUS[status]), TONE[status])
        money = (deal.terms.amount, deal.terms.currency)
        deals.append(MyDeal(*place, row.title, row.opened_at, *words, *money, due_at(deal.state)))
    return deals


def write_cursor(row: Delivery) -> str:
    """Where a list goes on after this row."""
    text = f"{row.opened_at.isoformat()} {row.deal_id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[datetime, UUID] | None:
    """(opened at, deal); None for what is no cursor."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        at, _, deal = text.partition(" ")
        moment = datetime.fromisoformat(at)
        return (moment, UUID(deal)) if moment.tzinfo else None
    except (ValueError, binascii.Error):
        return None


def data_of(person: Person) -> dict[str, Any]:
    """All that is kept of a person by name: who they are, where parcels went, what they said, where they work."""
    fields = ("email", "name", "phone", "language", "zone", "joined_at")
    of_parcel = (
        "book_id", "deal_id", "title", "name", "phone", "email", "address", "province", "regency", "postcode", "note",
        "opened_at",
    )  # fmt: skip
    parcels = list(Delivery.objects.filter(person=person).order_by("opened_at").values(*of_parcel))
    of_evidence = ("book_id", "deal_id", "purpose", "words", "photos", "at")
    books, deals = ([parcel[name] for parcel in parcels] for name in ("book_id", "deal_id"))
    said = Evidence.objects.filter(book_id__in=books, deal_id__in=deals, actor=str(person.pk))
    shops = Member.objects.filter(person=person).order_by("since").values("merchant__name", "role", "since")
    roles = person.grants.order_by("granted_at").values("role", "scope", "granted_at", "ended_at")
    return {
        "person": {name: getattr(person, name) for name in fields},
        "deals": parcels,
        "evidence": list(said.order_by("at").values(*of_evidence)),
        "shops": list(shops),
        "roles": list(roles),
    }
