"""The ways an offer's words can be read: what kind of threshold, and whose turnover; and a policy read in one of them.

"Waived below US$ 1 million a year" may mean that who is below pays nothing (notch) or that everyone's first million is
free (kink); and a million of turnover in the world, in Indonesia, or on the rail. Only the waivers' thresholds over a
calendar year are read anew: a rule's own threshold is the law's (a tax), and one over a deal has no year.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Literal, NamedTuple, cast

import msgspec

from mediator.money import CURRENCIES
from mediator.policy import Policy, Threshold
from mediator.policy.pricing import compile_policy, in_policy_currency

from ..errors import refusal

Kind = Literal["notch", "kink", "sliding"]
Base = Literal["world", "indonesia", "rail"]
BASES: tuple[Base, ...] = ("world", "indonesia", "rail")


class Reading(NamedTuple):
    """How the thresholds of a policy's waivers are read; None: as the policy has it, or there is none to read."""

    kind: Kind | None = None
    base: Base | None = None


def readings_of(policy: Policy, kinds: Sequence[Kind], bases: Sequence[Base]) -> tuple[Reading, ...]:
    """The readings among ``kinds`` and ``bases`` that make a difference to ``policy``, each once, in their order.

    A policy without a waiver by the year's turnover has one, ``Reading()``. A sliding threshold stays sliding, and no
    other becomes one.
    """
    found = [threshold.kind for threshold in year_thresholds(policy)]
    if not found:
        return (Reading(),)
    is_sliding = all(kind == "sliding" for kind in found)
    ways = ["sliding"] if is_sliding else [kind for kind in kinds if kind != "sliding"]
    read = [Reading(cast("Kind | None", kind), base) for kind in ways or (None,) for base in (*bases,) or (None,)]
    return tuple(dict.fromkeys(read))


def read_as(policy: Policy, reading: Reading) -> Policy:
    """The policy with its waivers' thresholds read so. WeighError ``not_sliding`` where a slide would have no end."""

    def read(threshold: Threshold) -> Threshold:
        base = reading.base or threshold.base
        if threshold.kind == "sliding":
            return msgspec.structs.replace(threshold, base=base)
        if reading.kind == "sliding":
            raise refusal(
                "not_sliding",
                f"{policy.reference} has a threshold of one amount, which can be read as notch or kink; a sliding one "
                "needs threshold_from and threshold_to in the policy.",
            )
        return msgspec.structs.replace(threshold, kind=reading.kind or threshold.kind, base=base)

    return _with(policy, read)


def with_threshold(policy: Policy, amount_minor: int, currency: str) -> Policy:
    """The policy with its waivers' thresholds at another amount, to sweep over them.

    ``amount_minor`` is in minor units of ``currency``, above 0. Of a sliding threshold it is the middle, and the ratio
    of end to start stays (start rounded down and end up to a minor unit). WeighError ``bad_threshold``; PolicyError
    ``exchange_rate_missing``.
    """
    if amount_minor <= 0 or currency not in CURRENCIES:
        raise refusal(
            "bad_threshold",
            f"A threshold is an amount above 0 in one of {', '.join(CURRENCIES)}, not {amount_minor} {currency}.",
        )

    def moved(threshold: Threshold) -> Threshold:
        start = end = amount_minor
        if threshold.kind == "sliding":
            both = threshold.start + threshold.end
            start = amount_minor * 2 * threshold.start // both
            end = -(-amount_minor * 2 * threshold.end // both)
        changed = msgspec.structs.replace(threshold, currency=currency, start=start, end=end)
        in_policy_currency(changed, policy)
        return changed

    return _with(policy, moved)


def threshold_rp(threshold: Threshold, policy: Policy) -> Fraction:
    """Where a threshold begins, in whole rupiah, exactly. WeighError ``policy_not_in_rupiah``."""
    check_rupiah(policy)
    return in_policy_currency(threshold, policy) * Fraction(threshold.start, 10 ** CURRENCIES["IDR"].exponent)


def year_thresholds(policy: Policy) -> Iterable[Threshold]:
    """Those of the policy's waivers that are over a calendar year."""
    limits = (waiver.threshold for waiver in policy.waivers)
    return [threshold for threshold in limits if threshold is not None and threshold.over == "calendar_year"]


def check_rupiah(policy: Policy) -> None:
    """WeighError ``policy_not_in_rupiah`` unless the policy's amounts are rupiah or it has none."""
    if policy.currency not in ("IDR", ""):
        raise refusal(
            "policy_not_in_rupiah",
            f"{policy.reference} is in {policy.currency}; a year is charged in rupiah, so it needs currency = "
            '"IDR" (a threshold may stay in another currency, with its exchange rate).',
        )


def _with(policy: Policy, change: Callable[[Threshold], Threshold]) -> Policy:
    """The policy with every year's threshold of its waivers changed, ready to price; its name stays."""
    waivers = tuple(
        waiver
        if waiver.threshold is None or waiver.threshold.over != "calendar_year"
        else msgspec.structs.replace(waiver, threshold=change(waiver.threshold))
        for waiver in policy.waivers
    )
    changed = msgspec.structs.replace(policy, waivers=waivers)
    compile_policy(changed)
    return changed
