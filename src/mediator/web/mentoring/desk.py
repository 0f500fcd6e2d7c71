"""Where mentors and officials begin: my producers, what waits for me, and the programmes of my office."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mediator.ikm.mentoring import queries
from mediator.ikm.mentoring.stages import OPEN
from mediator.people.roles import StaffRole
from mediator.protocol.calendar import jakarta_date
from mediator.shop.places import regency_name
from mediator.web import acting
from mediator.web.context import staff_grants
from mediator.web.guards import person_of, staff
from mediator.web.mentoring import shown, words
from mediator.web.mentoring.access import ROLES, offices_of


@require_safe
@staff(*ROLES)
@never_cache
def desk(request: HttpRequest) -> HttpResponse:
    """A mentor's day: who needs a contact, tasks, meetings. An official who mentors nobody goes to the programmes."""
    roles = staff_grants(request).roles
    if StaffRole.MENTOR not in roles:
        return redirect("mentoring-programmes")
    person, now = person_of(request), acting.now()
    today = jakarta_date(now)
    tab = "contact" if request.GET.get("tab") == "contact" else "all"
    found = queries.mine(person.pk, today, only_needing=tab == "contact", after=request.GET.get("after", ""))
    tasks = queries.due_tasks(person.pk)
    named = shown.names([row.programme for row in found.rows])
    context: dict[str, Any] = {
        "tab": tab,
        "rows": [_listed(row, named) for row in found.rows],
        "after": found.after,
        "is_first_page": not request.GET.get("after"),
        "tasks": [
            {"row": task, "due": words.day(task.due_on), "status": words.TASK[task.status], "tone": _tone(task, today)}
            for task in tasks
        ],
        "meetings": [
            {
                "row": meeting,
                "how": words.HOW[meeting.how],
                "who": ", ".join(each.enrolment.producer.name for each in meeting.invited.all()),
                "is_over": meeting.starts_at <= now,
            }
            for meeting in queries.next_meetings(person.pk)
        ],
        "is_official": StaffRole.OFFICIAL in roles,
    }
    return render(request, "mentoring/desk.html", context)


def _listed(row: queries.Mentee, named: dict[str, str]) -> dict[str, Any]:
    return {
        "row": row,
        "programme": named.get(row.programme, row.programme),
        "place": regency_name(row.regency) if row.regency else "",
        "stage": words.STAGE[row.stage],
        "status": words.STATUS[row.status],
        "is_proposed": row.status == "proposed",
        "last": words.day(row.last_on) if row.last_on else "",
        "needed": max(row.contacts_per_month, 1),
    }


def _tone(task: Any, today: Any) -> str:
    return "bad" if task.status != "done" and task.due_on < today else words.TASK_TONE[task.status]


@require_safe
@staff(StaffRole.OFFICIAL)
@never_cache
def programmes(request: HttpRequest) -> HttpResponse:
    """The programmes of my offices' bodies, with how many producers stand where."""
    offices = offices_of(request)
    rows = list(queries.programmes_of(offices))
    counts = queries.progress(offices, [row.code for row in rows])
    listed = []
    for row in rows:
        found = counts.get(row.code, {})
        listed.append(
            {
                "row": row,
                "name": words.named(row),
                "open": sum(n for (status, _), n in found.items() if status in OPEN),
                "proposed": sum(n for (status, _), n in found.items() if status == "proposed"),
                "completed": sum(n for (status, _), n in found.items() if status == "completed"),
                "dropped": sum(n for (status, _), n in found.items() if status == "dropped"),
            }
        )
    is_mentor = StaffRole.MENTOR in staff_grants(request).roles
    context = {"rows": listed, "offices": offices, "is_mentor": is_mentor}
    return render(request, "mentoring/programmes.html", context)
