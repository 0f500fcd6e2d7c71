"""Two pages for a minister's staff, as PDF: set by Typst in memory, with its own fonts, the same bytes every time."""

from __future__ import annotations

import datetime
import json
import re
from functools import cache
from importlib import resources
from typing import Any

import typst

from mediator.weigh.answer import Answer, Range
from mediator.weigh.errors import refusal

from .charts import fan, options_compared, to_svg, tornado, waived_by_origin
from .charts.places import ranked
from .charts.theme import FONT
from .figures import Language, both, number, percent, rupiah, rupiah_range, share
from .findings import (
    PRODUCERS,
    break_even_words,
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
from .terminal import source_note
from .words import (
    ASK,
    CAVEATS,
    NOT_MONEY,
    SECTOR,
    SIMULATED,
    Text,
    base_year,
    option_sentence,
    option_title,
    reading_key_words,
    short_meaning,
    word,
)

PAGES = 2
_SIZES = (9.8, 9.4, 9.0, 8.6, 8.2, 7.8, 7.4, 7.0, 6.6)
"""Sizes of letters in points, tried from the largest until the words fit on two pages."""
_TYPST_FONT = "Libertinus Serif"
_MOST = 3
"""How many winners and losers are named."""


def brief_pdf(answer: Answer, language: Language = "id") -> bytes:
    """The brief as a PDF of exactly two A4 pages; WeighError ``brief_too_long`` when the words can't be made to fit."""
    facts = brief_facts(answer, language)
    when = datetime.datetime.fromisoformat(answer.on).replace(tzinfo=datetime.UTC)
    for size in _SIZES:
        inputs = {"facts": json.dumps(facts | {"size": size}, ensure_ascii=False)}
        pdf = _compiler().compile(_template(), format="pdf", sys_inputs=inputs, timestamp=when)
        assert isinstance(pdf, bytes)
        if pages_of(pdf) == PAGES:
            return pdf
    raise refusal("brief_too_long", "The brief does not fit on two pages; shorten the question or the options' titles.")


def brief_pages(answer: Answer, language: Language = "id", ppi: float = 110) -> list[bytes]:
    """The brief's pages as PNG, to look at; in the largest letters."""
    inputs = {"facts": json.dumps(brief_facts(answer, language) | {"size": _SIZES[0]}, ensure_ascii=False)}
    pages = _compiler().compile(_template(), format="png", ppi=ppi, sys_inputs=inputs)
    return pages if isinstance(pages, list) else [pages or b""]


def pages_of(pdf: bytes) -> int:
    """How many pages a PDF of Typst has."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def brief_facts(answer: Answer, language: Language) -> dict[str, Any]:
    """Everything the template shows, in words and SVG."""

    def say(id_: str, en: str) -> str:
        return Text(id_, en).say(language)

    question = answer.question_id if language == "id" else answer.question_en
    option = focus_option(answer)
    return {
        "language": language,
        "title": answer.title_id if language == "id" else answer.title_en,
        "question": " ".join(question.split()),
        "policy": option_sentence(option, language),
        "policy_title": option_title(option, language),
        "answer": headline(answer, language),
        "better": which_option(answer, language),
        "reasons": list(reasons(answer, language)),
        "flips": what_flips(answer, language),
        "tiles": _tiles(answer, language),
        "options": _options(answer, language),
        "break_even": _break_even(answer, language),
        "people": _winners(answer, language),
        "not_money": [text.say(language) for text in NOT_MONEY],
        "caveats": [text.say(language) for text in CAVEATS],
        "ask": [text.say(language) for text in ASK],
        "simulated": SIMULATED.say(language),
        "sources": _sources(answer, language),
        "note": source_note(answer, language),
        "command": f"mediator weigh {answer.scenario} --brief out.pdf --language {language}",
        "digest": answer.run.digest,
        "year": say(
            f"Tahun dasar {base_year(answer, language)}; Rp {number(answer.usd_rp, language)} per dolar",
            f"Base year {base_year(answer, language)}; Rp {number(answer.usd_rp, language)} a dollar",
        ),
        "charts": _charts(answer, language),
        "say": {
            "question": say("Pertanyaan", "The question"),
            "answer": say("Jawaban", "The answer"),
            "why": say("Tiga alasan", "Three reasons"),
            "flips": say("Apa yang membalik jawaban ini", "What would turn this answer round"),
            "better": say("Aturan yang lebih baik", "A better rule"),
            "options": say("Pilihan, biayanya saja", "The options, the fee alone"),
            "waived": say("Biaya yang dibebaskan menurut asal dan ukuran", "Waived fees by origin and size"),
            "tornado": say("Parameter yang paling menentukan", "The parameters that matter most"),
            "range": say("rentang 90%", "90% range"),
            "break_even": say("Titik balik", "Break-even"),
            "people": say("Siapa naik, siapa turun", "Who gains, who loses"),
            "not_money": say("Yang tidak dihitung dengan uang", "What is not in money"),
            "caveats": say("Yang tidak bisa diketahui model ini", "What this model can't know"),
            "ask": say("Yang perlu diminta", "What to ask for"),
            "sources": say("Sumber utama", "Main sources"),
            "again": say("Menghitung ulang", "To compute it again"),
        },
    }


@cache
def _template() -> bytes:
    return resources.files(__package__).joinpath("brief.typ").read_bytes()


@cache
def _compiler() -> typst.Compiler:
    """One compiler, with the fonts that come with Typst and no others."""
    return typst.Compiler(font_paths=typst.Fonts(include_system_fonts=False), ignore_system_fonts=True)


def _charts(answer: Answer, language: Language) -> dict[str, str]:
    drawn = {
        "waived": waived_by_origin(answer, language, 700, 240),
        "options": options_compared(answer, language, 700, 380),
        "tornado": tornado(answer, language, 430, 430, most=7),
        "fan": fan(answer, language, 430, 430),
    }
    return {name: to_svg(chart, language).replace(FONT, _TYPST_FONT) for name, (chart, _) in drawn.items()}


def _tiles(answer: Answer, language: Language) -> list[dict[str, str]]:
    values = focus_effect(answer).measures
    total = values["waived"].central
    parts = [
        share(values[name].central, total, language) for name in ("waived_indonesia", "waived_china", "waived_other")
    ]
    tiles = [
        {
            "name": Text("Biaya yang dibebaskan untuk", "Waived fees go to").say(language),
            "value": f"Indonesia {parts[0]}",
            "more": Text(f"Tiongkok {parts[1]}, lain {parts[2]}", f"China {parts[1]}, others {parts[2]}").say(language),
            "range": _range(values["waived_indonesia"], language, False),
            "sign": "none",
            "verdict": both(total, answer.usd_rp, language),
        }
    ]
    named = (
        (PRODUCERS, percent(values["sales_domestic_percent"].central, language, True)),
        ("government", ""),
        ("consumers", ""),
    )
    for name, more in named:
        value = values[name]
        tiles.append(
            {
                "name": measure_name(name, language),
                "value": rupiah(value.central, language, True),
                "more": more or both(value.central, answer.usd_rp, language, True).partition("(")[2].rstrip(")"),
                "range": _range(value, language, True),
                "sign": sign_of(value, answer),
                "verdict": verdict_words(value, answer, language),
            }
        )
    return tiles


def _range(value: Range, language: Language, signed: bool) -> str:
    return rupiah_range(value.p5, value.p95, language, signed)


def _options(answer: Answer, language: Language) -> dict[str, Any]:
    head = [
        Text("Pilihan", "Option"),
        Text("Dibebaskan: Indonesia", "Waived: Indonesia"),
        Text("Asing", "Foreign"),
        Text("Penjualan produsen", "Producers' sales"),
        Text("Negara", "State"),
        Text("Konsumen", "Consumers"),
        Text("Neto", "Net"),
    ]
    rows = []
    for option in answer.options:
        values = answer.effect(option.name).measures
        abroad = values["waived_china"].central + values["waived_other"].central
        cells = [
            {"text": rupiah(values["waived_indonesia"].central, language), "range": "", "sign": ""},
            {"text": rupiah(abroad, language), "range": "", "sign": ""},
        ]
        for name in (PRODUCERS, "government", "consumers", "net"):
            sign = sign_of(values[name], answer)
            ranged = "" if sign in {"none", "undrawn"} else _range(values[name], language, True)
            cells.append({"text": rupiah(values[name].central, language, True), "range": ranged, "sign": sign})
        rows.append({"title": option_title(option, language), "cells": cells, "focus": option.name == answer.focus})
    return {"head": [text.say(language) for text in head], "rows": rows}


def _break_even(answer: Answer, language: Language) -> list[str]:
    key = focus_effect(answer).reading.key
    shown = [row for row in answer.break_even if row.reading == key]
    others = [row for row in answer.break_even if row.reading != key and row.measure == PRODUCERS]
    return [
        f"{measure_name(row.measure, language)} ({reading_key_words(row.reading, language, True)}): "
        f"{break_even_words(row, answer, language)}."
        for row in (*shown, *others[:_MOST])
    ]


def _winners(answer: Answer, language: Language) -> list[dict[str, Any]]:
    """Up to three sectors and provinces whose producers' sales rise most, and fall most."""
    sectors = [
        (word(SECTOR, row.sector, language), row.sales_domestic) for row in answer.sectors if row.option == answer.focus
    ]
    provinces = [(row.name, row.sales_domestic) for row in ranked(answer)]
    return [
        _ends(Text("Sektor", "Sectors").say(language), sectors, language),
        _ends(Text("Provinsi", "Provinces").say(language), provinces, language),
    ]


def _ends(name: str, values: list[tuple[str, float]], language: Language) -> dict[str, Any]:
    ordered = sorted(values, key=lambda pair: (-pair[1], pair[0]))
    up = [pair for pair in ordered if pair[1] > 0][:_MOST]
    down = [pair for pair in reversed(ordered) if pair[1] < 0][:_MOST]
    nobody = Text("tidak ada", "none").say(language)

    def told(pairs: list[tuple[str, float]]) -> str:
        return "; ".join(f"{title} {rupiah(value, language, True)}" for title, value in pairs) or nobody

    return {"name": name, "up": told(up), "down": told(down)}


def _sources(answer: Answer, language: Language) -> str:
    """What the six parameters that move most, and the published tables, rest on."""
    moving = [row.parameter for row in answer.tornado]
    named = (
        sorted((row for row in answer.sources if row.key in moving), key=lambda row: moving.index(row.key))[:6]
        or answer.sources[:6]
    )
    parts = [f"{short_meaning(row, language)}: {_short(row.source)}" for row in named]
    tables = list(dict.fromkeys(_short(row.source) for row in answer.fits))[:3]
    population = Text("Populasi", "Population").say(language)
    return "; ".join([*parts, *(f"{population}: {source}" for source in tables)]) + "."


def _short(source: str, most: int = 110) -> str:
    """A source cut at a word to a length that fits small print; the report has it whole."""
    text = " ".join(source.split()).rstrip(".")
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"
