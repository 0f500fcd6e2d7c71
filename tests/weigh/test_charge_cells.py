"""What cells are charged is what their merchants are charged, without the rounding."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediator.money import Rounding
from mediator.policy import Eligibility, ExchangeRate, Policy, Rule, Threshold, Waiver, shipped_policies, shipped_policy
from mediator.policy.model import PPM
from mediator.weigh.cells.cells import KEYS, SUMS, Cells, Edges
from mediator.weigh.charge.affine import is_affine
from mediator.weigh.charge.on_cells import charge_cells, edges_for
from mediator.weigh.charge.reading import Reading, read_as, threshold_rp
from mediator.weigh.charge.year import charge_year
from mediator.weigh.errors import WeighError
from mediator.weigh.merchants import COUNTRIES, SIZE_CLASSES, Merchants
from mediator.weigh.vocabulary import SECTORS

from .test_charge_deals import any_policies
from .test_charge_year import DAY, merchants, merchants_of, one_fee


def cells_of(people: Merchants, edges: Edges) -> Cells:
    """The plainest reduction there is: a dictionary."""
    found: dict[tuple[int, ...], Counter[str]] = {}
    columns = {name: column.tolist() for name, column in people.columns.items()}
    for place in range(len(people)):
        row = {name: int(column[place]) for name, column in columns.items()}
        for base in ("world", "indonesia", "rail"):
            row[f"{base}_bin"] = sum(edge <= row[f"{base}_rp"] for edge in getattr(edges, base)) - 1
        sums = found.setdefault(tuple(row[key] for key in KEYS), Counter())
        for name in SUMS:
            sums[name] += row["weight"] * (1 if name == "merchants" else row.get(name, 0))
    keys = np.array(sorted(found), np.int64).reshape(-1, len(KEYS)).T
    sums_of = {name: np.array([found[key][name] for key in sorted(found)], np.int64) for name in SUMS}
    return Cells(edges, dict(zip(KEYS, keys, strict=True)), sums_of, {}, len(people))


def edges_of(policy: Policy) -> Edges:
    return Edges(**{base: (0, *edges) for base, edges in edges_for([policy]).items()})


def is_for(eligible: Eligibility, row: dict[str, Any]) -> bool:
    country, size, sector = COUNTRIES[row["country"]], SIZE_CLASSES[row["size_class"]], SECTORS[row["sector"]]
    return (
        (not eligible.country or country in eligible.country)
        and country not in eligible.not_country
        and eligible.curated in (None, row["curated"])
        and eligible.mentored in (None, row["mentored"])
        and (not eligible.size_class or size in eligible.size_class)
        and (not eligible.category or sector in eligible.category)
        and (not eligible.rail or "alipay" in eligible.rail)
    )


def unrounded(policy: Policy, row: dict[str, Any]) -> tuple[Fraction, Fraction, int]:
    """A merchant's fee and what is waived of it, by the definition; and how many roundings its deals have."""
    fees, waived, roundings, groups = Fraction(0), Fraction(0), 0, set()
    deals = -(-row["rail_rp"] // row["ticket_rp"])
    for rule in policy.rules:
        if rule.kind != "fee" or (rule.group and rule.group in groups) or not is_for(rule.eligible, row):
            continue
        groups.add(rule.group)
        if rule.bearer == "operator":
            continue
        fee = Fraction(row["rail_rp"] * (rule.rate_ppm or 0), PPM)
        left, roundings = fee, roundings + deals
        for waiver in policy.waivers:
            if rule.id in waiver.rules and is_for(waiver.eligible, row):
                given = min(left, fee * Fraction(waiver.share_ppm, PPM) * free_of(waiver, policy, row))
                left, waived, roundings = left - given, waived + given, roundings + deals
        fees += fee
    return fees, waived, roundings


def free_of(waiver: Waiver, policy: Policy, row: dict[str, Any]) -> Fraction:
    if waiver.threshold is None:
        return Fraction(1)
    limit, turnover = threshold_rp(waiver.threshold, policy), row[f"{waiver.threshold.base}_rp"]
    if waiver.threshold.kind == "notch":
        return Fraction(turnover < limit)
    return min(Fraction(1), limit / turnover) if turnover else Fraction(1)


@st.composite
def affine_policies(draw: st.DrawFn) -> Policy:
    """Random policies stripped of what isn't affine; some have kinks, some groups, some thresholds in dollars."""
    policy = draw(any_policies())
    rules = []
    for rule in policy.rules:
        rules.append(
            Rule(
                id=rule.id,
                kind=rule.kind,
                group=rule.group,
                bearer=rule.bearer,
                base=rule.base,
                eligible=msgspec.structs.replace(rule.eligible, amount_from=None, amount_to=None),
                rate_ppm=draw(st.sampled_from([0, 5_500, 7_000, 33_333, 100_000])),
                rounding=draw(st.sampled_from([Rounding.HALF_UP, Rounding.HALF_EVEN])),
            )
        )
    waivers = []
    for waiver in policy.waivers:
        limit = waiver.threshold
        if limit is not None:
            kind: Any = draw(st.sampled_from(["notch", "kink"]))
            base: Any = "rail" if kind == "kink" else limit.base
            limit = msgspec.structs.replace(limit, kind=kind, base=base, over="calendar_year", end=limit.start)
        eligible = msgspec.structs.replace(waiver.eligible, amount_from=None, amount_to=None)
        share = draw(st.sampled_from([PPM, PPM, PPM // 2, 333_333]))
        waivers.append(msgspec.structs.replace(waiver, threshold=limit, eligible=eligible, share_ppm=share))
    return msgspec.structs.replace(policy, rules=tuple(rules), waivers=tuple(waivers))


@settings(max_examples=60, deadline=None)
@given(affine_policies().filter(is_affine), st.lists(merchants(), min_size=1, max_size=6), st.integers(1, 10**6))
def test_cells_are_charged_the_unrounded_sum_of_their_merchants(
    policy: Policy, rows: list[dict[str, Any]], weight: int
) -> None:
    rows = [{**row, "weight": weight + place} for place, row in enumerate(rows)]
    people = merchants_of(rows)
    cells = cells_of(people, edges_of(policy))
    found = charge_cells(policy, cells)
    each = [unrounded(policy, row) for row in rows]
    assert found.fee() == sum(row["weight"] * fee for row, (fee, _, _) in zip(rows, each, strict=True))
    assert found.waived() == sum(row["weight"] * waived for row, (_, waived, _) in zip(rows, each, strict=True))
    year = charge_year(policy, people)
    off = sum(row["weight"] * count for row, (_, _, count) in zip(rows, each, strict=True)) / Fraction(2)
    assert abs(found.fee() - int((year.fee_rp * people.weight).sum())) <= off
    assert abs(found.waived() - int((year.waived_rp * people.weight).sum())) <= off
    by_country = found.by(cells.keys["country"], len(COUNTRIES))
    assert sum(by_country[0]) == found.fee()
    for country in range(len(COUNTRIES)):
        assert by_country[1][country] == found.waived(cells.keys["country"] == country)


def national(cells: int) -> Cells:
    """Cells as large as a nation's, their keys at random."""
    random = np.random.default_rng(3)
    limit = 16_450_000_000
    edges = Edges((0, 10**9, limit), (0, 10**9, limit), (0, 10**9, limit))
    sizes = {"country": 3, "sector": 10, "size_class": 4, "curated": 2, "mentored": 2}
    keys = {key: random.integers(0, sizes.get(key, 3), cells) for key in KEYS}
    sums = {name: random.integers(0, 10**17, cells) for name in SUMS}
    sums["merchants"] = random.integers(0, 10**7, cells)
    return Cells(edges, keys, sums, {}, cells)


@pytest.mark.parametrize("kind", ["notch", "kink"])
def test_national_sums_do_not_overflow(kind: Any) -> None:
    policy = read_as(shipped_policy("alipay-equal", DAY), Reading(kind, "rail"))
    cells = national(500)
    found = charge_cells(policy, cells)
    rail, merchants = cells.sums["rail_rp"].tolist(), cells.sums["merchants"].tolist()
    below = (cells.keys["rail_bin"] < 2).tolist()
    rate = Fraction(55, 10_000)
    above = 16_450_000_000 if kind == "kink" else 0
    assert found.fee() == sum(rail) * rate
    rows = zip(rail, merchants, below, strict=True)
    assert found.waived() == sum(rate * (sales if is_below else above * count) for sales, count, is_below in rows)


def test_a_threshold_that_is_no_edge_is_refused() -> None:
    offer = read_as(shipped_policy("alipay-equal", DAY), Reading("notch", "world"))
    cells = cells_of(merchants_of([{}]), Edges((0, 16_450_000_001), (0,), (0,)))
    with pytest.raises(WeighError, match="16450000000 rupiah of world") as caught:
        charge_cells(offer, cells)
    assert caught.value.code == "threshold_not_an_edge"


def test_a_policy_that_is_not_affine_is_refused() -> None:
    with pytest.raises(WeighError) as caught:
        charge_cells(shipped_policy("marketplace", DAY), cells_of(merchants_of([{}]), Edges((0,), (0,), (0,))))
    assert caught.value.code == "policy_not_affine"


def test_which_shipped_policies_are_affine() -> None:
    affine = {policy.id for policy in shipped_policies() if is_affine(policy)}
    assert affine == {"alipay", "alipay-equal", "alipay-domestic", "alipay-curated", "free", "ikm-first"}


@pytest.mark.parametrize(
    "more",
    [
        {"flat": 100},
        {"floor": 100},
        {"cap": 100},
        {"quantum": 500},
        {"rounding": Rounding.CEILING},
        {"eligible": Eligibility(amount_to=5)},
        {"threshold": Threshold(kind="notch", over="calendar_year", base="rail", currency="IDR", start=5, end=5)},
    ],
)
def test_what_depends_on_single_deals_is_not_affine(more: dict[str, Any]) -> None:
    assert is_affine(one_fee())
    assert not is_affine(one_fee(**more))


def test_edges_are_thresholds_in_rupiah_rounded_up() -> None:
    rate = ExchangeRate(of="IDR", per="USD", numerator=40_021, denominator=3)
    offer = msgspec.structs.replace(shipped_policy("alipay-equal", DAY), exchange_rates=(rate,))
    policies = [offer, read_as(offer, Reading("kink", "rail")), shipped_policy("alipay-sliding", DAY)]
    assert edges_for(policies) == {"world": (13_340_333_334,), "indonesia": (), "rail": (13_340_333_334,)}
