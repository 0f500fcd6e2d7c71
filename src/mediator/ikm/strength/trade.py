"""Measures of a sector's trade: revealed advantage, balance, import penetration, unit values.

X exports, M imports, Y output; i the country, j a product, t all products, w the world. Values of one measure are in
one unit of money. NaN means *not known* and stays so: an unreported flow is never 0, and a measure that lacks a part
of its formula is not known. Everything takes arrays of one shape (or scalars) and gives arrays.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Values = npt.ArrayLike
NOT_KNOWN = float("nan")


def balassa_rca(x_ij: Values, x_it: Values, x_wj: Values, x_wt: Values) -> Floats:
    """(Xij / Xit) / (Xwj / Xwt); above 1: advantage. Source: Balassa 1965, by dictionarycentral and
    economiccomplexity."""
    return _ratio(_ratio(x_ij, x_it), _ratio(x_wj, x_wt))


def rca_table(flows: Values) -> Floats:
    """``balassa_rca`` for a whole table, a row a country and a column a product; also of imports (Vollrath's RMA).

    The world is the sum of what was reported: whoever did not report is not in it.
    """
    table = _floats(flows)
    of_country, of_product = _known_sum(table, 1)[:, None], _known_sum(table, 0)[None, :]
    return balassa_rca(table, of_country, of_product, _known_sum(table.reshape(-1), 0))


def rsca(rca: Values) -> Floats:
    """(RCA - 1) / (RCA + 1), in [-1, 1]. Source: world-economics 891."""
    known = _floats(rca)
    return _ratio(known - 1, known + 1)


def ln_rca(rca: Values) -> Floats:
    """ln RCA; of 0 there is none (not known, never minus infinity). Source: world-economics 891."""
    known = _floats(rca)
    return np.log(np.where(known > 0, known, NOT_KNOWN))


def vollrath_rta(rxa: Values, rma: Values) -> Floats:
    """RXA - RMA: the advantage in exports less that in imports. Source: Vollrath, by world-economics."""
    return np.asarray(_floats(rxa) - _floats(rma))


def vollrath_rc(rxa: Values, rma: Values) -> Floats:
    """ln RXA - ln RMA. Source: Vollrath, by world-economics."""
    return np.asarray(ln_rca(rxa) - ln_rca(rma))


def michaely(x_ij: Values, x_it: Values, m_ij: Values, m_it: Values) -> Floats:
    """Xij / Xit - Mij / Mit, in [-1, 1]. Source: Michaely, by world-economics."""
    return np.asarray(_ratio(x_ij, x_it) - _ratio(m_ij, m_it))


def lafay(x: Values, m: Values) -> Floats:
    """100 [(Xj - Mj) / (Xj + Mj) - S(X - M) / S(X + M)] (Xj + Mj) / S(X + M); its sum over all j is 0.

    Source: Lafay 1992, by dictionarycentral. Both sums run over the products whose two flows are known. Multiplied out,
    so that a product without any trade gets 0 as the formula's limit says, not 0 / 0.
    """
    exports, imports = _floats(x), _floats(m)
    balance, trade = exports - imports, exports + imports
    all_trade = _known_sum(trade.reshape(-1), 0)
    return 100 * (
        _ratio(balance, all_trade) - _ratio(_known_sum(balance.reshape(-1), 0), all_trade) * _ratio(trade, all_trade)
    )


def trade_balance_index(x: Values, m: Values) -> Floats:
    """(X - M) / (X + M), in [-1, 1] (TBI, in Indonesia ISP): -1 only imported, 1 only exported."""
    exports, imports = _floats(x), _floats(m)
    return _ratio(exports - imports, exports + imports)


def import_penetration(y: Values, x: Values, m: Values) -> Floats:
    """M / (Y - X + M), imports over apparent consumption. Source: OECD, by encyclopedia.com and investorwords.

    Not known where consumption comes out at 0 or below (goods that only pass through): there the measure says nothing.
    """
    output, exports, imports = _floats(y), _floats(x), _floats(m)
    return _ratio(imports, output - exports + imports)


def unit_value(value: Values, quantity: Values) -> Floats:
    """Value / quantity, of flows in one unit of quantity."""
    return _ratio(value, quantity)


def unit_value_ratio(
    value_here: int | None, quantity_here: int | None, value_import: int | None, quantity_import: int | None
) -> Fraction | None:
    """(V / Q) of what is made here over (V / Q) of imports, exactly; None where a part is not known or 0."""
    if not value_here or not quantity_here or not value_import or not quantity_import:
        return None
    return Fraction(value_here, quantity_here) / Fraction(value_import, quantity_import)


def quality_class(ratio: Fraction | None, band_bp: int) -> str | None:
    """``horizontal`` within 1 +- band, edges included; else ``vertical_above`` or ``vertical_below``; None: not known.

    Source: Greenaway, Hine and Milner, from memory (unconfirmed); a unit value is a poor measure of quality (CASE 393).
    """
    if ratio is None:
        return None
    band = Fraction(band_bp, 10_000)
    if ratio > 1 + band:
        return "vertical_above"
    return "vertical_below" if ratio < 1 - band else "horizontal"


def _floats(values: Values) -> Floats:
    return np.asarray(values, dtype=np.float64)


def _ratio(part: Values, whole: Values) -> Floats:
    """``part / whole`` where the whole is above 0, else not known."""
    over, under = np.broadcast_arrays(_floats(part), _floats(whole))
    found = np.full(over.shape, NOT_KNOWN)
    np.divide(over, under, out=found, where=under > 0)
    return found


def _known_sum(values: Floats, axis: int) -> Floats:
    """The sum of what is known along an axis; not known where nothing is."""
    known = ~np.isnan(values)
    return np.where(known.any(axis=axis), np.where(known, values, 0.0).sum(axis=axis), NOT_KNOWN)
