"""A few hundred real deals in every status, made by the engine: what a million of them are copied from."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from PIL import Image

from mediator.bench.web_scripts import SCRIPTS, Step
from mediator.deals.clock import SetClock
from mediator.deals.engine import Engine
from mediator.deals.ids import uuid7
from mediator.deals.keys import WIDTH
from mediator.ledger.models import Entry, Journal
from mediator.mediation.evidence import put_evidence
from mediator.mediation.keeping import take_bytes
from mediator.mediation.photos.frozen import freeze
from mediator.mediation.promises import keep_promise
from mediator.people.models import Person
from mediator.protocol import Actor, Command, Details, Line, Role, Terms
from mediator.shop.merchants import open_merchant
from mediator.shop.models import Delivery, Merchant

EACH = 15
"""Pattern deals of each status."""
PHOTOS = 24


class Pattern(NamedTuple):
    """One real deal as its rows say, with the ids that a copy changes. ``marks``: 16 bytes a version (``deals.keys``).

    ``evidence``: rows without ids; ``entries``: kind, accounts, amounts, place.
    """

    deal: str
    merchant: str
    buyer: str
    status: str
    version: int
    amount: int
    due_at: datetime | None
    terms: str
    state: str
    marks: tuple[bytes, ...]
    body: str
    entries: tuple[tuple[int, str, list[str], list[int]], ...]
    purse: dict[str, int]
    evidence: tuple[tuple[str, str, str, str, list[str], str], ...]
    title: str
    photo: str
    weight: float


def photographs(dice: random.Random, now: datetime) -> list[str]:
    """Photographs like those of phones (large, detailed), taken in as any; their digests."""
    digests = []
    for _ in range(PHOTOS):
        small = Image.frombytes("RGB", (24, 24), dice.randbytes(24 * 24 * 3))
        picture, out = small.resize((1200, 1200), Image.Resampling.BICUBIC), io.BytesIO()
        picture.save(out, "JPEG", quality=85)
        digests.append(take_bytes(out.getvalue(), "system:bench", now))
    return digests


def make_patterns(
    goods: list[tuple[str, str, int]], photos: list[str], now: datetime, dice: random.Random
) -> list[Pattern]:
    """``EACH`` deals of every status in ``SCRIPTS``, that have come there a little before ``now``."""
    owner = Person.objects.create_user(f"pattern-{uuid7()[-12:]}@example.com", None, name="Pola")
    merchant = open_merchant(owner, "Toko Pola", "33", "33.75", now - timedelta(days=60))
    clock = SetClock(now - timedelta(days=30))
    engine = Engine(clock, historic=True)
    made = []
    for status, (weight, steps) in SCRIPTS.items():
        for _ in range(EACH):
            title, text, price = dice.choice(goods)
            made.append(
                _pattern(engine, merchant, (title, text, price), steps, status, weight / EACH, photos, now, dice)
            )
    return made


def _pattern(
    engine: Engine,
    merchant: Merchant,
    goods: tuple[str, str, int],
    steps: tuple[Step, ...],
    status: str,
    weight: float,
    photos: list[str],
    now: datetime,
    dice: random.Random,
) -> Pattern:
    """Open one deal and send it on its way: all in one batch, so that its history is one link of the journal."""
    title, text, price = goods
    book, deal, buyer = str(merchant.book_id), uuid7(), f"guest-{uuid7()}"
    shown = dice.sample(photos, 2)
    begin = now - timedelta(hours=sum(step.hours for step in steps) + dice.uniform(0.2, 1.0))
    promise = freeze(
        title=title, text=text, attributes=[("Asal", "Indonesia")], price_minor=price, currency="IDR", weight_g=500,
        photos=shown,
    )  # fmt: skip
    lines = (Line(title, dice.choice((1, 1, 1, 2)), price),)
    amount = sum(line.total_minor for line in lines)
    terms = Terms(buyer, str(merchant.pk), "IDR", amount, lines, promise=keep_promise(promise, begin))
    opening = Command(book, deal, "open", Actor(Role.BUYER, buyer), "open", Details(terms=terms), begin)
    evidence: list[tuple[str, str, str, str, list[str], str]] = []
    commands = [opening]
    at = begin
    for place, step in enumerate(steps):
        at += timedelta(hours=step.hours)
        details = _details(step, terms, evidence, shown, place)
        who = {Role.BUYER: buyer, Role.MERCHANT: terms.merchant, Role.COURIER: "jne", Role.MEDIATOR: "mira"}
        actor = Actor(step.role, who.get(step.role, "sandbox" if step.role is Role.RAIL else ""))
        commands.append(Command(book, deal, step.name, actor, f"{step.name}/{place}", details, at))
    results = engine.apply(commands)
    refused = next((result for result in results if not result.ok), None)
    if refused is not None or results[-1].status != status:
        raise RuntimeError(f"the bench's own deal did not get to {status}: {refused or results[-1]}")
    rows = [
        put_evidence(book, deal, role, who_, purpose, words, pictures, f"{purpose}/{n}", at)
        for n, (role, who_, purpose, words, pictures, _) in enumerate(evidence)
    ]
    kept = [(*one[:5], row.digest) for one, row in zip(evidence, rows, strict=True)]
    return _as_stored(book, deal, terms, kept, (title, shown[0]), weight)


def _details(
    step: Step, terms: Terms, evidence: list[tuple[str, str, str, str, list[str], str]], photos: list[str], place: int
) -> Details:
    given: dict[str, Any] = dict(step.details)
    if "amount" in given:
        given["amount"] = int(terms.amount * given["amount"]) // 100 * 100
    if given.get("reason") == "evidence":
        who = terms.buyer if step.role is Role.BUYER else terms.merchant
        purpose = {"claim": "claim", "offer": "answer", "contest": "answer", "appeal": "appeal"}.get(
            step.name, "mediation"
        )
        words = "Barangnya sampai dalam keadaan rusak, lihat foto." if step.role is Role.BUYER else "Kami kirim baik."
        evidence.append((str(step.role), who, purpose, words, photos, ""))
        given["reason"] = f"evidence:{place}"
    if step.name == "pay":
        given = {"amount": terms.amount, "currency": "IDR", "reference": f"pay-{uuid7()}", "rail": "sandbox"}
    if step.name in ("pay_out", "payout_settled", "pay_back", "payback_settled"):
        side = "out" if "out" in step.name else "back"
        given["reference"] = f"{side}-{terms.buyer[-12:]}"
    return Details(**given)


def _as_stored(
    book: str,
    deal: str,
    terms: Terms,
    evidence: list[tuple[str, str, str, str, list[str], str]],
    shown: tuple[str, str],
    weight: float,
) -> Pattern:
    from mediator.deals.models import Deal as DealRow

    row = DealRow.objects.get(book_id=book, id=deal)
    keys = bytes(row.keys)
    (seq,) = {int.from_bytes(keys[n + 16 : n + 24], "big") for n in range(0, len(keys), WIDTH)}
    entries = Entry.objects.filter(book_id=book, seq=seq).order_by("n").values_list("n", "kind", "accounts", "amounts")
    found = [(n, kind, list(accounts), list(amounts)) for n, kind, accounts, amounts in entries]
    purse: dict[str, int] = {}
    for _, _, accounts, amounts in found:
        for account, amount in zip(accounts, amounts, strict=True):
            purse[account] = purse.get(account, 0) + amount
    return Pattern(
        deal, terms.merchant, terms.buyer, row.status, row.version, row.amount, row.due_at, row.terms, row.state,
        tuple(keys[n : n + 16] for n in range(0, len(keys), WIDTH)),
        Journal.objects.get(book_id=book, seq=seq).body, tuple(found), purse, tuple(evidence), *shown, weight,
    )  # fmt: skip


def delivery_row(book: str, deal: str, pattern: Pattern, opened_at: datetime, n: int) -> tuple[object, ...]:
    """Where the copy's parcel goes, in the order of ``DELIVERY``."""
    name = f"{_NAMES[n % len(_NAMES)]} {_NAMES[n // len(_NAMES) % len(_NAMES)]}"
    return (
        book, deal, f"guest-{deal}", None, name, f"+62812{n % 10**8:08d}", f"buyer{n}@example.com",
        f"Jalan Melati {n % 200}", "32", "32.73", "40111", "", "id", "Asia/Jakarta", pattern.title, pattern.photo,
        "", "", [], opened_at,
    )  # fmt: skip


DELIVERY = (
    "book_id", "deal_id", "buyer", "person_id", "name", "phone", "email", "address", "province", "regency", "postcode",
    "note", "language", "zone", "title", "photo", "purchase", "link", "listings", "opened_at",
)  # fmt: skip
_NAMES = (
    "Ani", "Budi", "Citra", "Dewi", "Eko", "Fitri", "Gilang", "Hana", "Indra", "Joko", "Kartika", "Lestari", "Made",
    "Nur", "Oki", "Putri", "Rina", "Sari", "Tono", "Wati",
)  # fmt: skip


def places(count: int, patterns: list[Pattern], dice: random.Random) -> Iterator[Pattern]:
    """Which pattern each copy follows, by how common its status is."""
    yield from dice.choices(patterns, [pattern.weight for pattern in patterns], k=count)


assert set(DELIVERY) == {field.column for field in Delivery._meta.local_fields if field.column}
