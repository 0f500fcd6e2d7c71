"""Files as offices make them: any bytes are read or refused, and never more is held than a line."""

from __future__ import annotations

import gzip
import io
import zipfile
from contextlib import suppress

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediator.ikm.registers.mapping import guess, open_table
from mediator.ikm.registers.reading import FOR_COMMANDS, FOR_PAGES, Limits, read_lines
from mediator.shop.sheets import SheetRefused

TABLE = "Nama Usaha;NIB;Kab/Kota\nKeripik;9120001234567;Kota Bandung\n"


def lines(data: bytes, limits: Limits = FOR_PAGES) -> list[list[str] | None]:
    return [line.cells for line in read_lines(io.BytesIO(data), limits)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_csv_is_read_in_any_encoding_and_with_any_delimiter(encoding, delimiter):
    data = TABLE.replace(";", delimiter).replace("Keripik", "Kérîpik").encode(encoding)
    assert lines(data)[1] == ["Kérîpik", "9120001234567", "Kota Bandung"]


def test_a_file_in_two_encodings_loses_no_letter():
    assert lines("nama;kota\nKafé;a\n".encode() + "Kafé;b\n".encode("cp1252")) == [
        ["nama", "kota"], ["Kafé", "a"], ["Kafé", "b"],
    ]  # fmt: skip


def test_gzip_is_unpacked_as_it_is_read():
    assert lines(gzip.compress(TABLE.encode())) == lines(TABLE.encode())


def test_the_number_of_a_line_is_that_of_the_file():
    data = b'sep=;\nnama;kota\n"dua\nbaris";a\n\nlain;b\n'
    assert [line.number for line in read_lines(io.BytesIO(data), FOR_PAGES)] == [2, 3, 6]


def test_titles_above_the_header_and_a_line_that_numbers_the_columns_are_left_out():
    data = (
        b"DATA IKM KOTA BANDUNG;;\nTahun 2025;;\n\n" + TABLE.splitlines()[0].encode() + b"\n(1);(2);(3)\nKeripik;1;x\n"
    )
    table = open_table(read_lines(io.BytesIO(data), FOR_PAGES), "producers")
    assert table.header_line == 4
    assert [line.cells for line in table.body] == [["Keripik", "1", "x"]]


def xlsx(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    for cells in rows:
        book.active.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_xlsx_gives_whole_numbers_without_a_fraction():
    assert lines(xlsx([["Nama Usaha", "NIB"], ["Keripik", 9120001234567]])) == [
        ["Nama Usaha", "NIB", *[""] * (len(lines(xlsx([["a", "b"]]))[0]) - 2)],
        ["Keripik", "9120001234567", *[""] * (len(lines(xlsx([["a", "b"]]))[0]) - 2)],
    ]  # fmt: skip


def test_an_xlsx_that_would_burst_is_refused_before_it_is_unpacked():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 90_000_000)
    for limits in (FOR_PAGES, FOR_COMMANDS):
        with pytest.raises(SheetRefused) as refused:
            lines(out.getvalue(), limits)
        assert refused.value.code == "too_large"


def test_a_gzip_that_would_burst_is_refused_as_it_grows():
    with pytest.raises(SheetRefused) as refused:
        lines(gzip.compress(b"a;b\n" * 100_000), Limits(10_000_000, 100_000, None))
    assert refused.value.code == "too_large"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"x" * 500_000, "not_a_sheet"),
        (b"a;b\n\x00;c\n", "not_a_sheet"),
        (b"PK\x03\x04 no zip", "not_a_sheet"),
        (b"\x1f\x8b no gzip", "not_a_sheet"),
        (b"a;b\n" * 30_000, "too_many_rows"),
        (b";".join([b"x"] * 200), "too_many_columns"),
    ],
)
def test_what_is_no_table_is_refused_by_name(data, code):
    with pytest.raises(SheetRefused) as refused:
        lines(data)
    assert refused.value.code == code


@given(st.binary(max_size=400) | st.text(alphabet='ab;,\t"\n\r0\x00', max_size=200).map(str.encode))
@settings(max_examples=150)
def test_any_bytes_are_read_or_refused(data):
    with suppress(SheetRefused):
        table = open_table(read_lines(io.BytesIO(data), FOR_PAGES), "producers")
        assert all(line.number > table.header_line for line in table.body)


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("No. NIB", "nib"), ("NAMA USAHA", "name"), ("Kab./Kota", "regency"), ("Kode Wilayah", "region_code"),
        ("Jml. Tenaga Kerja", "workers"), ("Omzet (juta Rp)", "sales"), ("Omset per Tahun", "sales"),
        ("Nomor Telepon", "phone"), ("Business Name", "name"), ("Nama Usahaa", "name"), ("Turnover", "sales"),
        ("No. P-IRT", "p-irt"), ("Berlaku Sampai", None),
    ],
)  # fmt: skip
def test_headers_are_guessed_in_both_languages(header, field):
    assert next(iter(guess([header], "producers").columns), None) == field


def test_the_header_says_what_an_amount_counts():
    assert guess(["Omzet (juta Rp)", "Modal (Rp)"], "producers").units == {"sales": 1_000_000, "capital": 1}
