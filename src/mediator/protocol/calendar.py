"""Spans of time as the table writes them (``24h``, ``3d``, ``2wd``), and working days in Indonesia.

A working day is Monday to Friday in Asia/Jakarta without the national holidays that the `holidays` package lists.
A span of working days ends at the same time of day on the n-th working day after the start.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

JAKARTA = ZoneInfo("Asia/Jakarta")
_JAKARTA_OFFSET = timedelta(hours=7)  # Western Indonesia has kept UTC+7 without daylight saving since 1964
_HOLIDAYS = holidays.country_holidays("ID")
_SPAN = re.compile(r"([1-9]\d{0,3})(h|d|wd)")


class Span:
    """A parsed span. ``unit`` is ``h`` hours, ``d`` days of 24 hours, or ``wd`` working days."""

    __slots__ = ("count", "delta", "unit")

    def __init__(self, text: str) -> None:
        match = _SPAN.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is no span of time; write hours, days or working days as 48h, 3d or 2wd")
        self.count = int(match[1])
        self.unit = match[2]
        self.delta = timedelta(hours=self.count) if self.unit == "h" else timedelta(days=self.count)


@lru_cache(maxsize=256)
def span(text: str) -> Span:
    """The span that the text writes; ValueError with what would be right."""
    return Span(text)


def after(start: datetime, wanted: Span) -> datetime:
    """When a clock started at ``start`` (aware UTC) rings."""
    if wanted.unit != "wd":
        return start + wanted.delta
    local = (start + _JAKARTA_OFFSET).date()
    return start + timedelta(days=(_nth_working_day(local, wanted.count) - local).days)


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _HOLIDAYS


def jakarta_date(at: datetime) -> date:
    """The calendar date in Jakarta, which decides the policy in force and the year of a turnover."""
    if at.tzinfo is not UTC:
        at = at.astimezone(UTC)
    return (at + _JAKARTA_OFFSET).date()


@lru_cache(maxsize=4096)
def _nth_working_day(start: date, count: int) -> date:
    day = start
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day
