"""What pages show of cases. Every list is read by its index and from where the last page ended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Min, Q, QuerySet

from mediator.mediation.cases import ties
from mediator.mediation.cases.assigning import candidates, confirmable
from mediator.mediation.cases.models import Assignment, Case, Note, Proposal
from mediator.mediation.cases.policy import case_policy
from mediator.mediation.cases.statistics import Decision
from mediator.mediation.models import EvidenceView
from mediator.people.models import Person

PAGE = 25
SIMILAR = 5
MOST_WAITING = 100
_JAKARTA = ZoneInfo("Asia/Jakarta")
_WAITS = ~Q(wants="")


class Page(NamedTuple):
    """A stretch of a list, and where the next begins ("" at the end)."""

    cases: list[Case]
    next: str


def to_decide(person: Person, order: str, after: str) -> Page:
    """The cases that wait for this person: the soonest clock first, or the largest amount."""
    return _page(Case.objects.filter(_WAITS, mediator=person, closed_at=None), order, after)


def who_decides() -> set[str]:
    """The addresses of those for whose decision a case waits: for the example, which has few."""
    rows = Case.objects.filter(_WAITS, closed_at=None, mediator__isnull=False)
    return set(rows.values_list("mediator__email", flat=True))


def following(person: Person, order: str, after: str) -> Page:
    """This person's open cases that wait for the parties."""
    return _page(Case.objects.filter(mediator=person, closed_at=None, wants=""), order, after)


def unassigned(order: str, after: str) -> Page:
    """Cases that nobody has: nobody is free, and the lead or an operator must act."""
    return _page(Case.objects.filter(_WAITS, mediator=None, closed_at=None), order, after)


def everybodys(order: str, after: str) -> Page:
    """All cases that wait for a decision, for leads and operators."""
    return _page(Case.objects.filter(_WAITS, closed_at=None), order, after)


def closed(person: Person | None, after: str) -> Page:
    """What was closed, the latest first: this person's, or (None) everybody's."""
    rows = Case.objects.filter(closed_at__isnull=False)
    return _page(rows.filter(mediator=person) if person else rows.exclude(heard_at=None), "closed", after)


def waiting() -> int:
    """How many cases wait for a decision: for the operator's page."""
    return Case.objects.filter(_WAITS, closed_at=None).count()


def flagged() -> int:
    """How many cases nobody is free to take: for the operator's page."""
    return Case.objects.filter(_WAITS, flagged_at__isnull=False, closed_at=None).count()


def waiting_for_second(person: Person, now: datetime) -> list[tuple[Proposal, Case]]:
    """Proposals that this person may confirm, the oldest first."""
    who = next((c for c in candidates(now) if c.person == str(person.pk)), None)
    if who is None:
        return []
    waiting = list(Proposal.objects.filter(stage="waiting").exclude(by=person).order_by("at", "id")[:MOST_WAITING])
    cases = {
        ties.place_of(case): case
        for case in Case.objects.filter(deal_id__in=[proposal.deal_id for proposal in waiting], closed_at=None)
    }
    paired = [(p, case) for p in waiting if (case := cases.get((str(p.book_id), str(p.deal_id), p.number))) is not None]
    free = confirmable([case for _, case in paired], who, now)
    return [(proposal, case) for proposal, case in paired if ties.place_of(case) in free]


def similar(case: Case) -> list[Case]:
    """The latest decided cases like this one: same kind, remedy, category and amount band."""
    above, up_to = case_policy().band(case.amount, case.currency)
    rows = Case.objects.filter(
        how="decided",
        kind=case.kind,
        remedy=case.remedy,
        category=case.category,
        currency=case.currency,
        amount__gt=above,
        closed_at__isnull=False,
    ).exclude(deal_id=case.deal_id)
    return list((rows.filter(amount__lte=up_to) if up_to else rows).order_by("-closed_at")[:SIMILAR])


def notes_of(case: Case) -> list[Note]:
    """The private notes of a case, with their writers."""
    rows = Note.objects.filter(book_id=case.book_id, deal_id=case.deal_id, number=case.number)
    return list(rows.select_related("person").order_by("at", "id"))


def assignments_of(case: Case) -> list[Assignment]:
    """Who has had the case, in order, with their names."""
    rows = Assignment.objects.filter(book_id=case.book_id, deal_id=case.deal_id, number=case.number)
    return list(rows.select_related("person").order_by("at", "id"))


def proposals_of(case: Case) -> list[Proposal]:
    """The proposals of a case, the newest first."""
    rows = Proposal.objects.filter(book_id=case.book_id, deal_id=case.deal_id, number=case.number)
    return list(rows.select_related("by", "second").order_by("-at", "-id"))


def views_of(book: str, deal: str, limit: int = 100) -> list[EvidenceView]:
    """Who of Mediator looked at the evidence, the latest first."""
    return list(EvidenceView.objects.filter(book_id=book, deal_id=deal).order_by("-at", "-id")[:limit])


class Views(NamedTuple):
    """How often somebody of one role opened a case, and when last."""

    role: str
    times: int
    last: datetime


def view_counts(book: str, deal: str) -> list[Views]:
    """How often somebody of each role opened the case: what the parties may know. Never who."""
    rows = EvidenceView.objects.filter(book_id=book, deal_id=deal, photo="").values("role")
    counted = rows.annotate(times=Count("id"), last=Max("at")).order_by("role")
    return [Views(row["role"], row["times"], row["last"]) for row in counted]


def names(people: Iterable[str]) -> dict[str, str]:
    """The names of these persons by id."""
    return {str(person.pk): person.name for person in Person.objects.filter(pk__in=set(people))}


def decisions_of(year: int) -> list[Decision]:
    """The decisions that were carried out in that calendar year (Jakarta)."""
    start, end = (datetime(y, 1, 1, tzinfo=_JAKARTA).astimezone(UTC) for y in (year, year + 1))
    rows = _decided().filter(closed_at__gte=start, closed_at__lt=end)
    columns = ("kind", "category", "reasons", "closed_at", "heard_at", "decided_at", "to_buyer", "to_seller",
               "appealed_by", "is_reversed")  # fmt: skip
    return [_decision(*row) for row in rows.order_by("closed_at").values_list(*columns)]


def years_with_decisions() -> list[int]:
    """The calendar years (Jakarta) of the first to the last decision, the latest first."""
    edges = _decided().aggregate(first=Min("closed_at"), last=Max("closed_at"))
    if edges["first"] is None:
        return []
    first, last = (edges[name].astimezone(_JAKARTA).year for name in ("first", "last"))
    return list(range(last, first - 1, -1))


def _decided() -> QuerySet[Case]:
    return Case.objects.filter(how__in=("decided", "not_returned"), decided_at__isnull=False, closed_at__isnull=False)


def _decision(
    kind: str, category: str, reasons: list[str], closed_at: datetime, heard_at: datetime, decided_at: datetime,
    to_buyer: int, to_seller: int, appealed_by: str, is_reversed: bool | None,
) -> Decision:  # fmt: skip
    local = closed_at.astimezone(_JAKARTA)
    share = "split" if to_buyer and to_seller else "buyer" if to_buyer else "seller"
    hours = (decided_at - heard_at).total_seconds() / 3600
    quarter = f"{local.year}-{(local.month + 2) // 3}"
    return Decision(kind, category, tuple(reasons), quarter, share, hours, bool(appealed_by), bool(is_reversed))


def _page(rows: QuerySet[Case], order: str, after: str) -> Page:
    """Up to ``PAGE`` rows beyond ``after`` ("value~deal" of the last row shown; anything else is the beginning)."""
    field, descending = {"clock": ("due_at", False), "amount": ("amount", True)}.get(order, ("closed_at", True))
    value, _, deal = after.rpartition("~")
    try:
        edge: object = int(value) if field == "amount" else datetime.fromisoformat(value)
    except ValueError:
        edge = None
    if edge is not None:
        beyond = Q(**{f"{field}__{'lt' if descending else 'gt'}": edge}) | Q(**{field: edge, "deal_id__gt": deal})
        rows = rows.filter(beyond)
    found = list(rows.order_by(f"{'-' if descending else ''}{field}", "deal_id", "number")[: PAGE + 1])
    shown = found[:PAGE]
    return Page(shown, _edge(shown[-1], field) if len(found) > PAGE else "")


def _edge(case: Case, field: str) -> str:
    value = getattr(case, field)
    return f"{value if field == 'amount' else value.isoformat()}~{case.deal_id}"
