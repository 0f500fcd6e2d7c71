"""SMART and GSIM against worked examples (T6, T9)."""

from __future__ import annotations

import numpy as np
import pytest

from mediator.weigh.errors import WeighError
from mediator.weigh.model.trade import (
    World,
    global_simulation,
    tariff_revenue_change,
    trade_creation,
    trade_diversion,
    welfare_triangle,
)

approx = pytest.approx

TRADE = np.array([[0, 50, 200, 300], [500, 0, 150, 200], [300, 100, 200, 200], [50, 100, 110, 20]], float)
POWER = np.array([[1, 1.21, 1.41, 1.22], [1.37, 1, 1.31, 1.23], [1.32, 1.36, 1, 1.18], [1.57, 1.41, 1.25, 1.15]], float)


def four_regions(substitution=5.0, trade=TRADE):
    return World(trade, POWER, np.full(4, -1.25), np.full(4, 1.5), np.full(4, substitution))


def free_between_first_and_third():
    after = POWER.copy()
    after[0, 2] = after[2, 0] = 1.0
    return after


def test_a_lower_tariff_for_all_creates_trade():
    created = trade_creation(1000.0, -1.5, 0.25, 0.10)
    assert created == approx(180, rel=1e-12)
    assert tariff_revenue_change(1000.0, 0.25, 1000 + created, 0.10) == approx(-132, rel=1e-12)
    assert welfare_triangle(created, 0.25, 0.10) == approx(31.5, rel=1e-12)


def test_a_preference_also_diverts_trade():
    created = trade_creation(400.0, -1.5, 0.25, 0.10)
    diverted = trade_diversion(400.0, 600.0, 1.5, 0.25, 0.10)
    assert (created, diverted) == (approx(72, rel=1e-12), approx(43.2, rel=1e-12))
    chosen = tariff_revenue_change(400.0, 0.25, 400 + created + diverted, 0.10)
    others = tariff_revenue_change(600.0, 0.25, 600 - diverted, 0.25)
    assert chosen + others == approx(-59.28, rel=1e-12)


def test_no_more_is_diverted_than_others_sold():
    assert trade_diversion(np.array([1000.0, 0.0]), np.array([1.0, 0.0]), 50.0, 0.5, 0.0).tolist() == [1.0, 0.0]


def test_gsim_reproduces_the_published_prices_and_welfare():
    got = global_simulation(four_regions(), free_between_first_and_third())
    assert got.price == approx([0.0792, -0.0316, 0.0480, -0.0184], abs=5.1e-5)
    assert got.producer_surplus == approx([46.1, -26.2, 39.8, -5.1], abs=0.05)
    assert got.consumer_surplus == approx([110.6, -8.9, 68.6, -32.9], abs=0.05)
    assert got.tariff_revenue == approx([-138.5, 0.6, -93.8, -2.9], abs=0.05)
    assert got.net == approx([18.2, -34.5, 14.5, -40.8], abs=0.05)


def test_gsim_clears_every_exporters_market():
    world = four_regions()
    got = global_simulation(world, free_between_first_and_third())
    exports = (TRADE * got.trade).sum(axis=1) / TRADE.sum(axis=1)
    assert exports == approx(world.export_supply * got.price, rel=1e-9)


def test_gsim_without_a_change_changes_nothing():
    got = global_simulation(four_regions(), POWER)
    assert got.net == approx(np.zeros(4), abs=1e-9)


def test_a_region_that_exports_nothing_is_not_solved():
    trade = TRADE.copy()
    trade[1] = 0
    with np.errstate(invalid="ignore"), pytest.raises(WeighError) as caught:
        global_simulation(four_regions(trade=trade), POWER)
    assert caught.value.code == "not_converged"


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(WeighError) as caught:
        World(TRADE, POWER[:3], np.ones(4), np.ones(4), np.ones(4))
    assert caught.value.code == "wrong_shape"
