"""The page that weighs a waiver, as a browser without a script and as its own script ask for it."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from mediator.policy import parse_policy
from mediator.web import weigh
from mediator.web.weigh_form import percent_text, read_form, threshold_words
from mediator.web.weigh_shown import headline
from mediator.web.weigh_words import WORDS
from mediator.weigh.answer import Range
from mediator.weigh.errors import mistrust
from mediator.weigh.live import FIXABLE, THRESHOLDS_USD, Live, Question
from mediator.weigh.live import answer as live_answer


@pytest.fixture(scope="module", autouse=True)
def _prepared() -> None:
    Live.ready("alipay-now")


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"host": "localhost"})


def test_the_page_answers_in_indonesian_and_in_english(visitor: Client) -> None:
    page = visitor.get("/weigh")
    assert page.status_code == 200
    assert '<html lang="id">' in page.text
    assert WORDS["id"]["tiles"]["sales_domestic"] in page.text
    english = visitor.get("/weigh?lang=en")
    assert '<html lang="en">' in english.text
    assert english.headers["Content-Language"] == "en"
    assert unescape(english.text).count("90% likely") == 5
    assert WORDS["id"]["weigh"] not in english.text.replace("weigh", "")


def test_the_words_of_both_languages_are_of_the_same_shape() -> None:
    def shape(words: Any) -> Any:
        return {key: shape(value) for key, value in words.items()} if isinstance(words, dict) else type(words)

    assert shape(WORDS["id"]) == shape(WORDS["en"])


def test_a_form_that_is_sent_without_a_script_is_answered_and_keeps_what_was_chosen(visitor: Client) -> None:
    page = visitor.get(
        "/weigh?lang=id&rate=0,8&threshold=300000&kind=kink&base=indonesia&who=domestic&year=now&channel=entry"
        "&fix=rail_share&rail_share=40"
    )
    assert page.status_code == 200
    assert 'name="rate" value="0,8"' in page.text
    assert '<option value="300000" selected>US$ 300 ribu</option>' in page.text
    for choice in ('name="kind" value="kink" checked', 'name="channel" value="entry" checked'):
        assert choice in page.text
    assert '<option value="domestic" selected>' in page.text
    assert 'name="rail_share" value="40"' in page.text
    assert 'name="fix" value="rail_share" checked' in page.text
    assert 'name="fix" value="pass_through">' in page.text
    assert "US$ 300.000" in page.text, "the policy's own sentence"
    question = read_form({"rate": "0,8", "kind": "kink", "rail_share": "40"}, ["rail_share"], "id").question
    assert question == Question(rate_ppm=8_000, kind="kink", fixed=(("rail_share", 0.4),))


def test_a_comma_and_a_point_are_the_same_number() -> None:
    for text in ("0,55", "0.55", " 0.55 % ", ".55"):
        assert read_form({"rate": text}, [], "id").question == Question()


def test_what_isnt_held_fixed_is_not_asked_about(visitor: Client) -> None:
    form = read_form({"rail_share": "9999"}, [], "en")
    assert form.question == Question()
    assert form.typed["rail_share"] == "50"


@pytest.mark.parametrize(
    ("query", "field", "typed"),
    [
        ("rate=abc", "rate", 'value="abc"'),
        ("rate=3.05", "rate", 'value="3.05"'),
        ("rate=0.57", "rate", 'value="0.57"'),
        ("rate=", "rate", 'name="rate" value=""'),
        ("rate=-1", "rate", 'value="-1"'),
        ("rate=NaN", "rate", 'value="NaN"'),
        ("rate=1e999999", "rate", 'value="1e999999"'),
        ("rate=<b>", "rate", 'value="&lt;b&gt;"'),
        ("threshold=5", "threshold", "<option selected>5</option>"),
        ("threshold=²", "threshold", "<option selected>²</option>"),
        ("base=moon", "base", "<option selected>moon</option>"),
        ("kind=cliff", "kind", ""),
        ("year=1999", "year", "<option selected>1999</option>"),
        ("fix=rail_share&rail_share=101", "rail_share", 'value="101"'),
        ("fix=rail_share&rail_share=much", "rail_share", 'value="much"'),
    ],
)
def test_bad_input_is_kept_and_told_at_its_field(visitor: Client, query: str, field: str, typed: str) -> None:
    page = visitor.get(f"/weigh?lang=en&{query}")
    assert page.status_code == 422
    assert page.headers["Cache-Control"] == "no-store"
    assert typed in page.text
    told = re.search(rf'<p id="{field}-error" class="fault">([^<]+)</p>', page.text)
    assert told
    assert told[1].strip().endswith(".")
    assert f'<a href="#{field}">' in page.text
    assert 'class="tiles"' not in page.text
    assert visitor.get(f"/weigh/answer?lang=en&{query}").status_code == 422


def test_an_unknown_parameter_is_refused(visitor: Client) -> None:
    assert visitor.get("/weigh?fix=eta&eta=1").status_code == 422


def test_the_fragment_is_the_page_s_answer_and_nothing_more(visitor: Client) -> None:
    query = "lang=id&threshold=50000&kind=sliding"
    page, fragment = (visitor.get(f"{path}?{query}") for path in ("/weigh", "/weigh/answer"))
    assert fragment.status_code == 200
    assert "<html" not in fragment.text
    assert "<form" not in fragment.text
    for part in fragment.text.split('<div id="answer">'):
        assert part.strip() in page.text


def test_page_and_fragment_are_small_and_carry_nothing_inline(visitor: Client) -> None:
    page = visitor.get("/weigh")
    whole = sum(len(visitor.get(path).content) for path in ("/weigh", "/style.css", "/weigh.css", "/weigh.js"))
    assert whole < 150_000
    assert " style=" not in page.text
    assert "<style" not in page.text
    assert not re.search(r"<script(?![^>]* src=)|\son\w+=", page.text)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page.text)
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_an_answer_may_be_kept_for_a_while(visitor: Client) -> None:
    assert "max-age=" in visitor.get("/weigh").headers["Cache-Control"]


def test_the_policy_comes_as_a_file_that_the_reader_takes(visitor: Client) -> None:
    file = visitor.get("/weigh/policy.toml?kind=kink&who=curated&rate=1.25")
    assert file.headers["Content-Disposition"] == 'attachment; filename="weighed.toml"'
    policy = parse_policy(file.text)
    assert policy.rules[0].rate_ppm == 12_500
    assert policy.waivers[0].threshold is not None
    assert policy.waivers[0].threshold.kind == "kink"
    assert visitor.get("/weigh/policy.toml?rate=x").status_code == 422


def test_who_comes_while_it_is_prepared_is_told_and_finds_the_answer_later(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_answer, "_PREPARING", {})
    early = visitor.get("/weigh?year=2017")
    assert early.status_code == 202
    assert early.headers["Retry-After"] == "2"
    assert early.headers["Cache-Control"] == "no-store"
    assert WORDS["id"]["preparing"] in early.text
    assert re.search(r'<noscript><meta http-equiv="refresh" content="2"></noscript>', early.text)
    Live.ready("alipay-2017")
    later = visitor.get("/weigh?year=2017")
    assert later.status_code == 200
    assert "http-equiv" not in later.text


def test_when_all_turns_are_taken_the_page_asks_for_patience(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weigh, "TURN_PATIENCE_S", 0.01)
    for _ in range(weigh.AT_ONCE):
        assert weigh._turns.acquire(timeout=1)
    try:
        busy = visitor.get("/weigh?lang=en&threshold=20000")
    finally:
        for _ in range(weigh.AT_ONCE):
            weigh._turns.release()
    assert busy.status_code == 503
    assert WORDS["en"]["busy"] in busy.text
    assert visitor.get("/weigh?lang=en&threshold=20000").status_code == 200


def test_numbers_that_could_not_be_trusted_are_not_shown(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_live: Live, _question: Question) -> None:
        raise mistrust("not_converged", "Entry of sellers did not settle.")

    monkeypatch.setattr(Live, "answer", refuse)
    failed = visitor.get("/weigh?lang=en")
    assert failed.status_code == 500
    assert WORDS["en"]["failed"] in failed.text
    assert "Rp" not in failed.text


def rng(central: float, positive: float, low: float = -1e9, high: float = 2e9) -> Range:
    return Range(central, low, central, high, positive)


@pytest.mark.parametrize(
    ("net", "sales", "said"),
    [
        (rng(1e9, 0.99), rng(2e9, 0.99), "Indonesia gains about Rp 1 billion a year, and domestic producers sell"),
        (rng(1e9, 0.99), rng(-2e9, 0.01), "a year, but domestic producers sell Rp 2 billion less."),
        (rng(-1e9, 0.01), rng(-2e9, 0.01), "Indonesia loses about Rp 1 billion a year, and domestic producers sell"),
        (rng(1e9, 0.90), rng(2e9, 0.99), "but that is not certain. Domestic producers sell Rp 2 billion more."),
        (rng(1e9, 0.60), rng(2e9, 0.60), "is not certain, and domestic producers' sales may rise or fall."),
        (rng(-1e9, 0.90), rng(2e9, 0.60), "Whether Indonesia gains or loses is not certain"),
        (rng(0, 0, 0, 0), rng(0, 0, 0, 0), "Nothing changes."),
    ],
)
def test_the_first_sentence_says_who_wins_and_how_sure_it_is(net: Range, sales: Range, said: str) -> None:
    text = headline({"net": net, "sales_domestic": sales}, "en").replace("\N{NO-BREAK SPACE}", " ")
    assert said in text


def test_every_bar_lies_inside_its_drawing(visitor: Client) -> None:
    page = visitor.get("/weigh?kind=kink&channel=entry").text
    places = re.findall(r'(?:x|x1|x2|width)="(-?[\d.,]+)%"', page)
    assert len(places) > 50
    assert all(-0.01 <= float(place) <= 100.01 for place in places)


def test_thresholds_and_shares_are_written_as_people_read_them() -> None:
    assert [threshold_words(usd, "en") for usd in (10_000, 15_000, 1_000_000, 1_500_000, 100_000_000)] == [
        "US$ 10 thousand",
        "US$ 15 thousand",
        "US$ 1 million",
        "US$ 1.5 million",
        "US$ 100 million",
    ]
    assert len({threshold_words(usd, "id") for usd in THRESHOLDS_USD}) == len(THRESHOLDS_USD)
    assert percent_text(0.004, "id") == "0,4"
    assert percent_text(1.0, "en") == "100"
    assert set(WORDS["id"]["parameters"]) == set(FIXABLE)


def test_the_page_says_what_holding_a_parameter_fixed_leaves_out(visitor: Client) -> None:
    held = "lang=en&fix=rail_share&rail_share=80"
    assert WORDS["en"]["held_rail"] in visitor.get(f"/weigh?{held}&base=rail").text
    world = visitor.get(f"/weigh?{held}&base=world").text
    assert "Held fixed: Part of sales paid over this rail." in world
    assert WORDS["en"]["held_rail"] not in world
    assert "Held fixed" not in visitor.get("/weigh?lang=en&base=rail").text


@pytest.mark.django_db
def test_the_status_page_leads_to_the_weighing(visitor: Client) -> None:
    assert 'href="/weigh?lang=en"' in visitor.get("/figures?lang=en").text


def test_the_page_writes_nothing_and_takes_nothing_but_questions(visitor: Client) -> None:
    for path in ("/weigh", "/weigh/answer", "/weigh/policy.toml"):
        assert visitor.post(path).status_code == 405
