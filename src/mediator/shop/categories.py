"""What goods are filed under: 29 categories, those of Indonesian marketplaces (PRDECT-ID, see data/SOURCE.md)."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import get_language


class Category(NamedTuple):
    """``code`` stands in addresses, in listings and in a deal's facts, and never changes; the names are for people."""

    code: str
    name_id: str
    name_en: str

    @property
    def name(self) -> str:
        """In the reader's language."""
        return self.name_en if get_language() == "en" else self.name_id


_ALL = (
    Category("food", "Makanan & Minuman", "Food & Drink"),
    Category("household", "Rumah Tangga", "Household"),
    Category("kitchen", "Dapur", "Kitchen"),
    Category("women", "Fesyen Wanita", "Women's Fashion"),
    Category("men", "Fesyen Pria", "Men's Fashion"),
    Category("muslim", "Fesyen Muslim", "Muslim Fashion"),
    Category("kids", "Fesyen Anak & Bayi", "Kids & Baby Fashion"),
    Category("party-craft", "Perlengkapan Pesta & Kerajinan", "Party Supplies & Craft"),
    Category("beauty", "Kecantikan", "Beauty"),
    Category("body-care", "Perawatan Tubuh", "Body Care"),
    Category("health", "Kesehatan", "Health"),
    Category("mother-baby", "Ibu & Bayi", "Mother & Baby"),
    Category("toys", "Mainan & Hobi", "Toys & Hobbies"),
    Category("sport", "Olahraga", "Sport"),
    Category("books", "Buku", "Books"),
    Category("office", "Kantor & Alat Tulis", "Office & Stationery"),
    Category("electronics", "Elektronik", "Electronics"),
    Category("phones", "Ponsel & Tablet", "Phones & Tablets"),
    Category("computers", "Komputer & Laptop", "Computers & Laptops"),
    Category("camera", "Kamera", "Camera"),
    Category("gaming", "Gim", "Gaming"),
    Category("films-music", "Film & Musik", "Films & Music"),
    Category("automotive", "Otomotif", "Automotive"),
    Category("carpentry", "Pertukangan", "Carpentry"),
    Category("animals", "Perawatan Hewan", "Animal Care"),
    Category("precious-metal", "Logam Mulia", "Precious Metal"),
    Category("travel", "Tur & Perjalanan", "Tour & Travel"),
    Category("property", "Properti", "Property"),
    Category("other", "Lainnya", "Other Products"),
)

CATEGORIES: dict[str, Category] = {category.code: category for category in _ALL}

PRDECT: dict[str, str] = {
    "Food and Drink": "food", "Household": "household", "Kitchen": "kitchen", "Women's Fashion": "women",
    "Men's Fashion": "men", "Muslim Fashion": "muslim", "Kids and Baby Fashion": "kids",
    "Party Supplies and Craft": "party-craft", "Beauty": "beauty", "Body Care": "body-care", "Health": "health",
    "Mother and Baby": "mother-baby", "Toys and Hobbies": "toys", "Sport": "sport", "Books": "books",
    "Office & Stationery": "office", "Electronics": "electronics", "Phones and Tablets": "phones",
    "Computers and Laptops": "computers", "Camera": "camera", "Gaming": "gaming", "Movies and Music": "films-music",
    "Automotive": "automotive", "Carpentry": "carpentry", "Animal Care": "animals",
    "Precious Metal": "precious-metal", "Tour and Travel": "travel", "Property": "property", "Other Products": "other",
}  # fmt: skip
"""Our code of each of PRDECT-ID's category names, for whoever loads its products."""


def category_name(code: str) -> str:
    """A category in the reader's language; "" for an unknown code."""
    category = CATEGORIES.get(code)
    return category.name if category else ""


def category_choices() -> list[tuple[str, str]]:
    """(code, name) in the reader's language, in the order of the shelf: for a choice."""
    return [(category.code, category.name) for category in _ALL]
