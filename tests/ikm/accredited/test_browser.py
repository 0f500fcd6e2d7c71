"""The certificate's page and a product's data block in a real browser, under the strict policy, on a phone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mediator.ikm.accredited import feed
from mediator.ikm.accredited.models import Certificate
from tests.browser.conftest import browser, enter, house, server  # noqa: F401  the browser's fixtures
from tests.browser.house import House
from tests.ikm.accredited import making

pytestmark = pytest.mark.slow


def test_a_buyer_goes_from_a_product_to_its_certificate(enter: Any, house: House) -> None:  # noqa: F811
    type(house.coffee).objects.filter(pk=house.coffee.pk).update(is_first=True)
    made = making.accredited("Kopi arabika Gayo 250 g", listing=house.coffee.pk)
    feed.publish([(made.pk, True)], house.now())
    serial = Certificate.objects.get(product=made.pk).serial
    visitor = enter()

    visitor.goto(f"/p/{house.coffee.pk}")
    block = visitor.page.locator('script[type="application/ld+json"]').text_content()
    said = json.loads(block)
    assert said["hasCertification"][0]["certificationIdentification"] == serial
    visitor.page.goto(said["hasCertification"][0]["url"])
    visitor.look("certificate")
    assert "BERLAKU" in visitor.text()
    assert visitor.page.locator("figure img").evaluate("image => image.complete && image.naturalWidth > 100")

    visitor.goto("/certificate/verify")
    visitor.look("check a certificate")
    visitor.fill(code="K7QM")
    visitor.press("Check")
    visitor.look("a wrong serial")
    visitor.fill(code=serial.lower())
    visitor.press("Check")
    assert visitor.page.url.endswith(f"/certificate/{serial}")

    visitor.fresh()
    visitor.goto("/accredited")
    visitor.look("accredited list", first_view=True)
    assert "Kopi arabika Gayo" in visitor.text()
    assert visitor.goto("/certificate/AAAA").status == 404
    visitor.look("no such certificate")


def test_a_certificate_is_printed_on_one_page_of_a4(enter: Any, house: House) -> None:  # noqa: F811
    long = ("Dinas Koperasi, UKM dan Perdagangan " * 5)[:140].strip()
    made = making.certificate(
        subject=making.SUBJECT | dict.fromkeys(("product", "producer", "organisation", "criteria"), long)
    )
    visitor = enter(desktop=True)
    visitor.goto(f"/certificate/{made.serial}")
    visitor.look("certificate with long names")
    paper = visitor.page.pdf(prefer_css_page_size=True)
    assert paper.count(b"/Type /Page\n") + paper.count(b"/Type /Page ") + paper.count(b"/Type /Page/") == 1
    assert b"/MediaBox [0 0 59" in paper  # 595 points are 210 mm
