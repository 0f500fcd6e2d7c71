"""A producer's own pages: begun, claimed, products and permits brought in; nothing of another's, nothing twice."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from mediator.deals.engine import Engine
from mediator.ikm.producers.models import Claim, Permit, Producer, Product
from mediator.ikm.producers.profiles import producer_of
from mediator.ikm.producers.service import mark_changed
from mediator.web.acting import use_engine
from tests.ikm.mentoring.making import picture
from tests.ikm.producers.making_producers import key, nib, producer, product
from tests.merchant.making import Desk, client_of

pytestmark = pytest.mark.django_db
PIRT = "2063306010072-31"


@pytest.fixture
def desk(db: None) -> Any:
    caches["figures"].clear()
    caches["default"].clear()
    desk = Desk()
    use_engine(desk.engine)
    yield desk
    use_engine(Engine())


@pytest.fixture
def browser(desk: Desk) -> Client:
    return client_of(desk.owner)


def profile(**fields: str) -> dict[str, str]:
    given = {
        "key": key(), "name": "Batik Sari", "regency": "33.75", "nib": nib(), "kbli": "13134", "workers": "7",
        "sales": "900.000.000", "figures_year": "2025",
    }  # fmt: skip
    return given | fields


def begun(desk: Desk, browser: Client, **fields: str) -> Producer:
    assert browser.post(reverse("merchant-path-profile"), profile(**fields)).status_code == 302
    made = producer_of(desk.merchant)
    assert made is not None
    return made


def test_a_shop_that_is_no_producer_is_told_what_it_is_for(desk: Desk, browser: Client) -> None:
    page = browser.get(reverse("merchant-path"))
    assert page.status_code == 200
    assert reverse("merchant-path-profile") in page.content.decode()


def test_a_profile_gives_the_size_with_the_comparison_that_decided(desk: Desk, browser: Client) -> None:
    made = begun(desk, browser)
    page = browser.get(reverse("merchant-path")).content.decode()
    assert made.nib in page
    assert "900,000,000" in page
    assert "2,000,000,000" in page, "the limit of the law stands beside the figure"
    assert Permit.objects.get(producer=made).kind == "nib"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"nib": "123"}, "nib"),
        ({"kbli": "12"}, "kbli"),
        ({"sales": "banyak"}, "sales"),
        ({"figures_year": ""}, "figures_year"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    desk: Desk, browser: Client, fields: dict[str, str], field: str
) -> None:
    answer = browser.post(reverse("merchant-path-profile"), profile(name="Batik yang Diketik", **fields))
    assert answer.status_code == 422
    assert answer.context["form"].errors.get(field)
    assert "Batik yang Diketik" in answer.content.decode()
    assert producer_of(desk.merchant) is None


def test_a_persons_number_is_never_shown_again(desk: Desk, browser: Client) -> None:
    begun(desk, browser, nik="3375014101850001")
    for name in ("merchant-path", "merchant-path-profile"):
        assert "3375014101850001" not in browser.get(reverse(name)).content.decode()


def test_a_nib_of_a_register_leads_to_the_claim_with_a_photograph(desk: Desk, browser: Client) -> None:
    known = producer(source="register:kemenperin")
    answer = browser.post(reverse("merchant-path-profile"), profile(nib=known.nib))
    claim = reverse("merchant-path-claim", args=[known.pk])
    assert answer["Location"] == claim
    without = browser.post(claim, {"key": key(), "words": "Ini usaha saya."})
    assert without.status_code == 422
    from django.core.files.uploadedfile import SimpleUploadedFile

    photo = SimpleUploadedFile("nib.jpg", picture(), "image/jpeg")
    assert browser.post(claim, {"key": key(), "words": "Ini usaha saya.", "photos": photo}).status_code == 302
    assert Claim.objects.get().producer == known
    known.refresh_from_db()
    assert known.merchant is None


def test_nobody_claims_a_producer_whose_nib_they_did_not_type(desk: Desk, browser: Client) -> None:
    assert browser.get(reverse("merchant-path-claim", args=[producer().pk])).status_code == 404


def goods(**fields: str) -> dict[str, str]:
    given = {
        "key": key(), "name": "Kain batik tulis", "kind": "fashion", "category": "women", "origin": "domestic",
        "origin_evidence": "Foto canting.", "unit": "piece", "unit_quantity": "1", "attributes": "Bahan: katun",
    }  # fmt: skip
    return given | fields


def test_a_product_is_written_once_by_two_clicks(desk: Desk, browser: Client) -> None:
    begun(desk, browser)
    form = goods()
    for _ in range(2):
        assert browser.post(reverse("merchant-path-product-new"), form).status_code == 302
    made = Product.objects.get()
    assert made.attributes == [["Bahan", "katun"]]
    assert made.name in browser.get(reverse("merchant-path")).content.decode()


def test_anothers_product_and_permit_are_not_there(desk: Desk, browser: Client) -> None:
    begun(desk, browser)
    other = product(producer(merchant=desk.other().pk))
    assert browser.get(reverse("merchant-path-product", args=[other.pk])).status_code == 404
    assert browser.post(reverse("merchant-path-product", args=[other.pk]), goods()).status_code == 404
    permit = Permit.objects.create(
        producer=other.producer,
        kind="nib",
        number="8120000000001",
        file="a" * 64,
        made_at=desk.now,
        changed_at=desk.now,
    )
    assert browser.get(reverse("merchant-path-permit-photo", args=[permit.pk])).status_code == 404


def test_a_permit_is_kept_once_with_what_it_is_worth_today(desk: Desk, browser: Client) -> None:
    begun(desk, browser)
    browser.post(reverse("merchant-path-product-new"), goods(name="Rempeyek", kind="food", category="food"))
    made = Product.objects.get()
    form = {
        "key": key(),
        "kind": "p-irt",
        "number": f"P-IRT No. {PIRT}",
        "product": str(made.pk),
        "issued_on": "2026-01-12",
    }
    for _ in range(2):
        assert browser.post(reverse("merchant-path-permit-new"), form).status_code == 302
    kept = Permit.objects.get(kind="p-irt")
    assert kept.product == made
    page = browser.get(reverse("merchant-path")).content.decode()
    assert kept.number in page


def test_an_impossible_permit_says_what_would_be_right(desk: Desk, browser: Client) -> None:
    begun(desk, browser)
    form = {"key": key(), "kind": "p-irt", "number": "9993306010072-31"}
    answer = browser.post(reverse("merchant-path-permit-new"), form)
    assert answer.status_code == 422
    assert "01–15" in answer.content.decode() or "1–8" in answer.content.decode()


def test_only_an_owner_writes_the_profile(desk: Desk) -> None:
    helper = client_of(desk.staff())
    assert helper.post(reverse("merchant-path-profile"), profile()).status_code == 404
    assert producer_of(desk.merchant) is None


def test_the_page_takes_as_many_statements_for_thirty_products_as_for_two(
    desk: Desk, browser: Client, django_assert_max_num_queries: Any
) -> None:
    made = begun(desk, browser)
    for _ in range(2):
        product(made)
    browser.get(reverse("merchant-path"))  # adopts the shipped rules
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as two:
        browser.get(reverse("merchant-path"))
    for _ in range(28):
        product(made)
    mark_changed([made.pk], desk.now)
    with django_assert_max_num_queries(len(two)):
        browser.get(reverse("merchant-path"))
