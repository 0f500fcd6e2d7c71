"""Who is behind a party of a deal, and how they want to be told: for many deals at once, in a few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

from mediator.notices.models import Subscription, Wish
from mediator.notices.table import Party
from mediator.people.models import Person
from mediator.protocol.deal import Deal
from mediator.shop.models import Delivery, Member, Merchant

GUEST = "guest"
Place = tuple[str, str]
"""Book and deal."""


class Recipient(NamedTuple):
    """One who is told. ``id``: a person's, or "guest". ``mail``: an address or "". ``push``: a browser waits."""

    id: str
    language: str
    zone: str
    mail: str
    push: bool


class Parties:
    """Everybody behind the parties of some deals, read once."""

    def __init__(self, deals: Sequence[Deal]) -> None:
        books, ids = {deal.book for deal in deals}, {deal.id for deal in deals}
        rows = Delivery.objects.filter(book_id__in=books, deal_id__in=ids).select_related("person")
        self._deliveries: dict[Place, Delivery] = {(str(row.book_id), str(row.deal_id)): row for row in rows}
        self._merchants: dict[str, str] = {}
        self._members: dict[str, list[Person]] = defaultdict(list)
        names = Merchant.objects.filter(book_id__in=books).values_list("book_id", "name")
        self._merchants = {str(book): name for book, name in names}
        members = Member.objects.filter(merchant__book_id__in=books, person__is_active=True)
        for member in members.select_related("person", "merchant"):
            self._members[str(member.merchant.book_id)].append(member.person)
        people = {p.pk for persons in self._members.values() for p in persons}
        people |= {row.person_id for row in self._deliveries.values() if row.person_id}
        self._wishes = {wish.person_id: wish for wish in Wish.objects.filter(person__in=people)}
        self._subscribed = _subscribed(people, ids)

    def merchant_name(self, deal: Deal) -> str:
        """The merchant as people know it; what the deal's terms say when there is no shop."""
        return self._merchants.get(deal.book) or deal.terms.merchant

    def of(self, deal: Deal, party: Party) -> list[Recipient]:
        """Whom to tell; nobody for deals that came through the API, where the platform tells its own people."""
        if party == "merchant":
            return [self._person(person, person.email, ()) for person in self._members.get(deal.book, ())]
        row = self._deliveries.get((deal.book, deal.id))
        if row is None:
            return []
        if row.person is not None and row.person.is_active:
            return [self._person(row.person, row.email or row.person.email, (deal.id,))]
        return [Recipient(GUEST, row.language, row.zone, row.email, deal.id in self._subscribed)]

    def _person(self, person: Person, mail: str, deals: Collection[str]) -> Recipient:
        wish = self._wishes.get(person.pk)
        has_browser = str(person.pk) in self._subscribed or any(deal in self._subscribed for deal in deals)
        return Recipient(
            str(person.pk),
            person.language,
            person.zone,
            mail if wish is None or wish.mail else "",
            has_browser and (wish is None or wish.push),
        )


def _subscribed(people: Collection[UUID], deals: Collection[str]) -> set[str]:
    """The ids of those persons and deals that some browser is subscribed for."""
    found = Subscription.objects.filter(person__in=people).values_list("person_id", flat=True)
    of_deals = Subscription.objects.filter(deal_id__in=deals).values_list("deal_id", flat=True)
    return {str(one) for one in found} | {str(one) for one in of_deals}
