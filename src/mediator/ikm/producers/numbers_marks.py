"""Certificates of what a product is and whose its name is: halal, SNI and SPPT SNI, trade mark, TKDN."""

from __future__ import annotations

import re
from datetime import date

from mediator.ikm.producers.numbers_base import Checked, Problem, compact, concluded, refused, tidy, unread
from mediator.shop.places import PROVINCES

_HALAL = re.compile(r"ID([0-9]{2})([0-9]{3})([0-9]{8})([0-9]{2})([0-9]{2})")
_HALAL_WORDS = re.compile(r"(?:NO|NOMOR|SERTIFIKAT|HALAL|BPJPH|INDONESIA)*(?=ID[0-9])")
_OLD_HALAL = re.compile(r"(?:NO|NOMOR|SERTIFIKAT|HALAL|MUI|LPPOM)*[0-9]{11,14}")
_KH = re.compile(r"(?:NO|NOMOR)*KH")


def check_halal(text: str, on: date) -> Checked:
    """BPJPH's halal certificate: ID and 17 digits [S].

    They read as province (00: the centre), group, serial, month and year of registration: inferred from some eight
    examples [I], so what doesn't fit is looked at and never refused. A *ketetapan halal* (KH …) is the fatwa's number,
    not the certificate's [S]; certificates of MUI before BPJPH have other forms and are not of this kind.
    """
    found = _HALAL.fullmatch(text)
    if not found:
        answer = unread(text)
        if answer:
            return answer
        squeezed = compact(text)
        found = _HALAL.fullmatch(_HALAL_WORDS.sub("", squeezed, count=1))
        if not found:
            return _not_halal(squeezed)
    province, group, serial, month, year = found.groups()
    problems = []
    if province != "00" and province not in PROVINCES:
        problems.append(Problem("province_unknown", "00, 11–96", is_fatal=False))
    if not 1 <= int(month) <= 12:
        problems.append(Problem("month", "01–12", is_fatal=False))
    elif (2000 + int(year), int(month)) > (on.year, on.month):
        problems.append(Problem("future", f"{on:%m%y}", is_fatal=False))
    facts = {"province": province, "group": group, "serial": serial, "registered": f"20{year}-{month}"}
    return concluded(f"ID{province}{group}{serial}{month}{year}", problems, facts)


def _not_halal(squeezed: str) -> Checked:
    if _KH.match(squeezed):
        return refused("fatwa_number", "ID + 17")
    if _OLD_HALAL.fullmatch(squeezed):
        return refused("before_bpjph", "ID + 17")
    return refused("length" if re.fullmatch(r"ID[0-9]+", squeezed) else "form", "ID + 17")


_SNI = re.compile(r"(?:NO\.? |NOMOR )?SNI[ -]?((?:[A-Z]+[ /])*)([0-9]{1,5}(?:-[0-9]+)*):((?:19|20)[0-9]{2})")
_SNI_OLD = re.compile(r"(?:NO\.? |NOMOR )?SNI[ -]?([0-9]{2}-[0-9]{4}(?:\.[0-9]+)?)-((?:19|20)[0-9]{2})")
_AROUND_COLON = re.compile(r" ?([:\-/]) ?")


def check_sni(text: str, on: date) -> Checked:
    """A standard's number, "SNI 3751:2018", "SNI ISO/IEC 17025:2017" [S]; before about 2008 "SNI 01-3751-2006" [M].

    A standard says what a product should be; that one keeps to it is the SPPT's to say.
    """
    answer = unread(text)
    if answer:
        return answer
    tidied = _AROUND_COLON.sub(r"\1", tidy(text))
    found = _SNI.fullmatch(tidied)
    if found and (found[1] or len(found[2]) >= 3):
        family = found[1].strip()
        number, year = f"SNI {family + ' ' if family else ''}{found[2]}:{found[3]}", found[3]
    else:
        found = _SNI_OLD.fullmatch(tidied)
        if not found:
            return refused("form", "SNI 9999:9999")
        number, year = f"SNI {found[1]}-{found[2]}", found[2]
    problems = [Problem("future", str(on.year), is_fatal=False)] if int(year) > on.year else []
    return concluded(number, problems, {"year": year})


_LSPRO = re.compile(r"LSPR(?:O)?[ -]?([0-9]{3})[ -]?IDN")
_TYPE = re.compile(r"TIPE ?([15])\b|TYPE ?([15])\b")


def check_sppt_sni(text: str, on: date) -> Checked:
    """A certificate of use of the SNI mark: text of its own for each certifier (LSPro, e.g. LSPr-010-IDN) [S].

    Only that there is something to look up is checked; a certifier that isn't named is asked for. Type 1 covers one
    batch, type 5 what is made under surveillance [S].
    """
    return _free(text, least=4, missing=Problem("lspro_missing", "LSPr-999-IDN", is_fatal=False))


_MEREK = re.compile(r"(?:NO|NOMOR|REG|MEREK|PENDAFTARAN)*IDM([0-9]+)")
_APPLIED = re.compile(
    r"(?:NO|NOMOR|AGENDA|PERMOHONAN)*(?:[DJRV](?:ID|00|01)?20[0-9]{2}[0-9]{5,6}|[DJR]{1,2}00[0-9]{9,10})"
)


def check_merek(text: str, on: date) -> Checked:
    """A registered mark: IDM and 9 digits [S]. DID…, JID… and D00… are applications [M]: not registered yet."""
    answer = unread(text)
    if answer:
        return answer
    squeezed = compact(text)
    found = _MEREK.fullmatch(squeezed)
    if found:
        return Checked("IDM" + found[1]) if len(found[1]) == 9 else refused("length", "IDM + 9")
    return refused("application" if _APPLIED.fullmatch(squeezed) else "form", "IDM + 9")


def check_tkdn(text: str, on: date) -> Checked:
    """A TKDN certificate of SIINas: no public form, so only that there is something to look up [S: none found]."""
    return _free(text, least=4, missing=None)


def _free(text: str, least: int, missing: Problem | None) -> Checked:
    answer = unread(text)
    if answer:
        return answer
    tidied = tidy(text)
    if not least <= len(tidied) <= 64 or not any(sign.isdigit() for sign in tidied):
        return refused("form", f"{least}–64")
    lspro, kind = _LSPRO.search(tidied), _TYPE.search(tidied)
    facts = {}
    if lspro:
        facts["lspro"] = f"LSPr-{lspro[1]}-IDN"
    if kind:
        facts["type"] = kind[1] or kind[2]
    return concluded(tidied, [missing] if missing and not lspro else [], facts)
