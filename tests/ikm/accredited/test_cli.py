"""``mediator ikm certificate``, as a person at a terminal uses it: in processes of their own, without a database."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mediator.cli.ikm_certificate import certificate
from mediator.config.folder import DataFolder
from mediator.ikm.accredited import keys, tokens
from tests.ikm.accredited.making import SUBJECT

SERIAL = "K7QM-2F9X-4T8"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "keys.json").write_text(json.dumps(keys.published(DataFolder(tmp_path / "data"))))
    return tmp_path


def token(place: Path, valid_to: date | None = None, folder: str = "data") -> str:
    return tokens.sign_certificate(
        keys.signing_key(DataFolder(place / folder)), serial=SERIAL, kind="selection", organisation="dinkop-jatim",
        subject=SUBJECT, issued_at=datetime(2026, 3, 2, tzinfo=UTC), valid_to=valid_to,
    )  # fmt: skip


def revoked(place: Path, *serials: str) -> str:
    now = datetime.now(UTC)
    file = place / "revoked.jws"
    file.write_text(tokens.sign_revoked(keys.signing_key(DataFolder(place / "data")), dict.fromkeys(serials, now), now))
    return str(file)


def run(place: Path, *arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(
        certificate, ["verify", "--keys", str(place / "keys.json"), *arguments], input=stdin, standalone_mode=False
    )


def answer(result: Result) -> tuple[int, str]:
    """(exit code, code of the answer)."""
    return result.return_value, json.loads(result.stdout)["code"]


def test_each_answer_has_its_word_and_exit_code(place: Path) -> None:
    good = token(place)
    head, body, signature = good.split(".")
    assert answer(run(place, "--json", good)) == (0, "valid")
    assert answer(run(place, "--json", token(place, date(2020, 1, 1)))) == (1, "expired")
    assert answer(run(place, "--json", "--revoked", revoked(place, SERIAL), good)) == (1, "revoked")
    assert answer(run(place, "--json", "--revoked", revoked(place), good)) == (0, "valid")
    assert answer(run(place, "--json", "rubbish")) == (1, "not_ours")
    assert answer(run(place, "--json", f"{head}.{body[:-2]}AA.{signature}"))[1] in {"changed", "not_ours"}
    assert answer(run(place, "--json", token(place, folder="stranger"))) == (1, "key_unknown")


def test_a_person_reads_what_was_certified_and_of_which_date_the_list_is(place: Path) -> None:
    result = run(place, "--revoked", revoked(place), token(place))
    assert f"VALID: certificate {SERIAL}" in result.stdout
    assert "Keripik tempe sagu 200 g" in result.stdout
    assert f"Checked against the list of {datetime.now(UTC):%Y-%m-%d}" in result.stdout
    assert "Not checked for revocation" in run(place, token(place)).stdout


def test_the_token_comes_from_a_file_or_stdin_or_as_the_qr_code_says_it(place: Path) -> None:
    address = f"http://localhost:8000/certificate/{SERIAL}#{token(place)}"
    file = place / "token.txt"
    file.write_text(address + "\n")
    assert answer(run(place, "--json", str(file))) == (0, "valid")
    assert answer(run(place, "--json", "-", stdin=address)) == (0, "valid")
    assert answer(run(place, "--json", address)) == (0, "valid")


def test_what_cannot_be_read_is_bad_input(place: Path) -> None:
    (place / "other").write_text("{}")
    (place / "binary").write_bytes(b"\xff\xfe\x00")
    assert answer(run(place, "--json", "--revoked", str(place / "other"), token(place))) == (3, "bad_list")
    assert answer(run(place, "--json", str(place / "binary"))) == (1, "not_ours")
    (place / "keys.json").write_text("[]")
    assert answer(run(place, "--json", token(place))) == (3, "bad_keys")


def test_rotating_is_told_and_old_tokens_verify_with_the_new_keys(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = token(place)
    monkeypatch.setenv("MEDIATOR_DATA", str(place / "data"))
    rotated = CliRunner().invoke(certificate, ["rotate", "--json"], standalone_mode=False)
    printed = CliRunner().invoke(certificate, ["keys"], standalone_mode=False)
    (place / "keys.json").write_text(printed.stdout)
    assert json.loads(printed.stdout)["keys"][0]["kid"] == json.loads(rotated.stdout)["kid"]
    assert answer(run(place, "--json", old)) == (0, "valid")
