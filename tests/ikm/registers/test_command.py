"""``mediator ikm import`` as people run it: what it prints, its exit codes, and that it survives being killed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

from mediator.cli.ikm_import import import_
from mediator.ikm.producers.models import Producer
from tests.ikm.registers.making import NIK, OTHER, dinas, row, sheet


def run(*arguments: str):
    return CliRunner().invoke(import_, arguments, standalone_mode=False)


def register(folder: Path, rows: list[dict[str, str]]) -> str:
    path = folder / "register.csv"
    path.write_bytes(sheet(rows))
    return str(path)


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_dry_run_then_the_import_with_a_report_of_every_row(tmp_path):
    dinas()
    path = register(tmp_path, [row(), OTHER, row(NIB="123", NIK=NIK)])
    dry = run("producers", path, "--organisation", "dinas-uji", "--dry-run", "--json")
    assert json.loads(dry.stdout)["counts"] == {"new": 2, "changed": 0, "unchanged": 0, "refused": 1, "doubtful": 0}
    assert not Producer.objects.exists()
    report = tmp_path / "report.csv"
    done = run("producers", path, "--organisation", "dinas-uji", "--report", str(report))
    assert done.return_value == 1
    assert "It has another number of digits than it must. (13)" in done.stdout
    assert len(report.read_text().splitlines()) == 4
    assert report.stat().st_mode & 0o077 == 0
    assert NIK not in done.stdout + report.read_text()
    again = run("producers", path, "--organisation", "dinas-uji", "--json")
    assert json.loads(again.stdout)["counts"]["unchanged"] == 2


@pytest.mark.django_db(databases=["default", "owner"])
def test_what_was_mapped_by_hand_is_remembered_for_the_next_file(tmp_path):
    dinas()
    path = register(tmp_path, [{"Kolom A": "Keripik Sari", "Kolom B": "9120001234567", "Daerah": "Kota Bandung"}])
    missing = run("producers", path, "--organisation", "dinas-uji")
    assert missing.exception.code == "mapping_needs"
    said = run("producers", path, "--organisation", "dinas-uji", "--map", "name=Kolom A", "--map", "nib=2")
    assert said.return_value == 0
    path = register(tmp_path, [{"KOLOM A": "Batik Jaya", "Kolom  B": "9120007654321", "Daerah": "Kota Bandung"}])
    assert run("producers", path, "--organisation", "dinas-uji").return_value == 0
    assert sorted(Producer.objects.values_list("nib", flat=True)) == ["9120001234567", "9120007654321"]


@pytest.mark.django_db(databases=["default", "owner"])
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["producers", "{bad}", "--organisation", "dinas-uji"], "no rows under its header"),
        (["producers", "{good}", "--organisation", "tidak-ada"], "no organisation"),
        (["producers", "{good}", "--organisation", "dinas-uji", "--map", "name=Zzz"], "no column"),
        (["producers", "{good}", "--organisation", "dinas-uji", "--unit", "sales=7"], "Units are"),
        (["producers", "{good}", "--organisation", "dinas-uji", "--as-of", "2999-01-01"], "not come yet"),
    ],
)
def test_what_can_not_be_read_is_said_in_one_sentence(tmp_path, arguments, words):
    dinas()
    good = register(tmp_path, [row()])
    bad = tmp_path / "bad.csv"
    bad.write_text("NIB;Nama Usaha\n")
    result = run(*(each.format(good=good, bad=bad) for each in arguments))
    assert words in str(getattr(result.exception, "message", "") or result.exception)


SAME = """
SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM (
    SELECT name, name_key, nib, nik_mark, regency, workers, sales_minor, source FROM ikm_producer) t
UNION ALL SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM (
    SELECT p.nib, m.kind, m.number, m.valid_to FROM ikm_permit m JOIN ikm_producer p ON p.id = m.producer_id) t
UNION ALL SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM (SELECT key, digest, line FROM ikm_register_row) t
UNION ALL SELECT count(*)::text FROM ikm_register_double
UNION ALL SELECT counts::text || state FROM ikm_register_import
"""


def command(database, path: Path) -> subprocess.Popen[bytes]:
    words = [
        "ikm",
        "import",
        "producers",
        str(path),
        "--organisation",
        "dinas-uji",
        "--workers",
        "1",
        "--batch",
        "100",
        "--json",
    ]
    return subprocess.Popen(
        [sys.executable, "-m", "mediator.cli.main", *words], env=database.environment, stdout=subprocess.PIPE
    )


def fingerprint(database) -> set[str]:
    with psycopg.connect(database.owner) as connection:
        return {row[0] for row in connection.execute(SAME).fetchall()}


@pytest.mark.slow
def test_killed_in_the_middle_and_run_again_it_ends_as_one_clean_run(fresh_database, tmp_path):
    from mediator.bench.ikm_import import make_file

    dinas()
    path = tmp_path / "register.csv"
    make_file(path, 600, seed=3)
    process = command(fresh_database, path)
    while process.poll() is None:
        with psycopg.connect(fresh_database.owner) as connection:
            got = connection.execute("SELECT cursor FROM ikm_register_import").fetchone()
        if got and got[0]:
            process.send_signal(signal.SIGKILL)
            process.wait()
        time.sleep(0.01)
    assert process.returncode == -signal.SIGKILL
    command(fresh_database, path).communicate()
    killed = fingerprint(fresh_database)
    with psycopg.connect(fresh_database.owner) as connection:
        for table in (
            "permit",
            "size_class",
            "changed",
            "register_row",
            "register_wrote",
            "register_double",
            "producer",
        ):
            connection.execute(f"DELETE FROM ikm_{table}")
        connection.execute("DELETE FROM ikm_register_import")
    command(fresh_database, path).communicate()
    assert fingerprint(fresh_database) == killed
    assert any('"new": 59' in each for each in killed)
