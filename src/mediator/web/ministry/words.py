"""Words of the ministry's pages, and of purposes wherever they are told."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from babel.dates import format_date
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from mediator.ikm.errors import IkmError
from mediator.ikm.mentoring.indicators import Indicator
from mediator.ikm.producers.kbli import kbli_title
from mediator.web.producer import words as producer_words

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Words = dict[str, "_StrPromise"]

PURPOSE: Words = {
    "statistics": _("Statistics"),
    "guidance": _("Guidance"),
    "verification": _("Checking documents"),
    "selection": _("Selection (kurasi)"),
    "mentoring": _("Mentoring (pendampingan)"),
    "contact": _("Writing to producers"),
    "identity": _("Comparing identities"),
}

WHAT_FOR: Words = {
    "statistics": _("Counting who makes what and where."),
    "guidance": _("Knowing the businesses one is responsible for, to plan help."),
    "verification": _("Looking up permits and claims at the documents that were handed in."),
    "selection": _("Judging products that applied, and telling how it went."),
    "mentoring": _("Meeting those who take part in a programme."),
    "contact": _("Calling or writing for something else: fairs, offers, surveys."),
    "identity": _("Comparing NIK and NPWP with other registers."),
}

BASIS: Words = {
    "public task": _("a public task (article 20(2)e)"),
    "contract": _("what you applied for or joined (article 20(2)b)"),
    "consent": _("your yes, which you can take back (article 20(2)a)"),
}
"""Law 27/2022; the articles are from memory, unconfirmed."""

GROUP: Words = {
    "public": _("name, place and sector"),
    "business": _("NIB, workers, capital and sales"),
    "record": _("size, permits, grade, mentoring and standing"),
    "contact": _("owner, phone, e-mail and address"),
    "identity": _("NIK and NPWP"),
    "documents": _("photographs of documents"),
}

RELATION: Words = {
    "register": _("on our register"),
    "programme": _("in our programme"),
    "selecting": _("applied to our selection"),
    "region": _("in our region"),
}

ROLE: Words = {
    "official": _("an official"),
    "operator": _("an operator of Mediator"),
    "verifier": _("a verifier"),
    "validator": _("a validator"),
    "curator": _("a curator"),
    "mentor": _("a mentor"),
}

HOW: Words = {"page": _("looked at"), "export": _("taken out as a file"), "import": _("brought in")}

ACT: Words = {
    "verified": _("verified"),
    "fulfilled": _("commitment fulfilled"),
    "extended": _("commitment extended"),
    "revoked": _("revoked"),
    "restored": _("revocation taken back"),
}

VERIFIED_HOW: Words = {"register": _("in the issuer's register"), "document": _("at the document")}

SHOW: Words = {
    "producers": _("Producers"),
    "permits": _("With a permit that stands"),
    "selected": _("With a selected product"),
    "helped": _("Mentored to the end"),
    "shelf": _("Products on the first shelf"),
}

SCOPE: Words = {
    "region": _("Our region"),
    "register": _("Our register"),
    "programme": _("Our programmes"),
    "selecting": _("Our selection"),
}

STAGE: Words = {
    "submitted": _("sent, waits for a verifier"),
    "mending": _("being mended"),
    "verified": _("verified, waits for the dinas"),
    "validated": _("validated, waits for curators"),
    "scoring": _("being scored"),
    "settling": _("a third curator settles"),
    "decided": _("decided, appeal open"),
    "appealed": _("appealed"),
    "rehearing": _("appeal being settled"),
    "closed": _("finished"),
    "lapsed": _("lapsed"),
    "withdrawn": _("withdrawn"),
    "revoked": _("revoked"),
}

COLUMN: Words = {
    "name": _("Name"),
    "province": _("Province code"),
    "province_name": _("Province"),
    "regency": _("Regency code"),
    "regency_name": _("Regency or city"),
    "kbli": _("KBLI"),
    "kbli_version": _("KBLI version"),
    "nib": _("NIB"),
    "workers": _("Workers"),
    "capital_minor": _("Capital (Rp)"),
    "sales_minor": _("Sales a year (Rp)"),
    "figures_year": _("Year of the figures"),
    "started_on": _("Began on"),
    "closed_on": _("Closed on"),
    "permits": _("Permits"),
    "grade": _("Best grade"),
    "bodies": _("Mentored by"),
    "standing": _("Standing"),
    "owner_name": _("Owner"),
    "phone": _("Phone"),
    "email": _("E-mail"),
    "address": _("Address"),
    "district": _("District code"),
    "nik": _("NIK"),
    "npwp": _("NPWP"),
}

_FAULT: Words = {
    "nobody": _("There is no producer of whom you may take this out."),
    "too_many": _("An XLSX sheet can't hold so many rows. Take CSV."),
    "purpose_unknown": _("Choose what it is for."),
    "own_shop": _("You work for this shop, so somebody else must look at this."),
    "claim_taken": _("This producer has a shop already."),
    "claim_has_producer": _("This shop is another producer already."),
    "no_words": _("Say why, in up to 300 characters."),
    "how_unknown": _("Say where you looked."),
    "evidence_missing": _("Add what you saw: a photograph or a picture of the screen."),
    "check_past": _("The day to look again lies ahead."),
    "permit_revoked": _("It is revoked, so it can't be verified."),
    "permit_expired": _("It has expired, so it can't be verified."),
    "number_of_another": _("This number was verified as another producer's. One of the two is wrong."),
    "no_commitment": _("This permit was not issued on a condition."),
    "date_future": _("This day has not come yet."),
    "issued_missing": _("Its day of issue is missing, and the extension is counted from it."),
    "extended_already": _("It was extended once already; there is one extension."),
    "nothing_to_restore": _("There is no recorded revocation to take back."),
    "own_revocation": _("You recorded the revocation, so another official must take it back."),
}


def fault(error: IkmError) -> str:
    """Why a form was refused, in the reader's language."""
    return str(_FAULT.get(error.code) or error.message)


def size_key(key: str) -> str:
    """A size as figures count it: "bps/small"."""
    return str(producer_words.SIZE.get(key.partition("/")[2], key))


def regime(code: str) -> str:
    """By which rule a size is."""
    return str(producer_words.REGIME.get(code, code))


SECTOR: Words = {
    "10": _("food"),
    "11": _("drinks"),
    "12": _("tobacco"),
    "13": _("textiles"),
    "14": _("clothes"),
    "15": _("leather and footwear"),
    "16": _("wood, bamboo and rattan"),
    "17": _("paper"),
    "18": _("printing"),
    "19": _("coal and petroleum products"),
    "20": _("chemicals"),
    "21": _("pharmacy and herbal medicine"),
    "22": _("rubber and plastics"),
    "23": _("glass, ceramics and stone"),
    "24": _("basic metal"),
    "25": _("metal goods"),
    "26": _("computers and electronics"),
    "27": _("electrical equipment"),
    "28": _("machinery"),
    "29": _("motor vehicles"),
    "30": _("other vehicles"),
    "31": _("furniture"),
    "32": _("other manufacturing"),
    "33": _("repair and installation"),
}
"""What the divisions of manufacturing make, in a word or two of ours; the official titles have no licence."""


def sector(division: str) -> str:
    """A division of KBLI with what it makes, by its title where this installation has the titles."""
    if not division:
        return gettext("not said")
    title = kbli_title(division) or SECTOR.get(division, "")
    return f"{division} {title}" if title else f"KBLI {division}"


def say(what: str, code: str) -> str:
    """Words of an export (``exporting.Say``)."""
    if what == "column":
        if code.startswith("size:"):
            return gettext("Size by %s") % code.removeprefix("size:")
        return str(COLUMN.get(code, code))
    if what == "kind":
        return producer_words.permit_name(code)
    table = {"size": producer_words.SIZE, "state": producer_words.STATE}[what]
    return str(table.get(code, code))


def month(code: str) -> tuple[str, str]:
    """A month ("2026-03") written out, and as a mark below its column."""
    year, number = code.split("-")
    day, locale = date(int(year), int(number), 1), "en_GB" if get_language() == "en" else "id_ID"
    return str(format_date(day, "MMMM yyyy", locale=locale)), str(format_date(day, "MMM", locale=locale))


PERMITS: tuple[tuple[str, _StrPromise], ...] = (
    ("given", _("gave at least one")),
    ("verified", _("have one that was verified")),
    ("stands", _("have one that stands today")),
)

SIZES = ("micro", "small", "medium", "large")

MONTHLY: Words = {
    "new": _("New producers"),
    "chosen": _("Products selected"),
    "completed": _("Mentorings completed"),
}


def others(count: int) -> str:
    """All that are not shown one by one."""
    return gettext("%d others") % count


def indicator(found: Indicator) -> str:
    """An outcome's name."""
    return found.name(get_language() or "id")


DO: Words = {
    "verify": _("I looked it up"),
    "fulfil": _("The commitment is fulfilled"),
    "extend": _("Extend the commitment by three months"),
    "revoke": _("Its issuer took it back"),
    "restore": _("The revocation was a mistake"),
}

FINISH: Words = {
    "application_open": _("An application that people are at work on: take it back, or wait for its decision."),
    "enrolment_running": _("A mentoring that is running: leave it first."),
}
"""What comes before a producer's erasure."""
