"""When an enrolment may be completed, and what looks wrong in its log. Pure: tables of facts in, codes out.

What the signs are comes from how mentoring is faked or goes wrong: contacts written down on the first and the last day
only, more producers in a day than one person can visit, a programme shorter than its own minimum.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

LATE_DAYS = 7
"""A session written down later than this is marked; ours."""
ENDS_ONLY_FROM_DAYS = 14
"""A programme at least this long must have met in between; a workshop of two days need not. Ours."""

REQUIRED = ("photos", "assessment", "majors_closed", "measures", "permit", "tasks")
"""What a programme can ask for beyond sessions and length: a photograph of a session, a first and a second assessment,
no open major gap, a figure before and after, a permit that is in force, every task accepted or cancelled."""


@dataclass(frozen=True)
class Terms:
    """What a programme asks at least. ``daily_cap`` None: no limit."""

    min_sessions: int
    min_days: int
    contacts_per_month: int = 0
    daily_cap: int | None = None
    requires: tuple[str, ...] = ()


class Contact(NamedTuple):
    """A session at which the producer was, as noted. ``met``: producers this mentor met that day in the programme.
    ``word``: what the producer says: True, False, or None for nothing yet."""

    on: date
    noted_on: date
    met: int = 1
    word: bool | None = None
    photos: tuple[str, ...] = ()


@dataclass(frozen=True)
class Log:
    """What is known of an enrolment. ``paired``: indicators measured before and after. ``assessments``: how many.
    ``reused``: photographs of its sessions that another session shows too."""

    enrolled_on: date
    today: date
    contacts: tuple[Contact, ...] = ()
    assessments: int = 0
    open_majors: int = 0
    paired: frozenset[str] = frozenset()
    permits: int = 0
    open_tasks: int = 0
    reused: frozenset[str] = field(default_factory=frozenset)


class Sign(NamedTuple):
    """Something that is missing, or that looks wrong: a code and the facts to say it with."""

    code: str
    about: tuple[tuple[str, int | str], ...] = ()

    def get(self, name: str) -> int | str:
        return dict(self.about)[name]


def _sign(code: str, **about: int | str) -> Sign:
    return Sign(code, tuple(about.items()))


def counted(terms: Terms, log: Log) -> list[Contact]:
    """The contacts that count towards the minimum: not denied by the producer, and on no day beyond the cap."""
    return [c for c in log.contacts if c.word is not False and not _is_over(terms, c)]


def missing(terms: Terms, log: Log) -> list[Sign]:
    """What the enrolment still lacks; empty when it may be completed."""
    contacts = counted(terms, log)
    found = []
    if len(contacts) < terms.min_sessions:
        found.append(_sign("too_few_sessions", has=len(contacts), needs=terms.min_sessions))
    days = length(contacts)
    if days < terms.min_days:
        found.append(_sign("too_short", has=days, needs=terms.min_days))
    if is_ends_only(terms, contacts):
        found.append(_sign("only_first_and_last"))
    found += _thin_months(terms, contacts)
    return found + [_sign(code) for code in _lacks(terms, log)]


def signs(terms: Terms, log: Log) -> list[Sign]:
    """What looks wrong in the log, for those who check it; none of it says that somebody cheated."""
    found = []
    over = Counter(c.on for c in log.contacts if _is_over(terms, c))
    for on in sorted(over):
        met = max(c.met for c in log.contacts if c.on == on)
        found.append(_sign("over_cap", day=on.isoformat(), met=met, cap=terms.daily_cap or 0))
    denied = sum(c.word is False for c in log.contacts)
    if denied:
        found.append(_sign("denied", n=denied))
    if is_ends_only(terms, counted(terms, log)):
        found.append(_sign("only_first_and_last"))
    late = sum((c.noted_on - c.on).days > LATE_DAYS for c in log.contacts)
    if late:
        found.append(_sign("written_late", n=late, days=LATE_DAYS))
    if log.reused:
        found.append(_sign("photo_again", n=len(log.reused)))
    return found


def length(contacts: Iterable[Contact]) -> int:
    """Days from the first to the last contact, both counted; 0 without any. Being enrolled is not being mentored."""
    days = [contact.on for contact in contacts]
    return (max(days) - min(days)).days + 1 if days else 0


def is_ends_only(terms: Terms, contacts: Iterable[Contact]) -> bool:
    """Whether a longer programme met on its first and its last day only, however often on each."""
    days = {contact.on for contact in contacts}
    return terms.min_days >= ENDS_ONLY_FROM_DAYS and len(days) == 2


def _is_over(terms: Terms, contact: Contact) -> bool:
    return terms.daily_cap is not None and contact.met > terms.daily_cap


def _thin_months(terms: Terms, contacts: list[Contact]) -> list[Sign]:
    """Whole calendar months between the first and the last contact with fewer contacts than promised.

    The months in which it began and ended are no whole months, unless they were mentored from their first (to their
    last) day.
    """
    if not terms.contacts_per_month or not contacts:
        return []
    first, last = min(c.on for c in contacts), max(c.on for c in contacts)
    per_month = Counter((c.on.year, c.on.month) for c in contacts)
    return [
        _sign("thin_month", month=f"{year}-{month:02}", has=per_month[year, month], needs=terms.contacts_per_month)
        for year, month in _months(first, last)
        if _is_whole(year, month, first, last) and per_month[year, month] < terms.contacts_per_month
    ]


def _months(first: date, last: date) -> list[tuple[int, int]]:
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [((first.month - 1 + n) // 12 + first.year, (first.month - 1 + n) % 12 + 1) for n in range(count)]


def _is_whole(year: int, month: int, first: date, last: date) -> bool:
    begin = date(year, month, 1)
    end = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return first <= begin and last >= end


def _lacks(terms: Terms, log: Log) -> list[str]:
    has = {
        "photos": any(c.photos for c in log.contacts),
        "assessment": log.assessments >= 2,
        "majors_closed": log.assessments >= 1 and log.open_majors == 0,
        "measures": bool(log.paired),
        "permit": log.permits > 0,
        "tasks": log.open_tasks == 0,
    }
    return [f"needs_{code}" for code in terms.requires if not has[code]]
