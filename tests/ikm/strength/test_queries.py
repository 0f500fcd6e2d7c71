"""A card read from the database: what counts as comparable, as domestic, and with how many statements."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.utils import Error
from django.test.utils import CaptureQueriesContext

from mediator.ikm.errors import IkmError
from mediator.ikm.producers.models import Product, SizeClass
from mediator.ikm.strength.facts import Trading
from mediator.ikm.strength.models import PriceObservation, SectorFigure, TkdnSheet, TradeSet
from mediator.ikm.strength.queries import OBSERVED, comparables, facts_of
from mediator.ikm.strength.service import card_for, declare_sheet
from mediator.ikm.strength.tkdn import Sheet
from mediator.people.models import new_id
from mediator.shop.merchants import open_merchant
from mediator.shop.models import Merchant
from tests.merchant.making import Desk, person

from .making import COFFEE, NOW, TODAY, listing, producer, product, seen

SHEET = Sheet("permenperin-35-2025", COFFEE)


def shop(name: str) -> Merchant:
    return open_merchant(person(name), name, "11", "11.01", NOW)


def offered(name: str, price: int, **more: Any) -> Product:
    """A product of another producer, on offer here."""
    merchant = shop(name)
    return product(producer(name, merchant), listing=listing(merchant, price).pk, **more)


def test_comparable_is_the_same_class_and_category_and_lately_seen(db: None) -> None:
    mine = product(producer())
    seen("same")
    seen("same", 19_000_00, observed_on=date(2026, 11, 20))
    seen("by-kbli", hs="", kbli="10761")
    for n, other in enumerate(
        ({"hs": "090111"}, {"category": "health"}, {"hs": "", "kbli": "10762"}, {"hs": "090111", "kbli": "10761"},
         {"observed_on": TODAY - timedelta(days=181)}, {"observed_on": TODAY + timedelta(days=1)})
    ):  # fmt: skip
        seen(f"other{n}", **other)
    found = comparables(mine, NOW)
    assert sorted(each.price_minor for each in found) == [19_000_00, 20_000_00]


def test_a_product_known_by_its_kbli_alone_is_compared_by_that(db: None) -> None:
    mine = product(producer(), hs="")
    seen("with-hs", kbli="10761")
    seen("without", hs="", kbli="10761")
    assert len(comparables(mine, NOW)) == 2
    assert comparables(product(producer("B"), hs="", kbli=""), NOW) == ()


@pytest.mark.parametrize(
    ("origin", "evidence", "expected"),
    [
        ("domestic", "kebun sendiri", "domestic"),
        ("domestic", "", "unknown"),
        ("mixed", "faktur", "mixed"),
        ("imported", "faktur", "imported"),
        ("imported", "", "unknown"),
        ("unknown", "katanya", "unknown"),
    ],
)
def test_a_listing_here_counts_by_its_products_origin_and_only_with_evidence(
    db: None, origin: str, evidence: str, expected: str
) -> None:
    mine = product(producer())
    offered("Kopi Lain", 27_000_00, origin=origin, origin_evidence=evidence)
    (found,) = comparables(mine, NOW)
    assert (found.source, found.origin, found.price_minor) == ("mediator", expected, 27_000_00)
    assert found.quality == {"grade": "1", "roast": "medium"}


def test_neither_ones_own_nor_what_is_not_on_offer_is_comparable(db: None) -> None:
    merchant = shop("Sari")
    mine = product(producer("Sari", merchant))
    product(mine.producer, "Kopi Lain", listing=listing(merchant).pk)
    other = shop("Budi")
    product(producer("Budi", other), listing=listing(other, status="paused").pk)
    offered("Tono", 1_00, withdrawn_at=NOW)
    assert comparables(mine, NOW) == ()


def test_the_card_of_a_product_with_everything(db: None) -> None:
    mine = product(producer())
    SizeClass.objects.create(
        producer_id=mine.producer_id, regime="permenperin-64-2016", version="2016", size="small", rule="x", as_of=TODAY
    )
    for n in range(5):
        seen(f"i{n}", orders=100, on_time=95, complaints=2)
    seen("u", origin="unknown")
    for n in range(2):
        offered(f"Lokal {n}", 32_000_00)
    told = TradeSet.objects.create(
        source="bps", system="hs", year=2025, rows=1, countries=3, digest="x", imported_by="t", imported_at=NOW
    )
    for code, rca in (("0901", 3.0), ("090121", 2.0), ("09", 1.0)):
        SectorFigure.objects.create(trade_set=told, country="idn", code=code, rca=rca)
    declare_sheet(mine, SHEET, "sari", new_id(), NOW)
    card = card_for(mine, NOW)
    assert card.price.gap_minor == 10_000_00
    assert card.price.domestic is not None
    assert (card.price.domestic.seen, card.price.domestic.is_enough) == (2, False)
    assert card.price.alike == (("domestic", 2), ("imported", 5), ("unknown", 1))
    assert card.content is not None
    assert card.content.value.tkdn_bp == 7_500
    assert [(sector.code, sector.rca) for sector, _ in card.sectors] == [("090121", 2.0)]
    assert card.facts.imported == Trading(500, 475, 500, 10)
    assert card.facts.is_small_industry
    assert card.strengths == ("content", "sector")


def test_the_price_is_that_of_the_listing_where_there_is_one(db: None) -> None:
    merchant = shop("Sari")
    mine = product(producer("Sari", merchant), listing=listing(merchant, 26_000_00).pk)
    assert facts_of(mine, NOW).price_minor == 26_000_00
    assert facts_of(product(producer("B")), NOW).price_minor == 30_000_00


def test_the_record_is_of_the_shops_own_deals(db: None) -> None:
    desk = Desk()
    mine = product(producer("Sari", desk.merchant))
    desk.released()
    desk.shipped()
    desk.funded()
    own = facts_of(mine, desk.now).own
    assert own == Trading(2, 2, 1, 0)
    assert own.on_time_rate is not None


def test_a_card_takes_as_many_statements_for_many_goods_as_for_few(db: None) -> None:
    mine = product(producer())
    mine.producer  # noqa: B018  read before counting
    with CaptureQueriesContext(
        connection,
    ) as few:
        card_for(mine, NOW)
    for n in range(30):
        seen(f"i{n}")
        if n < 6:
            offered(f"Lokal {n}", 32_000_00)
    with CaptureQueriesContext(connection) as many:
        card_for(mine, NOW)
    assert len(few) == len(many) == 7


def test_comparable_prices_are_found_by_their_index_among_many(db: None) -> None:
    PriceObservation.objects.bulk_create(
        PriceObservation(
            source="s", ref=str(n), observed_on=date(2026, 11, 1), hs=f"{n % 2_000:06}", kbli=f"{n % 2_000:05}",
            category="food", unit="g", quantity=1, price_minor=1, origin="unknown", imported_at=NOW,
        )
        for n in range(8_000)
    )  # fmt: skip
    asked = {
        "hs": "000123", "kbli": "00123", "category": "food", "since": date(2026, 6, 1), "until": TODAY, "most": 2_000,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE ikm_price_observation")
        cursor.execute("EXPLAIN " + OBSERVED, asked)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "ikm_price_hs" in plan
    assert "Seq Scan" not in plan


def test_sheets_are_versions_and_a_second_click_is_the_same_sheet(db: None) -> None:
    mine, key = product(producer()), new_id()
    first = declare_sheet(mine, SHEET, "sari", key, NOW)
    assert declare_sheet(mine, SHEET, "sari", key, NOW).pk == first.pk
    second = declare_sheet(mine, SHEET._replace(has_factory_here=True), "sari", new_id(), NOW)
    assert (first.version, second.version, TkdnSheet.objects.count()) == (1, 2, 2)
    facts = facts_of(mine, NOW)
    assert facts.declared is not None
    assert facts.declared.version == 2
    assert facts.declared.sheet.has_factory_here
    with pytest.raises(IkmError, match="another product"):
        declare_sheet(product(producer("B")), SHEET, "sari", key, NOW)


@pytest.mark.parametrize("statement", ["UPDATE ikm_tkdn_sheet SET tkdn_bp = 10000", "DELETE FROM ikm_tkdn_sheet"])
def test_a_declared_sheet_is_never_changed(db: None, statement: str) -> None:
    declare_sheet(product(producer()), SHEET, "sari", new_id(), NOW)
    with pytest.raises(Error), connection.cursor() as cursor:
        cursor.execute(statement)
