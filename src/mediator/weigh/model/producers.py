"""What merchants earn on their sales before and after a fee changes."""

from __future__ import annotations

from .checks import Floats, Values, array, require_positive, require_share


def profit_before(margin: Values, sales: Values, fee: Values) -> Floats:
    """Profit at old prices, in the unit of sales: pi0 = m X0 (1 - f0).

    ``margin``: profit as a fraction of what a merchant keeps after the fee. Accounting identity.
    """
    net = require_share(margin, "parameter_out_of_range", "A profit margin")
    return net * array(sales) * (1 - require_share(fee, "fee_out_of_range", "A fee"))


def unit_cost(margin: Values, fee_before: Values) -> Floats:
    """What a unit costs its merchant, per unit of its old price: c = (1 - m)(1 - f0). Accounting identity."""
    net = require_share(margin, "parameter_out_of_range", "A profit margin")
    return (1 - net) * (1 - require_share(fee_before, "fee_out_of_range", "A fee"))


def profit_after(margin: Values, fee_before: Values, fee_after: Values, price: Values, sales_after: Values) -> Floats:
    """Profit at new prices, in the unit of sales: pi1 = X1 (1 - f1) - c X1 / p.

    ``price`` is new/old, so X1 / p are the units sold, in old prices; a unit costs what it did. Accounting identity.
    """
    ratio = require_positive(price, "price_not_positive", "A price")
    kept = 1 - require_share(fee_after, "fee_out_of_range", "A fee")
    return array(sales_after) * (kept - unit_cost(margin, fee_before) / ratio)


def profit_change(
    margin: Values, sales_before: Values, fee_before: Values, sales_after: Values, fee_after: Values, price: Values
) -> Floats:
    """What merchants gain, in the unit of sales: pi1 - pi0. For Indonesia only its own merchants' counts."""
    after = profit_after(margin, fee_before, fee_after, price, sales_after)
    return after - profit_before(margin, sales_before, fee_before)
