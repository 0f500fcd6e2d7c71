"""What an organisation may take out of the register of producers, for one purpose, row by row.

That it was taken is written down before anything is read out (``begin``). Rows come in stretches of ``AT_ONCE``, three
statements each, so that memory stays the same however many there are. Numbers of persons are unsealed one by one, only
where that very producer said yes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime
from typing import IO, Any, NamedTuple
from uuid import UUID

from django.db import connection

from mediator.ikm.errors import IkmError
from mediator.ikm.privacy.models import Access
from mediator.ikm.privacy.purposes import PURPOSES, fields_of
from mediator.ikm.privacy.relations import EVERYBODY, Filter, count, stretches
from mediator.ikm.producers.models import Organisation, Permit
from mediator.ikm.producers.permits import status_of
from mediator.ikm.producers.size import regimes_in_force
from mediator.protocol.calendar import jakarta_date
from mediator.shop.places import province_name, regency_name
from mediator.shop.secrets import NotOurs, unseal
from mediator.shop.sheets import csv_lines, write_xlsx

AT_ONCE = 5_000
MOST_XLSX = 1_048_575
"""Rows a sheet of this kind can hold, without its header."""

Say = Callable[[str, str], str]
"""(what, code) to a word of the reader's language; what: column, size, kind, state."""

READ = """
SELECT p.id, p.name, p.province, p.regency, p.kbli, p.kbli_version, p.nib, p.workers, p.capital_minor, p.sales_minor,
       p.figures_year, p.started_on, p.closed_on, p.owner_name, p.phone, p.email, p.address, p.district,
       p.nik_sealed, p.npwp_sealed, s.value, e.grade, m.bodies, z.sizes
FROM unnest(%(ids)s::uuid[]) WITH ORDINALITY AS w (id, place) JOIN ikm_producer p ON p.id = w.id
LEFT JOIN ikm_standing s ON s.producer_id = p.id
LEFT JOIN (SELECT producer_id, min(grade) AS grade FROM ikm_selected
           WHERE producer_id = ANY(%(ids)s::uuid[]) AND ended_at IS NULL AND valid_to >= %(on)s
           GROUP BY 1) e ON e.producer_id = p.id
LEFT JOIN (SELECT producer_id, string_agg(DISTINCT body, ', ' ORDER BY body) AS bodies FROM ikm_mentored
           WHERE producer_id = ANY(%(ids)s::uuid[]) AND ended_at IS NULL GROUP BY 1) m ON m.producer_id = p.id
LEFT JOIN (SELECT producer_id, array_agg(regime || '=' || size) AS sizes FROM ikm_size_class
           WHERE producer_id = ANY(%(ids)s::uuid[]) GROUP BY 1) z ON z.producer_id = p.id
WHERE p.erased_at IS NULL AND p.merged_into IS NULL
ORDER BY w.place
"""

_READ = (
    "id", "name", "province", "regency", "kbli", "kbli_version", "nib", "workers", "capital_minor", "sales_minor",
    "figures_year", "started_on", "closed_on", "owner_name", "phone", "email", "address", "district", "nik", "npwp",
    "standing", "grade", "bodies", "sizes",
)  # fmt: skip


class Begun(NamedTuple):
    """An export that was written down: how many producers it is of."""

    of: Organisation
    purpose: str
    where: Filter
    on: date
    producers: int


def plan(of: Organisation, purpose: str, where: Filter = EVERYBODY) -> int:
    """How many rows it would be; nothing is written down. IkmError ``purpose_unknown``."""
    if purpose not in EXPORTED:
        raise IkmError("purpose_unknown", f"An export is for one of {', '.join(EXPORTED)}.", field="purpose")
    return count(of, purpose, where)


def begin(of: Organisation, person: UUID, role: str, purpose: str, where: Filter, form: str, now: datetime) -> Begun:
    """Write down that this is taken out, by whom and for what. IkmError purpose_unknown, nobody, too_many."""
    rows = plan(of, purpose, where)
    if not rows:
        raise IkmError("nobody", "There is no producer of whom this may be taken out.", field="purpose")
    if form == "xlsx" and rows > MOST_XLSX:
        raise IkmError("too_many", f"An XLSX sheet holds {MOST_XLSX} rows; take CSV.", field="form", most=MOST_XLSX)
    Access.objects.create(
        at=now, person=str(person), role=role, organisation=of.code, purpose=purpose, how="export",
        fields=[group for group in PURPOSES[purpose].groups if fields_of([group])], count=rows,
        about=f"{form} {where.about}".strip(),
    )  # fmt: skip
    return Begun(of, purpose, where, jakarta_date(now), rows)


def columns(purpose: str, on: date) -> list[str]:
    """The columns of an export for this purpose: fields of its groups, places with their names, a size a regime."""
    return _expanded(fields_of(PURPOSES[purpose].groups), on)


def _expanded(names: Sequence[str], on: date) -> list[str]:
    shown: list[str] = []
    for name in names:
        match name:
            case "province" | "regency":
                shown += [name, f"{name}_name"]
            case "sizes":
                shown += [f"size:{regime.code}" for regime in regimes_in_force(on)]
            case _:
                shown.append(name)
    return shown


def rows(begun: Begun, say: Say) -> Iterator[Sequence[str | int | None]]:
    """The header and then a row a producer, in the order of their ids."""
    shown = columns(begun.purpose, begun.on)
    yield [say("column", name) for name in shown]
    has_permits = "permits" in shown
    for ids in stretches(begun.of, begun.purpose, begun.where, AT_ONCE):
        permits = _permits(ids, begun.on, say) if has_permits else {}
        for values in _read(ids, begun.on):
            yield [_cell(name, values, permits, say) for name in shown]


def of_one(producer: UUID, groups: Collection[str], on: date, say: Say) -> list[tuple[str, str | int | None]]:
    """The same columns of one producer, as pairs of column and value, for a page; [] when it is gone.

    Whoever shows contact or identity has written it down before (``consents.note_access``).
    """
    permits = _permits([producer], on, say)
    shown = _expanded(fields_of(groups), on)
    return [(name, _cell(name, values, permits, say)) for values in _read([producer], on) for name in shown]


def write(begun: Begun, form: str, say: Say, out: IO[bytes]) -> None:
    """The whole file: ``form`` csv or xlsx."""
    if form == "xlsx":
        widths = [28] + [16] * (len(columns(begun.purpose, begun.on)) - 1)
        write_xlsx(rows(begun, say), begun.purpose, out, widths)
        return
    for line in csv_lines(rows(begun, say)):
        out.write(line.encode())


def _read(ids: Sequence[UUID], on: date) -> Iterator[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(READ, {"ids": list(ids), "on": on})
        for row in cursor.fetchall():
            yield dict(zip(_READ, row, strict=True))


def _cell(name: str, values: dict[str, Any], permits: dict[UUID, str], say: Say) -> str | int | None:
    if name.startswith("size:"):
        regime = name.removeprefix("size:")
        size = next((each.partition("=")[2] for each in values["sizes"] or () if each.partition("=")[0] == regime), "")
        return say("size", size) if size else ""
    match name:
        case "province_name":
            return province_name(values["province"])
        case "regency_name":
            return regency_name(values["regency"])
        case "permits":
            return permits.get(values["id"], "")
        case "nik" | "npwp":
            return _open(values[name])
        case "capital_minor" | "sales_minor":
            return None if values[name] is None else int(values[name]) // 100
    value = values[name]
    return value.isoformat() if isinstance(value, date) else value


def _permits(ids: Sequence[UUID], on: date, say: Say) -> dict[UUID, str]:
    """Kind, number and state of each producer's permits, in one cell."""
    found: dict[UUID, list[str]] = defaultdict(list)
    for permit in Permit.objects.filter(producer__in=ids).order_by("producer", "kind", "number"):
        state = say("state", status_of(permit, on).state)
        found[permit.producer_id].append(f"{say('kind', permit.kind)} {permit.number}: {state}")
    return {producer: "; ".join(said) for producer, said in found.items()}


def _open(sealed: str) -> str:
    try:
        return unseal(sealed) if sealed else ""
    except NotOurs:
        return ""


EXPORTED = tuple(code for code, purpose in PURPOSES.items() if code != "verification")
"""Purposes there is an export for: looking at papers is done one by one."""
