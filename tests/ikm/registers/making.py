"""Small registers for tests: rows as dictionaries, files as bytes, and whole imports of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from mediator.ikm.producers.models import Organisation, Producer
from mediator.ikm.producers.organisations import make_organisation
from mediator.ikm.registers import importing
from mediator.ikm.registers.importing import OpenSource, Result
from mediator.ikm.registers.mapping import Reading, guess, open_table
from mediator.ikm.registers.models import Import
from mediator.ikm.registers.reading import FOR_PAGES, read_lines
from mediator.ikm.registers.report import MemoryReport

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
NIK = "3273015208900003"
ROW = {
    "Nama Usaha": "Keripik Sari Rasa", "NIB": "9120001234567", "Kode Wilayah": "32.73", "KBLI": "10792",
    "Tenaga Kerja": "4", "Omzet": "120.000.000",
}  # fmt: skip
OTHER = {
    "Nama Usaha": "Batik Sekar Jagad", "NIB": "9120007654321", "Kode Wilayah": "33.74", "KBLI": "13134",
    "Tenaga Kerja": "25", "Omzet": "3.000.000.000",
}  # fmt: skip


def row(**changes: str) -> dict[str, str]:
    """``ROW`` with other values: ``row(NIB="…")``; names with spaces by ``row(**{"Nama Usaha": "…"})``."""
    return ROW | changes


def sheet(rows: Iterable[Mapping[str, str]], delimiter: str = ";") -> bytes:
    """Rows as CSV, headed by the columns of all of them."""
    listed = list(rows)
    header = list(dict.fromkeys(column for each in listed for column in each))
    out = io.StringIO()
    writer = csv.DictWriter(out, header, delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(listed)
    return out.getvalue().encode()


def dinas(code: str = "dinas-uji", region: str = "") -> Organisation:
    """An organisation."""
    kind = "ministry" if not region else "regency" if "." in region else "province"
    made, _ = make_organisation(code, "Dinas Uji", kind, NOW, region=region)
    return made


def begun(data: bytes, organisation: Organisation, kind: str = "producers", **more: Any) -> Import:
    """An import that waits."""
    file = io.BytesIO(data)
    reading: Reading = more.pop("reading", None) or guess(open_table(read_lines(file, FOR_PAGES), kind).header, kind)
    now = more.pop("now", NOW)
    size = more.pop("size", 10_000)
    return importing.begin(organisation, kind, "uji.csv", file, reading, "uji", now, more.pop("as_of", None), size)


def taken_in(
    rows: Iterable[Mapping[str, str]] | bytes, organisation: Organisation | None = None, kind: str = "producers",
    as_of: date | None = None, now: datetime = NOW, size: int = 10_000, report: MemoryReport | None = None,
) -> Result:  # fmt: skip
    """Import and apply."""
    data = rows if isinstance(rows, bytes) else sheet(rows)
    imported = begun(data, organisation or dinas(), kind, as_of=as_of, now=now, size=size)
    return importing.apply(imported, OpenSource(io.BytesIO(data)), now, report)


def only() -> Producer:
    """The one producer there is."""
    return Producer.objects.get()
