"""Numbers that say who somebody is: NIB, NPWP, NIK.

Of a NIK nothing is told but its region: date of birth and sex are personal data no rule here needs (law 27/2022).
"""

from __future__ import annotations

import re
from datetime import date

from mediator.ikm.producers.numbers_base import Checked, Problem, compact, concluded, is_placeholder, refused, unread
from mediator.shop.places import PROVINCES, REGENCIES

_NIB = re.compile(r"(?:NO|NOMOR|INDUK|BERUSAHA|NIB)*([0-9]+)")
_NPWP = re.compile(r"(?:NO|NOMOR|POKOK|WAJIB|PAJAK|NPWP)*([0-9]+)")
_NIK = re.compile(r"(?:NO|NOMOR|INDUK|KEPENDUDUKAN|NIK|KTP)*([0-9]+)")
_PLAIN = re.compile(r"[0-9]{13}|[0-9]{15,16}")
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def check_nib(text: str, on: date) -> Checked:
    """NIB: 13 digits drawn at random; there is no public check digit (PP 24/2018 art. 25, PP 5/2021) [S]."""
    digits = _digits(_NIB, text)
    if isinstance(digits, Checked):
        return digits
    if len(digits) != 13:
        return refused("length", "13")
    return refused("placeholder") if is_placeholder(digits) else Checked(digits)


def check_nik(text: str, on: date) -> Checked:
    """NIK: 6 digits of the district where it was issued, date of birth (women: day + 40), 4 of serial [S].

    A regency that is no more is no fault: the number stays for life while regencies are divided.
    """
    digits = _digits(_NIK, text)
    if isinstance(digits, Checked):
        return digits
    if len(digits) != 16:
        return refused("length", "16")
    return refused("placeholder") if is_placeholder(digits) else _nik(digits)


def check_npwp(text: str, on: date) -> Checked:
    """NPWP: 15 digits, or 16: a person's NIK, or 0 and the 15 (since 2024, PMK 112/2022 [M]).

    The canonical form is the 15 digits or the NIK. The ninth of the 15 is a Luhn check digit over the first eight, as
    several validators have it [S]; the tax office never said so, therefore a wrong one is only looked at.
    """
    digits = _digits(_NPWP, text)
    if isinstance(digits, Checked):
        return digits
    if is_placeholder(digits):
        return refused("placeholder")
    if len(digits) == 16 and digits[0] != "0":
        return _nik(digits)
    old = digits[1:] if len(digits) == 16 else digits
    if len(old) != 15:
        return refused("length", "15, 16")
    problems = [] if _is_luhn(old[:9]) else [Problem("check_digit", is_fatal=False)]
    return concluded(old, problems, {"form": "npwp", "tax_office": old[9:12], "branch": old[12:]})


def _nik(digits: str) -> Checked:
    problems = []
    regency = f"{digits[:2]}.{digits[2:4]}"
    facts = {"form": "nik", "province": digits[:2], "regency": regency}
    if digits[:2] not in PROVINCES:
        problems.append(Problem("province_unknown"))
    elif regency not in REGENCIES:
        problems.append(Problem("region_old", is_fatal=False))
    if not _is_birth_date(digits[6:12]):
        problems.append(Problem("birth_date", "DDMMYY, DD+40"))
    if digits[12:] == "0000":
        problems.append(Problem("serial", "0001–9999"))
    return concluded(digits, problems, facts)


def _is_birth_date(digits: str) -> bool:
    """DDMMYY, the day 40 higher for women. 29 February needs a year that could be a leap year in either century."""
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    day -= 40 if day > 40 else 0
    if not (1 <= month <= 12 and 1 <= day <= _DAYS[month - 1]):
        return False
    return not (day == 29 and month == 2) or year % 4 == 0


def _is_luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _digits(form: re.Pattern[str], text: str) -> str | Checked:
    """The digits behind the words people write before them, or why there are none."""
    if _PLAIN.fullmatch(text):
        return text
    answer = unread(text)
    if answer:
        return answer
    found = form.fullmatch(compact(text))
    return found[1] if found else refused("form", "0–9")
