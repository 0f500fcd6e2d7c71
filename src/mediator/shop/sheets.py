"""Products as a sheet: CSV (as Excel writes it in Indonesia, too) and XLSX, read with care and written safely.

Reading refuses what could hurt before anything is parsed: a file too large, a zip that unpacks to too much, XML with a
document type. It goes row by row. Writing marks what a spreadsheet would run as a formula as text.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import IO, Any, NamedTuple

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

MOST_ROWS = 20_000
MOST_COLUMNS = 60
MOST_BYTES = 8_000_000
MOST_UNPACKED = 80_000_000
MOST_PARTS = 200
MOST_CELL = 6_000

COLUMNS = ("sku", "title", "text", "category", "price", "weight_g", "stock", "status", "attributes")
"""The columns of the template, in order."""

HEADERS: dict[str, tuple[str, ...]] = {
    "sku": ("sku", "kode", "kodeproduk", "kodebarang", "code", "productcode"),
    "title": ("title", "name", "nama", "namaproduk", "namabarang", "judul", "productname", "produk", "barang"),
    "text": ("text", "description", "deskripsi", "deskripsiproduk", "keterangan", "uraian"),
    "category": ("category", "kategori", "kategoriproduk"),
    "price": ("price", "harga", "hargajual", "hargarp", "harga(rp)", "pricerp", "hargasatuan"),
    "weight_g": ("weight", "weightg", "weightgram", "berat", "beratg", "beratgram", "berat(g)", "berat(gram)", "gram"),
    "stock": ("stock", "stok", "jumlah", "jumlahstok", "qty", "quantity", "persediaan"),
    "status": ("status", "shown", "tayang", "dijual", "aktif"),
    "attributes": ("attributes", "atribut", "spesifikasi", "rincian", "specification", "specifications"),
}
"""Names of columns as people write them, without spaces, dots, hyphens and underscores."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class SheetRefused(Exception):
    """A file that is not read. ``code``: ``too_large``, ``not_a_sheet``, ``too_many_rows``, ``too_many_columns``,
    ``no_header``, ``column_missing`` (``about`` says which), ``column_twice``, ``nothing_in_it``."""

    def __init__(self, code: str, about: str = "") -> None:
        super().__init__(f"{code} {about}".strip())
        self.code = code
        self.about = about


class Read(NamedTuple):
    """A row as it was read: its line in the file, from 1 with the header, and its cells by our column names."""

    line: int
    cells: dict[str, str]


def read_sheet(file: IO[bytes]) -> Iterator[Read]:
    """The rows of an uploaded sheet that have anything in them. SheetRefused."""
    return _by_column(read_table(file))


def read_table(file: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    """The lines of any uploaded table, with their numbers: what a file is, its first bytes say. SheetRefused."""
    file.seek(0)
    start = file.read(4)
    file.seek(0)
    return _xlsx_rows(file) if start == b"PK\x03\x04" else _csv_rows(file)


def _by_column(rows: Iterable[tuple[int, list[str]]]) -> Iterator[Read]:
    columns: list[str] | None = None
    count = 0
    for line, cells in rows:
        if len(cells) > MOST_COLUMNS:
            raise SheetRefused("too_many_columns", str(MOST_COLUMNS))
        if not any(cells):
            continue
        if columns is None:
            columns = _columns(cells)
            continue
        count += 1
        if count > MOST_ROWS:
            raise SheetRefused("too_many_rows", f"{MOST_ROWS}")
        yield Read(line, {column: cell for column, cell in zip(columns, cells, strict=False) if column})
    if columns is None:
        raise SheetRefused("no_header")
    if not count:
        raise SheetRefused("nothing_in_it")


def _columns(header: list[str]) -> list[str]:
    """Our names of the columns; "" for one that is not ours."""
    known = {spelling: name for name, spellings in HEADERS.items() for spelling in spellings}
    columns = [known.get("".join(c for c in cell.casefold() if c not in " ._-*\u00a0"), "") for cell in header]
    if not any(columns):
        raise SheetRefused("no_header")
    for name in COLUMNS:
        if columns.count(name) > 1:
            raise SheetRefused("column_twice", name)
    for name in ("sku", "title", "price"):
        if name not in columns:
            raise SheetRefused("column_missing", name)
    return columns


# CSV


def _csv_rows(file: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise SheetRefused("too_large", f"{MOST_BYTES // 1_000_000}")
    text = _decoded(data)
    if "\x00" in text:
        raise SheetRefused("not_a_sheet")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=False)
    try:
        for cells in reader:
            yield reader.line_num, [_tidy(cell) for cell in cells]
    except csv.Error as error:
        raise SheetRefused("not_a_sheet") from error


def _decoded(data: bytes) -> str:
    """UTF-8 with or without a mark, UTF-16 with one, else as Windows in the West writes (Excel's plain CSV)."""
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        if encoding == "utf-16":
            raise SheetRefused("not_a_sheet") from None
        return data.decode("cp1252", errors="replace")


def _delimiter(text: str) -> str:
    """What stands between the cells: Excel in Indonesia writes semicolons, others commas or tabs."""
    first = text.lstrip().split("\n", 1)[0]
    if first.lower().startswith("sep=") and len(first) > 4:
        return first[4]
    return max(";\t,", key=first.count)


# XLSX


def _xlsx_rows(file: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    _check_zip(file)
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False, keep_vba=False)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError, SyntaxError) as error:
        raise SheetRefused("not_a_sheet") from error
    try:
        if not book.worksheets:
            raise SheetRefused("not_a_sheet")
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its own size is not believed
        for line, values in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True), 1):
            if line > MOST_ROWS * 4:  # a cell far below makes a reader give out all the empty rows above it
                raise SheetRefused("too_many_rows", f"{MOST_ROWS}")
            cells = [_tidy(_text(value)) for value in values]
            while cells and not cells[-1]:
                cells.pop()
            yield line, cells
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, zipfile.BadZipFile, SyntaxError) as error:
        raise SheetRefused("not_a_sheet") from error
    finally:
        book.close()


def _check_zip(file: IO[bytes]) -> None:
    """Before anything is unpacked: how large it is, how large it says it will be, and that its XML declares nothing."""
    file.seek(0, io.SEEK_END)
    if file.tell() > MOST_BYTES:
        raise SheetRefused("too_large", f"{MOST_BYTES // 1_000_000}")
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as packed:
            parts = packed.infolist()
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names or len(names) != len(parts):
                raise SheetRefused("not_a_sheet")
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise SheetRefused("too_large", f"{MOST_BYTES // 1_000_000}")
            for part in parts:
                _check_part(packed, part)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise SheetRefused("not_a_sheet") from error
    file.seek(0)


def _check_part(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """An entity can only be declared in a document type, which no spreadsheet has; sizes are counted, not believed."""
    if not part.filename.endswith((".xml", ".rels")):
        return
    seen, tail = 0, b""
    with packed.open(part) as opened:
        while chunk := opened.read(1 << 18):
            seen += len(chunk)
            if seen > part.file_size or b"<!DOCTYPE" in (tail + chunk).upper():
                raise SheetRefused("not_a_sheet")
            if seen <= 1 << 18 and (chunk[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in chunk[:64]):
                raise SheetRefused("not_a_sheet")
            tail = chunk[-16:]


def _text(value: Any) -> str:
    """A cell as people see it: whole numbers without a fraction."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _tidy(cell: str) -> str:
    """Without spaces around, and without the apostrophe that marks text where a formula could be."""
    cell = cell[:MOST_CELL].replace("\r\n", "\n").replace("\r", "\n").strip()
    if cell[:1] == "'" and cell[1:2] in _FORMULA:
        return cell[1:]
    return cell


# writing


def guarded(value: str | int | None) -> str | int:
    """A cell that no spreadsheet runs: text that begins like a formula gets an apostrophe, as OWASP advises."""
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


class Echo:
    """A file that gives back what is written to it, for csv.writer in a streamed answer."""

    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Iterable[Iterable[str | int | None]], delimiter: str = ";") -> Iterator[str]:
    """Rows as CSV that Excel opens in Indonesia with a double click: with a mark, semicolons, guarded."""
    writer = csv.writer(Echo(), delimiter=delimiter)
    yield "\ufeff"
    for row in rows:
        yield writer.writerow([guarded(value) for value in row])


def write_xlsx(rows: Iterable[Iterable[str | int | None]], title: str, out: IO[bytes], widths: Iterable[int]) -> None:
    """Rows as one sheet, the first in bold and always in view; row by row, never the whole in memory."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for place, width in enumerate(widths):
        sheet.column_dimensions[chr(ord("A") + place)].width = width
    bold = Font(bold=True)
    for number, row in enumerate(rows):
        cells: list[Any] = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=_writable(value))
            if isinstance(value, str):
                cell.data_type = "s"  # never a formula, whatever it begins with
            elif isinstance(value, int):
                cell.number_format = "#,##0"
            if number == 0:
                cell.font = bold
            cells.append(cell)
        sheet.append(cells)
    book.save(out)


def _writable(value: str | int | None) -> str | int | None:
    """Without the control characters that no XLSX can hold."""
    if isinstance(value, str):
        return "".join(c for c in value if c in "\n\t" or ord(c) >= 32)
    return value
