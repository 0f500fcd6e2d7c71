"""The bodies that keep registers, select and mentor: made once, known by a code.

*Several bodies* counts ``body``, so that two offices of one ministry are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from mediator.ikm.errors import IkmError
from mediator.ikm.producers.models import Organisation
from mediator.shop.places import PROVINCES, REGENCIES

KINDS = ("ministry", "agency", "province", "regency", "bank", "association")
LEVELS = ("national", "province", "regency")
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")


def make_organisation(
    code: str, name: str, kind: str, now: datetime, *, level: str = "", region: str = "", body: str = ""
) -> tuple[Organisation, bool]:
    """(the organisation, whether it is new). The same code with the same facts again is the one that is there.

    ``region`` is a Kemendagri code: of a province for level province, of a regency for level regency; ``level`` follows
    from it when left out. IkmError ``organisation_bad`` or ``organisation_differs``.
    """
    level = level or ("national" if not region else "regency" if "." in region else "province")
    facts = {"name": " ".join(name.split()), "kind": kind, "level": level, "region": region, "body": body or code}
    _check(code, facts)
    found, is_new = Organisation.objects.get_or_create(code=code, defaults={**facts, "made_at": now})
    differs = [field for field, value in facts.items() if getattr(found, field) != value]
    if differs:
        raise IkmError(
            "organisation_differs",
            f"{code} is there already with another {differs[0]}: {getattr(found, differs[0])!r}.",
            field=differs[0],
        )
    return found, is_new


def body_names(bodies: Iterable[str]) -> dict[str, str]:
    """What each body is called: by the name of its central office, else of the office known longest; one statement."""
    offices = Organisation.objects.filter(body__in=list(bodies)).order_by("body", "region", "made_at", "code")
    names: dict[str, str] = {}
    for body, name in offices.values_list("body", "name"):
        names.setdefault(body, name)
    return names


def _check(code: str, facts: dict[str, str]) -> None:
    region, level = facts["region"], facts["level"]
    is_there = {"national": region == "", "province": region in PROVINCES, "regency": region in REGENCIES}
    for is_right, what in (
        (_CODE.fullmatch(code) and _CODE.fullmatch(facts["body"]), "A code is small letters, digits and hyphens."),
        (facts["name"] and facts["name"].isprintable() and len(facts["name"]) <= 150, "A name has 1 to 150 letters."),
        (facts["kind"] in KINDS, f"The kind is one of {', '.join(KINDS)}."),
        (level in LEVELS, f"The level is one of {', '.join(LEVELS)}."),
        (is_there.get(level), "The region is a Kemendagri code of that level, as 35 or 35.78; national has none."),
    ):
        if not is_right:
            raise IkmError("organisation_bad", what)
