"""Charts of who gets the waived fees: exact sums over the population, in whole rupiah."""

from __future__ import annotations

import altair as alt

from mediator.weigh.answer import Answer, WaivedRow
from mediator.weigh.merchants import COUNTRIES, SIZE_CLASSES

from ..figures import Language, rupiah, share
from ..findings import focus_effect, focus_option
from ..table import Column, Table, table
from ..words import COUNTRY, SIZE, Text, option_title, word
from .theme import CHINA, INDONESIA, OTHER, SHADES, WIDTH, Chart, data_of, in_unit, styled

_BY_COUNTRY = {"ID": INDONESIA, "CN": CHINA, "ZZ": OTHER}


def shown_rows(answer: Answer) -> tuple[WaivedRow, ...]:
    """The rows of the option in focus under the reading that is shown."""
    key = focus_effect(answer).reading.key
    return tuple(row for row in answer.waived if (row.option, row.reading) == (answer.focus, key))


def waived_by_origin(answer: Answer, language: Language, width: int = WIDTH, height: int = 200) -> tuple[Chart, Table]:
    """Waived rupiah by the merchant's country, stacked by size class."""
    rows = shown_rows(answer)
    columns = (
        Column("country", Text("Asal pedagang", "Merchant from").say(language)),
        Column("size", Text("Ukuran", "Size").say(language)),
        Column("waived_rp", Text("Dibebaskan", "Waived").say(language), "rupiah"),
        Column("fee_rp", Text("Biaya sebelumnya", "Fee before").say(language), "rupiah"),
        Column("relieved", Text("Usaha yang dibebaskan", "Merchants relieved").say(language), "count"),
        Column("merchants", Text("Usaha", "Merchants").say(language), "count"),
    )
    places = {code: place for place, code in enumerate((*COUNTRIES, *SIZE_CLASSES))}
    drawn = table(
        "waived-by-origin",
        _waived_title(rows, language),
        columns,
        [
            (
                word(COUNTRY, row.country, language),
                word(SIZE, row.size_class, language),
                row.waived_rp,
                row.fee_rp,
                row.relieved,
                row.merchants,
            )
            for row in sorted(rows, key=lambda row: (places[row.country], places[row.size_class]))
        ],
    )
    totals = [sum(row.waived_rp for row in rows if row.country == code) for code in COUNTRIES]
    scale, axis = in_unit(language, totals)
    sizes = [SIZE[code].say(language) for code in SIZE_CLASSES]
    bars = (
        alt.Chart(data_of(drawn))
        .transform_calculate(x=f"datum.waived_rp / {scale}", order=f"indexof({sizes}, datum.size)")
        .mark_bar(stroke="white", strokeWidth=0.6)
        .encode(
            x=alt.X("x:Q", title=axis, axis=alt.Axis(tickCount=5)),
            y=alt.Y("country:N", title=None, sort=[COUNTRY[code].say(language) for code in COUNTRIES]),
            color=alt.Color("size:N", title=None, scale=alt.Scale(domain=sizes, range=list(SHADES))),
            order="order:Q",
        )
    )
    subtitle = option_title(focus_option(answer), language)
    if not any(row.country == "ZZ" for row in rows):
        subtitle += Text(
            "; tanpa negara lain, yang pedagangnya tidak ada di populasi",
            "; without other countries, whose merchants are not in the population",
        ).say(language)
    return styled(bars, drawn.title, language, width, height, subtitle), drawn


def firms_and_fees(answer: Answer, language: Language, width: int = WIDTH, height: int = 210) -> tuple[Chart, Table]:
    """By country: what part of the relieved merchants, and what part of the waived rupiah."""
    rows = shown_rows(answer)
    relieved = {code: sum(row.relieved for row in rows if row.country == code) for code in COUNTRIES}
    waived = {code: sum(row.waived_rp for row in rows if row.country == code) for code in COUNTRIES}
    firms = Text("usaha yang dibebaskan", "merchants relieved").say(language)
    fees = Text("rupiah yang dibebaskan", "rupiah waived").say(language)
    parts = [(code, kind, of) for code in COUNTRIES for kind, of in ((firms, relieved), (fees, waived))]
    drawn = table(
        "firms-and-fees",
        _paired_title(relieved, waived, language),
        (
            Column("country", Text("Asal pedagang", "Merchant from").say(language)),
            Column("kind", Text("Bagian dari", "Share of").say(language)),
            Column("percent", Text("Persen", "Per cent").say(language), "percent"),
        ),
        [
            (word(COUNTRY, code, language), kind, 100 * of[code] / sum(of.values()) if sum(of.values()) else 0.0)
            for code, kind, of in parts
        ],
    )
    base = alt.Chart(data_of(drawn)).encode(
        y=alt.Y("country:N", title=None, sort=[COUNTRY[code].say(language) for code in COUNTRIES]),
        yOffset=alt.YOffset("kind:N", sort=[firms, fees]),
    )
    bars = base.mark_bar().encode(
        x=alt.X("percent:Q", title="%", scale=alt.Scale(domain=[0, 110]), axis=alt.Axis(values=[0, 25, 50, 75, 100])),
        color=alt.Color(
            "kind:N", title=None, sort=[firms, fees], scale=alt.Scale(domain=[firms, fees], range=[OTHER, INDONESIA])
        ),
    )
    labels = base.mark_text(align="left", dx=4).encode(x="percent:Q", text=alt.Text("percent:Q", format=".1f"))
    return styled(bars + labels, drawn.title, language, width, height), drawn


def _waived_title(rows: tuple[WaivedRow, ...], language: Language) -> str:
    total = sum(row.waived_rp for row in rows)
    if total == 0:
        return Text("Tidak ada biaya yang dibebaskan", "No fee is waived").say(language)
    by_country = {code: sum(row.waived_rp for row in rows if row.country == code) for code in COUNTRIES}
    most = max(by_country, key=lambda code: by_country[code])
    part, name = share(by_country[most], total, language), word(COUNTRY, most, language)
    amount = rupiah(total, language)
    if {row.country for row in rows} == {"ID", "CN"}:
        return Text(
            f"Di antara Indonesia dan Tiongkok, {part} dari {amount} jatuh ke {name}",
            f"Of {amount} waived for Indonesia and China, {part} goes to {name}",
        ).say(language)
    return Text(
        f"{part} dari {amount} yang dibebaskan jatuh ke pedagang {name if most != 'ZZ' else 'negara lain'}",
        f"{part} of {amount} waived goes to merchants of {name if most != 'ZZ' else 'other countries'}",
    ).say(language)


def _paired_title(relieved: dict[str, int], waived: dict[str, int], language: Language) -> str:
    firms, fees = sum(relieved.values()), sum(waived.values())
    if firms == 0 or fees == 0:
        return Text("Tidak ada usaha yang dibebaskan", "No merchant is relieved").say(language)
    of_firms, of_fees = share(relieved["ID"], firms, language), share(waived["ID"], fees, language)
    return Text(
        f"Indonesia: {of_firms} usaha yang dibebaskan, {of_fees} rupiahnya",
        f"Indonesia: {of_firms} of the merchants relieved, {of_fees} of the rupiah",
    ).say(language)
