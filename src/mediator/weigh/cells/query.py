"""Merchants to cells: one expression that DuckDB and Spark both compute, to the same integers.

Only what the two engines do alike is used: sums, CASE, products, whole division and remainder of int64. There is no
window function, float, logarithm, ``hash`` or ``random`` in it. How it came to look as it does was measured on DuckDB
2.0 (nanoseconds a merchant on one core): a bin of 120 edges as a binary tree of CASE takes 65, as one flat CASE 200,
as CASE of CASE with the root of the count each 50; codes as separate keys 34, multiplied into one number by the
statement 94, because products are checked for overflow, but 10 when NumPy has joined them before in 2. So bins are
joined into one key, whose parts are the constants of CASE, and where rows come from NumPy codes are joined too.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from math import isqrt, prod
from typing import Any, Literal, NamedTuple, cast

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import sqlglot.expressions as sge
from ibis.backends.sql.compilers.duckdb import DuckDBCompiler
from ibis.backends.sql.compilers.pyspark import PySparkCompiler

from mediator.policy.model import PPM

from ..errors import refusal
from ..merchants import DTYPES
from .cells import KEYS, SUMS, Edges

Engine = Literal["duckdb", "spark"]

TABLE = "merchants"
"""What the engines know the population by."""

BINS = "bins"
"""The column that holds all chosen bins as one number; ``Question.bins_of`` takes it apart."""

STATUS = "status"
"""The column that holds all chosen codes as one number, where rows come with them joined."""

_BASES = ("world", "indonesia", "rail")
_FLAT = 24
"""Up to so many edges one flat CASE is quickest."""

_LARGEST_PLAIN = (2**63 - 1) // PPM
"""Above this, turnover times parts per million would not fit int64."""

_COMPILING = threading.Lock()
"""Nothing says that Ibis may compile in two threads at once."""


class Question(NamedTuple):
    """What is asked of a population: which keys, which sums, and which further int64 columns are added up.

    ``is_weighted`` False leaves out the product with the weight, for rows that all stand for one merchant: a third
    of the time on few keys. ``is_joined``: the codes come as one column, STATUS.
    """

    edges: Edges
    keys: tuple[str, ...] = KEYS
    sums: tuple[str, ...] = SUMS
    extra: tuple[str, ...] = ()
    is_weighted: bool = True
    is_joined: bool = False

    @property
    def codes(self) -> tuple[str, ...]:
        """The keys that are columns of the population."""
        return tuple(key for key in self.keys if not key.endswith("_bin"))

    @property
    def bases(self) -> tuple[str, ...]:
        """The turnovers that are binned."""
        return tuple(base for base in _BASES if f"{base}_bin" in self.keys)

    @property
    def bin_counts(self) -> tuple[int, ...]:
        """How many bins each of ``bases`` has."""
        return tuple(len(getattr(self.edges, base)) for base in self.bases)

    @property
    def columns(self) -> tuple[str, ...]:
        """The population's columns that are read."""
        needed = {f"{base}_rp" for base in self.bases} | (set() if self.is_joined else set(self.codes))
        for name in self.sums:
            if name.startswith("imported_"):
                needed |= {name.removeprefix("imported_"), "import_share_ppm"}
            elif name != "merchants":
                needed.add(name)
        if self.is_weighted or not needed:
            needed.add("weight")
        return tuple(name for name in DTYPES if name in needed)

    def bins_of(self, joined: npt.NDArray[np.int64]) -> dict[str, npt.NDArray[np.int64]]:
        """The bins by key, of the column ``BINS``."""
        places = np.unravel_index(joined, self.bin_counts)
        return {
            f"{base}_bin": place.astype(np.int64, copy=False) for base, place in zip(self.bases, places, strict=True)
        }


def question(
    edges: Edges,
    keys: Sequence[str] = KEYS,
    sums: Sequence[str] = SUMS,
    extra: Sequence[str] = (),
    is_weighted: bool = True,
) -> Question:
    """A Question with keys and sums in the order of KEYS and SUMS.

    WeighError ``unknown_column`` for a word that is none of them, ``too_many_bins`` when the bins' product passes
    two thousand million.
    """
    for given, known in ((keys, KEYS), (sums, SUMS)):
        if odd := [word for word in given if word not in known]:
            raise refusal("unknown_column", f"{', '.join(odd)}: known are {', '.join(known)}.")
    if odd := [name for name in extra if name in DTYPES or name in SUMS or name == BINS]:
        raise refusal("unknown_column", f"{', '.join(odd)}: a further column needs a name that no other column has.")
    asked = Question(
        edges,
        tuple(key for key in KEYS if key in keys),
        tuple(name for name in SUMS if name in sums),
        tuple(extra),
        is_weighted,
    )
    if prod(asked.bin_counts) >= 2**31:
        raise refusal("too_many_bins", f"{prod(asked.bin_counts)} bins are asked for; use fewer edges, or fewer bases.")
    return asked


def expression(asked: Question) -> ir.Table:
    """The Ibis expression over the table ``merchants``; its columns are codes, BINS, sums and extra, in this order."""
    schema = {name: np.dtype(DTYPES[name]).name for name in asked.columns} | dict.fromkeys(asked.extra, "int64")
    table = ibis.table(schema | ({STATUS: "int32"} if asked.is_joined else {}), name=TABLE)
    keys: dict[str, Any] = {code: table[code] for code in ((STATUS,) if asked.is_joined else asked.codes)}
    if asked.bases:
        keys[BINS] = _joined_bins(table, asked)
    sums = {name: _sum(table, name, asked.is_weighted) for name in (*asked.sums, *asked.extra)}
    return table.group_by(**keys).aggregate(**sums) if keys else table.aggregate(**sums)


@cache
def sql(asked: Question, engine: Engine, pretty: bool = False) -> str:
    """The statement in an engine's own words."""
    with _COMPILING:
        compiler = _DuckDB() if engine == "duckdb" else _Spark()
        return cast(str, compiler.to_sqlglot(expression(asked)).sql(compiler.dialect, pretty=pretty))


class _WholeDivision:
    """Ibis writes ``a // b`` as FLOOR(a / b), which is a float's and wrong beyond 2^53; both engines can divide whole
    numbers."""

    def visit_FloorDivide(self, op: Any, *, left: Any, right: Any) -> Any:
        return self.binop(sge.IntDiv, left, right)  # type: ignore[attr-defined]


class _DuckDB(_WholeDivision, DuckDBCompiler):  # type: ignore[misc]
    pass


class _Spark(_WholeDivision, PySparkCompiler):  # type: ignore[misc]
    pass


def _sum(table: ir.Table, name: str, is_weighted: bool) -> Any:
    """One sum over a cell. SUM of BIGINT is a HUGEINT on DuckDB, and on Spark in ANSI mode an error when it overflows:
    neither gives a wrong number."""
    if name == "merchants":
        return table["weight"].sum() if is_weighted else table.count()
    value = _imported(table, name.removeprefix("imported_")) if name.startswith("imported_") else table[name]
    return (value * table["weight"]).sum() if is_weighted else value.sum()


def _imported(table: ir.Table, name: str) -> Any:
    """turnover * import_share_ppm // 1,000,000 without overflow: with t = 10^6 q + r it is q * ppm + r * ppm // 10^6.

    The first branch is for the many who sell nothing online, the last for turnover beyond nine million million.
    """
    turnover, ppm = table[name], table["import_share_ppm"]
    return ibis.cases(
        (turnover == 0, 0),
        (turnover <= _LARGEST_PLAIN, turnover * ppm // PPM),
        else_=turnover // PPM * ppm + turnover % PPM * ppm // PPM,
    )


def _joined_bins(table: ir.Table, asked: Question) -> Any:
    """The chosen bins as one number: each CASE gives its place times the product of the counts of those after it."""
    joined: Any = None
    for number, base in enumerate(asked.bases):
        edges, stride = getattr(asked.edges, base), prod(asked.bin_counts[number + 1 :])
        part = _bin(table[f"{base}_rp"], edges, 0, len(edges), stride)
        joined = part if joined is None else joined + part
    return ibis.literal(joined) if isinstance(joined, int) else joined


def _bin(turnover: Any, edges: tuple[int, ...], low: int, high: int, stride: int) -> Any:
    """The place from ``low`` to before ``high`` of the last edge reached, times ``stride``, smallest turnover first."""
    count = high - low
    if count == 1:
        return low * stride
    branches = count if count <= _FLAT else isqrt(count - 1) + 1
    bounds = sorted({low + count * branch // branches for branch in range(branches + 1)})
    parts = [_bin(turnover, edges, first, last, stride) for first, last in pairwise(bounds)]
    tests = [turnover < edges[last] for last in bounds[1:-1]]
    return ibis.cases(*zip(tests, parts, strict=False), else_=parts[-1])
