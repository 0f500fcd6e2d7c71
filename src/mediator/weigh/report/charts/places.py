"""Charts of the provinces: the ends of the ranking, and all of them as tiles."""

from __future__ import annotations

import altair as alt

from mediator.weigh.answer import Answer, ProvinceRow

from ..figures import Language
from ..table import Column, Table, table
from ..tiles import TILES
from ..words import Text
from .effects import count_title, signed_bars
from .theme import FONT, GAIN, INK, LOSS, WIDTH, Chart, data_of, in_unit, styled

ENDS = 6
"""How many provinces are shown from the top and from the bottom."""


def ranked(answer: Answer) -> list[ProvinceRow]:
    """The provinces for the option in focus, by producers' sales, the most gained first."""
    rows = [row for row in answer.provinces if row.option == answer.focus]
    return sorted(rows, key=lambda row: (-row.sales_domestic, row.province))


def provinces(answer: Answer, language: Language, width: int = WIDTH, height: int = 330) -> tuple[Chart, Table]:
    """The provinces that gain most and least."""
    rows = ranked(answer)
    ends = rows if len(rows) <= 2 * ENDS else rows[:ENDS] + rows[-ENDS:]
    drawn = _table("provinces", rows, ends, language)
    subtitle = Text(
        f"{len(ends)} dari {len(rows)} provinsi: yang paling naik dan paling turun",
        f"{len(ends)} of {len(rows)} provinces: those that gain and lose most",
    ).say(language)
    return styled(signed_bars(drawn, "name", language), drawn.title, language, width, height, subtitle), drawn


def province_tiles(answer: Answer, language: Language, width: int = WIDTH, height: int = 300) -> tuple[Chart, Table]:
    """Every province as a tile, coloured by what its producers' sales gain or lose."""
    rows = [row for row in ranked(answer) if row.province in TILES]
    drawn = _table("province-tiles", rows, rows, language)
    titled = Text(
        "Perubahan penjualan produsen, menurut provinsi",
        "Change of producers' sales, by province",
    ).say(language)
    records = [
        record | {"column": tile.column, "line": tile.row, "short": tile.short}
        for row, record in zip(rows, drawn.records(), strict=True)
        for tile in [TILES[row.province]]
    ]
    scale, axis = in_unit(language, [float(record["sales_domestic"] or 0) for record in records])
    most = max((abs(float(record["sales_domestic"] or 0)) for record in records), default=0.0) / scale or 1.0
    base = (
        alt.Chart(data_of(drawn, records))
        .transform_calculate(
            v=f"datum.sales_domestic / {scale}", right="datum.column + 0.94", below="datum.line + 0.9",
            middle="datum.column + 0.47", centre="datum.line + 0.47",
        )
        .encode(
            x=alt.X("column:Q", axis=None, scale=alt.Scale(domain=[0, 16], nice=False)),
            y=alt.Y("line:Q", axis=None, scale=alt.Scale(domain=[0, 8], reverse=True, nice=False)),
        )
    )  # fmt: skip
    tiles = base.mark_rect(cornerRadius=2, stroke=INK, strokeWidth=0.4).encode(
        x2="right:Q",
        y2="below:Q",
        color=alt.Color(
            "v:Q",
            title=axis,
            scale=alt.Scale(domain=[-most, 0, most], range=[LOSS, "#f4f1ea", GAIN]),
            legend=alt.Legend(gradientLength=180, gradientThickness=9, tickCount=3),
        ),
    )
    names = base.mark_text(font=FONT, fontSize=7.6).encode(
        x="middle:Q",
        y="centre:Q",
        text="short:N",
        color=alt.condition(f"datum.v > {0.55 * most}", alt.value("#ffffff"), alt.value("#1d2b34")),
    )
    return styled(tiles + names, titled, language, width, height), drawn


def _table(name: str, every: list[ProvinceRow], rows: list[ProvinceRow], language: Language) -> Table:
    falling = sum(row.sales_domestic < 0 for row in every)
    return table(
        name,
        count_title(len(every) - falling, falling, Text("provinsi", "provinces"), language),
        (
            Column("name", Text("Provinsi", "Province").say(language)),
            Column("code", Text("Nomor", "Number").say(language)),
            Column("sales_domestic", Text("Penjualan produsen", "Producers' sales").say(language), "change"),
            Column("profit", Text("Laba", "Profit").say(language), "change"),
            Column("waived", Text("Dibebaskan", "Waived").say(language), "rupiah"),
            Column("merchants", Text("Usaha daring", "Online merchants").say(language), "count"),
        ),
        [
            (
                row.name, row.province, row.sales_domestic, row.profit, row.waived, row.merchants,
            )
            for row in rows
        ],
    )  # fmt: skip
