"""One case, for those who decide it: what was promised, what each side shows, what was decided, and who looked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from msgspec import UNSET

from mediator.mediation.cases import assigning, queries
from mediator.mediation.cases.catalogue import Reason, catalogue_of
from mediator.mediation.cases.models import Assignment, Case, Proposal
from mediator.mediation.cases.projection import opened_at
from mediator.mediation.models import Evidence
from mediator.people.models import Person
from mediator.protocol import Role
from mediator.web import deal_compare, deal_words
from mediator.web.casework import words
from mediator.web.casework.access import DESKS, Visit, visit
from mediator.web.casework.forms import WordsForm
from mediator.web.deal_page import DealPage, gather, parts_words, photos_of_deal
from mediator.web.guards import staff
from mediator.web.pictures import Shown, picture, side_of


@dataclass(frozen=True)
class Side:
    """What one side shows: before and after the first decision."""

    title: str
    wants: list[str]
    shown: list[dict[str, Any]]
    later: list[dict[str, Any]]


@dataclass(frozen=True)
class Offer:
    """One offer on the table, minor units."""

    at: Any
    by: str
    amount: int
    needs_return: bool
    answer: str


@staff(*DESKS)
@require_safe
def case(request: HttpRequest, book: UUID, deal: UUID) -> HttpResponse:
    """The case page. That it was opened is written down first."""
    at = visit(request, book, deal)
    at.note()
    return show(request, at)


def show(request: HttpRequest, at: Visit, status: int = 200, **forms: WordsForm) -> HttpResponse:
    """The case page, with the forms that were refused as they were typed."""
    address = address_of(at)
    page = gather(at.stored, at.actor, at.now, address=address)
    pairs = deal_compare.compared(page, address)
    context = {
        "at": at,
        "page": page,
        "case": at.case,
        "now": at.now,
        "kind": deal_words.KIND[at.case.kind],
        "remedy": deal_words.REMEDY[at.case.remedy],
        "how": words.HOW[at.case.how],
        "seen_as": deal_words.VIEWER[at.seen_as],
        "sides": _sides(page, at.case),
        "others": _others(page),
        "pairs": pairs,
        "poll": deal_compare.poll(pairs, reverse("case-compared", args=[at.deal.book, at.deal.id]), at.now),
        "offers": _offers(page),
        "decision": _decision(at),
        "similar": [_similar(each) for each in queries.similar(at.case)],
        "proposals": [_proposal(each, at) for each in queries.proposals_of(at.case)],
        "may_decide": at.has_it and not at.is_tied and "decide" in page.commands and at.waiting is None,
        "evidence_until": _evidence_until(at),
        "notes": queries.notes_of(at.case) if at.reads_notes else [],
        "assigned": _assigned(at),
        "forms": _forms(at) | forms,
    }
    if at.manages:
        context |= _managing(at)
    return render(request, "casework/case.html", context, status=status)


@staff(*DESKS)
@require_safe
@never_cache
def compared(request: HttpRequest, book: UUID, deal: UUID) -> HttpResponse:
    """Promised beside received, for the case page that waits for it. That page was noted when it was opened, and each
    photograph is when it is fetched; nobody's words are in this answer."""
    at = visit(request, book, deal)
    address = address_of(at)
    return deal_compare.answer(
        request, gather(at.stored, at.actor, at.now, with_history=False, address=address), address
    )


@staff(*DESKS)
@require_safe
def photo(request: HttpRequest, book: UUID, deal: UUID, digest: str) -> HttpResponse:
    """A photograph of the case; each time it is looked at is written down, so a browser must ask each time."""
    at = visit(request, book, deal)
    side = side_of(request)
    if digest not in photos_of_deal(at.deal):
        raise Http404
    response = picture(digest, side, request)
    if response.status_code in (200, 304):
        at.note(digest)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def address_of(at: Visit) -> Any:
    """Addresses of this case's photographs."""
    return lambda digest: reverse("case-photo", args=[at.deal.book, at.deal.id, digest])


def _forms(at: Visit) -> dict[str, WordsForm]:
    forms = {"note": WordsForm(prefix="note", label=_("A private note"))}
    if at.has_it or at.is_lead:
        forms["give_up"] = WordsForm(prefix="give_up", label=_("Why?"), most=assigning.MAX_WORDS)
    if at.may_second:
        forms["send_back"] = WordsForm(prefix="send_back", label=_("What should be thought about again?"))
    return forms


def _sides(page: DealPage, case: Case) -> list[Side]:
    claim = page.deal.state.claim
    assert claim is not None
    wants = [str(deal_words.KIND[claim.kind.value]), str(deal_words.REMEDY[claim.remedy.value])]
    wants += parts_words(page.deal, claim.parts)
    answer = {"contested": _("Says the claim is wrong"), "offered": _("Made an offer")}
    last = next((r.name for r in reversed(page.history) if r.name in ("contest", "offer")), "")
    replied = {"contest": answer["contested"], "offer": answer["offered"]}.get(last, _("Has not answered"))
    return [_side(page, case, "buyer", wants), _side(page, case, "merchant", [replied])]


def _side(page: DealPage, case: Case, role: str, wants: list[str]) -> Side:
    own = [each for each in page.evidence if each.role == role]
    edge = case.decided_at
    return Side(
        str(deal_words.PARTY[role]),
        wants,
        [_piece(page, each) for each in own if edge is None or each.at <= edge],
        [_piece(page, each) for each in own if edge is not None and each.at > edge],
    )


def _others(page: DealPage) -> list[dict[str, Any]]:
    """What the courier showed."""
    return [_piece(page, each) for each in page.evidence if each.role == "courier"]


def _piece(page: DealPage, each: Evidence) -> dict[str, Any]:
    photos: list[Shown] = page.photos.get(each.digest, [])
    return {
        "purpose": deal_words.PURPOSE.get(each.purpose, each.purpose), "at": each.at, "words": each.words,
        "photos": photos,
    }  # fmt: skip


def _offers(page: DealPage) -> list[Offer]:
    """The offers of the latest claim, with what came of each."""
    records = page.history
    start = max((n for n, r in enumerate(records) if any(e.kind == "dispute" for e in r.entries)), default=0)
    offers = []
    for place, record in enumerate(records[start:], start):
        if record.name != "offer":
            continue
        after = (r.name for r in records[place + 1 :] if r.name in ("agree", "offer", "escalate", "withdraw", "lapse"))
        answer = {
            "agree": _("accepted"), "offer": _("answered with another offer"), "escalate": _("a mediator was asked"),
            "withdraw": _("the claim was taken back"), "lapse": _("not answered in time"),
        }.get(next(after, ""), _("open"))  # fmt: skip
        details = record.details
        amount = details.amount if details.amount is not UNSET else 0
        by = str(deal_words.PARTY["buyer" if record.actor.role is Role.BUYER else "merchant"])
        offers.append(Offer(record.at, by, int(amount), details.needs_return is True, answer))
    return offers


def _decision(at: Visit) -> dict[str, Any] | None:
    """The decision that stands, with its rules."""
    claim = at.deal.state.claim
    if claim is None or claim.decision is None or not at.case.decided_at:
        return None
    return {
        "to_buyer": claim.decision.to_buyer,
        "to_seller": max(at.case.amount - claim.decision.to_buyer, 0),
        "needs_return": claim.decision.needs_return,
        "reasons": reasons_of(at.case.reasons, at.case.reasons_version),
        "was_appealed": at.case.appealed_by,
        "first_to_buyer": at.case.first_to_buyer,
    }


def reasons_of(codes: list[str], version: int) -> list[dict[str, str]]:
    """The rules that a decision cites, in the reader's language."""
    catalogue = catalogue_of(version)
    found: list[Reason] = [reason for code in codes if (reason := catalogue.get(code)) is not None]
    language = get_language() or "id"
    return [{"code": reason.code, "title": reason.title(language), "text": reason.text(language)} for reason in found]


def _similar(case: Case) -> dict[str, Any]:
    return {
        "closed_at": case.closed_at,
        "per_cent": round(100 * (case.to_buyer or 0) / case.amount) if case.amount else 0,
        "needs_return": case.needs_return,
        "reasons": reasons_of(case.reasons, case.reasons_version),
        "is_reversed": case.is_reversed,
    }


def _proposal(proposal: Proposal, at: Visit) -> dict[str, Any]:
    refusal = words.refused(proposal.answer) if proposal.stage == "refused" else ""
    return {
        "row": proposal,
        "stage": words.PROPOSAL[proposal.stage],
        "to_seller": max(at.case.amount - proposal.to_buyer, 0),
        "reasons": reasons_of(proposal.reasons, proposal.reasons_version),
        "answer": refusal or proposal.answer,
        "is_mine": proposal.by_id == at.person.pk,
        "is_stale": proposal.stage == "waiting" and proposal.version != at.deal.version,
    }


def _evidence_until(at: Visit) -> Any:
    claim = at.deal.state.claim
    until = claim.evidence_until if claim is not None and claim.stage == "in_mediation" else None
    return until if until is not None and until > at.now else None


def _assigned(at: Visit) -> list[dict[str, Any]]:
    names = at.manages or at.seen_as == "mediator"
    return [assignment_words(row, names) for row in queries.assignments_of(at.case)]


def assignment_words(row: Assignment, with_names: bool) -> dict[str, Any]:
    """How somebody came to have the case; without names it may be shown to the parties."""
    person: Person | None = row.person
    return {
        "at": row.at, "instance": row.instance, "who": (person.name or person.email) if person and with_names else "",
        "nobody": person is None, "why": words.WHY_ASSIGNED[row.why], "candidates": row.candidates,
        "ended": words.WHY_ENDED.get(row.end_why, ""), "end_words": row.end_words if with_names else "",
        "draw": row.draw, "load": row.load, "excluded": row.excluded,
    }  # fmt: skip


def _managing(at: Visit) -> dict[str, Any]:
    """What leads and operators see beside: who looked, who was passed over and why, and to whom it could go."""
    views = queries.views_of(at.deal.book, at.deal.id)
    rows = queries.assignments_of(at.case)
    candidates = [c.person for c in assigning.candidates(at.now)]
    known = queries.names([*(v.person for v in views), *candidates, *(who for row in rows for who in row.excluded)])
    return {
        "views": [
            {
                "at": v.at,
                "who": known.get(v.person, v.person),
                "role": deal_words.VIEWER.get(v.role, v.role),
                "photo": v.photo,
            }
            for v in views
        ],
        "excluded": [
            {"who": known.get(who, who), "why": [words.AGAINST.get(code, code) for code in codes]}
            for who, codes in (rows[-1].excluded if rows else {}).items()
        ],
        "people": [(who, known[who]) for who in candidates if who in known and who != str(at.case.mediator_id)],
    }


def opening_of(page: DealPage) -> Any:
    """When the deal was opened: by then the catalogue of rules is chosen."""
    return opened_at(page.history)
