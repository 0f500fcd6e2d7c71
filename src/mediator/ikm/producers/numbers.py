"""Permit and identity numbers by kind: what is wrong with one as written, its canonical form, and what it tells.

Form never makes a number verified. Reading is forgiving (spaces, dots, words before it, any dash), counting strict. The
rules are those of docs/ikm/numbers.md; each check names its source and how sure it is. A million checks take seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from mediator.ikm.producers.numbers_base import Checked, Problem
from mediator.ikm.producers.numbers_food import (
    FOOD_TYPES,
    PACKAGINGS,
    check_bpom_md,
    check_bpom_ml,
    check_bpom_other,
    check_pirt,
)
from mediator.ikm.producers.numbers_identity import check_nib, check_nik, check_npwp
from mediator.ikm.producers.numbers_kinds import (
    PERMIT_KINDS,
    REQUIREMENTS,
    PermitKind,
    Requirement,
    legal_requirements,
)
from mediator.ikm.producers.numbers_marks import check_halal, check_merek, check_sni, check_sppt_sni, check_tkdn

__all__ = [
    "FOOD_TYPES",
    "PACKAGINGS",
    "PERMIT_KINDS",
    "REQUIREMENTS",
    "Checked",
    "PermitKind",
    "Problem",
    "Requirement",
    "check_number",
    "legal_requirements",
]

_CHECKS: dict[str, Callable[[str, date], Checked]] = {
    "nib": check_nib,
    "npwp": check_npwp,
    "nik": check_nik,
    "p-irt": check_pirt,
    "bpom-md": check_bpom_md,
    "bpom-ml": check_bpom_ml,
    "bpom-other": check_bpom_other,
    "halal": check_halal,
    "sni": check_sni,
    "sppt-sni": check_sppt_sni,
    "merek": check_merek,
    "tkdn": check_tkdn,
}


def check_number(kind: str, text: str, on: date) -> Checked:
    """Look at ``text`` as a number of ``kind`` (a key of ``PERMIT_KINDS``; another is a KeyError) on that day.

    Never raises for any text. A NIK, and an NPWP whose fact ``form`` is "nik", names a person: seal it.
    """
    return _CHECKS[kind](text, on)
