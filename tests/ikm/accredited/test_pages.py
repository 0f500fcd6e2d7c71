"""The certificate's page, its QR code, the form that checks, the list's page, and what a product says to programs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import cv2
import numpy
import pytest
from django.core.cache import caches
from django.test import Client

from mediator.deals.clock import SetClock
from mediator.ikm.accredited import certificates, feed, jsonld, keys, verify
from mediator.ikm.accredited.models import Certificate
from mediator.ikm.accredited.serials import new_serial
from mediator.ikm.producers.models import Product
from mediator.web import acting
from mediator.web.accredited import codes
from tests.ikm.accredited import making
from tests.ikm.accredited.making import LATER, NOW
from tests.shop import making as shops

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[SetClock]:
    before = acting.engine()
    engine, clock = shops.engine(NOW)
    acting.use_engine(engine)
    caches["default"].clear()
    yield clock
    acting.use_engine(before)


@pytest.fixture
def client() -> Client:
    return Client(headers={"host": "localhost"})


def sold(title: str = "Keripik tempe sagu", **fields: Any) -> Product:
    """An accredited product that the shop sells, on the list."""
    listing = shops.listing(shops.merchant("Toko Rini", province="35", regency="35.78"), title, is_first=True, **fields)
    made = making.accredited(title, listing=listing.pk)
    feed.publish([(made.pk, True)], NOW)
    return made


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return re.sub(r"\s+", " ", answer.content.decode())


# the certificate's page


def test_of_a_producer_who_was_erased_neither_name_nor_code_is_shown(client: Client) -> None:
    maker = making.producer("Dapur Bu Rini")
    made = making.certificate(producer=maker.pk)
    name = made.subject["producer"]
    assert name in text(client, f"/certificate/{made.serial}")
    certificates.revoke(made.pk, "erased", "x", NOW)
    type(maker).objects.filter(pk=maker.pk).update(erased_at=NOW)
    page = text(client, f"/certificate/{made.serial}")
    assert name not in page
    assert made.token not in page
    assert client.get(f"/certificate/{made.serial}/qr.svg").status_code == 404
    assert client.get(f"/certificate/{made.serial}/qr.png").status_code == 404


def test_a_certificate_says_what_who_by_whom_until_when_and_its_state_in_large_words(client: Client) -> None:
    made = making.certificate()
    page = text(client, f"/certificate/{made.serial}")
    for said in (*(value for name, value in making.SUBJECT.items() if name != "place"), made.serial, "1 Maret 2028"):
        assert said in page
    assert "<strong>Berlaku</strong>" in page


def test_an_expired_and_a_revoked_certificate_say_so(client: Client, clock: SetClock) -> None:
    made = making.certificate()
    clock.advance(timedelta(days=800))
    assert "<strong>Kedaluwarsa</strong>" in text(client, f"/certificate/{made.serial}")
    certificates.revoke(made.pk, "Tetangga mengadu.", "p1", LATER)
    page = text(client, f"/certificate/{made.serial}")
    assert "<strong>Dicabut</strong>" in page
    assert "Tetangga mengadu" not in page


def test_the_page_tells_a_certificate_from_an_accreditation(client: Client) -> None:
    made = sold()
    serial = Certificate.objects.get(product=made.pk).serial
    assert "ada di daftar terakreditasi" in text(client, f"/certificate/{serial}")
    feed.publish([(made.pk, False)], LATER)
    page = text(client, f"/certificate/{serial}")
    assert "tidak ada di daftar terakreditasi" in page
    assert "<strong>Berlaku</strong>" in page


def test_a_serial_is_found_as_people_write_it_and_others_are_told_how_to_check(client: Client) -> None:
    made = making.certificate()
    answer = client.get(f"/certificate/{made.serial.lower().replace('-', '')}")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/certificate/{made.serial}")
    assert "Tidak ada sertifikat dengan nomor seri ini" in text(client, f"/certificate/{new_serial()}", 404)
    assert "Itu bukan nomor seri" in text(client, "/certificate/AAAA", 404)
    for address in ("/certificate/AAAA/qr.svg", f"/certificate/{new_serial()}/qr.png"):
        assert client.get(address).status_code == 404


def test_nobody_goes_through_serials(client: Client) -> None:
    answers = [client.get(f"/certificate/{new_serial()}").status_code for _ in range(61)]
    assert answers[:60] == [404] * 60
    assert answers[60] == 429


# the QR code


@pytest.mark.parametrize("length", [20, 150])
def test_the_qr_code_is_read_by_a_camera_and_says_the_whole_certificate(client: Client, length: int) -> None:
    names = ("product", "producer", "organisation", "criteria", "place_name")[: 5 if length > 20 else 3]
    subject = {name: ("Kerajinan anyaman " * 9)[:length].strip() for name in names} | {"grade": "A"}
    made = making.certificate(subject=subject)
    picture = cv2.imdecode(numpy.frombuffer(client.get(f"/certificate/{made.serial}/qr.png").content, numpy.uint8), 0)
    assert picture is not None
    frames = [
        cv2.GaussianBlur(cv2.resize(picture, None, fx=size, fy=size, interpolation=cv2.INTER_AREA), (3, 3), 0)
        for size in (0.75, 0.9, 1.0, 1.25)
    ]  # a camera takes several, and one that reads is enough
    said = next(filter(None, (cv2.QRCodeDetector().detectAndDecode(frame)[0] for frame in frames)), "")
    assert said == codes.content(made)
    found = verify.check(verify.token_in(said), verify.read_keys(json.dumps(keys.published())), NOW)
    assert (found.serial, found.what) == (made.serial, subject)


def test_a_usual_certificate_makes_a_code_that_phones_read_from_paper() -> None:
    code = codes.make(codes.content(making.certificate()))
    assert (code.error, int(code.version) <= codes.LARGEST) == ("M", True)


def test_the_largest_certificate_still_fits_a_code() -> None:
    largest = dict.fromkeys(certificates.SUBJECT, "x" * 133)
    assert codes.make(codes.content(making.certificate(subject=largest))).error == "L"


def test_the_drawing_carries_no_style_that_the_policy_refuses(client: Client) -> None:
    made = making.certificate()
    answer = client.get(f"/certificate/{made.serial}/qr.svg")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert b"style" not in answer.content
    assert b"<script" not in answer.content


# checking


def test_the_form_takes_a_serial_a_token_and_the_whole_address(client: Client) -> None:
    made = making.certificate()
    for typed in (
        made.serial,
        made.serial.lower(),
        made.token,
        codes.content(made),
        f"localhost/certificate/{made.serial}/",
    ):
        answer = client.get("/certificate/verify", {"code": typed})
        assert (answer.status_code, answer.headers.get("Location")) == (302, f"/certificate/{made.serial}"), typed


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("K7QM", "Itu bukan nomor seri"),
        ("a.b.c", "bukan sertifikat Mediator"),
        ("https://x.id/certificate/K#<script>", "bukan sertifikat Mediator"),
    ],
)
def test_the_form_says_what_is_wrong(client: Client, typed: str, said: str) -> None:
    answer = client.get("/certificate/verify", {"code": typed})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "<script>" not in answer.content.decode().replace("<script src", "")
    assert client.get("/certificate/verify").status_code == 200


def test_a_changed_token_is_not_taken_for_the_certificate_it_names(client: Client) -> None:
    head, body, signature = making.certificate().token.split(".")
    other = making.certificate(subject={"grade": "D"}).token.split(".")[1]
    answer = client.get("/certificate/verify", {"code": f"{head}.{other}.{signature}"})
    assert answer.status_code == 422
    assert "Tanda tangannya tidak cocok" in answer.content.decode()
    assert body != other


# the list's page


def test_the_list_shows_what_is_accredited_by_place_and_category(client: Client) -> None:
    made = sold("Keripik tempe sagu")
    maker = making.producer("Batik Jagad", province="33", regency="33.72")
    batik = making.accredited("Kain batik tulis", of=maker, category="women")
    feed.publish([(batik.pk, True)], NOW)
    assert "Keripik tempe sagu" in text(client, "/accredited")
    assert "Kain batik tulis" in text(client, "/accredited")
    for narrowed, others in (
        ("province=33", "Keripik"),
        ("category=food", "batik"),
        ("province=35&regency=35.78", "batik"),
    ):
        page = text(client, f"/accredited?{narrowed}")
        assert others not in page
    feed.publish([(made.pk, False)], LATER)
    assert "Keripik" not in text(client, "/accredited")
    assert "Hapus salah satu saringan" in text(client, "/accredited?province=11")


def test_the_list_goes_on_page_by_page_without_a_gap(client: Client) -> None:
    maker = making.producer()
    made = [making.accredited(f"Produk nomor {n:02d}", of=maker) for n in range(65)]
    feed.publish([(each.pk, True) for each in made], NOW)
    seen: list[str] = []
    address = "/accredited?category=food"
    while address:
        page = text(client, address)
        seen += re.findall(r"Produk nomor \d\d", page)
        on = re.search(r'href="(\?[^"]*)" rel="next"', page)
        address = "/accredited" + on[1].replace("&amp;", "&") if on else ""
    assert sorted(seen) == [f"Produk nomor {n:02d}" for n in range(65)]


def test_what_is_past_its_last_day_is_not_shown_even_if_nobody_has_said_so(client: Client, clock: SetClock) -> None:
    made = sold()
    clock.advance(timedelta(days=800))
    assert "Keripik" not in text(client, "/accredited")
    serial = Certificate.objects.get(product=made.pk).serial
    assert "tidak ada di daftar terakreditasi" in text(client, f"/certificate/{serial}")


@pytest.mark.parametrize("address", ["/accredited?before=x", "/accredited?province=99", "/accredited?category=%00x"])
def test_a_wrong_address_of_the_list_is_no_fault(client: Client, address: str) -> None:
    text(client, address)


def test_pages_speak_english_too(client: Client) -> None:
    made = making.certificate()
    assert "Valid certificate" in text(client, f"/certificate/{made.serial}?lang=en")
    assert "Accredited products" in text(client, "/accredited?lang=en")


# what a product says to programs


def data_of(page: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)[0])
    return found


def test_an_accredited_product_says_its_certificates_to_programs(client: Client, settings: Any) -> None:
    made = sold(sku="KT-200", photos=[])
    said = data_of(client.get(f"/p/{made.listing}").content.decode())
    assert (said["@type"], said["name"], said["sku"]) == ("Product", "Keripik tempe sagu", "KT-200")
    assert said["offers"]["price"] == "50000.00"
    assert said["offers"]["priceCurrency"] == "IDR"
    assert said["offers"]["availability"].endswith("/InStock")
    assert said["offers"]["seller"]["name"] == "Toko Rini"
    (certification,) = said["hasCertification"]
    serial = Certificate.objects.get(product=made.pk).serial
    assert certification["certificationIdentification"] == serial
    assert certification["url"] == f"{settings.SITE_URL}/certificate/{serial}"
    assert certification["certificationRating"]["ratingValue"] == "A"
    assert len(said["offers"]["seller"]["hasCertification"]) == 2
    feed.publish([(made.pk, False)], LATER)
    said = data_of(client.get(f"/p/{made.listing}").content.decode())
    assert "hasCertification" not in said
    assert "hasCertification" not in said["offers"]["seller"]


@pytest.mark.parametrize(
    "title", ["</script><script>alert(1)</script>", "<!--<script>", "]]>", "a\u2028b\u2029c", 'quo"te\\', "&amp; <b>"]
)
def test_no_title_breaks_out_of_the_data_block(client: Client, title: str) -> None:
    listing = shops.listing(shops.merchant(), title, text=title, attributes=[[title, title]], is_first=True)
    page = client.get(f"/p/{listing.pk}").content.decode()
    said = data_of(page)
    assert (said["name"], said["description"]) == (title, title)
    block = jsonld.product(listing, NOW.date())
    assert not re.search("[<>&\u2028\u2029]", block)


def test_what_is_sold_out_or_paused_is_not_in_stock() -> None:
    shop = shops.merchant()
    for fields in ({"stock": 0}, {"status": "paused"}):
        listing = shops.listing(shop, is_first=True, **fields)
        assert jsonld.as_product(listing, None)["offers"]["availability"].endswith("OutOfStock")
