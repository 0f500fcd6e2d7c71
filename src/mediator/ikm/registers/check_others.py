"""Rows of a register of permits, and of a programme's participants, looked at alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from mediator.ikm.producers.numbers import PERMIT_KINDS
from mediator.ikm.registers import values
from mediator.ikm.registers.carried import end_day, permit_of
from mediator.ikm.registers.cells import Cells
from mediator.ikm.registers.check import RULES_VERSION, Checked, ProducerRows, Setting, number_key, short
from mediator.ikm.registers.reading import Line

_NAMES = {
    "pirt": "p-irt", "sppirt": "p-irt", "bpom": "bpom-md", "bpommd": "bpom-md", "md": "bpom-md", "bpomml": "bpom-ml",
    "ml": "bpom-ml", "bpomlainnya": "bpom-other", "bpomother": "bpom-other", "kosmetik": "bpom-other",
    "na": "bpom-other",
    "halal": "halal", "sertifikathalal": "halal", "sni": "sppt-sni", "spptsni": "sppt-sni", "merek": "merek",
    "merk": "merek", "haki": "merek", "hki": "merek", "tkdn": "tkdn", "nomorsni": "sni",
}  # fmt: skip
"""How registers name kinds of permits, letters alone; our codes are understood as well."""


def permit_kind(text: str) -> str:
    """Our code of a kind of permit that is kept as one; "" for an unknown one."""
    plain = "".join(sign for sign in text.casefold() if sign.isalnum())
    code = _NAMES.get(plain, text.casefold().strip())
    return code if code in PERMIT_KINDS and not PERMIT_KINDS[code].is_identity and code != "nib" else ""


class _Others:
    """What permits and participants share: they name a producer that must be known."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._cells = Cells(setting.reading.columns)

    def _begin(self, line: Line) -> Cells:
        assert line.cells is not None, "unreadable lines are refused before"
        self._cells.begin(line.cells)
        return self._cells

    def _who(self, cells: Cells) -> dict[str, Any]:
        nib = cells.number("nib", "nib", self._setting.today, is_fatal=True)
        own = number_key(cells.get("number"))
        if not nib and not own and not cells.is_lost:
            cells.note("nib", "", "missing")
        return {"nib": nib or None, "number_key": short(own.encode()) if own else None}

    def _day(self, cells: Cells, field: str) -> date | None:
        def read(text: str) -> date:
            found = values.day(text, self._setting.reading.dates)
            if found > self._setting.today:
                raise values.Unread("date_future", f"≤ {self._setting.today}")
            return found

        found: date | None = cells.read(field, read)
        return found

    def _digest(self, *said: object) -> str:
        return short("\x1f".join(map(repr, (RULES_VERSION, self._setting.as_of, *said))).encode())


class PermitRows(_Others):
    """One permit a row."""

    def check(self, line: Line) -> Checked:
        """One row."""
        cells, today = self._begin(line), self._setting.today
        who = self._who(cells)
        said = cells.get("kind")
        kind = permit_kind(said)
        if not kind:
            cells.note(
                "kind", said, "kind_unknown" if said else "missing", "p-irt, bpom-md, halal, sppt-sni, merek, tkdn"
            )
        number = cells.number("permit_number", kind, today, is_fatal=True) if kind else ""
        if not number and not cells.is_lost:
            cells.note("permit_number", cells.get("permit_number"), "missing")
        valid_to = cells.read("valid_to", lambda text: end_day(text, self._setting.reading.dates))
        issued_on = self._day(cells, "issued_on")
        issuer, scope, product = cells.text("issuer", 150), cells.text("scope", 120), cells.text("product", 150)
        if cells.is_lost:
            return Checked(line.number, "", "", "", None, (), tuple(cells.faults))
        permit = permit_of(
            cells,
            kind,
            number,
            today,
            issued_on=issued_on,
            valid_to=valid_to,
            issuer=issuer,
            scope=scope,
            product=product,
        )
        key = short(f"permit\x1f{who['nib'] or who['number_key']}\x1f{kind}\x1f{number}".encode())
        digest = self._digest(*who.values(), permit)
        return Checked(line.number, key, "", digest, who, (permit,), tuple(cells.faults))


class ParticipantRows(_Others):
    """One participant of a programme a row."""

    def check(self, line: Line) -> Checked:
        """One row."""
        cells = self._begin(line)
        who = self._who(cells)
        programme = cells.text("programme", 150)
        if not programme and not cells.is_lost:
            cells.note("programme", "", "missing")
        enrolled = self._day(cells, "enrolled_on")
        if cells.is_lost:
            return Checked(line.number, "", "", "", None, (), tuple(cells.faults))
        found = who | {"programme": programme, "enrolled_on": enrolled}
        key = short(f"participant\x1f{who['nib'] or who['number_key']}\x1f{(programme or '').casefold()}".encode())
        return Checked(line.number, key, "", self._digest(*found.values()), found, (), tuple(cells.faults))


def checker(setting: Setting) -> Callable[[Line], Checked]:
    """What looks at each row of a file."""
    if setting.kind == "producers":
        return ProducerRows(setting).check
    return PermitRows(setting).check if setting.kind == "permits" else ParticipantRows(setting).check
