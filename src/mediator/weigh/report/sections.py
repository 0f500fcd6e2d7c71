"""The tables of the report that no chart draws: options by reading, break-even, fits, parameters, all measures."""

from __future__ import annotations

from mediator.weigh.answer import MEASURES, Answer

from .figures import Language
from .findings import PRODUCERS, break_even_words, focus_effect, measure_name, verdict_words
from .table import Cell, Column, Table, table
from .words import CHANNEL, QUALITY, Text, option_title, reading_key_words, reading_words, word

_OPTION = Text("Pilihan", "Option")
_READING = Text("Bacaan", "Reading")
_CENTRAL = Text("Tengah", "Central")


def options_table(answer: Answer, language: Language) -> Table:
    """Every option under every reading, by the fee alone."""
    titles = {option.name: option_title(option, language) for option in answer.options}
    columns = [
        Column("option", _OPTION.say(language)),
        Column("reading", _READING.say(language)),
        Column("is_shown", Text("Ditampilkan", "Shown").say(language), "yes"),
        Column("waived_indonesia", Text("Dibebaskan, Indonesia", "Waived, Indonesia").say(language), "rupiah"),
        Column("waived_china", Text("Tiongkok", "China").say(language), "rupiah"),
        Column("waived_other", Text("Negara lain", "Others").say(language), "rupiah"),
        Column("sales_domestic", measure_name(PRODUCERS, language), "change"),
        Column("sales_p5", "P5", "change"),
        Column("sales_p95", "P95", "change"),
        Column("sales_sign", Text("Arah penjualan", "Sign of sales").say(language)),
        Column("net", measure_name("net", language), "change"),
        Column("net_p5", "P5", "change"),
        Column("net_p95", "P95", "change"),
        Column("net_sign", Text("Arah neto", "Sign of net").say(language)),
    ]
    rows: list[tuple[Cell, ...]] = []
    for effect in answer.effects:
        if effect.channel != "fee":
            continue
        values = effect.measures
        sales, net = values[PRODUCERS], values["net"]
        rows.append(
            (
                titles[effect.option],
                reading_words(effect.reading.kind, effect.reading.base, language, True),
                effect.is_shown,
                *(values[name].central for name in ("waived_indonesia", "waived_china", "waived_other")),
                *(sales.central, sales.p5, sales.p95, verdict_words(sales, answer, language)),
                *(net.central, net.p5, net.p95, verdict_words(net, answer, language)),
            )
        )
    title = Text("Pilihan dan bacaannya; biayanya saja", "Options and their readings; the fee alone").say(language)
    return table("options-by-reading", title, columns, rows)


def measures_table(answer: Answer, language: Language) -> Table:
    """Every measure of the option in focus, through both channels."""
    columns = (
        Column("measure", Text("Ukuran", "Measure").say(language)),
        Column("channel", Text("Jalur", "Channel").say(language)),
        Column("central", _CENTRAL.say(language), "change"),
        Column("p5", "P5", "change"),
        Column("p50", "P50", "change"),
        Column("p95", "P95", "change"),
        Column("sign", Text("Arah", "Sign").say(language)),
    )
    rows = []
    for effect in answer.effects:
        if effect.option != answer.focus or not effect.is_shown:
            continue
        for name in MEASURES:
            if name.endswith("_percent"):
                continue
            value = effect.measures[name]
            rows.append(
                (
                    measure_name(name, language),
                    CHANNEL[effect.channel].say(language),
                    *(value.central, value.p5, value.p50, value.p95),
                    verdict_words(value, answer, language),
                )
            )
    reading = focus_effect(answer).reading
    words = reading_words(reading.kind, reading.base, language)
    title = Text(f"Semua ukuran, {words}", f"All measures, {words}").say(language)
    return table("measures", title, columns, rows)


def break_even_table(answer: Answer, language: Language) -> Table:
    """Where measures change sign as the threshold rises."""
    columns = (
        Column("reading", _READING.say(language)),
        Column("measure", Text("Ukuran", "Measure").say(language)),
        Column("said", Text("Titik balik", "Turning point").say(language)),
        Column("threshold_rp", Text("Ambang", "Threshold").say(language), "rupiah"),
    )
    rows = [
        (
            reading_key_words(row.reading, language, True),
            measure_name(row.measure, language),
            break_even_words(row, answer, language),
            row.threshold_rp,
        )
        for row in answer.break_even
    ]
    return table("break-even", Text("Ambang titik balik", "Break-even thresholds").say(language), columns, rows)


def fits_table(answer: Answer, language: Language) -> Table:
    """How the population meets what is published."""
    columns = (
        Column("stratum", Text("Kelompok", "Stratum").say(language)),
        Column("bracket", Text("Kelas", "Bracket").say(language)),
        Column("merchants_published", Text("Usaha, terbit", "Merchants, published").say(language), "count"),
        Column("merchants", Text("Usaha, model", "Merchants, model").say(language), "count"),
        Column("turnover_published", Text("Omzet, terbit", "Turnover, published").say(language), "rupiah"),
        Column("turnover", Text("Omzet, model", "Turnover, model").say(language), "rupiah"),
        Column("fitted", Text("Sebaran", "Distribution").say(language)),
        Column("source", Text("Sumber", "Source").say(language)),
    )
    rows = [
        (
            *(row.stratum, row.bracket, row.merchants_published, row.merchants, row.turnover_published, row.turnover),
            *(row.fitted, row.source),
        )
        for row in answer.fits
    ]
    title = Text("Populasi model dan tabel yang terbit", "The model's population and the published tables")
    return table("fits", title.say(language), columns, rows)


def sources_table(answer: Answer, language: Language) -> Table:
    """Every parameter with its range and source."""
    columns = (
        Column("meaning", Text("Parameter", "Parameter").say(language)),
        Column("value", Text("Nilai", "Value").say(language), "number"),
        Column("low", Text("Rendah", "Low").say(language), "number"),
        Column("high", Text("Tinggi", "High").say(language), "number"),
        Column("unit", Text("Satuan", "Unit").say(language)),
        Column("quality", Text("Mutu", "Quality").say(language)),
        Column("source", Text("Sumber", "Source").say(language)),
        Column("is_changed", Text("Diubah skenario", "Changed by scenario").say(language), "yes"),
        Column("key", Text("Kunci", "Key").say(language)),
    )
    rows = [
        (
            *(row.meaning_id if language == "id" else row.meaning_en, row.value, row.low, row.high, row.unit),
            *(word(QUALITY, row.quality, language), row.source, row.is_changed, row.key),
        )
        for row in answer.sources
    ]
    return table(
        "parameters", Text("Parameter dan sumbernya", "Parameters and their sources").say(language), columns, rows
    )
