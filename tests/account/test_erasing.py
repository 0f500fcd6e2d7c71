"""Erasing one's account: what goes, what stays, what must be finished first, and who may ask for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.core.cache import cache
from django.test import Client

from mediator.deals.ids import uuid7
from mediator.deals.store import read_deals
from mediator.deals.sweep import sweep
from mediator.ledger.cursors import hot_cursor
from mediator.ledger.models import Balance
from mediator.mediation.cases.models import Case
from mediator.notices.models import Subscription, Wish
from mediator.people.models import Person, RoleGrant
from mediator.people.roles import StaffRole
from mediator.protocol import Role
from mediator.shop.erasing import Hindered, erase, hindrances
from mediator.shop.models import Basket, DealLink, Delivery, Listing, Member, Merchant
from mediator.web import acting
from tests.account.signing import PASSWORD, person, sign_in
from tests.rails.making import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Iterator[World]:
    made, before = World(), acting.engine()
    cache.clear()
    acting.use_engine(made.engine)
    yield made
    acting.use_engine(before)


def bought(world: World, who: Person) -> Delivery:
    """A deal of theirs, just opened."""
    deal = world.open_deal()
    return Delivery.objects.create(
        book_id=deal.book, deal_id=deal.id, buyer=str(who.pk), person=who, name=who.name, phone="+6281234567890",
        email=who.email, address="Jalan Melati 3", province="32", regency="32.73", postcode="40111", note="pagar biru",
        title="Kopi Gayo 250 g", opened_at=world.clock.now(),
    )  # fmt: skip


def give_up(world: World, row: Delivery) -> None:
    """The deal is over: its payment never came."""
    world.pass_time(hours=25)
    sweep(world.engine)


def shop_of(world: World, *owners: Person) -> Merchant:
    shop = Merchant.objects.create(
        book_id=world.book, slug=f"toko-{uuid7()}", name="Batik Sekar", province="33", phone="+62811", about="Ibu Sari",
        opened_at=world.clock.now(),
    )  # fmt: skip
    for owner in owners:
        Member.objects.create(merchant=shop, person=owner, role="owner", since=world.clock.now())
    return shop


def ask(browser: Client, **data: str) -> Any:
    return browser.post("/me/erase", {"password": PASSWORD} | data)


def codes(who: Person) -> list[str]:
    return [one.code for one in hindrances(who)]


def test_all_that_stands_by_name_goes_and_the_deal_stays(world: World) -> None:
    me = person(password=PASSWORD, name="Ayu Wulandari")
    row = bought(world, me)
    give_up(world, row)
    Basket.objects.create(person=me, changed_at=world.clock.now())
    Wish.objects.create(person=me)
    keys = {"endpoint": "https://push.example/1", "p256dh": "k", "auth": "a", "since": world.clock.now()}
    Subscription.objects.create(person=me, **keys)
    Subscription.objects.create(book_id=row.book_id, deal_id=row.deal_id, **keys)
    address, here, elsewhere = me.email, sign_in(me), sign_in(me)
    assert ask(here).headers["Location"] == "/erased"
    me.refresh_from_db()
    row.refresh_from_db()
    assert "Ayu" not in me.name
    assert (me.phone, me.is_active, me.has_usable_password()) == ("", False, False)
    assert address not in me.email
    gone = (row.name, row.phone, row.email, row.address, row.postcode, row.note, row.person_id)
    assert gone == ("", "", "", "", "", "", None)
    assert row.buyer == str(me.pk)
    assert not EmailAddress.objects.filter(email=address).exists()
    assert [kept.objects.count() for kept in (Basket, Wish, Subscription)] == [0, 0, 0]
    for browser in (here, elsewhere):
        assert browser.get("/me").status_code == 302
    assert [message.to for message in mail.outbox] == [[address]]
    assert "surel terakhir" in mail.outbox[0].body.lower()
    assert here.get("/erased").status_code == 200


def test_the_address_may_open_a_new_account_and_the_old_password_opens_nothing(world: World) -> None:
    me = person(password=PASSWORD)
    address = me.email
    ask(sign_in(me))
    visitor = Client(headers={"host": "localhost"})
    assert visitor.post("/account/login/", {"login": address, "password": PASSWORD}).status_code == 422
    visitor.post("/account/signup/", {"name": "Ayu", "email": address, "password1": "teh-melati-dua-gelas"})
    assert Person.objects.get(email=address).pk != me.pk


def test_a_wrong_or_missing_password_erases_nothing(world: World) -> None:
    me = person(password=PASSWORD)
    browser = sign_in(me)
    for data in ({"password": "salah"}, {"password": ""}):
        assert ask(browser, **data).status_code == 422
    assert Person.objects.get(pk=me.pk).is_active
    assert mail.outbox == []


def test_who_has_a_second_factor_gives_a_code_too(world: World) -> None:
    me = person(password=PASSWORD)
    TOTP.activate(me, generate_totp_secret())
    code = RecoveryCodes.activate(me).get_unused_codes()[0]
    browser = sign_in(me)
    assert ask(browser).status_code == 422
    assert ask(browser, code="000000").status_code == 422
    assert Person.objects.get(pk=me.pk).is_active
    assert ask(browser, code=code).status_code == 302
    assert not Authenticator.objects.exists()


def test_passwords_can_not_be_guessed_here(world: World) -> None:
    browser = sign_in(person(password=PASSWORD))
    for _ in range(5):
        ask(browser, password="salah")
    assert ask(browser).status_code == 429


def test_an_open_deal_comes_first_and_the_page_says_which(world: World) -> None:
    me = person(password=PASSWORD)
    row = bought(world, me)
    assert codes(me) == ["deal_open"]
    browser = sign_in(me)
    page = browser.get("/me/erase").text
    assert "Kopi Gayo 250 g" in page
    assert f"/my/deals/{row.book_id}/{row.deal_id}" in page
    assert 'name="password"' not in page
    assert ask(browser).status_code == 422
    row.refresh_from_db()
    assert row.address == "Jalan Melati 3"
    give_up(world, row)
    assert codes(me) == []


def test_a_refund_that_is_on_its_way_comes_first(world: World) -> None:
    me = person()
    row = bought(world, me)
    place = (str(row.book_id), str(row.deal_id))
    with hot_cursor() as cursor:
        deal = read_deals(cursor, [place])[place].deal
    world.pay(deal)
    assert world.act(deal, "cancel", Role.MERCHANT).ok
    assert world.now(deal).status in ("refunded", "cancelled")
    assert codes(me) == ["refund_due"]


def test_an_owner_alone_settles_the_shop_first_and_with_another_owner_need_not(world: World) -> None:
    me, other = person(), person()
    shop = shop_of(world, me)
    deal = world.open_deal()
    assert codes(me) == ["shop_deals"]
    world.pay(deal)
    world.release(deal)
    assert "merchant" in {name for name, amount in world.balances().items() if amount}
    assert codes(me) == ["shop_money"]
    Member.objects.create(merchant=shop, person=other, role="owner", since=world.clock.now())
    assert codes(me) == []
    erase(me.pk, world.clock.now())
    assert list(Member.objects.values_list("person", flat=True)) == [other.pk]
    shop.refresh_from_db()
    assert shop.phone == "+62811"


def test_a_debt_comes_first_too(world: World) -> None:
    me = person()
    shop_of(world, me)
    Balance.objects.create(book_id=world.book, account="receivable", amount=-5_000_00)
    assert codes(me) == ["shop_money"]


def test_a_shop_without_an_owner_sells_nothing_any_more(world: World) -> None:
    me, helper, now = person(), person(), world.clock.now()
    shop = shop_of(world, me)
    Member.objects.create(merchant=shop, person=helper, role="staff", since=now)
    listing = Listing.objects.create(
        merchant=shop, status="live", title="Kain", category="batik", price_minor=100_00, weight_g=100, province="33",
        created_at=now, changed_at=now,
    )  # fmt: skip
    link = DealLink.objects.create(
        code="abc2345678", merchant=shop, promise="0" * 64, title="Kain", price_minor=100_00, key="k", created_by="x",
        created_at=now, expires_at=now,
    )  # fmt: skip
    erase(me.pk, now)
    for row in (shop, listing, link):
        row.refresh_from_db()
    assert (shop.phone, shop.about, shop.name) == ("", "", "Batik Sekar")
    assert listing.status == "paused"
    assert link.closed_at == now
    assert not Member.objects.exists()


def test_the_last_of_a_role_stays_until_somebody_else_has_it(world: World) -> None:
    me = person(StaffRole.OPERATOR)
    assert [(one.code, one.about) for one in hindrances(me)] == [("last_in_role", "operator")]
    gone = person(StaffRole.OPERATOR)
    Person.objects.filter(pk=gone.pk).update(is_active=False)
    assert codes(me) == ["last_in_role"]
    person(StaffRole.OPERATOR)
    assert codes(me) == []
    erase(me.pk, world.clock.now())
    assert RoleGrant.objects.get(person=me).ended_at == world.clock.now()


def test_a_mediator_finishes_open_cases_first(world: World) -> None:
    me = person(StaffRole.MEDIATOR)
    person(StaffRole.MEDIATOR)
    deal = world.open_deal()
    Case.objects.create(
        book_id=deal.book, deal_id=deal.id, number=1, version=1, remedy="refund", stage="in_mediation",
        merchant=deal.book, buyer=world.buyer, kind="not_arrived",
        amount=1, currency="IDR", opened_at=world.clock.now(), mediator=me,
    )  # fmt: skip
    assert codes(me) == ["case_open"]
    with pytest.raises(Hindered):
        erase(me.pk, world.clock.now())


def test_erasing_twice_is_erasing_once(world: World) -> None:
    me = person()
    assert erase(me.pk, world.clock.now()) is not None
    assert erase(me.pk, world.clock.now()) is None


def test_nobody_erases_without_being_signed_in() -> None:
    visitor = Client(headers={"host": "localhost"})
    assert visitor.post("/me/erase", {"password": PASSWORD}).headers["Location"].startswith("/account/login/")
