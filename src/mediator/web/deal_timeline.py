"""A deal's way so far: the step bar, and what happened in words with what was shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from msgspec import UnsetType

from mediator.ledger.record import Record
from mediator.mediation.cases.catalogue import catalogue_of, read_decision
from mediator.mediation.evidence import said
from mediator.mediation.models import Evidence
from mediator.protocol import Actor, Deal, Role
from mediator.protocol.deal import claim_is_open
from mediator.protocol.table import FINAL_STATUSES
from mediator.web import deal_words
from mediator.web.deal_timing import rung
from mediator.web.pictures import Shown
from mediator.web.templatetags.mediator import amount as amount_words

_NOT_THE_BUYERS = frozenset({"pay_out", "payout_settled", "payout_failed", "payout_returned", "recover", "write_off"})
"""What happens between the seller, the bank and Mediator after the buyer's part is done."""

_BEFORE_MONEY = frozenset({"opened", "part_paid", "late"})
_OWED = ("suspense", "buyer", "refund_transit", "merchant", "payout_transit")


@dataclass(frozen=True)
class Step:
    """One step of the bar: ``state`` is done, now, todo or bad (it ended here)."""

    words: str
    state: str

    @property
    def state_words(self) -> str:
        """For who can't see the bar."""
        return {"done": _("done"), "now": _("now"), "todo": _("not yet"), "bad": _("ended here")}[self.state]


@dataclass(frozen=True)
class Happened:
    """One thing that happened: when, what, by whom, with which facts, and with which words and photographs."""

    at: datetime
    words: str
    who: str
    notes: list[str] = field(default_factory=list)
    said: str = ""
    photos: list[Shown] = field(default_factory=list)
    command: str = ""


def steps_of(deal: Deal) -> list[Step]:
    """Paid, shipped, arrived, inspected, money out; an open claim is a step of its own, a detour on the way."""
    status, state = deal.status, deal.state
    if status in ("expired", "cancelled"):
        return [Step(_("Opened"), "done"), Step(str(deal_words.STATUS[status]), "bad")]
    is_paid = status not in _BEFORE_MONEY
    is_shipped = bool(state.courier)
    if status in FINAL_STATUSES and not is_shipped:
        return [Step(_("Paid"), "done"), Step(_("Not shipped"), "bad"), Step(_("Money back"), _out(deal))]
    arrived = _has_arrived(deal)
    if status in FINAL_STATUSES and not arrived:
        last = Step(_("Money out"), _out(deal))
        return [Step(_("Paid"), "done"), Step(_("Shipped"), "done"), Step(_("Not arrived"), "bad"), last]
    facts = [(_("Paid"), is_paid), (_("Shipped"), is_shipped), (_("Arrived"), arrived)]
    if claim_is_open(state):
        facts = [*[fact for fact in facts if fact[1]], (_("Claim"), False)]
    else:
        facts.append((_("Inspected"), status in FINAL_STATUSES))
    facts.append((_("Money out"), status in FINAL_STATUSES and _out(deal) == "done"))
    current = next((place for place, (_words, is_done) in enumerate(facts) if not is_done), len(facts))
    return [
        Step(words, "done" if place < current else "now" if place == current else "todo")
        for place, (words, _is_done) in enumerate(facts)
    ]


def _out(deal: Deal) -> str:
    return "now" if any(deal.state.purse.get(account, 0) > 0 for account in _OWED) else "done"


def _has_arrived(deal: Deal) -> bool:
    """Whether the goods came: delivered, or accepted, or a claim that needs them was settled."""
    state, claim = deal.state, deal.state.claim
    if state.parcel != "done":
        return state.parcel == "delivered"
    if state.reason in ("lose", "return_to_sender", "not_arrived"):
        return False
    return bool(state.released) or (claim is not None and claim.kind != "not_arrived")


def timeline_of(
    deal: Deal, history: list[Record], evidence: list[Evidence], photos: dict[str, list[Shown]], viewer: Actor
) -> list[Happened]:
    """What happened, the latest first. Evidence that a command names stands with it, other evidence by itself."""
    by_digest = {each.digest: each for each in evidence}
    items, named = [], set()
    for before, record in zip([None, *history], history, strict=False):
        if viewer.role is Role.BUYER and record.name in _NOT_THE_BUYERS:
            continue
        digest = _named(record)
        shown = by_digest.get(digest)
        named.add(digest)
        items.append(
            Happened(
                record.at,
                _words(record, before),
                who_words(record.actor.role.value, viewer.role.value),
                _notes(deal, record),
                shown.words if shown else "",
                photos.get(digest, []),
                record.name,
            )
        )
    items += [_alone(each, photos, viewer) for each in evidence if each.digest not in named]
    return sorted(items, key=lambda item: item.at, reverse=True)


def _rules(reason: str | UnsetType) -> list[str]:
    """The published rules that a decision cites, by their titles."""
    if isinstance(reason, UnsetType):
        return []
    decided = read_decision(reason)
    rules = [catalogue_of(decided.version).get(code) for code in decided.codes]
    return [rule.title(get_language() or "id") for rule in rules if rule is not None]


def courier_words(courier: str) -> str:
    """A courier's name as people write it: "jne" is JNE."""
    return courier.upper() if len(courier) <= 4 else courier


def who_words(role: str, viewer: str) -> str:
    """Who did something, as the viewer would say it."""
    return _("You") if role == viewer else str(deal_words.PARTY.get(role, role))


def _named(record: Record) -> str:
    """The digest of the evidence that a record's command names; a decision names it last."""
    for text in (record.details.evidence, record.details.reason):
        if not isinstance(text, UnsetType):
            digest = said(text) or (said(f"evidence:{text[-64:]}") if text.startswith("decision:") else "")
            if digest:
                return digest
    return ""


def _alone(each: Evidence, photos: dict[str, list[Shown]], viewer: Actor) -> Happened:
    words = str(deal_words.PURPOSE.get(each.purpose, each.purpose))
    who = who_words(each.role, viewer.role.value)
    return Happened(each.at, words, who, [], each.words, photos.get(each.digest, []))


def _words(record: Record, before: Record | None) -> str:
    if record.name == "lapse" and before is not None:
        clock = rung(before, record)
        if clock:
            return _("Time was up: %(then)s") % {"then": deal_words.then(clock)}
    return str(deal_words.HAPPENED[record.name])


def _notes(deal: Deal, record: Record) -> list[str]:
    details, notes = record.details, []
    if not isinstance(details.kind, UnsetType):
        notes.append(str(deal_words.KIND[details.kind.value]))
    if not isinstance(details.remedy, UnsetType):
        notes.append(str(deal_words.REMEDY[details.remedy.value]))
    if not isinstance(details.amount, UnsetType):
        notes.append(amount_words(details.amount, deal.terms.currency))
    if details.needs_return is True:
        notes.append(_("the goods go back first"))
    if not isinstance(details.days, UnsetType):
        notes.append(ngettext("%d day", "%d days", details.days) % details.days)
    if not isinstance(details.parts, UnsetType):
        lines = deal.terms.lines
        notes += [f"{p.quantity} × {lines[p.line - 1].name}" for p in details.parts if 1 <= p.line <= len(lines)]
    notes += _rules(details.reason)
    if not isinstance(details.courier, UnsetType):
        notes.append(courier_words(details.courier))
    if not isinstance(details.tracking, UnsetType):
        notes.append(details.tracking)
    return notes
