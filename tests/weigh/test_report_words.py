"""Figures as people read them, and sentences that say what the numbers say and no more."""

from __future__ import annotations

import dataclasses
import json
import math

import pytest
from rich.console import Console

from mediator.weigh.answer import MEASURES, Answer, BreakEven, Range
from mediator.weigh.report import print_answer, to_json
from mediator.weigh.report.figures import Language, both, dollars, number, percent, rupiah, rupiah_range, share
from mediator.weigh.report.findings import (
    break_even_words,
    flip_of,
    headline,
    reasons,
    sign_of,
    verdict_words,
    what_flips,
    what_readings_say,
    which_channel,
    which_option,
    who_gets,
    yields,
)
from mediator.weigh.report.tiles import TILES
from mediator.weigh.report.words import CHANNEL, COUNTRY, MEASURE, SECTOR, SIZE
from mediator.weigh.vocabulary import SECTORS, provinces

from .answering import FLIPS, GAINS, LOSES, USD_RP, an_answer, estimate, with_measure


def spaced(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("value", "indonesian", "english"),
    [
        (1.234e12, "Rp 1,23 triliun", "Rp 1.23 trillion"),
        (45e9, "Rp 45 miliar", "Rp 45 billion"),
        (12_000_000, "Rp 12 juta", "Rp 12 million"),
        (950_000, "Rp 950.000", "Rp 950,000"),
        (0, "Rp 0", "Rp 0"),
        (-3.5e11, "−Rp 350 miliar", "−Rp 350 billion"),
        (999.96e9, "Rp 1 triliun", "Rp 1 trillion"),
        (1_234.5e12, "Rp 1.234 triliun", "Rp 1,234 trillion"),
        (-0.2, "Rp 0", "Rp 0"),
        (13_340_000_000, "Rp 13,3 miliar", "Rp 13.3 billion"),
    ],
)
def test_rupiah_are_written_as_people_write_them(value: float, indonesian: str, english: str) -> None:
    assert spaced(rupiah(value, "id")) == indonesian
    assert spaced(rupiah(value, "en")) == english


def test_a_change_has_its_sign_and_dollars_stand_in_brackets() -> None:
    assert spaced(rupiah(1e9, "id", True)) == "+Rp 1 miliar"
    assert spaced(both(-1.334e10, USD_RP, "id", True)) == "−Rp 13,3 miliar (−US$ 1 juta)"
    assert spaced(dollars(1.334e16, USD_RP, "en")) == "US$ 1 trillion"
    assert spaced(rupiah_range(-5e11, 1.2e12, "id")) == "Rp −0,50 s.d. +1,20 triliun"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (percent(-0.17, "id", True), "−0,17%"),
        (percent(-0.000001, "id", True), "0,0000%"),
        (share(1, 3, "en"), "33%"),
        (share(1, 1000, "id"), "kurang dari 1%"),
        (share(999, 1000, "en"), "over 99%"),
        (share(5, 0, "id"), "0%"),
        (number(-1234.5, "id", 1), "−1.234,5"),
    ],
)
def test_shares_never_round_to_none_or_all(told: str, expected: str) -> None:
    assert told == expected


def test_every_code_has_its_word_and_every_province_its_tile() -> None:
    assert set(MEASURE) == set(MEASURES)
    assert set(SECTOR) == set(SECTORS)
    assert (set(COUNTRY), set(SIZE), set(CHANNEL)) == (
        {"ID", "CN", "ZZ"},
        {"micro", "small", "medium", "large"},
        {"fee", "entry"},
    )
    assert set(TILES) == {province.code for province in provinces()[1:]}
    assert len({(tile.column, tile.row) for tile in TILES.values()}) == 38


@pytest.mark.parametrize(
    ("value", "sign", "said"),
    [
        (Range(5, 1, 5, 9, 0.97), "gain", "pasti naik: 97% percobaan"),
        (Range(-5, -9, -5, -1, 0.02), "loss", "pasti turun: 98% percobaan"),
        (Range(5, -1, 5, 9, 0.949), "uncertain", "belum pasti: naik di 94% percobaan"),
        (Range(-5, -9, -5, 1, 0.2), "uncertain", "belum pasti: naik di 20% percobaan"),
        (Range(5, 1, 5, 9, 0.9999), "gain", "pasti naik: >99% percobaan"),
        (Range(0, 0, 0, 0, 0.0), "none", "tidak berubah"),
    ],
)
def test_a_verdict_says_the_sign_and_the_share_of_draws(value: Range, sign: str, said: str) -> None:
    answer = an_answer()
    assert sign_of(value, answer) == sign
    assert verdict_words(value, answer, "id") == said


def test_without_draws_no_certainty_is_claimed() -> None:
    answer = an_answer()
    drawless = dataclasses.replace(answer, run=dataclasses.replace(answer.run, draws=0))
    assert sign_of(Range(5, 5, 5, 5, 1.0), drawless) == "undrawn"
    told = " ".join([headline(drawless, "id"), *reasons(drawless, "id"), which_option(drawless, "id")])
    assert "pasti naik" not in told
    assert "pasti turun" not in told
    assert "kepastian tidak diuji" in told


@pytest.mark.parametrize(
    ("lean", "expected", "other"),
    [(GAINS, "menaikkan penjualan", "menurunkan"), (LOSES, "menurunkan penjualan", "menaikkan")],
)
def test_the_headline_says_whether_producers_sell_more_or_less(
    lean: dict[str, float], expected: str, other: str
) -> None:
    told = headline(an_answer(lean), "id")
    assert expected in told
    assert other not in told
    assert "Bacaan lain" not in told


def test_an_uncertain_sign_is_not_told_as_a_rise() -> None:
    answer = with_measure(an_answer(), "equal", "sales_domestic", Range(1e11, -2e11, 1e11, 3e11, 0.7))
    assert "belum tentu menaikkan atau menurunkan" in headline(answer, "id")
    assert "may raise or lower" in headline(answer, "en")


def test_readings_that_disagree_are_named_and_turn_the_sign() -> None:
    answer = an_answer(FLIPS)
    assert flip_of(answer, "equal").is_flip
    told = what_readings_say(answer, "id")
    assert "pasti naik menurut “omzet dunia”" in told
    assert "pasti turun menurut “omzet di Indonesia” atau “omzet di rel ini”" in told
    assert "Bacaan lain membalik arahnya" in headline(answer, "id")
    assert "“omzet di Indonesia” atau “omzet di rel ini”" in what_flips(answer, "id")
    assert "US$ 37 juta" in spaced(what_flips(answer, "id"))


@pytest.mark.parametrize(("lean", "word"), [(GAINS, "naik"), (LOSES, "turun")])
def test_readings_that_agree_are_told_as_one(lean: dict[str, float], word: str) -> None:
    assert what_readings_say(an_answer(lean), "id") == f"Semua 6 bacaan sepakat: penjualan produsen pasti {word}."


def test_nothing_that_flips_is_told_as_nothing() -> None:
    answer = dataclasses.replace(an_answer(GAINS), break_even=(), tornado=())
    assert what_flips(answer, "en").startswith("No reading, threshold or single parameter")


def test_who_gets_the_fees_names_the_side_with_more() -> None:
    answer = an_answer()
    assert "terbanyak untuk pedagang Indonesia: 70% Indonesia, 25% Tiongkok, 5% negara lain" in who_gets(answer, "id")
    abroad = with_measure(answer, "equal", "waived_china", estimate(1.4e12))
    assert "more for foreign merchants than Indonesian" in who_gets(abroad, "en")
    assert who_gets(answer, "en", "none") == "No fee is waived."


@pytest.mark.parametrize(
    ("fee", "entry", "expected"),
    [
        (3e11, -6e11, "2.0 times as strong as the fee."),
        (6e11, -3e11, "the fee is 2.0 times as strong."),
        (3e11, 3.1e11, "+Rp 310 billion."),
        (0, 3e11, "+Rp 300 billion."),
    ],
)
def test_the_stronger_channel_is_named_only_when_it_is_stronger(fee: float, entry: float, expected: str) -> None:
    answer = with_measure(an_answer(), "equal", "sales_domestic", estimate(fee))
    answer = with_measure(answer, "equal", "sales_domestic", estimate(entry), "entry")
    assert spaced(which_channel(answer, "en")).endswith(expected)


def test_the_best_option_gives_most_for_a_rupiah_waived() -> None:
    answer = an_answer()
    ranked = yields(answer)
    assert ranked[0].option.name == "curated"
    assert math.isclose(ranked[0].per_rupiah, 1.2e11 / 9e10)
    assert "none" not in {one.option.name for one in ranked}
    assert "Curated IKM only" in which_option(answer, "en")


def test_no_option_is_praised_when_none_raises_sales() -> None:
    answer: Answer = an_answer()
    for name in ("equal", "domestic", "curated", "sliding"):
        answer = with_measure(answer, name, "sales_domestic", estimate(-1e10))
    assert which_option(answer, "en").startswith("None of the options")


def test_json_holds_every_row_in_the_same_bytes_with_whole_rupiah() -> None:
    answer = an_answer()
    text = to_json(answer)
    assert text == to_json(an_answer())
    read = json.loads(text)
    assert list(read)[:2] == ["schema", "scenario"]
    for name in ("effects", "waived", "sectors", "provinces", "tornado", "sweep", "frontier", "sources"):
        assert len(read[name]) == len(getattr(answer, name))
    measures = read["effects"][2]["measures"]
    assert list(measures) == list(MEASURES)
    assert all(isinstance(measures[name]["central"], int) for name in MEASURES if not name.endswith("_percent"))
    assert measures["sales_domestic_percent"]["central"] == answer.effects[2].measures["sales_domestic_percent"].central
    assert isinstance(read["sweep"][3]["threshold_usd"], float)
    assert isinstance(read["sweep"][3]["sales_p5"], int)


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_terminal_shows_every_option_and_reading(language: Language) -> None:
    console = Console(width=200, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    answer = an_answer()
    print_answer(answer, console, language)
    told = spaced(console.export_text())
    for option in answer.options:
        assert (option.title_id if language == "id" else option.title_en) in told
    assert spaced(rupiah(3e11, language, True)) in told
    assert {"id": "bukan data resmi", "en": "not official data"}[language] in told
    assert answer.run.digest[:12] in told


def test_a_sign_that_changes_twice_is_not_told_as_one_turn() -> None:
    row = BreakEven("notch-world", "sales_domestic", 13_340_000_000, 1e6, 1, 1)
    told = spaced(break_even_words(row, an_answer(), "en"))
    assert told.startswith("up at the lowest and highest threshold, but the sign changes in between, first at US$ 1")


def test_readings_that_are_all_uncertain_are_not_told_as_agreeing() -> None:
    answer = an_answer()
    unsure = Range(1e9, -2e9, 1e9, 3e9, 0.6)
    effects = tuple(
        dataclasses.replace(effect, measures={**effect.measures, "sales_domestic": unsure}) for effect in answer.effects
    )
    told = what_readings_say(dataclasses.replace(answer, effects=effects), "en")
    assert "uncertain under all 6 readings" in told
    assert "agree" not in told
