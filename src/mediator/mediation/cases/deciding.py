"""A decision from proposal to command.

The mediator who has the case proposes. Below the policy's amount the command goes out at once; above it somebody else
must confirm first, who is tied to nobody and had nothing to do with the other instance. Only when the deal stands
exactly as it did when it was proposed: a deal that has moved makes the proposal stale.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import IntegrityError, transaction

from mediator.deals.batch import Result
from mediator.mediation.cases.assigning import candidates, may_confirm
from mediator.mediation.cases.catalogue import Catalogue, write_decision
from mediator.mediation.cases.models import Case, Proposal
from mediator.mediation.cases.policy import case_policy
from mediator.mediation.cases.previewing import Asked, command_of
from mediator.mediation.cases.projection import refresh
from mediator.mediation.cases.ties import is_tied
from mediator.mediation.errors import MediationError
from mediator.mediation.evidence import put_evidence
from mediator.mediation.models import Evidence
from mediator.people.models import Person
from mediator.protocol import Command, Deal, Part

Apply = Callable[[Sequence[Command]], list[Result]]
"""The engine as a surface uses it."""

LEAST_WORDS, MOST_WORDS = 20, 4000


class Step(NamedTuple):
    """What became of it: the proposal as it is now, and the engine's answer where it was asked."""

    proposal: Proposal
    result: Result | None = None


class _Undo(Exception):
    """The protocol refused: nothing of the attempt may stay."""

    def __init__(self, result: Result) -> None:
        super().__init__(result.code)
        self.result = result


def propose(
    apply: Apply,
    case: Case,
    deal: Deal,
    person: Person,
    asked: Asked,
    codes: Sequence[str],
    catalogue: Catalogue,
    words: str,
    key: str,
    now: datetime,
) -> Step:
    """Decide, or (above the policy's amount) ask for a second pair of eyes. The same key again is the same proposal.

    MediationError ``not_your_case``, ``tied_now``, ``nothing_to_decide``, ``words_missing``, ``words_too_long``,
    ``waiting_already`` and those of ``Catalogue.check``. When the protocol refuses, the proposal is kept as refused and
    the step says why.
    """
    known = Proposal.objects.filter(by=person, key=key).first()
    if known is not None:
        return Step(known)
    if case.mediator_id != person.pk:
        raise MediationError("not_your_case", "Only the mediator who has this case decides it.")
    if is_tied(case, str(person.pk), now):
        raise MediationError("tied_now", "You are close to a party of this case by now: give it up.")
    if not case.wants:
        raise MediationError("nothing_to_decide", "This case does not wait for a decision now.")
    proposal = Proposal(
        book_id=case.book_id,
        deal_id=case.deal_id,
        number=case.number,
        instance=case.instance,
        version=deal.version,
        by=person,
        to_buyer=asked.to_buyer,
        needs_return=asked.needs_return,
        parts=[list(part) for part in _pairs(asked.parts)],
        reasons=list(catalogue.check(codes, case.kind)),
        reasons_version=catalogue.version,
        words=_checked(words),
        needs_second=case_policy().needs_second(case.amount, case.currency),
        policy_version=case_policy().version,
        stage="waiting",
        key=key,
        at=now,
    )
    retire_stale(str(case.book_id), str(case.deal_id), deal.version, now)
    try:
        with transaction.atomic():
            if not proposal.needs_second:
                return _send(apply, proposal, deal, now)
            proposal.save(force_insert=True)
    except IntegrityError:
        again = Proposal.objects.filter(by=person, key=key).first()
        if again is None:
            raise MediationError("waiting_already", "A decision of this case is waiting to be confirmed.") from None
        return Step(again)
    return Step(proposal)


def confirm(apply: Apply, case: Case, deal: Deal, proposal_id: str, person: Person, now: datetime) -> Step:
    """The second person agrees: the command goes out, in the name of whoever proposed it. Twice is once.

    MediationError ``no_such_proposal``, ``not_your_own``, ``may_not_confirm``.
    """
    with transaction.atomic():
        proposal = _lock(case, proposal_id)
        if proposal.stage != "waiting":
            return Step(proposal)
        check_second(case, proposal, person, now)
        if proposal.version != deal.version or case.mediator_id != proposal.by_id:
            return Step(_close(proposal, "stale", now))
        proposal.second = person
        return _send(apply, proposal, deal, now)


def send_back(case: Case, proposal_id: str, person: Person, words: str, now: datetime) -> Step:
    """The second person does not agree, and says why; whoever proposed it thinks again."""
    with transaction.atomic():
        proposal = _lock(case, proposal_id)
        if proposal.stage != "waiting":
            return Step(proposal)
        check_second(case, proposal, person, now)
        proposal.second, proposal.answer = person, _checked(words)
        return Step(_close(proposal, "sent_back", now))


def take_back(case: Case, proposal_id: str, person: Person, now: datetime) -> Step:
    """Whoever proposed it takes it back before anybody confirmed it."""
    with transaction.atomic():
        proposal = _lock(case, proposal_id)
        if proposal.by_id != person.pk:
            raise MediationError("no_such_proposal", "There is no such proposal of yours.")
        return Step(proposal if proposal.stage != "waiting" else _close(proposal, "taken_back", now))


def check_second(case: Case, proposal: Proposal, person: Person, now: datetime) -> None:
    """Whether this person may be the second pair of eyes; MediationError says why not."""
    if proposal.by_id == person.pk:
        raise MediationError("not_your_own", "Somebody else confirms a decision that you proposed.")
    who = next((c for c in candidates(now) if c.person == str(person.pk)), None)
    if who is None or not may_confirm(case, who, now):
        raise MediationError("may_not_confirm", "You may not confirm a decision of this case.")


def retire_stale(book: str, deal: str, version: int, now: datetime) -> int:
    """Proposals that wait on an earlier version of the deal are stale; returns how many were."""
    waiting = Proposal.objects.filter(book_id=book, deal_id=deal, stage="waiting").exclude(version=version)
    return waiting.update(stage="stale", answered_at=now)


def _send(apply: Apply, proposal: Proposal, deal: Deal, now: datetime) -> Step:
    """The words become evidence and the decision a command, together or not at all."""
    try:
        with transaction.atomic():
            words = _words(proposal, now)
            reason = write_decision(proposal.reasons, proposal.reasons_version, words.digest)
            asked = Asked(proposal.to_buyer, proposal.needs_return, tuple(Part(*pair) for pair in proposal.parts))
            result = apply([command_of(deal, str(proposal.by_id), asked, reason, f"decide/{proposal.pk}")])[0]
            if not result.ok or result.version != proposal.version + 1:
                raise _Undo(result)
            proposal.stage, proposal.answered_at = "decided", now
            proposal.save()
            refresh([(deal.book, deal.id)])
    except _Undo as undone:
        return _not_sent(proposal, undone.result, now)
    return Step(proposal, result)


def _not_sent(proposal: Proposal, result: Result, now: datetime) -> Step:
    """Nothing was decided: others were faster (try again), the deal had moved (stale), or the protocol refused."""
    if result.code == "busy":
        proposal.second = None
        return Step(proposal, result)
    proposal.answer = "" if result.ok else result.code
    return Step(_close(proposal, "stale" if result.ok else "refused", now), result)


def _words(proposal: Proposal, now: datetime) -> Evidence:
    return put_evidence(
        str(proposal.book_id), str(proposal.deal_id), "mediator", str(proposal.by_id), "decision",
        proposal.words, [], f"decision/{proposal.pk}", now,
    )  # fmt: skip


def _lock(case: Case, proposal_id: str) -> Proposal:
    of_case = Proposal.objects.select_for_update().filter(book_id=case.book_id, deal_id=case.deal_id)
    found = of_case.filter(pk=proposal_id).first()
    if found is None:
        raise MediationError("no_such_proposal", "There is no such proposal.")
    return found


def _close(proposal: Proposal, stage: str, now: datetime) -> Proposal:
    proposal.stage, proposal.answered_at = stage, now
    proposal.save()
    return proposal


def _checked(words: str) -> str:
    words = words.strip()
    if len(words) < LEAST_WORDS:
        raise MediationError("words_missing", f"Explain it to both in at least {LEAST_WORDS} characters.")
    if len(words) > MOST_WORDS:
        raise MediationError("words_too_long", f"At most {MOST_WORDS:,} characters, and this has {len(words):,}.")
    return words


def _pairs(parts: Sequence[Part]) -> list[tuple[int, int]]:
    return [(part.line, part.quantity) for part in parts]
