"""Licences of food, cosmetics and remedies: P-IRT of a regency's health office, MD, ML and others of BPOM."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from mediator.ikm.producers.numbers_base import Checked, Problem, compact, concluded, refused, unread
from mediator.shop.places import REGENCIES

PIRT_YEARS = 5
"""A P-IRT is valid for five years (PerBPOM 22/2018) [S]."""


class Named(NamedTuple):
    """A digit's meaning in both languages."""

    name_id: str
    name_en: str


PACKAGINGS: dict[str, Named] = {
    "1": Named("gelas", "glass"),
    "2": Named("plastik", "plastic"),
    "3": Named("karton atau kertas", "carton or paper"),
    "4": Named("kaleng", "can"),
    "5": Named("aluminium foil", "aluminium foil"),
    "6": Named("lain-lain", "other"),
    "7": Named("komposit", "composite"),
    "8": Named("ganda", "double"),
}
"""First digit of a P-IRT (PerBPOM 22/2018) [S]."""

FOOD_TYPES: dict[str, Named] = {
    "01": Named("olahan daging kering", "dried meat products"),
    "02": Named("olahan ikan kering", "dried fish products"),
    "03": Named("olahan unggas kering", "dried poultry products"),
    "04": Named("olahan sayur", "vegetable products"),
    "05": Named("olahan kelapa", "coconut products"),
    "06": Named("tepung dan olahannya", "flour and its products"),
    "07": Named("minyak dan lemak", "oils and fats"),
    "08": Named("selai dan jeli", "jam and jelly"),
    "09": Named("gula, kembang gula, dan madu", "sugar, sweets and honey"),
    "10": Named("kopi, teh, dan cokelat kering", "coffee, tea and dry chocolate"),
    "11": Named("bumbu", "seasonings"),
    "12": Named("rempah", "spices"),
    "13": Named("minuman serbuk", "powdered drinks"),
    "14": Named("olahan buah", "fruit products"),
    "15": Named("olahan biji, kacang, dan umbi", "seed, bean and tuber products"),
}
"""Second and third digit of a P-IRT: 01–10 [S], 11–15 unconfirmed [M]. Lists before 2018 had a sixteenth."""

_PIRT = re.compile(r"([0-9])([0-9]{2})([0-9]{4})([0-9]{2})([0-9]{4})-?([0-9]{2})")
_PIRT_LOOSE = re.compile(r"(?:NO|NOMOR|DINKES|DEPKES|RI)*(?:(?:SPP|P)?IRT)?(?:NO|NOMOR)*([0-9]+)")
_REGIONS = {code.replace(".", ""): code for code in REGENCIES}
_SPLIT_IN_2022 = ("91", "92")


def check_pirt(text: str, on: date) -> Checked:
    """P-IRT: packaging, food type, region, two running numbers, year its validity ends (PerBPOM 22/2018) [S].

    Regions are Kemendagri's. A region that Papua's four new provinces took over in 2022 is only looked at: such numbers
    were issued until then. An expired year is no fault of form. A year beyond ``on`` + 5 was never issued.
    """
    found = _PIRT.fullmatch(text)
    if not found:
        answer = unread(text)
        if answer:
            return answer
        loose = _PIRT_LOOSE.fullmatch(compact(text))
        if not loose:
            return refused("form", "9999999999999-99")
        found = _PIRT.fullmatch(loose[1])
        if not found:
            return refused("old_form" if len(loose[1]) == 12 else "length", "15")
    return _pirt(found, on)


def _pirt(found: re.Match[str], on: date) -> Checked:
    packaging, food, place, food_serial, producer_serial, ends = found.groups()
    regency = _REGIONS.get(place, "")
    year = 2000 + int(ends)
    problems = []
    if packaging not in PACKAGINGS:
        problems.append(Problem("packaging", "1–8"))
    if food not in FOOD_TYPES:
        problems.append(Problem("food_type", "01–15"))
    if not regency:
        was_split = place[:2] in _SPLIT_IN_2022
        problems.append(Problem("region_old" if was_split else "region_unknown", is_fatal=not was_split))
    if food_serial == "00" or producer_serial == "0000":
        problems.append(Problem("serial", "01–99, 0001–9999"))
    if year < on.year:
        problems.append(Problem("expired", str(on.year), is_fatal=False))
    elif year > on.year + PIRT_YEARS:
        problems.append(Problem("year_too_far", f"–{(on.year + PIRT_YEARS) % 100:02}"))
    facts = {
        "packaging": packaging,
        "food_type": food,
        "region": regency or f"{place[:2]}.{place[2:]}",
        "region_exists": "yes" if regency else "no",
        "food_serial": food_serial,
        "producer_serial": producer_serial,
        "valid_to": str(year),
    }
    return concluded(f"{packaging}{food}{place}{food_serial}{producer_serial}-{ends}", problems, facts)


_BPOM = re.compile(r"(MD|ML) ?([0-9]{12}(?:[0-9]{3})?)")
_BPOM_LOOSE = re.compile(r"(?:NO|NOMOR|REG|IZIN|EDAR|BPOM|POM|RI)*(MD|ML|ER)?(?:NO)?([0-9]+)")
_BPOM_DIGITS = "MD + 12, 15"


def check_bpom_md(text: str, on: date) -> Checked:
    """BPOM's licence of food made here: MD and 12 digits (older) or 15 [S/I]. ML here contradicts *made here*."""
    return _bpom_food(text, "MD")


def check_bpom_ml(text: str, on: date) -> Checked:
    """BPOM's licence of imported food: ML and 12 or 15 digits. Well formed, it still can't be a domestic product's."""
    return _bpom_food(text, "ML")


def _bpom_food(text: str, wanted: str) -> Checked:
    found = _BPOM.fullmatch(text)
    if not found:
        answer = unread(text)
        if answer:
            return answer
        found = _BPOM_LOOSE.fullmatch(compact(text))
        if not found:
            return refused("form", f"{wanted} + 12, 15")
    letters, digits = found.groups()
    if letters == "ER":
        return refused("application", _BPOM_DIGITS)
    if len(digits) not in (12, 15):
        return refused("length", "12, 15")
    if letters is None:
        return refused("letters_missing", wanted)
    facts = {"class": letters, "made": "here" if letters == "MD" else "abroad"}
    if letters == wanted == "ML":
        return Checked(f"ML {digits}", (Problem("ml_on_domestic", "MD", is_fatal=False),), facts)
    if letters != wanted:
        return refused("ml_on_domestic" if letters == "ML" else "not_ml", wanted, facts)
    return Checked(f"{letters} {digits}", (), facts)


class _Class(NamedTuple):
    what: str
    is_imported: bool


_CLASSES = {
    "NA": _Class("cosmetic", False), "NB": _Class("cosmetic", True), "NC": _Class("cosmetic", True),
    "ND": _Class("cosmetic", True), "NE": _Class("cosmetic", True), "NKIT": _Class("cosmetic-kit", False),
    "TR": _Class("traditional", False), "HT": _Class("traditional", False), "FF": _Class("traditional", False),
    "TI": _Class("traditional", True), "TL": _Class("traditional", True), "SD": _Class("supplement", False),
    "SI": _Class("supplement", True), "SL": _Class("supplement", True), "QD": _Class("quasi-drug", False),
    "QI": _Class("quasi-drug", True), "QL": _Class("quasi-drug", True),
}  # fmt: skip
"""Letters before BPOM's other numbers: cosmetics N + continent (A: Asia, Indonesia in it) [S]; the rest partly [M]."""

_OTHER = re.compile(r"(?:NO|NOMOR|REG|NOTIFIKASI|BPOM|POM|RI)*(NKIT|[A-Z]{2})([0-9]+)")


def check_bpom_other(text: str, on: date) -> Checked:
    """BPOM's other numbers: cosmetics N + A–E + 11 digits, NKIT + 9 (PerBPOM 30/2020) [S]; TR, SD, QD … + 9 [M]."""
    answer = unread(text)
    if answer:
        return answer
    found = _OTHER.fullmatch(compact(text))
    known = _CLASSES.get(found[1]) if found else None
    if not found or not known:
        return refused("form", "NA + 11, TR + 9, SD + 9, QD + 9")
    wanted = 11 if known.what == "cosmetic" else 9
    if len(found[2]) != wanted:
        return refused("length", str(wanted))
    facts = {"class": found[1], "what": known.what, "made": "abroad" if known.is_imported else "here"}
    problems = [Problem("imported", is_fatal=False)] if known.is_imported else []
    return concluded(found[1] + found[2], problems, facts)
