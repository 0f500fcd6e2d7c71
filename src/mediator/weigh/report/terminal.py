"""What ``mediator weigh`` prints: the question, the verdict, the options, the readings, where the sign turns."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text as Line

from mediator.weigh.answer import Answer, Effect, Range

from .figures import Language, number, rupiah, rupiah_range
from .findings import (
    PRODUCERS,
    break_even_words,
    headline,
    measure_name,
    readings_of,
    sign_of,
    what_flips,
    which_option,
)
from .words import CHANNEL, SIMULATED, Text, base_year, option_title, reading_key_words, reading_words

_STYLE = {"gain": "green", "loss": "red", "none": "dim", "uncertain": "yellow", "undrawn": "dim"}
_MARK = {"gain": "▲", "loss": "▼", "none": "=", "uncertain": "?", "undrawn": "·"}


def print_answer(answer: Answer, console: Console, language: Language = "id") -> None:
    """Print the answer for people."""

    def say(id_: str, en: str) -> str:
        return Text(id_, en).say(language)

    title = answer.title_id if language == "id" else answer.title_en
    question = answer.question_id if language == "id" else answer.question_en
    console.print(Line(title, style="bold"))
    console.print(Line(" ".join(question.split())))
    console.print()
    console.print(Line(headline(answer, language), style="bold"))
    console.print(Line(what_flips(answer, language)))
    console.print(Line(which_option(answer, language)))
    console.print()
    console.print(_options(answer, language))
    console.print(_readings(answer, language))
    for row in answer.break_even:
        clause = break_even_words(row, answer, language)
        reading = reading_key_words(row.reading, language, True)
        console.print(Line(f"{measure_name(row.measure, language)} · {reading}: {clause}"))
    console.print()
    console.print(Line(SIMULATED.say(language), style="bold yellow"))
    console.print(Line(source_note(answer, language), style="dim"))
    legend = say(
        "▲ ▼ arah pasti (95% percobaan) · ? belum pasti · = tidak berubah · · kepastian tidak diuji",
        "▲ ▼ sign certain (95% of draws) · ? uncertain · = no change · · certainty not tested",
    )
    console.print(Line(legend, style="dim"))


def source_note(answer: Answer, language: Language) -> str:
    """How the numbers came about, in a line."""
    run = answer.run
    draws, rows, merchants = (number(count, language) for count in (run.draws, run.rows, run.merchants))
    rate = number(answer.usd_rp, language)
    return Text(
        f"Tahun dasar {base_year(answer, language)}, Rp {rate} per dolar. {merchants} usaha dalam {rows} baris, "
        f"{draws} percobaan, benih {run.seed}. Mediator {run.version}, {run.engine}, intisari {run.digest[:12]}. "
        f"{len(answer.sources)} parameter bersumber.",
        f"Base year {base_year(answer, language)}, Rp {rate} a dollar. {merchants} merchants in {rows} rows, "
        f"{draws} draws, seed {run.seed}. Mediator {run.version}, {run.engine}, digest {run.digest[:12]}. "
        f"{len(answer.sources)} parameters with sources.",
    ).say(language)


def _options(answer: Answer, language: Language) -> Grid:
    grid = Grid(
        title=Text("Pilihan", "Options").say(language) + f" ({CHANNEL['fee'].say(language)})", title_justify="left"
    )
    for name in (
        Text("Pilihan", "Option"),
        Text("Bebas: Indonesia", "Waived: Indonesia"),
        Text("Tiongkok", "China"),
        Text("Penjualan produsen", "Producers' sales"),
        Text("Neto", "Net"),
    ):
        grid.add_column(name.say(language), justify="left" if not grid.columns else "right")
    for option in answer.options:
        values = answer.effect(option.name).measures
        style = "bold" if option.name == answer.focus else ""
        grid.add_row(
            Line(option_title(option, language), style=style),
            rupiah(values["waived_indonesia"].central, language),
            rupiah(values["waived_china"].central, language),
            _estimate(values[PRODUCERS], answer, language),
            _estimate(values["net"], answer, language),
        )
    return grid


def _readings(answer: Answer, language: Language) -> Grid:
    focus = next(option for option in answer.options if option.name == answer.focus)
    title = Text("Bacaan dari", "Readings of").say(language) + f" “{option_title(focus, language)}”"
    grid = Grid(title=title, title_justify="left")
    grid.add_column(Text("Bacaan", "Reading").say(language))
    for channel in CHANNEL:
        text = measure_name(PRODUCERS, language) + ", " + CHANNEL[channel].say(language)
        grid.add_column(text, justify="right")
    grid.add_column(Text("Neto", "Net").say(language), justify="right")
    entries = {effect.reading.key: effect for effect in readings_of(answer, answer.focus, "entry")}
    for effect in readings_of(answer, answer.focus):
        grid.add_row(
            Line(
                reading_words(effect.reading.kind, effect.reading.base, language, True),
                style="bold" if effect.is_shown else "",
            ),
            _estimate(effect.measures[PRODUCERS], answer, language),
            _of_entry(entries.get(effect.reading.key), answer, language),
            _estimate(effect.measures["net"], answer, language),
        )
    return grid


def _of_entry(effect: Effect | None, answer: Answer, language: Language) -> Line:
    return _estimate(effect.measures[PRODUCERS], answer, language) if effect else Line("–")


def _estimate(value: Range, answer: Answer, language: Language) -> Line:
    """The central value with its sign's mark, and under it the 90 % range."""
    sign = sign_of(value, answer)
    line = Line(f"{_MARK[sign]} {rupiah(value.central, language, True)}", style=_STYLE[sign])
    if sign not in {"none", "undrawn"}:
        line.append("\n" + rupiah_range(value.p5, value.p95, language), style="dim")
    return line
