"""Opening a shop: the merchant, its book, its owner, and the fee policy its deals open under; all or nothing."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.text import slugify

from mediator.deals.books import NewBook, open_books
from mediator.deals.charging import adopt
from mediator.deals.ids import uuid7
from mediator.deals.models import Policy as PolicyRow
from mediator.people.models import Person
from mediator.policy.shipped import shipped_policy
from mediator.protocol.calendar import jakarta_date
from mediator.shop.models import Member, Merchant
from mediator.shop.standing import Standing, standing_of

__all__ = ("FIRST_POLICY", "Standing", "open_merchant", "policy_for_new_shops", "standing_of")

FIRST_POLICY = "free"
"""What a new installation begins with, until its operator adopts a policy of their own: no fee."""

OWNER, STAFF = "owner", "staff"


def open_merchant(
    person: Person,
    name: str,
    province: str,
    regency: str,
    now: datetime,
    *,
    phone: str = "",
    about: str = "",
    freight_near_minor: int = 0,
    freight_far_minor: int = 0,
    policy: str = "",
) -> Merchant:
    """Open a shop of that name with this person as its owner; a shop the person already owns by that name is returned.

    ``province`` and ``regency`` are Kemendagri codes, freight is minor units a started kilogram. The book is in rupiah,
    under ``policy`` (an adopted policy's id), else ``policy_for_new_shops``.
    """
    with transaction.atomic():
        # A second click waits here for the first, and then finds its shop.
        Person.objects.select_for_update().get(pk=person.pk)
        own = Merchant.objects.filter(members__person=person, members__role=OWNER, name__iexact=name.strip()).first()
        if own is not None:
            return own
        merchant = Merchant(
            book_id=uuid7(), name=name.strip(), about=about.strip(), province=province, regency=regency, phone=phone,
            freight_near_minor=freight_near_minor, freight_far_minor=freight_far_minor, opened_at=now,
        )  # fmt: skip
        _save_under_free_slug(merchant)
        chosen = policy or policy_for_new_shops(now)
        book = NewBook(str(merchant.book_id), str(merchant.pk), "IDR", name=merchant.name, policy=chosen)
        opened = open_books([book], now)
        assert opened == 1, "a new merchant has no book yet"
        Member.objects.create(merchant=merchant, person=person, role=OWNER, since=now)
    merchant.refresh_from_db()
    return merchant


def policy_for_new_shops(now: datetime) -> str:
    """The policy that was adopted last and is in force today; ``FIRST_POLICY`` is adopted when none is."""
    today = jakarta_date(now)
    in_force = PolicyRow.objects.filter(Q(valid_to=None) | Q(valid_to__gt=today), valid_from__lte=today)
    latest = in_force.order_by("-adopted_at", "-version").values_list("policy_id", flat=True).first()
    if latest is not None:
        return latest
    adopt(shipped_policy(FIRST_POLICY, today), now)
    return FIRST_POLICY


def _save_under_free_slug(merchant: Merchant) -> None:
    """The shop's address: its name, with a few letters behind it when another shop has that."""
    plain = slugify(merchant.name)[:64].strip("-") or "toko"
    merchant.slug = plain
    while True:
        try:
            with transaction.atomic():
                return merchant.save(force_insert=True)
        except IntegrityError:
            if not Merchant.objects.filter(slug=merchant.slug).exists():
                raise
            merchant.slug = f"{plain}-{secrets.token_hex(3)}"
