"""Purchases of Indonesian products from PRDECT-ID: price in rupiah, seller's city, the buyer's stars and words.

The data has no times, no sellers' names and no outcomes. A seller is taken to be one product of one city; times and the
answers of merchants, buyers and mediators are drawn from ``data/delays.toml`` by seed and row; stars and words decide
acceptance, claim and remedy. docs/replay.md has the table.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from mediator import money
from mediator.replay import rows
from mediator.replay.delays import Dice, share_bp
from mediator.replay.orders import (
    MAX_NOTE,
    RANK,
    BadRow,
    Happening,
    Item,
    Order,
    Payment,
    ReplayInputError,
    SellerPart,
)
from mediator.replay.words import Complaint, complaint

FILES = ("PRDECT-ID_Dataset.csv", "PRDECT-ID Dataset.csv")
COLUMNS = ("Category", "Product Name", "Location", "Price", "Customer Rating", "Customer Review")
CURRENCY = "IDR"
QUANTUM = money.currency(CURRENCY).quantum
PLACEHOLDER_BELOW = 1_000 * 100
LOST = "\ufffd"

ONLY_CITY = ("Surabaya", "Depok")
ONLY_REGENCY = ("Sidoarjo",)
AMBIGUOUS = ("Bandung", "Bekasi", "Pekalongan")
OTHER_SPELLING = {"Kota Palangkaraya": "Kota Palangka Raya"}


def read_tokopedia(folder: Path, seed: int) -> Iterator[Order | BadRow]:
    """One order a row, in the order of the file and of their times. Memory does not grow with the file."""
    path = rows.find(folder, FILES)
    if path is None:
        raise ReplayInputError("missing_file", f"{folder} has no {FILES[0]} (plain or .gz), the file of PRDECT-ID.")
    return _read(path, seed)


def _read(path: Path, seed: int) -> Iterator[Order | BadRow]:
    place = -1
    repeats = Repeats()

    def parse(row: rows.Row) -> Order:
        return _order(row, place, seed, repeats)

    for row in rows.read_rows(path, COLUMNS):
        place += 1
        yield row if isinstance(row, BadRow) else rows.parsed(path.name, row, parse)


class Said(Struct, frozen=True):
    """What the buyer had to say, and what of it is a claim."""

    stars: int
    words: str
    claimed: Complaint | None


class Repeats:
    """Rows seen before, in a fixed 512 KB: one slot a hash, so a row long ago may be forgotten, never made up."""

    SLOTS = 1 << 16

    def __init__(self) -> None:
        self._seen = array("Q", bytes(8 * self.SLOTS))

    def seen(self, cells: dict[str, str]) -> bool:
        """Whether these very cells came before; remembers them."""
        digest = hashlib.sha256("\x1f".join(cells.values()).encode()).digest()
        key = int.from_bytes(digest[:8])
        slot = key % self.SLOTS
        known = self._seen[slot] == key
        self._seen[slot] = key
        return known


def clean_city(text: str) -> tuple[str, bool]:
    """The seller's city as official lists write it, and whether a city and a regency of that name both exist."""
    name = " ".join(text.replace(LOST, " ").split())
    first, _, rest = name.partition(" ")
    if first.rstrip(".").lower() in ("kab", "kabupaten") and rest:
        return f"Kabupaten {rest}", False
    if first.lower() == "jakarta" and rest:
        return f"Kota Administrasi {name}", False
    if name in ONLY_CITY:
        return f"Kota {name}", False
    if name in ONLY_REGENCY:
        return f"Kabupaten {name}", False
    return OTHER_SPELLING.get(name, name), name in AMBIGUOUS


def seller_id(city: str, product: str) -> str:
    """A stable name for the seller nobody names: the same city and product are the same seller."""
    key = f"{city}\x1f{' '.join(product.casefold().split())}"
    return "tokopedia-" + hashlib.sha256(key.encode()).hexdigest()[:16]


def _order(row: rows.Row, place: int, seed: int, repeats: Repeats) -> Order:
    price = rows.amount(row, "Price", CURRENCY)
    stars = rows.whole_number(row, "Customer Rating", 1, 5)
    product = rows.required(row, "Product Name")
    city, ambiguous = clean_city(rows.required(row, "Location"))
    words = row.cells["Customer Review"].strip()
    claimed = complaint(words, "id") if stars <= 2 else None

    why: list[str] = []
    if price < PLACEHOLDER_BELOW:
        why.append("price_placeholder")
    if ambiguous:
        why.append("city_ambiguous")
    if LOST in words or LOST in product or LOST in row.cells["Location"]:
        why.append("text_damaged")
    if repeats.seen(row.cells):
        why.append("same_row_twice")
    if stars <= 2:
        why += _claim_explanations(claimed)

    category = row.cells["Category"].strip()
    quantity = _quantity(claimed)
    item = Item(name=product, quantity=quantity, unit_price=price, category=category)
    money.check_amount(item.amount, CURRENCY)
    dice = Dice(seed, row.line)
    placed_at = dice.placed_at(place)
    paid_at = dice.after(placed_at, "paying")
    happenings = (
        Happening(paid_at, "paid", amount=item.amount),
        *_after_payment(dice, paid_at, Said(stars, words, claimed), item),
    )
    ordered = tuple(sorted(happenings, key=lambda one: (one.at, RANK[one.what])))
    part = SellerPart(seller_id(city, product), city, category, (item,), item.amount, ordered)
    order_id = f"tokopedia-{row.line}"
    return Order(
        order_id=order_id,
        buyer=f"tokopedia-buyer-{row.line}",
        currency=CURRENCY,
        placed_at=placed_at,
        payments=(Payment(paid_at, item.amount, "", f"{order_id}-1"),),
        parts=(part,),
        explanations=tuple(why),
        line=row.line,
    )


def _claim_explanations(claimed: Complaint | None) -> list[str]:
    if claimed is None:
        return ["bad_review_without_claim"]
    why = ["claim_from_words"]
    if claimed.others:
        why.append("several_complaints")
    if claimed.kind == "incomplete":
        if claimed.missing is None:
            why.append("share_assumed")
        else:
            why.append("quantity_assumed" if claimed.ordered is None else "quantity_from_words")
    return why


def _quantity(claimed: Complaint | None) -> int:
    if claimed is None or claimed.missing is None:
        return 1
    return claimed.ordered or claimed.missing + 1


def _after_payment(dice: Dice, paid_at: datetime, said: Said, item: Item) -> Iterator[Happening]:
    shipped_at = dice.after(paid_at, "handing_over")
    arrives_at = dice.after(shipped_at, "travelling")
    speaks_at = dice.after(arrives_at, "inspecting")
    yield Happening(shipped_at, "shipped")
    if said.claimed is None or said.claimed.kind != "not_arrived":
        yield Happening(arrives_at, "delivered")
    yield Happening(speaks_at, "review", score=said.stars, note=said.words[:MAX_NOTE])
    if said.claimed is not None:
        yield from _dispute(dice, speaks_at, item, said.claimed)
    elif said.stars >= 4 and dice.happens("silent_when_content"):
        yield Happening(speaks_at, "silence")
    else:
        yield Happening(speaks_at, "accepted")


def _dispute(dice: Dice, at: datetime, item: Item, claimed: Complaint) -> Iterator[Happening]:
    """The claim and what followed, drawn by the stated shares until nobody has anything left to say."""
    pieces, wished = item.quantity, item.amount
    if claimed.missing is not None:
        pieces, wished = claimed.missing, claimed.missing * item.unit_price
    elif claimed.kind == "incomplete":
        wished = _share(item.amount, "missing_part_of_price")
    yield Happening(
        at,
        "claim",
        amount=wished,
        claim=claimed.kind,
        remedy=claimed.remedy,
        lines=(0,),
        quantities=(pieces,),
        note=claimed.phrase,
    )
    answer = dice.choose("merchant")
    if answer == "silence":
        yield Happening(at, "silence")
        return
    at = dice.after(at, "answering")
    if answer == "agree":
        yield Happening(at, "merchant_answers", answer="agree", amount=wished)
        yield from _return(dice, at, claimed)
        return
    if answer == "offer":
        yield Happening(at, "merchant_answers", answer="offer", amount=_share(wished, "offered_of_claim"))
    else:
        yield Happening(at, "merchant_answers", answer="contest")
    yield from _buyer_replies(dice, at, wished, claimed, "buyer_offered" if answer == "offer" else "buyer_contested")


def _buyer_replies(dice: Dice, at: datetime, wished: int, claimed: Complaint, choice: str) -> Iterator[Happening]:
    reply = dice.choose(choice)
    if reply == "silence":
        yield Happening(at, "silence")
        return
    at = dice.after(at, "answering")
    if reply == "agree":
        yield Happening(at, "buyer_answers", answer="agree")
    elif reply == "withdraw":
        yield Happening(at, "buyer_answers", answer="withdraw")
    else:
        yield Happening(at, "buyer_answers", answer="escalate")
        at = dice.after(at, "deciding")
        awarded = {"all": wished, "half": money.divide(wished, 2, QUANTUM, money.Rounding.FLOOR), "nothing": 0}
        outcome = dice.choose("mediator")
        yield Happening(at, "mediator_decides", amount=awarded[outcome])
        if outcome == "all":
            yield from _return(dice, at, claimed)


def _return(dice: Dice, at: datetime, claimed: Complaint) -> Iterator[Happening]:
    """The goods' way back, where the remedy asks for it."""
    if claimed.remedy != "return_and_refund":
        return
    at = dice.after(at, "sending_back")
    yield Happening(at, "returned")
    if dice.happens("confirms_return"):
        yield Happening(dice.after(at, "answering"), "return_confirmed")
    else:
        yield Happening(at, "silence")


def _share(amount: int, share: str) -> int:
    """That share of an amount in whole rupiah, rounded down, and at least one rupiah."""
    return max(QUANTUM, money.divide(amount * share_bp(share), 10_000, QUANTUM, money.Rounding.FLOOR))
