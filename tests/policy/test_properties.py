"""What holds for every policy and deal, over random ones."""

from __future__ import annotations

import datetime
from fractions import Fraction
from math import floor
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from mediator.money import Rounding
from mediator.policy import (
    Band,
    Eligibility,
    ExchangeRate,
    Facts,
    Policy,
    Rule,
    Threshold,
    Waiver,
    policy_from_json,
    policy_to_json,
    price,
)
from mediator.policy.check import find_faults
from mediator.policy.model import PPM

from .making import DAY

Q = 100
units = st.integers(0, 2_000).map(lambda n: n * Q)
rates = st.integers(0, PPM)
RATE = ExchangeRate(of="IDR", per="USD", numerator=40_000, denominator=3)


@st.composite
def thresholds(draw: st.DrawFn) -> Threshold:
    kind: Any = draw(st.sampled_from(["notch", "kink", "sliding"]))
    start = draw(st.integers(1, 3_000)) * Q
    end = start + draw(st.integers(1, 3_000)) * Q if kind == "sliding" else start
    code = draw(st.sampled_from(["IDR", "IDR", "USD"]))
    over: Any = draw(st.sampled_from(["deal", "calendar_year"]))
    base: Any = draw(st.sampled_from(["world", "indonesia", "rail"]))
    scale = 10_000 if code == "USD" else 1
    start, end = -(-start // scale), -(-end // scale)
    if kind == "sliding":
        end += 1
    return Threshold(kind=kind, over=over, base=base, currency=code, start=start, end=end)


@st.composite
def schedules(draw: st.DrawFn) -> dict[str, Any]:
    way = draw(st.sampled_from(["rate", "bands", "steps"]))
    if way == "rate":
        return {"rate_ppm": draw(rates)}
    starts = sorted(draw(st.sets(units, min_size=1, max_size=4)))
    return {way: tuple(Band(start=start, rate_ppm=draw(rates)) for start in starts)}


@st.composite
def policies(draw: st.DrawFn, parts: int = 4) -> Policy:
    rules = []
    for place in range(draw(st.integers(0, parts))):
        least, most = sorted([draw(units), draw(units)])
        kind: Any = draw(st.sampled_from(["fee", "fee", "tax"]))
        rules.append(
            Rule(
                id=f"r{place}",
                kind=kind,
                bearer=draw(st.sampled_from(["merchant", "merchant", "buyer", "operator"])),
                base=draw(st.sampled_from(["amount", "fees"])) if kind == "tax" else "amount",
                flat=draw(st.one_of(st.just(0), units)),
                floor=draw(st.one_of(st.none(), st.just(least))),
                cap=draw(st.one_of(st.none(), st.just(most))),
                rounding=draw(st.sampled_from(list(Rounding))),
                quantum=draw(st.sampled_from([None, 500])),
                threshold=draw(st.one_of(st.none(), thresholds())),
                **draw(schedules()),
            )
        )
    fees = [rule.id for rule in rules if rule.kind == "fee"]
    waivers = []
    for place in range(draw(st.integers(0, 2)) if fees else 0):
        named = tuple(draw(st.lists(st.sampled_from(fees), min_size=1, unique=True)))
        threshold = draw(st.one_of(st.none(), thresholds()))
        waivers.append(Waiver(id=f"w{place}", rules=named, share_ppm=draw(rates), threshold=threshold))
    return Policy(
        id="p",
        version=1,
        name="P",
        valid_from=datetime.date(2020, 1, 1),
        valid_to=None,
        source="a test",
        currency="IDR",
        exchange_rates=(RATE,),
        rules=tuple(rules),
        waivers=tuple(waivers),
    )


def deal(amount: int, turnover: int = 0) -> Facts:
    return Facts(amount=amount, currency="IDR", on=DAY, turnover=turnover)


@given(policies(), st.integers(0, 400_000), st.integers(0, 800_000))
def test_no_bearer_gets_back_more_than_fees_and_the_merchant_bears_at_most_the_amount(
    policy: Policy, amount: int, turnover: int
) -> None:
    lines = price(deal(amount, turnover), policy)
    for line in lines:
        assert line.amount < 0 if line.kind == "waiver" else line.amount > 0
    for bearer in ("merchant", "buyer", "operator"):
        assert sum(line.amount for line in lines if line.bearer == bearer and line.kind != "tax") >= 0
    assert 0 <= sum(line.amount for line in lines if line.bearer == "merchant") <= amount
    assert len({(line.rule, line.bearer) for line in lines}) == len(lines)


@given(policies())
def test_json_and_back_is_the_same_policy_with_the_same_digest(policy: Policy) -> None:
    assert list(find_faults(policy)) == []
    again = policy_from_json(policy_to_json(policy))
    assert again == policy
    assert again.digest == policy.digest


@given(policies(), st.integers(1, 400_000))
def test_a_policy_back_from_json_prices_alike(policy: Policy, amount: int) -> None:
    assert price(deal(amount, amount), policy_from_json(policy_to_json(policy))) == price(deal(amount, amount), policy)


@given(policies(parts=1), st.integers(0, 400_000), st.integers(0, 800_000))
def test_the_short_cut_for_plain_policies_prices_as_the_long_way_does(
    policy: Policy, amount: int, turnover: int
) -> None:
    nobody = Rule(id="nobody", kind="tax", rate_ppm=PPM, eligible=Eligibility(country=("AQ",)))
    longer = msgspec.structs.replace(policy, rules=(*policy.rules, nobody))
    assert price(deal(amount, turnover), policy) == price(deal(amount, turnover), longer)


def one_fee(**given: Any) -> Policy:
    rule = Rule(id="fee", kind="fee", **given)
    head: dict[str, Any] = {"id": "p", "version": 1, "name": "P", "source": "a test", "currency": "IDR"}
    dates: dict[str, Any] = {"valid_from": datetime.date(2020, 1, 1), "valid_to": None}
    return Policy(**head, **dates, rules=(rule,), exchange_rates=(RATE,))


def fee_of(policy: Policy, amount: int, turnover: int = 0) -> int:
    return sum(line.amount for line in price(deal(amount, turnover), policy))


@given(rates, st.integers(0, 10**15))
def test_a_rate_is_exact_against_fractions_up_to_the_largest_amount(rate: int, amount: int) -> None:
    exact = Fraction(amount * rate, PPM)
    rounded = floor(exact / Q + Fraction(1, 2)) * Q
    assert fee_of(one_fee(rate_ppm=rate), amount) == min(rounded, amount)


@given(
    st.lists(st.tuples(units, rates), min_size=1, max_size=5, unique_by=lambda pair: pair[0]), st.integers(0, 400_000)
)
def test_marginal_bands_are_exact_against_the_formula(pairs: list[tuple[int, int]], amount: int) -> None:
    bands = [Band(start=start, rate_ppm=rate) for start, rate in sorted(pairs)]
    ends = [band.start for band in bands[1:]] + [10**18]
    exact = sum(
        Fraction(band.rate_ppm * max(0, min(amount, end) - band.start), PPM)
        for band, end in zip(bands, ends, strict=True)
    )
    rounded = floor(exact / Q) * Q
    assert fee_of(one_fee(bands=tuple(bands), rounding=Rounding.FLOOR), amount) == rounded


@given(schedules().filter(lambda way: "steps" not in way), units, units, st.integers(0, 300_000), st.integers(0, 9_000))
def test_more_released_never_costs_less_but_for_steps(
    way: dict[str, Any], flat: int, cap: int, amount: int, more: int
) -> None:
    policy = one_fee(**way, flat=flat, cap=cap)
    assert fee_of(policy, amount + more) >= fee_of(policy, amount)


@given(thresholds(), st.integers(0, 600_000), st.integers(1, 300_000), st.integers(0, 300_000))
def test_more_turnover_before_a_deal_never_makes_it_cheaper(
    threshold: Threshold, turnover: int, amount: int, more: int
) -> None:
    policy = one_fee(rate_ppm=10_000, threshold=threshold)
    assert fee_of(policy, amount, turnover + more) >= fee_of(policy, amount, turnover)


@given(thresholds(), st.integers(0, 600_000), st.integers(1, 300_000))
def test_a_threshold_is_exact_against_fractions(threshold: Threshold, turnover: int, amount: int) -> None:
    worth = Fraction(40_000, 3) if threshold.currency == "USD" else Fraction(1)
    start, end = threshold.start * worth, threshold.end * worth
    before = turnover if threshold.over == "calendar_year" else 0
    after = before + amount
    if threshold.kind == "notch":
        free = Fraction(after < start)
    elif threshold.kind == "kink":
        free = max(Fraction(0), min(Fraction(amount), start - before)) / amount
    else:
        free = max(Fraction(0), min(Fraction(1), (end - after) / (end - start)))
    gross = floor(Fraction(amount, 2 * Q)) * Q
    expected = gross - floor(gross * free / Q) * Q
    assert fee_of(one_fee(rate_ppm=500_000, rounding=Rounding.FLOOR, threshold=threshold), amount, turnover) == expected
