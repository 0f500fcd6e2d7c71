"""Which of the things that are uncertain move the answer most, one at a time."""

from __future__ import annotations

from mediator.policy import Policy
from mediator.weigh.answer import TornadoRow
from mediator.weigh.economy.drawn import one_at_a_time
from mediator.weigh.economy.ground import Ground
from mediator.weigh.economy.montecarlo import outcome
from mediator.weigh.parameters import GLOBAL, Parameters
from mediator.weigh.vocabulary import SECTORS

QUANTILES = (0.1, 0.9)

JOINT = {
    "weight": ("bagian belanja tiap sektor", "each sector's share of spending"),
    "import_share": ("bagian barang impor, semua sektor", "share of imported goods, all sectors"),
    "sigma_m": ("elastisitas antarasal impor, semua sektor", "elasticity among imports, all sectors"),
    "sigma": ("elastisitas domestik-impor, semua sektor", "elasticity between domestic and imported, all sectors"),
    "duty": ("bea masuk, semua sektor", "import duty, all sectors"),
    "population.ID": ("seberapa besar usaha terbesar Indonesia", "how large Indonesia's largest merchants are"),
    "population.CN": ("sebaran omzet penjual China", "how unequal China's sellers are"),
}


def tornado(ground: Ground, baseline: Policy, policy: Policy, parameters: Parameters) -> tuple[TornadoRow, ...]:
    """One row a parameter: the net and domestic sales with it at its P10 and its P90; the widest swing first."""
    names, drawn = one_at_a_time(parameters, QUANTILES)
    found = outcome(ground, drawn, baseline, policy).total()
    rows = []
    for place, name in enumerate(names):
        low, high = 2 * place, 2 * place + 1
        meaning_id, meaning_en, unit = _words(name, parameters)
        values = drawn.values.get(name)
        rows.append(
            TornadoRow(
                name,
                meaning_id,
                meaning_en,
                unit,
                float(values[low].mean()) if values is not None else 0.0,
                float(values[high].mean()) if values is not None else 2.0,
                float(found["net"][low]),
                float(found["net"][high]),
                float(found["sales_domestic"][low]),
                float(found["sales_domestic"][high]),
            )
        )
    return tuple(sorted(rows, key=lambda row: -abs(row.net_high - row.net_low)))


def _words(name: str, parameters: Parameters) -> tuple[str, str, str]:
    if name in GLOBAL:
        entry = parameters[name]
        return entry.arti, entry.meaning, entry.unit
    unit = "" if name.startswith("population") else parameters[f"{SECTORS[0]}.{name}"].unit
    return (*JOINT[name], unit)
