"""The ministry's and the producer's pages in a browser: wide enough at 360 px, light and dark, nothing for axe to say.

With ``MEDIATOR_SCREENS`` naming a folder, pictures of the pages are kept there.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.core.cache import cache

from mediator.ikm.mentoring.models import Mentored
from mediator.ikm.privacy import consents, figures
from mediator.ikm.producers import profiles
from mediator.ikm.producers.models import SizeClass
from mediator.people.models import Person, new_id
from mediator.people.roles import StaffRole, grant
from mediator.shop.places import REGENCIES
from tests.account.signing import person
from tests.browser.conftest import Enter
from tests.browser.house import House
from tests.browser.visitor import Visitor
from tests.ikm.privacy.making import applied, enrolled, organisation, permit, producer, yes
from tests.ikm.producers.making_producers import producer as plain

SCREENS = os.environ.get("MEDIATOR_SCREENS", "")


def look(visitor: Visitor, name: str) -> None:
    visitor.look(name)
    if SCREENS:
        for scheme in ("light", "dark"):
            visitor.page.emulate_media(color_scheme=scheme)
            visitor.page.screenshot(
                path=str(Path(SCREENS) / f"{name}-{visitor.device}-{scheme}.png"), full_page=True, animations="disabled"
            )
        visitor.page.emulate_media(color_scheme="light")


@pytest.fixture
def official(house: House) -> Person:
    """Of a ministry that is responsible for the country, where there are producers in every fifth regency or so."""
    cache.clear()
    now = house.now()
    ministry = organisation("kemenperin", name="Kementerian Perindustrian")
    who = person(name="Dewi")
    grant(who, StaffRole.OFFICIAL, "test", now, scope="kemenperin")
    for place, code in enumerate(sorted(REGENCIES)):
        for n in range(place % 7 % 4):
            one = plain(
                f"Dapur {place} {n}", province=code[:2], regency=code, kbli=f"{10 + place % 20}794", made_at=now
            )
            SizeClass.objects.create(
                producer_id=one.pk, regime="pp-7-2021", version="2021", size=("micro", "small", "medium")[n], rule="r",
                as_of=now.date(),
            )  # fmt: skip
    shown = producer("Batik Sekar Jagad")
    permit(shown, verified_at=now, verified_by="v", number="ID35110000145391021")
    permit(shown, "p-irt", number="206337501000129", commitment_due=now.date(), issued_on=now.date())
    applied(shown, ministry, "scoring")
    applied(shown, ministry, "closed", grade="A")
    enrolled(shown, ministry)
    Mentored.objects.create(
        enrolment_id=new_id(), producer_id=shown.pk, body="kemendag", organisation="kemendag", programme="p",
        completed_at=now,
    )  # fmt: skip
    yes(shown, ministry, "contact")
    figures.refresh(now)
    return who


@pytest.mark.slow
@pytest.mark.parametrize("desktop", [False, True], ids=["phone", "desktop"])
def test_a_ministry_walks_through_its_pages(enter: Enter, official: Person, desktop: bool) -> None:
    visitor = enter(official, desktop=desktop)
    visitor.goto("/ministry")
    look(visitor, "ministry")
    tile = visitor.page.get_by_role("link", name="Jawa Tengah: ", exact=False)
    assert tile.count() == 1
    box = tile.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 24, "a finger finds it"
    tile.click()
    visitor.page.wait_for_load_state()
    assert "province=33" in visitor.page.url
    assert "Jawa Tengah" in visitor.page.locator("h1").inner_text()
    look(visitor, "ministry-province")
    visitor.goto("/ministry/producers?q=sekar")
    look(visitor, "ministry-producers")
    visitor.press("Batik Sekar Jagad")
    look(visitor, "ministry-producer")
    visitor.press("Writing to producers")
    assert "+6281234567890" in visitor.text()
    look(visitor, "ministry-contact")
    visitor.goto("/ministry/permits")
    look(visitor, "ministry-permits")
    visitor.page.locator("main table a").first.click()
    visitor.page.wait_for_load_state()
    visitor.page.locator("details.card summary").first.click()
    look(visitor, "ministry-permit")
    for name in ("claims", "exports", "access"):
        visitor.goto(f"/ministry/{name}")
        look(visitor, f"ministry-{name}")


@pytest.mark.slow
@pytest.mark.parametrize("desktop", [False, True], ids=["phone", "desktop"])
def test_a_producer_sees_who_looked(enter: Enter, house: House, desktop: bool) -> None:
    now = house.now()
    owner = house.owner
    of = profiles.begin(house.merchant, profiles.Profile("Batik Sari", "33.75", owner_name="Sari"), now)
    organisation("kemenperin", name="Kementerian Perindustrian")
    consents.note_access(person().pk, "official", "kemenperin", "contact", ["contact"], of.pk, now)
    visitor = enter(owner, desktop=desktop)
    visitor.goto("/merchant/path/privacy")
    look(visitor, "producer-privacy")
    visitor.press("Say yes")
    assert visitor.says("Take it back")
    visitor.press("Erase my profile as a producer")
    look(visitor, "producer-erase")
