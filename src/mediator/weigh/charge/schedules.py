"""What a rule comes to before thresholds and waivers, for an array of bases: ``pricing``'s schedules on arrays."""

from __future__ import annotations

import numpy as np

from mediator.money import Rounding
from mediator.policy.model import PPM, Band, Rule

from .exact import ROOM, Ints, Wide, divide, wide


def amount_of(rule: Rule, base: Ints, quantum: int) -> Ints:
    """Rate, bands or steps of ``base`` plus flat, rounded once, then between floor and cap; minor units.

    ``base`` is 0 or more. Rows whose million-fold charge could pass 62 bits are reckoned in Python's integers.
    """
    room = _room(rule)
    own = rule.quantum or quantum
    rounding = Rounding(rule.rounding)
    if len(base) == 0 or base.max() <= room:
        charge = divide(_scaled(rule, base, room), PPM, own, rounding)
    else:
        charge = np.empty_like(base)
        fits = base <= room
        charge[fits] = divide(_scaled(rule, base[fits], room), PPM, own, rounding)
        charge[~fits] = divide(_scaled(rule, wide(base[~fits]), None), PPM, own, rounding)
    if rule.floor is not None:
        np.maximum(charge, rule.floor, out=charge)
    if rule.cap is not None:
        np.minimum(charge, rule.cap, out=charge)
    return charge


def _room(rule: Rule) -> int:
    """The largest base whose charge times a million surely stays within 62 bits; -1 when none does."""
    parts = [*rule.bands, *rule.steps]
    rate = max([rule.rate_ppm or 0, *(part.rate_ppm for part in parts)])
    flat = rule.flat + max((part.flat for part in rule.steps), default=0)
    return (ROOM - 1 - flat * PPM) // max(rate, 1) if flat * PPM < ROOM else -1


def _scaled(rule: Rule, base: Wide, room: int | None) -> Wide:
    """A million times the charge before rounding. Bands that begin above ``room`` reach no base and are left out."""

    def reached(bands: tuple[Band, ...]) -> list[Band]:
        return [band for band in bands if room is None or band.start <= room]

    if rule.bands:
        scaled = _marginal(reached(rule.bands), base)
    elif rule.steps:
        scaled = _stepped(reached(rule.steps), base)
    else:
        scaled = base * (rule.rate_ppm or 0)
    return scaled + rule.flat * PPM if rule.flat else scaled


def _marginal(bands: list[Band], base: Wide) -> Wide:
    """sum over bands of (rate - rate of the band before) * max(base - start, 0): each band bends the line once."""
    scaled = base * 0
    rate = 0
    for band in bands:
        scaled = scaled + np.maximum(base - band.start, 0) * (band.rate_ppm - rate)
        rate = band.rate_ppm
    return scaled


def _stepped(steps: list[Band], base: Wide) -> Wide:
    """The last step that the base reaches: its rate on the whole base, and its flat part."""
    scaled = base * 0
    for step in steps:
        scaled = np.where(base >= step.start, base * step.rate_ppm + step.flat * PPM, scaled)
    return scaled
