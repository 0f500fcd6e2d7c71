"""What a release costs: ``price(facts, policy)``, exact to the last unit and quick enough to call for every deal.

A policy is compiled once, to closures that hold its integers; a price then is a few comparisons and one division a
line. Order of things, which the ledger and ``weigh`` rely on:

1. fees, in the order of the file; of a group only the first eligible rule;
2. waivers, in the order of the file, each a share of the fees it names, never more than is left of a fee;
3. taxes, likewise; a tax of the base "fees" is of what its own bearer pays in fees after waivers;
4. if the merchant would bear more than the amount, the last fee gives way first, then the one before, and taxes last.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from fractions import Fraction
from math import lcm
from typing import NamedTuple

import msgspec

from mediator.money import CURRENCIES, Rounding, divide

from .errors import refusal
from .model import PPM, Band, ChargeLine, Eligibility, Facts, Policy, Rule, Threshold, Waiver

Test = Callable[[Facts], bool]
Share = Callable[[Facts], tuple[int, int]]
"""What part of a charge is not charged, as (numerator, denominator), from none to all."""


class _Charge(NamedTuple):
    """A rule made ready. ``amount_of(base, quantum)`` is the charge before thresholds and waivers."""

    rule: Rule
    applies: Test | None
    amount_of: Callable[[int, int], int]
    exempt: Share | None


class _Relief(NamedTuple):
    """A waiver made ready."""

    waiver: Waiver
    rules: frozenset[str]
    applies: Test | None
    share: Share | None


class _Program(NamedTuple):
    """``only`` is the one choice of a policy that has no other, nor waiver, nor tax: most policies, and a short cut."""

    fees: tuple[tuple[_Charge, ...], ...]
    reliefs: tuple[_Relief, ...]
    taxes: tuple[tuple[_Charge, ...], ...]
    only: tuple[_Charge, ...] | None


class _Owed:
    """What one rule comes to in one price: ``gross``, of which ``waived`` is given back."""

    __slots__ = ("gross", "rule", "waived")

    def __init__(self, rule: Rule, gross: int) -> None:
        self.rule = rule
        self.gross = gross
        self.waived = 0


def price(facts: Facts, policy: Policy) -> tuple[ChargeLine, ...]:
    """The lines a release is charged by ``policy``; lines of nothing are left out.

    Fees, waivers and taxes of one bearer never sum below zero, and what the merchant bears never exceeds the amount.
    PolicyError: ``policy_not_in_force`` on that date, ``wrong_currency``, ``unknown_currency``, ``negative_amount``.
    """
    program = policy.__dict__.get("_program") or compile_policy(policy)
    amount = facts.amount
    quantum = _check(facts, policy)
    if amount == 0:
        return ()
    if program.only is not None:
        return _single(program.only, facts, quantum)
    fees: list[_Owed] = []
    taxes: list[_Owed] = []
    waived: list[ChargeLine] = []
    _levy(program.fees, facts, quantum, fees)
    if program.reliefs:
        waived = _waive(program.reliefs, facts, quantum, fees)
    if program.taxes:
        _levy(program.taxes, facts, quantum, taxes, fees)
    _keep_within(amount, fees, taxes)
    lines = []
    for owed in fees:
        if owed.gross:
            lines.append(ChargeLine(owed.rule.id, "fee", owed.rule.bearer, owed.gross))
    lines += waived
    for owed in taxes:
        if owed.gross:
            lines.append(ChargeLine(owed.rule.id, "tax", owed.rule.bearer, owed.gross))
    return tuple(lines)


def compile_policy(policy: Policy) -> _Program:
    """Make a checked policy ready for ``price``; done when it is loaded, and kept with it."""
    fees, taxes = _choices(policy, "fee"), _choices(policy, "tax")
    reliefs = tuple(
        _Relief(waiver, frozenset(waiver.rules), _test(waiver.eligible), _share(waiver.threshold, policy))
        for waiver in policy.waivers
    )
    is_plain = len(fees) == 1 and not reliefs and not taxes
    program = _Program(fees, reliefs, taxes, only=fees[0] if is_plain else None)
    policy.__dict__["_program"] = program
    return program


def _check(facts: Facts, policy: Policy) -> int:
    """The quantum of the deal's currency, once the policy may price the deal at all."""
    valid_to = policy.valid_to
    if facts.on < policy.valid_from or (valid_to is not None and facts.on >= valid_to):
        until = f" until the day before {valid_to}" if valid_to else " on"
        raise refusal(
            "policy_not_in_force",
            f"{policy.reference} is in force from {policy.valid_from}{until}; {facts.on} needs another version.",
        )
    if policy.currency and facts.currency != policy.currency:
        raise refusal("wrong_currency", f"{policy.reference} prices {policy.currency}, not {facts.currency}.")
    unit = CURRENCIES.get(facts.currency)
    if unit is None:
        raise refusal("unknown_currency", f"{facts.currency!r} is none of {', '.join(CURRENCIES)}.")
    if facts.amount < 0 or facts.turnover < 0:
        raise refusal("negative_amount", "The amount released and the turnover before it must be 0 or more.")
    return unit.quantum


def _single(choice: tuple[_Charge, ...], facts: Facts, quantum: int) -> tuple[ChargeLine, ...]:
    """What the long way comes to when there is one choice of fees and nothing else, in half the time."""
    amount = facts.amount
    for rule, applies, amount_of, exempt in choice:
        if applies is None or applies(facts):
            gross = amount_of(amount, quantum)
            if exempt is not None:
                gross -= _part(gross, exempt(facts), rule, PPM, quantum)
            if gross > amount and rule.bearer == "merchant":
                gross = amount
            return (ChargeLine(rule.id, "fee", rule.bearer, gross),) if gross else ()
    return ()


def _levy(
    choices: tuple[tuple[_Charge, ...], ...],
    facts: Facts,
    quantum: int,
    owed: list[_Owed],
    fees: list[_Owed] | None = None,
) -> None:
    """Add to ``owed`` what the first eligible rule of every choice comes to."""
    for choice in choices:
        for rule, applies, amount_of, exempt in choice:
            if applies is not None and not applies(facts):
                continue
            base = facts.amount
            if fees is not None and rule.base == "fees":
                base = sum(fee.gross - fee.waived for fee in fees if fee.rule.bearer == rule.bearer)
            gross = amount_of(base, quantum) if base else 0
            if exempt is not None:
                gross -= _part(gross, exempt(facts), rule, PPM, quantum)
            owed.append(_Owed(rule, gross))
            break


def _waive(reliefs: tuple[_Relief, ...], facts: Facts, quantum: int, owed: list[_Owed]) -> list[ChargeLine]:
    """Mark what is waived of each fee; one line for every waiver and bearer."""
    given: dict[tuple[str, str], int] = {}
    for waiver, rules, applies, share in reliefs:
        if applies is not None and not applies(facts):
            continue
        part = (1, 1) if share is None else share(facts)
        for fee in owed:
            if fee.rule.id in rules:
                waived = min(_part(fee.gross, part, fee.rule, waiver.share_ppm, quantum), fee.gross - fee.waived)
                fee.waived += waived
                key = (waiver.id, fee.rule.bearer)
                given[key] = given.get(key, 0) + waived
    return [ChargeLine(waiver, "waiver", bearer, -waived) for (waiver, bearer), waived in given.items() if waived]


def _part(gross: int, part: tuple[int, int], rule: Rule, share_ppm: int, quantum: int) -> int:
    """``gross * share * part``, rounded as the rule's charge is, and never above ``gross``."""
    numerator, denominator = part
    if numerator == 0 or gross == 0:
        return 0
    if numerator == denominator and share_ppm == PPM:
        return gross  # also when a cap or floor put the charge off the rule's own quantum
    return min(gross, divide(gross * share_ppm * numerator, PPM * denominator, rule.quantum or quantum, rule.rounding))


def _keep_within(amount: int, fees: list[_Owed], taxes: list[_Owed]) -> None:
    """Let charges give way, last fee first and taxes last, until the merchant bears no more than the amount."""
    excess = -amount
    for owed in fees:
        if owed.rule.bearer == "merchant":
            excess += owed.gross - owed.waived
    for owed in taxes:
        if owed.rule.bearer == "merchant":
            excess += owed.gross
    if excess <= 0:
        return
    for owed in [*reversed(fees), *reversed(taxes)]:
        if owed.rule.bearer == "merchant":
            given_way = min(excess, owed.gross - owed.waived)
            owed.gross -= given_way
            excess -= given_way


def _choices(policy: Policy, kind: str) -> tuple[tuple[_Charge, ...], ...]:
    """The rules of a kind by group, a rule without group alone; a group stands where its first rule does."""
    groups: dict[str, list[_Charge]] = {}
    for place, rule in enumerate(policy.rules):
        if rule.kind == kind:
            # divide compares rules by identity: a plain "floor" of a hand-made Rule must become the enum's here.
            sound = msgspec.structs.replace(rule, rounding=Rounding(rule.rounding))
            charge = _Charge(sound, _test(rule.eligible), _amount_of(sound), _share(rule.threshold, policy))
            groups.setdefault(f"group {rule.group}" if rule.group else f"rule {place}", []).append(charge)
    return tuple(tuple(group) for group in groups.values())


def _amount_of(rule: Rule) -> Callable[[int, int], int]:
    """The rule's schedule, rounded once and then held between floor and cap."""
    scaled = _schedule(rule)
    flat, own, rounding, floor, cap = rule.flat * PPM, rule.quantum, rule.rounding, rule.floor, rule.cap

    def amount_of(base: int, quantum: int) -> int:
        charge = divide(scaled(base) + flat, PPM, own or quantum, rounding)
        if floor is not None and charge < floor:
            charge = floor
        if cap is not None and charge > cap:
            charge = cap
        return charge

    return amount_of


def _schedule(rule: Rule) -> Callable[[int], int]:
    """The charge before flat part and rounding, times a million, which is a whole number."""
    if rule.bands:
        return _marginal(rule.bands)
    if rule.steps:
        return _stepped(rule.steps)
    rate = rule.rate_ppm or 0
    return lambda base: base * rate


def _marginal(bands: tuple[Band, ...]) -> Callable[[int], int]:
    """sum over bands of rate * clip(base - start, 0, width); ``below`` holds what the bands before come to."""
    starts = [band.start for band in bands]
    rates = [band.rate_ppm for band in bands]
    below = [0]
    for place in range(1, len(bands)):
        below.append(below[-1] + rates[place - 1] * (starts[place] - starts[place - 1]))

    def scaled(base: int) -> int:
        place = bisect_right(starts, base) - 1
        return below[place] + rates[place] * (base - starts[place]) if place >= 0 else 0

    return scaled


def _stepped(steps: tuple[Band, ...]) -> Callable[[int], int]:
    """The rate of the step the base falls in, on the whole base, and that step's flat part."""
    starts = [step.start for step in steps]

    def scaled(base: int) -> int:
        place = bisect_right(starts, base) - 1
        return base * steps[place].rate_ppm + steps[place].flat * PPM if place >= 0 else 0

    return scaled


def _share(threshold: Threshold | None, policy: Policy) -> Share | None:
    """What part is free at the deal's amount and the turnover before it. Exact: the limits stay fractions."""
    if threshold is None:
        return None
    worth = in_policy_currency(threshold, policy)
    start, end = threshold.start * worth, threshold.end * worth
    scale = lcm(start.denominator, end.denominator)
    low, high = int(start * scale), int(end * scale)
    by_year = threshold.over == "calendar_year"

    def notch(facts: Facts) -> tuple[int, int]:
        turnover = facts.amount + (facts.turnover if by_year else 0)
        return (1, 1) if turnover * scale < low else (0, 1)

    def kink(facts: Facts) -> tuple[int, int]:
        whole = facts.amount * scale
        left = low - (facts.turnover * scale if by_year else 0)
        return min(max(left, 0), whole), whole

    def sliding(facts: Facts) -> tuple[int, int]:
        turnover = facts.amount + (facts.turnover if by_year else 0)
        return min(max(high - turnover * scale, 0), high - low), high - low

    return {"notch": notch, "kink": kink, "sliding": sliding}[threshold.kind]


def in_policy_currency(threshold: Threshold, policy: Policy) -> Fraction:
    """How many minor units of the policy's currency one minor unit of the threshold's is worth, exactly."""
    if threshold.currency == policy.currency:
        return Fraction(1)
    mine, other = CURRENCIES[policy.currency], CURRENCIES[threshold.currency]
    for rate in policy.exchange_rates:
        if (rate.of, rate.per) == (policy.currency, threshold.currency):
            return Fraction(rate.numerator, rate.denominator) * Fraction(10**mine.exponent, 10**other.exponent)
    raise refusal(
        "exchange_rate_missing",
        f'{policy.reference} needs "{policy.currency} per {threshold.currency}" under [exchange_rate].',
    )


def _test(eligible: Eligibility) -> Test | None:
    """All conditions that were given, as one function; None when everything is eligible."""
    tests: list[Test] = []
    if countries := frozenset(eligible.country):
        tests.append(lambda facts: facts.country in countries)
    if excluded := frozenset(eligible.not_country):
        tests.append(lambda facts: facts.country not in excluded)
    if (curated := eligible.curated) is not None:
        tests.append(lambda facts: facts.curated is curated)
    if (mentored := eligible.mentored) is not None:
        tests.append(lambda facts: facts.mentored is mentored)
    if sizes := frozenset[str](eligible.size_class):
        tests.append(lambda facts: facts.size_class in sizes)
    if categories := frozenset(eligible.category):
        tests.append(lambda facts: facts.category in categories)
    if rails := frozenset(eligible.rail):
        tests.append(lambda facts: facts.rail in rails)
    if (least := eligible.amount_from) is not None:
        tests.append(lambda facts: facts.amount >= least)
    if (limit := eligible.amount_to) is not None:
        tests.append(lambda facts: facts.amount < limit)
    return _all(tests)


def _all(tests: list[Test]) -> Test | None:
    """The tests joined two by two, cheaper than a loop over them; they run for every deal."""
    if not tests:
        return None
    joined = tests[0]
    for test in tests[1:]:
        joined = _both(joined, test)
    return joined


def _both(one: Test, other: Test) -> Test:
    return lambda facts: one(facts) and other(facts)
