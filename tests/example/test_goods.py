"""The example's goods: real names and prices, real places, and pictures that are the same every time."""

from __future__ import annotations

import io

from PIL import Image

from mediator.example.drawing import KINDS, promised, received
from mediator.example.drawing.brush import PALETTES
from mediator.example.shops import COLOURS, shops
from mediator.mediation.photos.frozen import freeze
from mediator.mediation.photos.intake import take_in
from mediator.people.models import ZONES
from mediator.shop.categories import CATEGORIES
from mediator.shop.places import is_place, zone_of_province


def test_forty_shops_over_all_three_zones_a_third_of_them_first() -> None:
    assert len(shops()) == 40
    assert {zone_of_province(shop.regency[:2]) for shop in shops()} == set(ZONES)
    assert len({shop.regency[:2] for shop in shops()}) >= 15
    first = [shop for shop in shops() if shop.is_curated and shop.is_mentored]
    assert 12 <= len(first) <= 15


def test_every_good_can_be_promised_and_stands_in_a_category_that_exists() -> None:
    goods = [good for shop in shops() for good in shop.goods]
    assert len(goods) >= 200
    assert len({good.title for good in goods}) == len(goods)
    for good in goods:
        assert good.category in CATEGORIES, good.title
        assert good.look.kind in KINDS, good.title
        assert good.price_minor % 100 == 0
        promise = freeze(
            title=good.title, text=good.text, price_minor=good.price_minor, currency="IDR", weight_g=good.weight_g
        )
        assert promise.title == good.title
        assert len(good.text) > 25, good.title


def test_every_shop_lies_where_it_says() -> None:
    assert all(is_place(shop.regency, shop.regency[:2]) for shop in shops())


def test_every_palette_has_a_name_for_titles() -> None:
    assert set(COLOURS) == set(PALETTES)


def test_the_same_look_is_the_same_picture_and_another_seed_another() -> None:
    look = shops()[0].goods[0].look
    assert promised(look) == promised(look)
    assert promised(look) != promised(look._replace(palette="teal"))
    assert received(look, "stained") != received(look)


def test_every_kind_can_be_drawn_and_taken_in() -> None:
    for place, kind in enumerate(KINDS):
        look = shops()[0].goods[0].look._replace(kind=kind, seed=place, option="")
        photo = take_in(promised(look))
        assert photo.record.picture.width == 640
        small = Image.open(io.BytesIO(promised(look))).convert("L")
        assert small.getextrema()[1] - small.getextrema()[0] > 60, f"{kind} is hardly to be seen"
