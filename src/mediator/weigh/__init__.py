"""Weighing: what a fee policy would do to a whole economy, before anyone adopts it.

    from mediator.weigh import shipped_scenario, weigh

    answer = weigh(shipped_scenario("alipay-2017"))
    answer.effect("equal").measures["net"]

The policies are those that charge live deals; ``price`` and the vectorised form agree to the last rupiah. Modules
under here read no settings, no clock and no database. What is imported here is loaded when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .answer import Answer, Range
    from .cells.engine import duckdb_cells
    from .charge import Reading, charge_year, read_as, readings_of, with_threshold
    from .errors import WeighError
    from .merchants import Merchants
    from .parameters import Parameters
    from .population import chunks, load_population, synthesise
    from .population.microdata import read_microdata
    from .report import brief_pdf, html_report, to_json
    from .run import weigh
    from .scenario import Scenario, load_scenario, parse_scenario, shipped_scenario, shipped_scenarios

_PLACES = {
    "answer": ("Answer", "Range"),
    "cells.engine": ("duckdb_cells",),
    "charge": ("Reading", "charge_year", "read_as", "readings_of", "with_threshold"),
    "errors": ("WeighError",),
    "merchants": ("Merchants",),
    "parameters": ("Parameters",),
    "population": ("chunks", "load_population", "synthesise"),
    "population.microdata": ("read_microdata",),
    "report": ("brief_pdf", "html_report", "to_json"),
    "run": ("weigh",),
    "scenario": ("Scenario", "load_scenario", "parse_scenario", "shipped_scenario", "shipped_scenarios"),
}

__all__ = [
    "Answer",
    "Merchants",
    "Parameters",
    "Range",
    "Reading",
    "Scenario",
    "WeighError",
    "brief_pdf",
    "charge_year",
    "chunks",
    "duckdb_cells",
    "html_report",
    "load_population",
    "load_scenario",
    "parse_scenario",
    "read_as",
    "read_microdata",
    "readings_of",
    "shipped_scenario",
    "shipped_scenarios",
    "synthesise",
    "to_json",
    "weigh",
    "with_threshold",
]


def __getattr__(name: str) -> Any:
    """Load a name's module when it is asked for, so that ``mediator weigh --list`` doesn't wait for SciPy."""
    for module, names in _PLACES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
