"""Registers in words: kinds, fields, outcomes, and what is wrong with a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

KIND = {"producers": _("Producers"), "permits": _("Permits"), "participants": _("Participants of a programme")}
STATE = {
    "waiting": _("waits to be applied"), "applying": _("was cut off"), "looking": _("was cut off"),
    "done": _("applied"),
}  # fmt: skip
TONE = {"waiting": "wait", "applying": "bad", "looking": "bad", "done": "good"}
OUTCOME = {
    "new": _("New"), "changed": _("Changed"), "unchanged": _("Unchanged"), "refused": _("Left out"),
    "doubtful": _("Doubtful"),
}  # fmt: skip

_FIELD: dict[str, _StrPromise] = {
    "number": _("Register's own number"), "nib": _("NIB"), "name": _("Name of the business"), "owner": _("Owner"),
    "nik": _("NIK"), "npwp": _("NPWP"), "phone": _("Telephone"), "email": _("E-mail"), "address": _("Address"),
    "region_code": _("Code of the region"), "regency": _("Regency or city"), "province": _("Province"),
    "district_code": _("Code of the district"), "kbli": _("KBLI"), "workers": _("Workers"), "capital": _("Capital"),
    "sales": _("Yearly sales"), "figures_year": _("Year of the figures"), "started_on": _("Began on"),
    "closed_on": _("Closed on"), "organisation": _("Organisation"), "p-irt": _("P-IRT"), "bpom-md": _("BPOM MD"),
    "bpom-ml": _("BPOM ML"), "bpom-other": _("BPOM, other than food"), "halal": _("Halal certificate"),
    "sni": _("SNI number"), "sppt-sni": _("SPPT SNI"), "merek": _("Trade mark"), "tkdn": _("TKDN certificate"),
    "kind": _("Kind of permit"), "permit_number": _("Number of the permit"), "product": _("Product"),
    "issuer": _("Issued by"), "scope": _("What it covers"), "issued_on": _("Issued on"), "valid_to": _("Valid to"),
    "programme": _("Programme or round"), "enrolled_on": _("Enrolled on"), "place": _("Place"),
    "started": _("Began on"),
    "closed": _("Closed on"),
}  # fmt: skip
UNIT = {1: _("rupiah"), 1_000: _("thousands"), 1_000_000: _("millions (juta)"), 1_000_000_000: _("milyar")}
UNIT_OF = {"capital": _("Capital is in"), "sales": _("Yearly sales are in")}
SYSTEM = {"": _("as each row shows"), "kemendagri": _("of Kemendagri"), "bps": _("of BPS (2019)")}
DATES = {"dmy": _("day, month, year"), "mdy": _("month, day, year"), "ymd": _("year, month, day")}
WHY = {
    "nik": _("same NIK"), "npwp": _("same NPWP"), "name": _("nearly the same name"), "number": _("a register's number"),
}  # fmt: skip


def field(code: str) -> str:
    """A field's name; "halal:valid_to" is the end of one."""
    kind, _colon, part = code.partition(":")
    name = str(_FIELD.get(kind, kind))
    return f"{name}: {_FIELD['valid_to']}" if part else name


FAULT: dict[str, _StrPromise] = {
    "line_unreadable": _("The line can't be read as a row; look at its quotation marks."),
    "quote_open": _("A quotation mark opens here and swallows the lines after it; close it."),
    "missing": _("The cell is empty; a row can't do without it."),
    "row_twice": _("An earlier line says the same; only that one is taken. Line:"),
    "organisation_other": _("The row names another organisation than the register's."),
    "erased": _("This producer asked to be erased; the row is not taken in again."),
    "producer_unknown": _("No producer is known by it; import the producers first."),
    "programme_unknown": _("Your organisation holds no round of that programme; open one first."),
    "round_unclear": _("Several rounds of that programme are open; write the round's name, or the day."),
    "enrol_merged": _("The producer was found to be another's double; write the NIB of the other."),
    "enrol_erased": _("This producer asked to be erased."),
    "enrol_closed": _("The business was closed."),
    "enrol_running": _("Another round of the same programme has this producer now."),
    "enrol_no_place": _("The round has no place left."),
    "enrol_unknown": _("No such producer is known."),
    "kind_unknown": _("There is no such kind of permit here."),
    "nib_of_another": _("The register's number is known as one producer and the NIB as another; see the doubles."),
    "nib_other_name": _("The NIB is a producer's of another name at another place; see which is mistyped."),
    "region_form": _("It is not written as a code of a region is."),
    "region_unknown": _("There is no such region; write its code or its full name."),
    "region_ambiguous": _("It means several regions; write the code with its dot, or the full name."),
    "region_name_disagrees": _("Code and name are of different regions; put one of them right."),
    "region_split_since": _("That province of BPS was divided since; write the name of the new one."),
    "region_name_unknown": _("There is no region of that name; the code was taken."),
    "district_unknown": _("There is no such district in that regency; it was left out."),
    "district_unmapped": _("BPS numbers districts otherwise than Kemendagri; it was left out."),
    "form": _("It is not written as such a value is."),
    "length": _("It has another number of digits than it must."),
    "sheet_rounded": _("The spreadsheet has rounded the number; format the column as text, type it anew."),
    "placeholder": _("It is a filler, not a number anybody was given."),
    "too_long": _("The text is longer than may be kept; shorten it."),
    "check_digit": _("Its check digit does not fit; see whether a digit is mistyped."),
    "birth_date": _("The digits that say the day of birth are no day."),
    "serial": _("A running number in it is zero."),
    "province_unknown": _("The digits that say the province are none's."),
    "region_old": _("It names a region that was divided since; that is no fault of the number."),
    "number_region_unknown": _("The digits that say the regency are none's."),
    "packaging": _("The first digit is no packaging."),
    "food_type": _("The second and third digit are no kind of food."),
    "old_form": _("It is a number of the form before 2012, which has run out."),
    "year_too_far": _("It would end later than any number issued till now."),
    "expired": _("It has run out; it is kept as expired."),
    "application": _("ER is the number of an application, not of a licence."),
    "letters_missing": _("The letters before the digits are missing; they say what kind it is."),
    "ml_on_domestic": _("An ML number is for imported goods; it contradicts goods made here."),
    "not_ml": _("It is no ML number."),
    "imported": _("The letters say imported; that contradicts goods made here."),
    "fatwa_number": _("That is the number of the fatwa; the certificate has another."),
    "before_bpjph": _("That is a number of before BPJPH; write the certificate of today."),
    "month": _("The digits that seem to say the month are none."),
    "future": _("The digits that seem to say the month lie in the future."),
    "lspro_missing": _("The body that certified it is not named."),
    "permit_of_another": _("Another producer is known with the same number; see whose it is."),
    "verified_kept": _("Somebody verified it otherwise; what was verified stays."),
    "kbli_unknown": _("There is no such class of KBLI."),
    "kbli_not_listed": _("The class is not in the list of KBLI 2020; look whether it is an older one."),
    "amount_bad": _("It is no amount of rupiah."),
    "amount_large": _("No small or medium producer has as much; look at the unit of the column."),
    "count_bad": _("It is no whole number of people."),
    "year_bad": _("It is no year such a figure can be of."),
    "date_bad": _("It is no day of the calendar."),
    "date_future": _("The day has not come yet."),
    "valid_to_differs": _("By its number it ends in another year; the last day of that year was taken."),
    "ends_before_it_begins": _("It would end before it was issued."),
    "phone_bad": _("It is no telephone number that can exist in Indonesia."),
    "email_bad": _("It is no e-mail address."),
    "own_value_kept": _("The producer has said otherwise since; their own value stays."),
    "newer_register": _("A newer register says otherwise; its value stays."),
    "own_value_replaced": _("The producer had said otherwise; the register's newer value was taken."),
}

FILE: dict[str, _StrPromise] = {
    "too_large": _("The file is larger than %(about)s MB, here or unpacked; send it in parts."),
    "not_a_sheet": _("This is no table: send CSV (also packed by gzip) or XLSX."),
    "too_many_rows": _("The file has more than %(about)s rows; an administrator takes it in by command."),
    "too_many_columns": _("The file has more than %(about)s columns."),
    "no_header": _("The file has no line with the names of columns."),
    "nothing_in_it": _("The file has no rows under its header."),
}

_ERROR: dict[str, _StrPromise] = {
    "as_of_future": _("A register can't describe a day that has not come yet."),
    "mapping_field": _("There is no such field."),
    "mapping_column": _("The file has no such column."),
    "mapping_needs": _("Say which column this is; without it no row can be read."),
    "mapping_convention": _("Choose how amounts and days are written."),
    "upload_gone": _("The file is not kept any more; upload it again."),
    "import_began": _("This import has begun; upload the file again to read it otherwise."),
    "import_busy": _("The same file is being taken in already; wait until it is done."),
    "merge_self": _("A producer can't be merged with itself."),
    "merge_piece": _("There is no such piece."),
    "merge_gone": _("One of the two has been merged or erased since; look again."),
    "merge_two_shops": _("Both have a shop here; one of the shops must be closed first."),
    "undo_late": _("A merge can be undone for 30 days."),
    "undo_done": _("This was undone already."),
    "undo_nib": _("Its NIB belongs to another producer by now; put that right first."),
}


def fault(code: str) -> str:
    """What is wrong, by its code."""
    return str(FAULT.get(code, FAULT["form"]))


def file_fault(code: str, about: str) -> str:
    """Why a file is not read."""
    return str(FILE[code]) % {"about": about}


def error(code: str, otherwise: str) -> str:
    """A refusal in the reader's language."""
    return str(_ERROR.get(code, otherwise))
