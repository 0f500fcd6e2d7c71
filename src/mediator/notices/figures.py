"""Amounts, times and goods as they are said in a message, in the language of this thread."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.numbers import format_decimal
from django.utils.translation import get_language, ngettext

from mediator.money import CURRENCIES
from mediator.protocol.deal import Deal

ZONES = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


def amount(minor: int, currency: str) -> str:
    """ "Rp 1.250.000": whole rupiah; other currencies with their cents."""
    unit = CURRENCIES[currency]
    whole, rest = divmod(abs(minor), 10**unit.exponent)
    figure = format_decimal(whole, locale=_locale())
    if currency != "IDR" and unit.exponent:
        figure += ("." if get_language() == "en" else ",") + str(rest).zfill(unit.exponent)
    return f"{'Rp' if currency == 'IDR' else currency}\u00a0{figure}"


def moment(at: datetime | None, zone: str) -> str:
    """ "Rab, 25 Nov, 14.05 WIB": with the day of the week, for a deadline is kept by the week. "" for none."""
    if at is None:
        return ""
    zone = zone if zone in ZONES else "Asia/Jakarta"
    pattern = "EEE, d MMM, HH:mm" if get_language() == "en" else "EEE, d MMM, HH.mm"
    return f"{format_datetime(at, pattern, tzinfo=ZoneInfo(zone), locale=_locale())} {ZONES[zone]}"


def goods(deal: Deal) -> str:
    """What was bought, shortened for a message: the first line, and how many more there are."""
    lines = [line.name for line in deal.terms.lines if line.sku != "freight"]
    first = lines[0] if lines else deal.terms.lines[0].name
    first = first if len(first) <= 80 else f"{first[:79].rstrip()}…"
    more = len(lines) - 1
    if more < 1:
        return first
    return ngettext("%(goods)s and %(more)d other", "%(goods)s and %(more)d others", more) % {
        "goods": first,
        "more": more,
    }


def number(deal_id: str) -> str:
    """The short number by which people speak of a deal; it says nothing about them."""
    return deal_id.replace("-", "")[-8:].upper()


def _locale() -> str:
    return "en_GB" if get_language() == "en" else "id_ID"
