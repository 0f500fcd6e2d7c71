"""How values are written in registers, and what they mean: amounts, counts, days, years, telephone numbers.

Each function gives the value or raises ``Unread(code, right)``. What an empty cell means is not decided here.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache

import phonenumbers

MOST_RUPIAH = 100_000 * 10**9
"""A hundred thousand milyar: far above what any rule calls medium (50 milyar of sales)."""
MOST_WORKERS = 100_000
FIRST_YEAR = 1900


class Unread(Exception):
    """A value that can't be taken: why, and what would be right."""

    def __init__(self, code: str, right: str = "") -> None:
        super().__init__(code)
        self.code, self.right = code, right


_AMOUNT = re.compile(
    r"(?:rp|idr)?\.?\s*([\d.,\s]+?)\s*(?:,-|,–|\.-)?\s*(ribu|rb|jt|juta|jutaan|m|milyar|miliar|mrd|t|triliun)?\.?"
)
_UNITS = {
    "": 1, "ribu": 10**3, "rb": 10**3, "jt": 10**6, "juta": 10**6, "jutaan": 10**6, "m": 10**9, "milyar": 10**9,
    "miliar": 10**9, "mrd": 10**9, "t": 10**12, "triliun": 10**12,
}  # fmt: skip


@lru_cache(maxsize=65_536)
def amount_minor(text: str, unit: int = 1) -> int:
    """Minor units of an amount: "Rp 1.500.000", "1.500.000,00", "1,5 juta", "2 M" (milyar, as people write it).

    ``unit`` is what a number without a word counts (1_000_000 in a column of juta). Unread ``amount_bad`` or
    ``amount_large``.
    """
    if text.isascii() and text.isdigit() and len(text) < 16:
        return _bounded(int(text) * unit)
    found = _AMOUNT.fullmatch(text.casefold().replace("\u00a0", " ").strip())
    if not found:
        raise Unread("amount_bad", "1.500.000")
    whole, fraction = _number(found[1].replace(" ", ""), "amount_bad", "1.500.000")
    scale = _UNITS[found[2]] if found[2] else unit
    return _bounded(whole * scale + int(fraction.ljust(12, "0")[:12] or 0) * scale // 10**12)


def _bounded(rupiah: int) -> int:
    if rupiah > MOST_RUPIAH:
        raise Unread("amount_large", f"≤ {MOST_RUPIAH}")
    return rupiah * 100


def _number(text: str, code: str, right: str) -> tuple[int, str]:
    """Whole part and digits of the fraction, whichever of dot and comma groups and whichever separates.

    A separator that comes several times groups; of two kinds the last separates; a single one before exactly three
    digits groups ("1.500" is one thousand five hundred, as Indonesia writes).
    """
    dots, commas = text.count("."), text.count(",")
    if dots and commas:
        decimal = "." if text.rfind(".") > text.rfind(",") else ","
    elif dots + commas == 1:
        sign = "." if dots else ","
        head, tail = text.split(sign)
        decimal = "" if len(tail) == 3 and 1 <= len(head) <= 3 and head != "0" else sign
    else:
        decimal = ""
    head, _, fraction = text.rpartition(decimal) if decimal else (text, "", "")
    groups = re.split(r"[.,]", head)
    is_right = all(group.isascii() and group.isdigit() for group in groups) and (
        len(groups) == 1 or (len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:]))
    )
    if not is_right or (fraction and not fraction.isdigit()) or len(head) > 20:
        raise Unread(code, right)
    return int("".join(groups)), fraction


_PEOPLE = re.compile(r"([\d.,]+)\s*(?:orang|org|pekerja|karyawan|people|workers)?")


def workers(text: str) -> int:
    """A number of people: "12", "12 orang", "12,0". Unread ``count_bad``."""
    found = _PEOPLE.fullmatch(text.casefold().strip())
    if not found:
        raise Unread("count_bad", "12")
    whole, fraction = _number(found[1], "count_bad", "12")
    if fraction.strip("0") or whole > MOST_WORKERS:
        raise Unread("count_bad", "12")
    return whole


def year(text: str, today: date) -> int:
    """A year up to this one. Unread ``year_bad``."""
    text = text.removesuffix(".0").strip()
    if not (text.isascii() and text.isdigit() and len(text) == 4 and FIRST_YEAR <= int(text) <= today.year):
        raise Unread("year_bad", str(today.year - 1))
    return int(text)


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan", "februari february pebruari feb peb", "maret march mar", "april apr", "mei may",
            "juni june jun", "juli july jul", "agustus august agu agt aug ags", "september sep sept",
            "oktober october okt oct",
            "november nopember nov nop", "desember december des dec",
        ), 1
    )
    for name in names.split()
}  # fmt: skip
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_PARTS = re.compile(r"(\d{1,4})[\s./-]+(\d{1,2}|[a-z]+)[\s./-]+(\d{1,4})(?: .*)?")
_SERIAL = re.compile(r"\d{5}(?:\.0+)?")
_EXCEL = date(1899, 12, 30)


@lru_cache(maxsize=65_536)
def day(text: str, order: str = "dmy") -> date:
    """A day: ISO, "31/12/2020", "31-12-20", "31 Desember 2020", or Excel's number of days. ``order`` of digits is dmy,
    mdy or ymd. Unread ``date_bad``."""
    lowered = text.casefold().strip()
    right = "2020-12-31"
    try:
        if found := _ISO.fullmatch(lowered):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if _SERIAL.fullmatch(lowered) and 20_000 <= int(lowered[:5]) <= 80_000:
            return _EXCEL + timedelta(days=int(lowered[:5]))
        if found := _PARTS.fullmatch(lowered):
            return _from_parts(found[1], found[2], found[3], order)
    except ValueError:
        pass
    raise Unread("date_bad", right)


def _from_parts(first: str, middle: str, last: str, order: str) -> date:
    if not middle.isdigit():
        return date(_full_year(last), _MONTHS.get(middle, 0), int(first))
    if len(first) == 4:
        return date(int(first), int(middle), int(last))
    if order == "ymd":
        return date(_full_year(first), int(middle), int(last))
    if order == "mdy":
        return date(_full_year(last), int(first), int(middle))
    return date(_full_year(last), int(middle), int(first))


def _full_year(text: str) -> int:
    """Two digits are of this century up to 79, else of the last."""
    number = int(text)
    if len(text) == 2:
        return 2000 + number if number < 80 else 1900 + number
    if len(text) != 4:
        raise ValueError("a year has two or four digits")
    return number


_MOBILE = re.compile(r"(?:\+?62|0)?(8[1-9]\d{7,10})")
_NOT_DIGITS = str.maketrans("", "", " .-()/")


def phone(text: str) -> str:
    """E.164. A mobile number needs no library: 8, then 8 to 11 digits; others are looked up. Unread ``phone_bad``."""
    first = re.split(r"[;,]|\s/\s|\bdan\b", text, maxsplit=1)[0].strip()
    found = _MOBILE.fullmatch(first.translate(_NOT_DIGITS))
    if found:
        return f"+62{found[1]}"
    try:
        number = phonenumbers.parse(first, "ID")
    except phonenumbers.NumberParseException:
        raise Unread("phone_bad", "+628123456789") from None
    if not phonenumbers.is_valid_number(number):
        raise Unread("phone_bad", "+628123456789")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


_MAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}")


def email(text: str) -> str:
    """An address in small letters. Unread ``email_bad``."""
    lowered = text.casefold()
    if len(lowered) > 254 or not _MAIL.fullmatch(lowered):
        raise Unread("email_bad", "nama@contoh.id")
    return lowered
