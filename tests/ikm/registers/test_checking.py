"""Bad rows, each with its line, field, value, reason and what would be right; and what is taken all the same."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediator.ikm.registers.check import Setting
from mediator.ikm.registers.check_others import checker
from mediator.ikm.registers.fields import FIELDS
from mediator.ikm.registers.mapping import Reading
from mediator.ikm.registers.reading import Line
from tests.ikm.registers.making import NIK

TODAY = date(2026, 11, 25)
FIELDS_OF_ROW = [field.code for field in FIELDS["producers"]]
READING = Reading({field: place for place, field in enumerate(FIELDS_OF_ROW)})
GOOD = {"name": "Keripik Sari Rasa", "nib": "9120001234567", "region_code": "32.73"}


def look(kind: str = "producers", reading: Reading = READING, **cells: str):
    fields = [field.code for field in FIELDS[kind]]
    line = Line(7, [cells.get(field.replace("-", "_").replace(":", "__"), "") for field in fields])
    return checker(Setting(kind, "dinas-uji", reading, TODAY))(line)


BAD = [
    ({"name": ""}, "name", "", "missing", "", True),
    ({"name": "x" * 151}, "name", "x" * 60, "too_long", "≤ 150", True),
    ({"nib": "912000123456"}, "nib", "912000123456", "length", "13", True),
    ({"nib": "9,12E+12"}, "nib", "9,12E+12", "sheet_rounded", "", True),
    ({"nib": "0000000000000"}, "nib", "0000000000000", "placeholder", "", True),
    ({"nib": NIK}, "nib", "************0003", "length", "13", True),
    ({"region_code": "99.99"}, "region_code", "99.99", "region_unknown", "", True),
    ({"region_code": "Bandung"}, "region_code", "Bandung", "region_form", "99.99", True),
    ({"region_code": "32.73", "regency": "Kota Surabaya"}, "region_code", "32.73", "region_name_disagrees", "35.78",
     True),
    ({"region_code": "", "regency": "Bandung"}, "regency", "Bandung", "region_ambiguous", "32.04 | 32.73", True),
    ({"region_code": ""}, "regency", "", "missing", "", True),
    ({"organisation": "dinas-lain"}, "organisation", "dinas-lain", "organisation_other", "dinas-uji", True),
    ({"nik": "3273"}, "nik", "****", "length", "16", False),
    ({"nik": "3273016713900003"}, "nik", "************0003", "birth_date", "DDMMYY, DD+40", False),
    ({"kbli": "0000"}, "kbli", "0000", "kbli_unknown", "5", False),
    ({"workers": "banyak"}, "workers", "banyak", "count_bad", "12", False),
    ({"workers": "-3"}, "workers", "-3", "count_bad", "12", False),
    ({"sales": "dua juta"}, "sales", "dua juta", "amount_bad", "1.500.000", False),
    ({"capital": "9" * 18}, "capital", "************9999", "amount_large", "", False),
    ({"figures_year": "2031"}, "figures_year", "2031", "year_bad", "2025", False),
    ({"started_on": "31/02/2020"}, "started_on", "31/02/2020", "date_bad", "2020-12-31", False),
    ({"started_on": "2031-01-01"}, "started_on", "2031-01-01", "date_future", "≤ 2026-11-25", False),
    ({"phone": "0812"}, "phone", "0812", "phone_bad", "+628123456789", False),
    ({"email": "bukan"}, "email", "bukan", "email_bad", "nama@contoh.id", False),
    ({"p_irt": "9063306010072-29"}, "p-irt", "9063306010072-29", "packaging", "1–8", False),
    ({"p_irt": "306330601007"}, "p-irt", "306330601007", "old_form", "15", False),
    ({"p_irt": "3063306010072-19"}, "p-irt", "3063306010072-19", "expired", "2026", False),
    ({"bpom_md": "ML 271111000300341"}, "bpom-md", "ML 271111000300341", "ml_on_domestic", "MD", False),
    ({"halal": "ID35110000145391021", "halal__valid_to": "2025-11-19"}, "halal", "ID35110000145391021", "expired",
     "≥ 2026-11-25", False),
    ({"halal": "KH 123"}, "halal", "KH 123", "fatwa_number", "ID + 17", False),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "field", "value", "code", "right", "is_lost"), BAD, ids=lambda v: str(v)[:30])
def test_a_bad_cell_gets_its_field_value_reason_and_what_would_be_right(cells, field, value, code, right, is_lost):
    found = look(**(GOOD | cells))
    assert found.line == 7
    fault = next(each for each in found.faults if each.code == code)
    assert (fault.field, fault.value) == (field, value)
    assert fault.right.startswith(right)
    assert (found.values is None) == is_lost


GOOD_CELLS = [
    ({"nib": "NIB: 9120 0012 34567"}, "nib", "9120001234567"),
    ({"region_code": "3273"}, "regency", "32.73"),
    ({"region_code": "", "regency": "Kota Bandung"}, "regency", "32.73"),
    ({"region_code": "", "regency": "Bandung", "province": "Jawa Barat"}, "regency", None),
    ({"region_code": "32.73.01"}, "district", "32.73.01"),
    ({"sales": "Rp 1.500.000,00"}, "sales_minor", 150_000_000),
    ({"sales": "1,5 milyar"}, "sales_minor", 150_000_000_000),
    ({"workers": "12 orang"}, "workers", 12),
    ({"workers": "0"}, "workers", 0),
    ({"started_on": "17 Agustus 2015"}, "started_on", date(2015, 8, 17)),
    ({"started_on": "2015"}, "started_on", date(2015, 1, 1)),
    ({"phone": "0812-3456-7890 / 0813"}, "phone", "+6281234567890"),
    ({"email": "Nama@Contoh.ID"}, "email", "nama@contoh.id"),
    ({"address": "-"}, "address", None),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "column", "value"), GOOD_CELLS, ids=lambda v: str(v)[:30])
def test_values_are_understood_as_offices_write_them(cells, column, value):
    found = look(**(GOOD | cells))
    if found.values is None:
        assert value is None
    else:
        assert found.values[column] == value


def test_a_lifelong_certificate_has_no_end_and_a_p_irt_ends_with_the_year_in_its_number():
    found = look(**GOOD, halal="ID35110000145391021", halal__valid_to="Seumur hidup", p_irt="3063306010072-29")
    assert [(p.kind, p.valid_to) for p in found.permits] == [("p-irt", date(2029, 12, 31)), ("halal", None)]


def test_units_of_a_column_count_plain_numbers_and_never_words():
    reading = Reading(READING.columns, {"sales": 1_000_000})
    assert look(reading=reading, **GOOD, sales="150").values["sales_minor"] == 15_000_000_000
    assert look(reading=reading, **GOOD, sales="2 milyar").values["sales_minor"] == 200_000_000_000


def test_the_same_row_has_the_same_digest_and_another_value_another():
    first, again, other = look(**GOOD), look(**GOOD), look(**GOOD, workers="5")
    assert first.digest == again.digest != other.digest
    assert first.key == other.key


@given(st.dictionaries(st.sampled_from(FIELDS_OF_ROW), st.text(max_size=30), max_size=6))
def test_no_cells_make_a_check_fail(cells):
    for kind in FIELDS:
        fields = [field.code for field in FIELDS[kind]]
        reading = Reading({field: place for place, field in enumerate(fields)})
        line = Line(1, [cells.get(field, "") for field in fields])
        found = checker(Setting(kind, "dinas-uji", reading, TODAY))(line)
        assert (found.values is None) == any(each.cost == "row" for each in found.faults)


@given(st.integers(10**15, 10**16 - 1), st.sampled_from(FIELDS_OF_ROW), st.sampled_from(["{}", "NIK {}", "{}x", "'{}"]))
def test_no_fault_says_a_whole_nik_whatever_column_it_was_typed_into(number, field, form):
    text = form.format(number)
    found = look(**{field.replace("-", "_").replace(":", "__"): text})
    assert all(str(number) not in f"{each.value}{each.right}" for each in found.faults)
