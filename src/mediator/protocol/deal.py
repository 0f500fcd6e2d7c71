"""What a deal is made of: terms that never change once it is opened, and the state that commands move.

Everything here is a small frozen value. Amounts are integers of the currency's minor unit, times are aware UTC,
ids are lower-case UUID strings. No value can refer to itself, so the garbage collector need not look at them
(``gc=False``), which matters at tens of thousands of commands a second.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec import UNSET, UnsetType

RULES_VERSION = 1
"""Version of the table and its default clocks. A deal keeps the version it was opened under."""

MAX_CLAIMS = 3
"""A deal may be claimed on this often: enough for honest second thoughts, few enough to end."""


class Role(StrEnum):
    """Who acts. A platform acts as merchant for the merchants it serves; system is Mediator's own worker."""

    BUYER = "buyer"
    MERCHANT = "merchant"
    COURIER = "courier"
    MEDIATOR = "mediator"
    PLATFORM = "platform"
    RAIL = "rail"
    OPERATOR = "operator"
    SYSTEM = "system"
    CLOCK = "clock"


class Actor(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One who acts, by role and id. For a rail the id is the rail's name; clock and system have none."""

    role: Role
    id: str = ""


class Line(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One item of a deal: what, how many, and the price of one in minor units."""

    name: str
    quantity: int
    unit_minor: int
    sku: str = ""

    @property
    def total_minor(self) -> int:
        return self.quantity * self.unit_minor


class Part(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Some of a line, as a claim, an offer or an award names it: line number from 1, and a quantity."""

    line: int
    quantity: int


class Facts(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What is known of the merchant and goods when the deal opens, frozen so that its fee can be re-derived.

    ``other_goods``: the merchant is curated, but not all goods of this deal were selected; ``curated`` is false then.
    """

    country: str = "ID"
    size_class: str = "micro"
    category: str = ""
    curated: bool = False
    mentored: bool = False
    other_goods: bool = False


class Terms(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What the parties agreed on. Frozen when the deal opens; nothing later changes it.

    ``amount`` is what the buyer pays: the lines plus ``buyer_fee`` (the part of the fee that the buyer bears).
    ``policy`` is ``id@version`` of the fee policy and ``policy_digest`` its SHA-256. ``clocks`` overrides default
    clocks by name, as ``48h``, ``3d`` or ``2wd`` (working days). ``promise`` is the hash of the frozen listing.
    """

    buyer: str
    merchant: str
    currency: str
    amount: int
    lines: tuple[Line, ...]
    policy: str = ""
    policy_digest: str = ""
    buyer_fee: int = 0
    facts: Facts = Facts()
    clocks: dict[str, str] = {}
    platform: str = ""
    purchase: str = ""
    promise: str = ""
    rules: int = RULES_VERSION


class ClaimKind(StrEnum):
    NOT_ARRIVED = "not_arrived"
    NOT_AS_DESCRIBED = "not_as_described"
    DAMAGED = "damaged"
    INCOMPLETE = "incomplete"
    COUNTERFEIT = "counterfeit"


class Remedy(StrEnum):
    REFUND = "refund"
    PARTIAL_REFUND = "partial_refund"
    RETURN_AND_REFUND = "return_and_refund"


class Award(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What of the disputed amount goes to the buyer, and whether goods go back first. Offers are awards too."""

    by: str
    to_buyer: int
    needs_return: bool = False
    parts: tuple[Part, ...] = ()
    reason: str = ""


class Claim(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """The claim machine of a deal: the disputed amount, where the talk stands, and its clock.

    ``stage`` is a claim state of the table. ``latest`` is when talking must have ended, whatever the parties do.
    """

    stage: str
    kind: ClaimKind
    remedy: Remedy
    amount: int
    opened_at: datetime
    latest: datetime
    due: datetime | None = None
    parts: tuple[Part, ...] = ()
    offer: Award | None = None
    decision: Award | None = None
    evidence_until: datetime | None = None
    evidence: tuple[str, ...] = ()
    agreed: tuple[str, ...] = ()
    appealed_by: str = ""
    lead: bool = False
    return_done: bool = False
    tracking: str = ""


class Charge(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One line of the fee: the policy rule it came from, ``fee``, ``tax`` or ``waiver``, who bears it, minor units."""

    rule: str
    kind: str
    bearer: str
    amount: int


class Transfer(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Money on its way out: ``merchant`` (payout) or ``buyer`` (pay-back); sent, settled, failed or returned."""

    reference: str
    side: str
    amount: int
    rail: str
    stage: str = "sent"


class Chargeback(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Money a rail took back, from which accounts of the deal, and whether it was won back."""

    reference: str
    amount: int
    taken: dict[str, int]
    rail: str
    won: bool = False


class State(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What commands move. ``parcel`` is the fulfilment machine; ``claim`` the other one, kept when it has closed.

    ``purse`` is the deal's balance by account: the sum of all its postings. ``released`` and ``refunded`` are the
    gross amounts whose fate is settled. ``changed_at`` never goes back.
    """

    parcel: str
    changed_at: datetime
    due: datetime | None = None
    purse: dict[str, int] = {}
    claim: Claim | None = None
    claims: int = 0
    rail: str = ""
    reason: str = ""
    ship_due: datetime | None = None
    extension_asked: int = 0
    ship_extended: bool = False
    inspect_extended: bool = False
    inspect_left_s: int = 0
    courier: str = ""
    tracking: str = ""
    released: int = 0
    refunded: int = 0
    charges: tuple[Charge, ...] = ()
    charged_turnover: int | None = None
    charged_on: str = ""
    transfers: tuple[Transfer, ...] = ()
    failures: dict[str, int] = {}
    chargebacks: tuple[Chargeback, ...] = ()


class Deal(msgspec.Struct, frozen=True, gc=False):
    """One escrowed trade. ``version`` counts the commands that moved it."""

    id: str
    book: str
    terms: Terms
    state: State
    version: int

    @property
    def status(self) -> str:
        return status(self.state)

    @property
    def due_at(self) -> datetime | None:
        """When the next clock of either machine rings."""
        return due_at(self.state)


def claim_is_open(state: State) -> bool:
    return state.claim is not None and state.claim.stage != "closed"


def status(state: State) -> str:
    """The one word for people, derived from both machines: an open claim first, then the parcel, then the money."""
    claim = state.claim
    if claim is not None and claim.stage != "closed":
        return claim.stage
    if state.parcel != "done":
        return state.parcel
    if state.released and state.refunded:
        return "split"
    return "released" if state.released else "refunded"


def due_at(state: State) -> datetime | None:
    claim_due = state.claim.due if state.claim is not None else None
    if claim_due is None or state.due is None:
        return claim_due or state.due
    return min(claim_due, state.due)


class Details(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """What a command carries beyond its name. Which of it each command needs and takes is said in the table."""

    terms: Terms | UnsetType = UNSET
    amount: int | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    reference: str | UnsetType = UNSET
    rail: str | UnsetType = UNSET
    courier: str | UnsetType = UNSET
    tracking: str | UnsetType = UNSET
    kind: ClaimKind | UnsetType = UNSET
    remedy: Remedy | UnsetType = UNSET
    parts: tuple[Part, ...] | UnsetType = UNSET
    needs_return: bool | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    evidence: str | UnsetType = UNSET
    days: int | UnsetType = UNSET


NO_DETAILS = Details()


class Command(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A request to move a deal. ``key`` makes it take effect once: same key and same content is the same command.

    ``at`` is for replays and tests only; a surface leaves it out and the engine's clock says when it is.
    """

    book: str
    deal: str
    name: str
    actor: Actor
    key: str
    details: Details = NO_DETAILS
    at: datetime | None = None


class Entry(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A balanced set of postings. A positive posting adds to what its account is owed or has taken in;
    ``rail`` mirrors the money outside, so it goes down when money comes in."""

    kind: str
    postings: tuple[tuple[str, int], ...]


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """A command that took effect: the deal as it is now, the money it moved, and the event for those who listen."""

    deal: Deal
    entries: tuple[Entry, ...]
    event: str


class Refusal(msgspec.Struct, frozen=True, gc=False):
    """A command that changed nothing: a stable code, a sentence for people, and what this actor may do now."""

    code: str
    message: str
    allowed: tuple[str, ...] = ()
