"""From a register to the first shelf: imported, claimed, applied, scored by curators who disagree, settled by a third,
mentored by two bodies; then the gate opens, the fee falls, and the certificate verifies."""

from __future__ import annotations

import pytest
from django.urls import reverse

from mediator.protocol import Role
from mediator.shop.fees import quote
from mediator.shop.models import Listing
from tests.browser.conftest import Enter
from tests.browser.house import BATIK, House, photo_of, studio
from tests.browser.industry import NIB, REGISTER, Industry
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.slow
PICTURES = (studio(BATIK), photo_of(BATIK), photo_of(BATIK, "torn"))
REASON = "Foto dan keterangannya jelas menunjukkan hal ini."
MEND = "Rapikan bagian ini, lalu tunjukkan lagi."


def test_from_a_register_to_the_first_shelf(house: House, enter: Enter) -> None:
    industry = Industry(house)
    import_register(enter(industry.official, desktop=True))
    owner = enter(house.owner)
    claim(owner)
    accept(enter(industry.official, desktop=True), industry)
    name_product(owner, house)
    apply(owner, industry)
    verify(enter(industry.verifier), industry)
    validate(enter(industry.validator), industry)
    industry.draw()
    disagree_and_settle(enter, industry)
    read_result(owner, industry)

    before = fee_of_a_sale(house, industry)
    assert not Listing.objects.get(pk=house.batik.pk).is_first, "selected, but not mentored yet"
    for programme in ("e-smart-ikm", "aki"):
        complete(enter, industry, programme)
    industry.work()
    listing = Listing.objects.get(pk=house.batik.pk)
    assert listing.is_first
    assert not Listing.objects.get(pk=house.coffee.pk).is_first, "other goods of the same shop stay where they are"
    assert fee_of_a_sale(house, industry) * 4 == before, "three quarters of the fee are waived"
    see_the_shelf(enter, owner, house)
    check_certificate(enter, industry)


def import_register(visitor: Visitor) -> None:
    """The office's file, tried dry, then applied; the faulty row is named with its line and left out."""
    visitor.goto("/registers")
    visitor.look("registers", first_view=True)
    visitor.fill(organisation="kemenperin", kind="producers")
    visitor.page.locator('main [name="file"]').set_input_files(
        {"name": "ikm.csv", "mimeType": "text/csv", "buffer": REGISTER.encode()}
    )
    visitor.press("Read it, change nothing yet")
    visitor.look("register-columns")
    visitor.send()
    visitor.look("register-dry-run")
    assert "812001" in visitor.text(), "the faulty row's value is shown"
    visitor.press("Take the rows in")
    visitor.look("register-done")


def claim(visitor: Visitor) -> None:
    """The shop types its NIB, which a register has: it shows its document."""
    visitor.goto("/merchant/path")
    visitor.look("path-begin", first_view=True)
    visitor.press("Begin: who produces")
    visitor.fill(nib=NIB, kbli="13134", workers="9", sales="850.000.000", figures_year="2025")
    visitor.look("path-profile")
    visitor.send()
    visitor.attach("photos", studio(BATIK))
    visitor.fill(words="Ini usaha saya sejak 2009.")
    visitor.look("path-claim")
    visitor.send()
    assert visitor.says("Your claim is with an official. You will see the answer here.")


def accept(visitor: Visitor, industry: Industry) -> None:
    """An official sees the document and joins shop and producer."""
    visitor.goto("/ministry/claims")
    visitor.look("ministry-claims")
    visitor.page.locator('main a[href*="/ministry/claims/"]').first.click()
    visitor.look("ministry-claim")
    visitor.press("Join the two")
    assert industry.producer.merchant == industry.house.merchant.pk
    visitor.goto("/ministry")
    visitor.look("ministry")


def name_product(visitor: Visitor, house: House) -> None:
    """The cloth that is sold already becomes a product to be selected."""
    visitor.goto("/merchant/path")
    visitor.press("New product")
    visitor.fill(name="Kain batik kawung tulis", kind="fashion", category="women", listing=str(house.batik.pk))
    visitor.tick("origin", "domestic")
    visitor.fill(origin_evidence="Dibatik di rumah produksi kami di Laweyan.", hs="520852", price="485.000")
    visitor.look("path-product")
    visitor.send()
    visitor.look("path")


def apply(visitor: Visitor, industry: Industry) -> None:
    """Every item with words and photographs, from a phone, then sent once."""
    visitor.press("Apply for selection")
    visitor.look("apply-choose")
    visitor.press("Begin")
    visitor.look("apply-write")
    visitor.page.locator("main ol.bare a").first.click()
    while visitor.page.locator('main textarea[name="words"]').count():
        visitor.attach("photos", *PICTURES)
        visitor.fill(words="Semua tahap kami kerjakan sendiri; lihat foto.")
        visitor.look("apply-item")
        visitor.send()
    visitor.press("Send the application")
    assert industry.application.stage == "submitted", visitor.text()
    visitor.look("apply-sent")


def verify(visitor: Visitor, industry: Industry) -> None:
    """A pendamping saw the NIB and where it is made."""
    visitor.goto("/selection")
    visitor.look("selection-desk", first_view=True)
    visitor.page.locator(f'main a[href$="/selection/{industry.application.pk}"]').first.click()
    for box in visitor.page.locator('main [name="seen"]').all():
        box.check()
    visitor.attach("photos", studio(BATIK))
    visitor.look("selection-verify")
    visitor.press("It is as it says")
    assert industry.application.stage == "verified", visitor.text()


def validate(visitor: Visitor, industry: Industry) -> None:
    """The dinas of the region agrees."""
    visitor.goto(f"/selection/{industry.application.pk}")
    visitor.look("selection-validate")
    visitor.press("Validate")
    assert industry.application.stage == "validated", visitor.text()


def disagree_and_settle(enter: Enter, industry: Industry) -> None:
    """One curator gives threes, the other ones; neither sees the other; a third settles it with threes."""
    first, second = industry.who_scores()
    score(enter(first), industry, 3)
    other = enter(second, desktop=True)
    other.goto(f"/selection/{industry.application.pk}/sheet")
    assert first.name not in other.text(), "who else scores is not told"
    assert REASON not in other.text(), "nor what they wrote"
    score(other, industry, 1)
    assert industry.application.stage == "settling"
    industry.draw()
    (third,) = industry.who_scores()
    assert third.pk not in (first.pk, second.pk)
    score(enter(third), industry, 3)
    assert industry.application.stage == "decided"
    assert industry.application.is_selected


def score(visitor: Visitor, industry: Industry, points: int) -> None:
    visitor.goto(f"/selection/{industry.application.pk}/sheet")
    visitor.look("selection-sheet")
    names = visitor.page.locator('main [name^="score-"]').evaluate_all("all => [...new Set(all.map(e => e.name))]")
    for name in names:
        item = name.removeprefix("score-")
        visitor.tick(name, str(points))
        visitor.page.locator(f'main [name="reason-{item}"]').fill(REASON)
        if points < 3:
            visitor.page.locator(f'main [name="mend-{item}"]').fill(MEND)
    visitor.press("Hand in")


def read_result(visitor: Visitor, industry: Industry) -> None:
    """The producer reads grade, reasons and what to mend, and accepts."""
    visitor.goto(f"/merchant/path/products/{industry.product.pk}/apply")
    visitor.look("apply-result")
    visitor.page.locator("main details summary").first.click()
    assert REASON in visitor.text()
    assert not any(one.name in visitor.text() for one in industry.curators), "curators stay unnamed"
    visitor.press("Accept the result")


def fee_of_a_sale(house: House, industry: Industry) -> int:
    """What the merchant bears of a sale of the cloth, minor units."""
    industry.work()
    deal = house.delivered(f"biaya-{house.now().isoformat()}", house.batik)
    deal.do(Role.BUYER, "accept")
    house.work()
    charges = deal.deal().state.charges
    assert quote(house.merchant, 485_000_00, "IDR", house.now()) == 0, "the buyer bears none of it"
    return sum(charge.amount for charge in charges)


def complete(enter: Enter, industry: Industry, programme: str) -> None:
    """The office of the programme agrees that it was completed; the producer has a certificate of it."""
    row = industry.mentored(programme)
    visitor = enter(industry.office(row), desktop=True)
    visitor.goto(reverse("mentoring-enrolment", args=[row.pk]))
    visitor.look("mentoring-enrolment")
    visitor.press("Complete it and issue the certificate")
    assert industry.programmes.fresh(row).status == "completed", visitor.text()


def see_the_shelf(enter: Enter, owner: Visitor, house: House) -> None:
    """A stranger sees the cloth on the first shelf; its maker sees why."""
    stranger = enter()
    stranger.goto("/")
    stranger.look("home-shelf", first_view=True)
    assert "Kain batik kawung" in stranger.text()
    stranger.goto("/accredited")
    stranger.look("accredited")
    assert "Kain batik kawung tulis" in stranger.text(), stranger.text()
    owner.goto("/merchant/path")
    owner.look("path-first")
    assert owner.says("On the first shelf")
    owner.goto("/merchant/path/mentoring")
    owner.look("path-mentoring")


def check_certificate(enter: Enter, industry: Industry) -> None:
    """Anyone checks it by its page, and by its token alone."""
    stranger = enter()
    certificate = industry.certificate
    stranger.goto(f"/certificate/{certificate.serial}")
    stranger.look("certificate", first_view=True)
    assert "Kain batik kawung tulis" in stranger.text()
    stranger.goto("/certificate/verify")
    stranger.fill(code=certificate.token)
    stranger.page.locator("main form button").first.click()
    stranger.page.wait_for_load_state()
    stranger.look("certificate-verified")
    assert certificate.serial in stranger.text()
