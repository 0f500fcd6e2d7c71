"""The map of tiles and the charts: every province once, figures in every tile, bounds that say what is so."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from mediator.shop.places import PROVINCES
from mediator.web.ministry import charts, tiles


def test_every_province_has_one_tile_of_its_own() -> None:
    places = tiles.layout()
    assert sorted(place.code for place in places) == sorted(PROVINCES)
    assert len({(place.half, place.column, place.row) for place in places}) == len(places) == 38


def test_tiles_lie_about_as_the_islands_do() -> None:
    at = {place.code: (place.half, place.column, place.row) for place in tiles.layout()}
    aceh, lampung, banten, jatim, bali, ntt, papua, sulut, sulsel = (
        at[code] for code in ("11", "18", "36", "35", "51", "53", "91", "71", "73")
    )
    assert aceh[2] < lampung[2] < banten[2], "Sumatra runs from the north to Java"
    assert banten[1] < jatim[1], "Java from west to east"
    assert jatim[0] == "west"
    assert bali[0] == "east"
    assert bali[1] < ntt[1] < papua[1]
    assert sulut[2] < sulsel[2]


def test_no_short_name_is_wider_than_its_tile() -> None:
    """At 13 units a letter is less than 7 wide on average."""
    for place in tiles.layout():
        assert len(place.short) * 7 <= tiles.TILE, place.short


@given(st.lists(st.integers(0, 2_000_000), max_size=38))
def test_classes_cover_every_figure_without_gaps(values: list[int]) -> None:
    found = tiles.classes(values)
    assert (found[0].shade, found[0].most) == (0, 0)
    for value in values:
        shade = tiles.shade_of(value, found)
        fitting = [each for each in found if each.least <= value <= each.most]
        assert [each.shade for each in fitting] == [shade], (value, found)
        assert (shade == 0) == (value == 0)
    for low, high in pairwise(found[1:]):
        assert high.least == low.most + 1
        assert high.shade == low.shade + 1
        assert any(high.least <= value <= high.most for value in values), "no class is empty"


def test_darker_never_means_fewer() -> None:
    values = [0, 3, 3, 7, 9, 40, 41, 1000]
    found = tiles.classes(values)
    shades = [tiles.shade_of(value, found) for value in values]
    assert shades == sorted(shades)
    assert shades[-1] == 4


@pytest.mark.parametrize(
    ("n", "english", "indonesian"),
    [(0, "0", "0"), (999, "999", "999"), (1_000, "1k", "1 rb"), (1_250, "1.2k", "1,2 rb"), (12_345, "12k", "12 rb"),
     (999_999, "999k", "999 rb"), (1_200_000, "1.2M", "1,2 jt")],
)  # fmt: skip
def test_figures_fit_into_tiles(n: int, english: str, indonesian: str) -> None:
    with translation.override("en"):
        assert charts.short(n) == english
    with translation.override("id"):
        assert charts.short(n).replace("\u00a0", " ") == indonesian


def test_bars_and_columns_are_as_long_as_their_figures() -> None:
    one, two = charts.bars([("a", 30), ("b", 10)])
    assert (one.width, one.percent, two.width, two.percent) == (100, 75, 33.3, 25)
    assert charts.bars([("a", 1)], whole=4)[0].percent == 25
    assert charts.bars([("a", 0)])[0].width == 0
    low, high, none = charts.columns([("Jan", "J", 5), ("Feb", "F", 10), ("Mar", "M", 0)])
    assert high.height == 2 * low.height
    assert none.height == 0
    assert low.y + low.height == high.y + high.height == charts.GROUND
