"""Which place a row names, by a code, by names, or by both."""

from __future__ import annotations

from functools import cache

from mediator.ikm.producers.numbers import Problem
from mediator.ikm.producers.regions import Resolved, regencies_named, resolve
from mediator.shop.places import PROVINCES

_places: dict[tuple[str, str, str, str], tuple[str, Resolved]] = {}


def placed(code: str, regency: str, province: str, system: str) -> tuple[str, Resolved]:
    """The place a row names, and by which field; of a million rows only some thousands differ."""
    asked = (code, regency, province, system)
    known = _places.get(asked)
    if known is None:
        known = _find_place(code, regency, province, system)
        if len(_places) < 50_000:
            _places[asked] = known
    return known


def _find_place(code: str, regency: str, province: str, system: str) -> tuple[str, Resolved]:
    if code:
        return "region_code", resolve(code, system, regency or province)
    if regency:
        if regency[0].isdigit():
            return "regency", resolve(regency, system, "")
        return "regency", _named(regency, province)
    if province:
        return "province", _province_alone(province)
    return "", Resolved()


def _named(regency: str, province: str) -> Resolved:
    """A regency by its name; the province decides between two of one name."""
    found = regencies_named(regency)
    inside = _province_alone(province).province if province else ""
    if len(found) > 1 and inside:
        found = tuple(one for one in found if one.startswith(inside)) or found
    if len(found) == 1 and (not inside or found[0].startswith(inside)):
        return Resolved(found[0][:2], found[0], decided_by="name")
    code = "name_disagrees" if len(found) == 1 else "ambiguous" if found else "unknown"
    return Resolved(problems=(Problem(code, " | ".join(found)),))


@cache
def _province_alone(text: str) -> Resolved:
    if text in PROVINCES:
        return resolve(text, "kemendagri")
    for code in PROVINCES:
        answer = resolve(code, "kemendagri", text)
        if answer.is_usable and not answer.problems:
            return answer
    return Resolved(problems=(Problem("unknown"),))
