"""The storefront's pages: what a buyer or seller meets, what bad input gets, and what nobody may see."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from mediator.deals.models import Deal as DealRow
from mediator.protocol.table import CLOCKS
from mediator.rails.models import RailPayment
from mediator.shop import words
from mediator.shop.links import Offer, make_link
from mediator.shop.models import Basket, BasketItem, DealLink, Delivery, Listing
from mediator.web.storefront.terms import SAYS
from tests.shop import making

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

TO = {
    "name": "Budi",
    "phone": "0812 3456 7890",
    "regency": "32.73",
    "address": "Jl. Dago 12, RT 2",
    "postcode": "40135",
}
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def shop():
    return making.merchant(freight_near_minor=9_000_00, freight_far_minor=20_000_00)


def put(client, goods, quantity=1):
    return client.post(reverse("basket"), {"listing": str(goods.pk), "quantity": str(quantity)})


def order(client, url="/checkout", **changed):
    """Fill the form of a page and send it twice if the total has to be agreed to; the last answer."""
    page = client.get(url)
    data = {"key": page.context["form"]["key"].value(), "seen": str(page.context["seen"])} | TO | changed
    answer = client.post(url, data)
    if answer.status_code == 422 and answer.context["seen"]:
        answer = client.post(url, data | {"seen": str(answer.context["seen"])})
    return answer


def link_of(shop, title="Madu hutan", key="k", **offer):
    return make_link(shop, Offer(making.promise(title), **offer), key, "sari", making.NOW)


def photo(colour="red"):
    out = io.BytesIO()
    Image.new("RGB", (400, 300), colour).save(out, "JPEG")
    return SimpleUploadedFile("foto.jpg", out.getvalue(), "image/jpeg")


# buying


def test_from_the_shop_window_to_the_receipt_without_an_account(client, shop):
    goods = making.listing(shop, stock=3)
    assert goods.title in client.get("/shop?q=kopi").content.decode()
    assert put(client, goods, 2).status_code == 302
    answer = order(client)
    assert answer.status_code == 302
    assert DealRow.objects.get().amount == 2 * making.PRICE + 20_000_00
    assert not BasketItem.objects.exists(), "what was bought is no longer in the basket"
    assert "Rp\u00a0120.000" in client.get(answer["Location"]).content.decode()
    assert client.post(answer["Location"]).status_code == 302
    receipt = client.get(answer["Location"])
    assert receipt["Location"].startswith("/receipt/")
    page = client.get(receipt["Location"]).content.decode()
    assert "Jl. Dago 12" in page
    assert "/deal/" in page
    assert DealRow.objects.get().status == "funded"


def test_freight_that_was_not_on_the_page_is_asked_about_before_anything_is_opened(client, shop):
    put(client, making.listing(shop))
    page = client.get("/checkout")
    assert page.context["seen"] == "", "without a place there is no total to agree to"
    data = TO | {"key": page.context["form"]["key"].value(), "seen": ""}
    asked = client.post("/checkout", data)
    assert asked.status_code == 422
    assert asked.context["seen"] == making.PRICE + 20_000_00
    assert "Rp\u00a070.000" in asked.content.decode()
    assert not DealRow.objects.exists()


@pytest.mark.parametrize("seen", ["100", "0", "-5", "abc", "999999999999999999999"])
def test_a_total_somebody_writes_into_the_form_is_not_what_is_charged(client, shop, seen):
    put(client, making.listing(shop))
    page = client.get("/checkout")
    answer = client.post("/checkout", TO | {"key": page.context["form"]["key"].value(), "seen": seen, "price": "1"})
    assert answer.status_code == 422
    assert not DealRow.objects.exists()


def test_a_double_click_and_the_back_button_find_the_same_deals(client, shop):
    put(client, making.listing(shop))
    page = client.get("/checkout?regency=32.73")
    data = TO | {"key": page.context["form"]["key"].value(), "seen": str(page.context["seen"])}
    first = client.post("/checkout", data)
    assert first.status_code == 302
    again = client.post("/checkout", data | {"name": "Orang lain", "seen": "1"})
    assert again["Location"] == first["Location"]
    assert DealRow.objects.count() == 1
    assert Delivery.objects.get().name == "Budi"


def test_a_price_that_changed_is_said_before_it_is_charged(client, shop):
    goods = making.listing(shop)
    put(client, goods)
    page = client.get("/checkout?regency=32.73")
    data = TO | {"key": page.context["form"]["key"].value(), "seen": str(page.context["seen"])}
    Listing.objects.update(price_minor=60_000_00)
    answer = client.post("/checkout", data)
    assert answer.status_code == 422
    assert "Rp\u00a060.000" in answer.content.decode()
    assert not DealRow.objects.exists()
    assert client.post("/checkout", data | {"seen": str(answer.context["seen"])}).status_code == 302
    assert DealRow.objects.get().amount == 80_000_00


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("phone", "0812"), ("phone", "abc"), ("regency", "99.99"), ("regency", ""), ("name", "  "), ("name", "123"),
        ("address", "x"), ("postcode", "12"), ("email", "bukan surel"), ("note", "x" * 301),
    ],
)  # fmt: skip
def test_a_wrong_field_keeps_what_was_typed_and_is_said_there(client, shop, field, typed):
    put(client, making.listing(shop))
    answer = order(client, **{field: typed})
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    page = answer.content.decode()
    assert f'id="id_{field}_error"' in page
    assert "Jl. Dago 12" in page or field == "address"
    assert not DealRow.objects.exists()


def test_a_basket_over_two_sellers_is_paid_once_and_shows_two_deals(client, shop):
    other = making.merchant("Batik Ayu")
    put(client, making.listing(shop))
    put(client, making.listing(other, "Batik"))
    answer = order(client)
    client.post(answer["Location"])
    page = client.get(client.get(answer["Location"])["Location"]).content.decode()
    assert page.count('class="qr"') == 2
    assert RailPayment.objects.count() == 1


def test_paying_twice_in_the_sandbox_pays_once(client, shop):
    put(client, making.listing(shop))
    pay = order(client)["Location"]
    for _ in range(3):
        client.post(pay)
    assert RailPayment.objects.count() == 1


def test_the_sandbox_button_is_for_laptops(client, shop, monkeypatch):
    put(client, making.listing(shop))
    pay = order(client)["Location"]
    monkeypatch.setenv("MEDIATOR_SANDBOX_PAY", "0")
    assert '<button class="block second">' not in client.get(pay).content.decode()
    assert client.post(pay).status_code == 404
    assert not RailPayment.objects.exists()


def test_whoever_else_opens_a_payment_may_pay_and_sees_nothing_of_the_buyer(client, shop):
    put(client, making.listing(shop))
    pay = order(client)["Location"]
    stranger = Client()
    before = stranger.get(pay).content.decode()
    stranger.post(pay)
    after = stranger.get(pay)
    assert after.status_code == 200, "a stranger is not led to the receipt"
    for page in (before, after.content.decode()):
        assert "/receipt/" not in page
        assert "Dago" not in page
        assert "Budi" not in page


def test_a_page_that_waits_leads_to_the_receipt_when_the_money_is_here(client, shop):
    put(client, making.listing(shop))
    pay = order(client)["Location"]
    part = client.get(pay, headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    client.post(pay)
    assert client.get(pay, headers={"HX-Request": "true"})["HX-Redirect"].startswith("/receipt/")


def test_what_was_not_paid_in_time_says_so(client, shop, clock):
    put(client, making.listing(shop))
    pay = order(client)["Location"]
    clock.advance(timedelta(hours=25))
    from mediator.deals.sweep import sweep
    from mediator.web import acting

    sweep(acting.engine())
    page = client.get(pay)
    assert page.context["stage"] == "expired"
    assert client.post(pay).status_code == 302
    assert not RailPayment.objects.exists()


NOWHERE = (
    "/pay/nothing", "/receipt/AAAA", "/receipt/" + "A" * 48, "/l/nothing", "/l/nothing/card.png", "/shop/nobody",
    "/p/00000000-0000-7000-8000-000000000000",
)  # fmt: skip


@pytest.mark.parametrize("path", NOWHERE)
def test_what_is_not_there_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_a_draft_is_nobodys_business_and_a_photo_only_of_its_own_goods(client, shop):
    draft = making.listing(shop, "Rahasia", status="draft")
    live = making.listing(shop)
    assert client.get(reverse("product", args=[draft.pk])).status_code == 404
    assert client.get(reverse("product-photo", args=[live.pk, "a" * 64])).status_code == 404
    assert put(client, draft).status_code == 302
    assert not BasketItem.objects.exists()


@pytest.mark.parametrize("typed", ["-1", "abc", "1000", "1.5", "９"])
def test_a_quantity_that_is_none_changes_nothing(client, shop, typed):
    goods = making.listing(shop)
    assert put(client, goods, typed).status_code == 302
    assert not BasketItem.objects.exists()


def test_a_visitors_basket_follows_the_person_who_signs_in(client, shop):
    person = making.Person.objects.create_user("budi@example.id", "kata sandi panjang", name="Budi")
    own = Basket.objects.create(person=person, changed_at=making.NOW)
    tea, coffee = making.listing(shop, "Teh"), making.listing(shop)
    BasketItem.objects.create(basket=own, listing=tea, quantity=1, price_minor=tea.price_minor, added_at=making.NOW)
    put(client, coffee, 2)
    put(client, tea, 3)
    client.force_login(person)
    page = client.get("/basket").content.decode()
    assert "Teh" in page
    assert "Kopi Gayo" in page
    assert dict(BasketItem.objects.values_list("listing__title", "quantity")) == {"Teh": 3, "Kopi Gayo 250 g": 2}
    assert Basket.objects.get().person == person


def test_a_signed_in_buyer_is_the_person(client, shop):
    person = making.Person.objects.create_user("budi@example.id", "kata sandi panjang", name="Budi")
    client.force_login(person)
    put(client, making.listing(shop))
    assert order(client).status_code == 302
    assert Delivery.objects.get().buyer == str(person.pk)
    assert client.get("/checkout").status_code == 302, "the basket is empty"
    put(client, making.listing(shop, "Teh"))
    assert client.get("/checkout").context["form"]["address"].value() == TO["address"]


# looking


def test_a_script_in_a_title_is_words(client, shop):
    shop.name = SCRIPT
    shop.save()
    goods = making.listing(shop, SCRIPT, text=SCRIPT, attributes=[[SCRIPT, SCRIPT]])
    link = link_of(shop, SCRIPT)
    put(client, goods)
    for path in ("/", "/shop", f"/p/{goods.pk}", f"/shop/{shop.slug}", "/basket", "/checkout", f"/l/{link.code}",
                 f"/shop?q={SCRIPT}"):  # fmt: skip
        page = client.get(path)
        assert page.status_code == 200, path
        assert SCRIPT not in page.content.decode(), path


def test_a_slip_of_the_finger_is_said_and_a_wrong_filter_too(client, shop):
    making.listing(shop)
    words.refresh()
    page = client.get("/shop?q=kpoi&least=abc&province=zz").content.decode()
    assert "<strong>kopi</strong>" in page
    assert 'class="fault"' in page
    assert "Tidak ada yang cocok" in client.get("/shop?q=xqzwv").content.decode()


def test_freight_to_a_province_is_shown_and_remembered(client, shop):
    goods = making.listing(shop)
    assert "Rp\u00a020.000" in client.get(f"/p/{goods.pk}?to=32").content.decode()
    assert "Rp\u00a020.000" in client.get(f"/p/{goods.pk}").content.decode()
    assert "Rp\u00a09.000" in client.get(f"/p/{goods.pk}?to=11").content.decode()


def test_how_tells_every_clock_of_the_protocol(client):
    assert set(SAYS) == set(CLOCKS)
    page = client.get("/how")
    shown = [term.clock for part in page.context["parts"] for term in part["terms"]]
    assert sorted(shown) == sorted(CLOCKS)
    assert "2 hari kerja" in page.content.decode()


def test_pages_ask_the_database_as_often_for_many_goods_as_for_few(client, shop):
    for n in range(3):
        put(client, making.listing(shop, f"Kopi {n}", is_first=True))
    paths = ("/", "/shop", "/shop?q=kopi", f"/shop/{shop.slug}", "/basket", "/checkout?regency=32.73")
    for path in paths:
        client.get(path)
    few = [_queries(client, path) for path in paths]
    for n in range(15):
        put(client, making.listing(shop, f"Kopi lagi {n}", is_first=True))
    put(client, making.listing(making.merchant("Lain"), "Kopi lain"))
    assert [_queries(client, path) for path in paths] == few


def _queries(client, path):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(path).status_code == 200, path
    return len(queries)


def test_a_first_view_is_light(client, shop):
    for n in range(24):
        making.listing(shop, f"Kopi {n}")
    assert len(client.get("/shop").content) < 60_000


# deal links


@pytest.fixture
def seller(client, shop):
    client.force_login(making.member(shop, "sari@example.id"))
    return client


def make(seller, **changed):
    page = seller.get("/links/new")
    data = {
        "key": page.context["form"]["key"].value(), "title": "Madu hutan", "price": "125.000", "weight": "650",
        "category": "food", "uses": "once", "quantity": "1", "lives": "7", "photos": photo(),
    } | changed  # fmt: skip
    return seller.post("/links/new", data), data


def test_a_link_is_made_in_one_form_and_paid_without_an_account(seller, shop):
    made, _ = make(seller)
    assert made.status_code == 302
    link = DealLink.objects.get()
    page = seller.get(made["Location"]).content.decode()
    assert f"/l/{link.code}" in page
    assert "https://wa.me/?text=" in page
    buyer = Client()
    shown = buyer.get(f"/l/{link.code}").content.decode()
    assert f'<meta property="og:image" content="http://localhost:8000/l/{link.code}/card.png">' in shown
    assert link.promise in shown
    assert order(buyer, f"/l/{link.code}").status_code == 302
    assert DealRow.objects.get().amount == 125_000_00 + 20_000_00
    assert "Budi" in seller.get(made["Location"]).content.decode()


def test_a_second_click_makes_no_second_link(seller):
    first, data = make(seller)
    data["photos"] = photo()
    assert seller.post("/links/new", data)["Location"] == first["Location"]
    assert DealLink.objects.count() == 1


def test_a_refused_link_keeps_words_and_photograph(seller):
    refused, _ = make(seller, price="abc", title="Madu pahit")
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "Madu pahit" in page
    assert 'name="photos_kept"' in page
    assert not DealLink.objects.exists()


def test_a_file_that_is_no_photograph_is_refused_by_name(seller):
    fake = SimpleUploadedFile("madu.jpg", b"<svg onload=alert(1)>", "image/jpeg")
    refused, _ = make(seller, photos=fake)
    assert refused.status_code == 422
    assert "madu.jpg" in refused.content.decode()


def test_a_link_starts_from_ones_own_goods_and_from_nobody_elses(seller, shop):
    own, foreign = making.listing(shop), making.listing(making.merchant("Lain"), "Barang orang")
    assert own.title in seller.get(f"/links/new?listing={own.pk}").content.decode()
    assert "Barang orang" not in seller.get(f"/links/new?listing={foreign.pk}").content.decode()
    make(seller, listing=str(foreign.pk))
    assert DealLink.objects.get().listing is None


def test_another_sellers_link_is_not_found(seller):
    foreign = link_of(making.merchant("Lain"))
    assert seller.get(f"/links/{foreign.code}").status_code == 404
    assert seller.post(f"/links/{foreign.code}", {"do": "close"}).status_code == 404
    foreign.refresh_from_db()
    assert foreign.closed_at is None


def test_links_that_are_over_say_so_and_lead_to_the_shop(client, seller, shop, clock):
    link, used = link_of(shop), link_of(shop, key="k2")
    buyer = Client()
    order(buyer, f"/l/{used.code}")
    seller.post(f"/links/{link.code}", {"do": "close"})
    for code in (link.code, used.code):
        page = Client().get(f"/l/{code}")
        assert page.status_code == 200
        assert f"/shop/{shop.slug}" in page.content.decode()
        assert "<textarea" not in page.content.decode()
    payment = buyer.get(f"/l/{used.code}")["Location"]
    assert payment.startswith("/pay/"), "who ordered goes on to pay"
    buyer.post(payment)
    assert "/receipt/" in buyer.get(f"/l/{used.code}").content.decode(), "who paid is led to the receipt"


def test_who_ordered_by_a_link_comes_back_to_the_unpaid_order_however_they_come(shop):
    link, buyer = link_of(shop), Client()
    page = buyer.get(f"/l/{link.code}?regency=32.73")
    data = TO | {"key": page.context["form"]["key"].value(), "seen": str(page.context["seen"])}
    payment = buyer.post(f"/l/{link.code}", data)["Location"]
    assert buyer.get(f"/l/{link.code}")["Location"] == payment
    other_form = data | {"key": str(making.new_uuid())}
    assert buyer.post(f"/l/{link.code}", other_form)["Location"] == payment
    assert DealRow.objects.count() == 1


def test_another_visitor_is_told_that_an_order_waits_and_until_when(shop):
    link = link_of(shop)
    order(Client(), f"/l/{link.code}")
    page = Client().get(f"/l/{link.code}").content.decode()
    assert "belum dibayar" in page
    assert 'class="due"' in page
    assert "Budi" not in page
    assert "/pay/" not in page


def test_a_seller_frees_the_link_with_one_button_and_the_next_visitor_may_pay(seller, shop):
    link = link_of(shop)
    order(Client(), f"/l/{link.code}")
    assert 'value="free"' in seller.get(f"/links/{link.code}").content.decode()
    for said in ("dibatalkan", "Tidak ada lagi"):
        answer = seller.post(f"/links/{link.code}", {"do": "free"}, follow=True)
        assert said in answer.content.decode()
    assert DealRow.objects.get().status == "cancelled"
    assert 'value="free"' not in seller.get(f"/links/{link.code}").content.decode()
    assert order(Client(), f"/l/{link.code}").status_code == 302


def test_nobody_frees_another_sellers_link(seller):
    foreign = link_of(making.merchant("Lain"))
    order(Client(), f"/l/{foreign.code}")
    assert seller.post(f"/links/{foreign.code}", {"do": "free"}).status_code == 404
    assert DealRow.objects.get().status == "opened"


def test_a_card_is_drawn_of_the_link_and_kept_by_browsers(client, shop):
    link = link_of(shop)
    card = client.get(f"/l/{link.code}/card.png")
    assert card["Content-Type"] == "image/png"
    assert len(card.content) < 300_000
    assert client.get(f"/l/{link.code}/card.png", headers={"If-None-Match": card["ETag"]}).status_code == 304


def test_a_link_page_asks_as_often_for_many_buyers_as_for_few(seller, shop):
    link = link_of(shop, uses="many")
    order(Client(), f"/l/{link.code}")
    seller.get(f"/links/{link.code}")
    few = _queries(seller, f"/links/{link.code}")
    for _ in range(4):
        order(Client(), f"/l/{link.code}")
    assert _queries(seller, f"/links/{link.code}") == few


def test_who_has_no_shop_is_led_to_open_one(client):
    assert "/account/login" in client.get("/links/new")["Location"]
    client.force_login(making.Person.objects.create_user("x@example.id", "kata sandi panjang", name="X"))
    assert client.get("/links/new")["Location"] == reverse("open-shop")


def test_the_start_shows_one_of_each_shop_before_a_second_of_any() -> None:
    from mediator.web.storefront.browse import one_a_shop

    shops = [making.merchant(f"Toko {n}") for n in range(3)]
    goods = [making.listing(shops[n], f"Barang {n}{m}") for n in range(3) for m in range(3)]
    chosen = one_a_shop(goods, 4)
    assert [each.title for each in chosen] == ["Barang 00", "Barang 10", "Barang 20", "Barang 01"]
