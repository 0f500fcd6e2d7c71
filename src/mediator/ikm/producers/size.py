"""How large a business is, by the rule in force: micro, small, medium or large, and which line of which rule said so.

Regimes differ and change; the same firm may be small in one and medium in another. Each is a table below that reads
like the regulation; Python and SQL are both made of it. An unknown figure is never assumed: it is named as missing.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

Size = Literal["micro", "small", "medium", "large", ""]
Figure = Literal["workers", "capital", "sales"]

MILYAR = 10**9
"""A thousand million; with JUTA, amounts in this file are whole rupiah as the rules write them."""
JUTA = 10**6
_MINOR = 100

IKM_SIZES = frozenset({"micro", "small", "medium"})
"""Industri kecil dan menengah. Permenperin 64/2016 has no micro: what others call micro is small there."""


class SizeFacts(NamedTuple):
    """What is known of a business; None is unknown. Amounts are minor units of rupiah.

    ``capital_minor`` is without land and buildings of the place of business; ``sales_minor`` a year's. ``is_new``:
    being founded or registered now.
    """

    workers: int | None = None
    capital_minor: int | None = None
    sales_minor: int | None = None
    is_new: bool | None = None


class Up(NamedTuple):
    """A figure up to a limit: workers as a number, amounts in whole rupiah. ``below``: the limit itself is outside."""

    figure: Figure
    limit: int
    below: bool = False


class Line(NamedTuple):
    """The first line whose ``ups`` all hold gives the size; a line without any catches what is left."""

    code: str
    size: Size
    ups: tuple[Up, ...] = ()


class Table(NamedTuple):
    """Lines over the same figures; every one of ``needs`` must be known."""

    code: str
    needs: tuple[Figure, ...]
    lines: tuple[Line, ...]


class Regime(NamedTuple):
    """One rule. With two tables the first is by capital, the second by annual sales, and ``choice`` says which counts.

    ``until`` is the last day in force (None: still); ``since`` None: not a rule of law with a day.
    """

    code: str
    version: str
    since: date | None
    until: date | None
    whose: str
    source: str
    confidence: Literal["S", "M"]
    tables: tuple[Table, ...]
    choice: str = ""


def _by(figure: Figure, micro: int, small: int, medium: int) -> Table:
    lines = (
        Line(f"{figure}/micro", "micro", (Up(figure, micro),)),
        Line(f"{figure}/small", "small", (Up(figure, small),)),
        Line(f"{figure}/medium", "medium", (Up(figure, medium),)),
        Line(f"{figure}/large", "large"),
    )
    return Table(figure, (figure,), lines)


_INDUSTRY = Table(
    "workers-investment",
    ("workers", "capital"),
    (
        Line("few-workers/below-1-milyar", "small", (Up("workers", 19), Up("capital", 1 * MILYAR, below=True))),
        Line("few-workers/from-1-milyar", "medium", (Up("workers", 19),)),
        Line("from-20-workers/to-15-milyar", "medium", (Up("capital", 15 * MILYAR),)),
        Line("from-20-workers/over-15-milyar", "large"),
    ),
)

_ALL = (
    Regime("permenperin-64-2016", "2016", date(2016, 7, 1), None, "Kementerian Perindustrian",
           "Permenperin 64/M-IND/PER/7/2016 (the day within July 2016 is unconfirmed)", "S", (_INDUSTRY,)),
    Regime("pp-7-2021", "2021", date(2021, 2, 2), None, "Kementerian UMKM",
           "PP 7/2021 art. 35–36", "S",
           (_by("capital", 1 * MILYAR, 5 * MILYAR, 10 * MILYAR), _by("sales", 2 * MILYAR, 15 * MILYAR, 50 * MILYAR)),
           "capital-at-founding"),
    Regime("bps", "statistics", None, None, "Badan Pusat Statistik",
           "BPS: industry by workers; for statistics, not a right to anything", "S", (_by("workers", 4, 19, 99),)),
    Regime("uu-20-2008", "2008", date(2008, 7, 4), date(2021, 2, 1), "Kementerian Koperasi dan UKM",
           "UU 20/2008 art. 6: net assets or annual sales; capital stands for net assets here", "S",
           (_by("capital", 50 * JUTA, 500 * JUTA, 10 * MILYAR), _by("sales", 300 * JUTA, 2_500 * JUTA, 50 * MILYAR)),
           "either"),
)  # fmt: skip

REGIMES: dict[str, Regime] = {regime.code: regime for regime in _ALL}


class Compared(NamedTuple):
    """A figure against a limit of the deciding line or of one passed on the way; in minor units, workers as a number.

    ``holds``: whether value <= limit (value < limit where ``below``).
    """

    figure: Figure
    value: int
    limit: int
    below: bool
    holds: bool


class SizeResult(NamedTuple):
    """``size`` is "" when a figure is ``missing`` or the regime wasn't in force. ``rule`` is the line that decided
    ("sales/small"), after comparing ``compared``.

    ``why`` says which of two tables counted and why: only-table; new-capital-counts and existing-sales-count (PP 7/2021
    art. 35: capital for founding and registering, sales for what existed); sales-known and sales-unknown (nobody said
    whether it is new: a year's sales show that it existed). ``other_size`` is what the table that did not count gives,
    where it differs; it changes nothing.
    """

    size: Size
    regime: str
    version: str
    rule: str = ""
    missing: tuple[str, ...] = ()
    compared: tuple[Compared, ...] = ()
    why: str = ""
    other_size: Size = ""


def classify(facts: SizeFacts, regime: str, on: date) -> SizeResult:
    """The size of a business by a regime (a key of ``REGIMES``) as of a day; outside its days none ("not-in-force")."""
    rule = REGIMES[regime]
    if not is_in_force(rule, on):
        return SizeResult("", regime, rule.version, why="not-in-force")
    figures = _figures(facts)
    table, why = _counting(rule, facts)
    missing = tuple(figure for figure in table.needs if figures[figure] is None)
    if missing:
        return SizeResult("", regime, rule.version, missing=missing, why=why)
    line, compared = _walk(table, figures)
    other = _other_size(rule, table, figures)
    return SizeResult(
        line.size, regime, rule.version, line.code, (), compared, why, other if other != line.size else ""
    )


def regimes_in_force(on: date) -> tuple[Regime, ...]:
    """The regimes that hold on a day, the industry ministry's first."""
    return tuple(regime for regime in _ALL if is_in_force(regime, on))


def is_in_force(regime: Regime, on: date) -> bool:
    """Whether a regime holds on a day."""
    return (regime.since is None or regime.since <= on) and (regime.until is None or on <= regime.until)


def class_sql(regime: str, what: Literal["size", "rule"] = "size", prefix: str = "") -> str:
    """A CASE over ``workers``, ``capital_minor`` and ``sales_minor``: what ``classify`` says of them with ``is_new``
    unknown; NULL where a figure is missing. ``prefix`` goes before each column ("p."). It does not look at the day.
    """
    rule = REGIMES[regime]
    if len(rule.tables) == 1:
        return _case(rule.tables[0], what, prefix)
    by_capital, by_sales = (_case(table, what, prefix) for table in rule.tables)
    return f"CASE WHEN {prefix}sales_minor IS NULL THEN {by_capital} ELSE {by_sales} END"


def _figures(facts: SizeFacts) -> dict[Figure, int | None]:
    return {"workers": facts.workers, "capital": facts.capital_minor, "sales": facts.sales_minor}


def _counting(rule: Regime, facts: SizeFacts) -> tuple[Table, str]:
    """The table that counts, and why."""
    if len(rule.tables) == 1:
        return rule.tables[0], "only-table"
    by_capital, by_sales = rule.tables
    if facts.is_new is None or rule.choice == "either":
        return (by_capital, "sales-unknown") if facts.sales_minor is None else (by_sales, "sales-known")
    return (by_capital, "new-capital-counts") if facts.is_new else (by_sales, "existing-sales-count")


def _walk(table: Table, figures: dict[Figure, int | None]) -> tuple[Line, tuple[Compared, ...]]:
    compared: dict[tuple[Figure, int, bool], Compared] = {}
    for line in table.lines:
        tests = [_compare(up, figures) for up in line.ups]
        compared.update({(test.figure, test.limit, test.below): test for test in tests})
        if all(test.holds for test in tests):
            return line, tuple(compared.values())
    raise AssertionError("a table's last line catches everything")


def _compare(up: Up, figures: dict[Figure, int | None]) -> Compared:
    value, limit = figures[up.figure], _limit(up)
    assert value is not None, "asked only of figures that are known"
    return Compared(up.figure, value, limit, up.below, value < limit if up.below else value <= limit)


def _limit(up: Up) -> int:
    return up.limit if up.figure == "workers" else up.limit * _MINOR


def _other_size(rule: Regime, counted: Table, figures: dict[Figure, int | None]) -> Size:
    for table in rule.tables:
        if table is not counted and all(figures[figure] is not None for figure in table.needs):
            return _walk(table, figures)[0].size
    return ""


_COLUMNS: dict[Figure, str] = {"workers": "workers", "capital": "capital_minor", "sales": "sales_minor"}


def _case(table: Table, what: Literal["size", "rule"], prefix: str) -> str:
    unknown = " OR ".join(f"{prefix}{_COLUMNS[figure]} IS NULL" for figure in table.needs)
    arms = [f"WHEN {unknown} THEN NULL"]
    for line in table.lines:
        tests = " AND ".join(
            f"{prefix}{_COLUMNS[up.figure]} {'<' if up.below else '<='} {_limit(up)}" for up in line.ups
        )
        arms.append(f"WHEN {tests or 'true'} THEN '{line.size if what == 'size' else line.code}'")
    return f"CASE {' '.join(arms)} END"
