"""The whole answer as one HTML file: no script, nothing fetched, every chart with its numbers and a CSV to take away.

An amount stands in ``<data value>`` with the exact number of the answer beside the words for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from importlib import resources
from urllib.parse import quote

from mediator.weigh.answer import Answer, Range

from .charts import CHARTS, Chart, to_svg
from .charts.theme import COLOURS
from .figures import Language, both, percent, rupiah_range, share
from .findings import (
    PRODUCERS,
    focus_effect,
    focus_option,
    headline,
    measure_name,
    reasons,
    sign_of,
    verdict_words,
    what_flips,
    which_option,
)
from .sections import break_even_table, fits_table, measures_table, options_table, sources_table
from .table import Column, Table, written
from .terminal import source_note
from .words import (
    ASK,
    CAVEATS,
    CHANNEL,
    CHANNEL_NOTE,
    NOT_MONEY,
    SIMULATED,
    Text,
    option_sentence,
    option_title,
)

_NUMBERS = frozenset({"rupiah", "change", "count", "percent", "number"})
_WIDE = 30
"""From how many letters a cell of words is given room to break lines."""


def html_report(answer: Answer, language: Language = "id") -> str:
    """The report as the text of one HTML file in one language."""

    def say(id_: str, en: str) -> str:
        return Text(id_, en).say(language)

    title = answer.title_id if language == "id" else answer.title_en
    body = "".join(
        [
            _head(answer, language, title),
            "<main>",
            _verdict(answer, language),
            _section("options", say("Pilihan dan bacaan", "Options and readings"), [
                _figures(("options", "net"), answer, language),
                _details(options_table(answer, language), language, answer.usd_rp, say("Semua pilihan", "All options")),
            ]),
            _section("who", say("Siapa mendapat apa", "Who gets what"), [
                _figures(("waived-by-origin", "firms-and-fees", "sectors"), answer, language),
            ]),
            _section("where", say("Di mana", "Where"), [_figures(("province-tiles", "provinces"), answer, language)]),
            _section("threshold", say("Ambang", "The threshold"), [
                _table(break_even_table(answer, language), language, answer.usd_rp),
                _figures(("threshold", "at-threshold", "frontier"), answer, language),
            ]),
            _section("certainty", say("Seberapa pasti", "How sure"), [
                _figures(("tornado-sales", "tornado-net"), answer, language),
                _details(measures_table(answer, language), language, None, say("Semua ukuran", "All measures")),
                _channels(language),
            ]),
            _listed("limits", say("Yang tidak dihitung dengan uang", "What is not in money"), NOT_MONEY, language),
            _listed("caveats", say("Yang tidak bisa diketahui model ini", "What it can't know"), CAVEATS, language),
            _listed("ask", say("Yang perlu diminta", "What to ask for"), ASK, language),
            _section("data", say("Data yang masuk", "What went in"), [
                _table(fits_table(answer, language), language),
                _table(sources_table(answer, language), language),
            ]),
            _again(answer, language),
            "</main>",
            f"<footer><p>{escape(SIMULATED.say(language))} {escape(source_note(answer, language))}</p></footer>",
        ]
    )  # fmt: skip
    style = resources.files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _head(answer: Answer, language: Language, title: str) -> str:
    option = focus_option(answer)
    question = answer.question_id if language == "id" else answer.question_en
    return (
        f"<header><h1>{escape(title)}</h1><p class=simulated>{escape(SIMULATED.say(language))}</p>"
        f"<p class=question>{escape(' '.join(question.split()))}</p>"
        f"<p class=policy><b>{escape(option_title(option, language))}</b>: "
        f"{escape(option_sentence(option, language))}</p></header>"
    )


def _verdict(answer: Answer, language: Language) -> str:
    why = "".join(f"<li>{escape(reason)}</li>" for reason in reasons(answer, language))
    return (
        f"<p class=answer>{escape(headline(answer, language))}</p>{_tiles(answer, language)}<ol>{why}</ol>"
        f"<p>{escape(what_flips(answer, language))}</p><p>{escape(which_option(answer, language))}</p>"
    )


def _tiles(answer: Answer, language: Language) -> str:
    values = focus_effect(answer).measures
    total = values["waived"].central
    parts = [
        share(values[name].central, total, language) for name in ("waived_indonesia", "waived_china", "waived_other")
    ]
    split = Text(f"Tiongkok {parts[1]}, negara lain {parts[2]}", f"China {parts[1]}, others {parts[2]}").say(language)
    first = (
        f"<li><span>{escape(measure_name('waived', language))}</span>"
        f"<b>{_data(total, both(total, answer.usd_rp, language))}</b><span>Indonesia {parts[0]}, {split}</span></li>"
    )
    more = {PRODUCERS: percent(values["sales_domestic_percent"].central, language, True)}
    tiles = [
        _tile(name, values[name], answer, language, more.get(name))
        for name in (PRODUCERS, "government", "consumers", "net")
    ]
    return f"<ul class=tiles>{first}{''.join(tiles)}</ul>"


def _tile(name: str, value: Range, answer: Answer, language: Language, more: str | None) -> str:
    sign = sign_of(value, answer)
    ranged = Text("rentang 90%: ", "90% range: ").say(language) + rupiah_range(value.p5, value.p95, language)
    extra = f"<span>{more}</span>" if more else ""
    shown = "" if sign in {"none", "undrawn"} else f"<span>{ranged}</span>"
    return (
        f"<li class={sign}><span>{escape(measure_name(name, language))}</span>"
        f"<b>{_data(value.central, both(value.central, answer.usd_rp, language, True))}</b>{extra}{shown}"
        f"<span class=sign>{escape(verdict_words(value, answer, language))}</span></li>"
    )


def _section(name: str, title: str, parts: Iterable[str]) -> str:
    return f'<section aria-labelledby="{name}"><h2 id="{name}">{escape(title)}</h2>{"".join(parts)}</section>'


def _figures(names: Iterable[str], answer: Answer, language: Language) -> str:
    return f"<div class=charts>{''.join(_figure(name, answer, language) for name in names)}</div>"


def _figure(name: str, answer: Answer, language: Language) -> str:
    """A chart with its table folded under it."""
    chart, drawn = CHARTS[name](answer, language)
    label = Text("Angka di balik bagan ini", "The numbers behind this chart").say(language)
    return f"<figure>{_inline(name, chart, drawn.title, language)}{_details(drawn, language, None, label)}</figure>"


def _inline(name: str, chart: Chart, title: str, language: Language) -> str:
    """A chart's SVG made part of the page: with a title, colours by role, and ids that no other chart has."""
    svg = to_svg(chart, language)
    svg = svg.replace(' xmlns="http://www.w3.org/2000/svg"', "", 1)
    svg = re.sub(r'\bid="(\w+)"', rf'id="{name}-\1"', svg)
    svg = re.sub(r"url\(#(\w+)\)", rf"url(#{name}-\1)", svg)
    svg = re.sub(r'"(?:rgb\([^)]*\)|#[0-9a-fA-F]{6})"', _role, svg)
    return svg.replace("<svg ", '<svg role="img" ', 1).replace(">", f"><title>{escape(title)}</title>", 1)


_ROLES = {code: f"var(--{role})" for role, code in COLOURS.items()}


def _role(found: re.Match[str]) -> str:
    """A colour of the theme as the page's property, which is another in the dark; any other as it is."""
    code = found[0].strip('"')
    return f'"{_ROLES[code]}"' if code in _ROLES else found[0]


def _details(drawn: Table, language: Language, usd_rp: float | None, label: str) -> str:
    return f"<details><summary>{escape(label)}</summary>{_table(drawn, language, usd_rp)}</details>"


def _table(drawn: Table, language: Language, usd_rp: float | None = None) -> str:
    """A table with its caption, scoped heads and a link to the same as CSV."""
    head = "".join(
        f'<th scope="col"{" class=n" if column.shape in _NUMBERS else ""}>{escape(column.title)}</th>'
        for column in drawn.columns
    )
    rows = "".join(f"<tr>{_row(drawn.columns, row, language, usd_rp)}</tr>" for row in drawn.rows)
    csv = "data:text/csv;charset=utf-8," + quote(drawn.to_csv())
    return (
        f'<div class=scroll tabindex="0" role="region" aria-label="{escape(drawn.title)}"><table><caption>'
        f"{escape(drawn.title)}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        f'<p class="note csv"><a download="{drawn.name}.csv" href="{csv}">{drawn.name}.csv</a></p>'
    )


def _row(
    columns: tuple[Column, ...],
    row: tuple[str | int | float | bool | None, ...],
    language: Language,
    usd_rp: float | None,
) -> str:
    cells = []
    for place, (column, cell) in enumerate(zip(columns, row, strict=True)):
        text = written(cell, column.shape, language, usd_rp)
        if column.shape in _NUMBERS and isinstance(cell, int | float):
            cells.append(f"<td class=n>{_data(cell, text)}</td>")
        elif place == 0:
            cells.append(f'<th scope="row">{escape(text)}</th>')
        else:
            cells.append(f"<td{' class=w' if len(text) > _WIDE else ''}>{escape(text)}</td>")
    return "".join(cells)


def _data(value: float, text: str) -> str:
    return f'<data value="{value!r}">{escape(text)}</data>'


def _listed(name: str, title: str, texts: Iterable[Text], language: Language) -> str:
    items = "".join(f"<li>{escape(text.say(language))}</li>" for text in texts)
    return _section(name, title, [f"<ul>{items}</ul>"])


def _channels(language: Language) -> str:
    """What the two channels mean."""
    return "".join(
        f"<p class=note>{_capital(name.say(language))}: {escape(CHANNEL_NOTE[channel].say(language))}</p>"
        for channel, name in CHANNEL.items()
    )


def _again(answer: Answer, language: Language) -> str:
    run = answer.run
    title = Text("Menghitung ulang", "To compute it again").say(language)
    same = Text("Intisari yang sama berarti jawaban yang sama.", "The same digest means the same answer.").say(language)
    policies = "".join(
        f"<li>{escape(option_title(option, language))}: <code>{escape(option.policy)}</code> "
        f"<code>{escape(option.digest)}</code></li>"
        for option in answer.options
    )
    size = "--full" if run.is_full else f"--rows {run.rows}"
    command = (
        f"mediator weigh {answer.scenario} {size} --seed {run.seed} --draws {run.draws} --language {language} "
        "--report out.html"
    )
    return _section("again", title, [
        f"<p><code>{escape(command)}</code></p><p>{escape(source_note(answer, language))}</p>",
        f"<p>SHA-256 <code>{escape(run.digest)}</code>. {escape(same)}</p><ul>{policies}</ul>",
    ])  # fmt: skip


def _capital(text: str) -> str:
    return escape(text[:1].upper() + text[1:])
