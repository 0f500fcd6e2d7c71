"""A merchant's year in a few prices is the sum of its deals priced one by one, to the last rupiah."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediator.policy import ExchangeRate, Facts, Policy, Rule, Threshold, price, shipped_policy
from mediator.weigh.charge.reading import Reading, read_as
from mediator.weigh.charge.year import YearCharges, charge_year
from mediator.weigh.errors import WeighError
from mediator.weigh.merchants import COUNTRIES, DTYPES, SIZE_CLASSES, Merchants
from mediator.weigh.vocabulary import SECTORS

from .test_charge_deals import any_policies

DAY = datetime.date(2026, 3, 2)


def merchants_of(rows: list[dict[str, Any]]) -> Merchants:
    """Merchants of which each row says only what matters."""
    usual = {"ticket_rp": 100, "weight": 1}
    columns = {
        name: np.array([row.get(name, usual.get(name, 0)) for row in rows], dtype) for name, dtype in DTYPES.items()
    }
    columns["id"] = np.arange(len(rows))
    return Merchants(**columns)  # type: ignore[arg-type]


@st.composite
def merchants(draw: st.DrawFn, largest: int = 14_000) -> dict[str, Any]:
    rail = draw(st.integers(0, largest))
    indonesia = rail + draw(st.one_of(st.just(0), st.integers(0, largest)))
    return {
        "country": draw(st.integers(0, 2)),
        "sector": draw(st.integers(0, len(SECTORS) - 1)),
        "size_class": draw(st.integers(0, 3)),
        "curated": draw(st.booleans()),
        "mentored": draw(st.booleans()),
        "rail_rp": rail,
        "online_rp": indonesia,
        "indonesia_rp": indonesia,
        "world_rp": indonesia + draw(st.one_of(st.just(0), st.integers(0, largest))),
        "ticket_rp": draw(st.one_of(st.integers(max(rail // 30, 1), 5_000), st.sampled_from([500, 1_000]))),
    }


def deals_of(row: dict[str, Any]) -> Iterator[tuple[int, int]]:
    """Turnover before and amount of each deal of a year, in sen."""
    made = 0
    while made < row["rail_rp"]:
        amount = min(row["ticket_rp"], row["rail_rp"] - made)
        yield made * 100, amount * 100
        made += amount


def expected_of(policy: Policy, row: dict[str, Any], is_running: bool) -> tuple[int, int, int]:
    """Fee, waived and tax of the sum of ``price``, in rupiah."""
    sums = {"fee": 0, "waiver": 0, "tax": 0}
    for before, amount in deals_of(row):
        facts = Facts(
            amount=amount,
            currency="IDR",
            on=DAY,
            country=COUNTRIES[row["country"]],
            curated=row["curated"],
            mentored=row["mentored"],
            size_class=SIZE_CLASSES[row["size_class"]],
            category=SECTORS[row["sector"]],
            rail="alipay",
            turnover=before if is_running else row["rail_rp"] * 100 - amount,
        )
        for line in price(facts, policy):
            if line.bearer != "operator":
                sums[line.kind] += line.amount
    assert not any(total % 100 for total in sums.values())
    return sums["fee"] // 100, -sums["waiver"] // 100, sums["tax"] // 100


def rows_of(charges: YearCharges) -> list[tuple[int, int, int]]:
    return list(zip(charges.fee_rp.tolist(), charges.waived_rp.tolist(), charges.tax_rp.tolist(), strict=True))


def all_thresholds(policy: Policy, kinds: list[str], base: str) -> Policy:
    """The policy with all its yearly thresholds of the kinds, by the base; those over a deal stay."""

    def read(part: Any) -> Any:
        threshold: Threshold | None = part.threshold
        if threshold is None or threshold.over == "deal":
            return part
        kind: Any = threshold.kind if threshold.kind in kinds else kinds[0]
        end = threshold.end if kind == "sliding" else threshold.start
        changed = msgspec.structs.replace(threshold, kind=kind, base=base, end=end)
        return msgspec.structs.replace(part, threshold=changed)

    rules, waivers = tuple(map(read, policy.rules)), tuple(map(read, policy.waivers))
    return msgspec.structs.replace(policy, rules=rules, waivers=waivers)


@settings(max_examples=40, deadline=None)
@given(any_policies(), st.lists(merchants(), min_size=1, max_size=3))
def test_a_kink_on_the_rail_is_price_deal_by_deal(policy: Policy, rows: list[dict[str, Any]]) -> None:
    kinked = all_thresholds(policy, ["kink"], "rail")
    found = rows_of(charge_year(kinked, merchants_of(rows)))
    assert found == [expected_of(kinked, row, is_running=True) for row in rows]


@settings(max_examples=40, deadline=None)
@given(any_policies(), st.lists(merchants(), min_size=1, max_size=3))
def test_notch_and_sliding_on_the_rail_are_price_at_the_years_turnover(
    policy: Policy, rows: list[dict[str, Any]]
) -> None:
    judged = all_thresholds(policy, ["notch", "sliding"], "rail")
    found = rows_of(charge_year(judged, merchants_of(rows)))
    assert found == [expected_of(judged, row, is_running=False) for row in rows]


def one_fee(**more: Any) -> Policy:
    given: dict[str, Any] = {"id": "p", "version": 1, "name": "P", "source": "a test", "currency": "IDR"}
    rule = Rule(id="fee", kind="fee", rate_ppm=500_000, **more)
    return Policy(valid_from=datetime.date(2020, 1, 1), valid_to=None, rules=(rule,), **given)


@settings(max_examples=40, deadline=None)
@given(st.lists(merchants(), min_size=1, max_size=5), st.integers(1, 20_000), st.sampled_from(["world", "indonesia"]))
def test_a_kink_of_another_base_is_reached_when_that_part_of_the_rails_sales_is_made(
    rows: list[dict[str, Any]], dollar_cents: int, base: Any
) -> None:
    """The exchange rate scaled by rail / Z is the same kink on the rail, which price knows."""
    limit = Threshold(
        kind="kink", over="calendar_year", base=base, currency="USD", start=dollar_cents, end=dollar_cents
    )
    policy = one_fee(threshold=limit)

    def at(numerator: int, denominator: int) -> Policy:
        rate = ExchangeRate(of="IDR", per="USD", numerator=numerator, denominator=denominator)
        return msgspec.structs.replace(policy, exchange_rates=(rate,))

    found = rows_of(charge_year(at(40_000, 301), merchants_of(rows)))
    for row, charged in zip(rows, found, strict=True):
        turnover = row[f"{base}_rp"]
        if row["rail_rp"] == 0:
            assert charged == (0, 0, 0)
        else:
            scaled = at(40_000 * row["rail_rp"], 301 * turnover)
            assert charged == expected_of(scaled, row, is_running=True)


def test_the_status_is_judged_by_the_turnover_the_threshold_means() -> None:
    offer = shipped_policy("alipay-equal", DAY)
    limit = 16_450_000_000
    row = {"rail_rp": 10**9, "online_rp": 10**9, "ticket_rp": 10**6}
    below = [
        {**row, "world_rp": limit, "indonesia_rp": limit - 1},
        {**row, "world_rp": limit - 1, "indonesia_rp": 10**9},
    ]
    people = merchants_of(below)
    for base, waived in (("world", [0, 5_500_000]), ("indonesia", [5_500_000] * 2), ("rail", [5_500_000] * 2)):
        read: Any = Reading("notch", base)  # type: ignore[arg-type]
        assert charge_year(read_as(offer, read), people).waived_rp.tolist() == waived
    kink = charge_year(read_as(offer, Reading("kink", "world")), merchants_of([{**row, "world_rp": 2 * limit}]))
    assert kink.waived_rp.tolist() == [2_750_000]


def test_a_large_merchants_year_is_exact() -> None:
    offer = read_as(shipped_policy("alipay-equal", DAY), Reading("kink", "rail"))
    rail = 9 * 10**16 + 123_457
    found = charge_year(offer, merchants_of([{"rail_rp": rail, "world_rp": rail, "ticket_rp": 1_000_000}]))
    deals, rest = divmod(rail, 1_000_000)
    assert found.fee_rp.tolist() == [deals * 5_500 + (rest * 55 + 5_000) // 10_000]
    assert found.waived_rp.tolist() == [16_450 * 5_500]


def test_a_policy_in_dollars_is_refused() -> None:
    policy = msgspec.structs.replace(one_fee(), currency="USD")
    with pytest.raises(WeighError) as caught:
        charge_year(policy, merchants_of([{}]))
    assert caught.value.code == "policy_not_in_rupiah"


def test_more_merchants_than_a_block_are_charged_as_each_alone() -> None:
    policy = shipped_policy("marketplace", DAY)
    rail = np.arange(70_000) % 977 * 1_009
    size = len(rail)
    zeros = np.zeros(size, np.uint8)
    people = Merchants(
        **{name: zeros.astype(dtype) for name, dtype in DTYPES.items()}  # type: ignore[arg-type]
        | {"rail_rp": rail, "ticket_rp": np.full(size, 150_001)}
    )
    whole = charge_year(policy, people)
    for rows in (slice(0, 5), slice(32_766, 32_770), slice(69_990, None)):
        assert whole.fee_rp[rows].tolist() == charge_year(policy, people.take(rows)).fee_rp.tolist()
    assert whole.fee_rp.sum() > 0
