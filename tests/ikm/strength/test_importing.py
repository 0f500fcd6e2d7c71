"""Files of trade and prices: a fault per bad cell, the same file twice changes nothing; what is worked out."""

from __future__ import annotations

import gzip
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from mediator.ikm.errors import IkmError
from mediator.ikm.strength.importing import About, PriceReport, TradeReport, import_prices, import_trade
from mediator.ikm.strength.models import PriceObservation, SectorFigure, TradeRow, TradeSet
from mediator.ikm.strength.reading import Found, Unfit, number
from mediator.ikm.strength.trade_file import read_trade

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
SHARED = Path("/work/shared/data/trade_1998_2000")
TRADE = """flow,country,system,code,year,value,quantity,unit
export,idn,hs,610910,2025,200,10,kg
export,idn,hs,090111,2025,800,,
export,chn,hs,610910,2025,900,,
export,chn,hs,090111,2025,100,,
import,idn,hs,610910,2025,300,30,kg
import,chn,hs,610910,2025,50,,
output,idn,hs,610910,2025,500,25,kg
"""


def trade_of(text: str, *, is_dry: bool = False, **about: Any) -> TradeReport:
    file = io.BytesIO(text.encode())
    return import_trade(file, About(about.pop("source", "bps"), **about), "tester", NOW, is_dry=is_dry)


def prices_of(text: str, *, is_dry: bool = False, source: str = "survey") -> PriceReport:
    return import_prices(io.BytesIO(text.encode()), source, NOW, is_dry=is_dry)


@pytest.mark.parametrize(
    ("mark", "cell", "expected"),
    [
        (".", "1234.5", "1234.5"),
        (".", "1,234.5", "1234.5"),
        (".", "1.234", "1.234"),
        (",", "1.234,5", "1234.5"),
        (",", "1.234.567", "1234567"),
        (",", "0,5", "0.5"),
        (".", "0", "0"),
    ],
)
def test_numbers_are_read_by_the_mark_that_was_said(mark: str, cell: str, expected: str) -> None:
    assert number(mark)(cell) == Decimal(expected)


@pytest.mark.parametrize(
    ("mark", "cell"),
    [(".", "1234,5"), (".", "-1"), (".", "1e9"), (".", "1,23"), (".", ""), (",", "1.5"), (".", "NaN"), (".", "١٢")],
)
def test_what_is_no_number_by_that_mark_is_not_guessed(mark: str, cell: str) -> None:
    with pytest.raises(Unfit):
        number(mark)(cell)


@pytest.mark.parametrize(
    ("row", "field", "reason"),
    [
        ("transit,idn,hs,610910,2025,1,,", "flow", "unknown_word"),
        ("export,id,hs,610910,2025,1,,", "country", "form"),
        ("export,idn,hs,61091,2025,1,,", "code", "form"),
        ("export,idn,cpc,610910,2025,1,,", "system", "unknown_word"),
        ("export,idn,hs,610910,25,1,,", "year", "not_a_year"),
        ("export,idn,hs,610910,2027,1,,", "year", "out_of_range"),
        ("export,idn,hs,610910,2025,,,", "value", "missing"),
        ("export,idn,hs,610910,2025,-5,,", "value", "not_a_number"),
        ("export,idn,hs,610910,2025,1.005,,", "value", "too_precise"),
        ("export,idn,hs,610910,2025,1,0,kg", "quantity", "not_above_zero"),
        ("export,idn,hs,610910,2025,1,1,a very long unit", "unit", "too_long"),
        (",idn,hs,610910,2025,1,,", "flow", "missing"),
    ],
)
def test_a_bad_cell_is_a_fault_of_its_line_and_the_others_go_in(row: str, field: str, reason: str) -> None:
    found = Found()
    text = TRADE + row + "\nexport,jpn,hs,610910,2025,7,,\n"
    lines = list(read_trade(io.BytesIO(text.encode()), {}, 2026, found))
    assert [(fault.line, fault.field, fault.reason) for fault in found.kept] == [(9, field, reason)]
    assert len(lines) == 8
    assert lines[-1].country == "jpn"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "file_empty"),
        ("flow,country,system,code,year\nx,idn,hs,61,2025\n", "column_missing"),
        ("flow,flow,country,system,code,year,value\n", "column_twice"),
        ("flow,country,system,hs,sitc,year,value\n", "column_twice"),
    ],
)
def test_a_file_that_is_none_is_refused_as_a_whole(db: None, text: str, code: str) -> None:
    with pytest.raises(IkmError) as refused:
        trade_of(text)
    assert refused.value.code == code


@pytest.mark.parametrize("spoil", [lambda zipped: zipped[:-12], lambda zipped: zipped[:40] + b"nonsense" + zipped[48:]])
def test_a_broken_archive_is_refused_as_a_whole_and_keeps_nothing(db: None, spoil: Any) -> None:
    file = io.BytesIO(spoil(gzip.compress(TRADE.encode(), mtime=0)))
    with pytest.raises(IkmError) as refused:
        import_trade(file, About("bps"), "tester", NOW)
    assert refused.value.code == "file_unreadable"
    assert not TradeSet.objects.exists()


def test_the_file_stays_open_for_whoever_brought_it(db: None) -> None:
    file = io.BytesIO(TRADE.encode())
    first = import_trade(file, About("bps"), "tester", NOW, is_dry=True)
    assert import_trade(file, About("bps"), "tester", NOW) == first


def test_a_source_must_be_named(db: None) -> None:
    with pytest.raises(IkmError, match="who the file is from"):
        trade_of(TRADE, source=" ")


def test_the_same_file_again_changes_nothing_and_a_correction_replaces_the_set(db: None) -> None:
    first = trade_of(TRADE)
    assert [(each.system, each.year, each.rows, each.outcome) for each in first.sets] == [("hs", 2025, 7, "new")]
    before = list(TradeSet.objects.values())
    reordered = "\n".join([TRADE.splitlines()[0], *reversed(TRADE.splitlines()[1:])])
    assert trade_of(reordered).sets[0].outcome == "unchanged"
    assert list(TradeSet.objects.values()) == before
    assert trade_of(TRADE.replace("2025,200", "2025,250")).sets[0].outcome == "changed"
    assert TradeRow.objects.count() == 7
    assert TradeSet.objects.get().pk == before[0]["id"]
    assert SectorFigure.objects.get(code="610910").exports == 250


def test_figures_of_another_country_are_added_to_a_set_that_is_there_and_kept_up_with_it(db: None) -> None:
    trade_of(TRADE)
    assert trade_of(TRADE, countries=("idn", "chn")).sets[0].outcome == "unchanged"
    of_china = SectorFigure.objects.filter(country="chn")
    assert of_china.get(code="610910").rca == pytest.approx(0.9 / 0.55)
    assert SectorFigure.objects.filter(country="idn").count() == 2
    trade_of(TRADE.replace("chn,hs,610910,2025,900", "chn,hs,610910,2025,300"))
    assert of_china.get(code="610910").rca == pytest.approx((300 / 400) / (500 / 1_400))


def test_a_dry_run_says_the_same_and_keeps_nothing(db: None) -> None:
    dry = trade_of(TRADE, is_dry=True)
    assert not TradeSet.objects.exists()
    assert trade_of(TRADE) == dry


def test_a_flow_that_stands_there_twice_is_a_fault_of_the_second(db: None) -> None:
    told = trade_of(TRADE + "export,idn,hs,610910,2025,999,,\n")
    assert told.faults == [(9, "code", "610910", "twice", "line 2")]
    assert told.rows == 7
    assert TradeRow.objects.get(flow="export", country="idn", code="610910").value == 200


def test_what_a_file_has_one_value_of_is_said_beside_it_and_it_may_be_zipped(db: None) -> None:
    text = "negara;kode;nilai\nIDN;8471;1.000,50\nCHN;8471;3\n"
    about = About("who", beside={"flow": "export", "system": "sitc", "year": "1999"}, decimal=",")
    told = import_trade(io.BytesIO(gzip.compress(text.encode("utf-8-sig"))), about, "tester", NOW)
    assert (told.refused, told.rows) == (0, 2)
    assert TradeRow.objects.get(country="idn").value == Decimal("1000.50")


def test_the_figures_of_a_sector(db: None) -> None:
    trade_of(TRADE)
    shirt, coffee = SectorFigure.objects.order_by("-code")
    # shirts: 200 of 1000 against 1100 of 2000 in the world
    assert shirt.rca == pytest.approx(0.2 / 0.55)
    assert shirt.rma == pytest.approx(1.0)
    assert shirt.rta == pytest.approx(0.2 / 0.55 - 1)
    assert shirt.balance == pytest.approx(-0.2)
    assert shirt.penetration == pytest.approx(300 / (500 - 200 + 300))
    assert (shirt.unit_value_ratio_bp, shirt.unit_value_of) == (20_000, "output")
    assert coffee.rca == pytest.approx(0.8 / 0.45)
    assert (coffee.imports, coffee.penetration, coffee.balance, coffee.lafay, coffee.unit_value_ratio_bp) == (None,) * 5
    assert TradeSet.objects.get().countries == 2


def test_a_file_of_one_country_has_no_world_and_so_no_advantage(db: None) -> None:
    trade_of("".join(line for line in TRADE.splitlines(keepends=True) if ",chn," not in line))
    assert set(SectorFigure.objects.values_list("rca", "rsca", "rta")) == {(None, None, None)}
    assert SectorFigure.objects.get(code="610910").penetration == pytest.approx(0.5)


def test_totals_of_the_world_that_the_source_gives_come_before_a_sum(db: None) -> None:
    trade_of(TRADE + "export,wld,hs,610910,2025,2000,,\nexport,wld,hs,090111,2025,2000,,\n")
    assert SectorFigure.objects.get(code="610910").rca == pytest.approx(0.2 / 0.5)
    assert TradeSet.objects.get().countries == 0


def test_chapters_and_their_goods_in_one_file_are_not_added_up(db: None) -> None:
    trade_of(TRADE + "export,idn,hs,61,2025,200,,\nexport,idn,hs,09,2025,800,,\nexport,chn,hs,61,2025,900,,\n")
    assert SectorFigure.objects.get(code="610910").rca == pytest.approx(0.2 / 0.55)


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason="the full table lies in the shared folder only")
def test_a_whole_table_of_the_world_through_the_database(db: None) -> None:
    about = About(
        "economiccomplexity", note="mean of 1998 to 2000; unit not stated",
        beside={"flow": "export", "system": "sitc", "year": "1999"}, countries=("idn", "chn"),
    )  # fmt: skip
    with (SHARED / "world_trade_avg_1998_to_2000.csv.gz").open("rb") as file:
        told = import_trade(file, about, "tester", NOW)
    assert (told.rows, told.refused, told.sets[0].countries) == (124_336, 0, 226)
    assert SectorFigure.objects.filter(country="idn", rca__gt=1).count() == 173
    assert SectorFigure.objects.filter(country="chn", rca__gt=1).count() == 294
    assert SectorFigure.objects.get(country="idn", code="0013").rca == pytest.approx(2.665161, abs=1e-6)


PRICES = """ref,observed_on,title,origin,country,hs,kbli,category,unit,quantity,price,cif,\
duty_percent,ppn_percent,freight,attributes,orders,on_time,complaints
a1,2026-11-01,Kopi impor,imported,vnm,090121,,food,kg,0.5,45000,,,,,mutu: 1; sangrai: Medium,100,90,5
a2,2026-11-01,Kopi pelabuhan,,bra,090121,,food,g,250,,10000,5,11,500,mutu=1,,,
a3,2026-11-02,Kopi lokal,lokal,,090121,10761,food,g,200,30000,,,,,,,,
a4,2026-11-02,Kopi entah,,,090121,,food,g,200,20000,,,,,,,,
"""


def test_prices_are_kept_per_what_the_pack_holds_and_landed(db: None) -> None:
    assert prices_of(PRICES) == PriceReport(4, 0, 0, 0, [])
    a1, a2, a3, a4 = PriceObservation.objects.order_by("ref")
    assert (a1.unit, a1.quantity, a1.price_minor, a1.attributes) == (
        "g",
        500,
        45_000_00,
        {"mutu": "1", "sangrai": "medium"},
    )
    # 10,000 + 5 % = 10,500; + 11 % = 11,655; + 500
    assert (a2.price_minor, a2.cif_minor, a2.duty_bp, a2.ppn_bp, a2.freight_minor) == (
        12_155_00,
        10_000_00,
        500,
        1_100,
        500_00,
    )
    assert [each.origin for each in (a1, a2, a3, a4)] == ["imported", "imported", "domestic", "unknown"]
    assert a1.observed_on == date(2026, 11, 1)


def test_the_same_prices_again_change_nothing_and_a_correction_is_counted(db: None) -> None:
    prices_of(PRICES)
    before = list(PriceObservation.objects.order_by("ref").values())
    assert prices_of(PRICES) == PriceReport(0, 0, 4, 0, [])
    assert list(PriceObservation.objects.order_by("ref").values()) == before
    assert prices_of(PRICES.replace("30000", "31000"), is_dry=True) == PriceReport(0, 1, 3, 0, [])
    assert PriceObservation.objects.get(ref="a3").price_minor == 30_000_00
    assert prices_of(PRICES.replace("30000", "31000")) == PriceReport(0, 1, 3, 0, [])
    assert PriceObservation.objects.get(ref="a3").price_minor == 31_000_00
    assert prices_of(PRICES, source="another").new == 4


@pytest.mark.parametrize(
    ("row", "field", "reason"),
    [
        ("b,2026-11-24,,,,090121,,food,g,1,5,,,,,,,,", "observed_on", "out_of_range"),
        ("b,24/11/2026,,,,090121,,food,g,1,5,,,,,,,,", "observed_on", "not_a_day"),
        ("b,2026-11-01,,imported,idn,090121,,food,g,1,5,,,,,,,,", "origin", "origin_contradicts"),
        ("b,2026-11-01,,domestic,chn,090121,,food,g,1,5,,,,,,,,", "origin", "origin_contradicts"),
        ("b,2026-11-01,,,,,,food,g,1,5,,,,,,,,", "hs", "no_class"),
        ("b,2026-11-01,,,,0901,,food,g,1,5,,,,,,,,", "hs", "form"),
        ("b,2026-11-01,,,,090121,,snacks,g,1,5,,,,,,,,", "category", "unknown_word"),
        ("b,2026-11-01,,,,090121,,food,ons,1,5,,,,,,,,", "unit", "unknown_word"),
        ("b,2026-11-01,,,,090121,,food,g,0,5,,,,,,,,", "quantity", "not_above_zero"),
        ("b,2026-11-01,,,,090121,,food,g,1,,,,,,,,,", "price", "price_or_cif"),
        ("b,2026-11-01,,,,090121,,food,g,1,5,5,1,1,,,,,", "price", "price_or_cif"),
        ("b,2026-11-01,,,,090121,,food,g,1,,5,1,,,,,,", "duty_percent", "rates_missing"),
        ("b,2026-11-01,,,,090121,,food,g,1,5,,,,,nice,,,", "attributes", "not_pairs"),
        ("b,2026-11-01,,,,090121,,food,g,1,5,,,,,,10,11,", "on_time", "more_than_orders"),
        ("b,2026-11-01,,,,090121,,food,g,1,5,,,,,,,,3", "complaints", "more_than_orders"),
        ("a1,2026-11-01,,,,090121,,food,g,1,5,,,,,,,,", "ref", "twice"),
    ],
)
def test_a_bad_price_is_a_fault_of_its_line(db: None, row: str, field: str, reason: str) -> None:
    told = prices_of(PRICES + row + "\n")
    assert [(fault.line, fault.field, fault.reason) for fault in told.faults] == [(6, field, reason)]
    assert told.new == 4
