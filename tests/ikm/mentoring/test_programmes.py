"""Programmes as data: the shipped file is whole, and a bad one is told line by line."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from mediator.cli.ikm_mentoring import programmes as command
from mediator.ikm.errors import IkmError
from mediator.ikm.mentoring import service
from mediator.ikm.mentoring.programmes import ProgrammesFaulty, parse, shipped

from .making import World

GOOD = """
[[organisation]]
code = "disperindag-kediri"
name = "Disperindag Kota Kediri"
kind = "regency"
level = "regency"
region = "35.71"
body = "disperindag-kediri"

[[programme]]
code = "dampingan"
organisation = "disperindag-kediri"
name_id = "Dampingan"
name_en = "Mentoring"
stages = ["register", "mentor"]
source = "the dinas"
confidence = "ours"
[programme.rule]
min_sessions = { value = 2, confidence = "ours", source = "the dinas" }
min_days = { value = 20, confidence = "ours", source = "the dinas" }
"""


def test_every_shipped_programme_says_where_each_number_comes_from() -> None:
    file = shipped()
    codes = {one.code for one in file.programmes}
    assert {
        "e-smart-ikm", "export-coaching", "plut-kumkm", "cppob", "sehati", "umkm-level-up", "aki", "bi-onboarding",
        "7-pas",
    } <= codes  # fmt: skip
    for one in file.programmes:
        for name, figure in one.rule.named():
            assert figure.source, (one.code, name)
            assert figure.confidence != "read" or ":" in figure.source, (one.code, name)
        assert len(one.keeps_id) == len(one.keeps_en) > 0
    halal = next(one for one in file.programmes if one.code == "sehati")
    assert (halal.terms.daily_cap, halal.permit_kinds) == (10, ("halal",))


def test_a_good_file_is_read() -> None:
    (one,) = parse(GOOD).programmes
    assert (one.completes_from, one.terms.min_sessions, one.terms.min_days) == ("mentor", 2, 20)


BAD = {
    'region = "35.71"': ('region = "3571"', 7, "bad_region"),
    'level = "regency"': ('level = "kecamatan"', 6, "bad_value"),
    'stages = ["register", "mentor"]': ('stages = ["register", "sulap"]', 15, "unknown_code"),
    'stages = ["register", "mentor"] ': ('stages = ["register", "register"]', 15, "bad_stages"),
    'confidence = "ours"\n[': ('confidence = "ours"\ncomplete_from = "market"\n[', 18, "bad_stages"),
    "min_sessions = { value = 2,": ("min_sessions = { value = 0,", 19, "out_of_range"),
    "min_days = { value = 20,": ('min_days = { value = "20",', 20, "bad_value"),
    'source = "the dinas" }\nmin': ('source = "" }\nmin', 19, "no_source"),
    'code = "dampingan"': ('code = "Dampingan Baru"', 11, "bad_code"),
    'name_en = "Mentoring"': ('name_en = "Mentoring"\ncolour = "red"', 10, "bad_value"),
    "[[programme]]": ("[[program]]", 10, "unknown_field"),
}


@pytest.mark.parametrize("old", BAD)
def test_a_fault_is_told_with_its_line_and_code(old: str) -> None:
    new, line, code = BAD[old]
    assert old.rstrip(" ") in GOOD
    with pytest.raises(ProgrammesFaulty) as faulty:
        parse(GOOD.replace(old.rstrip(" "), new, 1), "f.toml")
    assert (line, code) in {(fault.line, fault.code) for fault in faulty.value.faults}
    assert f"f.toml:{line}: " in str(faulty.value)


def test_all_faults_are_told_at_once_and_what_is_no_toml_too() -> None:
    with pytest.raises(ProgrammesFaulty) as faulty:
        parse(GOOD.replace("35.71", "99.99").replace("value = 2,", "value = 999,"))
    assert [fault.code for fault in faulty.value.faults] == ["bad_region", "out_of_range"]
    with pytest.raises(ProgrammesFaulty) as faulty:
        parse("[[programme]]\ncode = ")
    assert (faulty.value.code, faulty.value.line) == ("bad_toml", 2)


def test_a_version_never_changes_and_never_goes_back(world: World) -> None:
    service.load(parse(GOOD), world.now)
    for changed, code in (
        (GOOD.replace("value = 2,", "value = 3,"), "programme_changed"),
        (
            GOOD.replace('organisation = "disperindag-kediri"', 'organisation = "nobody"\nversion = 2'),
            "unknown_organisation",
        ),
    ):
        with pytest.raises(IkmError) as refused:
            service.load(parse(changed), world.now)
        assert refused.value.code == code
    service.load(parse(GOOD.replace('code = "dampingan"', 'code = "dampingan"\nversion = 3')), world.now)
    with pytest.raises(IkmError) as refused:
        service.load(parse(GOOD.replace('code = "dampingan"', 'code = "dampingan"\nversion = 2')), world.now)
    assert refused.value.code == "version_too_low"


def test_the_command_loads_once_lists_and_tells_faults(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mediator.config.database.ensure_database", lambda: None)

    def run(*arguments: str) -> str:
        return CliRunner().invoke(command, arguments, standalone_mode=False, catch_exceptions=False).output

    assert "0 new programmes" in run("load")
    assert "e-smart-ikm  version 1" in run("list")
    file = tmp_path / "own.toml"
    file.write_text(GOOD, "utf-8")
    assert "1 programmes, 1 organisations; no fault" in run("check", str(file))
    assert "1 new programmes, 1 new organisations" in run("load", str(file))
    file.write_text('[[programme]]\ncode = "x"\n', "utf-8")
    with pytest.raises(ProgrammesFaulty) as faulty:
        run("check", str(file))
    assert f"{file}:1: " in str(faulty.value)
