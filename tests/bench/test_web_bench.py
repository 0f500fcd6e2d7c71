"""The bench of pages fills a database that the pages believe, and measures what it says."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.db import connection

from mediator.bench import web_goods, web_seed
from mediator.bench.web_client import Answer, figures
from mediator.bench.web_patterns import EACH
from mediator.bench.web_scripts import SCRIPTS
from mediator.deals.history import read_deal, read_history
from mediator.deals.models import Deal as DealRow
from mediator.protocol.deal import status as status_of
from mediator.protocol.table import STATUSES
from mediator.shop.models import Delivery, Listing, Merchant
from mediator.shop.search import Search, search

LISTINGS, DEALS = 300, 2_000


@pytest.fixture
def filled(fresh_database: Any, settings: Any, tmp_path: Any) -> dict[str, Any]:
    from mediator.bench.place import adopt_policies

    settings.PHOTO_FOLDER = tmp_path / "photos"
    adopt_policies()
    return web_seed.fill(LISTINGS, DEALS, lambda _: None)


def test_the_scripts_lead_to_statuses_of_the_protocol_and_are_a_whole() -> None:
    assert set(SCRIPTS) <= set(STATUSES)
    assert sum(weight for weight, _ in SCRIPTS.values()) == 10_000


@pytest.mark.slow
def test_copied_deals_are_read_like_real_ones(filled: dict[str, Any]) -> None:
    patterns = EACH * len(SCRIPTS)
    assert DealRow.objects.count() == DEALS + patterns
    assert Delivery.objects.count() == DEALS
    assert Listing.objects.count() == LISTINGS
    busy = DealRow.objects.filter(book_id=filled["busy_book"])
    assert busy.count() >= DEALS // web_seed.BUSY_SHARE
    merchants = set(Merchant.objects.values_list("id", flat=True))
    for row in busy.order_by("id")[:40]:
        stored = read_deal(str(row.book_id), str(row.id))
        assert stored is not None
        deal = stored.deal
        assert (status_of(deal.state), deal.due_at) == (row.status, row.due_at)
        assert deal.terms.merchant in {str(one) for one in merchants}
        assert deal.terms.buyer == Delivery.objects.get(deal_id=row.id).buyer
        history = read_history(stored)
        assert [record.version for record in history] == list(range(1, deal.version + 1))
        assert history[-1].status == row.status


@pytest.mark.slow
def test_balances_of_the_copies_are_the_sums_of_their_entries(filled: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT book_id, account, sum(amount)::bigint FROM posting GROUP BY 1, 2 "
            "HAVING sum(amount) <> 0 EXCEPT SELECT book_id, account, amount FROM balance) AS differing"
        )
        assert cursor.fetchone() == (0,)


@pytest.mark.slow
def test_every_index_is_there_again_and_goods_are_found(filled: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_indexes WHERE indexname IN ('listing_words', 'deal_open', 'deal_due')")
        assert cursor.fetchone() == (3,)
    word = Listing.objects.filter(status="live").order_by("id")[0].title.split()[0].lower()
    assert search(Search(words=(word,))).listings


def test_goods_are_the_same_for_the_same_seed_and_words_fall_off() -> None:
    def titles() -> list[object]:
        dice = random.Random(1)
        sellers = web_goods.sellers(20, dice)
        now = web_seed.datetime(2026, 11, 23, tzinfo=web_seed.UTC)
        return [row[4] for row in web_goods.listings(400, sellers, ["a" * 64], now, dice)]

    made = titles()
    assert made == titles()
    words = [word for title in made for word in str(title).lower().split()]
    counted = sorted((words.count(word) for word in set(words)), reverse=True)
    assert counted[0] > 10 * counted[len(counted) // 2]


def test_what_is_asked_for_is_of_every_kind() -> None:
    asked = web_goods.queries(random.Random(2))
    assert set(asked) == {"frequent", "rare", "several", "misspelt", "filtered", "no words"}
    assert all(asked.values())


def test_percentiles_are_of_the_servers_own_time() -> None:
    answers = [Answer(2.0 * n, float(n), 3, 200, 10) for n in range(100)]
    found = figures(answers)
    assert (found["p50_ms"], found["p95_ms"], found["wall_p95_ms"], found["statements"]) == (50.0, 95.0, 190.0, 3)
