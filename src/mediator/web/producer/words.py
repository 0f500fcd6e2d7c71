"""Words of a producer's own pages: kinds, origins, sizes by law, permits, and what a refused form means."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from mediator.ikm.errors import IkmError
from mediator.ikm.producers.numbers import PERMIT_KINDS

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Words = dict[str, "_StrPromise"]

KIND: Words = {
    "food": _("Food and drink"),
    "fashion": _("Fashion and cloth"),
    "craft": _("Craft"),
    "cosmetics": _("Cosmetics and body care"),
    "furniture": _("Furniture"),
    "general": _("Something else"),
}

ORIGIN: Words = {
    "domestic": _("In Indonesia, of Indonesian material for the most part"),
    "mixed": _("In Indonesia, of imported material for the most part"),
    "imported": _("Abroad; I sell it on"),
    "unknown": _("I can't say"),
}

UNIT: Words = {"piece": _("piece"), "g": _("gram"), "ml": _("millilitre"), "m": _("metre")}

SIZE: Words = {"micro": _("micro"), "small": _("small"), "medium": _("medium"), "large": _("large")}

REGIME: Words = {
    "permenperin-64-2016": _("Ministry of Industry (Permenperin 64/2016)"),
    "pp-7-2021": _("Government (PP 7/2021, articles 35 and 36)"),
    "bps": _("BPS, for statistics only"),
    "uu-20-2008": _("Law 20/2008, until 2021"),
}
"""By whose rule a size is."""

FIGURE: Words = {
    "workers": _("people who work"),
    "capital": _("capital of the business"),
    "sales": _("sales of a year"),
}

PROBLEM: Words = {
    "empty": _("Nothing is written here."),
    "form": _("This does not look like that number. Copy it from the document."),
    "length": _("The number of digits is not right."),
    "placeholder": _("One digit again and again is no number."),
    "sheet_rounded": _("A spreadsheet has rounded this number. Copy it from the document."),
    "region_unknown": _("The digits of the place name no regency or city of Indonesia."),
    "region_old": _("The digits of the place are those of before its province or regency was divided."),
    "province_unknown": _("The first digits name no province of Indonesia."),
    "food_type": _("The digits of the kind of food are not on the list of P-IRT."),
    "packaging": _("The first digit, for the packaging, is not on the list of P-IRT."),
    "serial": _("The running number can't be zero."),
    "birth_date": _("The digits of the date of birth are no date."),
    "check_digit": _("The check digit does not fit; a digit may be mistyped."),
    "application": _("This is the number of an application, not of a licence."),
    "ml_on_domestic": _("ML is for imported food. What is made here has MD."),
    "not_ml": _("MD is for food made here. Imported food has ML."),
    "letters_missing": _("The letters before the digits are missing."),
    "imported": _("By its letters this number is of imported goods."),
    "fatwa_number": _("This is the number of the fatwa (ketetapan halal), not of the certificate."),
    "before_bpjph": _("This is a number of before 2019. The certificate of BPJPH begins with ID."),
    "month": _("The digits of the month are no month."),
    "future": _("By its own digits this number is of a day that has not come yet."),
    "lspro_missing": _("Write the certifier too, for example LSPr-010-IDN."),
    "old_form": _("This is an old form of the number. A P-IRT of today has 15 digits."),
    "expired": _("By its own digits this number has expired."),
    "year_too_far": _("A P-IRT is valid for five years; this one says more."),
}
"""What is wrong with a number, by the code of ``numbers.check_number``; of others the plain sentence is used."""

_FAULT: Words = {
    "name_missing": _("Write a name."),
    "region_unknown": _("Choose a regency or city from the list."),
    "nib_taken": _("Another shop here has this NIB. If it is yours, write to us."),
    "nib_verified": _("This NIB was verified, so only an official can change it."),
    "permit_kind_unknown": _("Choose a document from the list."),
    "product_not_yours": _("Choose one of your products."),
    "date_future": _("This day has not come yet."),
    "dates_turned": _("It can't end before it was issued."),
    "valid_to_differs": _("The year does not fit: the number itself says when it ends."),
    "permit_of_register": _("A register gave this permit. Ask its keeper to change it."),
    "origin_bad": _("Choose where it is made."),
    "unit_bad": _("Write how much one piece holds, above zero."),
    "hs_unknown": _("There is no HS code like this."),
    "listing_not_yours": _("This listing is not of your shop."),
    "listing_taken": _("Another of your products is sold by this listing."),
    "product_twice": _("You have a product of this name already."),
    "product_selected": _(
        "This was selected as it is, so it can't be changed. For other goods write a new product and apply with it."
    ),
    "too_many": _("At most 500 products."),
    "claim_needs_photo": _("Add a photograph of the NIB document."),
    "claim_taken": _("This producer has a shop already."),
    "claim_has_producer": _("Your shop is another producer already."),
}


STATE: Words = {
    "revoked": _("revoked"),
    "expired": _("expired"),
    "overdue": _("commitment overdue"),
    "not-yet": _("not valid yet"),
    "given": _("given, nobody has looked yet"),
    "committed": _("commitment open"),
    "again": _("to be looked up again"),
    "valid": _("valid"),
}
STATE_TONE = {"valid": "good", "given": "wait", "committed": "wait", "again": "wait", "not-yet": "wait"}
"""Of a permit's state, by ``permits.status_of``; what is not named is bad."""

NEXT: Words = {
    "get": _("Get it, then bring it here."),
    "name_product": _("Say for which product it is."),
    "apply_anew": _("It was taken back: apply for it anew."),
    "renew": _("Renew it."),
    "get_for_series": _("It covers one batch only; for the series it takes type 5."),
    "wait": _("It becomes valid later."),
    "fulfil_at_once": _("Fulfil the commitment at once: its time is over."),
    "fulfil": _("Fulfil the commitment: training, inspection, label."),
    "have_verified": _("Have it looked at: a verifier does that when you apply."),
}
"""What to do next, by the codes of ``permits.STEPS``."""


STAGE: Words = {
    "draft": _("being written"),
    "submitted": _("waits for a pendamping"),
    "verified": _("waits for the dinas"),
    "mending": _("sent back to be mended"),
    "validated": _("waits for curators"),
    "scoring": _("being scored"),
    "settling": _("being settled by a third curator"),
    "decided": _("decided"),
    "appealed": _("on appeal"),
    "rehearing": _("on appeal"),
    "closed": _("not selected"),
    "withdrawn": _("withdrawn"),
    "lapsed": _("lapsed"),
    "revoked": _("revoked"),
}
"""Where a product's last application stands, where no selection of it stands."""

DO_NEXT: Words = {
    "apply": _("Apply for selection"),
    "write": _("Go on writing"),
    "mend": _("See what to mend"),
    "read": _("Read the result"),
    "renew": _("Renew"),
    "again": _("Apply again"),
    "wait": _("See where it is"),
}

MISSING: Words = {
    "not_selected": _("It is not selected, or its selection is over."),
    "grade_too_low": _("Its grade is too low."),
    "too_few_bodies": _("You have been mentored by too few bodies: it takes two different ones."),
    "origin_not_domestic": _("It is not made in Indonesia."),
    "origin_not_shown": _("Where it is made was not shown."),
    "producer_closed": _("The business is closed."),
    "product_withdrawn": _("The product was withdrawn."),
    "permit_lapsed": _("A permit has lapsed: renew it and have it verified."),
}
"""What keeps a product from the first shelf, by the codes of ``standing.gate``."""

WHY_NOT: Words = {
    "no_listing": _("Choose the listing that sells it."),
    "to_be_looked_at": _("The one who selected it looks at your listing first."),
    "other_goods": _("The listing has changed since: the one who selected it looks at it again."),
}

PART: Words = {
    "selection": _("Selection"),
    "mentoring": _("Mentoring"),
    "on_time": _("Shipped on time"),
    "as_pictured": _("As pictured"),
    "claims": _("No claims lost"),
}

TIER: Words = {"new": _("new"), "known": _("known"), "trusted": _("trusted"), "proven": _("proven")}


def part_evidence(code: str, evidence: dict[str, str | int]) -> str:
    """What the points of a part come from, in a few words; "" for nothing yet."""
    if code == "selection" and "grade" in evidence:
        return _now("grade %(grade)s") % evidence
    if code == "mentoring" and "bodies" in evidence:
        return ngettext("%(bodies)d body", "%(bodies)d bodies", int(evidence["bodies"])) % evidence
    if "whole" in evidence:
        return _now("%(part)d of %(whole)d deals") % evidence
    return ""


def raise_in_words(code: str, to: str, points: int) -> str:
    """A step and the points it would add today."""
    about = {"to": to, "points": points}
    if code == "selection":
        return _now("A product selected with grade %(to)s: %(points)d points more.") % about
    if code == "mentoring":
        return _now("Mentored by %(to)s different bodies: %(points)d points more.") % about
    said = {
        "on_time": _now("%(to)s more deals shipped on time: %(points)d points more."),
        "as_pictured": _now("%(to)s more deals as pictured: %(points)d points more."),
        "claims": _now("%(to)s more deals without a lost claim: %(points)d points more."),
    }
    return said[code] % about


def certificate_state(is_revoked: bool, valid_to: date | None, today: date) -> str:
    """What a certificate is worth today, in a word or two."""
    if is_revoked:
        return _now("revoked")
    return _now("expired") if valid_to is not None and valid_to < today else _now("valid")


def fault(error: IkmError) -> str:
    """Why a form was refused, in the reader's language."""
    if error.code == "number_bad":
        return number_problem(str(error.about.get("problem", "")), str(error.about.get("right", "")))
    return str(_FAULT.get(error.code) or error.message)


def number_problem(code: str, right: str) -> str:
    """What is wrong with a number, and what would be right where that can be said in figures."""
    said = str(PROBLEM.get(code, _("This does not look like that number. Copy it from the document.")))
    return f"{said} {_now('Right would be: %s.') % right}" if right else said


def permit_name(kind: str) -> str:
    """A permit's kind in the reader's language."""
    found = PERMIT_KINDS.get(kind)
    if found is None:
        return kind
    return found.name_en if get_language() == "en" else found.name_id


def permit_choices() -> list[tuple[str, str]]:
    """Kinds of documents a producer can bring; numbers of persons are part of the profile."""
    return [
        (kind.code, permit_name(kind.code))
        for kind in PERMIT_KINDS.values()
        if not kind.is_identity and kind.code != "nib"
    ]
