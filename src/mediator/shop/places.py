"""Indonesia's 38 provinces and 514 regencies and cities, by their Kemendagri codes ("32", "32.73"), and their time.

The names are data (``data/places.csv``, its origin and licence beside it). Kemendagri codes are not BPS codes: the dot
tells them apart, and it stays.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

_FILE = Path(__file__).resolve().parent / "data" / "places.csv"

with _FILE.open(encoding="utf-8", newline="") as _file:
    _NAMES = {row["code"]: row["name"] for row in csv.DictReader(_file)}

PROVINCES: dict[str, str] = {code: name for code, name in _NAMES.items() if "." not in code}
"""Name of each province by its code of two digits."""

REGENCIES: dict[str, str] = {code: name for code, name in _NAMES.items() if "." in code}
"""Name of each regency (kabupaten) or city (kota) by its code, which begins with its province's."""

_SPOKEN = {"31": "DKI Jakarta", "34": "DI Yogyakarta", "19": "Bangka Belitung"}
_SHORT = (("Kabupaten Administrasi ", ""), ("Kota Administrasi ", ""), ("Kabupaten ", "Kab. "))

_CENTRAL = frozenset({"51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76"})
_EASTERN = frozenset({"81", "82", "91", "92", "93", "94", "95", "96"})


def zone_of_province(code: str) -> str:
    """The time zone of a province (Keppres 41/1987): WIB, WITA or WIT; an unknown code counts as Jakarta's."""
    if code in _CENTRAL:
        return "Asia/Makassar"
    return "Asia/Jayapura" if code in _EASTERN else "Asia/Jakarta"


def province_name(code: str) -> str:
    """A province as people say it ("DKI Jakarta"); "" for an unknown code."""
    return _SPOKEN.get(code) or PROVINCES.get(code, "")


def regency_name(code: str) -> str:
    """A regency or city as people write it ("Kota Bandung", "Kab. Sleman"); "" for an unknown code."""
    name = REGENCIES.get(code, "")
    for long, short in _SHORT:
        if name.startswith(long):
            return short + name.removeprefix(long)
    return name


def place_name(regency: str, province: str = "") -> str:
    """Both, as on an envelope: "Kota Bandung, Jawa Barat"; of what is unknown, nothing."""
    parts = (regency_name(regency), province_name(province or regency[:2]))
    return ", ".join(part for part in parts if part)


def is_place(regency: str, province: str) -> bool:
    """Whether there is such a province, and that regency is in it (an empty regency is in every province)."""
    return province in PROVINCES and (not regency or (regency in REGENCIES and regency[:2] == province))


def provinces() -> list[tuple[str, str]]:
    """(code, spoken name) of each province, by name: for a choice."""
    return sorted(((code, province_name(code)) for code in PROVINCES), key=lambda pair: pair[1])


def regencies(province: str) -> list[tuple[str, str]]:
    """(code, short name) of a province's regencies and cities, cities first as their codes have it, by name."""
    found = [(code, regency_name(code)) for code in REGENCIES if code[:2] == province]
    return sorted(found, key=lambda pair: (not pair[1].startswith("Kota"), pair[1]))


def regency_choices() -> Iterator[tuple[str, Any]]:
    """Every regency grouped by province, for a select without a script; the first choice is empty."""
    yield "", "—"
    for code, name in provinces():
        yield name, regencies(code)


class RegencyField(forms.ChoiceField):
    """A choice of one regency or city, grouped by province. Cleans to its code; ``code[:2]`` is the province."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": _("Choose the regency or city."),
        "invalid_choice": _("Choose a regency or city from the list."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Regency or city"))
        super().__init__(choices=regency_choices, **kwargs)


class ProvinceField(forms.ChoiceField):
    """A choice of one province; cleans to its code."""

    def __init__(self, *, empty: Any = "—", **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Province"))
        super().__init__(choices=lambda: [("", empty), *provinces()], **kwargs)
