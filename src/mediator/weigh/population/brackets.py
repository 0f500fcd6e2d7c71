"""The brackets of one published table: read, and refused when they overlap, leave a gap or don't add up."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from mediator.money import allocate
from mediator.weigh.population.entries import PPM, Entries
from mediator.weigh.population.spec import Bracket


class _Row(NamedTuple):
    entry: Entries
    low: Fraction
    high: Fraction
    merchants: int | None
    percent: Fraction | None
    turnover: Fraction | None


def read_brackets(entry: Entries, rate: Fraction, shape: str, has_exponent: bool) -> tuple[Bracket, ...]:
    """The brackets of a stratum in rupiah (``rate`` rupiah a unit of its currency); faults are noted on ``entry``.

    Merchants are given as counts, or as percent of the stratum's ``total`` (which then must be there).
    """
    tables = entry.table.get("brackets")
    entry.asked.append("brackets")
    total = entry.whole("total", required=False)
    slack = entry.whole("total_rounding", required=False) or 0
    if not isinstance(tables, list) or not tables:
        entry.fault("missing", "'brackets' is missing; give at least one [[strata.brackets]].")
        return ()
    rows = [_row(Entries(table, (*entry.key, "brackets", i), entry.faults)) for i, table in enumerate(tables)]
    _check_edges(rows)
    counts = _counts(entry, rows, total, slack)
    brackets = []
    for row, count in zip(rows, counts, strict=True):
        turnover = None if row.turnover is None else int(row.turnover * rate)
        bracket = Bracket(-(-row.low * rate // 1), -(-row.high * rate // 1), count, turnover)
        _check_total(row, bracket)
        brackets.append(bracket)
    _check_fit(entry, rows, brackets, shape, has_exponent)
    return tuple(brackets)


def _row(entry: Entries) -> _Row:
    low, high = entry.number("from"), entry.number("to", required=False)
    if not entry.has("to"):
        entry.fault(
            "open_bracket",
            "An open bracket must say how far it goes: give 'to'. Tail exponents of business size are near 1, and "
            "without an upper limit the total would be infinite.",
        )
    if low == 0:
        entry.fault(
            "not_positive", "'from' must be above 0: nobody's turnover is below a bracket's lower limit.", "from"
        )
    merchants, percent = entry.whole("merchants", required=False), entry.number("percent", required=False)
    if entry.has("merchants") == entry.has("percent"):
        entry.fault("missing", "Give either 'merchants' or 'percent'.")
    turnover = entry.number("turnover", required=False)
    entry.finish()
    return _Row(entry, low or Fraction(0), high or Fraction(0), merchants, percent, turnover)


def _check_edges(rows: list[_Row]) -> None:
    for row in rows:
        if row.low and row.high and row.low >= row.high:
            row.entry.fault("brackets_overlap", "'to' must be above 'from'.", "to")
    for before, after in pairwise(rows):
        if not before.high or not after.low:
            continue
        if after.low < before.high:
            after.entry.fault(
                "brackets_overlap", f"This bracket begins below {before.high}, where the one before ends.", "from"
            )
        if after.low > before.high:
            after.entry.fault(
                "brackets_gap",
                f"Between {before.high} and {after.low} there is no bracket; begin where one ends.",
                "from",
            )


def _counts(entry: Entries, rows: list[_Row], total: int | None, slack: int) -> list[int]:
    """Merchants of every bracket, those in percent by largest remainder."""
    shares = [row.percent for row in rows]
    if all(share is None for share in shares):
        counts = [row.merchants or 0 for row in rows]
        if total is not None and 2 * abs(sum(counts) - total) > slack:
            entry.fault(
                "brackets_do_not_sum",
                f"The brackets have {sum(counts)} merchants, the stated total is {total}; correct one of them, "
                "or give 'total_rounding', the step that the total was rounded to.",
                "total",
            )
        return counts
    known = [share for share in shares if share is not None]
    if total is None or len(known) < len(rows):
        entry.fault("missing", "Brackets in percent need 'percent' in each and the stratum's 'total'.", "brackets")
        return [0] * len(rows)
    if sum(known) != 100:
        entry.fault("brackets_do_not_sum", f"The brackets have {float(sum(known)):g} percent, not 100.", "brackets")
        return [0] * len(rows)
    parts = [share * PPM for share in known]
    if any(part.denominator != 1 for part in parts):
        entry.fault("too_fine", "A bracket's percent may have at most six decimals.", "brackets")
    return allocate(total, [int(part) for part in parts], 1)


def _check_total(row: _Row, bracket: Bracket) -> None:
    """A published total must lie between what its merchants would have at either limit."""
    if bracket.turnover_rp is None:
        return
    least, most = bracket.merchants * bracket.low_rp, bracket.merchants * (bracket.high_rp - 1)
    if not least <= bracket.turnover_rp <= most:
        row.entry.fault(
            "total_impossible",
            f"{bracket.merchants} merchants within these limits have Rp {least:,} to Rp {most:,} together, "
            f"not Rp {bracket.turnover_rp:,}.",
            "turnover",
        )


def _check_fit(entry: Entries, rows: list[_Row], brackets: list[Bracket], shape: str, has_exponent: bool) -> None:
    if shape == "lognormal":
        if len(rows) != 1 or rows[0].turnover is None:
            entry.fault("lognormal_unclear", "A lognormal needs one bracket with its 'turnover' in all.", "brackets")
        return
    filled = [bracket for bracket in brackets if bracket.merchants]
    if len(filled) == 1 and filled[0].turnover_rp is None and not has_exponent:
        entry.fault(
            "exponent_missing", "One bracket without 'turnover' says nothing of its shape: give 'exponent'.", "brackets"
        )
