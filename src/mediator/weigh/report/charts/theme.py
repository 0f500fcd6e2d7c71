"""How every chart looks, in one place, and how one becomes SVG on this machine alone.

Colours differ in lightness as well as in hue, so that they hold for colour-blind eyes and in black and white print.
Liberation Sans lies inside vl-convert; Arial has the same widths where a browser lacks it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import altair as alt
import vl_convert

from ..figures import MINUS, Language, scale_of
from ..table import Table

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
INK = "#1d2b33"
MUTED = "#5c6b73"
PAPER = "#ffffff"
INDONESIA, CHINA, OTHER = "#7b1e2b", "#d9962f", "#bfd3df"
GAIN, LOSS, TOTAL = "#1c6e73", "#d9773b", "#42525b"
SHADES = ("#f0d9b0", "#d9962f", "#98552a", "#4a2320")
"""Four steps from light to dark, for sizes from micro to large."""
SERIES = ("#1c6e73", "#d9962f", "#7b1e2b", "#8aa9bb")

COLOURS = {
    "ink": INK,
    "muted": MUTED,
    "indonesia": INDONESIA,
    "china": CHINA,
    "other": OTHER,
    "gain": GAIN,
    "loss": LOSS,
    "total": TOTAL,
}
"""Colours by role: a page may give each another value in the dark."""

WIDTH = 460
"""Of a chart in pixels, axes and all, unless asked otherwise: two fit beside each other on a desk, one on a phone."""

_LOCALE: dict[Language, dict[str, Any]] = {
    "id": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["Rp ", ""], "minus": MINUS},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["Rp ", ""], "minus": MINUS},
}

Chart = alt.Chart | alt.LayerChart
_FIT = alt.AutoSizeParams(type="fit", contains="padding")
"""Axes, titles and legends lie within the width and height that are asked for."""


def data_of(table: Table, rows: Sequence[dict[str, Any]] | None = None) -> alt.Data:
    """A table's rows, as a chart draws them."""
    return inline(table.records() if rows is None else rows)


def inline(rows: Sequence[dict[str, Any]]) -> alt.Data:
    """Rows that lie in the chart itself."""
    return alt.Data(values=list(rows))  # type: ignore[no-untyped-call]


def in_unit(language: Language, values: Sequence[float]) -> tuple[float, str]:
    """The unit that fits an axis of rupiah, and the axis's title."""
    scale, words = scale_of(*values)
    unit = f"Rp {words[language]}".strip()
    return scale, unit + {"id": " setahun", "en": " a year"}[language]


def styled(chart: Chart, title: str, language: Language, width: int, height: int, subtitle: str = "") -> Chart:
    """A chart with its finding as title, of a width and height that hold everything in."""
    head = alt.TitleParams(
        text=wrapped(title, width, 6.9),
        subtitle=wrapped(subtitle, width, 5.9) if subtitle else [],
    )
    done: Chart = (
        chart.properties(title=head, width=width, height=height, autosize=_FIT)
        .configure(font=FONT, background="transparent", padding={"left": 4, "top": 4, "right": 8, "bottom": 8})
        .configure_view(stroke=None)
        .configure_title(
            anchor="start", frame="bounds", fontSize=13.5, fontWeight="bold", color=INK, lineHeight=17, offset=10,
            subtitleColor=MUTED, subtitleFontSize=11.5, subtitleLineHeight=15, subtitlePadding=4,
        )
        .configure_axis(
            labelColor=INK, titleColor=MUTED, labelFontSize=11.5, titleFontSize=11.5, titleFontWeight="normal",
            gridColor=MUTED, gridOpacity=0.18, domainColor=MUTED, tickColor=MUTED, domainOpacity=0.5, labelLimit=230,
        )
        .configure_axisY(domain=False, ticks=False, labelPadding=6)
        .configure_legend(
            orient="top", direction="horizontal", labelColor=INK, titleColor=MUTED, labelFontSize=11.5,
            titleFontSize=11.5, titleFontWeight="normal", symbolSize=90, labelLimit=260, padding=0, offset=6,
            symbolBaseFillColor=INK,
            columnPadding=12, rowPadding=3,
        )
        .configure_text(color=INK, fontSize=11.5)
        .configure_rule(color=INK)
    )  # fmt: skip
    return done


def wrapped(text: str, width: int, letter: float) -> list[str]:
    """A text in lines that fit a width, at about ``letter`` pixels a letter; SVG breaks no lines itself."""
    most = max(12, int((width - 12) / letter))
    lines: list[str] = []
    for word in text.split(" "):
        if lines and len(lines[-1]) + 1 + len(word) <= most:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines


def to_svg(chart: Chart, language: Language) -> str:
    """A chart as SVG, drawn here: no address is allowed, and none is needed."""
    svg = vl_convert.vegalite_to_svg(
        chart.to_dict(validate=False), format_locale=_LOCALE[language], allowed_base_urls=[], show_warnings=False
    )
    return re.sub(r"^<svg [^>]*viewBox", '<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox', svg, count=1)
