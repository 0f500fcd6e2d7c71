"""A path's entries, duplicates and figures as pages say them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mediator.ikm.mentoring.duplicates import Duplicate
from mediator.ikm.mentoring.indicators import indicators
from mediator.ikm.mentoring.models import Programme
from mediator.ikm.mentoring.outcomes import Outcome, Row
from mediator.ikm.mentoring.path import Entry
from mediator.shop.places import regency_name
from mediator.web.mentoring import words


@dataclass(frozen=True)
class Shown:
    """One line of a path. ``address`` leads to more of it, empty where the reader may not see more."""

    day: str
    title: str
    more: str
    programme: str
    office: str
    address: str


def names(codes: Iterable[str]) -> dict[str, str]:
    """The names of programmes by code, in the reader's language; one statement."""
    rows = Programme.objects.filter(code__in=set(codes), is_current=True)
    return {row.code: words.named(row) for row in rows}


def path(entries: list[Entry], address: Callable[[Entry], str]) -> list[Shown]:
    """Entries in words. ``address`` says where a reader may look at one, "" for nowhere."""
    named = names(entry.programme for entry in entries)
    return [
        Shown(
            words.day(entry.day),
            *_said(entry),
            named.get(entry.programme, ""),
            entry.office,
            address(entry),
        )
        for entry in entries
    ]


def _said(entry: Entry) -> tuple[str, str]:
    return _SAYING[entry.kind](entry.facts)


def _step(facts: dict[str, Any]) -> tuple[str, str]:
    stage = {"stage": words.STAGE[facts["stage"]]}
    said = {
        "enrol": _("Enrolled"),
        "advance": _("Came to the stage “%(stage)s”") % stage,
        "back": _("Went back to the stage “%(stage)s”") % stage,
        "propose": _("The mentor proposed to complete it"),
        "send_back": _("Sent back to the mentor"),
        "complete": _("Completed"),
        "drop": _("Dropped out"),
        "resume": _("Taken up again"),
        "withdraw": _("The completion was taken back"),
    }
    return said[facts["act"]], str(words.DROP[facts["why"]]) if facts["why"] else ""


def _session(facts: dict[str, Any]) -> tuple[str, str]:
    title = _("Session: %(subjects)s") % {"subjects": words.subjects(facts["subjects"])}
    if not facts["was_there"]:
        return title, _("was not there")
    more = _("%(how)s, %(minutes)d minutes") % {"how": words.HOW[facts["how"]], "minutes": facts["minutes"]}
    word = {True: _("confirmed by the producer"), False: _("the producer says they were not there")}.get(facts["word"])
    return title, f"{more}; {word}" if word else more


def _task(facts: dict[str, Any]) -> tuple[str, str]:
    due = words.day(date.fromisoformat(facts["due_on"]))
    about = {"due": due, "status": words.TASK[facts["status"]], "source": words.SOURCE[facts["source"]]}
    return _("Task: %(title)s") % facts, _("due %(due)s, %(source)s; %(status)s") % about


def _task_step(facts: dict[str, Any]) -> tuple[str, str]:
    return _("Task “%(title)s”: %(act)s") % {"title": facts["title"], "act": words.TASK_ACT[facts["act"]]}, ""


def _assessment(facts: dict[str, Any]) -> tuple[str, str]:
    more = _("%(majors)d major and %(minors)d minor gaps open, %(points)d points") % facts
    return _("Gap assessment: rating %(rating)s") % facts, more


def _measure(facts: dict[str, Any]) -> tuple[str, str]:
    language = get_language() or "id"
    figures = "; ".join(
        f"{indicators()[code].name(language)}: {words.figure(indicators()[code], value)}"
        for code, value in facts["figures"]
    )
    return _("Figures, %(moment)s") % {"moment": words.MOMENT[facts["moment"]]}, figures


def _certificate(facts: dict[str, Any]) -> tuple[str, str]:
    about = facts["programme"] or facts["product"] or ""
    title = _("Certificate %(serial)s") % facts
    more = ", ".join(part for part in (about, facts["organisation"]) if part)
    return title, f"{more}; {_('revoked')}" if facts["is_revoked"] else more


_SAYING: dict[str, Callable[[dict[str, Any]], tuple[str, str]]] = {
    "step": _step, "session": _session, "task": _task, "task_step": _task_step, "assessment": _assessment,
    "measure": _measure, "certificate": _certificate,
}  # fmt: skip


def duplicates(found: list[Duplicate]) -> list[dict[str, str]]:
    """Duplicates in words."""
    named = names(code for one in found for code in (one.first, one.second))
    return [
        {
            "producer": one.name,
            "place": regency_name(one.regency) if one.regency else "",
            "what": words.subject(one.what),
            "first": named.get(one.first, one.first),
            "second": named.get(one.second, one.second),
            "apart": str(one.apart),
            "first_on": _span(one.first_from, one.first_to),
            "second_on": _span(one.second_from, one.second_to),
        }
        for one in found
    ]


def _span(first: date, last: date) -> str:
    return words.day(first) if first == last else f"{words.day(first)} – {words.day(last)}"


def figures(rows: list[Row]) -> list[dict[str, Any]]:
    """An enrolment's figures in words, with what a difference can't prove."""
    language = get_language() or "id"
    return [
        {
            "name": row.indicator.name(language),
            "before": _taken(row, "before"),
            "after": _taken(row, "after"),
            "change": words.figure(row.indicator, row.difference.change, signed=True) if row.difference else "",
            "share": _share(row.difference.permille) if row.difference else "",
            "is_better": row.difference.is_better if row.difference else None,
            "caveats": [words.CAVEAT[code] for code in row.difference.caveats] if row.difference else [],
        }
        for row in rows
    ]


def _taken(row: Row, moment: str) -> str:
    taken = row.before if moment == "before" else row.after
    return f"{words.figure(row.indicator, taken.value)} ({words.day(taken.on)})" if taken else ""


def _share(permille: int | None) -> str:
    """A share with one place behind the comma: "+12,5 %"."""
    if permille is None:
        return ""
    figure = f"{permille / 10:+.1f}"
    return f"{figure if get_language() == 'en' else figure.replace('.', ',')}\u00a0%"


def outcomes(found: list[Outcome]) -> list[dict[str, Any]]:
    """A programme's outcomes in words."""
    language = get_language() or "id"
    return [
        {
            "name": one.indicator.name(language),
            "n": one.n,
            "before": words.figure(one.indicator, one.before),
            "after": words.figure(one.indicator, one.after),
            "change": words.figure(one.indicator, one.change, signed=True),
            "better": one.better,
            "worse": one.worse,
            "proven": one.proven,
        }
        for one in found
    ]


def to_session(name: str, enrolment: UUID | None = None) -> Callable[[Entry], str]:
    """Addresses of sessions under that route, of one enrolment or of all (None)."""

    def address(entry: Entry) -> str:
        if entry.kind != "session" or (enrolment is not None and entry.enrolment != enrolment):
            return ""
        return reverse(name, args=[entry.enrolment, entry.ref])

    return address
