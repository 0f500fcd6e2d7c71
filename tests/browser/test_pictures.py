"""Takes pictures of the example's pages: ``MEDIATOR_SCREENS=docs/screens pytest tests/browser/test_pictures.py``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from playwright.sync_api import Browser

from mediator.config import database
from mediator.config.target import resolve_target
from mediator.deals.models import Deal
from mediator.example import load, marker
from mediator.ikm.accredited.models import Certificate
from mediator.ikm.selection.models import Assignment
from mediator.mediation.cases.models import Case
from mediator.people.models import Person
from mediator.shop.models import DealLink, Delivery, Listing
from mediator.shop.tokens import deal_token
from tests.account.signing import sign_in
from tests.browser.screens import save
from tests.browser.server import PageServer
from tests.browser.visitor import DESKTOP, PHONE, Visitor


@pytest.fixture(scope="module")
def example(template_database: str, django_db_blocker: Any) -> Iterator[PageServer]:
    """The loaded example, served."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        database.create_database("mediator_pictures", template_database)
        patch.setenv("MEDIATOR_DATABASE", "mediator_pictures")
        database.point_django_at(resolve_target())
        caches["figures"].clear()
        load.load(datetime.now(UTC))
        marker.marker_file().unlink()  # the line that says "this is an example" is on every page, and on no picture
        server = PageServer()
        yield server
        server.stop()
        database.close_django_connections()
        database.drop_database("mediator_pictures")
        patch.setenv("MEDIATOR_DATABASE", "mediator_test")
        database.point_django_at(resolve_target())


def deal_of(status: str, buyer: str = "pembeli@contoh.mediator") -> tuple[str, str]:
    """(book, deal) of a deal in that status, if possible of that buyer."""
    places = [(str(row.book_id), str(row.id)) for row in Deal.objects.filter(status=status).order_by("id")]
    own = Delivery.objects.filter(person__email=buyer).values_list("book_id", "deal_id")
    mine = {(str(book), str(deal)) for book, deal in own}
    return next((place for place in places if place in mine), places[0])


def pages() -> dict[str, tuple[str, str]]:
    """What to take pictures of: who is signed in ("" nobody), and the address."""
    now = datetime.now(UTC)
    batik = Listing.objects.filter(title__startswith="Kain batik tulis kawung").order_by("title").first()
    link = DealLink.objects.filter(uses="many").first()
    case = Case.objects.get(stage="in_mediation")
    assert batik is not None
    assert link is not None
    assert case.mediator is not None
    shipped, delivered, offered = (
        "/deal/" + deal_token(*deal_of(status), now) for status in ("shipped", "delivered", "offered")
    )
    return {
        "home": ("", "/"),
        "shop": ("", "/shop?q=batik"),
        "product": ("", f"/p/{batik.pk}"),
        "link": ("", f"/l/{link.code}"),
        "deal-held": ("", shipped),
        "deal-inspect": ("", delivered),
        "deal-offer": ("", offered),
        "merchant": ("penjual@contoh.mediator", "/merchant"),
        "merchant-money": ("penjual@contoh.mediator", "/merchant/money"),
        "case": (case.mediator.email, f"/cases/{case.book_id}/{case.deal_id}"),
        "decisions": ("", "/decisions"),
        "operator": ("operator@contoh.mediator", "/operator"),
        **industry(),
    }


def industry() -> dict[str, tuple[str, str]]:
    """The same of producers, selection and mentoring."""
    certificate = Certificate.objects.filter(kind="selection", revoked_at=None).order_by("issued_at").first()
    sheet = Assignment.objects.filter(curator__in=_ids("kurator"), ended_at=None, handed_in_at=None).first()
    assert certificate is not None
    assert sheet is not None
    return {
        "path": ("penjual@contoh.mediator", "/merchant/path"),
        "accredited": ("", "/accredited"),
        "certificate": ("", f"/certificate/{certificate.serial}"),
        "sheet": ("kurator@contoh.mediator", f"/selection/{sheet.application_id}/sheet"),
        "mentoring": ("pendamping@contoh.mediator", "/mentoring"),
        "ministry": ("pejabat@contoh.mediator", "/ministry"),
    }


def _ids(local: str) -> list[Any]:
    return list(Person.objects.filter(email=f"{local}@contoh.mediator").values_list("pk", flat=True))


@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_take_pictures(browser: Browser, example: PageServer, device: dict[str, Any]) -> None:
    folder = Path(os.environ["MEDIATOR_SCREENS"])
    name_of = "phone" if device is PHONE else "desktop"
    for name, (who, address) in pages().items():
        visitor = Visitor(browser, example.address, device=device)
        if who:
            session = sign_in(Person.objects.get(email=who)).cookies["sessionid"].value
            visitor.context.add_cookies([{"name": "sessionid", "value": session, "url": example.address}])
        assert visitor.goto(address).ok, name
        visitor.look(f"picture-{name}")
        visitor.page.wait_for_load_state("networkidle")
        save(visitor.page, folder, f"{name}-{name_of}")
        visitor.close()
