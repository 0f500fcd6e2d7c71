"""Taking out what one may see, for a purpose; and the log of who looked at or took out what."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mediator.ikm.errors import IkmError
from mediator.ikm.privacy import consents, exporting
from mediator.ikm.privacy.models import Access
from mediator.ikm.privacy.relations import Filter
from mediator.web import acting
from mediator.web.guards import person_of
from mediator.web.merchant.downloads import CSV, XLSX, download
from mediator.web.ministry import words
from mediator.web.ministry.access import Office, acts, body_of, frame, looks
from mediator.web.ministry.forms import ExportForm
from mediator.web.throttle import limited


@acts
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited("ministry-export", per_person="20/h")
def exports(request: HttpRequest, office: Office) -> HttpResponse:
    """The form, or the file: written down before its first byte is made."""
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data, of = form.cleaned_data, body_of(office)
        where = Filter(data["province"], data["regency"])
        try:
            begun = exporting.begin(
                of, person_of(request).pk, "official", data["purpose"], where, data["form"], acting.now()
            )
        except IkmError as error:
            form.refuse(str(error.about.get("field", "")), words.fault(error))
        else:
            name = f"{of.code}-{begun.purpose}-{begun.on.isoformat()}.{data['form']}"
            kind = XLSX if data["form"] == "xlsx" else CSV
            return download(request, name, kind, lambda out: exporting.write(begun, data["form"], words.say, out))
    context = frame(office, "exports") | {"form": form}
    return render(request, "ministry/exports.html", context, status=422 if form.is_bound else 200)


@looks
@require_safe
@never_cache
def access(request: HttpRequest, office: Office) -> HttpResponse:
    """What this organisation's people looked at and took out; an operator sees everybody's, with their ids."""
    codes = None if office.sees_all else [office.organisation.code] if office.organisation else []
    found = consents.looked_by(codes, request.GET.get("after", ""))
    context = frame(office, "access") | {
        "rows": [_shown(row) for row in found.rows],
        "next": "?" + urlencode({"after": found.after}) if found.after else "",
        "mine": str(person_of(request).pk),
    }  # fmt: skip
    return render(request, "ministry/access.html", context)


def _shown(row: Access) -> dict[str, Any]:
    return {
        "row": row,
        "purpose": words.PURPOSE.get(row.purpose, row.purpose),
        "how": words.HOW.get(row.how, row.how),
        "groups": ", ".join(str(words.GROUP.get(group, group)) for group in row.fields),
        "role": words.ROLE.get(row.role, row.role),
    }
