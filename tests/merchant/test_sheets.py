"""Sheets of products: what people and spreadsheets really write, and what somebody sends to do harm."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable

import openpyxl
import pytest

from mediator.deals.ids import uuid7
from mediator.shop import imports
from mediator.shop.models import Listing
from mediator.shop.sheets import COLUMNS, Read, SheetRefused, csv_lines, guarded, read_sheet, write_xlsx

from .making import Desk

HEADER = "Kode Produk;Nama Produk;Harga (Rp);Berat (gram);Stok;Kategori;Deskripsi\n"


def csv_file(text: str, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO(text.encode(encoding))


def xlsx(rows: Iterable[Iterable[object]]) -> io.BytesIO:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


def read(file: io.BytesIO) -> list[Read]:
    return list(read_sheet(file))


def problems(text: str) -> list[tuple[int, str, str]]:
    rows = imports.parse(read(csv_file(HEADER + text)))
    return [(row.line, problem.column, problem.code) for row in rows for problem in row.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_of_any_excel_is_read(encoding: str, delimiter: str) -> None:
    text = (HEADER + "K-1;Kopi “Gayo” é;Rp 85.000;250;;food;\n").replace(";", delimiter)
    assert read(csv_file(text, encoding))[0].cells["title"] == "Kopi “Gayo” é"


def test_a_cell_over_several_lines_and_unknown_columns_do_no_harm() -> None:
    rows = read(csv_file('sku;Warna toko;nama;harga;deskripsi\nK;x;Kopi;1000;"satu\r\ndua"\n\n;;;;\n'))
    assert len(rows) == 1
    assert rows[0].cells == {"sku": "K", "title": "Kopi", "price": "1000", "text": "satu\ndua"}


def test_xlsx_is_read_with_its_numbers() -> None:
    rows = read(xlsx([["SKU", "Nama", "Harga", "Berat"], ["K-1", "Kopi", 85000, 250.0], [], [7, "Teh", "Rp 1.000", 5]]))
    assert [row.cells["price"] for row in rows] == ["85000", "Rp 1.000"]
    assert (rows[0].cells["weight_g"], rows[1].cells["sku"], rows[1].line) == ("250", "7", 4)


@pytest.mark.parametrize(
    ("cell", "rupiah"),
    [
        ("150000", 150_000), ("150.000", 150_000), ("Rp 150.000", 150_000), ("Rp150.000,00", 150_000),
        ("rp. 1.250.000,-", 1_250_000), ("150,000.00", 150_000), ("IDR 5000", 5_000), ("1500,00", 1_500),
    ],
)  # fmt: skip
def test_prices_as_people_write_them(cell: str, rupiah: int) -> None:
    assert imports.read_price(cell) == ("price_minor", rupiah * 100)


@pytest.mark.parametrize("cell", ["", "abc", "12.5", "1.50.000", "-5000", "0", "1e9", "５０００", "9" * 30, "Rp"])
def test_what_is_no_price_is_refused(cell: str) -> None:
    with pytest.raises(imports.Unfit):
        imports.read_price(cell)


@pytest.mark.parametrize(
    ("cell", "grams"), [("500", 500), ("500 g", 500), ("1,5 kg", 1500), ("1.250", 1250), ("2kg", 2000)]
)
def test_weights_as_people_write_them(cell: str, grams: int) -> None:
    assert imports.read_weight(cell) == ("weight_g", grams)


def test_every_fault_of_a_row_is_named_with_its_line_and_column() -> None:
    found = problems("K-1;Kopi;abc;0;-3;kopy;\n;Teh;1000;5;;;\nK-1;Lagi;1000;5;;makanan & minuman;\n")
    assert set(found) == {
        (2, "price", "price_bad"), (2, "weight_g", "weight_range"), (2, "stock", "stock_bad"),
        (2, "category", "category_unknown"), (3, "sku", "missing"), (4, "sku", "sku_twice"),
    }  # fmt: skip


def test_a_slip_in_a_category_gets_the_nearest_one() -> None:
    with pytest.raises(imports.Unfit) as refused:
        imports.read_category("Makanan & Minumn")
    assert refused.value.right == "Makanan & Minuman"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "no_header"), ("apa;ini\n1;2\n", "no_header"), ("sku;nama\n1;2\n", "column_missing"),
        ("sku;kode;nama;harga\n1;1;a;2\n", "column_twice"), (HEADER, "nothing_in_it"),
        ("\x00\x01\x02", "not_a_sheet"), ("sku;nama;harga" + ";x" * 60 + "\n1\n", "too_many_columns"),
    ],
)  # fmt: skip
def test_files_that_are_no_sheet_of_products_say_what_is_missing(text: str, code: str) -> None:
    with pytest.raises(SheetRefused) as refused:
        read(csv_file(text))
    assert refused.value.code == code


def test_too_many_rows_are_refused_and_not_cut_off() -> None:
    with pytest.raises(SheetRefused, match="too_many_rows"):
        read(csv_file("sku;nama;harga\n" + "k;n;1\n" * 20_001))


def packed(parts: dict[str, bytes]) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    out.seek(0)
    return out


@pytest.mark.parametrize(
    "parts",
    [
        {"word/document.xml": b"<a/>"},
        {"xl/workbook.xml": b"<a/>"},
        {"xl/workbook.xml": b"<a/>", "xl/worksheets/sheet1.xml": b"0" * 90_000_000},
        {"xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'},
        {"xl/workbook.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode("utf-16")},
        {f"xl/{number}": b"" for number in range(300)} | {"xl/workbook.xml": b"<a/>"},
    ],
    ids=["word", "empty", "bomb", "entity", "utf-16", "many"],
)
def test_a_zip_that_would_hurt_is_refused_before_it_is_unpacked(parts: dict[str, bytes]) -> None:
    with pytest.raises(SheetRefused):
        read(packed(parts))


def test_a_broken_zip_and_a_file_too_large_are_refused() -> None:
    for data in (b"PK\x03\x04" + b"x" * 100, b"PK\x03\x04" + b"\0" * 8_000_001, b"a" * 8_000_001):
        with pytest.raises(SheetRefused):
            read(io.BytesIO(data))


@pytest.mark.parametrize("text", ["=1+1", "+62811", "-5", "@SUM(A1)", "\t=1"])
def test_nothing_that_is_exported_runs_as_a_formula(text: str) -> None:
    assert guarded(text) == f"'{text}"
    line = list(csv_lines([[text, 5]]))[1]
    assert next(csv.reader([line], delimiter=";"))[0].startswith("'")
    out = io.BytesIO()
    write_xlsx([["x"], [text]], "produk", out, [10])
    cell = openpyxl.load_workbook(out).active["A2"]
    assert cell.data_type == "s"


def plan(desk: Desk, text: str) -> list[tuple[str, tuple[str, ...]]]:
    rows = list(imports.parse(read(csv_file(HEADER + text))))
    return [(planned.outcome, planned.changed) for planned in imports.plan(desk.merchant, rows)]


def load(desk: Desk, text: str) -> dict[str, int]:
    key = uuid7()
    rows = list(imports.parse(read(csv_file(HEADER + text))))
    imports.keep(desk.merchant, desk.owner, key, "produk.csv", rows, desk.now)
    counts = imports.apply(desk.merchant, key, desk.now)
    assert imports.apply(desk.merchant, key, desk.now)["new"] == 0
    return counts


def test_an_import_goes_in_once_and_the_same_file_again_changes_nothing(desk: Desk) -> None:
    text = "K-1;Kopi;85.000;250;12;food;Enak\nK-2;;1000;5;;;\n"
    assert plan(desk, text) == [("new", ()), ("refused", ())]
    assert load(desk, text) == {"new": 1, "changed": 0, "unchanged": 0, "refused": 1}
    kept = Listing.objects.get(merchant=desk.merchant)
    assert (kept.price_minor, kept.stock, kept.status, kept.province) == (85_000_00, 12, "draft", "33")
    assert plan(desk, text)[0] == ("unchanged", ())
    assert plan(desk, "K-1;Kopi;90.000;250;;food;Enak\n") == [("changed", ("price_minor", "stock"))]
    assert load(desk, "K-1;Kopi;90.000;250;;food;Enak\n")["changed"] == 1
    kept.refresh_from_db()
    assert (kept.price_minor, kept.stock) == (90_000_00, None)


def test_another_shops_product_of_the_same_sku_is_left_alone(desk: Desk) -> None:
    load(desk, "K-1;Kopi;85.000;250;12;food;Enak\n")
    other = desk.other()
    key = uuid7()
    rows = list(imports.parse(read(csv_file(HEADER + "K-1;Lain;1000;5;;;\n"))))
    imports.keep(other, desk.owner, key, "x", rows, desk.now)
    assert imports.waiting(desk.merchant, key) is None
    assert imports.apply(other, key, desk.now)["new"] == 1
    assert Listing.objects.get(merchant=desk.merchant).title == "Kopi"


def test_what_is_exported_comes_back_unchanged(desk: Desk) -> None:
    load(desk, 'K-1;=HYPERLINK("x");85.000;250;12;food;"-diskon\nbaris dua"\nK-2;Teh;5.000;5;;;\n')
    Listing.objects.filter(sku="K-1").update(attributes=[["Bahan", "katun"], ["Ukuran", "L"]])
    lines = [tuple(COLUMNS), *imports.exported(desk.merchant)]
    rows = read(csv_file("".join(csv_lines(lines))))
    outcomes = [planned.outcome for planned in imports.plan(desk.merchant, imports.parse(rows))]
    assert outcomes == ["unchanged", "unchanged"]
    out = io.BytesIO()
    write_xlsx(lines, "produk", out, [10] * 9)
    outcomes = [planned.outcome for planned in imports.plan(desk.merchant, imports.parse(read(out)))]
    assert outcomes == ["unchanged", "unchanged"]
