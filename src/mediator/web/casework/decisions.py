"""How cases were decided, for everybody: figures that tell of nobody, and the rules themselves."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import Any

from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mediator.mediation.cases import queries
from mediator.mediation.cases.catalogue import catalogues
from mediator.mediation.cases.policy import case_policy
from mediator.mediation.cases.statistics import LEAST, OTHERS, Row, tabulate, total
from mediator.shop.categories import CATEGORIES
from mediator.web import deal_words
from mediator.web.casework.words import BURDEN, FAVOURS

KEPT_S = 600
TABLES = ("quarter", "kind", "reason", "category")


@dataclass(frozen=True)
class Year:
    """The figures of one calendar year: all together, and a table a breakdown. No words yet."""

    year: int
    all: Row | None
    tables: dict[str, list[Row]]


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """The page of one year, the latest if none is asked for."""
    years, year = _asked(request)
    found = _year(year) if year else None
    tables = []
    if found is not None:
        titles = {
            "quarter": _("By quarter"), "kind": _("By what was wrong"), "reason": _("By rule"),
            "category": _("By kind of goods"),
        }  # fmt: skip
        tables = [
            {"key": name, "title": titles[name], "rows": [_shown(row, name) for row in found.tables[name]]}
            for name in TABLES
        ]
    context = {
        "years": years, "year": year, "all": _shown(found.all, "all") if found and found.all else None,
        "tables": [table for table in tables if table["rows"]], "least": LEAST,
    }  # fmt: skip
    return render(request, "casework/decisions.html", context)


@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """The same figures as CSV; codes, not words, so that programs can rely on them."""
    _years, year = _asked(request)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="mediator-decisions-{year or "none"}.csv"'
    writer = csv.writer(response)
    writer.writerow(["year", "table", "group", "cases", "to_buyer_pct", "to_seller_pct", "split_pct", "median_hours",
                     "reversed_on_appeal_pct"])  # fmt: skip
    found = _year(year) if year else None
    if found is not None and found.all is not None:
        for table, rows in {"all": [found.all], **found.tables}.items():
            for row in rows:
                group = row.name if row.name != OTHERS else "others"
                reversed_ = "" if row.reversed is None else row.reversed
                writer.writerow([year, table, group, row.cases, row.buyer, row.seller, row.split,
                                 f"{row.hours:.1f}", reversed_])  # fmt: skip
    return response


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """The catalogue: every version, the newest first."""
    language = get_language() or "id"
    shown = [
        {
            "version": each.version,
            "since": each.since,
            "rules": [
                {
                    "code": rule.code, "title": rule.title(language), "text": rule.text(language),
                    "burden": BURDEN[rule.burden], "favours": FAVOURS[rule.favours],
                    "kinds": [deal_words.KIND[kind] for kind in rule.kinds],
                }
                for rule in each.reasons
            ],
        }
        for each in reversed(catalogues())
    ]  # fmt: skip
    context = {"catalogues": shown, "limit": case_policy().four_eyes["IDR"]}
    return render(request, "casework/rules.html", context)


def _asked(request: HttpRequest) -> tuple[list[int], int]:
    """The years there are, and the one that is asked for (0: there is none at all)."""
    kept = caches["figures"]
    years: list[int] | None = kept.get("decisions-years")
    if years is None:
        years = queries.years_with_decisions()
        kept.set("decisions-years", years, KEPT_S)
    wanted = request.GET.get("year", "")
    if wanted and (not wanted.isdecimal() or int(wanted) not in years):
        raise Http404
    return years, int(wanted) if wanted else years[0] if years else 0


def _year(year: int) -> Year:
    """The figures of a year, counted once every ten minutes."""
    kept = caches["figures"]
    key = f"decisions-{year}"
    found: Year | None = kept.get(key)
    if found is None:
        rows = queries.decisions_of(year)
        found = Year(
            year,
            total(rows),
            {
                "quarter": sorted(
                    tabulate(rows, lambda d: [d.quarter]), key=lambda row: (row.name == OTHERS, row.name)
                ),
                "kind": tabulate(rows, lambda d: [d.kind]),
                "reason": tabulate(rows, lambda d: d.reasons),
                "category": tabulate(rows, lambda d: [d.category or "other"]),
            },
        )
        kept.set(key, found, KEPT_S)
    return found


def _shown(row: Row, table: str) -> dict[str, Any]:
    days, hours = divmod(round(row.hours), 24)
    return row._asdict() | {
        "label": _label(row.name, table), "is_others": row.name == OTHERS, "days": days, "hours_left": hours,
        "from_seller": row.buyer + row.split,
    }  # fmt: skip


def _label(name: str, table: str) -> str:
    if name == OTHERS:
        return _("All others, fewer than %(least)d each") % {"least": LEAST}
    if table == "quarter":
        year, quarter = name.split("-")
        return _("Quarter %(quarter)s of %(year)s") % {"quarter": quarter, "year": year}
    if table == "kind":
        return str(deal_words.KIND.get(name, name))
    if table == "category":
        return CATEGORIES[name].name if name in CATEGORIES else name
    if table == "reason":
        language = get_language() or "id"
        rule = next((rule for each in reversed(catalogues()) if (rule := each.get(name)) is not None), None)
        return rule.title(language) if rule is not None else name
    return _("All decisions")
