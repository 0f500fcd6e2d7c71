"""Those who carry parcels, by the name a deal keeps: a courier's own people act under that very name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

COURIERS: dict[str, str | _StrPromise] = {
    "jne": "JNE", "jnt": "J&T Express", "sicepat": "SiCepat", "pos": "Pos Indonesia", "anteraja": "AnterAja",
    "ninja": "Ninja Xpress", "idexpress": "ID Express", "lion": "Lion Parcel", "tiki": "TIKI", "wahana": "Wahana",
    "spx": "SPX Express", "rpx": "RPX", "sap": "SAP Express", "gosend": "GoSend", "grab": "GrabExpress",
}  # fmt: skip
OTHER = "other"


def courier_choices() -> list[tuple[str, str | _StrPromise]]:
    """For a choice; the first one asks."""
    return [("", _("Choose the courier")), *COURIERS.items(), (OTHER, _("Another courier"))]


def courier_name(code: str) -> str:
    """As it is painted on the van."""
    return str(COURIERS.get(code, code))


def courier_code(text: str) -> str:
    """The name a deal keeps for a courier as somebody typed it ("J&T" is "jnt"); "" for nothing usable."""
    plain = "".join(letter for letter in text.casefold() if letter.isascii() and letter.isalnum())
    for code, name in COURIERS.items():
        painted = "".join(letter for letter in str(name).casefold() if letter.isascii() and letter.isalnum())
        if plain in (code, painted, painted.removesuffix("express")) or (code == "jnt" and plain in ("jt", "jandt")):
            return code
    return plain[:32]
