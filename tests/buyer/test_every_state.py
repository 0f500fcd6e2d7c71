"""Every state of the protocol has a page on purpose: headline, chip, clock, and the buttons that are allowed."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import translation

from mediator.protocol import allowed_actions
from mediator.protocol.table import STATUSES, TABLE
from mediator.web.buyer.previews import can_claim_at_once
from mediator.web.buyer.words import DOINGS, STANDS
from mediator.web.deal_timing import rings_of
from mediator.web.deal_words import STATUS
from tests.buyer.making import ALL_WALKS, WALKS, Shop

BUTTON = re.compile(r'href="/deal/[^"]+/do/([a-z_]+)"')


def test_there_is_a_walk_and_a_stand_for_every_status() -> None:
    assert set(WALKS) == set(STANDS) == set(STATUSES)


def test_every_command_of_a_buyer_has_a_button() -> None:
    assert {move.command for move in TABLE if "buyer" in move.by} == set(DOINGS)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("where", ALL_WALKS)
def test_the_page_of_a_status_shows_what_the_protocol_allows(shop: Shop, where: str, language: str) -> None:
    sale = ALL_WALKS[where](shop.deal())
    deal, now = sale.now, shop.clock.now()
    if where in WALKS:
        assert deal.status == where
    answer = shop.client.get(f"{sale.page}?lang={language}")
    html = answer.content.decode()
    assert answer.status_code == 200

    wanted = {action.command for action in allowed_actions(deal, shop.buyer, now)}
    if can_claim_at_once(deal, shop.buyer, now):
        wanted.add("claim")
    assert BUTTON.findall(html) == [name for name in DOINGS if name in wanted]
    with translation.override(language):
        assert f"<h1>{translation_of(STANDS[deal.status].headline)}</h1>" in html
        assert str(STATUS[deal.status]) in html
        rings = rings_of(deal)
        assert ('class="due"' in html) is bool(rings)
        if rings:
            assert rings[0].at == deal.due_at
            assert rings[0].then in answer.context["page"].clock.then
    assert html.count("<h1") == 1
    assert "&lt;b&gt;250 g&lt;/b&gt;" in html
    assert "<b>250 g</b>" not in html
    assert answer["Cache-Control"] == "no-store"
    assert "noindex" in answer["X-Robots-Tag"]
    assert len(answer.content) < 30_000


def translation_of(words: object) -> str:
    from django.utils.html import escape

    return escape(str(words))


@pytest.mark.parametrize("where", ALL_WALKS)
def test_every_button_leads_to_a_page_that_says_what_it_does(shop: Shop, where: str) -> None:
    sale = ALL_WALKS[where](shop.deal())
    for name in BUTTON.findall(shop.client.get(sale.page).content.decode()):
        answer = shop.client.get(sale.do(name))
        assert answer.status_code == 200, name
        assert answer.context["effects"], name
        assert answer["Cache-Control"] == "no-store"
    for name in set(DOINGS) - set(BUTTON.findall(shop.client.get(sale.page).content.decode())):
        assert shop.client.get(sale.do(name)).url == sale.page, name
    assert shop.client.get(reverse("deal-do", args=[sale.token, "decide"])).status_code == 404


def test_a_clock_that_has_rung_leaves_no_button(shop: Shop) -> None:
    sale = shop.deal().delivered().later(days=3)
    answer = shop.client.get(sale.page)
    assert answer.context["page"].is_moving
    assert not BUTTON.findall(answer.content.decode())
