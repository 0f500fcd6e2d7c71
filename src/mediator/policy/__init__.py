"""Fee policies as data, and the function that prices a release. Pure: no database, no clock, no settings.

policy = load_policy("qris.toml")
lines = price(Facts(amount=60_000_000, currency="IDR", on=today), policy)
"""

from .errors import Fault, PolicyError
from .model import (
    Band,
    ChargeLine,
    Eligibility,
    ExchangeRate,
    Facts,
    Policy,
    Rule,
    Threshold,
    Waiver,
    policy_to_json,
)
from .pricing import price
from .reader import load_policy, parse_policy, policy_from_json
from .shipped import shipped_policies, shipped_policy

__all__ = [
    "Band",
    "ChargeLine",
    "Eligibility",
    "ExchangeRate",
    "Facts",
    "Fault",
    "Policy",
    "PolicyError",
    "Rule",
    "Threshold",
    "Waiver",
    "load_policy",
    "parse_policy",
    "policy_from_json",
    "policy_to_json",
    "price",
    "shipped_policies",
    "shipped_policy",
]
