"""Small factories: a policy text that says only what matters to a test, and facts."""

from __future__ import annotations

import datetime
from typing import Any

from mediator.policy import ChargeLine, Facts, Policy, parse_policy, price

DAY = datetime.date(2026, 3, 2)
HEAD = 'id = "p"\nversion = 1\nname = "P"\nvalid_from = 2020-01-01\ncurrency = "IDR"\nsource = "a test"\n'
RUPIAH = 100


def policy(body: str, head: str = HEAD) -> Policy:
    return parse_policy(head + body)


def fee(body: str) -> Policy:
    return policy(f'[[rule]]\nid = "fee"\nkind = "fee"\n{body}\n')


def facts(rupiah: int, turnover: int = 0, **more: Any) -> Facts:
    """A deal of so many rupiah after a turnover of so many rupiah."""
    given = {"amount": rupiah * RUPIAH, "currency": "IDR", "on": DAY, "turnover": turnover * RUPIAH, **more}
    return Facts(**given)


def rupiah(lines: tuple[ChargeLine, ...]) -> dict[str, int]:
    """Each line's rupiah by the id of its rule; a part of a rupiah is a failure."""
    assert all(line.amount % RUPIAH == 0 for line in lines)
    assert len({line.rule for line in lines}) == len(lines)
    return {line.rule: line.amount // RUPIAH for line in lines}


def cost(policy: Policy, amount: int, turnover: int = 0, **more: Any) -> int:
    """What all lines come to, in rupiah."""
    return sum(rupiah(price(facts(amount, turnover, **more), policy)).values())
