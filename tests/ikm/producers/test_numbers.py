"""Numbers as people write them: what counts, what is said of what doesn't, and that no text whatever raises."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediator.ikm.producers.numbers import PERMIT_KINDS, REQUIREMENTS, check_number, legal_requirements
from mediator.shop.categories import CATEGORIES

ON = date(2024, 6, 1)

USABLE = [
    ("nib", "1234567890123", "1234567890123"),
    ("nib", "NIB: 1234 5678 90123", "1234567890123"),
    ("nib", "Nomor Induk Berusaha (NIB) 1234567890123", "1234567890123"),
    ("nib", "'1234567890123", "1234567890123"),
    ("nib", "1234567890123.0", "1234567890123"),
    ("nib", "1234567890123", "1234567890123"),
    ("npwp", "01.312.166.0-091.000", "013121660091000"),
    ("npwp", "0013121660091000", "013121660091000"),
    ("npwp", "NPWP 016090524017000", "016090524017000"),
    ("npwp", "3306034107900001", "3306034107900001"),
    ("nik", "3306034107900001", "3306034107900001"),
    ("nik", "NIK 330603 010790 0001", "3306030107900001"),
    ("nik", "3306032902000001", "3306032902000001"),
    ("p-irt", "3063306010072-29", "3063306010072-29"),
    ("p-irt", "306330601007229", "3063306010072-29"),
    ("p-irt", "P-IRT No. 306 3306 01 0072–29", "3063306010072-29"),
    ("p-irt", "p.irt no: 3063306010072—29", "3063306010072-29"),
    ("p-irt", "SPP-IRT 3063306010072 - 29", "3063306010072-29"),
    ("p-irt", "Dinkes RI P-IRT No. 3063306010072-29", "3063306010072-29"),
    ("bpom-md", "MD 271111000300341", "MD 271111000300341"),
    ("bpom-md", "bpom ri md222871000500373", "MD 222871000500373"),
    ("bpom-md", "MD 235602169254", "MD 235602169254"),
    ("bpom-ml", "BPOM RI ML 235602169254", "ML 235602169254"),
    ("bpom-other", "NA18171234567", "NA18171234567"),
    ("bpom-other", "POM NA 18171234567", "NA18171234567"),
    ("bpom-other", "POM TR 123 456 789", "TR123456789"),
    ("bpom-other", "NKIT123456789", "NKIT123456789"),
    ("halal", "ID35110000145391021", "ID35110000145391021"),
    ("halal", "No. ID 35110000214820323", "ID35110000214820323"),
    ("halal", "Sertifikat Halal: ID00410000054900720", "ID00410000054900720"),
    ("sni", "SNI 3751:2018", "SNI 3751:2018"),
    ("sni", "sni iso/iec 17025 : 2017", "SNI ISO/IEC 17025:2017"),
    ("sni", "SNI 7973-1:2013", "SNI 7973-1:2013"),
    ("sni", "SNI 01-3751-2006", "SNI 01-3751-2006"),
    ("sppt-sni", "012/LSPr-010-IDN/2023 tipe 5", "012/LSPR-010-IDN/2023 TIPE 5"),
    ("merek", "IDM000984301", "IDM000984301"),
    ("merek", "No. Pendaftaran: idm 000 984 301", "IDM000984301"),
    ("tkdn", "1234/SJ-IND.8/TKDN/5/2023", "1234/SJ-IND.8/TKDN/5/2023"),
]

REFUSED = [
    ("nib", "", "empty", ""),
    ("nib", "   ", "empty", ""),
    ("nib", "123456789012", "length", "13"),
    ("nib", "12345678901234", "length", "13"),
    ("nib", "0000000000000", "placeholder", ""),
    ("nib", "1.23457E+12", "sheet_rounded", ""),
    ("nib", "belum punya", "form", "0–9"),
    ("nib", "123456789012O", "form", "0–9"),
    ("nib", "1" * 500, "form", ""),
    ("npwp", "01.312.166.0-091", "length", "15, 16"),
    ("npwp", "9906034107900001", "province_unknown", ""),
    ("nik", "330603410790000", "length", "16"),
    ("nik", "3306033107900000", "serial", "0001–9999"),
    ("nik", "3306033102900001", "birth_date", "DDMMYY, DD+40"),
    ("nik", "3306032902990001", "birth_date", "DDMMYY, DD+40"),
    ("nik", "3306038001900001", "birth_date", "DDMMYY, DD+40"),
    ("nik", "3306030113900001", "birth_date", "DDMMYY, DD+40"),
    ("p-irt", "P-IRT No. 1234567890123-45", "food_type", "01–15"),
    ("p-irt", "9063306010072-29", "packaging", "1–8"),
    ("p-irt", "0063306010072-29", "packaging", "1–8"),
    ("p-irt", "3003306010072-29", "food_type", "01–15"),
    ("p-irt", "3163306010072-29", "food_type", "01–15"),
    ("p-irt", "3063399010072-29", "region_unknown", ""),
    ("p-irt", "3063306000072-29", "serial", "01–99, 0001–9999"),
    ("p-irt", "3063306010000-29", "serial", "01–99, 0001–9999"),
    ("p-irt", "3063306010072-30", "year_too_far", "–29"),
    ("p-irt", "3063306010072", "length", "15"),
    ("p-irt", "306330601007", "old_form", "15"),
    ("bpom-md", "ML 222871000500373", "ml_on_domestic", "MD"),
    ("bpom-ml", "MD 222871000500373", "not_ml", "ML"),
    ("bpom-md", "222871000500", "letters_missing", "MD"),
    ("bpom-md", "MD 2711110003003", "length", "12, 15"),
    ("bpom-md", "ER 271111000300341", "application", "MD + 12, 15"),
    ("bpom-other", "NA1234", "length", "11"),
    ("bpom-other", "XX18171234567", "form", "NA + 11, TR + 9, SD + 9, QD + 9"),
    ("halal", "ID3511000014539", "length", "ID + 17"),
    ("halal", "KH.1234/2021", "fatwa_number", "ID + 17"),
    ("halal", "No. MUI 00123456789012", "before_bpjph", "ID + 17"),
    ("halal", "halal", "form", "ID + 17"),
    ("sni", "SNI", "form", "SNI 9999:9999"),
    ("sni", "SNI 12:2018", "form", "SNI 9999:9999"),
    ("merek", "DID2020012345", "application", "IDM + 9"),
    ("merek", "JID2021012345", "application", "IDM + 9"),
    ("merek", "D002020012345", "application", "IDM + 9"),
    ("merek", "IDM98430", "length", "IDM + 9"),
    ("tkdn", "ada", "form", "4–64"),
]

LOOKED_AT = [
    ("p-irt", "3063306010072-19", "expired", "2024"),
    ("p-irt", "3069101010072-26", "region_old", ""),
    ("npwp", "013121661091000", "check_digit", ""),
    ("nik", "9101034107900001", "region_old", ""),
    ("halal", "ID99110000145391021", "province_unknown", "00, 11–96"),
    ("halal", "ID35110000145391321", "month", "01–12"),
    ("halal", "ID35110000145390724", "future", "0624"),
    ("bpom-ml", "ML 222871000500373", "ml_on_domestic", "MD"),
    ("bpom-other", "NC18171234567", "imported", ""),
    ("sppt-sni", "012/2023 tipe 1", "lspro_missing", "LSPr-999-IDN"),
    ("sni", "SNI 3751:2030", "future", "2024"),
]


@pytest.mark.parametrize(("kind", "text", "number"), USABLE)
def test_what_people_write_becomes_one_form(kind: str, text: str, number: str) -> None:
    checked = check_number(kind, text, ON)
    assert checked.number == number
    assert checked.is_usable


@pytest.mark.parametrize(("kind", "text", "code", "right"), REFUSED)
def test_what_cannot_be_says_what_would_be_right(kind: str, text: str, code: str, right: str) -> None:
    checked = check_number(kind, text, ON)
    assert (checked.number, checked.problems[0].code, checked.problems[0].right) == ("", code, right)
    assert checked.problems[0].is_fatal


@pytest.mark.parametrize(("kind", "text", "code", "right"), LOOKED_AT)
def test_what_is_odd_is_looked_at_and_stays_usable(kind: str, text: str, code: str, right: str) -> None:
    checked = check_number(kind, text, ON)
    assert [(problem.code, problem.right) for problem in checked.problems] == [(code, right)]
    assert checked.is_usable


def test_the_example_of_purworejo_is_read_digit_by_digit() -> None:
    assert dict(check_number("p-irt", "3063306010072-19", ON).facts) == {
        "packaging": "3", "food_type": "06", "region": "33.06", "region_exists": "yes", "food_serial": "01",
        "producer_serial": "0072", "valid_to": "2019",
    }  # fmt: skip


def test_every_fault_of_a_number_is_named_at_once() -> None:
    checked = check_number("p-irt", "1234567890123-45", ON)
    assert [problem.code for problem in checked.problems] == ["food_type", "region_unknown", "year_too_far"]


def test_a_halal_number_tells_where_and_when_it_was_registered() -> None:
    facts = check_number("halal", "ID35110000214820323", ON).facts
    assert (facts["province"], facts["group"], facts["registered"]) == ("35", "110", "2023-03")


def test_a_nik_gives_away_neither_date_of_birth_nor_sex() -> None:
    man, woman = (check_number("nik", f"330603{day}07900001", ON) for day in ("01", "41"))
    assert man.facts == woman.facts == {"form": "nik", "province": "33", "regency": "33.06"}


def test_an_unknown_kind_is_the_callers_mistake() -> None:
    with pytest.raises(KeyError):
        check_number("sim", "1", ON)


_PIECES = st.sampled_from(
    ["P-IRT", "No. ", "3063306010072", "-19", "MD ", "ML", "ID", "3511", "SNI ", ":2018", "IDM", "–", " ", ".0", "E+12"]
)
_TEXTS = st.one_of(
    st.text(max_size=40),
    st.text("0123456789-. –MDLIRTPN", max_size=24),
    st.lists(_PIECES, max_size=7).map("".join),
    st.integers(10**11, 10**17).map(str),
)
_DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@given(st.sampled_from(sorted(PERMIT_KINDS)), _TEXTS, _DAYS)
def test_no_text_raises_and_a_number_is_missing_exactly_when_something_is_fatal(kind: str, text: str, on: date) -> None:
    checked = check_number(kind, text, on)
    assert checked.is_usable != any(problem.is_fatal for problem in checked.problems)


@given(st.sampled_from(sorted(PERMIT_KINDS)), _TEXTS, _DAYS)
def test_the_one_form_of_a_number_is_its_own(kind: str, text: str, on: date) -> None:
    checked = check_number(kind, text, on)
    if checked.is_usable:
        assert check_number(kind, checked.number, on) == checked


@given(
    st.integers(1, 8), st.integers(1, 15), st.sampled_from(["3306", "3175", "7371"]), st.integers(1, 99),
    st.integers(1, 9999), st.integers(2020, 2029), st.sampled_from(["", "-", " – ", "—"]),
)  # fmt: skip
def test_any_pirt_that_can_be_reads_back_as_it_was_made(
    packaging: int, food: int, place: str, first: int, second: int, year: int, dash: str
) -> None:
    digits = f"{packaging}{food:02}{place}{first:02}{second:04}"
    checked = check_number("p-irt", f"P-IRT {digits}{dash}{year % 100}", ON)
    assert checked.number == f"{digits}-{year % 100}"
    assert checked.facts["valid_to"] == str(year)


def test_every_kind_has_its_data_and_every_requirement_kinds_that_answer_it() -> None:
    for kind in PERMIT_KINDS.values():
        assert kind.name_id
        assert kind.name_en
        assert kind.source
        assert set(kind.required_for) <= set(CATEGORIES)
    for requirement in REQUIREMENTS.values():
        assert set(requirement.kinds) <= set(PERMIT_KINDS)
        assert set(requirement.categories) <= set(CATEGORIES)


def test_the_law_asks_of_food_a_business_a_licence_and_halal() -> None:
    assert [one.code for one in legal_requirements("food")] == ["business", "food-licence", "halal"]
    assert [one.code for one in legal_requirements("women")] == ["business"]


def test_a_million_numbers_take_seconds_not_minutes() -> None:
    begin = time.process_time()
    for _ in range(20_000):
        check_number("p-irt", "3063306010072-29", ON)
    assert (time.process_time() - begin) / 20_000 < 25e-6, "typically below 5 microseconds"
