"""Codes of places: two systems, one set of digits, and no guessing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from mediator.ikm.producers import regions
from mediator.ikm.producers.regions import bps_code, district_name, regencies_named, resolve
from mediator.shop.places import REGENCIES

SURE = [
    ("11.01", "", "", "11.01", "dot"),
    ("1101", "kemendagri", "", "11.01", "system"),
    ("1101", "bps", "", "11.09", "system"),
    ("1101", "", "Kab. Simeulue", "11.09", "name"),
    ("1101", "", "ACEH SELATAN", "11.01", "name"),
    ("3306", "", "", "33.06", "same"),
    ("3306", "", "Purworejo", "33.06", "same"),
    ("3306.0", "", "", "33.06", "same"),
    (" 31.75 ", "", "Kota Administrasi Jakarta Timur", "31.75", "dot"),
    ("33.06.01", "", "", "33.06", "dot"),
    ("3306012", "", "", "33.06", "form"),
    ("9401", "bps", "Merauke", "93.01", "system"),
    ("94.01", "", "Nabire", "94.01", "dot"),
    ("11.01", "bps", "Aceh Selatan", "11.01", "name"),
    ("3204", "", "Kabupaten Bandung", "32.04", "same"),
    ("3101", "", "Kab. Adm. Kep. Seribu", "31.01", "same"),
]

OPEN = [
    ("1101", "", "", "ambiguous", "11.01 | 11.09"),
    ("1101", "", "Sleman", "ambiguous", "11.01 | 11.09"),
    ("9401", "", "", "ambiguous", "93.01 | 94.01"),
    ("11.01", "bps", "", "ambiguous", "11.01 | 11.09"),
    ("1101", "kemendagri", "Simeulue", "name_disagrees", "11.09"),
    ("3306", "", "Kota Bandung", "name_disagrees", "32.73"),
    ("3204", "", "Kota Bandung", "name_disagrees", "32.73"),
    ("33.99", "", "", "unknown", ""),
    ("3399", "kemendagri", "Purworejo", "unknown", "33.06"),
    ("9501", "bps", "", "unknown", ""),
    ("91", "", "", "ambiguous", ""),
    ("94", "bps", "", "split_since", ""),
    ("10", "", "", "unknown", ""),
    ("", "", "", "form", "99.99"),
    ("Bandung", "", "", "form", "99.99"),
    ("33-06", "", "", "form", "99.99"),
    ("33", "", "Jawa Timur", "name_disagrees", "35"),
]


@pytest.mark.parametrize(("code", "system", "name", "regency", "by"), SURE)
def test_what_is_sure_is_said_and_why(code: str, system: regions.System, name: str, regency: str, by: str) -> None:
    found = resolve(code, system, name)
    assert (found.regency, found.province, found.decided_by) == (regency, regency[:2], by)
    assert not any(problem.is_fatal for problem in found.problems)


@pytest.mark.parametrize(("code", "system", "name", "problem", "right"), OPEN)
def test_what_is_in_doubt_stays_open(code: str, system: regions.System, name: str, problem: str, right: str) -> None:
    found = resolve(code, system, name)
    assert not found.is_usable
    assert [(one.code, one.right, one.is_fatal) for one in found.problems] == [(problem, right, True)]


def test_a_name_nobody_knows_changes_nothing_and_is_mentioned() -> None:
    found = resolve("33.06", "", "Bagelen Raya")
    assert found.regency == "33.06"
    assert [(one.code, one.is_fatal) for one in found.problems] == [("name_unknown", False)]


def test_a_slip_of_the_finger_in_a_name_is_forgiven() -> None:
    assert resolve("1101", "", "Acehh Selatan").regency == "11.01"


def test_a_district_is_told_by_its_kemendagri_code_alone() -> None:
    assert resolve("11.01.01").district == "11.01.01"
    assert district_name("11.01.01") == "Bakongan"
    assert [one.code for one in resolve("11.01.99").problems] == ["district_unknown"]
    assert [one.code for one in resolve("1101010", "bps").problems] == ["district_unmapped"]


def test_a_province_may_stand_alone_outside_papua() -> None:
    assert resolve("32", "", "Prov. Jawa Barat") == resolve("32")
    assert (resolve("91", "", "Papua Barat").province, resolve("92", "kemendagri").province) == ("92", "92")


def test_never_does_a_colliding_number_without_its_system_give_a_place() -> None:
    digits = {code.replace(".", "") for code in REGENCIES}
    colliding = [
        code for code in digits if resolve(code, "bps").is_usable
        and resolve(code, "bps").regency != f"{code[:2]}.{code[2:]}"
    ]  # fmt: skip
    assert len(colliding) == 164
    assert not any(resolve(code).is_usable for code in colliding)


def test_both_systems_lead_from_every_regency_and_back() -> None:
    differing = 0
    for code in REGENCIES:
        assert resolve(bps_code(code), "bps").regency == resolve(code.replace(".", ""), "kemendagri").regency == code
        differing += bps_code(code) != code.replace(".", "")
    assert differing == 199


def test_the_26_regencies_of_papuas_new_provinces_carry_their_old_bps_number() -> None:
    old = [code for code in REGENCIES if resolve(bps_code(code), "bps").is_old_bps]
    assert len(old) == 26
    assert {code[:2] for code in old} == {"93", "94", "95", "96"}


def test_every_regency_answers_to_its_own_name_and_to_no_other_that_is_like_it() -> None:
    assert all(code in regencies_named(name) for code, name in REGENCIES.items())
    stems = list(regions._by_stem())
    assert max(fuzz.ratio(a, b) for i, a in enumerate(stems) for b in stems[i + 1 :]) < regions._ALIKE


@given(st.text("0123456789. -", max_size=12), st.sampled_from(["", "bps", "kemendagri"]), st.text(max_size=12))
def test_no_code_and_no_name_raises(code: str, system: regions.System, name: str) -> None:
    found = resolve(code, system, name)
    assert found.is_usable != any(problem.is_fatal for problem in found.problems)
    assert not found.regency or found.regency[:2] == found.province


def test_the_share_alike_database_stays_apart_with_its_licence() -> None:
    folder = Path(regions.__file__).parent / "data" / "bps_odbl"
    assert sorted(path.name for path in folder.iterdir()) == ["SOURCE.md", "codes.csv"]
    assert "Open\nDatabase License" in (folder / "SOURCE.md").read_text(encoding="utf-8")
    assert (folder / "codes.csv").read_text(encoding="utf-8").startswith("kemendagri,bps_2019\n")
