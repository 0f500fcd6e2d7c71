"""The order of a price, on arrays: fees, waivers, taxes, and the giving way, line by line as ``pricing`` has it.

What part a threshold frees is asked of the caller: a deal knows the turnover before it, a year knows the whole year.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mediator.money import Rounding
from mediator.policy.model import Policy, Rule, Threshold, Waiver

from ..merchants import Flags
from .exact import Ints
from .schedules import amount_of
from .status import Status, both, eligible_rows
from .thresholds import Free, part_of

FreeOf = Callable[[Threshold], Free]


@dataclass
class Owed:
    """What one rule comes to in every row: ``gross``, of which ``waived`` is given back (None: nothing)."""

    rule: Rule
    gross: Ints
    waived: Ints | None = None

    @property
    def net(self) -> Ints:
        """What is left of it."""
        return self.gross if self.waived is None else self.gross - self.waived


@dataclass(frozen=True)
class Given:
    """What one waiver gives back to one bearer, 0 or more."""

    waiver: Waiver
    bearer: str
    amount: Ints


@dataclass(frozen=True)
class Levied:
    """All that a policy takes and gives in every row, in the order of the file."""

    fees: list[Owed]
    waived: list[Given]
    taxes: list[Owed]


def levy(policy: Policy, amount: Ints, status: Status, quantum: int, free_of: FreeOf) -> Levied:
    """What deals of ``amount`` (minor units, 0 or more; of 0 nothing is taken) come to."""
    is_deal = amount > 0
    deals = None if is_deal.all() else is_deal
    fees: list[Owed] = []
    for choice in choices(policy, "fee"):
        for rule, rows in chosen(choice, status, amount, deals):
            fees.append(_owed(rule, amount, rows, quantum, free_of))
    waived = _waive(policy, fees, amount, status, quantum, free_of)
    taxes: list[Owed] = []
    for choice in choices(policy, "tax"):
        for rule, rows in chosen(choice, status, amount, deals):
            base = _borne(fees, rule.bearer, amount) if rule.base == "fees" else amount
            is_due = both(rows, base > 0) if rule.base == "fees" else rows
            taxes.append(_owed(rule, base, is_due, quantum, free_of))
    _keep_within(amount, fees, taxes)
    return Levied(fees, waived, taxes)


def choices(policy: Policy, kind: str) -> list[list[Rule]]:
    """The rules of a kind by group, a rule without group alone; a group stands where its first rule does."""
    groups: dict[str, list[Rule]] = {}
    for place, rule in enumerate(policy.rules):
        if rule.kind == kind:
            groups.setdefault(f"group {rule.group}" if rule.group else f"rule {place}", []).append(rule)
    return list(groups.values())


def chosen(choice: list[Rule], status: Status, amount: Ints, left: Flags | None) -> list[tuple[Rule, Flags | None]]:
    """Of a group the rows in which each rule is the first eligible, of the rows ``left``; None means all rows."""
    found: list[tuple[Rule, Flags | None]] = []
    for rule in choice:
        eligible = eligible_rows(rule.eligible, status, amount)
        found.append((rule, both(eligible, left)))
        if eligible is None:
            break
        left = both(~eligible, left)
    return found


def _owed(rule: Rule, base: Ints, rows: Flags | None, quantum: int, free_of: FreeOf) -> Owed:
    gross = amount_of(rule, base, quantum)
    if rows is not None:
        gross *= rows
    if rule.threshold is not None:
        gross = gross - part_of(
            gross, free_of(rule.threshold), Rounding(rule.rounding), 1_000_000, rule.quantum or quantum
        )
    return Owed(rule, gross)


def _waive(
    policy: Policy, fees: list[Owed], amount: Ints, status: Status, quantum: int, free_of: FreeOf
) -> list[Given]:
    """Mark what is waived of each fee, never more than is left of it; one amount for every waiver and bearer."""
    given: dict[tuple[str, str], Given] = {}
    for waiver in policy.waivers:
        rows = eligible_rows(waiver.eligible, status, amount)
        free = None if waiver.threshold is None else free_of(waiver.threshold)
        for fee in fees:
            if fee.rule.id not in waiver.rules:
                continue
            rounding, own = Rounding(fee.rule.rounding), fee.rule.quantum or quantum
            part = part_of(fee.gross, free, rounding, waiver.share_ppm, own)
            if rows is not None:
                part = part * rows
            part = part if fee.waived is None else np.minimum(part, fee.net)
            fee.waived = part if fee.waived is None else fee.waived + part
            key = (waiver.id, fee.rule.bearer)
            before = given.get(key)
            total = part if before is None else before.amount + part
            given[key] = Given(waiver, fee.rule.bearer, total)
    return list(given.values())


def _borne(owed: list[Owed], bearer: str, amount: Ints) -> Ints:
    """What a bearer bears of some charges."""
    total = np.zeros_like(amount)
    for one in owed:
        if one.rule.bearer == bearer:
            total += one.net
    return total


def _keep_within(amount: Ints, fees: list[Owed], taxes: list[Owed]) -> None:
    """Let charges give way, last fee first and taxes last, until the merchant bears no more than the amount."""
    borne = _borne([*fees, *taxes], "merchant", amount)
    rows = np.flatnonzero(borne > amount)
    if not len(rows):
        return
    excess = borne[rows] - amount[rows]
    for owed in [*reversed(fees), *reversed(taxes)]:
        if owed.rule.bearer == "merchant":
            net = owed.gross[rows] if owed.waived is None else owed.gross[rows] - owed.waived[rows]
            given_way = np.minimum(excess, net)
            owed.gross = owed.gross.copy() if owed.gross is owed.waived else owed.gross
            owed.gross[rows] -= given_way
            excess -= given_way
