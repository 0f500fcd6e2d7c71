"""Measures of a country's trade in each product of a set, worked out at once and kept.

The world is what the set holds: totals that the source gives (``wld``), else the sum of those that reported; a set of
one country has no world, and its advantage is not known. Codes of one length are one list: chapters and their goods
in one file are never added up together.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from django.db import connection

from mediator.ikm.strength import trade
from mediator.ikm.strength.gap import to_bp
from mediator.ikm.strength.models import SectorFigure
from mediator.ikm.strength.trade_file import WORLD

SUMS = """
SELECT code,
       sum(value) FILTER (WHERE flow = 'export' AND country = %(country)s),
       sum(value) FILTER (WHERE flow = 'import' AND country = %(country)s),
       sum(value) FILTER (WHERE flow = 'output' AND country = %(country)s),
       sum(value) FILTER (WHERE flow = 'export' AND country <> %(world)s),
       sum(value) FILTER (WHERE flow = 'import' AND country <> %(world)s),
       sum(value) FILTER (WHERE flow = 'export' AND country = %(world)s),
       sum(value) FILTER (WHERE flow = 'import' AND country = %(world)s)
FROM ikm_trade_row WHERE trade_set_id = %(set)s GROUP BY code ORDER BY length(code), code
"""
REPORTERS = """
SELECT flow, count(DISTINCT country) FILTER (WHERE country <> %s), bool_or(country = %s)
FROM ikm_trade_row WHERE trade_set_id = %s AND flow IN ('export', 'import') GROUP BY flow
"""
QUANTITIES = """
SELECT code, flow, value, quantity, unit FROM ikm_trade_row
WHERE trade_set_id = %s AND country = %s AND quantity > 0 AND value > 0 AND unit <> ''
"""
LEAST_WORLD = 2
"""Fewer countries are no world to compare with."""


class Totals(NamedTuple):
    """Whose total is the world's for each flow: ``given``, ``summed`` or ``none``."""

    exports: str
    imports: str


def work_out(trade_set: UUID, countries: Iterable[str]) -> int:
    """Work out the figures of a set anew, for those countries and those it had figures of; says how many were made."""
    known = _known(trade_set)
    SectorFigure.objects.filter(trade_set=trade_set).delete()
    return _make(trade_set, [*known, *(country for country in countries if country not in known)])


def add_missing(trade_set: UUID, countries: Iterable[str]) -> int:
    """Work out the figures of those countries that the set has none of yet; says how many were made."""
    known = _known(trade_set)
    return _make(trade_set, [country for country in countries if country not in known])


def _known(trade_set: UUID) -> list[str]:
    return list(SectorFigure.objects.filter(trade_set=trade_set).values_list("country", flat=True).distinct())


def _make(trade_set: UUID, countries: Iterable[str]) -> int:
    made: list[SectorFigure] = []
    with connection.cursor() as cursor:
        totals = _totals(cursor, trade_set)
        for country in dict.fromkeys(countries):
            cursor.execute(SUMS, {"set": trade_set, "country": country, "world": WORLD})
            rows = cursor.fetchall()
            cursor.execute(QUANTITIES, [trade_set, country])
            worth = _unit_values(cursor.fetchall())
            for _, level in groupby(rows, key=lambda row: len(row[0])):
                made += _of_level(list(level), trade_set, country, totals, worth)
    SectorFigure.objects.bulk_create(made, batch_size=2_000)
    return len(made)


def _totals(cursor: Any, trade_set: UUID) -> Totals:
    cursor.execute(REPORTERS, [WORLD, WORLD, trade_set])
    told = {
        flow: "given" if is_given else "summed" if count >= LEAST_WORLD else "none"
        for flow, count, is_given in cursor.fetchall()
    }
    return Totals(told.get("export", "none"), told.get("import", "none"))


def _of_level(
    rows: list[tuple[Any, ...]], trade_set: UUID, country: str, totals: Totals, worth: dict[str, tuple[int, str]]
) -> list[SectorFigure]:
    """Figures of all products whose codes are of one length; those the country reported nothing of have none."""
    known = np.array([[np.nan if cell is None else float(cell) for cell in row[1:]] for row in rows])
    exports, imports, output, x_summed, m_summed, x_given, m_given = known.T
    rxa = _advantage(exports, {"given": x_given, "summed": x_summed}.get(totals.exports))
    rma = _advantage(imports, {"given": m_given, "summed": m_summed}.get(totals.imports))
    columns = {
        "exports": exports,
        "imports": imports,
        "output": output,
        "rca": rxa,
        "rsca": trade.rsca(rxa),
        "ln_rca": trade.ln_rca(rxa),
        "rma": rma,
        "rta": trade.vollrath_rta(rxa, rma),
        "michaely": trade.michaely(exports, _total(exports), imports, _total(imports)),
        "lafay": trade.lafay(exports, imports),
        "balance": trade.trade_balance_index(exports, imports),
        "penetration": trade.import_penetration(output, exports, imports),
    }
    found = []
    for n, row in enumerate(rows):
        if row[1] is None and row[2] is None and row[3] is None:
            continue
        told = {name: None if np.isnan(column[n]) else float(column[n]) for name, column in columns.items()}
        ratio, flow = worth.get(row[0], (None, ""))
        found.append(
            SectorFigure(
                trade_set_id=trade_set,
                country=country,
                code=row[0],
                unit_value_ratio_bp=ratio,
                unit_value_of=flow,
                **told,
            )
        )
    return found


def _advantage(flows: trade.Floats, world: trade.Floats | None) -> trade.Floats:
    if world is None:
        return np.full(flows.shape, np.nan)
    return trade.balassa_rca(flows, _total(flows), world, _total(world))


def _total(flows: trade.Floats) -> trade.Floats:
    return np.asarray(np.nan if np.isnan(flows).all() else np.nansum(flows))


def _unit_values(rows: list[tuple[Any, ...]]) -> dict[str, tuple[int, str]]:
    """Per product: unit value here over that of imports in basis points, and of which flow; only in the same unit."""
    flows = {(code, flow): (value, quantity, unit) for code, flow, value, quantity, unit in rows}
    found: dict[str, tuple[int, str]] = {}
    for code, flow in flows:
        if flow != "import":
            continue
        value, quantity, unit = flows[code, "import"]
        own = next((each for each in ("output", "export") if flows.get((code, each), ("", "", ""))[2] == unit), None)
        if own:
            own_value, own_quantity, _ = flows[code, own]
            ratio = trade.unit_value_ratio(*(_scaled(each) for each in (own_value, own_quantity, value, quantity)))
            assert ratio is not None
            found[code] = (to_bp(ratio), own)
    return found


def _scaled(number: Any) -> int:
    """A decimal of at most three places as a whole number of thousandths; the ratio does not mind."""
    return int(number * 1_000)
