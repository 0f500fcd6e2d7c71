"""A register comes in: uploaded, its columns looked at, tried dry, applied, and told row by row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import IO, Any
from uuid import UUID

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mediator.ikm.errors import IkmError
from mediator.ikm.registers import queries, uploads
from mediator.ikm.registers.importing import OUTCOMES
from mediator.ikm.registers.mapping import Reading
from mediator.ikm.registers.models import Import
from mediator.people.roles import StaffRole
from mediator.shop.sheets import SheetRefused, csv_lines
from mediator.web import acting
from mediator.web.guards import person_of, staff
from mediator.web.merchant.downloads import CSV, download
from mediator.web.registers import words
from mediator.web.registers.access import import_or_404, offices
from mediator.web.registers.forms import ColumnsForm, UploadForm
from mediator.web.throttle import limited

SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
@staff(StaffRole.OFFICIAL)
@never_cache
@limited("register-upload", per_person="20/m")
def listed(request: HttpRequest) -> HttpResponse:
    """My organisations' imports, and a form for the next."""
    organisations = offices(request)
    form = UploadForm(organisations, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        organisation = next(each for each in organisations if each.code == said["organisation"])
        file, by = said["file"], str(person_of(request).pk)
        try:
            imported = uploads.keep(organisation, said["kind"], file.name, file.file, by, acting.now(), said["as_of"])
        except SheetRefused as refused:
            form.refuse("file", words.file_fault(refused.code, refused.about))
        except IkmError as error:
            form.refuse(str(error.about.get("field", "")), words.error(error.code, error.message))
        else:
            return redirect("register-columns" if imported.state == "waiting" else "register-import", imported.pk)
    rows = [_row(each) for organisation in organisations for each in queries.imports_of(organisation)]
    context = {"form": form, "rows": rows, "has_office": bool(organisations)}
    return render(request, "registers/list.html", context, status=422 if form.is_bound else 200)


def _row(imported: Import) -> dict[str, Any]:
    counts = [(words.OUTCOME[name], imported.counts.get(name, 0)) for name in OUTCOMES]
    return {
        "row": imported, "kind": words.KIND[imported.kind], "state": words.STATE[imported.state],
        "tone": words.TONE[imported.state], "counts": counts, "todo": _todo(imported),
    }  # fmt: skip


def _todo(imported: Import) -> int:
    return int(imported.counts.get("new", 0)) + int(imported.counts.get("changed", 0))


@require_http_methods(["GET", "HEAD", "POST"])
@staff(StaffRole.OFFICIAL)
@never_cache
@limited("register-read", per_person="20/m")
def columns(request: HttpRequest, imported: UUID) -> HttpResponse:
    """Which column means what; then it is read, and nothing changed yet."""
    found = import_or_404(request, imported)
    try:
        table = uploads.open_table(uploads.opened(found), found.kind)
    except IkmError as error:
        messages.error(request, words.error(error.code, error.message))
        return redirect("register-import", found.pk)
    reading = msgspec.convert(found.reading, Reading)
    form = ColumnsForm(found.kind, table.header, reading, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            uploads.read_as(found, form.reading, str(person_of(request).pk), acting.now())
        except IkmError as error:
            form.refuse(f"c:{error.about.get('field', '')}", words.error(error.code, error.message))
        else:
            return redirect("register-import", found.pk)
    first = next(table.body, None)
    sample = list(zip(table.header, (first.cells if first else None) or (), strict=False))[:60]
    context = {"form": form, "sample": [pair for pair in sample if pair[0]], **_row(found)}
    return render(request, "registers/columns.html", context, status=422 if form.is_bound else 200)


@require_safe
@staff(StaffRole.OFFICIAL)
@never_cache
def shown(request: HttpRequest, imported: UUID) -> HttpResponse:
    """What the file would do, or did: counts, and the first faults."""
    found = import_or_404(request, imported)
    if found.state == "waiting" and not found.counts:
        return redirect("register-columns", found.pk)
    faults = [
        {
            "line": line,
            "field": words.field(field) if field else "",
            "value": value,
            "why": words.fault(code),
            "right": right,
        }
        for line, field, value, code, right in found.first_faults[:SHOWN]
    ]
    kinds = [(words.fault(code), count) for code, count in sorted(found.faults.items(), key=lambda each: -each[1])]
    context = {"faults": faults, "fault_kinds": kinds, "shown": SHOWN, "has_report": bool(uploads.report_of(found))}
    return render(request, "registers/import.html", context | _row(found))


@require_POST
@staff(StaffRole.OFFICIAL)
@limited("register-read", per_person="20/m")
def apply(request: HttpRequest, imported: UUID) -> HttpResponse:
    """Do what was said. A second time finds it done; cut off, it goes on."""
    found = import_or_404(request, imported)
    try:
        counts = uploads.apply(found, acting.now()).counts
    except IkmError as error:
        messages.error(request, words.error(error.code, error.message))
    else:
        said = _("Done. New: %(new)d. Changed: %(changed)d. Unchanged: %(unchanged)d. Left out: %(refused)d.") % counts
        messages.success(request, said)
    return redirect("register-import", found.pk)


@require_safe
@staff(StaffRole.OFFICIAL)
def report(request: HttpRequest, imported: UUID) -> HttpResponse:
    """Every row as a file: what becomes of it, and what is wrong with it, in words."""
    found = import_or_404(request, imported)
    lines = csv.reader(io.StringIO(uploads.report_of(found).decode()), delimiter=";")

    def write(out: IO[bytes]) -> None:
        text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
        text.writelines(csv_lines(_told(lines)))
        text.detach()

    return download(request, "mediator-register.csv", CSV, write)


def _told(lines: Any) -> Iterator[tuple[str, ...]]:
    next(lines, None)
    yield _("Line"), _("Outcome"), _("Column"), _("Value"), _("Code"), _("Why"), _("What would do")
    for line, outcome, field, value, code, right in lines:
        why = words.fault(code) if code else ""
        bare = value[1:] if value[:1] == "'" else value  # the writer guards again
        yield line, str(words.OUTCOME[outcome]), words.field(field) if field else "", bare, code, why, right
