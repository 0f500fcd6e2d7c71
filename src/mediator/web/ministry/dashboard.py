"""The dashboard: what an organisation is responsible for, as sums of figures that were counted a while ago."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from mediator.ikm.mentoring.indicators import indicators
from mediator.ikm.privacy import desk, figures
from mediator.ikm.privacy.figures import EVERYWHERE, Figures
from mediator.ikm.privacy.purposes import PUBLIC_BODIES
from mediator.ikm.producers.models import Organisation
from mediator.ikm.producers.organisations import body_names
from mediator.protocol.calendar import jakarta_date
from mediator.shop.places import PROVINCES, province_name, regency_name
from mediator.web import acting
from mediator.web.ministry import charts, tiles, words
from mediator.web.ministry.access import CHOSEN, EVERYBODY, Office, frame, looks

MOST_BARS = 12


class Asked(NamedTuple):
    """What the address asks for: which responsibility, which place, which figure on the map."""

    scope: str
    province: str
    regency: str
    show: str


@looks
@require_safe
@never_cache
def dashboard(request: HttpRequest, office: Office) -> HttpResponse:
    """Everything of one responsibility; a province is chosen on the map, its regencies follow."""
    if office.organisation is None and not office.sees_all:
        return render(request, "ministry/nobody.html", frame(office, "dashboard"))
    of, now = office.organisation, acting.now()
    asked = _asked(request, of)
    whole = figures.read(_scope(asked.scope, of), *_home(asked.scope, of))
    is_national = _home(asked.scope, of)[0] == ""
    here = whole
    if is_national and asked.province:
        here = figures.read(_scope(asked.scope, of), asked.province)
    context = frame(office, "dashboard") | {
        "asked": asked,
        "scopes": [(code, words.SCOPE[code]) for code in _scopes(of)],
        "as_of": whole.as_of,
        "where": _where(asked, of),
        "shows": [(code, label, _link(asked._replace(show=code))) for code, label in words.SHOW.items()],
        "show": words.SHOW[asked.show],
        "all_link": _link(asked._replace(province="")),
        "figures": _headline(here),
        "claims": desk.waiting_counts(of) if of is not None else 0,
        "map": _map(whole, asked) if is_national else None,
        "places": _places(here if asked.province or not is_national else whole, asked, is_national),
    } | _charts(here, now)  # fmt: skip
    return render(request, "ministry/dashboard.html", context)


@looks
@require_POST
def choose(request: HttpRequest, office: Office) -> HttpResponse:
    """Look for another of one's organisations from now on."""
    wanted = request.POST.get("office", "")
    if wanted not in {each.code for each in office.choices} and not (wanted == EVERYBODY and office.is_operator):
        raise Http404
    request.session[CHOSEN] = wanted
    return redirect("ministry")


def _scopes(of: Organisation | None) -> list[str]:
    """The responsibilities this organisation can have, its first one first."""
    if of is None:
        return ["region"]
    first = ["region"] if of.kind in PUBLIC_BODIES else []
    return [*first, "register", "programme", "selecting"]


def _scope(code: str, of: Organisation | None) -> str:
    return EVERYWHERE if code == "region" or of is None else f"{code}:{of.code}"


def _home(scope: str, of: Organisation | None) -> tuple[str, str]:
    """The province and regency an organisation's region keeps it to."""
    if scope != "region" or of is None or not of.region:
        return "", ""
    return of.region[:2], of.region if "." in of.region else ""


def _asked(request: HttpRequest, of: Organisation | None) -> Asked:
    scopes = _scopes(of)
    scope = request.GET.get("scope", scopes[0])
    show = request.GET.get("show", "producers")
    province = request.GET.get("province", "")
    if scope not in scopes or show not in words.SHOW or (province and province not in PROVINCES):
        raise Http404
    home, regency = _home(scope, of)
    if home and province not in ("", home):
        raise Http404
    return Asked(scope, home or province, regency, show)


def _link(asked: Asked) -> str:
    said = {"scope": asked.scope, "show": asked.show, "province": asked.province}
    return "?" + urlencode({name: value for name, value in said.items() if value})


def _where(asked: Asked, of: Organisation | None) -> str:
    return regency_name(asked.regency) or province_name(asked.province)


def _value(found: Figures, show: str, place: str = "") -> int:
    key = "stands" if show == "permits" else ""
    return found.at(place, show, key) if place else found.of(show, key)


def _headline(found: Figures) -> list[dict[str, Any]]:
    shown = [(label, _value(found, code)) for code, label in words.SHOW.items()]
    return [{"label": label, "n": n} for label, n in shown]


def _map(found: Figures, asked: Asked) -> dict[str, Any]:
    halves, classes = tiles.drawn({code: _value(found, asked.show, code) for code in PROVINCES}, asked.province)
    return {
        "halves": [
            {
                "half": half,
                "tiles": [
                    {
                        "tile": tile, "url": _link(asked._replace(province=tile.code)), "figure": charts.short(tile.n),
                        "middle": tile.x + tiles.TILE / 2, "named": tile.y + 24, "counted": tile.y + 47,
                    }
                    for tile in half.tiles
                ],
            }
            for half in halves
        ],
        "size": tiles.TILE,
        "classes": classes,
    }  # fmt: skip


def _places(found: Figures, asked: Asked, is_national: bool) -> list[charts.Bar]:
    """Provinces, or the regencies of one, the most first; each province leads to its own."""
    if asked.regency:
        return []
    if is_national and not asked.province:
        rows = [
            (province_name(code), _value(found, asked.show, code), _link(asked._replace(province=code)))
            for code in PROVINCES
        ]
    else:
        rows = [
            (regency_name(code) or str(words.COLUMN["regency_name"]) + " –", _value(found, asked.show, code), "")
            for code in found.places
        ]
    return charts.bars(sorted((row for row in rows if row[1]), key=lambda row: (-row[1], row[0])))


def _charts(found: Figures, now: datetime) -> dict[str, Any]:
    names = body_names({*found.total.get("mentored", {}), *found.total.get("mentoring", {})})
    return {
        "sizes": [
            {"regime": words.regime(code), "rows": _bars(found, "size", code)}
            for code in sorted({key.partition("/")[0] for key in found.total.get("size", {})})
        ],
        "sectors": _most(sorted(found.total.get("sector", {}).items(), key=lambda pair: (-pair[1], pair[0]))),
        "permits": charts.bars(
            [(str(label), found.of("permits", code)) for code, label in words.PERMITS], found.of("producers")
        ),
        "stages": _counted(found, "stage", words.STAGE),
        "grades": charts.bars([(grade, n) for grade in "ABCD" if (n := found.of("grade", grade))]),
        "mentored": charts.bars(_by_body(found, "mentored", names)),
        "mentoring": charts.bars(_by_body(found, "mentoring", names)),
        "gates": {"open": found.of("gates", "open"), "closed": found.of("gates", "closed")},
        "months": _months(found, now),
        "outcomes": _outcomes(found),
        "export_url": reverse("ministry-exports"),
    }


def _bars(found: Figures, measure: str, regime: str) -> list[charts.Bar]:
    keys = found.total.get(measure, {})
    rows = [(words.size_key(f"{regime}/{size}"), keys.get(f"{regime}/{size}", 0)) for size in words.SIZES]
    return charts.bars([row for row in rows if row[1]])


def _most(rows: list[tuple[str, int]]) -> list[charts.Bar]:
    """The largest sectors, and all others as one."""
    shown = [(words.sector(key), n) for key, n in rows[:MOST_BARS]]
    rest = sum(n for _, n in rows[MOST_BARS:])
    return charts.bars([*shown, (words.others(len(rows) - MOST_BARS), rest)] if rest else shown)


def _counted(found: Figures, measure: str, labels: words.Words) -> list[charts.Bar]:
    return charts.bars([(str(label), n) for code, label in labels.items() if (n := found.of(measure, code))])


def _by_body(found: Figures, measure: str, names: dict[str, str]) -> list[tuple[str, int]]:
    counted = sorted(found.total.get(measure, {}).items(), key=lambda pair: (-pair[1], pair[0]))
    return [(names.get(body, body), n) for body, n in counted]


def _months(found: Figures, now: datetime) -> dict[str, Any]:
    """Twelve months of what came to pass: a chart each, and one table of all."""
    codes = figures.months_until(jakarta_date(now))
    named = [(*words.month(code), code) for code in codes]
    series: Iterable[tuple[str, Any]] = words.MONTHLY.items()
    drawn = [
        {
            "label": label,
            "columns": charts.columns([(name, tick, found.of(measure, code)) for name, tick, code in named]),
        }
        for measure, label in series
    ]
    rows = [
        {
            "label": name,
            "figures": [{"label": label, "n": found.of(measure, code)} for measure, label in words.MONTHLY.items()],
        }
        for name, _tick, code in named
    ]
    return {"drawn": drawn, "rows": rows, "width": charts.WIDTH, "height": charts.HEIGHT, "ground": charts.GROUND}


def _outcomes(found: Figures) -> list[dict[str, Any]]:
    shown = []
    for code, indicator in indicators().items():
        measured = found.of("measured", code)
        if measured:
            better = found.of("better", code)
            shown.append({
                "label": words.indicator(indicator), "measured": measured, "better": better,
                "width": round(100 * better / measured, 1), "percent": round(100 * better / measured),
            })  # fmt: skip
    return shown
