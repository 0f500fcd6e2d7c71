"""Numbers of the example's papers. Their form is right, and each is one that nobody was ever given."""

from __future__ import annotations

from datetime import date
from zlib import crc32


def nib(shop: str) -> str:
    """Real ones of a person begin with a day or are drawn; no NIB begins with the day 99."""
    return f"99{_digits('nib', shop, 11)}"


def pirt(form: str, regency: str, product: str, ends: int) -> str:
    """P-IRT of a form (packaging and food type) and place, whose last year is ``ends``."""
    place = regency.replace(".", "")
    return f"{form}{place}{1 + int(_digits('food', product, 2)) % 99:02}9{_digits('irt', product, 3)}-{ends % 100:02}"


def halal(province: str, product: str, issued: date) -> str:
    """BPJPH's form, of a group there is none of."""
    return f"ID{province}999{_digits('halal', product, 8)}{issued:%m%y}"


def notification(product: str) -> str:
    """BPOM's of cosmetics, of a year that has not come."""
    return f"NA18990{_digits('na', product, 6)}"


def _digits(what: str, about: str, count: int) -> str:
    return f"{crc32(f'{what}/{about}'.encode()) % 10**count:0{count}}"
