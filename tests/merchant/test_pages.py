"""The desk's pages: what is on them, who may open them, and what they cost the database."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mediator.deals.ids import uuid7
from mediator.protocol import Deal, Role
from mediator.shop.models import Listing, Member, Merchant
from mediator.shop.parcel_codes import parcel_code

from .making import Desk, client_of, person

PAGES = (
    "merchant", "merchant-deals", "merchant-money", "merchant-statement", "merchant-account", "merchant-products",
    "merchant-product-new", "merchant-import-new", "merchant-settings",
)  # fmt: skip


def page(browser: Client, name: str, *args: object, **query: str) -> str:
    response = browser.get(reverse(name, args=args), query)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def queries(browser: Client, address: str) -> int:
    browser.get(address)  # what is kept for a while is there the second time
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
    return len(asked)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["en", "id"])
def test_every_page_opens_for_an_empty_shop(desk: Desk, name: str, language: str) -> None:
    html = page(client_of(desk.owner, language), name)
    assert html.count("<h1") == 1
    assert "style=" not in html
    assert " onclick" not in html


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_signs_in_first_and_a_person_without_a_shop_opens_one(desk: Desk, name: str) -> None:
    assert Client().get(reverse(name)).url.startswith(reverse("account_login"))
    assert client_of(person("Ani")).get(reverse(name)).url == reverse("open-shop")


def test_the_desk_says_what_is_to_be_done(desk: Desk, browser: Client) -> None:
    funded, claimed = desk.funded(title="Kain tenun"), desk.claimed(title="Sarung")
    html = page(browser, "merchant")
    assert html.index("Ship these") < html.index("Kain tenun") < html.index("Answer these") < html.index("Sarung")
    assert parcel_code(funded.id) in html
    assert parcel_code(claimed.id) in html
    assert "Rp\u00a0300.000" not in html.split("Ready")[0].split("Held")[0]
    assert "300,000" in html


def test_lists_cost_the_same_for_few_deals_and_for_many(desk: Desk, browser: Client) -> None:
    addresses = [reverse("merchant"), *(f"{reverse('merchant-deals')}?tab={tab}" for tab in ("ship", "answer", "over"))]
    addresses += [f"{reverse('merchant-deals')}?q=ani", reverse("merchant-money"), reverse("merchant-statement")]
    desk.funded(), desk.claimed(), desk.released(), desk.delivered()
    before = [queries(browser, address) for address in addresses]
    for _ in range(6):
        desk.funded(), desk.claimed(), desk.released()
    assert [queries(browser, address) for address in addresses] == before
    assert max(before) <= 16, before


def test_a_deals_page_costs_the_same_however_long_its_history(desk: Desk, browser: Client) -> None:
    short, long = desk.claimed(), desk.claimed()
    desk.must(long, "offer", Role.MERCHANT, amount=50_000_00)
    desk.must(long, "offer", Role.BUYER, amount=100_000_00)
    costs = [queries(browser, reverse("merchant-deal", args=[deal.id])) for deal in (short, long)]
    assert costs[0] == costs[1] <= 16


@pytest.mark.parametrize(
    "make", [Desk.opened, Desk.funded, Desk.shipped, Desk.delivered, Desk.claimed, Desk.released],
    ids=lambda make: make.__name__,
)  # fmt: skip
def test_a_deal_shows_exactly_what_may_be_done_with_it(
    desk: Desk, browser: Client, make: Callable[[Desk], Deal]
) -> None:
    from mediator.protocol import Actor, allowed_actions
    from mediator.web.merchant.actions import BY_COMMAND

    deal = make(desk)
    html = page(browser, "merchant-deal", deal.id)
    actor = Actor(Role.MERCHANT, str(desk.merchant.pk))
    allowed = {action.command for action in allowed_actions(desk.read(deal), actor, desk.now)}
    assert allowed <= BY_COMMAND.keys()
    for command in BY_COMMAND:
        address = reverse("merchant-deal-do", args=[deal.id, command])
        assert (address in html) == (command in allowed)
        assert browser.get(address).status_code == (200 if command in allowed else 302)


def test_what_is_anothers_is_not_there(desk: Desk, browser: Client) -> None:
    other = desk.other()
    foreign = desk.funded(merchant=other)
    product = Listing.objects.create(
        merchant=other, title="x", category="other", price_minor=100, weight_g=1, province="35",
        photos=["a" * 64], created_at=desk.now, changed_at=desk.now,
    )  # fmt: skip
    for address in (
        reverse("merchant-deal", args=[foreign.id]), reverse("merchant-deal-do", args=[foreign.id, "pack"]),
        reverse("merchant-deal-photo", args=[foreign.id, "a" * 64]), reverse("merchant-product", args=[product.pk]),
        reverse("merchant-product-photo", args=[product.pk, "a" * 64]), reverse("merchant-import", args=[uuid7()]),
        f"{reverse('merchant-labels')}?deal={foreign.id}", f"{reverse('merchant-slips')}?deal={foreign.id}",
        reverse("merchant-deal", args=[uuid7()]), reverse("merchant-deal-do", args=[foreign.id, "nonsense"]),
    ):  # fmt: skip
        assert browser.get(address).status_code == 404, address
    assert browser.post(reverse("merchant-deal-do", args=[foreign.id, "pack"]), {"key": uuid7()}).status_code == 404
    assert desk.read(foreign).status == "funded"
    browser.post(reverse("merchant-products-status"), {"listing": str(product.pk), "status": "live"})
    product.refresh_from_db()
    assert product.status == "draft"
    assert browser.post(reverse("merchant-switch"), {"merchant": str(other.pk)}).status_code == 404


def test_a_person_in_two_shops_works_for_the_chosen_one(desk: Desk, browser: Client) -> None:
    other = desk.other()
    Member.objects.create(merchant=other, person=desk.owner, role="staff", since=desk.now)
    assert page(browser, "merchant").count("Batik Sari") > 1
    browser.post(reverse("merchant-switch"), {"merchant": str(other.pk)})
    deal = desk.funded(merchant=other, title="Sandal kulit")
    assert "Sandal kulit" in page(browser, "merchant")
    assert browser.get(reverse("merchant-deal", args=[deal.id])).status_code == 200
    assert browser.get(reverse("merchant-account-new")).status_code in (302, 404)


def test_opening_a_shop_twice_is_one_shop(desk: Desk) -> None:
    browser = client_of(person("Rina"))
    form = {"name": "Kopi Rina", "regency": "32.73", "phone": "081234567890", "near": "9.000", "far": "20.000"}
    for _ in range(2):
        assert browser.post(reverse("open-shop"), form).url == reverse("merchant")
    shop = Merchant.objects.get(name="Kopi Rina")
    assert (shop.phone, shop.freight_near_minor, shop.province) == ("+6281234567890", 9_000_00, "32")
    refused = browser.post(reverse("open-shop"), {**form, "phone": "12"})
    assert refused.status_code == 422
    assert "Kopi Rina" in refused.content.decode()


def test_staff_ship_and_answer_but_change_neither_money_nor_people(desk: Desk) -> None:
    helper = desk.staff()
    browser = client_of(helper)
    deal = desk.funded()
    assert browser.post(reverse("merchant-deal-do", args=[deal.id, "pack"]), {"key": uuid7()}).status_code == 302
    assert desk.read(deal).status == "packed"
    settings = {"name": "X", "regency": "32.73", "phone": "081234567890", "near": "0", "far": "0"}
    assert browser.post(reverse("merchant-settings"), settings).status_code == 404
    assert browser.post(reverse("merchant-members"), {"email": "a@b.id"}).status_code == 404
    assert browser.post(reverse("merchant-member-remove", args=[desk.owner.pk])).status_code == 404
    assert browser.get(reverse("merchant-account-new")).status_code in (302, 404)
    assert browser.post(reverse("merchant-member-remove", args=[helper.pk])).status_code == 302
    assert browser.get(reverse("merchant")).url == reverse("open-shop")


def test_an_owner_lets_somebody_help_and_ends_it(desk: Desk, browser: Client) -> None:
    helper = person("Wati")
    assert browser.post(reverse("merchant-members"), {"email": "nobody@example.com"}).status_code == 422
    for _ in range(2):
        assert browser.post(reverse("merchant-members"), {"email": helper.email.upper()}).status_code == 302
    assert Member.objects.get(merchant=desk.merchant, person=helper).role == "staff"
    assert "Wati" in page(browser, "merchant-settings")
    browser.post(reverse("merchant-member-remove", args=[helper.pk]))
    browser.post(reverse("merchant-member-remove", args=[desk.owner.pk]))
    assert list(Member.objects.filter(merchant=desk.merchant).values_list("role", flat=True)) == ["owner"]


def test_a_new_place_is_said_on_the_products_too(desk: Desk, browser: Client) -> None:
    product = Listing.objects.create(
        merchant=desk.merchant, title="x", category="other", price_minor=100, weight_g=1, province="33",
        created_at=desk.now, changed_at=desk.now,
    )  # fmt: skip
    form = {"name": "Batik Sari", "regency": "32.73", "phone": "081234567890", "near": "0", "far": "5000"}
    assert browser.post(reverse("merchant-settings"), form).status_code == 302
    product.refresh_from_db()
    assert (product.province, product.regency) == ("32", "32.73")


def test_every_post_is_guarded_against_other_sites(desk: Desk) -> None:
    deal = desk.funded()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(desk.owner)
    for address in (
        reverse("merchant-deal-do", args=[deal.id, "pack"]), reverse("merchant-pack"), reverse("merchant-ship"),
        reverse("merchant-settings"), reverse("merchant-members"), reverse("merchant-switch"),
        reverse("merchant-products-status"), reverse("open-shop"),
    ):  # fmt: skip
        assert browser.post(address, {"deal": deal.id}).status_code == 403, address
    assert desk.read(deal).status == "funded"
