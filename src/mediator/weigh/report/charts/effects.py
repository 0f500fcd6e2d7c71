"""Charts of effects: the options under every reading, the balance, the tornado, and who wins by sector."""

from __future__ import annotations

from typing import Any, Literal

import altair as alt

from mediator.weigh.answer import NET_PARTS, Answer, TornadoRow

from ..figures import Language, rupiah
from ..findings import PRODUCERS, flip_of, focus_effect, focus_option, verdict_words
from ..table import Cell, Column, Table, table
from ..words import BASE, KIND_SHORT, SECTOR, SHORT_PART, Text, option_title, reading_words, short_meaning, word
from .theme import GAIN, LOSS, MUTED, SERIES, TOTAL, WIDTH, Chart, data_of, in_unit, inline, styled, wrapped

ZERO = alt.Chart(inline([{"zero": 0}])).mark_rule(strokeWidth=1.2).encode(x="zero:Q")
"""The line at which signs turn."""


def options_compared(answer: Answer, language: Language, width: int = WIDTH, height: int = 430) -> tuple[Chart, Table]:
    """Producers' sales by option, a dot and its 90 % range for every reading: the chart that shows the flip."""
    titles = {option.name: option_title(option, language) for option in answer.options}
    none = Text("tanpa ambang", "no threshold").say(language)
    rows: list[list[Cell]] = []
    for effect in answer.effects:
        if effect.channel != "fee":
            continue
        value, reading = effect.measures[PRODUCERS], effect.reading
        rows.append(
            [
                titles[effect.option],
                reading_words(reading.kind, reading.base, language, True),
                word(BASE, reading.base, language) if reading.base else none,
                word(KIND_SHORT, reading.kind, language) if reading.kind else none,
                value.central,
                value.p5,
                value.p95,
                verdict_words(value, answer, language),
                effect.is_shown,
            ]
        )
    say = {"option": Text("Pilihan", "Option"), "reading": Text("Bacaan", "Reading"), "base": Text("Omzet", "Turnover")}
    more = {"central": Text("Tengah", "Central"), "p5": Text("P5", "P5"), "p95": Text("P95", "P95")}
    drawn = table(
        "options",
        _options_title(answer, language),
        (
            *(Column(key, text.say(language)) for key, text in say.items()),
            Column("kind", Text("Ambang", "Threshold").say(language)),
            *(Column(key, text.say(language), "change") for key, text in more.items()),
            Column("sign", Text("Arah", "Sign").say(language)),
            Column("is_shown", Text("Ditampilkan", "Shown").say(language), "yes"),
        ),
        rows,
    )
    scale, axis = in_unit(language, [abs(value) for row in rows for value in row[4:7] if isinstance(value, float)])
    bases, kinds = (list(dict.fromkeys(str(row[place]) for row in rows)) for place in (2, 3))
    bases.sort(key=lambda name: name == none)
    columns = 2 if width < 600 else 4
    ordered = sorted(drawn.records(), key=lambda record: (bases.index(str(record["base"])), str(record["kind"])))
    slots = [record | {"slot": slot} for title in titles.values() for record, slot in _slots(ordered, title)]
    base = (
        alt.Chart(data_of(drawn, slots))
        .transform_calculate(x=f"datum.central / {scale}", low=f"datum.p5 / {scale}", high=f"datum.p95 / {scale}")
        .encode(
            y=alt.Y(
                "option:N", title=None, sort=list(titles.values()), scale=alt.Scale(paddingInner=0.16),
                axis=alt.Axis(
                    grid=True, tickBand="extent", labelFontWeight="bold",
                    labelExpr=_broken(titles.values(), 110),
                ),
            ),
            yOffset=alt.YOffset("slot:Q", scale=alt.Scale(domain=[0, 1], nice=False, zero=False)),
            color=alt.Color(
                "base:N", title=Text("Ambang dari", "Threshold on").say(language), sort=bases,
                scale=alt.Scale(domain=bases, range=[*SERIES[:3], MUTED][: len(bases)]),
                legend=alt.Legend(columns=columns),
            ),
        )
    )  # fmt: skip
    ranges = base.mark_rule(strokeWidth=1.8, opacity=0.75).encode(x="low:Q", x2="high:Q")
    shapes = ["circle", "diamond", "square", "triangle-up"][: len(kinds)]
    dots = base.mark_point(filled=True, size=58, opacity=1).encode(
        x=alt.X("x:Q", title=axis),
        shape=alt.Shape(
            "kind:N", title=Text("Bebas untuk", "Waived").say(language), sort=kinds,
            scale=alt.Scale(domain=kinds, range=shapes), legend=alt.Legend(orient="bottom", columns=columns),
        ),
    )  # fmt: skip
    subtitle = Text(
        "Penjualan produsen dalam negeri: tengah dan rentang 90%, tiap bacaan",
        "Sales of domestic producers: central estimate and 90% range, each reading",
    ).say(language)
    return styled(ZERO + ranges + dots, drawn.title, language, width, height, subtitle), drawn


def net_waterfall(answer: Answer, language: Language, width: int = WIDTH, height: int = 250) -> tuple[Chart, Table]:
    """How the net for Indonesia of the option in focus adds up."""
    values = focus_effect(answer).measures
    rows: list[list[Cell]] = []
    at = 0.0
    for name in NET_PARTS:
        change = values[name].central
        rows.append([SHORT_PART[name].say(language), change, at, at + change, values[name].p5, values[name].p95])
        at += change
    net = values["net"]
    rows.append([SHORT_PART["net"].say(language), net.central, 0.0, net.central, net.p5, net.p95])
    title = Text(
        f"Neto bagi Indonesia {rupiah(net.central, language, True)}: {verdict_words(net, answer, language)}",
        f"Net for Indonesia {rupiah(net.central, language, True)}: {verdict_words(net, answer, language)}",
    ).say(language)
    drawn = table(
        "net",
        title,
        (
            Column("part", Text("Bagian", "Part").say(language)),
            Column("change", Text("Perubahan", "Change").say(language), "change"),
            Column("start", Text("Dari", "From").say(language), "change"),
            Column("end", Text("Sampai", "To").say(language), "change"),
            Column("p5", "P5", "change"),
            Column("p95", "P95", "change"),
        ),
        rows,
    )
    scale, axis = in_unit(language, [float(row[3] or 0) for row in rows] + [net.central])
    last = SHORT_PART["net"].say(language)
    base = (
        alt.Chart(data_of(drawn))
        .transform_calculate(
            low=f"datum.start / {scale}", high=f"datum.end / {scale}", by=f"datum.change / {scale}",
            right=f"max(datum.start, datum.end) / {scale}",
            sort=f"datum.part == '{last}' ? 'total' : datum.change < 0 ? 'loss' : 'gain'",
        )
        .encode(y=alt.Y("part:N", title=None, sort=[str(row[0]) for row in rows]))
    )  # fmt: skip
    bars = base.mark_bar(height={"band": 0.62}).encode(
        x=alt.X("low:Q", title=axis),
        x2="high:Q",
        color=alt.Color(
            "sort:N", legend=None, scale=alt.Scale(domain=["gain", "loss", "total"], range=[GAIN, LOSS, TOTAL])
        ),
    )
    labels = base.mark_text(align="left", dx=5).encode(x="right:Q", text=alt.Text("by:Q", format="+.2~f"))
    return styled(ZERO + bars + labels, title, language, width, height), drawn


def tornado(
    answer: Answer,
    language: Language,
    width: int = WIDTH,
    height: int | None = None,
    measure: Literal["sales", "net"] = "sales",
    most: int = 8,
) -> tuple[Chart, Table]:
    """What each parameter at its P10 and P90 does to producers' sales or the net; the widest ``most`` of them."""
    sized = sorted(answer.tornado, key=lambda row: -abs(_ends(row, measure)[1] - _ends(row, measure)[0]))[:most]
    name = "sales_domestic" if measure == "sales" else "net"
    central = focus_effect(answer).measures[name].central
    lows, highs = Text("rendah (P10)", "low (P10)").say(language), Text("tinggi (P90)", "high (P90)").say(language)
    ends = [lows, highs]
    rows: list[list[Cell]] = []
    for row in sized:
        meaning = short_meaning(row, language)
        if sum(short_meaning(other, language) == meaning for other in sized) > 1:
            meaning = f"{meaning} ({row.parameter})"
        for end, value, to in zip(ends, (row.low, row.high), _ends(row, measure), strict=True):
            rows.append([meaning, end, value, row.unit, to, central])
    drawn = table(
        f"tornado-{measure}",
        _tornado_title(sized, measure, language),
        (
            Column("parameter", Text("Parameter", "Parameter").say(language)),
            Column("end", Text("Ujung", "End").say(language)),
            Column("value", Text("Nilai", "Value").say(language), "number"),
            Column("unit", Text("Satuan", "Unit").say(language)),
            Column("effect", Text("Hasilnya", "Effect").say(language), "change"),
            Column("central", Text("Tengah", "Central").say(language), "change"),
        ),
        rows,
    )
    scale, axis = in_unit(language, [float(row[4] or 0) for row in rows] + [central])
    names = list(dict.fromkeys(str(row[0]) for row in rows))
    bars = (
        alt.Chart(data_of(drawn))
        .transform_calculate(x=f"datum.central / {scale}", to=f"datum.effect / {scale}")
        .mark_bar(height={"band": 0.7})
        .encode(
            x=alt.X("x:Q", title=axis),
            x2="to:Q",
            y=alt.Y(
                "parameter:N", title=None, sort=names,
                axis=alt.Axis(labelExpr=_broken(names, width * 0.40), labelLimit=0, labelLineHeight=13),
            ),
            color=alt.Color("end:N", title=None, sort=ends, scale=alt.Scale(domain=ends, range=[LOSS, GAIN])),
        )
    )  # fmt: skip
    middle = alt.Chart(inline([{"at": central / scale}])).mark_rule(strokeDash=[3, 3]).encode(x="at:Q")
    tall = height or 110 + 36 * len(names)
    return styled(bars + middle + ZERO, drawn.title, language, width, tall), drawn


def sectors(answer: Answer, language: Language, width: int = WIDTH, height: int = 300) -> tuple[Chart, Table]:
    """Domestic producers' sales by sector, for the option in focus."""
    found = sorted(
        (row for row in answer.sectors if row.option == answer.focus), key=lambda row: (-row.sales_domestic, row.sector)
    )
    losing = sum(row.sales_domestic < 0 for row in found)
    drawn = table(
        "sectors",
        count_title(len(found) - losing, losing, Text("sektor", "sectors"), language),
        (
            Column("sector", Text("Sektor", "Sector").say(language)),
            Column("sales_domestic", Text("Penjualan produsen", "Producers' sales").say(language), "change"),
            Column("sales_abroad", Text("Penjualan asing", "Foreign sales").say(language), "change"),
            Column("profit_indonesia", Text("Laba pedagang Indonesia", "Indonesian profit").say(language), "change"),
            Column("waived_indonesia", Text("Dibebaskan, Indonesia", "Waived, Indonesia").say(language), "rupiah"),
            Column("waived_abroad", Text("Dibebaskan, asing", "Waived, abroad").say(language), "rupiah"),
            Column("import_percent", Text("Bagian impor", "Imported part").say(language), "percent"),
        ),
        [
            (
                word(SECTOR, row.sector, language), row.sales_domestic, row.sales_abroad, row.profit_indonesia,
                row.waived_indonesia, row.waived_abroad, 100 * row.import_share,
            )
            for row in found
        ],
    )  # fmt: skip
    return styled(signed_bars(drawn, "sector", language), drawn.title, language, width, height), drawn


def signed_bars(drawn: Table, name: str, language: Language) -> alt.LayerChart:
    """Bars of ``sales_domestic`` to both sides of zero, in the order of the table."""
    records = drawn.records()
    scale, axis = in_unit(language, [float(record["sales_domestic"] or 0) for record in records])
    bars = (
        alt.Chart(data_of(drawn))
        .transform_calculate(x=f"datum.sales_domestic / {scale}", sort="datum.sales_domestic < 0 ? 'loss' : 'gain'")
        .mark_bar()
        .encode(
            x=alt.X("x:Q", title=axis),
            y=alt.Y(f"{name}:N", title=None, sort=[str(record[name]) for record in records]),
            color=alt.Color("sort:N", legend=None, scale=alt.Scale(domain=["gain", "loss"], range=[GAIN, LOSS])),
        )
    )
    layered: alt.LayerChart = ZERO + bars
    return layered


def _slots(records: list[dict[str, Cell]], option: str) -> list[tuple[dict[str, Cell], float]]:
    """An option's records, each with its height within the option's band, from 0 to 1."""
    own = [record for record in records if record["option"] == option]
    return [(record, (place + 0.5) / len(own)) for place, record in enumerate(own)]


def _ends(row: TornadoRow, measure: str) -> tuple[float, float]:
    return (row.sales_low, row.sales_high) if measure == "sales" else (row.net_low, row.net_high)


def _broken(names: Any, width: float) -> str:
    """A Vega expression that breaks an axis's labels into lines."""
    cases = "".join(f"datum.label == {name!r} ? {wrapped(name, int(width), 6.3)} : " for name in names)
    return cases + "datum.label"


def _options_title(answer: Answer, language: Language) -> str:
    title = option_title(focus_option(answer), language)
    flip = flip_of(answer, answer.focus)
    if flip.is_flip:
        return Text(
            f"“{title}”: satu bacaan menaikkan penjualan produsen, bacaan lain menurunkan",
            f"“{title}”: one reading raises producers' sales, another lowers them",
        ).say(language)
    for group, text in (
        (flip.gain, Text("semua bacaan menaikkan penjualan produsen", "every reading raises producers' sales")),
        (flip.loss, Text("semua bacaan menurunkan penjualan produsen", "every reading lowers producers' sales")),
        (flip.uncertain, Text("tidak satu pun bacaan pasti arahnya", "no reading is sure of the sign")),
        (flip.none, Text("penjualan produsen tidak berubah", "producers' sales do not change")),
    ):
        if group and not any(
            other for other in (flip.gain, flip.loss, flip.none, flip.uncertain) if other is not group
        ):
            return f"“{title}”: {text.say(language)}"
    return f"“{title}”: " + Text("tidak semua bacaan pasti arahnya", "not every reading is sure of the sign").say(
        language
    )


def _tornado_title(rows: list[TornadoRow], measure: str, language: Language) -> str:
    if not rows:
        return Text("Tidak ada parameter yang diuji", "No parameter was varied").say(language)
    name = short_meaning(rows[0], language)
    values = [value for row in rows for value in _ends(row, measure)]
    flips = min(values) < 0 < max(values)
    what = (Text("penjualan produsen", "producers' sales") if measure == "sales" else Text("neto", "the net")).say(
        language
    )
    tail = (
        Text("satu parameter saja bisa membalik arahnya", "one parameter alone can turn the sign")
        if flips
        else Text("tidak satu pun membalik arahnya sendirian", "none turns the sign alone")
    ).say(language)
    return Text(f"Paling menentukan {what}: {name}; {tail}", f"What moves {what} most: {name}; {tail}").say(language)


def count_title(up: int, down: int, what: Text, language: Language) -> str:
    """In how many sectors or provinces producers' sales fall, and in how many not."""
    return Text(
        f"Penjualan produsen turun di {down} {what.id}, tidak turun di {up}",
        f"Producers' sales fall in {down} {what.en}, do not fall in {up}",
    ).say(language)
