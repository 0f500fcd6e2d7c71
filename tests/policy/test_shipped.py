"""The shipped policies charge what their sources say, and can be kept in a database."""

from __future__ import annotations

import datetime
from typing import Any

import msgspec
import pytest

from mediator.policy import PolicyError, policy_from_json, policy_to_json, price, shipped_policies, shipped_policy

from .making import DAY, cost, facts, rupiah

THEN = datetime.date(2017, 2, 8)
"""The day of the press report the offer is known from."""

BY_REFERENCE = {policy.reference: policy for policy in shipped_policies()}


def test_these_policies_are_shipped_each_with_a_source() -> None:
    assert sorted(BY_REFERENCE) == [
        "alipay-curated@1",
        "alipay-curated@2",
        "alipay-domestic@1",
        "alipay-domestic@2",
        "alipay-equal@1",
        "alipay-equal@2",
        "alipay-sliding@1",
        "alipay-sliding@2",
        "alipay@1",
        "free@1",
        "ikm-first@1",
        "marketplace@1",
        "qris@1",
        "qris@2",
        "qris@3",
    ]
    assert all(len(policy.source) > 40 for policy in shipped_policies())
    assert len({policy.digest for policy in shipped_policies()}) == len(BY_REFERENCE)


@pytest.mark.parametrize(
    ("reference", "amount", "who", "expected"),
    [
        ("qris@1", 100_000, {}, 0),
        ("qris@1", 100_001, {}, 300),
        ("qris@1", 150_000, {}, 450),  # the example of Bukalapak's page
        ("qris@1", 200_000, {}, 600),  # the example of the press
        ("qris@1", 200_000, {"size_class": "small"}, 1_400),
        ("qris@2", 500_000, {}, 0),
        ("qris@2", 500_001, {}, 1_500),
        ("qris@2", 100_000, {"category": "public_service"}, 400),
        ("qris@3", 500_000, {}, 0),
        ("qris@3", 600_000, {}, 1_800),
        ("qris@3", 100_000, {"size_class": "large"}, 700),
        ("qris@3", 100_000, {"category": "education", "size_class": "large"}, 600),
        ("qris@3", 100_000, {"category": "fuel", "size_class": "large"}, 400),
        ("qris@3", 1_000_000, {"category": "public_service", "size_class": "large"}, 0),
        ("qris@3", 1_000_000, {"category": "donation"}, 0),
        ("free@1", 1_000_000, {}, 0),
        ("alipay@1", 1_000_000, {}, 5_500),
    ],
)
def test_a_class_pays_its_rate(reference: str, amount: int, who: dict[str, Any], expected: int) -> None:
    policy = BY_REFERENCE[reference]
    assert cost(policy, amount, on=policy.valid_from, **who) == expected


@pytest.mark.parametrize(
    ("name", "who", "is_waived"),
    [
        ("alipay", {}, False),
        ("alipay-equal", {"country": "CN"}, True),
        ("alipay-domestic", {"country": "CN", "curated": True}, False),
        ("alipay-domestic", {}, True),
        ("alipay-curated", {}, False),
        ("alipay-curated", {"curated": True}, True),
        ("alipay-curated", {"country": "CN", "curated": True}, False),
    ],
)
def test_the_offer_is_waived_strictly_below_a_million_dollars_a_year(
    name: str, who: dict[str, Any], is_waived: bool
) -> None:
    for on, million_dollars in ((THEN, 13_340_000_000), (DAY, 16_450_000_000)):
        policy = shipped_policy(name, on)
        below = million_dollars - 1_000_000 - 1
        assert cost(policy, 1_000_000, below, on=on, **who) == (0 if is_waived else 5_500)
        assert cost(policy, 1_000_000, below + 1, on=on, **who) == 5_500


@pytest.mark.parametrize(("on", "rupiah_a_dollar"), [(THEN, 13_340), (DAY, 16_450)])
@pytest.mark.parametrize(
    ("dollars", "expected"), [(500_000, 0), (750_000, 1_375), (1_000_000, 2_750), (1_500_000, 5_500)]
)
def test_the_sliding_offer_charges_more_the_nearer_to_one_and_a_half_million(
    on: datetime.date, rupiah_a_dollar: int, dollars: int, expected: int
) -> None:
    policy = shipped_policy("alipay-sliding", on)
    before = dollars * rupiah_a_dollar - 1_000_000
    assert cost(policy, 1_000_000, before, on=on, country="CN") == expected


def test_each_offer_changes_its_exchange_rate_on_new_years_day_of_2025() -> None:
    for name in ("alipay-equal", "alipay-domestic", "alipay-curated", "alipay-sliding"):
        assert shipped_policy(name, datetime.date(2024, 12, 31)).version == 1
        assert shipped_policy(name, datetime.date(2025, 1, 1)).version == 2
        assert "unconfirmed" in shipped_policy(name, DAY).source


def test_the_marketplace_takes_commission_flat_part_and_both_taxes() -> None:
    policy = shipped_policy("marketplace", DAY)
    small = facts(1_000_000, category="Beauty", size_class="small")
    assert rupiah(price(small, policy)) == {
        "commission-fashion-and-beauty": 80_000,
        "order-processing": 1_250,
        "ppn-on-fees": 8_938,  # 11 % of 81,250 is 8,937.50
        "pph22": 5_000,
    }
    assert rupiah(price(facts(20_000_000, category="Camera"), policy))["commission-electronics"] == 650_000


def test_a_micro_merchant_is_withheld_nothing_up_to_and_including_500_million_a_year() -> None:
    policy = shipped_policy("marketplace", DAY)
    assert "pph22-micro" not in rupiah(price(facts(1_000_000, 499_000_000), policy))
    assert rupiah(price(facts(1_000_000, 499_000_001), policy))["pph22-micro"] == 5_000


def test_each_day_finds_the_version_in_force() -> None:
    found = [shipped_policy("qris", datetime.date(2024, 11, 30)), shipped_policy("qris", datetime.date(2024, 12, 1))]
    assert [policy.version for policy in [*found, shipped_policy("qris", DAY)]] == [1, 2, 3]
    with pytest.raises(PolicyError, match="2023-09-01"):
        shipped_policy("qris", datetime.date(2023, 8, 31))
    with pytest.raises(PolicyError, match="alipay-equal"):
        shipped_policy("qriss", DAY)


@pytest.mark.parametrize("reference", sorted(BY_REFERENCE))
def test_a_database_row_gives_the_policy_back(reference: str) -> None:
    policy = BY_REFERENCE[reference]
    again = policy_from_json(policy_to_json(policy))
    assert (again, again.digest, again.reference) == (policy, policy.digest, reference)


def test_a_changed_row_has_another_digest_and_a_broken_one_is_refused() -> None:
    policy = BY_REFERENCE["alipay@1"]
    cheaper = policy_from_json(policy_to_json(policy).replace('"rate_ppm":5500', '"rate_ppm":5400'))
    assert cheaper.digest != policy.digest
    for broken, code in (
        (policy_to_json(policy).replace('"rate_ppm":5500', '"rate_ppm":5500000'), "bad_rate"),
        (policy_to_json(policy).replace('"rate_ppm"', '"rate"'), "bad_json"),
        (policy_to_json(msgspec.structs.replace(policy, currency="IDX")), "unknown_currency"),
        ("{", "bad_json"),
    ):
        with pytest.raises(PolicyError) as caught:
            policy_from_json(broken)
        assert caught.value.code == code


def test_the_digest_of_a_policy_does_not_change_between_releases() -> None:
    """Released deals name their policy by digest: a change of the format must leave old digests as they are."""
    assert BY_REFERENCE["free@1"].digest == "0022ceaa25abb7e27280ffbb608932d4c4da46aa25f5b31b091c76781e55332e"
