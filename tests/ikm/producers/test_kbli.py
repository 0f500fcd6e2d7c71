"""KBLI and HS codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from mediator.ikm.producers import kbli
from mediator.ikm.producers.kbli import check_kbli, hs_name, is_hs, is_industry, kbli_title, load_titles, section_of

SHARED = Path("/work/shared/data/kbli2020/kbli2020.csv")


@pytest.mark.parametrize(
    ("text", "code", "section"), [("10710", "10710", "C"), ("KBLI 33.200", "33200", "C"), ("47911", "47911", "G")]
)
def test_a_code_has_a_section(text: str, code: str, section: str) -> None:
    checked = check_kbli(text)
    assert (checked.number, checked.facts["section"]) == (code, section)


@pytest.mark.parametrize(
    ("text", "version", "problem"),
    [
        ("1071", "2020", "length"), ("107100", "2020", "length"), ("34000", "2020", "division"), ("", "2020", "empty"),
        ("00000", "2020", "division"), ("roti", "2020", "form"), ("10710", "2018", "version"),
    ],
)  # fmt: skip
def test_what_is_no_code_says_why(text: str, version: str, problem: str) -> None:
    assert [one.code for one in check_kbli(text, version).problems] == [problem]


def test_industry_is_divisions_10_to_33_in_every_version() -> None:
    assert [code for code in range(1, 100) if is_industry(f"{code:02}")] == list(range(10, 34))
    assert section_of("10710", "2025") == "C"
    assert section_of("47911", "2025") == "", "sections after F differ in ISIC Rev. 5"


def test_titles_come_from_the_users_own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "kbli.csv"
    file.write_text("kategori,kode,digit,judul,uraian\nC,10710,5,Industri Produk Roti,…\n", encoding="utf-8")
    assert kbli_title("10710") == ""
    monkeypatch.setenv("MEDIATOR_KBLI", str(file))
    assert check_kbli("10710").facts["title"] == kbli_title("10710") == "Industri Produk Roti"
    unknown = check_kbli("10799")
    assert (unknown.number, unknown.problems[0].code) == ("10799", "unknown")


@pytest.mark.skipif(not SHARED.exists(), reason="KBLI's titles have no licence and are not shipped")
def test_the_divisions_are_those_of_the_published_list() -> None:
    import csv

    assert len(load_titles(SHARED)) == 2686
    with SHARED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(section_of(row["kode"]) == row["kategori"] for row in rows)
    assert sum(is_industry(row["kode"]) for row in rows if row["digit"] == "5") == 475


def test_hs_codes_have_their_public_descriptions() -> None:
    assert hs_name("010121") == "Horses; live, pure-bred breeding animals"
    assert (hs_name("999998"), is_hs("010121"), is_hs("0101")) == ("", True, False)
    assert sum(len(code) == 6 for code in kbli._hs()) == 5612, "without 999999, which is no goods"
