"""Who is shopping: a person or a guest, their basket, and what this session opened. Only here is the session used."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from mediator.deals.ids import uuid7
from mediator.people.models import Person
from mediator.shop import baskets
from mediator.shop.models import Basket, Delivery
from mediator.shop.places import PROVINCES, REGENCIES

BASKET, GUEST, PURCHASES, REGENCY, PROVINCE = "basket", "guest", "purchases", "regency", "province"
MOST_PURCHASES = 60


def signed_in_person(request: HttpRequest) -> Person | None:
    """Whoever is signed in."""
    return request.user if isinstance(request.user, Person) else None


def buyer_of(request: HttpRequest, key: str) -> str:
    """The buyer of an order with that key: the person, else a guest known by nothing but this session and order."""
    person = signed_in_person(request)
    if person is not None:
        return str(person.pk)
    guest = request.session.setdefault(GUEST, uuid7())
    return f"guest-{uuid.uuid5(uuid.UUID(guest), key)}"


def basket_of(request: HttpRequest, now: datetime) -> Basket | None:
    """The visitor's basket; after a sign-in what lay in it before joins the person's."""
    person, basket_id = signed_in_person(request), request.session.get(BASKET)
    if person is not None and basket_id:
        baskets.bring_along(basket_id, person, now)
        del request.session[BASKET]
    return baskets.find(basket_id, person)


def open_basket(request: HttpRequest, now: datetime) -> Basket:
    """The visitor's basket, a new one if there is none."""
    person = signed_in_person(request)
    basket = basket_of(request, now)
    if basket is None:
        basket = baskets.open_basket(person, now)
        if person is None:
            request.session[BASKET] = str(basket.pk)
    return basket


def remember_purchase(request: HttpRequest, code: str, regency: str) -> None:
    """This session opened that purchase, so it may see its receipt; and where its parcels go, for the next freight."""
    opened = [known for known in request.session.get(PURCHASES, []) if known != code]
    request.session[PURCHASES] = [*opened[-MOST_PURCHASES:], code]
    request.session[REGENCY], request.session[PROVINCE] = regency, regency[:2]


def may_see(request: HttpRequest, purchase: str) -> bool:
    """Whether this visitor bought that: in this session, or by this account."""
    if purchase in request.session.get(PURCHASES, []):
        return True
    person = signed_in_person(request)
    return person is not None and Delivery.objects.filter(purchase=purchase, person=person).exists()


def province_of(request: HttpRequest) -> str:
    """Where freight is shown to: what the address asks for (and is remembered), else what was asked before; else ""."""
    asked = request.GET.get("to")
    if asked is not None:
        if asked in PROVINCES:
            request.session[PROVINCE] = asked
            return asked
        return ""
    known = request.session.get(PROVINCE, "")
    return known if known in PROVINCES else ""


def known_address(request: HttpRequest) -> dict[str, Any]:
    """What an order form can be filled with: a person's last address; of a guest, the regency alone."""
    regency = request.session.get(REGENCY, "")
    person = signed_in_person(request)
    if person is None:
        return {"regency": regency} if regency in REGENCIES else {}
    last = Delivery.objects.filter(person=person).exclude(address="").order_by("-opened_at").first()
    if last is None:
        return {"name": person.name, "phone": person.phone, "email": person.email, "regency": regency}
    fields = ("name", "phone", "email", "address", "regency", "postcode")
    return {field: getattr(last, field) for field in fields}
