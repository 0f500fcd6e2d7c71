"""Figures, times and small parts of pages, written as Indonesians (or English readers) write them."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import segno
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

from mediator.money import CURRENCIES

register = template.Library()

ZONE_NAMES = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


def _locale() -> str:
    return "en_GB" if get_language() == "en" else "id_ID"


@register.filter
def amount(minor: int, currency: str = "IDR") -> str:
    """Minor units as people read them: "Rp 1.250.000"; with a no-break space, so that an amount stays whole."""
    unit = CURRENCIES[currency]
    whole, rest = divmod(abs(minor), 10**unit.exponent)
    figure = format_decimal(whole, locale=_locale())
    if currency != "IDR" and unit.exponent:
        figure += ("." if get_language() == "en" else ",") + str(rest).zfill(unit.exponent)
    sign = "\u2212" if minor < 0 else ""
    return f"{sign}{'Rp' if currency == 'IDR' else currency}\u00a0{figure}"


@register.filter
def number(value: int) -> str:
    """A count with its thousands marked."""
    return format_decimal(value, locale=_locale())


@register.filter
def hundredths(value: int) -> str:
    """A figure that is kept in hundredths: 243 is "2,43"."""
    return format_decimal(value / 100, "0.00", locale=_locale())


@register.filter
def kilograms(grams: int) -> str:
    """A weight: grams below a kilogram, else kilograms."""
    if grams < 1000:
        return f"{grams}\u00a0g"
    return f"{format_decimal(grams / 1000, '#,##0.###', locale=_locale())}\u00a0kg"


@register.simple_tag(takes_context=True)
def when(context: dict[str, Any], at: datetime | None, style: str = "both") -> str:
    """A time in the reader's zone with its name: "23 Nov 2026, 14.05 WIB". ``style``: both, date or time."""
    return moment(at, zone_of(context), style) if at else ""


def moment(at: datetime, zone: str, style: str = "both") -> str:
    """A time in that zone, in the language of this thread."""
    local, locale = at.astimezone(ZoneInfo(zone)), _locale()
    if style == "date":
        return str(format_date(local, "d MMM yyyy", locale=locale))
    clock = "HH:mm" if locale == "en_GB" else "HH.mm"
    pattern = clock if style == "time" else f"d MMM yyyy, {clock}"
    return f"{format_datetime(local, pattern, tzinfo=ZoneInfo(zone), locale=locale)} {ZONE_NAMES[zone]}"


def zone_of(context: Any) -> str:
    """The reader's zone: what the page set (a buyer's province), else the person's own, else Jakarta's."""
    zone = context.get("zone")
    if not zone:
        user = getattr(context.get("request"), "user", None)
        zone = getattr(user, "zone", "") if user is not None and user.is_authenticated else ""
    return zone if zone in ZONE_NAMES else "Asia/Jakarta"


@register.simple_tag(takes_context=True)
def due(context: dict[str, Any], at: datetime | None, now: datetime) -> SafeString:
    """A deadline that counts down by script and says the time without one: "2 hari 4 jam lagi · 25 Nov, 14.05 WIB"."""
    from django.utils.html import format_html

    if at is None:
        return mark_safe("")
    moments = (moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for moment in (at, now))
    return format_html('<time class="due" datetime="{}" data-now="{}">{}</time>', *moments, left(at - now))


def left(span: timedelta) -> str:
    """How much time is left, in the two largest units."""
    minutes = int(span.total_seconds()) // 60
    if minutes < 0:
        return gettext("time is up")
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    parts = []
    if days:
        parts.append(ngettext("%d day", "%d days", days) % days)
    if hours and len(parts) < 2:
        parts.append(ngettext("%d hour", "%d hours", hours) % hours)
    if not days and (minutes or not parts):
        parts.append(ngettext("%d minute", "%d minutes", minutes) % minutes)
    return gettext("%s left") % " ".join(parts)


@cache
def _version(path: str) -> str:
    place = finders.find(path)
    assert isinstance(place, str), f"no static file {path}"
    with open(place, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]


@register.simple_tag
def static_file(path: str) -> str:
    """The address of a static file with a hash of its content, so that it may be kept for a year."""
    return f"{static(path)}?v={_version(path)}"


@register.simple_tag
def qr(content: str, label: str) -> SafeString:
    """A QR code as SVG in the page, with its label for who can't see it. Dark on white in either theme."""
    from django.utils.html import format_html

    code = segno.make(content, error="m", micro=False)
    svg = code.svg_inline(border=3, scale=4, dark="#000", light="#fff", omitsize=True)
    return format_html('<span class="qr" role="img" aria-label="{}">{}</span>', label, mark_safe(svg))


@register.filter
def json_attribute(value: Any) -> str:
    """A value as JSON for a data attribute (the template escapes it)."""
    return json.dumps(value, ensure_ascii=False)


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """The page's own query with some values changed; None takes one out."""
    asked = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            asked.pop(name, None)
        else:
            asked[name] = value
    return f"?{asked.urlencode()}" if asked else "?"
