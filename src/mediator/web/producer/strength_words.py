"""Words of the strength card: origins, reasons why something is not known, measures of trade, parts of local
content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel.numbers import format_decimal
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mediator.ikm.errors import IkmError
from mediator.ikm.strength.rulebook import rules

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Words = dict[str, "_StrPromise"]

CLASS: Words = {
    "imported": _("Imports"),
    "domestic": _("Made in Indonesia"),
    "mixed": _("Made here of imported material"),
    "unknown": _("Origin not shown"),
}

WHY_NOT: Words = {
    "no_class": _("The product has no HS or KBLI code, so nothing can be looked for to compare it with."),
    "no_price": _("The product has no price, so there is nothing to compare."),
    "no_quality": _("The product declares no quality. A gap is only told between goods of equal quality."),
    "no_imports": _("No price of an import of equal quality is on record yet."),
    "too_few": _("Too few prices of imports of equal quality are on record to rely on their median."),
}

HAND: Words = {"own": _("Yours to do"), "shared": _("Together with others"), "outside": _("Out of your hands")}

STRENGTH: Words = {
    "price": _("Not dearer than imports of equal quality"),
    "on_time": _("Sent on time more often than imports"),
    "complaints": _("Fewer complaints than imports"),
    "content": _("Local content passes the test of government buying"),
    "sector": _("Indonesia has a revealed advantage in this sector"),
}

FACTOR: Words = {"material": _("Direct material"), "labour": _("Direct labour"), "overhead": _("Factory overhead")}

UNIT: Words = {"g": _("per kilogram"), "ml": _("per litre"), "piece": _("per piece"), "m": _("per metre")}

UNCONFIRMED: Words = {
    "overhead_steps": _("The steps by which overhead counts (100, 60, 30 or 0) are from one adviser's account."),
}

OTHER_FACTOR = _("Two factors of BMP are not named in our sources; what is claimed for them is unconfirmed.")

QUALITY: Words = {
    "horizontal": _("same quality"),
    "vertical_above": _("higher than imports"),
    "vertical_below": _("lower than imports"),
}

MEASURE: Words = {
    "rca": _("Revealed advantage (RCA, Balassa)"),
    "rsca": _("The same between −1 and 1 (RSCA)"),
    "rta": _("Advantage in exports less imports (RTA, Vollrath)"),
    "michaely": _("Share in exports less share in imports (Michaely)"),
    "lafay": _("Contribution to the trade balance (Lafay)"),
    "balance": _("Trade balance index (ISP)"),
    "penetration": _("Import penetration"),
}

MEANS: Words = {
    "rca": _("above 1: advantage"),
    "rsca": _("above 0: advantage"),
    "rta": _("above 0: advantage"),
    "michaely": _("above 0: specialised"),
    "lafay": _("above 0: adds to the balance"),
    "balance": _("−1 only imported, 1 only exported"),
    "penetration": _("share of what is used here that is imported"),
}

PLACES = {"rca": 2, "rsca": 2, "rta": 2, "michaely": 4, "lafay": 2, "balance": 2}


def percent(share: float, places: int = 1, *, is_signed: bool = False) -> str:
    """A fraction of 1 as a percentage, the reader's way: "12,5 %"; a sign before it where that is asked for."""
    figure = decimal(abs(share) * 100, places)
    sign = "\u2212" if share < 0 and float(f"{share * 100:.{places}f}") else "+" if is_signed and share > 0 else ""
    return f"{sign}{figure}\u00a0%"


def decimal(value: float, places: int) -> str:
    """A figure with at most so many decimal places, the reader's way."""
    pattern = "#,##0" + ("." + "#" * places if places else "")
    text = format_decimal(round(value, places) + 0.0, pattern, locale="en_GB" if get_language() == "en" else "id_ID")
    return text.replace("-", "\u2212")


FACTOR_HINT: Words = {
    "material": _("What one piece is made of and packed in. Local material counts 100 %, imported material 0 %."),
    "labour": _("Wages for one piece. From here: how much of them Indonesians earn."),
    "overhead": _("Rent, electricity, wear of tools and the like, for one piece."),
}

OVERHEAD: dict[int, _StrPromise] = {
    10_000: _("own workshop here (100 %)"),
    6_000: _("another's workshop here (60 %)"),
    3_000: _("made by others here (30 %)"),
    0: _("nothing invested here (0 %)"),
}

BMP: Words = {
    "jobs": _("Gives many people work"),
    "new-investment": _("Has invested anew"),
    "partnership": _("Works in partnership along the supply chain"),
    "import-substitution": _("Replaces an import, or is the first to make it"),
    "own-brand": _("Owns an Indonesian brand"),
    "industry-4": _("Applies industry 4.0"),
    "green-industry": _("Is a green industry"),
    "training": _("Trains people for industry"),
    "exports": _("Exports"),
    "certification": _("Has a certificate or accreditation"),
    "esg": _("Applies ESG"),
    "award": _("Was given an award"),
    "siinas-reports": _("Reports to SIINas on time"),
}

_FAULT: Words = {
    "tkdn_incomplete": _("Write at least one row each of material, labour and overhead."),
    "tkdn_research": _("The most that research adds is 20 %."),
    "tkdn_too_many": _("That is more rows than a sheet may have."),
    "sheet_elsewhere": _("This form was used already. Open it again."),
}


def bmp_choices() -> list[tuple[str, str]]:
    """The factors of BMP that our sources name, each with what it counts."""
    points: dict[str, int] = rules()["bmp"]["factors"]
    return [(code, f"{name} ({percent(points[code] / 10_000)})") for code, name in BMP.items()]


def sheet_fault(error: IkmError) -> str:
    """Why a sheet was refused, in the reader's language."""
    return str(_FAULT.get(error.code, error.message))
