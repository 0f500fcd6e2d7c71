"""Deals in arrays are charged as price charges each: every line of every deal, to the last unit."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediator.money import MAX_AMOUNT
from mediator.policy import ChargeLine, Eligibility, Facts, Policy, PolicyError, Rule, price, shipped_policies
from mediator.policy.check import find_faults
from mediator.weigh.charge.deals import Deals, charge
from mediator.weigh.merchants import COUNTRIES, SIZE_CLASSES

from ..policy.test_properties import policies

DAY = datetime.date(2026, 3, 2)
WORDS = ("food", "fashion", "Camera")


@st.composite
def eligibilities(draw: st.DrawFn) -> Eligibility:
    flags = st.sampled_from([None, None, True, False])
    some: Any = st.lists(st.sampled_from(SIZE_CLASSES), max_size=2, unique=True).map(tuple)
    countries = st.lists(st.sampled_from([*COUNTRIES[:2], "MY"]), max_size=2, unique=True).map(tuple)
    least = draw(st.one_of(st.none(), st.none(), st.integers(0, 200_000)))
    return Eligibility(
        country=draw(countries),
        not_country=draw(countries),
        curated=draw(flags),
        mentored=draw(flags),
        size_class=draw(some),
        category=draw(st.sampled_from([(), (), ("food",), ("food", "Camera"), ("nothing",)])),
        rail=draw(st.sampled_from([(), (), ("alipay",), ("qris",)])),
        amount_from=least,
        amount_to=draw(st.one_of(st.none(), st.none(), st.integers((least or 0) + 1, 400_000))),
    )


@st.composite
def any_policies(draw: st.DrawFn) -> Policy:
    """The random policies of tests/policy, with groups and eligibility of every kind besides."""
    policy = draw(policies(parts=5))
    maybe = st.one_of(st.just(Eligibility()), eligibilities())
    rules = [
        msgspec.structs.replace(
            rule, eligible=draw(maybe), group=draw(st.sampled_from(["", f"{rule.kind}-a", f"{rule.kind}-b"]))
        )
        for rule in policy.rules
    ]
    waivers = [msgspec.structs.replace(waiver, eligible=draw(maybe)) for waiver in policy.waivers]
    return msgspec.structs.replace(policy, rules=tuple(rules), waivers=tuple(waivers))


Row = tuple[int, int, int, int, bool, bool, int]
amounts = st.one_of(st.integers(0, 400_000), st.sampled_from([0, 1, MAX_AMOUNT, MAX_AMOUNT - 1, 9_223_372_036_854]))
rows = st.lists(
    st.tuples(
        amounts,
        st.integers(0, 800_000),
        st.integers(0, 2),
        st.integers(0, 3),
        st.booleans(),
        st.booleans(),
        st.integers(0, 2),
    ),
    min_size=1,
    max_size=12,
)


def deals_of(found: list[Row], on: datetime.date = DAY, currency: str = "IDR") -> Deals:
    amount, before, country, size, curated, mentored, category = map(list, zip(*found, strict=True))
    turnover = np.array(before, np.int64)
    return Deals(
        amount=np.array(amount, np.int64),
        world_before=turnover,
        indonesia_before=turnover,
        rail_before=turnover,
        country=np.array(country, np.uint8),
        size_class=np.array(size, np.uint8),
        curated=np.array(curated, np.bool_),
        mentored=np.array(mentored, np.bool_),
        category=np.array(category, np.uint8),
        categories=WORDS,
        rail="alipay",
        on=on,
        currency=currency,
    )


def facts_of(row: Row, on: datetime.date = DAY, currency: str = "IDR") -> Facts:
    amount, before, country, size, curated, mentored, category = row
    return Facts(
        amount=amount,
        currency=currency,
        on=on,
        country=COUNTRIES[country],
        curated=curated,
        mentored=mentored,
        size_class=SIZE_CLASSES[size],
        category=WORDS[category],
        rail="alipay",
        turnover=before,
    )


def agree(policy: Policy, found: list[Row], on: datetime.date = DAY) -> None:
    charges = charge(policy, deals_of(found, on))
    for place, row in enumerate(found):
        expected = price(facts_of(row, on), policy)
        assert by_name(charges.of(place)) == by_name(expected)


def by_name(lines: tuple[ChargeLine, ...]) -> list[ChargeLine]:
    """Whose waiver comes first may differ by deal where the rules of a group have different bearers."""
    return sorted(lines, key=lambda line: (line.kind, line.rule, line.bearer))


@settings(max_examples=100, deadline=None)
@given(any_policies(), rows)
def test_every_line_of_every_deal_is_that_of_price(policy: Policy, found: list[Row]) -> None:
    assert [fault for fault in find_faults(policy) if fault.code != "group_of_two_kinds"] == []
    agree(policy, found)


@settings(max_examples=25, deadline=None)
@given(
    any_policies(),
    st.lists(st.integers(1, 90_000), min_size=1, max_size=30),
    st.integers(0, 2),
    st.integers(0, 3),
    st.booleans(),
)
def test_a_merchants_growing_year_is_that_of_price(
    policy: Policy, year: list[int], country: int, size: int, curated: bool
) -> None:
    before = [sum(year[:place]) for place in range(len(year))]
    agree(policy, [(now, then, country, size, curated, False, 0) for now, then in zip(year, before, strict=True)])


@pytest.mark.parametrize("policy", shipped_policies(), ids=lambda policy: policy.reference)
def test_the_shipped_policies_charge_random_deals_as_price_does(policy: Policy) -> None:
    random = np.random.default_rng(7)
    size = 300
    columns = [
        (10 ** random.uniform(4, 13, size)).astype(int),
        (10 ** random.uniform(8, 13, size)).astype(int) // 100 * 100,
        random.integers(0, 3, size),
        random.integers(0, 4, size),
        random.random(size) < 0.5,
        random.random(size) < 0.5,
        random.integers(0, 3, size),
    ]
    found: list[Row] = list(zip(*(column.tolist() for column in columns), strict=True))  # type: ignore[arg-type]
    agree(policy, found, policy.valid_from)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(amounts, st.integers(0, 2 * 10**13)), min_size=1, max_size=8),
    st.sampled_from(["notch", "kink", "sliding"]),
)
def test_only_the_thresholds_own_base_counts(pairs: list[tuple[int, int]], kind: Any) -> None:
    offer = next(policy for policy in shipped_policies() if policy.id == "alipay-equal")
    threshold = offer.waivers[0].threshold
    assert threshold is not None
    end = 2 * threshold.start if kind == "sliding" else threshold.start
    found = [(amount, 0, 0, 0, False, False, 0) for amount, _ in pairs]
    before = np.array([turnover for _, turnover in pairs], np.int64)
    for base in ("world", "indonesia", "rail"):
        changed = msgspec.structs.replace(threshold, kind=kind, base=base, end=end)
        waiver = msgspec.structs.replace(offer.waivers[0], threshold=changed)
        read = msgspec.structs.replace(offer, waivers=(waiver,))
        deals = dataclasses.replace(deals_of(found, offer.valid_from), **{f"{base}_before": before})
        charges = charge(read, deals)
        for place, (amount, turnover) in enumerate(pairs):
            facts = facts_of((amount, turnover, 0, 0, False, False, 0), offer.valid_from)
            assert by_name(charges.of(place)) == by_name(price(facts, read))


@pytest.mark.parametrize(
    ("row", "on", "currency", "code"),
    [
        ((1, 0, 0, 0, False, False, 0), datetime.date(2019, 1, 1), "IDR", "policy_not_in_force"),
        ((1, 0, 0, 0, False, False, 0), DAY, "USD", "wrong_currency"),
        ((-1, 0, 0, 0, False, False, 0), DAY, "IDR", "negative_amount"),
        ((1, -1, 0, 0, False, False, 0), DAY, "IDR", "negative_amount"),
    ],
)
def test_what_price_refuses_is_refused_alike(row: Row, on: datetime.date, currency: str, code: str) -> None:
    policy = Policy(
        id="p",
        version=1,
        name="P",
        valid_from=datetime.date(2020, 1, 1),
        valid_to=None,
        source="a test",
        currency="IDR",
        rules=(Rule(id="fee", kind="fee", rate_ppm=7_000),),
    )
    fine: Row = (1_000, 0, 0, 0, False, False, 0)
    with pytest.raises(PolicyError) as alone:
        price(facts_of(row, on, currency), policy)
    with pytest.raises(PolicyError) as together:
        charge(policy, deals_of([fine, row], on, currency))
    assert (together.value.code, together.value.message) == (alone.value.code, alone.value.message)
    assert alone.value.code == code
