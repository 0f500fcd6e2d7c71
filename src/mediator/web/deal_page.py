"""What a page of one deal shows, for whoever opens it: gathered in a constant number of queries, said in words.

``gather`` is the one way; the buyer's, the merchant's and the mediator's pages draw its parts with the partials of
``core/parts``: way, held, promise, timeline, photos, compare, actions. Nothing here decides what may be done: that is
``protocol.allowed_actions``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from mediator.deals.history import read_history
from mediator.deals.store import Stored
from mediator.ledger.record import Record
from mediator.mediation.errors import MediationError
from mediator.mediation.evidence import evidence_of
from mediator.mediation.models import Evidence
from mediator.mediation.promises import Kept, promises_of
from mediator.protocol import Action, Actor, Deal, allowed_actions
from mediator.protocol.deal import Part
from mediator.shop.models import Delivery, Merchant
from mediator.web import deal_words
from mediator.web.deal_money import Money, money_of
from mediator.web.deal_timeline import Happened, Step, courier_words, steps_of, timeline_of
from mediator.web.deal_timing import Ring, rings_of
from mediator.web.pictures import Shown, shown

Address = Callable[[str], str]
"""From a photograph's digest to its address on this area's pages."""


@dataclass(frozen=True)
class Promised:
    """One kind of goods as promised, ready to be shown. Price of one in minor units."""

    title: str
    text: str
    attributes: tuple[tuple[str, str], ...]
    price_minor: int
    currency: str
    weight_g: int
    quantity: int
    digest: str
    photos: list[Shown]
    photo_digests: tuple[str, ...]


@dataclass(frozen=True)
class Parcel:
    """Who carries the goods; ``back`` is the number under which they are sent back."""

    courier: str
    number: str
    shipped_at: datetime | None
    arrived_at: datetime | None
    back: str


@dataclass(frozen=True)
class DealPage:
    """Everything a page of one deal shows. Amounts are minor units of the deal's currency.

    ``is_moving``: a clock has rung, and what it brings is being carried out; nothing can be done until then.
    ``promise_fault`` says why the promise can't be shown, where it can't.
    """

    deal: Deal
    actor: Actor
    now: datetime
    delivery: Delivery | None
    merchant: Merchant | None
    promised: list[Promised]
    promise_fault: str
    evidence: list[Evidence]
    history: list[Record]
    actions: list[Action]
    steps: list[Step]
    money: Money
    rings: list[Ring]
    timeline: list[Happened]
    parcel: Parcel | None
    is_moving: bool
    photos: dict[str, list[Shown]] = field(default_factory=dict)
    """The photographs of each evidence, by its digest."""

    @property
    def status(self) -> str:
        return self.deal.status

    @property
    def status_words(self) -> str:
        return str(deal_words.STATUS[self.status])

    @property
    def tone(self) -> str:
        return deal_words.TONE[self.status]

    @property
    def title(self) -> str:
        """What is traded, in a few words."""
        if self.delivery is not None and self.delivery.title:
            return str(self.delivery.title)
        return self.promised[0].title if self.promised else self.deal.terms.lines[0].name

    @property
    def clock(self) -> Ring | None:
        """The clock that rings next."""
        return self.rings[0] if self.rings else None

    @property
    def commands(self) -> frozenset[str]:
        """What this actor may do now, by the names of the commands."""
        return frozenset(action.command for action in self.actions)

    def action(self, command: str) -> Action | None:
        return next((action for action in self.actions if action.command == command), None)

    @property
    def claim_kind(self) -> str:
        """What is wrong, in words; "" without a claim."""
        claim = self.deal.state.claim
        return str(deal_words.KIND[claim.kind.value]) if claim is not None else ""

    @property
    def claim_remedy(self) -> str:
        """What the buyer wants, in words; "" without a claim."""
        claim = self.deal.state.claim
        return str(deal_words.REMEDY[claim.remedy.value]) if claim is not None else ""

    @property
    def claim_lines(self) -> list[str]:
        """What the claim is about: the lines it names, or nothing when it is about the whole deal."""
        claim = self.deal.state.claim
        return parts_words(self.deal, claim.parts) if claim is not None else []


def gather(
    stored_deal: Stored,
    actor: Actor,
    now: datetime,
    *,
    with_history: bool = True,
    address: Address | None = None,
) -> DealPage:
    """What a page of this deal shows to ``actor``: five queries, four without the history.

    ``address`` gives a photograph's address on the caller's pages; without it no photographs are listed.
    """
    deal = stored_deal.deal
    history = read_history(stored_deal) if with_history else []
    evidence = evidence_of(deal.book, deal.id)
    promised, fault = _promised(deal, address)
    photos = _photos_of(evidence, address)
    due = deal.due_at
    return DealPage(
        deal=deal,
        actor=actor,
        now=now,
        delivery=Delivery.objects.filter(book_id=deal.book, deal_id=deal.id).first(),
        merchant=Merchant.objects.filter(book_id=deal.book).first(),
        promised=promised,
        promise_fault=fault,
        evidence=evidence,
        history=history,
        actions=allowed_actions(deal, actor, now),
        steps=steps_of(deal),
        money=money_of(deal, actor.role),
        rings=rings_of(deal),
        timeline=timeline_of(deal, history, evidence, photos, actor),
        parcel=_parcel(deal, history),
        is_moving=due is not None and due <= now,
        photos=photos,
    )


def photos_of_deal(deal: Deal) -> set[str]:
    """The photographs that both parties of a deal may see: those of its promise, and of all evidence. Two queries."""
    try:
        promised = {photo for kept in promises_of(deal.terms.promise) for photo in kept.promise.photos}
    except MediationError:
        promised = set()
    return promised | {photo for evidence in evidence_of(deal.book, deal.id) for photo in evidence.photos}


def parts_words(deal: Deal, parts: tuple[Part, ...]) -> list[str]:
    """ "2 × Kopi Gayo" for each part of a line that is named."""
    lines = deal.terms.lines
    return [f"{part.quantity} × {lines[part.line - 1].name}" for part in parts if 1 <= part.line <= len(lines)]


def _promised(deal: Deal, address: Address | None) -> tuple[list[Promised], str]:
    try:
        kept = promises_of(deal.terms.promise)
    except MediationError as error:
        if error.code == "promise_missing":
            return [], _("The promise of this deal is not kept here.")
        return [], _("The promise of this deal can't be shown: it is not as it was frozen. Tell Mediator.")
    return [_shown_promise(each, address) for each in kept], ""


def _shown_promise(kept: Kept, address: Address | None) -> Promised:
    promise = kept.promise
    alt = _("Promised: %(title)s") % {"title": promise.title}
    return Promised(
        promise.title,
        promise.text,
        promise.attributes,
        promise.price_minor,
        promise.currency,
        promise.weight_g,
        kept.quantity,
        promise.digest,
        shown(promise.photos, address, alt) if address else [],
        promise.photos,
    )


def _photos_of(evidence: list[Evidence], address: Address | None) -> dict[str, list[Shown]]:
    if address is None:
        return {}
    return {
        each.digest: shown(each.photos, address, str(deal_words.PURPOSE.get(each.purpose, each.purpose)))
        for each in evidence
    }


def _parcel(deal: Deal, history: list[Record]) -> Parcel | None:
    state = deal.state
    if not state.courier:
        return None
    times = {record.name: record.at for record in history if record.name in ("ship", "deliver")}
    back = state.claim.tracking if state.claim is not None else ""
    return Parcel(courier_words(state.courier), state.tracking, times.get("ship"), times.get("deliver"), back)
