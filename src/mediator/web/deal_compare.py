"""Promised beside received, for ``core/parts/compare.html``: the best pair of each received photograph, best first.

Nothing here waits for a comparison. While some are being made, a page with a script asks for them every few seconds,
for a minute and a half at most (``poll`` and ``answer``); without one it has a link to look again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mediator.mediation import comparisons
from mediator.mediation.comparison.reasons import WORDS, Reason
from mediator.mediation.keeping import photo_records
from mediator.mediation.tasks import compare_soon
from mediator.web.deal_page import Address, DealPage
from mediator.web.pictures import Shown, shown
from mediator.web.templatetags.mediator import number

POLL_FOR_S = 90
STOP_POLLING = 286
"""The status by which htmx learns that there is nothing more to ask for."""

_RECEIVED = ("claim", "arrival", "mediation", "appeal")
"""Evidence of the buyer that shows what came."""


@dataclass(frozen=True)
class Pair:
    """Two photographs side by side. Sizes in pixels; outlines as SVG points in those pixels, "" where there is none."""

    promised: Shown
    received: Shown
    promised_size: tuple[int, int]
    received_size: tuple[int, int]
    is_waiting: bool = True
    is_same_print: bool = False
    words: str = ""
    colour: str = ""
    on_promised: str = ""
    on_received: str = ""


def poll(pairs: list[Pair], address: str, now: datetime) -> str:
    """Where a page asks for its pairs once more; "" when none of them waits."""
    return f"{address}?since={int(now.timestamp())}" if any(pair.is_waiting for pair in pairs) else ""


def answer(request: HttpRequest, page: DealPage, address: Address) -> HttpResponse:
    """To a page that polls: the pairs once all are compared; nothing while some wait; after a while, to stop asking."""
    pairs = compared(page, address, is_first=False)
    if not any(pair.is_waiting for pair in pairs):
        return render(request, "core/parts/pairs.html", {"pairs": pairs}, status=STOP_POLLING)
    since = request.GET.get("since", "")
    is_over = not (since.isascii() and since.isdigit()) or page.now.timestamp() - int(since) > POLL_FOR_S
    return HttpResponse(status=STOP_POLLING, headers={"HX-Reswap": "none"}) if is_over else HttpResponse(status=204)


def compared(page: DealPage, address: Address, *, is_first: bool = True) -> list[Pair]:
    """The pairs of a deal's page, in two queries; what is not compared yet is shown as waiting, and asked for the
    first time a page shows it."""
    promised = [digest for goods in page.promised for digest in goods.photo_digests]
    received = _received(page)
    pairs = comparisons.pairs_of(promised, received)
    if not pairs:
        return []
    known = comparisons.found_for(pairs)
    missing = [pair for pair in pairs if pair not in known]
    if is_first:
        compare_soon(missing)
    records = photo_records([digest for pair in pairs for digest in pair])
    made = []
    for digest in received[: comparisons.MOST_RECEIVED]:
        of_one = [pair for pair in pairs if pair[1] == digest]
        if not of_one or any(each not in records for pair in of_one[:1] for each in pair):
            continue
        best = max(of_one, key=lambda pair: _rank(known.get(pair)))
        found = known.get(best) if not any(pair in missing for pair in of_one) else None
        sizes = [(records[each].picture.width, records[each].picture.height) for each in best if each in records]
        if len(sizes) == 2:
            made.append((_rank(found), _pair(best, sizes, found, address)))
    return [pair for _score, pair in sorted(made, key=lambda item: -item[0])]


def _received(page: DealPage) -> list[str]:
    shown_by = [each for each in page.evidence if each.role == "buyer" or each.purpose == "arrival"]
    ordered = sorted(shown_by, key=lambda each: (_order(each.purpose), each.at))
    return list(dict.fromkeys(photo for each in ordered if each.purpose in _RECEIVED for photo in each.photos))


def _order(purpose: str) -> int:
    return _RECEIVED.index(purpose) if purpose in _RECEIVED else len(_RECEIVED)


def _rank(found: comparisons.Found | None) -> float:
    """A found print before likeness before nothing; what is not known yet comes last."""
    if found is None:
        return -1.0
    return found.score + (1000.0 if found.is_same_print else 0.0)


def _pair(
    pair: comparisons.Pair, sizes: list[tuple[int, int]], found: comparisons.Found | None, address: Address
) -> Pair:
    sides = (_("Promised"), _("Received"))
    photos = [shown([digest], address, words)[0] for digest, words in zip(pair, sides, strict=True)]
    if found is None:
        return Pair(*photos, *sizes)  # type: ignore[arg-type]
    words = WORDS[Reason(found.reason)]
    return Pair(
        photos[0],
        photos[1],
        sizes[0],
        sizes[1],
        is_waiting=False,
        is_same_print=found.is_same_print,
        words=words.en if get_language() == "en" else words.id,
        colour=_colour(found),
        on_promised=_points(found.on_promised, sizes[0]),
        on_received=_points(found.on_received, sizes[1]),
    )


def _colour(found: comparisons.Found) -> str:
    if found.colour_difference is None:
        return ""
    return _(
        "Colours differ by %(difference)s (CIEDE2000); two photographs of one thing often differ by 15, through light "
        "and camera alone."
    ) % {"difference": number(round(found.colour_difference))}


def _points(polygon: comparisons.Polygon, size: tuple[int, int]) -> str:
    return " ".join(f"{x * size[0]:.0f},{y * size[1]:.0f}" for x, y in polygon)
