"""The charts of an answer. Each takes the answer and a language and gives the chart and the table that it draws."""

from __future__ import annotations

from collections.abc import Callable

from mediator.weigh.answer import Answer

from ..figures import Language
from ..table import Table
from .effects import net_waterfall, options_compared, sectors, tornado
from .places import province_tiles, provinces
from .theme import Chart, to_svg
from .thresholds import bunching, fan, frontier
from .waived import firms_and_fees, waived_by_origin

__all__ = [
    "CHARTS",
    "Chart",
    "bunching",
    "fan",
    "firms_and_fees",
    "frontier",
    "net_tornado",
    "net_waterfall",
    "options_compared",
    "province_tiles",
    "provinces",
    "sectors",
    "to_svg",
    "tornado",
    "waived_by_origin",
]


def net_tornado(answer: Answer, language: Language) -> tuple[Chart, Table]:
    """What each parameter does to the net for Indonesia."""
    return tornado(answer, language, measure="net")


CHARTS: dict[str, Callable[[Answer, Language], tuple[Chart, Table]]] = {
    "options": options_compared,
    "waived-by-origin": waived_by_origin,
    "firms-and-fees": firms_and_fees,
    "net": net_waterfall,
    "threshold": fan,
    "frontier": frontier,
    "tornado-sales": tornado,
    "tornado-net": net_tornado,
    "sectors": sectors,
    "provinces": provinces,
    "province-tiles": province_tiles,
    "at-threshold": bunching,
}
"""Every chart by the name of its table, in the order in which the report shows them."""
