"""What a token proves and what it refuses; without any database."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc import jws
from joserfc.errors import UnsupportedAlgorithmError
from joserfc.jwk import OctKey, OKPKey

from mediator.config.folder import DataFolder
from mediator.ikm.accredited import keys, tokens, verify
from mediator.ikm.accredited.serials import LETTERS, new_serial, read_serial
from mediator.ikm.errors import IkmError
from tests.ikm.accredited.making import NOW, SUBJECT, VALID_TO

SERIAL = "K7QM-2F9X-4T8"


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


@pytest.fixture
def key(folder: DataFolder) -> keys.SigningKey:
    return keys.signing_key(folder)


@pytest.fixture
def known(folder: DataFolder, key: keys.SigningKey) -> dict[str, OKPKey]:
    return verify.read_keys(json.dumps(keys.published(folder)))


def token(key: keys.SigningKey, valid_to: date | None = VALID_TO) -> str:
    return tokens.sign_certificate(
        key, serial=SERIAL, kind="selection", organisation="dinkop-jatim", subject=SUBJECT, issued_at=NOW,
        valid_to=valid_to,
    )  # fmt: skip


def refusal(text: str, known: dict[str, OKPKey]) -> str:
    with pytest.raises(verify.VerifyError) as refused:
        verify.check(text, known, NOW)
    return refused.value.code


def test_a_token_says_what_was_certified_to_whoever_has_the_public_key(
    key: keys.SigningKey, known: dict[str, OKPKey]
) -> None:
    found = verify.check(token(key), known, NOW)
    assert (found.state, found.serial, found.kind, found.organisation) == ("valid", SERIAL, "selection", "dinkop-jatim")
    assert found.what == SUBJECT
    assert found.issued_at == NOW
    assert found.list_of is None


def test_a_certificate_is_valid_until_the_end_of_its_last_day_in_jakarta(
    key: keys.SigningKey, known: dict[str, OKPKey]
) -> None:
    text = token(key, date(2026, 3, 31))
    midnight = datetime(2026, 3, 31, 17, tzinfo=UTC)
    assert verify.check(text, known, midnight - timedelta(seconds=1)).state == "valid"
    assert verify.check(text, known, midnight).state == "expired"
    assert verify.check(token(key, None), known, NOW + timedelta(days=40_000)).state == "valid"


def test_no_byte_of_a_token_can_be_changed(key: keys.SigningKey, known: dict[str, OKPKey]) -> None:
    text = token(key)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for place, letter in enumerate(text):
        other = letters[(letters.find(letter) + 1) % 64]
        assert refusal(text[:place] + other + text[place + 1 :], known) in {"changed", "not_ours", "key_unknown"}
    assert refusal(text[:-1], known) == "not_ours"
    assert refusal(text + "A", known) in {"changed", "not_ours"}
    assert refusal(text + "=", known) == "not_ours"


def _forged(header: dict[str, Any], claims: dict[str, Any], signature: bytes = b"") -> str:
    parts = [json.dumps(header).encode(), json.dumps(claims).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def test_no_other_algorithm_is_taken_whatever_the_header_says(key: keys.SigningKey, known: dict[str, OKPKey]) -> None:
    claims = {"iss": "x", "jti": SERIAL, "iat": 0, "kind": "selection", "org": "x", "what": {}}
    header = {"kid": key.kid, "typ": verify.CERTIFICATE}
    for name in ("none", "None", "nOnE", ""):
        assert refusal(_forged({"alg": name} | header, claims), known) == "not_ours"
    public = keys_as_secret(key)
    confused = jws.serialize_compact({"alg": "HS256"} | header, json.dumps(claims), public, algorithms=["HS256"])
    assert refusal(confused, known) == "not_ours"


def keys_as_secret(key: keys.SigningKey) -> OctKey:
    """The public key's bytes as a shared secret: the old trick of confusing a verifier."""
    x = key.jwk.as_dict(private=False)["x"]
    assert isinstance(x, str)
    return OctKey.import_key(base64.urlsafe_b64decode(x + "=="))


def test_the_library_itself_refuses_another_algorithm_too(key: keys.SigningKey) -> None:
    with pytest.raises(UnsupportedAlgorithmError):
        verify.REGISTRY.get_alg("HS256")
    with pytest.raises(UnsupportedAlgorithmError):
        verify.REGISTRY.get_alg("none")


def test_a_token_of_another_type_or_with_more_in_its_header_is_refused(
    key: keys.SigningKey, known: dict[str, OKPKey]
) -> None:
    the_list = tokens.sign_revoked(key, {}, NOW)
    assert refusal(the_list, known) == "not_ours"
    with pytest.raises(verify.VerifyError, match="something else"):
        verify.read_revoked(token(key), known)
    for more in ({"b64": False, "crit": ["b64"]}, {"jwk": key.jwk.as_dict(private=False)}, {"jku": "https://x.id"}):
        header = {"alg": "EdDSA", "kid": key.kid, "typ": verify.CERTIFICATE} | more
        assert refusal(_forged(header, {}, b"0" * 64), known) == "not_ours"


def test_a_token_of_a_stranger_is_not_believed(known: dict[str, OKPKey], tmp_path: Path) -> None:
    stranger = keys.signing_key(DataFolder(tmp_path / "stranger"))
    assert refusal(token(stranger), known) == "key_unknown"
    posing = keys.SigningKey(next(iter(known)), stranger.jwk)
    assert refusal(token(posing), known) == "changed"


@pytest.mark.parametrize(
    "junk", ["", ".", "..", "a.b.c", "💩.💩.💩", "e30.e30.e30", "W10.W10.", "x" * 10_000, "eyJ9.e30."]
)
def test_junk_is_not_ours(junk: str, known: dict[str, OKPKey]) -> None:
    assert refusal(junk, known) == "not_ours"


def test_a_signed_text_that_says_no_certificate_is_not_ours(key: keys.SigningKey, known: dict[str, OKPKey]) -> None:
    header = {"alg": "EdDSA", "kid": key.kid, "typ": verify.CERTIFICATE}
    for claims in ({}, {"iss": "x", "jti": 1, "iat": "soon", "kind": "", "org": "", "what": {}}):
        signed = jws.serialize_compact(header, json.dumps(claims), key.jwk, registry=verify.REGISTRY)
        assert refusal(signed, known) == "not_ours"


def test_the_list_says_revoked_even_of_what_has_expired_and_up_to_when_it_knew(
    key: keys.SigningKey, known: dict[str, OKPKey]
) -> None:
    the_list = verify.read_revoked(tokens.sign_revoked(key, {SERIAL: NOW + timedelta(hours=1)}, NOW), known)
    assert the_list.number == 1
    found = verify.check(token(key), known, NOW, the_list)
    assert (found.state, found.revoked_at, found.list_of, found.is_list_old) == (
        "revoked", NOW + timedelta(hours=1), NOW, False,
    )  # fmt: skip
    assert verify.check(token(key), known, NOW + timedelta(days=4_000), the_list).state == "revoked"
    empty = verify.read_revoked(tokens.sign_revoked(key, {}, NOW), known)
    late = verify.check(token(key), known, NOW + timedelta(days=2), empty)
    assert (late.state, late.is_list_old) == ("valid", True)


def test_a_list_of_another_issuer_says_nothing(key: keys.SigningKey, known: dict[str, OKPKey], settings: Any) -> None:
    text = token(key)
    settings.SITE_URL = "https://other.example"
    other = verify.read_revoked(tokens.sign_revoked(key, {}, NOW), known)
    with pytest.raises(verify.VerifyError) as refused:
        verify.check(text, known, NOW, other)
    assert refused.value.code == "other_list"


def test_a_long_list_can_be_read(key: keys.SigningKey, known: dict[str, OKPKey]) -> None:
    gone = {new_serial(): NOW for _ in range(20_000)}
    assert verify.read_revoked(tokens.sign_revoked(key, gone, NOW), known).revoked == gone


def test_after_rotation_old_certificates_verify_and_nobody_can_sign_with_the_old_key(folder: DataFolder) -> None:
    old = keys.signing_key(folder)
    before = token(old)
    new = keys.rotate(folder)
    assert new.kid != old.kid
    public = keys.published(folder)
    assert [key["kid"] for key in public["keys"]] == [new.kid, old.kid]
    known = verify.read_keys(json.dumps(public))
    assert verify.check(before, known, NOW).state == "valid"
    assert verify.check(token(new), known, NOW).state == "valid"
    kept = sorted((folder.path / keys.FOLDER).iterdir())
    assert [b"PRIVATE" in file.read_bytes() for file in kept] == [False, True]
    assert all(file.stat().st_mode & 0o077 == 0 for file in kept)
    assert not any({"d", "p", "q"} & key.keys() for key in public["keys"])


def test_a_key_file_that_holds_no_key_is_said_and_never_replaced(folder: DataFolder) -> None:
    keys.signing_key(folder)
    file = next((folder.path / keys.FOLDER).iterdir())
    file.write_text("gone")
    with pytest.raises(IkmError) as refused:
        keys.signing_key(folder)
    assert refused.value.code == "key_unreadable"
    assert file.read_text() == "gone"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"keys": 1}', '{"keys": [{"kty": "OKP", "crv": "Ed25519"}]}'])
def test_what_is_no_set_of_keys_is_said(text: str) -> None:
    with pytest.raises(verify.VerifyError) as refused:
        verify.read_keys(text)
    assert refused.value.code == "bad_keys"


def test_the_one_file_verifies_by_itself(key: keys.SigningKey, folder: DataFolder, tmp_path: Path) -> None:
    """Copied away, with nothing of Mediator beside it."""
    script = tmp_path / "verify.py"
    script.write_text(Path(verify.__file__).read_text())
    (tmp_path / "keys.json").write_text(json.dumps(keys.published(folder)))
    (tmp_path / "revoked.jws").write_text(tokens.sign_revoked(key, {}, datetime.now(UTC)))

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-I", script, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
        )

    done = run(token(key, None), "keys.json", "revoked.jws")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"VALID: certificate {SERIAL}")
    assert "Checked against the list of" in done.stdout
    refused = run(token(key, None)[:-4] + "AAAA", "keys.json")
    assert refused.returncode == 1
    assert "changed" in refused.stderr or "not_ours" in refused.stderr


# serials


def mistakes(serial: str) -> Iterator[str]:
    """The serial with each letter replaced by each other, and with any two letters swapped."""
    letters = serial.replace("-", "")
    for place, letter in enumerate(letters):
        for other in LETTERS:
            if other != letter:
                yield letters[:place] + other + letters[place + 1 :]
        for second in range(place + 1, len(letters)):
            if letters[second] != letter:
                swapped = list(letters)
                swapped[place], swapped[second] = swapped[second], swapped[place]
                yield "".join(swapped)


def test_every_wrong_letter_and_every_two_swapped_letters_of_a_serial_are_noticed() -> None:
    for _ in range(20):
        serial = new_serial()
        assert read_serial(serial) == serial
        assert not any(read_serial(wrong) for wrong in mistakes(serial))


def test_a_serial_is_read_as_people_type_it() -> None:
    serial = next(text for text in iter(new_serial, "") if "0" in text and "1" in text)
    assert read_serial(f"  {serial.lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')} ") == serial
    assert len({new_serial() for _ in range(1_000)}) == 1_000
    assert not any(read_serial(text) for text in ("", "K7QM", serial + "A", "ÄÖÜß-ÄÖÜß-ÄÖÜ", "K7QM-2F9X-4T*"))
