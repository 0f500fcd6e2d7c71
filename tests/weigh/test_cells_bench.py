"""The bench compares like with like: three ways to the same groups, and it says where one of them is not exact."""

from __future__ import annotations

import numpy as np
import pytest

from mediator.bench import weigh as bench
from mediator.bench.weigh_openfisca import fees, systems
from mediator.weigh.merchants import Merchants


@pytest.fixture(scope="module")
def some() -> Merchants:
    return bench._random(0, 60_000)


def test_ours_and_plain_numpy_find_the_same_groups_to_the_last_millionth(some: Merchants) -> None:
    mine, theirs = bench.ours(some), bench.plain_numpy(some)
    assert bench._same(mine, theirs)
    assert int(mine.merchants.sum()) == len(some)
    assert mine.before.sum() == int(some.world_rp.sum()) * bench.RATE_PPM
    charged = some.world_rp[some.world_rp >= bench.THRESHOLD_RP]
    assert mine.after.sum() == int(charged.sum()) * bench.RATE_PPM


def test_groups_that_differ_in_one_fee_are_not_called_the_same(some: Merchants) -> None:
    mine, theirs = bench.ours(some), bench.plain_numpy(some)
    theirs.after[0, 0, -1] += 1
    assert not bench._same(mine, theirs)


def test_openfisca_finds_the_same_groups_but_for_single_precision(some: Merchants) -> None:
    made = systems(bench.RATE_PPM / bench.PPM, bench.THRESHOLD_RP)
    mine, theirs = bench.ours(some), bench.with_openfisca(made, some)
    assert (mine.merchants == theirs.merchants).all()
    assert (mine.turnover_rp == theirs.turnover_rp).all()
    assert np.allclose(mine.before.astype(float), theirs.before, rtol=1e-6)
    assert np.allclose(mine.after.astype(float), theirs.after, rtol=1e-6)


@pytest.mark.parametrize(("below_rp", "is_free"), [(1, False), (1_000, True)])
def test_single_precision_charges_who_is_one_rupiah_below_the_threshold(
    some: Merchants, below_rp: int, is_free: bool
) -> None:
    turnover = np.array([bench.THRESHOLD_RP - below_rp])
    one = Merchants(**(some.take(slice(0, 1)).columns | {"world_rp": turnover}))  # type: ignore[arg-type]
    before, after = fees(systems(bench.RATE_PPM / bench.PPM, bench.THRESHOLD_RP), one)
    assert before[0] > 73_000_000
    assert (after[0] == 0) == is_free
    assert bench.ours(one).after.sum() == 0


def test_a_measurement_says_every_rate_ratio_and_precision(some: Merchants) -> None:
    said = bench.compared(some, until=0)
    assert said["rounds"] == 3
    assert said["numpy_same_groups"]
    for name in ("ours", "numpy", "openfisca"):
        assert said[f"{name}_per_second"] > 0
        assert name in said["precision"]
    assert said["to_openfisca"] > 0
    assert said["to_numpy"] > 0
    assert said["precision"]["fee_one_rupiah_below_threshold_rp"]["ours"] == 0


@pytest.mark.slow
def test_the_cost_of_a_merchant_does_not_grow_with_the_population() -> None:
    said = bench.scaling(until=0)
    assert list(said["seconds"]) == ["100000", "1000000", "10000000"]
    assert said["largest_to_million"] < 3, "linear, with room for a busy machine"


def test_the_same_range_is_the_same_merchants() -> None:
    one, other = bench._random(100, 300), bench._random(100, 300)
    assert all((one.columns[name] == other.columns[name]).all() for name in one.columns)
