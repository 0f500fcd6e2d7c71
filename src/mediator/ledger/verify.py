"""Verify a Mediator receipt offline. This one file needs Python 3.11 and the package ``cryptography``, nothing else:

    python3 verify.py receipt.json 'origin+1a2b3c4d+AbC…'

It is also where the formats are defined, so that what is checked here is what Mediator writes:

- a *record* is one JSON line; a *link* of a book's journal holds the records of one batch, and commits to them by the
  root of an RFC 6962 Merkle tree over the lines, so that one record is shown without the others;
- a link's hash covers its header, that root, and the hash of the link before it;
- link hashes are the leaves of one log (RFC 6962), whose head is signed: C2SP tlog-checkpoint, a signed note with an
  Ed25519 key. Inclusion is written as C2SP tlog-proof.

What a receipt proves: these commands were in the journal when the checkpoint was signed. What it can't: that no later
command followed. Keep the checkpoint's lines: whoever shows two heads of one log that do not fit has proof of fraud.
"""

from __future__ import annotations

import base64
import json
import struct
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

FORMAT = "mediator.receipt/1"
PROOF_HEAD = "c2sp.org/tlog-proof@v1"
ED25519 = b"\x01"
MOST_SIGNATURES = 16

_LINK_DOMAIN = b"mediator/journal/1\n"
_LINK_FIXED = struct.Struct(">16sq16sqhq")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class VerifyError(Exception):
    """Why something is not proven. ``code`` is stable, the text is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Head(NamedTuple):
    """A signed head of the log: whose, how many leaves, their root."""

    origin: str
    size: int
    root: bytes


class Proven(NamedTuple):
    """What a receipt proves: the deal's records (parsed JSON lines), and the head of the log they are under."""

    book: str
    deal: str
    records: list[list[Any]]
    head: Head


# hashes


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def hash_link(
    book: str, seq: int, batch: UUID, at: datetime, year: int, turnover: int, digest: bytes, previous: bytes
) -> bytes:
    """SHA-256 over a link's header, the root of its lines, and the hash of the link before. All fields have fixed
    length, so no two links can be written as the same bytes."""
    micros = (at - _EPOCH) // _MICROSECOND
    fixed = _LINK_FIXED.pack(UUID(book).bytes, seq, batch.bytes, micros, year, turnover)
    return sha256(_LINK_DOMAIN + fixed + digest + previous).digest()


def root_by_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root of a tree of ``size`` leaves that has this leaf hash at ``index`` (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        raise VerifyError("bad_proof", f"There is no leaf {index} in a tree of {size}.")
    fn, sn, root = index, size - 1, leaf
    for sibling in path:
        if sn == 0:
            raise VerifyError("bad_proof", "The proof is longer than the tree is high.")
        if fn & 1 or fn == sn:
            root = node_hash(sibling, root)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            root = node_hash(root, sibling)
        fn >>= 1
        sn >>= 1
    if sn:
        raise VerifyError("bad_proof", "The proof is shorter than the tree is high.")
    return root


def check_consistency(old: Head, new: Head, path: Sequence[bytes]) -> None:
    """VerifyError unless the tree of ``new`` starts with that of ``old`` (RFC 9162 section 2.1.4.2)."""
    if old.origin != new.origin:
        raise VerifyError("other_log", f"{old.origin} and {new.origin} are two logs.")
    if old.size > new.size:
        raise VerifyError("bad_proof", f"A log of {new.size} leaves can't follow one of {old.size}.")
    if old.size in (0, new.size):
        if path or (old.size == new.size and old.root != new.root):
            raise VerifyError("inconsistent", "Two heads of one log with the same size have different roots.")
        return
    rest = list(path)
    fn, sn = old.size - 1, new.size - 1
    while fn & 1:
        fn >>= 1
        sn >>= 1
    first = second = rest.pop(0) if fn and rest else old.root
    for sibling in rest:
        if sn == 0:
            raise VerifyError("bad_proof", "The proof is longer than the tree is high.")
        if fn & 1 or fn == sn:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            second = node_hash(second, sibling)
        fn >>= 1
        sn >>= 1
    if sn or first != old.root or second != new.root:
        raise VerifyError("inconsistent", f"The log of {new.size} leaves does not start with that of {old.size}.")


# signed notes


def key_id(name: str, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def write_key(name: str, public: bytes) -> str:
    """A public key as a note's verifiers write it: name, key id, and the key."""
    return f"{name}+{key_id(name, public).hex()}+{base64.b64encode(ED25519 + public).decode()}"


def read_key(text: str) -> tuple[str, bytes]:
    """(name, 32 bytes of Ed25519 public key); VerifyError when it is no such key."""
    name, _, rest = text.strip().partition("+")
    hint, _, encoded = rest.partition("+")
    key = _unbase64(encoded, "key")
    if not name or len(key) != 33 or key[:1] != ED25519 or key_id(name, key[1:]).hex() != hint:
        raise VerifyError("bad_key", "A key is written as name+8 hexadecimal digits+base64, as “mediator checkpoint”.")
    return name, key[1:]


def open_checkpoint(note: str, keys: Sequence[str]) -> Head:
    """The head that a checkpoint states, if one of these keys signed it; VerifyError if none did or one was abused."""
    text, divider, tail = note.rpartition("\n\n")
    text += "\n"
    signatures = tail.splitlines()
    if not divider or not signatures or len(signatures) > MOST_SIGNATURES or not note.endswith("\n"):
        raise VerifyError("bad_checkpoint", "This is no signed checkpoint.")
    known = {(name, key_id(name, public)): public for name, public in map(read_key, keys)}
    if not sum(_is_signed_by(text, line, known) for line in signatures):
        raise VerifyError("not_signed", "The checkpoint is not signed by a key you trust.")
    lines = text.split("\n")
    if len(lines) < 4 or not lines[0] or not lines[1].isascii() or not lines[1].isdigit():
        raise VerifyError("bad_checkpoint", "A checkpoint states an origin, a size and a root, each on its line.")
    root = _unbase64(lines[2], "root")
    if len(root) != 32 or str(int(lines[1])) != lines[1]:
        raise VerifyError("bad_checkpoint", "A checkpoint's size is a decimal number, its root 32 bytes.")
    return Head(lines[0], int(lines[1]), root)


def _is_signed_by(text: str, line: str, known: Mapping[tuple[str, bytes], bytes]) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    words = line.split(" ")
    if len(words) != 3 or words[0] != "—":
        raise VerifyError("bad_checkpoint", "A signature line is a dash, a name and a signature.")
    signature = _unbase64(words[2], "signature")
    public = known.get((words[1], signature[:4]))
    if public is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature[4:], text.encode())
    except InvalidSignature:
        raise VerifyError("bad_signature", f"The signature of {words[1]} does not fit the checkpoint.") from None
    return True


def _unbase64(text: str, what: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise VerifyError("bad_base64", f"The {what} is not base64.") from None


# proofs and receipts


def write_proof(index: int, path: Sequence[bytes], checkpoint: str) -> str:
    """A C2SP tlog-proof."""
    lines = [PROOF_HEAD, f"index {index}", *(base64.b64encode(step).decode() for step in path)]
    return "\n".join(lines) + "\n\n" + checkpoint


def check_proof(proof: str, data: bytes, keys: Sequence[str]) -> Head:
    """The signed head under which ``data`` is a leaf, as the tlog-proof shows; VerifyError if it does not."""
    top, _, checkpoint = proof.partition("\n\n")
    lines = top.split("\n")
    if lines[:1] != [PROOF_HEAD]:
        raise VerifyError("bad_proof", f"A proof starts with {PROOF_HEAD}.")
    lines = lines[2:] if lines[1].startswith("extra ") else lines[1:]
    word, _, number = lines[0].partition(" ") if lines else ("", "", "")
    if word != "index" or not number.isascii() or not number.isdigit():
        raise VerifyError("bad_proof", "A proof names the index of its leaf.")
    head = open_checkpoint(checkpoint, keys)
    path = [_unbase64(line, "proof") for line in lines[1:]]
    if root_by_path(leaf_hash(data), int(number), head.size, path) != head.root:
        raise VerifyError("not_in_log", "The link is not in the log that was signed: the journal was changed.")
    return head


def check_receipt(receipt: Mapping[str, Any], keys: Sequence[str]) -> Proven:
    """What the receipt proves under these keys; VerifyError names what does not fit. Takes nothing on trust."""
    if receipt.get("format") != FORMAT:
        raise VerifyError("bad_receipt", f"This is no receipt of format {FORMAT}.")
    book, deal = receipt["book"], receipt["deal"]
    records: list[list[Any]] = []
    head: Head | None = None
    for link in receipt["links"]:
        digest = b""
        for item in link["records"]:
            path = [_unbase64(step, "path") for step in item["path"]]
            root = root_by_path(leaf_hash(item["line"].encode()), item["index"], link["lines"], path)
            if digest not in (b"", root):
                raise VerifyError("bad_receipt", f"Two records of link {link['seq']} lead to two roots.")
            digest = root
            records.append(json.loads(item["line"]))
        data = hash_link(
            book, link["seq"], UUID(link["batch"]), datetime.fromisoformat(link["at"]), link["year"],
            link["turnover"], digest, bytes.fromhex(link["previous"]),
        )  # fmt: skip
        head = check_proof(link["proof"], data, keys)
    if head is None:
        raise VerifyError("bad_receipt", "A receipt shows at least one link.")
    _check_records(deal, records)
    return Proven(book, deal, records, head)


def _check_records(deal: str, records: list[list[Any]]) -> None:
    """All of one deal, from its first command on, none left out; and every entry balanced."""
    for version, record in enumerate(records, start=1):
        if record[0] != deal or record[1] != version:
            raise VerifyError("bad_receipt", f"Record {version} is not version {version} of deal {deal}.")
        for kind, postings in record[10]:
            if sum(amount for _, amount in postings):
                raise VerifyError("unbalanced", f"Entry {kind} of version {version} does not sum to zero.")


def purse_of(records: Sequence[Sequence[Any]]) -> dict[str, int]:
    """The deal's balance by account after these records, minor units."""
    purse: dict[str, int] = {}
    for record in records:
        for _kind, postings in record[10]:
            for account, amount in postings:
                purse[account] = purse.get(account, 0) + amount
    return {account: amount for account, amount in purse.items() if amount}


def tell(proven: Proven) -> str:
    """What was proven, line by line, for people."""
    lines = [f"{r[5]}  {r[2]} by {r[3][0]} {r[3][1] if len(r[3]) > 1 else ''}".rstrip() for r in proven.records]
    purse = "; ".join(f"{account} {amount}" for account, amount in sorted(purse_of(proven.records).items()))
    last = proven.records[-1]
    return "\n".join(
        [
            f"Proven: {len(lines)} commands of deal {proven.deal} in book {proven.book}",
            *(f"  {line}" for line in lines),
            f"Then the deal was {last[7]}; accounts in minor units: {purse or 'all zero'}.",
            f"Signed by {proven.head.origin} over a log of {proven.head.size} links.",
        ]
    )


def read_receipt(text: str, keys: Sequence[str]) -> Proven:
    """The same from a receipt's text; whatever is malformed is a VerifyError too."""
    try:
        return check_receipt(json.loads(text), keys)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, struct.error) as error:
        raise VerifyError("bad_receipt", f"The receipt cannot be read ({type(error).__name__}: {error}).") from None


def main(arguments: Sequence[str]) -> int:
    if len(arguments) < 2:
        sys.stderr.write("Usage: python3 verify.py RECEIPT KEY [KEY …]\n")
        return 2
    try:
        sys.stdout.write(tell(read_receipt(Path(arguments[0]).read_text(), arguments[1:])) + "\n")
    except VerifyError as error:
        sys.stderr.write(f"Not proven: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
