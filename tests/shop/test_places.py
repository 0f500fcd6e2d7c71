"""Places and categories are whole, and told apart from what they are not."""

from __future__ import annotations

from mediator.shop.categories import CATEGORIES, PRDECT
from mediator.shop.places import (
    PROVINCES,
    REGENCIES,
    RegencyField,
    is_place,
    place_name,
    province_name,
    regency_choices,
    zone_of_province,
)


def test_there_are_38_provinces_and_514_regencies_each_in_one_of_them():
    assert len(PROVINCES) == 38
    assert len(REGENCIES) == 514
    assert {code[:2] for code in REGENCIES} == set(PROVINCES)
    assert all(name == name.strip() for name in REGENCIES.values())


def test_places_are_written_as_on_an_envelope():
    assert place_name("32.73") == "Kota Bandung, Jawa Barat"
    assert place_name("34.04", "34") == "Kab. Sleman, DI Yogyakarta"
    assert place_name("31.72") == "Jakarta Utara, DKI Jakarta"
    assert place_name("", "51") == "Bali"
    assert place_name("99.99") == ""
    assert province_name("99") == ""


def test_every_province_has_one_of_three_times():
    zones = {code: zone_of_province(code) for code in PROVINCES}
    assert zones["11"] == zones["36"] == zones["61"] == zones["62"] == "Asia/Jakarta"
    assert zones["51"] == zones["63"] == zones["73"] == "Asia/Makassar"
    assert zones["82"] == zones["96"] == "Asia/Jayapura"
    assert len(set(zones.values())) == 3


def test_a_regency_of_another_province_is_no_place():
    assert is_place("32.73", "32")
    assert is_place("", "32")
    assert not is_place("32.73", "33")
    assert not is_place("3273", "32"), "a BPS code is not a Kemendagri code"


def test_a_choice_has_every_regency_once_and_takes_nothing_else():
    groups = dict(list(regency_choices())[1:])
    assert sum(len(group) for group in groups.values()) == 514
    assert RegencyField().clean("32.73") == "32.73"


def test_there_are_29_categories_with_names_in_two_languages():
    assert len(CATEGORIES) == 29
    assert set(PRDECT.values()) == set(CATEGORIES)
    assert all(each.name_id and each.name_en for each in CATEGORIES.values())
