"""Who got which case: the choice of ``fairness`` written down, with why, and cases given up or handed on.

All who assign take one lock, so that two workers never give the same case to two people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.crypto import salted_hmac

from mediator.mediation.cases import ties
from mediator.mediation.cases.fairness import Candidate, Choice, Place, Waiting, against, choose_all
from mediator.mediation.cases.lock import take_lock
from mediator.mediation.cases.models import Absence, Assignment, Case, Proposal
from mediator.mediation.cases.policy import case_policy
from mediator.mediation.errors import MediationError
from mediator.people.models import Person, RoleGrant
from mediator.people.roles import StaffRole

AT_ONCE = 500
MAX_WORDS = 300
GAVE_UP = ("recused", "taken")
_DECIDERS = (StaffRole.MEDIATOR, StaffRole.LEAD)


def assign_waiting(now: datetime) -> int:
    """Give every case that waits for somebody to somebody; returns how many got one. Those that nobody may have are
    flagged, and tried again the next time."""
    waiting = Case.objects.exclude(wants="").exclude(assigned_for=F("wants")).exclude(_lead_has_it())
    if not waiting.exists():
        return 0
    with transaction.atomic():
        take_lock()
        cases = list(waiting.order_by("due_at", "deal_id")[:AT_ONCE])
        if not cases:
            return 0
        choices = choose_all(_waiting(cases, now), candidates(now), _secret())
        return _write(cases, choices, now)


def _lead_has_it() -> Q:
    """A lead who had the case in a hearing keeps it when it is heard again."""
    return Q(wants="1", assigned_for="1-lead") | Q(wants="2", assigned_for="2-lead")


def candidates(now: datetime) -> list[Candidate]:
    """Everybody who may be given cases, with the weight of what waits for them."""
    roles: dict[str, set[str]] = defaultdict(set)
    rows = RoleGrant.objects.filter(role__in=_DECIDERS, ended_at=None, person__is_active=True)
    for person, role in rows.order_by("person_id").values_list("person_id", "role"):
        roles[str(person)].add(role)
    away = {str(p) for p in Absence.objects.filter(until__gt=now).values_list("person_id", flat=True)}
    loads: dict[str, int] = defaultdict(int)
    open_cases = Case.objects.exclude(wants="").filter(mediator__in=[UUID(who) for who in roles], closed_at=None)
    for mediator, amount, currency, due_at in open_cases.values_list("mediator_id", "amount", "currency", "due_at"):
        loads[str(mediator)] += case_policy().weight(amount, currency, due_at, now)
    return [
        Candidate(who, StaffRole.MEDIATOR in has, StaffRole.LEAD in has, who in away, loads[who])
        for who, has in roles.items()
    ]


def _waiting(cases: Sequence[Case], now: datetime) -> list[Waiting]:
    people = RoleGrant.objects.filter(role__in=_DECIDERS, ended_at=None).values_list("person_id", flat=True)
    tied = ties.find([ties.parties_of(case) for case in cases], map(str, people), now)
    others, recused = _had_to_do(cases)
    policy = case_policy()
    return [
        Waiting(
            place,
            case.instance,
            case.lead,
            policy.weight(case.amount, case.currency, case.due_at, now),
            tied[place],
            frozenset(who for instance, who in others[place] if instance != case.instance),
            frozenset(recused[place]),
        )
        for case in cases
        for place in (ties.place_of(case),)
    ]


def _had_to_do(cases: Sequence[Case]) -> tuple[dict[Place, set[tuple[int, str]]], dict[Place, set[str]]]:
    """For each case: who has had it, decided it or confirmed it, by instance; and who gave it up."""
    deals = [case.deal_id for case in cases]
    had: dict[Place, set[tuple[int, str]]] = defaultdict(set)
    gave_up: dict[Place, set[str]] = defaultdict(set)
    for row in Assignment.objects.filter(deal_id__in=deals).exclude(person=None):
        place = (str(row.book_id), str(row.deal_id), row.number)
        had[place].add((row.instance, str(row.person_id)))
        if row.end_why in GAVE_UP:
            gave_up[place].add(str(row.person_id))
    for proposal in Proposal.objects.filter(deal_id__in=deals):
        place = (str(proposal.book_id), str(proposal.deal_id), proposal.number)
        had[place].update((proposal.instance, str(who)) for who in (proposal.by_id, proposal.second_id) if who)
    for case in cases:
        had[ties.place_of(case)].update((1, who) for who in (case.first_by,) if who)
    return had, gave_up


def _write(cases: Sequence[Case], choices: Sequence[Choice], now: datetime) -> int:
    _end([case for case in cases if case.mediator_id], now)
    rows = []
    for case, choice in zip(cases, choices, strict=True):
        is_new_flag = choice.person is None and case.flagged_at is None
        if choice.person is not None or is_new_flag:
            rows.append(_assignment(case, choice, now))
        case.mediator_id = None if choice.person is None else UUID(choice.person)
        case.assigned_for = "" if choice.person is None else case.wants
        case.flagged_at = None if choice.person is not None else case.flagged_at or now
    Assignment.objects.bulk_create(rows)
    for case in cases:
        # One row a case that was waiting: few at a time, each under its own key.
        Case.objects.filter(book_id=case.book_id, deal_id=case.deal_id, number=case.number).update(
            mediator_id=case.mediator_id, assigned_for=case.assigned_for, flagged_at=case.flagged_at
        )
    return sum(choice.person is not None for choice in choices)


def _assignment(case: Case, choice: Choice, now: datetime) -> Assignment:
    return Assignment(
        book_id=case.book_id,
        deal_id=case.deal_id,
        number=case.number,
        instance=case.instance,
        person_id=UUID(choice.person) if choice.person else None,
        why="lead" if case.lead else "drawn",
        by="system",
        at=now,
        candidates=choice.candidates,
        load=choice.load,
        draw=choice.draw,
        excluded=choice.excluded,
    )


def _end(cases: Iterable[Case], now: datetime) -> None:
    """The running assignments of cases that go to somebody else by themselves: on appeal, or to the lead."""
    for case in cases:
        _running(case).update(ended_at=now, end_why="lead" if case.lead else "appealed")


def recuse(case: Case, person: str, words: str, now: datetime) -> bool:
    """The one who has the case gives it up, with a reason; somebody else gets it. False when it is not theirs (any
    more). MediationError ``no_words``."""
    return _give_up(case, person, "recused", words, now)


def take_from(case: Case, words: str, now: datetime) -> bool:
    """A lead takes the case from whoever has it, and it is drawn anew among the others."""
    holder = str(case.mediator_id) if case.mediator_id else ""
    return bool(holder) and _give_up(case, holder, "taken", words, now)


def _give_up(case: Case, person: str, why: str, words: str, now: datetime) -> bool:
    words = words.strip()
    if not 1 <= len(words) <= MAX_WORDS:
        raise MediationError("no_words", f"Say why in 1 to {MAX_WORDS} characters.")
    with transaction.atomic():
        take_lock()
        ended = _running(case).filter(person_id=person).update(ended_at=now, end_why=why, end_words=words)
        if not ended:
            return False
        _free(case)
        Proposal.objects.filter(book_id=case.book_id, deal_id=case.deal_id, stage="waiting", by=UUID(person)).update(
            stage="taken_back", answered_at=now
        )
        assign_waiting(now)
    return True


def give_to(case: Case, person: Person, by: str, now: datetime) -> None:
    """A lead or an operator gives a case to somebody by hand. What stands against a draw stands against this too.

    MediationError ``may_not_have_it``.
    """
    with transaction.atomic():
        take_lock()
        who = next((c for c in candidates(now) if c.person == str(person.pk)), None)
        waiting = _waiting([case], now)[0]
        codes = against(waiting, who._replace(is_away=False)) if who else ["no_role"]
        if codes or not case.wants:
            raise MediationError("may_not_have_it", "This person may not have this case.")
        _running(case).update(ended_at=now, end_why="by_lead")
        Assignment.objects.create(
            book_id=case.book_id, deal_id=case.deal_id, number=case.number, instance=case.instance, person=person,
            why="by_lead", by=by, at=now,
        )  # fmt: skip
        _row(case).update(mediator=person, assigned_for=case.wants, flagged_at=None)


def set_absence(person: Person, until: datetime, now: datetime) -> int:
    """The person takes no new case until then; cases whose clock rings before go to others. Returns how many went.

    A time that has passed ends an absence.
    """
    with transaction.atomic():
        take_lock()
        Absence.objects.update_or_create(person=person, defaults={"until": until, "said_at": now})
        if until <= now:
            return 0
        cases = list(Case.objects.exclude(wants="").filter(mediator=person, due_at__lte=until))
        for case in cases:
            _running(case).update(ended_at=now, end_why="away")
            _free(case)
        assign_waiting(now)
    return len(cases)


def may_confirm(case: Case, person: Candidate, now: datetime) -> bool:
    """Whether this person may be the second pair of eyes on this case: not tied, not of the other instance."""
    return ties.place_of(case) in confirmable([case], person, now)


def confirmable(cases: Sequence[Case], person: Candidate, now: datetime) -> set[Place]:
    """Those of these cases on which this person may be the second pair of eyes. Being away, or no lead, is no bar."""
    who = person._replace(is_away=False, is_lead=True)
    return {waiting.place for waiting in _waiting(cases, now) if not against(waiting, who)}


def _free(case: Case) -> None:
    _row(case).update(mediator=None, assigned_for="")


def _row(case: Case) -> QuerySet[Case]:
    return Case.objects.filter(book_id=case.book_id, deal_id=case.deal_id, number=case.number)


def _running(case: Case) -> QuerySet[Assignment]:
    of_case = Assignment.objects.filter(book_id=case.book_id, deal_id=case.deal_id, number=case.number)
    return of_case.filter(ended_at=None).exclude(person=None)


def _secret() -> bytes:
    return salted_hmac("mediator.mediation.cases.draw", b"", algorithm="sha256").digest()
