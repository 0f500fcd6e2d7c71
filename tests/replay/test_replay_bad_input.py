"""What malformed rows and unusable folders are answered with."""

import gzip
import shutil
from pathlib import Path

import pytest

from mediator.replay.orders import BadRow, Order, ReplayInputError
from mediator.replay.reading import BUNDLED, read

HEAD = b"Category,Product Name,Location,Price,Customer Rating,Customer Review\n"
GOOD = b"Toys,Robot,Kota Medan,25000,5,bagus\n"


def bad_rows(folder: Path) -> list[BadRow]:
    return [one for one in read(folder) if isinstance(one, BadRow)]


def tokopedia(folder: Path, *rows: bytes) -> Path:
    (folder / "PRDECT-ID_Dataset.csv").write_bytes(HEAD + b"".join(rows))
    return folder


@pytest.fixture
def olist(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUNDLED["olist_like"], tmp_path / "olist"))


def append(folder: Path, name: str, row: str) -> int:
    """Add a row; the physical line it stands on."""
    path = folder / name
    text = path.read_text()
    path.write_text(text + row + "\n")
    return text.count("\n") + 1


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"Toys,Robot,Kota Medan,0,5,x\n", "above 0"),
        (b"Toys,Robot,Kota Medan,-5,5,x\n", "above 0"),
        (b"Toys,Robot,Kota Medan,10000000000001,5,x\n", "at most"),
        (b"Toys,Robot,Kota Medan,murah,5,x\n", "not a number"),
        (b"Toys,Robot,Kota Medan,1e5,5,x\n", "not a number"),
        (b"Toys,Robot,Kota Medan,10.005,5,x\n", "decimals"),
        (b"Toys,Robot,Kota Medan,10.50,5,x\n", "steps of"),
        (b"Toys,Robot,Kota Medan,,5,x\n", "Price is empty"),
        (b"Toys,Robot,Kota Medan,25000,6,x\n", "from 1 to 5"),
        (b"Toys,Robot,Kota Medan,25000,\xc2\xb2,x\n", "from 1 to 5"),
        (b"Toys,,Kota Medan,25000,5,x\n", "Product Name is empty"),
        (b"Toys,Robot,Kota Medan,25000\n", "4 cells where the heading has 6"),
        (b"Toys,Robot,Kota Medan,25000,5,x,y\n", "7 cells where the heading has 6"),
        (b"Toys,Robot,Kota Medan,25000,5,caf\xe9\n", "not UTF-8"),
        (b'Toys,Robot,Kota Medan,25000,5,"' + b"x" * 200_000 + b'"\n', "not readable as CSV"),
    ],
)
def test_a_malformed_row_is_reported_with_its_line_and_reason_and_the_next_is_read(
    tmp_path: Path, row: bytes, reason: str
) -> None:
    multi_line = b'Toys,Robot,Kota Medan,25000,5,"dua\nbaris\nlagi"\n'
    found = list(read(tokopedia(tmp_path, GOOD, multi_line, row, GOOD)))
    assert [type(one) for one in found] == [Order, Order, BadRow, Order]
    bad = found[2]
    assert isinstance(bad, BadRow)
    assert (bad.file, bad.line) == ("PRDECT-ID_Dataset.csv", 6)
    assert reason in bad.reason
    assert len(bad.text) <= 120


def test_a_row_s_line_is_where_it_begins_after_fields_of_several_lines(tmp_path: Path) -> None:
    multi_line = b'Toys,Robot,Kota Medan,25000,5,"dua\r\nbaris"\n'
    lines = [one.line for one in read(tokopedia(tmp_path, multi_line, multi_line, GOOD))]
    assert lines == [2, 4, 6]


def test_strict_stops_at_the_first_bad_row_and_names_it(tmp_path: Path) -> None:
    stream = read(tokopedia(tmp_path, GOOD, b"Toys,Robot,Kota Medan,0,5,x\n"), strict=True)
    assert isinstance(next(stream), Order)
    with pytest.raises(ReplayInputError, match=r"PRDECT-ID_Dataset.csv, line 3: Price 0") as caught:
        next(stream)
    assert caught.value.code == "bad_row"


@pytest.mark.parametrize(
    ("file", "row", "reason"),
    [
        ("orders.csv", "order-99,c1,delivered,yesterday,,,,", "not a time"),
        ("orders.csv", "order-99,c1,delivered,0001-01-01 00:00:00,,,,", "between 1990 and 2100"),
        ("orders.csv", "order-99,c1,lost,2020-03-02 10:00:00,,,,", "order_status 'lost'"),
        ("orders.csv", "order-01,c1,delivered,2020-03-02 10:00:00,,,,", "has this order already"),
        ("orders.csv", "order-99,c1", "2 cells where the heading has 8"),
        ("order_items.csv", "order-01,2,p1,s1,2020-03-20 00:00:00,0,1.00", "above 0"),
        ("order_items.csv", "order-01,2,p1,s1,2020-03-20 00:00:00,abc,1.00", "not a number"),
        ("order_items.csv", "order-01,2,p1,s1,2020-03-20 00:00:00,5.00,-1.00", "above 0"),
        ("order_items.csv", "order-98,1,p1,s1,2020-03-20 00:00:00,5.00,1.00", "its order is not in orders.csv"),
        ("order_payments.csv", "order-01,2,boleto,1,-3.00", "above 0"),
        ("order_reviews.csv", "r,order-01,9,,,2020-03-20 00:00:00,", "from 1 to 5"),
    ],
)
def test_a_malformed_row_of_any_table_is_reported_and_no_other_order_is_lost(
    olist: Path, file: str, row: str, reason: str
) -> None:
    line = append(olist, file, row)
    (bad,) = bad_rows(olist)
    assert (bad.file, bad.line) == (file, line)
    assert reason in bad.reason
    orders = {one.order_id: one for one in read(olist) if isinstance(one, Order)}
    assert len(orders) == 15
    is_side_row = row.startswith("order-01") or row.startswith("r,")
    assert ("row_refused" in orders["order-01"].explanations) == (is_side_row and file != "orders.csv")


@pytest.mark.parametrize("kind", ["auto", "tokopedia", "olist"])
def test_a_missing_folder_is_one_clear_sentence_before_the_first_row(tmp_path: Path, kind: str) -> None:
    with pytest.raises(ReplayInputError, match="not a folder") as caught:
        read(tmp_path / "nowhere", kind=kind)
    assert caught.value.code == "missing_folder"


def test_missing_files_are_named_with_what_is_expected(tmp_path: Path, olist: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(ReplayInputError, match=r"neither PRDECT-ID_Dataset.csv .* nor orders.csv"):
        read(empty)
    (olist / "sellers.csv").unlink()
    with pytest.raises(ReplayInputError, match=r"has no sellers.csv; .* needs orders.csv, order_items.csv") as caught:
        read(olist)
    assert caught.value.code == "missing_file"
    with pytest.raises(ReplayInputError, match=r"has no PRDECT-ID_Dataset.csv"):
        read(empty, kind="tokopedia")


def test_a_folder_of_both_kinds_asks_which_is_meant(olist: Path) -> None:
    tokopedia(olist, GOOD)
    with pytest.raises(ReplayInputError, match="both kinds"):
        read(olist)
    assert len(list(read(olist, kind="tokopedia"))) == 1
    with pytest.raises(ReplayInputError, match="no reader 'shopee'"):
        read(olist, kind="shopee")


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    (tmp_path / "PRDECT-ID_Dataset.csv").write_bytes(HEAD.replace(b"Price", b"Harga") + GOOD)
    with pytest.raises(ReplayInputError, match="no column Price") as caught:
        list(read(tmp_path))
    assert caught.value.code == "missing_column"


def test_an_empty_file_has_no_columns_and_a_heading_alone_has_no_orders(tmp_path: Path, olist: Path) -> None:
    (tmp_path / "PRDECT-ID_Dataset.csv").write_bytes(b"")
    with pytest.raises(ReplayInputError, match="no column"):
        list(read(tmp_path))
    for path in olist.glob("*.csv"):
        path.write_text(path.read_text().partition("\n")[0] + "\n")
    assert list(read(olist)) == []


def test_a_file_cut_short_is_told_as_such(tmp_path: Path) -> None:
    whole = gzip.compress(HEAD + GOOD * 5000)
    (tmp_path / "PRDECT-ID_Dataset.csv.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ReplayInputError, match="breaks off at line") as caught:
        list(read(tmp_path))
    assert caught.value.code == "damaged_file"


def test_an_open_quote_does_not_swallow_the_report(tmp_path: Path) -> None:
    found = list(read(tokopedia(tmp_path, GOOD, b'Toys,Robot,Kota Medan,25000,5,"never closed\n', GOOD * 3)))
    assert isinstance(found[0], Order)
    assert all(one.line >= 3 for one in found[1:])
