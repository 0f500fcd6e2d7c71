"""Charts, the HTML report and the two pages: what is drawn is what the answer holds, and nothing comes from outside."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest

from mediator.weigh.answer import Answer
from mediator.weigh.errors import WeighError
from mediator.weigh.report import brief_pdf, html_report
from mediator.weigh.report.brief import pages_of
from mediator.weigh.report.charts import CHARTS, fan, options_compared, provinces, to_svg, waived_by_origin
from mediator.weigh.report.figures import LANGUAGES, Language

from .answering import an_answer

VOID = {"meta", "br", "hr", "img", "link", "input"}


@cache
def page(language: Language) -> str:
    """The report of an answer whose title and question have marks of HTML in them."""
    hostile = dataclasses.replace(
        an_answer(), title_id="<b>A&B</b>", title_en="<b>A&B</b>", question_id='"<script>alert(1)</script>"'
    )
    return html_report(hostile, language)


class Balanced(HTMLParser):
    """Follows tags, and keeps the values of <data> and the addresses of links."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.values: list[float] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "data":
            self.values.append(float(found["value"] or "nan"))
        if tag == "a":
            self.links.append(found["href"] or "")
        if "id" in found:
            self.ids.append(found["id"] or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def parsed(text: str) -> Balanced:
    parser = Balanced()
    parser.feed(text)
    parser.close()
    assert parser.open == []
    return parser


def inline_rows(spec: Any) -> list[list[dict[str, Any]]]:
    """Every ``values`` in a specification."""
    if isinstance(spec, dict):
        own = [spec["data"]["values"]] if isinstance(spec.get("data"), dict) and "values" in spec["data"] else []
        return own + [rows for part in spec.values() for rows in inline_rows(part)]
    return [rows for part in spec for rows in inline_rows(part)] if isinstance(spec, list) else []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_drawn_here_and_draws_its_table(name: str, language: Language) -> None:
    chart, drawn = CHARTS[name](an_answer(), language)
    assert drawn.rows
    assert drawn.name == name
    records = drawn.records()
    keys = set(records[0])
    shown = max(inline_rows(chart.to_dict()), key=len)
    key = lambda row: sorted(map(str, row.values()))  # noqa: E731
    assert sorted(({k: v for k, v in row.items() if k in keys} for row in shown), key=key) == sorted(records, key=key)
    svg = to_svg(chart, language)
    assert svg.startswith("<svg ")
    assert "NaN" not in svg
    assert "undefined" not in svg
    assert "http" not in svg.replace('xmlns="http://www.w3.org/2000/svg"', "")


def test_the_tables_hold_the_answers_numbers() -> None:
    answer = an_answer()
    drawn = waived_by_origin(answer, "id")[1]
    exact = [row.waived_rp for row in answer.waived if (row.option, row.reading) == ("equal", "notch-world")]
    assert sorted(record["waived_rp"] for record in drawn.records()) == sorted(exact)  # type: ignore[type-var]
    options = options_compared(answer, "id")[1]
    fee = [effect.measures["sales_domestic"].central for effect in answer.effects if effect.channel == "fee"]
    assert [record["central"] for record in options.records()] == fee
    assert len(fan(answer, "id")[1].rows) == len(answer.sweep)
    ends = provinces(answer, "id")[1].rows
    assert (ends[0][0], len(ends)) == ("Jawa Barat", 12)


def test_a_table_is_saved_as_csv_that_reads_back() -> None:
    drawn = waived_by_origin(an_answer(), "id")[1]
    rows = list(csv.reader(io.StringIO(drawn.to_csv())))
    assert rows[0] == [column.key for column in drawn.columns]
    assert [int(row[2]) for row in rows[1:]] == [row[2] for row in drawn.rows]


def test_titles_say_the_finding_and_follow_the_sign() -> None:
    flips = options_compared(an_answer(), "en")[1].title
    assert flips == "“Equal treatment”: one reading raises producers' sales, another lowers them"
    loses = options_compared(an_answer({"world": -1e11, "indonesia": -2e11, "rail": -1e11}), "en")[1].title
    assert loses == "“Equal treatment”: every reading lowers producers' sales"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_is_one_sound_file_that_fetches_nothing(language: Language) -> None:
    text = page(language)
    found = parsed(text)
    assert len(text.encode()) < 1_500_000
    assert f'<html lang="{language}">' in text
    assert "<script" not in text
    assert not re.search(r'(?:src|href|url)\s*[=(]\s*["\']?\s*(?:https?:)?//', text)
    assert all(link.startswith("data:text/csv") for link in found.links)
    assert len(found.ids) == len(set(found.ids))
    drawings = [attrs for tag, attrs in found.tags if tag == "svg"]
    assert len(drawings) == len(CHARTS)
    assert all(attrs["role"] == "img" for attrs in drawings)
    tags = [tag for tag, _ in found.tags]
    assert tags.count("caption") == tags.count("table")
    assert all("scope" in attrs for tag, attrs in found.tags if tag == "th")
    assert all(f"url(#{name})" not in text or name in found.ids for name in re.findall(r"url\(#([^)]+)\)", text))
    assert {"id": "Angka simulasi, bukan data resmi", "en": "Simulated figures, not official data"}[language] in text


def test_the_reports_numbers_are_the_answers() -> None:
    answer = an_answer()
    values = set(parsed(page("id")).values)
    for effect in answer.effects:
        if effect.channel == "fee":
            for name in ("waived_indonesia", "waived_china", "sales_domestic", "net"):
                assert effect.measures[name].central in values
    for row in (*answer.sectors, *answer.provinces):
        assert row.option != answer.focus or row.sales_domestic in values
    for end in answer.tornado:
        assert {end.sales_low, end.sales_high, end.net_low, end.net_high} <= values


def test_words_from_outside_are_escaped() -> None:
    text = page("id")
    assert "<title>&lt;b&gt;A&amp;B&lt;/b&gt;</title>" in text
    assert "&lt;script&gt;" in text
    assert "Elastisitas &lt;domestik–impor&gt;" in text


def stretched(answer: Answer, by: int) -> Answer:
    """The same with longer titles and greater numbers."""
    options = tuple(
        dataclasses.replace(
            option, title_id=option.title_id + " menurut usulan" * by, sentence_id="Kalimat panjang. " * 4
        )
        for option in answer.options
    )
    return dataclasses.replace(answer, options=options, question_id=answer.question_id + " Dan kenapa begitu?" * by)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_brief_has_two_pages_and_the_same_bytes_every_time(language: Language) -> None:
    first = brief_pdf(an_answer(), language)
    assert first.startswith(b"%PDF-")
    assert pages_of(first) == 2
    assert brief_pdf(an_answer(), language) == first


@pytest.mark.slow
def test_the_brief_stays_at_two_pages_with_long_words_and_with_nothing_to_tell() -> None:
    assert pages_of(brief_pdf(stretched(an_answer(), 3), "id")) == 2
    none = an_answer(focus="none")
    assert pages_of(brief_pdf(none, "en")) == 2


@pytest.mark.slow
def test_a_brief_that_cannot_fit_is_refused() -> None:
    with pytest.raises(WeighError) as refused:
        brief_pdf(dataclasses.replace(an_answer(), question_id="Kenapa begitu? " * 900), "id")
    assert refused.value.code == "brief_too_long"


@pytest.mark.slow
@pytest.mark.parametrize("focus", ["none", "curated", "sliding"])
def test_every_focus_can_be_drawn(focus: str) -> None:
    assert focus in {option.name for option in an_answer().options}
    parsed(html_report(an_answer(focus=focus), "id"))
