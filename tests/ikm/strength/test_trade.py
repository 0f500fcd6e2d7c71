"""Measures of trade against worked numbers, their invariants, and real data of 1998 to 2000."""

from __future__ import annotations

import csv
import gzip
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediator.ikm.strength import trade

busy = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Other tests may keep this machine busy; that is no fault of the rule."""

HERE = Path(__file__).parent / "data"
SHARED = Path("/work/shared/data/trade_1998_2000")
NAN = float("nan")


def test_balassa_by_hand() -> None:
    # Indonesia: 20 of 100; the world: 50 of 1000; 0.2 / 0.05
    assert float(trade.balassa_rca(20, 100, 50, 1_000)) == pytest.approx(4.0)
    assert float(trade.balassa_rca(0, 100, 50, 1_000)) == 0.0


@pytest.mark.parametrize(
    "known", [(NAN, 100, 50, 1_000), (20, NAN, 50, 1_000), (20, 0, 50, 1_000), (20, 100, 0, 1_000)]
)
def test_what_lacks_a_part_is_not_known(known: tuple[float, ...]) -> None:
    assert math.isnan(float(trade.balassa_rca(*known)))


def test_an_unreported_flow_is_not_known_and_not_zero() -> None:
    told = trade.rca_table([[10.0, NAN], [10.0, 30.0]])
    assert math.isnan(told[0, 1])
    # country 0: all it reported is product 0: 10/10; the world: 20 of 50
    assert told[0, 0] == pytest.approx(2.5)
    assert np.isnan(trade.rca_table([[NAN, NAN]])).all()


@pytest.mark.parametrize(("rca", "symmetric"), [(0.0, -1.0), (1.0, 0.0), (3.0, 0.5), (NAN, NAN)])
def test_symmetric_rca(rca: float, symmetric: float) -> None:
    assert float(trade.rsca(rca)) == pytest.approx(symmetric, nan_ok=True)


def test_the_logarithm_of_nothing_is_not_known() -> None:
    assert float(trade.ln_rca(math.e)) == pytest.approx(1.0)
    assert np.isnan(trade.ln_rca([0.0, NAN])).all()


def test_vollrath_and_michaely_by_hand() -> None:
    assert float(trade.vollrath_rta(4.0, 1.5)) == 2.5
    assert float(trade.vollrath_rc(4.0, 2.0)) == pytest.approx(math.log(2))
    assert float(trade.michaely(20, 100, 10, 200)) == pytest.approx(0.15)
    assert math.isnan(float(trade.vollrath_rta(4.0, NAN)))


def test_lafay_by_hand() -> None:
    # X = 30, 10; M = 10, 30: balances 20, -20; trade 40, 40 of 80; the whole balances: 100 * 20/80
    assert trade.lafay([30, 10], [10, 30]) == pytest.approx([25.0, -25.0])
    assert trade.lafay([30, 10, 0], [10, 30, 0])[2] == 0.0
    assert math.isnan(trade.lafay([30, 10, 5], [10, 30, NAN])[2])


flows = st.lists(st.tuples(st.floats(0, 1e9), st.floats(0, 1e9)), min_size=1, max_size=30)


@busy
@given(flows)
def test_lafay_sums_to_nothing_over_all_products(found: list[tuple[float, float]]) -> None:
    x, m = np.array(found).T
    told = trade.lafay(x, m)
    if x.sum() + m.sum() > 0:
        assert float(told.sum()) == pytest.approx(0.0, abs=1e-7)
    else:
        assert np.isnan(told).all()


@busy
@given(st.floats(0, 1e12), st.floats(0, 1e12))
def test_the_balance_index_stays_between_minus_one_and_one(x: float, m: float) -> None:
    told = float(trade.trade_balance_index(x, m))
    assert math.isnan(told) if x + m == 0 else -1 <= told <= 1


def test_the_balance_index_is_minus_one_for_what_is_only_imported() -> None:
    assert float(trade.trade_balance_index(0, 5)) == -1.0
    assert float(trade.trade_balance_index(5, 0)) == 1.0
    assert math.isnan(float(trade.trade_balance_index(NAN, 5)))


@pytest.mark.parametrize(
    ("y", "x", "m", "expected"),
    [(100, 20, 20, 0.2), (100, 0, 300, 0.75), (10, 30, 20, NAN), (10, 40, 20, NAN), (NAN, 1, 1, NAN), (100, 0, 0, 0.0)],
)
def test_import_penetration(y: float, x: float, m: float, expected: float) -> None:
    assert float(trade.import_penetration(y, x, m)) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    ("ratio", "narrow", "wide"),
    [
        (Fraction(1), "horizontal", "horizontal"),
        (Fraction(115, 100), "horizontal", "horizontal"),
        (Fraction(85, 100), "horizontal", "horizontal"),
        (Fraction(11501, 10000), "vertical_above", "horizontal"),
        (Fraction(8499, 10000), "vertical_below", "horizontal"),
        (Fraction(12501, 10000), "vertical_above", "vertical_above"),
        (Fraction(7499, 10000), "vertical_below", "vertical_below"),
        (None, None, None),
    ],
)
def test_unit_values_within_the_band_are_one_quality(
    ratio: Fraction | None, narrow: str | None, wide: str | None
) -> None:
    assert trade.quality_class(ratio, 1_500) == narrow
    assert trade.quality_class(ratio, 2_500) == wide


def test_a_ratio_of_unit_values_needs_all_four_numbers() -> None:
    assert trade.unit_value_ratio(300, 2, 100, 1) == Fraction(3, 2)
    assert trade.unit_value_ratio(300, None, 100, 1) is None
    assert trade.unit_value_ratio(300, 2, 100, 0) is None
    assert float(trade.unit_value(300, 2)) == 150.0


def test_real_numbers_of_indonesia_and_china_come_out_as_published_with_them() -> None:
    with (HERE / "rca_excerpt.csv").open(newline="") as file:
        *rows, total = csv.DictReader(file)
    for country in ("idn", "chn"):
        exports = [float(row[f"export_{country}"]) for row in rows]
        world = [float(row["export_world"]) for row in rows]
        told = trade.balassa_rca(exports, float(total[f"export_{country}"]), world, float(total["export_world"]))
        assert told == pytest.approx([float(row[f"rca_{country}"]) for row in rows], abs=6e-7)
        assert trade.rsca(told) == pytest.approx([float(row[f"rsca_{country}"]) for row in rows], abs=6e-7)


@pytest.mark.skipif(not SHARED.exists(), reason="the full table lies in the shared folder only")
def test_the_whole_table_of_226_countries_gives_the_published_advantages() -> None:
    with gzip.open(SHARED / "world_trade_avg_1998_to_2000.csv.gz", "rt", newline="") as file:
        rows = list(csv.DictReader(file))
    countries = {code: n for n, code in enumerate(sorted({row["country"] for row in rows}))}
    products = {code: n for n, code in enumerate(sorted({row["product"] for row in rows}))}
    table = np.full((len(countries), len(products)), NAN)
    for row in rows:
        table[countries[row["country"]], products[row["product"]]] = float(row["value"])
    told = trade.rca_table(table)
    with (SHARED / "rca_idn_chn_sitc4.csv").open(newline="") as file:
        published = {row["sitc4"]: row for row in csv.DictReader(file)}
    for country in ("idn", "chn"):
        ours = told[countries[country]]
        unreported = {code for code, n in products.items() if math.isnan(ours[n])}
        # the published table has 0 where nothing was reported; ours says that it is not known
        assert all(float(published[code][f"rca_{country}"]) == 0 for code in unreported)
        assert len(unreported) == {"idn": 6, "chn": 4}[country]
        for code in published.keys() - unreported:
            assert ours[products[code]] == pytest.approx(float(published[code][f"rca_{country}"]), abs=6e-7)
    idn, chn = told[countries["idn"]], told[countries["chn"]]
    with np.errstate(invalid="ignore"):
        assert (int((idn > 1).sum()), int((chn > 1).sum())) == (173, 294)
        assert int(((idn > 1) & ~(chn > 1)).sum()) == 86
