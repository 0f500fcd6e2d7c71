"""What the mentor's and the official's pages show: a constant number of statements each, lists paged by keyset."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Case, Count, Q, QuerySet, When

from mediator.ikm.producers.models import Organisation

from .models import Enrolment, Meeting, Programme, Session, Task
from .path import Entry, Path, path_of
from .stages import OPEN

__all__ = (
    "Desk", "Entry", "Mentee", "Path", "bodies_mentored", "due_tasks", "mine", "next_meetings", "path_of",
    "photos_of", "programmes_of", "progress", "reached", "sessions_with", "visible",
)  # fmt: skip

PAGE = 50

# One row a running enrolment of the mentor. A contact is a session held this month as it stands corrected.
MINE = """
SELECT * FROM (
    SELECT e.id, r.name, r.regency, e.programme_code, e.stage, e.status, p.contacts_per_month,
           coalesce(c.this_month, 0) AS this_month, coalesce(c.last_on, '0001-01-01'::date) AS last_on,
           coalesce(c.total, 0) AS total, t.waiting, t.late
    FROM ikm_enrolment AS e
    JOIN ikm_programme AS p ON p.id = e.programme_id
    JOIN ikm_producer AS r ON r.id = e.producer_id
    LEFT JOIN LATERAL (
        SELECT count(*) FILTER (WHERE s.held_on >= %(month)s) AS this_month, max(s.held_on) AS last_on,
               count(*) AS total
        FROM ikm_attendance AS a JOIN ikm_session AS s ON s.id = a.session_id
        WHERE a.enrolment_id = e.id AND a.was_there AND NOT s.is_void
          AND (SELECT n.id FROM ikm_session AS n WHERE n.corrects_id = s.id) IS NULL
    ) AS c ON true
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE status = 'done') AS waiting,
               count(*) FILTER (WHERE status IN ('open', 'sent_back') AND due_on < %(today)s) AS late
        FROM ikm_task WHERE enrolment_id = e.id
    ) AS t
    WHERE e.mentor_id = %(mentor)s AND e.status IN ('running', 'proposed')
) AS m
WHERE (NOT %(only_needing)s OR (m.status = 'running' AND m.this_month < greatest(m.contacts_per_month, 1)))
  AND (%(after)s::uuid IS NULL OR (m.last_on, m.id) > (%(last_on)s::date, %(after)s::uuid))
ORDER BY m.last_on, m.id LIMIT %(limit)s
"""


class Mentee(NamedTuple):
    """A running enrolment at its mentor's desk. ``last_on`` None: never met. ``waiting``: tasks done that wait for the
    mentor; ``late``: tasks that are due and not done."""

    enrolment: UUID
    name: str
    regency: str
    programme: str
    stage: str
    status: str
    contacts_per_month: int
    this_month: int
    last_on: date | None
    total: int
    waiting: int
    late: int

    @property
    def needs_contact(self) -> bool:
        """Whether this month's contacts are not enough yet; a programme that promises none still means one."""
        return self.status == "running" and self.this_month < max(self.contacts_per_month, 1)


@dataclass(frozen=True)
class Desk:
    """A page of a mentor's producers, those longest not met first; ``after`` asks for the next one."""

    rows: list[Mentee]
    after: str


def mine(mentor: UUID, today: date, *, only_needing: bool = False, after: str = "", limit: int = PAGE) -> Desk:
    """A mentor's running producers. One statement."""
    last_on, place = _cursor(after)
    with connection.cursor() as cursor:
        cursor.execute(
            MINE,
            {
                "mentor": mentor, "month": today.replace(day=1), "today": today, "only_needing": only_needing,
                "last_on": last_on, "after": place, "limit": limit + 1,
            },
        )  # fmt: skip
        found = [Mentee(*row) for row in cursor.fetchall()]
    rows = found[:limit]
    more = f"{rows[-1].last_on}_{rows[-1].enrolment}" if len(found) > limit else ""
    return Desk([row._replace(last_on=None if row.last_on == date.min else row.last_on) for row in rows], more)


def due_tasks(mentor: UUID, limit: int = 20) -> list[Task]:
    """Tasks at which a mentor should look: done ones first, then those due soonest."""
    asked = Task.objects.filter(enrolment__mentor=mentor, enrolment__status__in=OPEN)
    rows = asked.filter(status__in=("done", "open", "sent_back")).select_related("enrolment__producer")
    waits_first = Case(When(status="done", then=0), default=1)
    return list(rows.order_by(waits_first, "due_on", "pk")[:limit])


def next_meetings(mentor: UUID, limit: int = 10) -> list[Meeting]:
    """Meetings planned and neither held nor cancelled, with who is invited; those of yesterday still wait to be
    written down."""
    rows = Meeting.objects.filter(mentor=mentor, cancelled_at=None, sessions=None).order_by("starts_at", "pk")
    return list(rows.prefetch_related("invited__enrolment__producer")[:limit])


def reached(scopes: Iterable[str]) -> list[Organisation]:
    """The organisations of these codes."""
    return list(Organisation.objects.filter(code__in=list(scopes)).order_by("code"))


def visible(offices: Iterable[Organisation]) -> QuerySet[Enrolment]:
    """The enrolments those offices may look at: of rounds they hold, and all of programmes that are theirs."""
    ids = [office.pk for office in offices]
    seen = Enrolment.objects.filter(Q(organisation__in=ids) | Q(programme__organisation__in=ids))
    return seen.select_related("programme__organisation", "organisation", "producer", "mentor", "round")


def programmes_of(offices: Iterable[Organisation]) -> QuerySet[Programme]:
    """The programmes of those offices' bodies, in their newest versions."""
    bodies = {office.body for office in offices}
    rows = Programme.objects.filter(organisation__body__in=bodies, is_current=True)
    return rows.select_related("organisation").order_by("code")


def progress(offices: Iterable[Organisation], programmes: Iterable[str]) -> dict[str, dict[tuple[str, str], int]]:
    """For each programme code how many enrolments stand where: (status, stage) to count. One statement."""
    rows = visible(offices).filter(programme_code__in=list(programmes)).select_related(None).order_by()
    found: dict[str, dict[tuple[str, str], int]] = {}
    for row in rows.values("programme_code", "status", "stage").annotate(n=Count("pk")):
        found.setdefault(row["programme_code"], {})[row["status"], row["stage"]] = row["n"]
    return found


def sessions_with(enrolment: UUID, limit: int = PAGE) -> list[Session]:
    """The sessions of an enrolment as they stand now, newest first, each with ``was_there`` and the producer's
    ``word``. One statement."""
    rows = Session.objects.raw(
        """
        SELECT s.*, a.was_there, (
            SELECT w.was_there FROM ikm_attendance_word AS w WHERE w.root = s.root AND w.enrolment_id = a.enrolment_id
            ORDER BY w.at DESC, w.id DESC LIMIT 1) AS word, (
            SELECT w.words FROM ikm_attendance_word AS w WHERE w.root = s.root AND w.enrolment_id = a.enrolment_id
            ORDER BY w.at DESC, w.id DESC LIMIT 1) AS word_words
        FROM ikm_attendance AS a JOIN ikm_session AS s ON s.id = a.session_id
        WHERE a.enrolment_id = %s AND NOT s.is_void
          AND (SELECT c.id FROM ikm_session AS c WHERE c.corrects_id = s.id) IS NULL
        ORDER BY s.held_on DESC, s.id DESC LIMIT %s
        """,
        [enrolment, limit],
    )
    return list(rows)


def photos_of(enrolment: UUID) -> set[str]:
    """The digests of all photographs that belong to an enrolment: of its sessions, tasks, gaps and figures."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT unnest(s.photos) FROM ikm_session AS s JOIN ikm_attendance AS a ON a.session_id = s.id
            WHERE a.enrolment_id = %(id)s
            UNION SELECT unnest(s.photos) FROM ikm_task_step AS s JOIN ikm_task AS t ON t.id = s.task_id
            WHERE t.enrolment_id = %(id)s
            UNION SELECT unnest(photos) FROM ikm_assessment WHERE enrolment_id = %(id)s
            UNION SELECT unnest(photos) FROM ikm_measure WHERE enrolment_id = %(id)s
            """,
            {"id": enrolment},
        )
        return {digest for (digest,) in cursor.fetchall()}


def bodies_mentored(producer: UUID) -> list[str]:
    """The distinct bodies whose mentoring a producer completed and that nobody took back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT body FROM ikm_mentored WHERE producer_id = %s AND ended_at IS NULL ORDER BY body",
            [producer],
        )
        return [body for (body,) in cursor.fetchall()]


def _cursor(after: str) -> tuple[date | None, Any]:
    day, _, place = after.partition("_")
    try:
        return date.fromisoformat(day), UUID(place)
    except ValueError:
        return None, None
