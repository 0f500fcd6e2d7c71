"""A register that came by a page: kept sealed until it is applied, read again from what was kept, with its report."""

from __future__ import annotations

import base64
import io
import zlib
from datetime import date, datetime
from typing import IO

import msgspec

from mediator.ikm.errors import IkmError
from mediator.ikm.producers.models import Organisation
from mediator.ikm.registers import importing, mapping
from mediator.ikm.registers.importing import OpenSource, Result
from mediator.ikm.registers.mapping import Reading, Table
from mediator.ikm.registers.models import Import, Upload
from mediator.ikm.registers.reading import FOR_PAGES, read_lines
from mediator.ikm.registers.report import MemoryReport
from mediator.shop.secrets import seal, unseal


def keep(
    organisation: Organisation, kind: str, name: str, file: IO[bytes], by: str, now: datetime, as_of: date | None
) -> Import:
    """An import of an uploaded file, read as last time or as guessed. SheetRefused when it is no table."""
    table = open_table(file, kind)
    header = table.header
    for _ in table.body:  # to its end: whatever can't be read is said now
        pass
    reading = mapping.remembered(organisation.pk, kind, header) or mapping.guess(header, kind)
    imported = importing.begin(organisation, kind, name, file, reading, by, now, as_of)
    data = file.read()
    sealed = seal(base64.b64encode(zlib.compress(data)).decode()).encode()
    Upload.objects.get_or_create(file=imported, defaults={"sealed": sealed, "made_at": now})
    return imported


def open_table(file: IO[bytes], kind: str) -> Table:
    """An uploaded file's table."""
    return mapping.open_table(read_lines(file, FOR_PAGES), kind)


def opened(imported: Import) -> IO[bytes]:
    """The file again. IkmError ``upload_gone`` when its time is over or it was no upload."""
    kept = Upload.objects.filter(pk=imported.pk).first()
    if kept is None or kept.sealed is None:
        raise IkmError("upload_gone", "The file is not kept any more; upload it again.")
    return io.BytesIO(zlib.decompress(base64.b64decode(unseal(bytes(kept.sealed).decode()))))


def read_as(imported: Import, reading: Reading, by: str, now: datetime) -> Result:
    """Read a waiting import's file this way, remember it, and say what it would do. IkmError of ``mapping.check``,
    ``import_began``."""
    if imported.state != "waiting":
        raise IkmError("import_began", "This import has begun; upload the file again to read it otherwise.")
    file = opened(imported)
    header = open_table(file, imported.kind).header
    mapping.check(reading, header, imported.kind)
    imported.reading = msgspec.to_builtins(reading)
    imported.reading_digest = importing.reading_digest(reading, imported.as_of if imported.as_of_is_given else None)
    report = MemoryReport()
    result = importing.dry_run(imported, OpenSource(file), now, report)
    imported.counts, imported.faults, imported.first_faults = result
    fields = ("reading", "reading_digest", "counts", "faults", "first_faults")
    imported.save(update_fields=fields)
    mapping.remember(imported.organisation_id, imported.kind, header, reading, by, now)
    Upload.objects.filter(pk=imported.pk).update(report=zlib.compress(report.csv))
    return result


def apply(imported: Import, now: datetime) -> Result:
    """Apply what was read; cut off, it goes on. The file is not kept after that, its report is."""
    if imported.state == "done":
        return importing.apply(imported, OpenSource(io.BytesIO()), now)
    report = MemoryReport(report_of(imported) if imported.cursor else b"")
    try:
        result = importing.apply(imported, OpenSource(opened(imported)), now, report)
    finally:
        Upload.objects.filter(pk=imported.pk).update(report=zlib.compress(report.csv))
    Upload.objects.filter(pk=imported.pk).update(sealed=None)
    return result


def report_of(imported: Import) -> bytes:
    """The report's CSV; empty when there is none."""
    kept = Upload.objects.filter(pk=imported.pk).values_list("report", flat=True).first()
    return zlib.decompress(bytes(kept)) if kept else b""
