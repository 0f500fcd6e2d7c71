"""Promised beside received: computed once in the background, outlined where the print is, never a verdict."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from PIL import Image

from mediator.mediation import comparisons
from mediator.mediation.evidence import put_evidence
from mediator.mediation.keeping import take_bytes
from mediator.mediation.models import ComparisonResult
from mediator.mediation.promises import keep_promise
from mediator.protocol import Line, Terms
from mediator.shop.merchants import open_merchant
from mediator.shop.models import Member
from mediator.web import deal_compare
from tests.buyer.making import PRICE, START, Sale, Shop
from tests.mediation.making import jpeg, promise
from tests.mediation.test_comparison import label, seen_by_a_phone

LABEL = label(("KOPI", "GAYO", "ACEH"), 7)


def bytes_of(pixels: object) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=90)  # type: ignore[arg-type]
    return out.getvalue()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[tuple[str, str]]]:
    """What the worker is asked to compare."""
    calls: list[list[tuple[str, str]]] = []
    monkeypatch.setattr(deal_compare, "compare_soon", lambda pairs: calls.append(list(pairs)) if pairs else None)
    return calls


def shown_sale(shop: Shop) -> tuple[Sale, str, str]:
    """A deal whose promise and claim show the same label, and in the claim a plain picture first."""
    same = take_bytes(bytes_of(LABEL), "merchant:x", START)
    digest = keep_promise(promise("Kopi", photos=(shop.photo, same)), START)
    sale = shop.deal()
    terms = Terms(shop.buyer.id, str(shop.merchant.pk), "IDR", PRICE, (Line("Kopi", 1, PRICE),), promise=digest)
    made = Sale(shop, sale.id[:-4] + "beef")
    made.must(shop.buyer, "open", terms=terms)
    made.claimed()
    plain = take_bytes(jpeg((5, 5, 5), (400, 400)), "buyer:x", START)
    photos = [plain, take_bytes(bytes_of(seen_by_a_phone(LABEL)), "buyer:x", START)]
    put_evidence(shop.book, made.id, "buyer", shop.buyer.id, "claim", "Lain", photos, "k", START)
    return made, plain, photos[1]


def test_a_page_does_not_wait_and_shows_the_best_pair_first(shop: Shop, asked: list[list[tuple[str, str]]]) -> None:
    sale, _plain, other = shown_sale(shop)
    html = shop.client.get(f"{sale.page}?lang=en").content.decode()
    assert "Being compared" in html
    assert "<polygon" not in html
    assert len(asked[0]) == 4
    assert comparisons.compute(asked[0], START) == 4
    assert comparisons.compute(asked[0], START) == 0, "once is enough"

    answer = shop.client.get(f"{sale.page}?lang=en")
    html = answer.content.decode()
    assert len(asked) == 1
    assert "Being compared" not in html
    assert "It decides nothing" in html
    assert "Cannot be compared" in html
    pairs = answer.context["pairs"]
    assert [pair.is_same_print for pair in pairs] == [True, False]
    assert other in pairs[0].received["large"]
    width, height = pairs[0].received_size
    points = [tuple(map(int, point.split(","))) for point in pairs[0].on_received.split()]
    assert all(0 <= x <= width and 0 <= y <= height for x, y in points)
    box = re.search(r'viewBox="0 0 (\d+) (\d+)" aria-hidden="true"><polygon', html)
    assert box is not None
    assert tuple(map(int, box.groups())) == pairs[0].promised_size
    assert "style=" not in html


def test_a_page_with_a_script_asks_until_all_is_compared_and_never_for_long(
    shop: Shop, asked: list[list[tuple[str, str]]]
) -> None:
    sale, _plain, _other = shown_sale(shop)
    html = shop.client.get(f"{sale.page}?lang=en").content.decode()
    poll = re.search(r'hx-get="([^"]+)"', html)
    assert poll is not None
    assert "htmx" in html
    assert shop.client.get(poll[1]).status_code == 204, "not yet"
    assert len(asked) == 1, "asking again asks the worker nothing"
    shop.clock.advance(timedelta(seconds=91))
    tired = shop.client.get(poll[1])
    assert (tired.status_code, tired.headers["HX-Reswap"]) == (286, "none")
    assert shop.client.get(poll[1].partition("?")[0]).status_code == 286, "without a beginning there is no waiting"
    comparisons.compute(asked[0], START)
    done = shop.client.get(f"{poll[1]}&lang=en")
    assert done.status_code == 286
    assert "<polygon" in done.content.decode()
    assert "<html" not in done.content.decode()
    assert "hx-get" not in shop.client.get(sale.page).content.decode()


def test_the_seller_polls_at_their_own_address_and_no_other_shop_can(
    shop: Shop, asked: list[list[tuple[str, str]]]
) -> None:
    from tests.account.signing import person, sign_in

    sale, _plain, _other = shown_sale(shop)
    seller = person()
    Member.objects.create(merchant=shop.merchant, person=seller, role="owner", since=START)
    owner = sign_in(seller)
    html = owner.get(reverse("merchant-deal", args=[sale.id])).content.decode()
    poll = re.search(r'hx-get="([^"]+)"', html)
    assert poll is not None
    assert owner.get(poll[1]).status_code == 204
    stranger = person()
    open_merchant(stranger, "Toko lain", "33", "33.72", START)
    assert sign_in(stranger).get(poll[1]).status_code == 404


def test_a_photograph_that_cannot_be_read_now_is_left_for_later(shop: Shop) -> None:
    assert comparisons.compute([("a" * 64, "b" * 64)], START) == 0
    assert not ComparisonResult.objects.exists()


def test_without_photographs_of_what_came_nothing_is_compared(shop: Shop, asked: list[list[tuple[str, str]]]) -> None:
    assert not shop.client.get(shop.deal().delivered().page).context["pairs"]
    assert asked == []


def test_the_worker_is_asked_once_while_it_waits(shop: Shop) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    from mediator.mediation.tasks import compare_soon

    for _ in range(3):
        compare_soon([("a" * 64, "b" * 64)])
    compare_soon([("a" * 64, "c" * 64)])
    assert ProcrastinateJob.objects.filter(task_name="mediation.compare").count() == 2


def test_pairs_are_limited() -> None:
    pairs = comparisons.pairs_of([str(n) for n in range(12)], [f"r{n}" for n in range(20)])
    assert len(pairs) == comparisons.MOST_PROMISED * comparisons.MOST_RECEIVED
