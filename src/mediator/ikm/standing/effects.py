"""What a standing sets, as data: the gate's policy, and by tier how long buyers look and how soon money goes out."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from mediator.ikm.errors import IkmError
from mediator.ikm.producers.size import REGIMES
from mediator.ikm.standing.gate import GatePolicy
from mediator.protocol.calendar import span

LEAST_INSPECTION = timedelta(hours=24)
"""No standing takes more of a buyer's time to look than this leaves."""

USUAL_INSPECTION = timedelta(hours=48)
"""``protocol.table``'s inspect_by: a tier may shorten it, never pass off a longer one as a favour of the merchant's."""

LONGEST_PAYOUT_H = 14 * 24


class Tier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From a value of ``least`` on. ``inspect_by`` "": the usual clock."""

    code: str
    least: int
    inspect_by: str
    payout_after_h: int


class ShelfOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How finely values order the first shelf: 1 is exactly, 1000 not at all."""

    rank_step: int

    def rank_of(self, value: int) -> int:
        return value - value % self.rank_step


class Size(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The regime whose size class a book has."""

    regime: str


class Effects(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A version of what a standing sets; ``tiers`` from the lowest value up."""

    version: int
    name_id: str
    name_en: str
    source: str
    gate: GatePolicy
    shelf: ShelfOrder
    tiers: tuple[Tier, ...]
    size: Size

    def tier_of(self, value: int) -> Tier:
        return next(tier for tier in reversed(self.tiers) if value >= tier.least)


def read_effects(text: str, where: str) -> Effects:
    """Effects from TOML. IkmError ``bad_effects`` says what is wrong with them."""
    try:
        effects = msgspec.toml.decode(text, type=Effects)
    except msgspec.MsgspecError as error:
        raise IkmError("bad_effects", f"{where}: {error}", where=where) from error
    check(effects, where)
    return effects


def check(effects: Effects, where: str) -> None:
    """IkmError ``bad_effects``: a gate that asks nothing, tiers out of order, a clock that leaves no time to look."""
    tiers = effects.tiers
    for is_right, message in (
        (effects.gate.least_bodies >= 1 and effects.gate.grades, "the gate asks for a selection and a mentoring"),
        (1 <= effects.shelf.rank_step <= 1000, "a step of ranks is from 1 to 1000 points"),
        (tiers and tiers[0].least == 0, "the lowest tier begins at 0"),
        ([t.least for t in tiers] == sorted({t.least for t in tiers}), "tiers go from the lowest value up"),
        (len({t.code for t in tiers}) == len(tiers), "each tier has a code of its own"),
        (all(_is_fair(t.inspect_by) for t in tiers), "a buyer may look for 24h at least, and 48h are usual"),
        (all(0 <= t.payout_after_h <= LONGEST_PAYOUT_H for t in tiers), f"payouts wait {LONGEST_PAYOUT_H} h at most"),
        (effects.size.regime in REGIMES, f"a size class is by one of {', '.join(REGIMES)}"),
    ):
        if not is_right:
            raise IkmError("bad_effects", f"{where}: {message}.", where=where)


def _is_fair(text: str) -> bool:
    if not text:
        return True
    try:
        given = span(text)
    except ValueError:
        return False
    return given.unit != "wd" and LEAST_INSPECTION <= given.delta <= USUAL_INSPECTION
