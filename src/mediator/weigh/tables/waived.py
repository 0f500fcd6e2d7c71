"""Exact rows: who is relieved of what, by the merchant's country and size, over the whole population."""

from __future__ import annotations

from math import floor

import numpy as np

from mediator.weigh.answer import WaivedRow
from mediator.weigh.economy.population import Bill, exact_sum
from mediator.weigh.errors import mistrust
from mediator.weigh.merchants import COUNTRIES, SIZE_CLASSES


def waived_rows(option: str, reading: str, bill: Bill) -> list[WaivedRow]:
    """One row a country and size class that has merchants; rupiah are rounded down, but add up before.

    WeighError ``not_conserved`` when the parts don't sum to the whole.
    """
    country, size = bill.keys["country"].astype(int), bill.keys["size_class"].astype(int)
    everyone = np.ones(len(country), np.bool_)
    left = np.array([exact_sum(bill.merchants), *bill.totals(everyone)], dtype=object)
    rows = []
    for place, code in enumerate(COUNTRIES):
        for number, size_class in enumerate(SIZE_CLASSES):
            where = (country == place) & (size == number)
            if not where.any():
                continue
            merchants, (fee, waived) = exact_sum(bill.merchants[where]), bill.totals(where)
            relieved = exact_sum(bill.merchants[where & (bill.waived > 0)])
            left -= np.array([merchants, fee, waived], dtype=object)
            rows.append(WaivedRow(option, reading, code, size_class, merchants, relieved, floor(fee), floor(waived)))
    if left.any():
        raise mistrust("not_conserved", f"{option}: merchants, fees and waived fees by class don't sum to the whole.")
    return rows
