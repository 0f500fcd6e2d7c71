"""Products as sheets: a template, all products as a file, and an import that first says what it would do."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import IO, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mediator.shop import imports
from mediator.shop.models import Merchant
from mediator.shop.sheets import COLUMNS, MOST_BYTES, SheetRefused, csv_lines, read_sheet, write_xlsx
from mediator.web import acting
from mediator.web.forms import Form
from mediator.web.guards import merchant_only, person_of
from mediator.web.merchant import words
from mediator.web.merchant.downloads import CSV, XLSX, download
from mediator.web.throttle import limited

SHOWN = 200
WIDTHS = (14, 36, 60, 24, 14, 14, 10, 12, 40)
HEADINGS = {
    "sku": "Kode", "title": "Nama", "text": "Deskripsi", "category": "Kategori", "price": "Harga",
    "weight_g": "Berat (gram)", "stock": "Stok", "status": "Status", "attributes": "Rincian",
}  # fmt: skip
"""Indonesian whatever the reader's language: one file for the whole shop. English names are understood as well."""

EXAMPLE = (
    "KM-01", "Kemeja batik tulis", "Katun primisima, ukuran M sampai XL.", "Fesyen Pria", 285_000, 350, 12, "tayang",
    "Bahan: katun; Ukuran: M",
)  # fmt: skip


class UploadForm(Form):
    """A sheet."""

    file = forms.FileField(
        label=_("CSV or XLSX file"),
        help_text=_("At most 20,000 rows and 8 MB. Nothing is changed before you have seen what it would do."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(words.sheet_fault("too_large", str(MOST_BYTES // 1_000_000)))
        return file


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_only
@never_cache
@limited("product-import", per_person="10/m")
def upload(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """Read a sheet and keep what was read; the next page says what it would do."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            rows = list(imports.parse(read_sheet(file.file)))
        except SheetRefused as refused:
            form.refuse("file", words.sheet_fault(refused.code, refused.about))
        else:
            key = form.cleaned_data["key"]
            imports.keep(merchant, person_of(request), key, file.name, rows, acting.now())
            return redirect("merchant-import", key)
    context: dict[str, Any] = {"merchant": merchant, "area": "products", "form": form, "columns": _columns()}
    return render(request, "merchant/import.html", context, status=422 if form.is_bound else 200)


def _columns() -> list[tuple[str, Any]]:
    return [(HEADINGS[name], words.COLUMN[name]) for name in COLUMNS]


@require_safe
@merchant_only
@never_cache
def dry_run(request: HttpRequest, merchant: Merchant, key: UUID) -> HttpResponse:
    """What the sheet would do to the shop as it is now: counts, faults first, then the changes."""
    waiting = imports.waiting(merchant, str(key))
    if waiting is None:
        raise Http404
    counts = {"new": 0, "changed": 0, "unchanged": 0, "refused": 0}
    refused: list[dict[str, Any]] = []
    changes: list[dict[str, Any]] = []
    for planned in imports.plan(merchant, waiting.rows):
        counts[planned.outcome] += 1
        if planned.outcome == "refused" and len(refused) < SHOWN:
            refused.append(_refused(planned))
        elif planned.outcome in ("new", "changed") and len(changes) < SHOWN:
            changes.append(_change(planned))
    context: dict[str, Any] = {
        "merchant": merchant,
        "area": "products",
        "waiting": waiting,
        "counts": counts,
        "todo": counts["new"] + counts["changed"],
        "refused": refused,
        "changes": changes,
        "shown": SHOWN,
    }
    return render(request, "merchant/import_report.html", context)


def _refused(planned: imports.Planned) -> dict[str, Any]:
    return {"line": planned.row.line, "sku": planned.row.sku, "problems": [_problem(p) for p in planned.problems]}


def _problem(problem: imports.Problem) -> dict[str, str]:
    return {
        "column": str(words.COLUMN.get(problem.column, problem.column)),
        "value": problem.value,
        "why": words.problem(problem.code, problem.right),
        "right": "" if problem.code == "sku_twice" else problem.right,
    }


def _change(planned: imports.Planned) -> dict[str, Any]:
    fields = [str(words.COLUMN[name]) for name in planned.changed if name in words.COLUMN]
    return {
        "line": planned.row.line,
        "sku": planned.row.sku,
        "title": planned.row.fields.get("title", ""),
        "is_new": planned.outcome == "new",
        "fields": ", ".join(fields),
    }


@require_POST
@merchant_only
@limited("product-import", per_person="10/m")
def apply(request: HttpRequest, merchant: Merchant, key: UUID) -> HttpResponse:
    """Do what the report said. A second time finds nothing to change."""
    if imports.waiting(merchant, str(key)) is None:
        raise Http404
    counts = imports.apply(merchant, str(key), acting.now())
    said = _now("New: %(new)d. Changed: %(changed)d. Unchanged: %(unchanged)d. Left out: %(refused)d.") % counts
    messages.success(request, said)
    return redirect("merchant-products")


@require_safe
@merchant_only
def report(request: HttpRequest, merchant: Merchant, key: UUID) -> HttpResponse:
    """Every row of a dry run as a file: what becomes of it, and what is wrong with it."""
    waiting = imports.waiting(merchant, str(key))
    if waiting is None:
        raise Http404
    rows = _report_rows(imports.plan(merchant, waiting.rows))
    return download(request, "mediator-import.csv", CSV, _csv_writer(rows))


def _report_rows(plans: Iterable[imports.Planned]) -> Iterator[tuple[str | int, ...]]:
    outcomes = {
        "new": _now("new"),
        "changed": _now("changed"),
        "unchanged": _now("unchanged"),
        "refused": _now("left out"),
    }
    yield (
        _now("Line"), _now("Code"), _now("Outcome"), _now("Column"), _now("Value"), _now("Why"), _now("What would do")
    )  # fmt: skip
    for planned in plans:
        shown = [_problem(problem) for problem in planned.problems] or [{}]
        for each in shown:
            yield (
                planned.row.line, planned.row.sku, outcomes[planned.outcome], each.get("column", ""),
                each.get("value", ""), each.get("why", ""), each.get("right", ""),
            )  # fmt: skip


@require_safe
@merchant_only
def export(request: HttpRequest, merchant: Merchant, kind: str) -> HttpResponse:
    """All products in the template's columns."""
    headings = tuple(HEADINGS[name] for name in COLUMNS)
    return _sheet(request, "mediator-produk", kind, _with_headings(headings, imports.exported(merchant)))


@require_safe
@merchant_only
def template(request: HttpRequest, merchant: Merchant, kind: str) -> HttpResponse:
    """The columns, with one product to see how they are meant."""
    headings = tuple(HEADINGS[name] for name in COLUMNS)
    return _sheet(request, "mediator-contoh", kind, _with_headings(headings, iter([EXAMPLE])))


def _with_headings(
    headings: tuple[str, ...], rows: Iterator[tuple[str | int | None, ...]]
) -> Iterator[tuple[str | int | None, ...]]:
    yield headings
    yield from rows


def _sheet(request: HttpRequest, name: str, kind: str, rows: Iterator[tuple[str | int | None, ...]]) -> HttpResponse:
    if kind == "csv":
        return download(request, f"{name}.csv", CSV, _csv_writer(rows))

    def write(out: IO[bytes]) -> None:
        write_xlsx(islice(rows, 1_000_000), "Produk", out, WIDTHS)

    return download(request, f"{name}.xlsx", XLSX, write)


def _csv_writer(rows: Iterable[tuple[str | int | None, ...]]) -> Callable[[IO[bytes]], None]:
    def write(out: IO[bytes]) -> None:
        text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
        text.writelines(csv_lines(rows))
        text.detach()

    return write
