"""Tables of cases: every kind of rule, on both sides of every edge."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from mediator.policy import ChargeLine, Facts, PolicyError, price

from .making import DAY, HEAD, cost, facts, fee, policy, rupiah


@pytest.mark.parametrize(
    ("body", "amount", "expected"),
    [
        ('rate = "0.7%"', 100_000, 700),
        ('rate = "70 bp"', 100_000, 700),
        ('rate = "7000 ppm"', 100_000, 700),
        ('rate = "0.0001%"', 1_000_000, 1),
        ('rate = "0%"', 100_000, 0),
        ("flat = 1_250", 100_000, 1_250),
        ('rate = "1%"\nflat = 2_000', 100_000, 3_000),
        ('rate = "1%"\ncap = 5_000', 499_900, 4_999),
        ('rate = "1%"\ncap = 5_000', 600_000, 5_000),
        ('rate = "1%"\nfloor = 500', 49_900, 500),
        ('rate = "1%"\nfloor = 500', 50_100, 501),
        ('rate = "1%"', 50, 1),  # half a rupiah goes up
        ('rate = "1%"', 49, 0),
        ('rate = "1%"\nrounding = "floor"', 199, 1),
        ('rate = "1%"\nrounding = "ceiling"', 101, 2),
        ('rate = "1%"\nrounding = "half_even"', 250, 2),
        ('rate = "1%"\nrounding = "half_even"', 350, 4),
        ('rate = "1%"\nquantum = 50', 7_600, 100),
        ('rate = "1%"\nquantum = 50', 7_400, 50),
        ('steps = [{from = 0, rate = "1%"}, {from = 1_000, rate = "2%", flat = 5}]', 999, 10),
        ('steps = [{from = 0, rate = "1%"}, {from = 1_000, rate = "2%", flat = 5}]', 1_000, 25),
        ('steps = [{from = 0, rate = "1%"}, {above = 1_000, rate = "2%"}]', 1_000, 10),
        ('steps = [{from = 0, rate = "1%"}, {above = 1_000, rate = "2%"}]', 1_001, 20),
        ('steps = [{from = 1_000, rate = "2%"}]', 999, 0),
        ('bands = [{from = 1_000, rate = "50%"}]', 1_100, 50),
        ('amount_from = 1_000\nrate = "10%"', 1_000, 100),
        ('amount_from = 1_000\nrate = "10%"', 999, 0),
        ('amount_above = 1_000\nrate = "10%"', 1_000, 0),
        ('amount_above = 1_000\nrate = "10%"', 1_010, 101),
        ('amount_to = 1_000\nrate = "10%"', 999, 100),
        ('amount_to = 1_000\nrate = "10%"', 1_000, 0),
    ],
)
def test_a_rule_comes_to_what_its_schedule_says(body: str, amount: int, expected: int) -> None:
    assert cost(fee(body), amount) == expected


@pytest.mark.parametrize(
    ("scale", "amount", "expected"),
    [
        ("0:3 12000:10", 2_000, 60),
        ("0:3 12000:10", 15_000, 660),
        ("0:4 12200:12", 2_000, 80),
        ("0:4 12200:12", 15_000, 824),
        ("0:2 6000:6 12400:12", 2_000, 40),
        ("0:2 6000:6 12400:12", 15_000, 816),
        ("6000:16 12400:12 40000:40", 2_000, 0),
        ("6000:16 12400:12 40000:40", 15_000, 1_336),
        ("6000:16 12400:12 40000:40", 50_000, 8_336),
    ],
)
def test_marginal_bands_agree_with_the_published_cases_of_openfisca(scale: str, amount: int, expected: int) -> None:
    pairs = [part.split(":") for part in scale.split()]
    bands = ", ".join(f'{{from = {start}, rate = "{rate}%"}}' for start, rate in pairs)
    assert cost(fee(f"bands = [{bands}]"), amount) == expected


WAIVED = """
[[rule]]
id = "fee"
kind = "fee"
rate = "1%"
rounding = "floor"
[[waiver]]
id = "waived"
rules = ["fee"]
threshold = 13_300_000_000
"""


@pytest.mark.parametrize(
    ("turnover", "expected"), [(13_299_999_999, 0), (13_300_000_000, 133_000_000), (13_300_000_001, 133_000_000)]
)
def test_one_rupiah_below_the_threshold_is_free_and_on_it_is_not(turnover: int, expected: int) -> None:
    rows = policy(WAIVED + 'threshold_over = "deal"\n')
    assert cost(rows, turnover) == expected
    assert cost(policy(WAIVED), 1_000_000, turnover - 1_000_000) == (10_000 if expected else 0)


@pytest.mark.parametrize(
    ("kind", "before", "amount", "fee_left"),
    [
        ("notch", 0, 999, 0),
        ("notch", 0, 1_000, 100),
        ("notch", 900, 99, 0),
        ("notch", 900, 100, 10),
        ("notch", 5_000, 100, 10),
        ("kink", 0, 1_000, 0),
        ("kink", 900, 100, 0),
        ("kink", 900, 300, 20),
        ("kink", 1_000, 300, 30),
        ("kink", 0, 4_000, 300),
        ("sliding", 0, 1_000, 0),
        ("sliding", 0, 1_500, 75),  # half way from 1,000 to 2,000: half the fee
        ("sliding", 1_200, 300, 15),
        ("sliding", 0, 2_000, 200),
        ("sliding", 9_000, 100, 10),
    ],
)
def test_each_kind_of_threshold_waives_what_it_says(kind: str, before: int, amount: int, fee_left: int) -> None:
    limits = "threshold_from = 1_000\nthreshold_to = 2_000" if kind == "sliding" else "threshold = 1_000"
    body = f'[[rule]]\nid = "fee"\nkind = "fee"\nrate = "10%"\n[[waiver]]\nid = "w"\nrules = ["fee"]\n{limits}\n'
    assert cost(policy(f'{body}threshold_kind = "{kind}"\n'), amount, before) == fee_left


def test_a_threshold_over_the_deal_forgets_the_turnover_before() -> None:
    rows = policy(WAIVED.replace("13_300_000_000", "1_000") + 'threshold_over = "deal"\n')
    assert cost(rows, 900, turnover=10_000_000) == 0


def test_a_waiver_is_posted_gross_beside_the_whole_fee() -> None:
    assert price(facts(1_000), policy(WAIVED)) == (
        ChargeLine("fee", "fee", "merchant", 1_000),
        ChargeLine("waived", "waiver", "merchant", -1_000),
    )


def test_a_threshold_in_dollars_is_exact_at_a_rate_that_is_no_decimal() -> None:
    rate = '[exchange_rate]\n"IDR per USD" = "40000/3"\n'
    rows = policy(rate + WAIVED.replace("13_300_000_000", '1\nthreshold_currency = "USD"'))
    assert cost(rows, 13_333) == 0  # one dollar is Rp 13,333 and a third
    assert cost(rows, 13_334) == 133
    kink = policy(rate + WAIVED.replace("13_300_000_000", '3\nthreshold_currency = "USD"\nthreshold_kind = "kink"'))
    assert cost(kink, 40_000) == 0
    assert cost(kink, 50_000) == 100


def test_a_share_waives_only_part() -> None:
    assert rupiah(price(facts(1_000), policy(WAIVED + 'share = "25%"\n'))) == {"fee": 10, "waived": -2}


def test_two_waivers_never_give_back_more_than_the_fee() -> None:
    second = '[[waiver]]\nid = "again"\nrules = ["fee"]\nshare = "70%"\n'
    first = WAIVED + 'share = "60%"\n'
    assert rupiah(price(facts(100_000), policy(first + second))) == {"fee": 1_000, "waived": -600, "again": -400}


def test_of_a_group_only_the_first_eligible_rule_counts() -> None:
    body = ""
    for name, who in (("cn", 'country = "CN"'), ("idn", 'country = ["ID", "MY"]'), ("rest", "")):
        body += f'[[rule]]\nid = "{name}"\nkind = "fee"\ngroup = "g"\nflat = 10\n{who}\n'
    body += '[[rule]]\nid = "always"\nkind = "fee"\nflat = 1\n'
    rows = policy(body)
    assert rupiah(price(facts(1_000, country="CN"), rows)) == {"cn": 10, "always": 1}
    assert rupiah(price(facts(1_000), rows)) == {"idn": 10, "always": 1}
    assert rupiah(price(facts(1_000, country="SG"), rows)) == {"rest": 10, "always": 1}


@pytest.mark.parametrize(
    ("condition", "yes", "no"),
    [
        ('country = "ID"', {"country": "ID"}, {"country": "CN"}),
        ('not_country = ["ID", "MY"]', {"country": "CN"}, {"country": "MY"}),
        ("curated = true", {"curated": True}, {"curated": False}),
        ("mentored = false", {"mentored": False}, {"mentored": True}),
        ('size_class = ["small", "medium"]', {"size_class": "medium"}, {"size_class": "micro"}),
        ('category = ["fuel"]', {"category": "fuel"}, {"category": ""}),
        ('rail = ["qris"]', {"rail": "qris"}, {"rail": "alipay"}),
        ('curated = true\ncountry = "ID"', {"curated": True}, {"curated": True, "country": "CN"}),
    ],
)
def test_a_rule_is_only_for_those_eligible(condition: str, yes: dict[str, Any], no: dict[str, Any]) -> None:
    rows = fee(f"flat = 10\n{condition}")
    assert cost(rows, 1_000, **yes) == 10
    assert cost(rows, 1_000, **no) == 0


def test_a_tax_on_fees_is_of_what_is_left_after_waivers_and_of_its_own_bearer() -> None:
    body = """
    [[rule]]
    id = "ppn"
    kind = "tax"
    base = "fees"
    rate = "11%"
    [[rule]]
    id = "fee"
    kind = "fee"
    rate = "10%"
    [[rule]]
    id = "protection"
    kind = "fee"
    bearer = "buyer"
    flat = 700
    [[waiver]]
    id = "half"
    rules = ["fee", "protection"]
    share = "50%"
    """
    assert price(facts(10_000), policy(body)) == (
        ChargeLine("fee", "fee", "merchant", 100_000),
        ChargeLine("protection", "fee", "buyer", 70_000),
        ChargeLine("half", "waiver", "merchant", -50_000),
        ChargeLine("half", "waiver", "buyer", -35_000),
        ChargeLine("ppn", "tax", "merchant", 5_500),
    )


def test_a_tax_threshold_of_its_own_leaves_no_line_below_it() -> None:
    body = '[[rule]]\nid = "tax"\nkind = "tax"\nrate = "1%"\nthreshold = 1_000\n'
    assert price(facts(999), policy(body)) == ()
    assert cost(policy(body), 1_000) == 10


def test_what_the_merchant_bears_never_exceeds_the_amount_and_fees_give_way_before_taxes() -> None:
    body = """
    [[rule]]
    id = "first"
    kind = "fee"
    flat = 800
    [[rule]]
    id = "last"
    kind = "fee"
    flat = 1_250
    [[rule]]
    id = "tax"
    kind = "tax"
    rate = "50%"
    """
    assert rupiah(price(facts(1_000), policy(body))) == {"first": 500, "tax": 500}
    assert rupiah(price(facts(3_000), policy(body))) == {"first": 800, "last": 700, "tax": 1_500}


def test_a_fee_gives_way_only_by_what_is_left_of_it_after_its_waiver() -> None:
    body = """
    [[rule]]
    id = "first"
    kind = "fee"
    flat = 800
    [[rule]]
    id = "last"
    kind = "fee"
    flat = 1_250
    [[waiver]]
    id = "mostly"
    rules = ["last"]
    share = "90%"
    """
    assert rupiah(price(facts(500), policy(body))) == {"first": 500, "last": 1_125, "mostly": -1_125}


def test_a_threshold_in_a_currency_without_minor_units_is_worth_whole_units() -> None:
    rate = '[exchange_rate]\n"IDR per JPY" = "105"\n'
    rows = policy(rate + WAIVED.replace("13_300_000_000", '100\nthreshold_currency = "JPY"'))
    assert cost(rows, 10_499) == 0
    assert cost(rows, 10_500) == 105


def test_what_the_buyer_bears_is_not_held_to_the_amount() -> None:
    assert cost(fee('flat = 5_000\nbearer = "buyer"'), 1_000) == 5_000


def test_nothing_released_costs_nothing_even_with_a_flat_fee() -> None:
    assert price(facts(0), fee("flat = 10")) == ()


def test_a_policy_is_in_force_from_its_first_day_until_before_its_last() -> None:
    rows = policy("", HEAD + "valid_to = 2021-01-01\n")
    for day, is_in_force in (("2019-12-31", 0), ("2020-01-01", 1), ("2020-12-31", 1), ("2021-01-01", 0)):
        deal = facts(10, on=datetime.date.fromisoformat(day))
        if is_in_force:
            assert price(deal, rows) == ()
        else:
            with pytest.raises(PolicyError) as caught:
                price(deal, rows)
            assert caught.value.code == "policy_not_in_force"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"currency": "USD"}, "wrong_currency"),
        ({"amount": -1}, "negative_amount"),
        ({"turnover": -1}, "negative_amount"),
    ],
)
def test_a_deal_the_policy_can_not_price_is_refused(change: dict[str, Any], code: str) -> None:
    given = {"amount": 100, "currency": "IDR", "on": DAY, **change}
    with pytest.raises(PolicyError) as caught:
        price(Facts(**given), fee('rate = "1%"'))
    assert caught.value.code == code


def test_a_policy_without_amounts_prices_any_known_currency_in_its_own_steps() -> None:
    head = HEAD.replace('currency = "IDR"\n', "")
    rows = policy('[[rule]]\nid = "fee"\nkind = "fee"\nrate = "1%"\n', head)
    assert price(Facts(amount=12_345, currency="BRL", on=DAY), rows) == (ChargeLine("fee", "fee", "merchant", 123),)
    assert price(Facts(amount=1_000_000, currency="IDR", on=DAY), rows)[0].amount == 10_000
    with pytest.raises(PolicyError, match="XXX"):
        price(Facts(amount=1, currency="XXX", on=DAY), rows)
