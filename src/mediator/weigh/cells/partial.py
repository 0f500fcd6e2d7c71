"""Adding up cells that were made apart: of chunks, of threads, of an engine's answer. Exact, in any order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ..errors import WeighError, refusal
from ..merchants import CHANNELS, COUNTRIES, SIZE_CLASSES, Ints, Merchants
from ..vocabulary import SECTORS, provinces
from .cells import Cells
from .query import BINS, STATUS, Question

_PENDING_ROWS = 1_000_000
"""Partial cells that wait to be added up; what bounds memory."""

_HALF = np.int64(0xFFFF_FFFF)


@cache
def code_counts() -> dict[str, int]:
    """How many codes each key has that is a column of the population."""
    return {
        "country": len(COUNTRIES),
        "province": len(provinces()),
        "sector": len(SECTORS),
        "size_class": len(SIZE_CLASSES),
        "channel": len(CHANNELS),
        "curated": 2,
        "mentored": 2,
    }


@dataclass
class Partial:
    """Cells so far: a number for each (its keys, mixed radix, so that numbers sort as keys do) and its columns."""

    asked: Question
    pending: list[tuple[Ints, list[Ints]]] = field(default_factory=list)
    rows: int = 0

    def add(self, answer: pa.Table, rows: int) -> None:
        """Take in an engine's answer about so many rows of the population."""
        self.rows += rows
        numbers = _numbers(answer, self.asked)
        names = (*self.asked.sums, *self.asked.extra)
        self.pending.append((numbers, [_whole_numbers(answer[name], name) for name in names]))
        if len(self.pending) > 1 and sum(len(numbers) for numbers, _ in self.pending) > _PENDING_ROWS:
            self.fold()

    def take_in(self, other: Partial) -> None:
        """Add what another holds."""
        self.rows += other.rows
        self.pending += other.pending

    def fold(self) -> None:
        """Add up what is pending, leaving one sorted part."""
        if not self.pending:
            return
        numbers = np.concatenate([numbers for numbers, _ in self.pending])
        order = np.argsort(numbers, kind="stable")
        numbers = numbers[order]
        begins = np.flatnonzero(np.r_[True, numbers[1:] != numbers[:-1]][: len(numbers)])
        names = (*self.asked.sums, *self.asked.extra)
        columns = []
        for place, name in enumerate(names):
            column = np.concatenate([columns[place] for _, columns in self.pending])[order]
            columns.append(sums_from(column, begins, name))
        self.pending = [(numbers[begins], columns)]

    def cells(self) -> Cells:
        """All of it as Cells, sorted by keys."""
        self.fold()
        width = len(self.asked.sums) + len(self.asked.extra)
        empty = np.zeros(0, np.int64)
        numbers, columns = self.pending[0] if self.pending else (empty, [empty] * width)
        count = len(self.asked.sums)
        return Cells(
            edges=self.asked.edges,
            keys=_keys(numbers, self.asked),
            sums=dict(zip(self.asked.sums, columns[:count], strict=True)),
            extra=dict(zip(self.asked.extra, columns[count:], strict=True)),
            rows=self.rows,
        )


def sums_from(column: Ints, begins: npt.NDArray[np.intp], name: str) -> Ints:
    """The sums of the runs that begin at ``begins``, added in two halves so that nothing wraps unseen.

    WeighError ``sum_too_large`` when one doesn't fit int64.
    """
    if len(begins) == len(column):
        return column
    low = np.add.reduceat(column & _HALF, begins)
    high = np.add.reduceat(column >> 32, begins) + (low >> 32)
    if len(high) and (int(high.max()) >= 2**31 or int(high.min()) < -(2**31)):
        raise too_large(name)
    sums: Ints = (high << 32) | (low & _HALF)
    return sums


def too_large(name: str) -> WeighError:
    """The refusal of a sum beyond int64."""
    return refusal(
        "sum_too_large",
        f"{name}: turnover times weight comes to more than 9.2 * 10^18 rupiah in one cell; is it in whole rupiah, "
        "and are the weights right?",
    )


def _whole_numbers(column: pa.ChunkedArray, name: str) -> Ints:
    """A sum as int64: DuckDB sends HUGEINT, which Arrow knows as a decimal."""
    try:
        return np.asarray(column.cast(pa.int64()).to_numpy(), np.int64)
    except pa.ArrowInvalid:
        raise too_large(name) from None


def _radix(asked: Question) -> tuple[int, ...]:
    counts = code_counts()
    return (*(counts[code] for code in asked.codes), prod(asked.bin_counts))


def _numbers(answer: pa.Table, asked: Question) -> Ints:
    """One number a cell. WeighError ``unknown_code`` for a code that stands for no word."""
    numbers = np.zeros(len(answer), np.int64)
    if asked.is_joined:
        numbers = answer[STATUS].cast(pa.int64()).to_numpy()
    else:
        for code in asked.codes:
            column = answer[code].cast(pa.int64()).to_numpy()
            numbers = numbers * code_counts()[code] + checked(code, column)
    if asked.bases:
        numbers = numbers * prod(asked.bin_counts) + answer[BINS].cast(pa.int64()).to_numpy()
    return numbers


def joined_codes(merchants: Merchants, codes: Sequence[str]) -> npt.NDArray[np.int32]:
    """Every merchant's codes as one number, mixed radix. WeighError ``unknown_code``."""
    counts = code_counts()
    numbers = np.zeros(len(merchants), np.int32)
    for code in codes:
        numbers *= counts[code]
        numbers += checked(code, merchants.columns[code])
    return numbers


def checked(code: str, column: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The codes themselves. WeighError ``unknown_code`` for one that stands for no word."""
    known = code_counts()[code]
    if len(column) and not 0 <= column.min() <= column.max() < known:
        raise refusal("unknown_code", f"{code} {column.max()}: codes go from 0 to {known - 1}.")
    return column


def _keys(numbers: Ints, asked: Question) -> Mapping[str, Ints]:
    """The keys that ``_numbers`` joined."""
    *codes, bins = np.unravel_index(numbers, _radix(asked))
    keys = {code: place.astype(np.int64, copy=False) for code, place in zip(asked.codes, codes, strict=True)}
    return keys | (asked.bins_of(bins) if asked.bases else {})
