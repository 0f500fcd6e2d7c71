"""An offer's words read in each way they allow, and nothing else of the policy changed."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import msgspec
import pytest

from mediator.policy import ExchangeRate, Facts, PolicyError, price, shipped_policies, shipped_policy
from mediator.policy.check import find_faults
from mediator.weigh.charge.reading import Reading, read_as, readings_of, threshold_rp, with_threshold
from mediator.weigh.errors import WeighError

from .test_charge_year import DAY, one_fee

ALL: Any = (("notch", "kink"), ("world", "indonesia", "rail"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("alipay", [Reading()]),
        ("free", [Reading()]),
        ("marketplace", [Reading()]),  # its threshold is a tax's
        ("alipay-equal", [Reading(kind, base) for kind in ALL[0] for base in ALL[1]]),
        ("alipay-sliding", [Reading("sliding", base) for base in ALL[1]]),
    ],
)
def test_only_readings_that_make_a_difference_are_given(name: str, expected: list[Reading]) -> None:
    assert list(readings_of(shipped_policy(name, DAY), *ALL)) == expected


def test_readings_come_once_and_as_asked() -> None:
    offer = shipped_policy("alipay-equal", DAY)
    assert readings_of(offer, ["kink", "kink", "sliding"], ["rail"]) == (Reading("kink", "rail"),)
    assert readings_of(offer, ["sliding"], ["rail"]) == (Reading(None, "rail"),)
    assert readings_of(offer, [], []) == (Reading(),)


@pytest.mark.parametrize("policy", shipped_policies(), ids=lambda policy: policy.reference)
def test_a_reading_changes_the_waivers_thresholds_and_nothing_else(policy: Any) -> None:
    for reading in readings_of(policy, *ALL):
        read = read_as(policy, reading)
        assert list(find_faults(read)) == []
        assert read.rules == policy.rules
        for before, after in zip(policy.waivers, read.waivers, strict=True):
            if before.threshold is None:
                assert after == before
                continue
            assert (after.threshold.kind, after.threshold.base) == tuple(reading)
            kept = msgspec.structs.replace(after.threshold, kind=before.threshold.kind, base=before.threshold.base)
            assert msgspec.structs.replace(after, threshold=kept) == before
    assert read_as(policy, Reading()) == policy


def test_a_policy_read_as_a_kink_prices_as_one() -> None:
    kink = read_as(shipped_policy("alipay-equal", DAY), Reading("kink", "rail"))
    facts = Facts(amount=200_000_000, currency="IDR", on=DAY, turnover=16_450_000_000 * 100 - 100_000_000)
    assert sum(line.amount for line in price(facts, kink)) == 550_000


def test_a_threshold_of_one_amount_can_not_be_read_as_sliding() -> None:
    with pytest.raises(WeighError) as caught:
        read_as(shipped_policy("alipay-equal", DAY), Reading("sliding", "rail"))
    assert caught.value.code == "not_sliding"


def test_a_threshold_over_a_deal_is_left_as_it_is() -> None:
    offer = shipped_policy("alipay-equal", DAY)
    limit = offer.waivers[0].threshold
    assert limit is not None
    by_deal = msgspec.structs.replace(offer.waivers[0], threshold=msgspec.structs.replace(limit, over="deal"))
    changed = msgspec.structs.replace(offer, waivers=(by_deal,))
    assert readings_of(changed, *ALL) == (Reading(),)
    assert read_as(changed, Reading("kink", "rail")) == changed
    assert with_threshold(changed, 5, "IDR") == changed


def test_a_sweep_moves_the_threshold_and_a_slide_keeps_its_ratio() -> None:
    moved = with_threshold(shipped_policy("alipay-equal", DAY), 500_000_00, "USD").waivers[0].threshold
    assert moved is not None
    assert (moved.start, moved.end, moved.currency) == (500_000_00, 500_000_00, "USD")
    slide = with_threshold(shipped_policy("alipay-sliding", DAY), 100_000_000_000, "IDR").waivers[0].threshold
    assert slide is not None
    assert (slide.start, slide.end, slide.currency) == (50_000_000_000, 150_000_000_000, "IDR")
    least = with_threshold(shipped_policy("alipay-sliding", DAY), 1, "IDR")
    assert list(find_faults(least)) == []


@pytest.mark.parametrize(("amount", "currency"), [(0, "IDR"), (-1, "USD"), (1, "XXX")])
def test_a_threshold_that_is_none_is_refused(amount: int, currency: str) -> None:
    with pytest.raises(WeighError) as caught:
        with_threshold(shipped_policy("alipay-equal", DAY), amount, currency)
    assert caught.value.code == "bad_threshold"


def test_a_threshold_in_a_currency_without_a_rate_is_refused() -> None:
    with pytest.raises(PolicyError) as caught:
        with_threshold(shipped_policy("alipay-equal", DAY), 100, "EUR")
    assert caught.value.code == "exchange_rate_missing"


def test_a_threshold_is_known_in_rupiah_exactly() -> None:
    rate = ExchangeRate(of="IDR", per="USD", numerator=40_021, denominator=3)
    offer = msgspec.structs.replace(shipped_policy("alipay-equal", DAY), exchange_rates=(rate,))
    limit = offer.waivers[0].threshold
    assert limit is not None
    assert threshold_rp(limit, offer) == Fraction(40_021_000_000, 3)
    with pytest.raises(WeighError) as caught:
        threshold_rp(limit, msgspec.structs.replace(one_fee(), currency="USD"))
    assert caught.value.code == "policy_not_in_rupiah"
