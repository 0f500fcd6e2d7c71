"""Which quick pictures a producer shows, drawn together with those of the goods; found again by what they are of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from zlib import crc32

from mediator.example.drawing.scene import Look
from mediator.example.ikm.plans import plans
from mediator.example.shops import shops

RUNS = 2
"""Further pictures of a product, of other production runs."""
MEETINGS = 14
MEETING_WORDS = ("Onboarding UMKM", "Klinik usaha", "Rumah produksi", "Coaching ekspor", "Level up")
CLAIMED, CLAIMED_NIB = "claimed", "9911220099001"
"""The paper by which a shop says that it is a producer of a register, and its number there."""

Digests = Mapping[str, str]


class Asked(NamedTuple):
    """A picture to draw: by what it is found, and how it looks."""

    name: str
    look: Look


def asked() -> list[Asked]:
    """All of them."""
    return [*_producers(), *_meetings(), Asked(CLAIMED, _look("paper", "indigo", "NIB", CLAIMED_NIB))]


def of_runs(digests: Digests, listing: str) -> list[str]:
    """The pictures of a product from other runs."""
    return [digests[f"run{run}/{listing}"] for run in range(RUNS)]


def named(digests: Sequence[tuple[str, ...]]) -> dict[str, str]:
    """Digests in the order of ``asked``, by name."""
    return {one.name: found[0] for one, found in zip(asked(), digests, strict=True)}


def _producers() -> Iterator[Asked]:
    goods = {good.title: good for shop in shops() for good in shop.goods}
    for plan in plans():
        palette = goods[plan.goods[0].listing].look.palette
        words = " ".join(plan.shop.split()[:2])
        for kind, label in (("room", words), ("notes", "Catatan"), ("paper", "NIB")):
            yield Asked(f"{kind}/{plan.shop}", _look(kind, palette, label, plan.shop))
        for one in plan.goods:
            if one.kind in ("food", "cosmetics"):
                label = "SPP-IRT" if one.kind == "food" else "Notifikasi"
                yield Asked(f"licence/{one.listing}", _look("paper", palette, label, one.name))
            for run in range(RUNS):
                look = goods[one.listing].look
                yield Asked(f"run{run}/{one.listing}", look._replace(seed=look.seed + 1 + run))


def _meetings() -> Iterator[Asked]:
    palettes = ("sogan", "indigo", "teal", "forest", "maroon", "terracotta")
    for number in range(MEETINGS):
        words = MEETING_WORDS[number % len(MEETING_WORDS)]
        yield Asked(f"meeting{number}", _look("meeting", palettes[number % len(palettes)], words, f"m{number}"))


def _look(kind: str, palette: str, label: str, about: str) -> Look:
    return Look(kind, palette, label, about[:26], crc32(f"{kind}/{about}".encode()))
