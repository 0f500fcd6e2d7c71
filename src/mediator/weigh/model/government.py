"""What the state takes in: value added tax (PPN), import duty, income tax.

Values of sales are what buyers pay, so a tax at rate t that is charged is t / (1 + t) of them. Fees are quoted before
PPN, so theirs is t of the fee.
"""

from __future__ import annotations

import numpy as np

from .checks import Floats, Values, array


def vat_on_goods(sales_change: Values, rate: Values, coverage: Values) -> Floats:
    """PPN on goods, in the unit of sales: coverage x t / (1 + t) x change of sales.

    ``coverage``: the share of those sales on which PPN is charged and paid over. Identity of a tax inside the price
    (UU 42/2009 art. 7-8; UU 7/2021 art. 4).
    """
    return array(sales_change) * array(coverage) * inside(rate)


def vat_on_fees(fee_change: Values, rate: Values) -> Floats:
    """PPN on fees, in the unit of fees: t x change of fees. A fee waived is a tax base lost.

    It overstates the loss by what registered merchants would have credited against their own PPN. Identity.
    """
    return array(fee_change) * array(rate)


def import_duty(sales_change: Values, rate: Values, share_paying: Values) -> Floats:
    """Duty, in the unit of sales: lambda x tau / (1 + tau) x change of sales of imported goods.

    ``share_paying``: what part of the sales' value passes customs with duty paid, after de minimis and after retail
    margins. Identity of an ad valorem duty inside the price.
    """
    return array(sales_change) * array(share_paying) * inside(rate)


def turnover_tax(turnover_change: Values, rate: Values, compliance: Values) -> Floats:
    """Final income tax on turnover (PP 46/2013, PP 23/2018, PP 55/2022): rate x compliance x change of turnover."""
    return array(turnover_change) * array(rate) * array(compliance)


def profit_tax(profit_change: Values, rate: Values, compliance: Values) -> Floats:
    """Income tax on profit: rate x compliance x change of profit. For merchants above the final tax's limit."""
    return array(profit_change) * array(rate) * array(compliance)


def inside(rate: Values) -> Floats:
    """The part of a price, tax included, that is the tax: t / (1 + t). Identity."""
    return array(rate) / (1 + array(rate))


def landed_cost_rp(
    price_usd: Values, rupiah_per_usd: Values, duty: Values, vat: Values, duty_free_usd: Values
) -> Floats:
    """What a parcel costs on arrival, rupiah: price x (1 + duty if above the free value) x (1 + PPN).

    Duty is due on the whole price once it passes ``duty_free_usd``, so the cost jumps there. Source: the construction
    of PMK 199/2019 (US$ 3, 7.5 %, no income tax at import), known second-hand.
    """
    price = array(price_usd)
    charged = np.where(price > array(duty_free_usd), array(duty), 0.0)
    return np.asarray(price * array(rupiah_per_usd) * (1 + charged) * (1 + array(vat)))
