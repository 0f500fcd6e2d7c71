"""What can be wrong with a row of a register: a stable code each, how much of the row it costs, and a sentence.

Pages say the same in the reader's language (``web/registers/words.py``). No fault ever carries a whole NIK.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple


class Cost(StrEnum):
    """What a fault costs: the whole row, the one value, or nothing (it is only said)."""

    ROW = "row"
    VALUE = "value"
    NOTHING = "nothing"


class Fault(NamedTuple):
    """One thing wrong in one row: which field, its value (masked), why, and what would be right (without words)."""

    field: str
    value: str
    code: str
    right: str = ""
    cost: Cost = Cost.VALUE


class Kind(NamedTuple):
    """A kind of fault and its sentence."""

    cost: Cost
    sentence: str


FAULTS: dict[str, Kind] = {
    # the row
    "line_unreadable": Kind(Cost.ROW, "The line can't be read as a row of the table; look at its quotation marks."),
    "quote_open": Kind(Cost.ROW, "A quotation mark opens here and swallows the lines after it; close it."),
    "missing": Kind(Cost.ROW, "The cell is empty; a row can't do without it."),
    "row_twice": Kind(Cost.ROW, "An earlier line says the same producer or permit; only that one is taken."),
    "organisation_other": Kind(Cost.ROW, "The row names another organisation than the one whose register this is."),
    "erased": Kind(Cost.ROW, "This producer asked to be erased; the row is not taken in again."),
    "producer_unknown": Kind(Cost.ROW, "No producer is known by it; import the producers first."),
    "programme_unknown": Kind(Cost.ROW, "Your organisation holds no round of that programme; open one first."),
    "round_unclear": Kind(Cost.ROW, "Several rounds of that programme are open; write the round's name, or the day."),
    "enrol_merged": Kind(Cost.ROW, "The producer was found to be another's double; write the NIB of the other."),
    "enrol_erased": Kind(Cost.ROW, "This producer asked to be erased."),
    "enrol_closed": Kind(Cost.ROW, "The business was closed."),
    "enrol_running": Kind(Cost.ROW, "Another round of the same programme has this producer now."),
    "enrol_no_place": Kind(Cost.ROW, "The round has no place left."),
    "enrol_unknown": Kind(Cost.ROW, "No such producer is known."),
    "kind_unknown": Kind(Cost.ROW, "There is no such kind of permit here."),
    "nib_of_another": Kind(
        Cost.ROW, "The register's number is known as one producer and the NIB as another; both are offered for merging."
    ),
    "nib_other_name": Kind(
        Cost.ROW, "The NIB is a producer's of another name at another place; see which of them is mistyped."
    ),
    # places
    "region_form": Kind(Cost.ROW, "It is not written as a code of a region is."),
    "region_unknown": Kind(Cost.ROW, "There is no such region; write its code or its full name."),
    "region_ambiguous": Kind(
        Cost.ROW, "The code means one region to Kemendagri and another to BPS; name the system or write the region."
    ),
    "region_name_disagrees": Kind(Cost.ROW, "Code and name are of different regions; put one of them right."),
    "region_split_since": Kind(Cost.ROW, "That province of BPS was divided since; write the name of the new one."),
    "region_name_unknown": Kind(Cost.NOTHING, "There is no region of that name; the code was taken."),
    "district_unknown": Kind(Cost.NOTHING, "There is no such district in that regency; it was left out."),
    "district_unmapped": Kind(Cost.NOTHING, "BPS numbers districts otherwise than Kemendagri; it was left out."),
    # numbers of any kind
    "form": Kind(Cost.VALUE, "It is not written as such a value is."),
    "length": Kind(Cost.VALUE, "It has another number of digits than it must."),
    "sheet_rounded": Kind(
        Cost.VALUE, "The spreadsheet has rounded the number; format the column as text, type it anew."
    ),
    "placeholder": Kind(Cost.VALUE, "It is a filler, not a number anybody was given."),
    "too_long": Kind(Cost.VALUE, "The text is longer than may be kept; shorten it."),
    "check_digit": Kind(Cost.NOTHING, "Its check digit does not fit; see whether a digit is mistyped."),
    "birth_date": Kind(Cost.VALUE, "The digits that say the day of birth are no day."),
    "serial": Kind(Cost.VALUE, "A running number in it is zero."),
    "province_unknown": Kind(Cost.VALUE, "The digits that say the province are none's."),
    "region_old": Kind(Cost.NOTHING, "It names a region that was divided since; that is no fault of the number."),
    # permits
    "number_region_unknown": Kind(Cost.VALUE, "The digits that say the regency are none's."),
    "packaging": Kind(Cost.VALUE, "The first digit is no packaging."),
    "food_type": Kind(Cost.VALUE, "The second and third digit are no kind of food."),
    "old_form": Kind(Cost.VALUE, "It is a number of the form before 2012, which has run out."),
    "year_too_far": Kind(Cost.VALUE, "It would end later than any number issued till now."),
    "expired": Kind(Cost.NOTHING, "It has run out; it is kept as expired."),
    "application": Kind(Cost.VALUE, "ER is the number of an application, not of a licence."),
    "letters_missing": Kind(Cost.VALUE, "The letters before the digits are missing; they say what kind it is."),
    "ml_on_domestic": Kind(Cost.VALUE, "An ML number is for imported goods; it contradicts goods made here."),
    "not_ml": Kind(Cost.VALUE, "It is no ML number."),
    "imported": Kind(Cost.NOTHING, "The letters say imported; that contradicts goods made here."),
    "fatwa_number": Kind(Cost.VALUE, "That is the number of the fatwa; the certificate has another."),
    "before_bpjph": Kind(Cost.VALUE, "That is a number of before BPJPH; write the certificate of today."),
    "month": Kind(Cost.NOTHING, "The digits that seem to say the month are none."),
    "future": Kind(Cost.NOTHING, "The digits that seem to say the month lie in the future."),
    "lspro_missing": Kind(Cost.NOTHING, "The body that certified it is not named."),
    "permit_of_another": Kind(Cost.NOTHING, "Another producer is known with the same number; see whose it is."),
    "verified_kept": Kind(Cost.NOTHING, "Somebody verified it otherwise; what was verified stays."),
    # figures, days, how to reach them
    "kbli_unknown": Kind(Cost.VALUE, "There is no such class of KBLI."),
    "kbli_not_listed": Kind(
        Cost.NOTHING, "The class is not in the list of KBLI 2020; look whether it is an older one."
    ),
    "amount_bad": Kind(Cost.VALUE, "It is no amount of rupiah."),
    "amount_large": Kind(Cost.VALUE, "No small or medium producer has as much; look at the unit of the column."),
    "count_bad": Kind(Cost.VALUE, "It is no whole number of people."),
    "year_bad": Kind(Cost.VALUE, "It is no year such a figure can be of."),
    "date_bad": Kind(Cost.VALUE, "It is no day of the calendar."),
    "date_future": Kind(Cost.VALUE, "The day has not come yet."),
    "valid_to_differs": Kind(Cost.VALUE, "By its number it ends in another year; the last day of that year was taken."),
    "ends_before_it_begins": Kind(Cost.VALUE, "It would end before it was issued."),
    "phone_bad": Kind(Cost.VALUE, "It is no telephone number that can exist in Indonesia."),
    "email_bad": Kind(Cost.VALUE, "It is no e-mail address."),
    # who said otherwise
    "own_value_kept": Kind(Cost.NOTHING, "The producer has said otherwise since; their own value stays."),
    "newer_register": Kind(Cost.NOTHING, "A newer register says otherwise; its value stays."),
    "own_value_replaced": Kind(Cost.NOTHING, "The producer had said otherwise; the register's newer value was taken."),
}
"""By code, which is stable. Those of ``producers.numbers`` are among them; one that is not here is said as ``form``."""

_LONG_RUN = re.compile(r"(?<!\d)\d(?:[ .\-/]?\d){15,}(?!\d)")
_SECRET = frozenset(("nik", "npwp"))
MOST_SHOWN = 60


def masked(field: str, value: str) -> str:
    """A value as a report may say it: never a whole NIK, in whatever column it was typed.

    Of NIK and NPWP the last four digits stay; so of any run of 16 and more digits, but for the 17 behind a halal
    certificate's ID.
    """
    value = value[: MOST_SHOWN * 4]
    if field in _SECRET:
        return _hidden(value)
    return _LONG_RUN.sub(_hidden_run, value)[:MOST_SHOWN]


def _hidden_run(found: re.Match[str]) -> str:
    run = found[0]
    is_halal = found.string[: found.start()].rstrip(" .-").upper().endswith("ID") and sum(map(str.isdigit, run)) == 17
    return run if is_halal else _hidden(run)


def _hidden(value: str) -> str:
    """All but the last four signs as stars; of what is as short as that, nothing."""
    bare = "".join(sign for sign in value if sign.isalnum())
    return "*" * min(12, len(bare)) if len(bare) <= 8 else "*" * min(12, len(bare) - 4) + bare[-4:]


def fault(field: str, value: str, code: str, right: str = "", cost: Cost | None = None) -> Fault:
    """A fault with its value masked; its cost is its kind's unless the caller knows better."""
    return Fault(field, masked(field, value), code, right, cost or FAULTS.get(code, FAULTS["form"]).cost)


def sentence(code: str) -> str:
    """The English sentence of a code."""
    return FAULTS.get(code, FAULTS["form"]).sentence


FILES: dict[str, str] = {
    "too_large": "The file is larger than {about} MB, here or unpacked; send it in parts.",
    "not_a_sheet": "This is no table: send CSV (also packed by gzip) or XLSX.",
    "too_many_rows": "The file has more than {about} rows; an administrator takes it in by command.",
    "too_many_columns": "The file has more than {about} columns.",
    "no_header": "The file has no line with the names of columns.",
    "nothing_in_it": "The file has no rows under its header.",
}
"""Why a file is not read at all (``SheetRefused``)."""
