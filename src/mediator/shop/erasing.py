"""Forgetting a person: what stands by name goes, what must stay keeps a number for a name (law 27/2022, article 8).

The journal, deals and amounts are never touched: they know the person by id alone. Evidence stays too, as proof of how
a case was decided. Nothing is erased while somebody is owed money or an answer; ``hindrances`` says what comes first.
Tables of packages above this one are named in SQL, not imported.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import connection, transaction
from django.db.models import Q

from mediator.deals.models import ENDED
from mediator.deals.models import Deal as DealRow
from mediator.ledger.models import Balance
from mediator.mediation.cases.models import Absence, Case, Proposal, Tie
from mediator.people.models import Person, RoleGrant
from mediator.shop.models import Basket, DealLink, Delivery, Listing, Member, Merchant, PayoutAccount

MOST_SHOWN = 20
UNSETTLED = (
    "held", "disputed", "suspense", "merchant", "buyer", "payout_transit", "refund_transit", "receivable",
)  # fmt: skip
"""Accounts of a book in which somebody's money, or a debt, still lies."""

# Deals of the person that are not over, or whose money has not reached the person yet.
BOUGHT = """
SELECT p.book_id::text, p.deal_id::text, p.title, d.status <> ALL(%(ended)s) AS is_open
FROM delivery AS p JOIN deal AS d ON d.book_id = p.book_id AND d.id = p.deal_id
WHERE p.person_id = %(person)s AND (
    d.status <> ALL(%(ended)s)
    OR EXISTS (SELECT FROM jsonb_each_text(coalesce(d.state::jsonb -> 'purse', '{}')) AS a (name, amount)
               WHERE a.name IN ('buyer', 'refund_transit', 'suspense') AND a.amount::bigint <> 0))
ORDER BY p.opened_at DESC, p.deal_id DESC LIMIT %(most)s
"""
FORGET_BROWSERS = """
DELETE FROM push_subscription AS s
WHERE s.person_id = %(person)s OR EXISTS (
    SELECT FROM delivery AS p
    WHERE p.person_id = %(person)s AND p.book_id = s.book_id AND p.deal_id = s.deal_id)
"""
PRODUCES = "SELECT EXISTS (SELECT FROM ikm_producer WHERE merchant = %s AND erased_at IS NULL AND merged_into IS NULL)"
FORGET_WISHES = "DELETE FROM notice_wish WHERE person_id = %(person)s"


class Hindrance(NamedTuple):
    """One thing to finish first. ``code``: deal_open, refund_due, shop_deals, shop_money, shop_producer (its profile
    as a producer is to be erased first), case_open, proposal_open or last_in_role; ``about`` is a title, a shop's name
    or a role. A deal has ``book`` and ``deal``."""

    code: str
    about: str
    book: str = ""
    deal: str = ""


class Hindered(Exception):
    """The person can't be erased yet; nothing was changed."""

    def __init__(self, found: list[Hindrance]) -> None:
        super().__init__("There is something to finish first.")
        self.code = "erasure_hindered"
        self.found = found


class Erased(NamedTuple):
    """Where to say goodbye: all that is still known of the person, and only until it was said."""

    email: str
    language: str


def hindrances(person: Person) -> list[Hindrance]:
    """What must be finished before this person can be erased; nothing when it can be done now."""
    return [*_as_buyer(person), *_as_owner(person), *_as_staff(person)]


def erase(person_id: UUID, now: datetime) -> Erased | None:
    """Erase the person; None when that was done before. Raises Hindered.

    The row is locked against orders of this person: one that is being opened is either seen, or waits.
    """
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=person_id)
        if is_erased(person):
            return None
        found = hindrances(person)
        if found:
            raise Hindered(found)
        known = Erased(person.email, person.language)
        _close_shops(person, now)
        _forget_choices(person)
        _forget_parcels(person)
        _end_roles(person, now)
        _forget_sign_in(person)
        return known


def is_erased(person: Person) -> bool:
    return person.email == _nobodys_address(person)


def _nobodys_address(person: Person) -> str:
    """Unique, and of a top-level domain that no mail server may serve (RFC 2606)."""
    return f"{person.pk}@erased.invalid"


def _as_buyer(person: Person) -> list[Hindrance]:
    with connection.cursor() as cursor:
        cursor.execute(BOUGHT, {"person": person.pk, "ended": list(ENDED), "most": MOST_SHOWN})
        return [
            Hindrance("deal_open" if is_open else "refund_due", title, book, deal)
            for book, deal, title, is_open in cursor.fetchall()
        ]


def _shops_of_nobody_else(person: Person) -> list[Merchant]:
    """Shops that would be without an owner."""
    owned = Merchant.objects.filter(members__person=person, members__role="owner")
    others = Member.objects.filter(role="owner", person__is_active=True).exclude(person=person)
    return list(owned.exclude(pk__in=others.values("merchant_id")).order_by("opened_at"))


def _as_owner(person: Person) -> list[Hindrance]:
    found = []
    for shop in _shops_of_nobody_else(person):
        if DealRow.objects.filter(book_id=shop.book_id).exclude(status__in=ENDED).exists():
            found.append(Hindrance("shop_deals", shop.name))
        if Balance.objects.filter(book_id=shop.book_id, account__in=UNSETTLED).exclude(amount=0).exists():
            found.append(Hindrance("shop_money", shop.name))
        if _produces(shop):
            found.append(Hindrance("shop_producer", shop.name))
    return found


def _produces(shop: Merchant) -> bool:
    """Whether a producer's profile (of a package above) is linked to the shop: names, numbers, a person's papers."""
    with connection.cursor() as cursor:
        cursor.execute(PRODUCES, [shop.pk])
        return bool(cursor.fetchone()[0])


def _as_staff(person: Person) -> list[Hindrance]:
    cases = Case.objects.filter(mediator=person, closed_at=None)[:MOST_SHOWN]
    found = [Hindrance("case_open", "", str(case.book_id), str(case.deal_id)) for case in cases]
    for proposal in Proposal.objects.filter(by=person, stage="waiting")[:MOST_SHOWN]:
        found.append(Hindrance("proposal_open", "", str(proposal.book_id), str(proposal.deal_id)))
    for role, scope in RoleGrant.objects.filter(person=person, ended_at=None).values_list("role", "scope"):
        others = RoleGrant.objects.filter(role=role, scope=scope, ended_at=None, person__is_active=True)
        if not others.exclude(person=person).exists():
            found.append(Hindrance("last_in_role", f"{role}:{scope}" if scope else role))
    return found


def _close_shops(person: Person, now: datetime) -> None:
    """A shop that would be without an owner sells nothing any more; its name stays on what was bought there."""
    shops = [shop.pk for shop in _shops_of_nobody_else(person)]
    Listing.objects.filter(merchant__in=shops, status="live").update(status="paused", changed_at=now)
    DealLink.objects.filter(merchant__in=shops, closed_at=None).update(closed_at=now)
    PayoutAccount.objects.filter(merchant__in=shops, withdrawn_at=None).update(withdrawn_at=now)
    Merchant.objects.filter(pk__in=shops).update(phone="", about="")
    Member.objects.filter(Q(merchant__in=shops) | Q(person=person)).delete()


def _forget_choices(person: Person) -> None:
    Basket.objects.filter(person=person).delete()
    with connection.cursor() as cursor:
        cursor.execute(FORGET_BROWSERS, {"person": person.pk})
        cursor.execute(FORGET_WISHES, {"person": person.pk})


def _forget_parcels(person: Person) -> None:
    """All deals are over, so no parcel needs an address. The regency stays: it names nobody, and freight was by it."""
    Delivery.objects.filter(person=person).update(
        person=None, name="", phone="", email="", address="", postcode="", note=""
    )


def _end_roles(person: Person, now: datetime) -> None:
    RoleGrant.objects.filter(person=person, ended_at=None).update(ended_by=str(person.pk), ended_at=now)
    Tie.objects.filter(person=person, ended_at=None).update(ended_at=now)
    Absence.objects.filter(person=person).delete()


def _forget_sign_in(person: Person) -> None:
    """Nobody can sign in, every session ends, and the address is free for a new account."""
    EmailAddress.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    person.email, person.phone = _nobodys_address(person), ""
    person.name = f"#{str(person.pk)[-10:]}"
    person.is_active = False
    person.set_unusable_password()
    person.save(update_fields=("email", "phone", "name", "is_active", "password"))
