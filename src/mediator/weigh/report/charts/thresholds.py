"""Charts over thresholds: the fan, the frontier of rules that could be made, and who bunches below a notch."""

from __future__ import annotations

from typing import Any

import altair as alt

from mediator.weigh.answer import Answer

from ..figures import Language, dollars, number, rupiah
from ..findings import break_even_words, focus_effect
from ..table import Column, Table, table
from ..words import COUNTRY, ELIGIBLE, Text, behaviour_words, reading_key_words, word
from .theme import CHINA, GAIN, INDONESIA, INK, OTHER, SERIES, WIDTH, Chart, data_of, in_unit, inline, styled

_LOG_DOLLARS = "datum.value >= 1e6 ? format(datum.value / 1e6, ',') + ' {m}' : format(datum.value / 1e3, ',') + ' {k}'"


def offered_threshold_rp(answer: Answer) -> int | None:
    """The threshold that the option in focus has, in rupiah; None where it has none."""
    found = [row.threshold_rp for row in answer.at_threshold if row.option == answer.focus]
    return found[0] if found else None


def fan(answer: Answer, language: Language, width: int = WIDTH, height: int = 300) -> tuple[Chart, Table]:
    """Producers' sales as the threshold rises: the shown reading with its 90 % range, the others as lines."""
    shown = focus_effect(answer).reading
    rows = list(answer.sweep)
    readings = sorted(dict.fromkeys(row.reading for row in rows), key=lambda key: key != shown.key)
    drawn = table(
        "threshold",
        _fan_title(answer, language),
        (
            Column("reading", Text("Bacaan", "Reading").say(language)),
            Column("threshold_usd", Text("Ambang, US$", "Threshold, US$").say(language), "count"),
            Column("threshold_rp", Text("Ambang", "Threshold").say(language), "rupiah"),
            Column("waived", Text("Dibebaskan", "Waived").say(language), "rupiah"),
            Column("waived_abroad", Text("Untuk asing", "To foreigners").say(language), "rupiah"),
            Column("sales_p5", Text("Penjualan produsen, P5", "Producers' sales, P5").say(language), "change"),
            Column("sales_central", Text("Tengah", "Central").say(language), "change"),
            Column("sales_p95", "P95", "change"),
            Column("net_p5", Text("Neto, P5", "Net, P5").say(language), "change"),
            Column("net_central", Text("Tengah", "Central").say(language), "change"),
            Column("net_p95", "P95", "change"),
        ),
        [
            (
                reading_key_words(row.reading, language, True), row.threshold_usd, row.threshold_rp, row.waived,
                row.waived_abroad, row.sales_p5, row.sales_central, row.sales_p95, row.net_p5, row.net_central,
                row.net_p95,
            )
            for row in rows
        ],
    )  # fmt: skip
    names = [reading_key_words(key, language, True) for key in readings]
    scale, axis = in_unit(language, [value for row in rows for value in (row.sales_p5, row.sales_p95)])
    label = _LOG_DOLLARS.format(m=Text("juta", "m").say(language), k=Text("ribu", "k").say(language))
    base = (
        alt.Chart(data_of(drawn))
        .transform_filter("datum.threshold_usd > 0")
        .transform_calculate(
            at=f"datum.sales_central / {scale}", low=f"datum.sales_p5 / {scale}", high=f"datum.sales_p95 / {scale}"
        )
        .encode(
            x=alt.X(
                "threshold_usd:Q", title=Text("Ambang, US$ setahun", "Threshold, US$ a year").say(language),
                scale=alt.Scale(type="log", nice=False),
                axis=alt.Axis(labelExpr=label, values=_decades(rows), grid=False),
            )
        )
    )  # fmt: skip
    band = (
        base.transform_filter(alt.FieldOneOfPredicate(field="reading", oneOf=names[:1]))
        .mark_area(opacity=0.28, color=OTHER)
        .encode(y=alt.Y("low:Q", title=axis), y2="high:Q")
    )
    palette = [SERIES[2], SERIES[0], SERIES[1], SERIES[3], "#42525b", "#98552a"]
    dashes = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 4], [1, 3]]
    lines = base.mark_line(strokeWidth=2).encode(
        y="at:Q",
        color=alt.Color(
            "reading:N", title=None, sort=names, scale=alt.Scale(domain=names, range=palette[: len(names)]),
            legend=alt.Legend(
                columns=2, labelFontSize=10.5, columnPadding=6, symbolType="stroke", symbolStrokeWidth=2.5
            ),
        ),
        strokeDash=alt.StrokeDash(
            "reading:N", title=None, sort=names, scale=alt.Scale(domain=names, range=dashes[: len(names)])
        ),
    )  # fmt: skip
    zero = alt.Chart(inline([{"zero": 0}])).mark_rule(color=INK).encode(y="zero:Q")
    layers: list[Any] = [band, zero, lines, *_offer(answer, language)]
    subtitle = Text(
        "Perubahan penjualan produsen; bidang: rentang 90% bacaan pertama",
        "Change of producers' sales; band: 90% range of the first reading",
    ).say(language)
    layered: Any = alt.layer(*layers)
    return styled(layered, drawn.title, language, width, height, subtitle), drawn


def frontier(answer: Answer, language: Language, width: int = WIDTH, height: int = 300) -> tuple[Chart, Table]:
    """Every rule tried, by what it costs the rail and what producers earn by it; the efficient ones joined."""
    rows = sorted(answer.frontier, key=lambda row: (row.waived, row.eligible, row.threshold_rp))
    groups = list(dict.fromkeys(row.eligible for row in rows))
    drawn = table(
        "frontier",
        _frontier_title(answer, language),
        (
            Column("eligible", Text("Yang berhak", "Eligible").say(language)),
            Column("threshold_usd", Text("Ambang, US$", "Threshold, US$").say(language), "count"),
            Column("waived", Text("Dibebaskan", "Waived").say(language), "rupiah"),
            Column("sales_domestic", Text("Penjualan produsen", "Producers' sales").say(language), "change"),
            Column("profit_producers", Text("Laba produsen", "Producers' profit").say(language), "change"),
            Column("net", Text("Neto", "Net").say(language), "change"),
            Column("is_efficient", Text("Efisien", "Efficient").say(language), "yes"),
        ),
        [
            (
                word(ELIGIBLE, row.eligible, language), row.threshold_usd, row.waived, row.sales_domestic,
                row.profit_producers, row.net, row.is_efficient,
            )
            for row in rows
        ],
    )  # fmt: skip
    cost, cost_axis = in_unit(language, [row.waived for row in rows])
    gain, gain_axis = in_unit(language, [row.profit_producers for row in rows])
    names = [word(ELIGIBLE, code, language) for code in groups]
    base = (
        alt.Chart(data_of(drawn))
        .transform_calculate(x=f"datum.waived / {cost}", y=f"datum.profit_producers / {gain}")
        .encode(
            x=alt.X("x:Q", title=Text("Dibebaskan, ", "Waived, ").say(language) + cost_axis),
            y=alt.Y("y:Q", title=gain_axis),
        )
    )
    joined = base.transform_filter("datum.is_efficient").mark_line(color=INK, strokeWidth=1.2, strokeDash=[4, 3])
    dots = base.mark_point(filled=True, size=75, opacity=1).encode(
        color=alt.Color(
            "eligible:N", title=None, sort=names, scale=alt.Scale(domain=names, range=[*SERIES, INK][: len(names)])
        ),
        shape=alt.Shape(
            "eligible:N", title=None, sort=names,
            scale=alt.Scale(domain=names, range=["circle", "square", "diamond", "triangle-up", "cross"][: len(names)]),
            legend=alt.Legend(columns=2),
        ),
    )  # fmt: skip
    subtitle = Text(
        "Perubahan laba produsen terhadap biaya yang dibebaskan; garis: yang efisien",
        "Change of producers' profit against fees waived; line: the efficient rules",
    ).say(language)
    return styled(joined + dots, drawn.title, language, width, height, subtitle), drawn


def bunching(answer: Answer, language: Language, width: int = WIDTH, height: int | None = None) -> tuple[Chart, Table]:
    """How many merchants come down below the notch, by country and theory, and from how far above."""
    base_of_turnover = focus_effect(answer).reading.base
    of_focus = [row for row in answer.at_threshold if row.option == answer.focus]
    rows = [row for row in of_focus if row.base == base_of_turnover] or of_focus
    drawn = table(
        "at-threshold",
        _bunching_title(answer, language),
        (
            Column("country", Text("Asal pedagang", "Merchant from").say(language)),
            Column("behaviour", Text("Perilaku", "Behaviour").say(language)),
            Column("merchants", Text("Usaha", "Merchants").say(language), "count"),
            Column("reaches_to", Text("Sampai kali ambang", "Up to times the threshold").say(language), "number"),
            Column("held_back", Text("Penjualan ditahan", "Sales held back").say(language), "rupiah"),
            Column("threshold_rp", Text("Ambang", "Threshold").say(language), "rupiah"),
        ),
        [
            (
                word(COUNTRY, row.country, language), behaviour_words(row.behaviour, language), row.merchants,
                row.reaches_to, row.held_back, row.threshold_rp,
            )
            for row in rows
        ],
    )  # fmt: skip
    behaviours = list(dict.fromkeys(behaviour_words(row.behaviour, language) for row in rows))
    countries = list(dict.fromkeys(word(COUNTRY, row.country, language) for row in rows))
    top = max((row.merchants for row in rows), default=0.0) * 1.75 or 1.0
    to = Text("sampai", "up to").say(language)
    times = Text("× ambang", "× threshold").say(language)
    label = f"format(datum.merchants, ',.0f') + ' ({to} ' + format(datum.reaches_to, '.2f') + '{times})'"
    base = (
        alt.Chart(data_of(drawn))
        .transform_calculate(label=label)
        .encode(
            y=alt.Y("country:N", title=None, sort=countries),
            yOffset=alt.YOffset("behaviour:N", sort=behaviours),
            x=alt.X(
                "merchants:Q", title=Text("usaha", "merchants").say(language), scale=alt.Scale(domain=[0, top]),
                axis=alt.Axis(tickCount=4, format="~s" if language == "en" else ",.0f"),
            ),
        )
    )  # fmt: skip
    bars = base.mark_bar().encode(
        color=alt.Color(
            "behaviour:N", title=None, sort=behaviours,
            scale=alt.Scale(domain=behaviours, range=[GAIN, CHINA, INDONESIA, OTHER][: len(behaviours)]),
            legend=alt.Legend(columns=2),
        )
    )  # fmt: skip
    labels = base.mark_text(align="left", dx=4, fontSize=10.5).encode(text="label:N")
    return styled(bars + labels, drawn.title, language, width, height or 130 + 22 * len(rows)), drawn


def _offer(answer: Answer, language: Language) -> list[Any]:
    """A line at the threshold that is offered."""
    threshold = offered_threshold_rp(answer)
    if threshold is None:
        return []
    usd = threshold / answer.usd_rp
    at = alt.Chart(inline([{"at": usd, "said": Text("ambang tawaran", "the offer").say(language)}]))
    return [
        at.mark_rule(strokeDash=[2, 3], color=INK).encode(x="at:Q"),
        at.mark_text(align="right", dx=-4, baseline="top", color=INK).encode(x="at:Q", y=alt.value(2), text="said:N"),
    ]


def _decades(rows: list[Any]) -> list[float]:
    """Powers of ten within the thresholds tried."""
    tried = [row.threshold_usd for row in rows if row.threshold_usd > 0]
    return [10.0**power for power in range(-2, 13) if tried and min(tried) <= 10.0**power <= max(tried)]


def _fan_title(answer: Answer, language: Language) -> str:
    key = focus_effect(answer).reading.key
    for row in answer.break_even:
        if (row.reading, row.measure) == (key, "sales_domestic"):
            said = break_even_words(row, answer, language)
            return Text(f"Penjualan produsen {said}", f"Producers' sales: {said}").say(language)
    return Text("Penjualan produsen menurut ambang", "Producers' sales by threshold").say(language)


def _frontier_title(answer: Answer, language: Language) -> str:
    gaining = [row for row in answer.frontier if row.waived > 0 and row.profit_producers > 0]
    if not gaining:
        return Text("Tidak ada aturan yang menaikkan laba produsen", "No rule raises producers' profit").say(language)
    best = max(gaining, key=lambda row: row.profit_producers / row.waived)
    who = word(ELIGIBLE, best.eligible, language)
    limit = dollars(best.threshold_usd, 1, language)
    part = number(best.profit_producers / best.waived, language, 2)
    return Text(
        f"Paling hemat bagi produsen: {who} di bawah {limit}, Rp {part} laba per rupiah",
        f"Cheapest for producers: {who} below {limit}, Rp {part} of profit per rupiah",
    ).say(language)


def _bunching_title(answer: Answer, language: Language) -> str:
    of_focus = [row for row in answer.at_threshold if row.option == answer.focus]
    if not of_focus:
        return Text("Tidak ada ambang tempat usaha berkumpul", "There is no threshold to bunch at").say(language)
    base = focus_effect(answer).reading.base
    rows = [row for row in of_focus if row.base == base] or of_focus
    counts = {name: sum(row.merchants for row in rows if row.behaviour == name) for name in {r.behaviour for r in rows}}
    low, high = min(counts.values()), max(counts.values())
    said = " – ".join(dict.fromkeys(number(value, language) for value in (low, high)))
    at = rupiah(rows[0].threshold_rp, language)
    return Text(
        f"{said} usaha menahan penjualan agar tetap di bawah {at}, menurut teorinya",
        f"{said} merchants hold sales back to stay below {at}, depending on the theory",
    ).say(language)
