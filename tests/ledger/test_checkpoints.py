"""The log over all books: signed heads, proofs, and what they catch that the chain alone cannot."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mediator.config.database import admin_conninfo
from mediator.config.folder import DataFolder
from mediator.deals.audit import Report, audit
from mediator.deals.audit.receipt import NoSuchDeal, receipt_of
from mediator.ledger import checkpoint, verify
from mediator.ledger.chain import START as CHAIN_START
from mediator.ledger.chain import Link, link_hash
from mediator.ledger.cursors import hot_cursor
from mediator.ledger.keys import SigningKey, signing_key
from mediator.ledger.merkle import consistency_path, inclusion_path, nodes_of, root_of_hashes
from mediator.ledger.verify import Head, VerifyError, check_consistency, leaf_hash, open_checkpoint, read_receipt
from tests.ledger.conftest import NOW, Scene
from tests.ledger.test_audit import first_of

# trees


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 31, 33])
def test_every_leaf_and_every_earlier_tree_is_proven(size: int) -> None:
    hashes = [leaf_hash(bytes([n])) for n in range(size)]
    nodes, root = nodes_of(hashes), root_of_hashes(hashes)
    for index in range(size):
        path = inclusion_path(nodes, index, size)
        assert verify.root_by_path(hashes[index], index, size, path) == root
        assert verify.root_by_path(leaf_hash(b"other"), index, size, path) != root
    for old in range(size + 1):
        earlier = Head("log", old, root_of_hashes(hashes[:old]))
        check_consistency(earlier, Head("log", size, root), consistency_path(nodes, old, size))
        if 0 < old < size:
            with pytest.raises(VerifyError):
                check_consistency(
                    earlier._replace(root=bytes(32)), Head("log", size, root), consistency_path(nodes, old, size)
                )


def test_the_tree_is_that_of_rfc_6962() -> None:
    # the test vectors of Certificate Transparency's reference tree: eight leaves, and the root over them
    leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    hashes = [leaf_hash(bytes.fromhex(leaf)) for leaf in leaves]
    assert root_of_hashes(hashes).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def test_a_note_of_another_implementation_opens() -> None:
    # the example of C2SP signed-note's Go implementation (golang.org/x/mod/sumdb/note)
    key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    name, public = verify.read_key(key)
    assert name == "PeterNeumann"
    assert verify.write_key(name, public) == key


# the key


def test_the_key_is_made_once_and_only_its_user_reads_it(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    first, again = signing_key(folder), signing_key(folder)
    assert first.verifier == again.verifier
    assert stat.S_IMODE((folder.path / "checkpoint_key").stat().st_mode) == 0o600
    assert first.origin.startswith("mediator.local/")


def test_the_origin_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIATOR_ORIGIN", "escrow.example/log")
    assert signing_key(DataFolder(tmp_path / "data")).verifier.startswith("escrow.example/log+")


# checkpoints


def heads(live: Scene) -> list[checkpoint.Signed]:
    """Two checkpoints, with more trade between them."""
    first = checkpoint.make(NOW)
    live.market.pay(live.market.open(live.market.books[0]))
    return [first, checkpoint.make(NOW + timedelta(hours=1))]


def test_checkpoints_are_signed_and_consistent(live: Scene) -> None:
    first, second = heads(live)
    assert (first.size, second.size) == (42, 44)
    old, new = (open_checkpoint(signed.note, [signing_key().verifier]) for signed in (first, second))
    with hot_cursor() as cursor:
        check_consistency(old, new, checkpoint.prove_consistency(cursor, old.size, new.size))
    assert checkpoint.make(NOW + timedelta(days=1)) == second
    report = audit(now=NOW)
    assert report.ok, report
    assert report.checkpoints == 2


def test_a_log_of_many_leaves_is_proven_from_stored_subtrees(live: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "WIDTH", 4)
    monkeypatch.setattr(checkpoint, "PIECE", 7)
    _, signed = heads(live)
    with hot_cursor() as cursor:
        hashes = [leaf_hash(row[0]) for row in cursor.execute("SELECT hash FROM log_leaf ORDER BY n").fetchall()]
        assert root_of_hashes(hashes) == signed.root
        nodes = nodes_of(hashes)
        for n in range(44):
            assert checkpoint.prove_inclusion(cursor, n, 44) == inclusion_path(nodes, n, 44)
            assert checkpoint.prove_consistency(cursor, n, 44) == consistency_path(nodes, n, 44)
        assert cursor.execute("SELECT count(*) FROM log_node").fetchone() == (11 + 2,)


@pytest.mark.parametrize("table", ["log_leaf", "log_node", "checkpoint"])
def test_the_log_is_append_only(live: Scene, table: str) -> None:
    checkpoint.make(NOW)
    with psycopg.connect(live.copy()) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(f"DELETE FROM {table}")


def test_nothing_is_signed_over_a_log_that_was_changed(live: Scene) -> None:
    checkpoint.make(NOW)
    with psycopg.connect(admin_conninfo()) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE log_leaf SET hash = sha256('x') WHERE n = 3")
    with pytest.raises(checkpoint.LogError, match="nothing was signed"):
        checkpoint.make(NOW)


# what a checkpoint catches


def audit_copy(conninfo: str) -> Report:
    return audit(conninfo, now=NOW)


LINKS = """
SELECT book_id::text, seq, batch, at, year, turnover, body, hash FROM journal WHERE book_id = %s ORDER BY seq
"""


def rechain(conninfo: str, book: str, seq: int, old: str, new: str) -> None:
    """What an operator would do: change a record and compute the whole chain anew."""
    with psycopg.connect(conninfo) as connection:
        connection.execute("SET session_replication_role = replica")
        place = [book, seq]
        changed = "UPDATE journal SET body = replace(body, %s, %s) WHERE book_id = %s AND seq = %s"
        connection.execute(changed, [old, new, *place])
        previous = CHAIN_START
        for row in connection.execute(LINKS, [book]).fetchall():
            previous = link_hash(Link(*row), previous)
            hashed = "UPDATE journal SET hash = %s WHERE book_id = %s AND seq = %s"
            connection.execute(hashed, [previous, book, row[1]])


def test_a_chain_written_anew_is_caught_by_the_checkpoint(live: Scene) -> None:
    checkpoint.make(NOW)
    book = live.market.books[0]
    conninfo = live.copy()
    rechain(conninfo, book, 6, "JX1", "JX2")
    sentence = first_of(audit_copy(conninfo), "chain")
    assert sentence.startswith(f"Book {book}, link ")
    assert "the chain was written anew after the checkpoint" in sentence


def test_the_last_link_dropped_is_caught_by_the_checkpoint(live: Scene) -> None:
    checkpoint.make(NOW)
    book = live.market.books[0]
    report = live.tampered(f"DELETE FROM journal WHERE book_id = '{book}' AND seq = 21")
    sentence = first_of(report, "chain")
    assert sentence.startswith(f"Book {book}, link 21: it was logged (leaf ")
    assert sentence.endswith("), but is not in the journal.")


def test_a_log_written_anew_does_not_fit_what_was_signed(live: Scene) -> None:
    checkpoint.make(NOW)
    book = live.market.books[0]
    conninfo = live.copy()
    rechain(conninfo, book, 6, "JX1", "JX2")
    with psycopg.connect(conninfo) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(
            "UPDATE log_leaf l SET hash = j.hash FROM journal j WHERE j.book_id = l.book_id AND j.seq = l.seq"
        )
    assert "Checkpoint over 42 links: signed was root" in first_of(audit_copy(conninfo), "chain")


def test_a_checkpoint_signed_with_another_key_is_caught(live: Scene) -> None:
    checkpoint.make(NOW, key=SigningKey(signing_key().origin, Ed25519PrivateKey.generate()))
    assert "not signed by a key you trust" in first_of(audit(now=NOW), "chain")


def test_a_key_used_twice_is_named(live: Scene) -> None:
    """The merchant's second command under the first one's key, chained as if it had happened: only the keys tell."""
    book, deal = live.released[0]
    conninfo = live.copy()
    with psycopg.connect(conninfo) as connection:
        row = connection.execute(
            "SELECT seq, body FROM journal WHERE book_id = %s AND body LIKE %s", [book, f'%{deal}",3,"ship"%']
        ).fetchone()
        assert row
        record: list[Any] = json.loads(row[1])
        opened = connection.execute(
            "SELECT body::json->>4 FROM journal WHERE book_id = %s AND body LIKE %s", [book, f'%{deal}",1,"open"%']
        ).fetchone()
        assert opened
    rechain(conninfo, book, row[0], f'"{record[4]}"', f'"{opened[0]}"')
    assert f"its key {opened[0]!r} had been used for version 1 already" in first_of(audit_copy(conninfo), "once")


# receipts


def receipt_text(live: Scene) -> str:
    book, deal = live.released[0]
    return json.dumps(receipt_of(book, deal, NOW))


def test_a_receipt_is_verified_offline_by_one_file(live: Scene, tmp_path: Path) -> None:
    file = tmp_path / "receipt.json"
    file.write_text(receipt_text(live))
    alone = tmp_path / "verify.py"
    alone.write_text(Path(verify.__file__).read_text())
    command = [sys.executable, "-I", str(alone), str(file), signing_key().verifier]
    run = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "Then the deal was released" in run.stdout
    assert "accept by buyer buyer-1" in run.stdout


def test_a_receipt_shows_nothing_of_other_deals(live: Scene) -> None:
    _, deal = live.released[0]
    proven = read_receipt(receipt_text(live), [signing_key().verifier])
    assert [record[2] for record in proven.records] == ["open", "pay", "ship", "deliver", "accept"]
    assert all(record[0] == deal for record in proven.records)


def test_a_deal_that_moved_gets_a_newer_checkpoint(live: Scene) -> None:
    book, _ = live.released[0]
    checkpoint.make(NOW)
    deal = live.market.open(book)
    proven = read_receipt(json.dumps(receipt_of(*deal, NOW)), [signing_key().verifier])
    assert proven.head.size == 43


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("JX1", "JX2", "not_in_log"),
        ("kopi gayo", "teh celup", "not_in_log"),
        (',\\"accept\\",', ',\\"agree\\",', "not_in_log"),
        ('"year": 2026', '"year": 2025', "not_in_log"),
        ('"lines": 1', '"lines": 2', "bad_proof"),
        ("tlog-proof@v1\\nindex ", "tlog-proof@v1\\nindex 1", "bad_proof"),
        ("\\n42\\n", "\\n43\\n", "bad_signature"),
    ],
)
def test_a_receipt_that_was_changed_proves_nothing(live: Scene, old: str, new: str, code: str) -> None:
    text = receipt_text(live)
    assert old in text
    with pytest.raises(VerifyError) as caught:
        read_receipt(text.replace(old, new), [signing_key().verifier])
    assert caught.value.code == code


def test_a_receipt_with_a_command_left_out_proves_nothing(live: Scene) -> None:
    receipt = json.loads(receipt_text(live))
    del receipt["links"][2]
    with pytest.raises(VerifyError, match="is not version 3"):
        read_receipt(json.dumps(receipt), [signing_key().verifier])


def test_a_receipt_of_another_log_proves_nothing(live: Scene) -> None:
    other = SigningKey("other.example", Ed25519PrivateKey.generate())
    with pytest.raises(VerifyError) as caught:
        read_receipt(receipt_text(live), [other.verifier])
    assert caught.value.code == "not_signed"


NO_LINK = '{"format": "mediator.receipt/1", "book": "x", "deal": "y", "links": [{}]}'


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "mediator.receipt/1"}', NO_LINK])
def test_a_file_that_is_no_receipt_says_so(text: str) -> None:
    with pytest.raises(VerifyError):
        read_receipt(text, [])


def test_a_deal_that_is_not_there_has_no_receipt(live: Scene) -> None:
    with pytest.raises(NoSuchDeal):
        receipt_of(live.market.books[0], live.market.books[1], NOW)
    with pytest.raises(NoSuchDeal):
        receipt_of("book", "deal", NOW)
