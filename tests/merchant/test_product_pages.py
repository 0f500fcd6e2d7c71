"""Products and their sheets through the pages, and statements as files."""

from __future__ import annotations

import csv
import io

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import AsyncClient, Client
from django.urls import reverse

from mediator.deals.ids import uuid7
from mediator.ledger.models import Balance
from mediator.mediation.photos.frozen import freeze
from mediator.mediation.promises import keep_promise, promises_of
from mediator.protocol import Role
from mediator.shop.models import Listing

from .making import Desk
from .test_deeds import photo

FORM = {
    "title": "Kemeja batik", "price": "285.000", "weight_g": "350", "text": "Katun.", "category": "men",
    "attributes": "Ukuran: L\nBahan: katun", "stock": "12", "sku": "B-1", "is_live": "on",
}  # fmt: skip


def body(response: object) -> bytes:
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def test_a_product_is_written_once_with_its_photographs_in_order(desk: Desk, browser: Client) -> None:
    key = uuid7()
    for _ in range(2):
        files = [photo("a.jpg", "teal"), photo("b.jpg", "red")]
        sent = browser.post(reverse("merchant-product-new"), {**FORM, "key": key, "photos": files, "first": "2"})
        assert sent.status_code == 302
    product = Listing.objects.get(merchant=desk.merchant)
    assert (product.price_minor, product.stock, product.status) == (285_000_00, 12, "live")
    assert product.attributes == [["Ukuran", "L"], ["Bahan", "katun"]]
    assert len(product.photos) == 2
    html = browser.get(reverse("merchant-product", args=[product.pk])).content.decode()
    assert html.count("photos_kept") == 2
    first = reverse("merchant-product-photo", args=[product.pk, product.photos[0]])
    assert browser.get(first, {"side": "320"}).status_code == 200


def test_changing_a_product_changes_no_promise(desk: Desk, browser: Client) -> None:
    browser.post(reverse("merchant-product-new"), FORM)
    product = Listing.objects.get(merchant=desk.merchant)
    promise = freeze(title=product.title, text=product.text, attributes=product.attributes,
                     price_minor=product.price_minor, currency="IDR", weight_g=product.weight_g)  # fmt: skip
    digest = keep_promise(promise, desk.now)
    changed = {**FORM, "title": "Kemeja polos", "price": "100.000", "attributes": ""}
    assert browser.post(reverse("merchant-product", args=[product.pk]), changed).status_code == 302
    product.refresh_from_db()
    assert (product.title, product.attributes) == ("Kemeja polos", [])
    assert promises_of(digest)[0].promise.title == "Kemeja batik"


def test_a_faulty_product_says_where_and_keeps_everything(desk: Desk, browser: Client) -> None:
    browser.post(reverse("merchant-product-new"), FORM)
    for field, value, says in (
        ("price", "abc", "whole rupiah"), ("attributes", "tanpa titik dua", "tanpa titik dua"),
        ("sku", "B-1", "has this code"), ("weight_g", "0", "fault"), ("text", "x\u202ey", "control"),
    ):  # fmt: skip
        sent = {**FORM, "sku": "B-2", field: value, "photos": photo()}
        refused = browser.post(reverse("merchant-product-new"), sent)
        assert refused.status_code == 422, field
        html = refused.content.decode()
        assert says in html, field
        assert "photos_kept" in html
    assert Listing.objects.count() == 1


def test_products_are_paused_and_shown_again(desk: Desk, browser: Client) -> None:
    browser.post(reverse("merchant-product-new"), FORM)
    product = Listing.objects.get(merchant=desk.merchant)
    for status in ("paused", "live"):
        browser.post(reverse("merchant-products-status"), {"listing": str(product.pk), "status": status})
        product.refresh_from_db()
        assert product.status == status
    assert "Kemeja batik" in browser.get(reverse("merchant-products"), {"q": "BATIK"}).content.decode()
    assert "Kemeja batik" not in browser.get(reverse("merchant-products"), {"status": "draft"}).content.decode()


def test_a_sheet_is_read_shown_and_then_applied_once(desk: Desk, browser: Client) -> None:
    rows = "Kode;Nama;Harga;Berat;Kategori\nK-1;Kopi <b>;Rp 85.000;250;food\nK-2;Teh;abc;5;food\n"
    key = uuid7()
    sent = {"file": SimpleUploadedFile("produk.csv", rows.encode("utf-8-sig")), "key": key}
    assert browser.post(reverse("merchant-import-new"), sent).url == reverse("merchant-import", args=[key])
    assert Listing.objects.count() == 0
    html = browser.get(reverse("merchant-import", args=[key])).content.decode()
    assert "“abc”" in html
    assert "Kopi &lt;b&gt;" in html
    report = list(csv.reader(io.StringIO(body(browser.get(reverse("merchant-import-report", args=[key])))
                                         .decode("utf-8-sig")), delimiter=";"))  # fmt: skip
    assert [row[:3] for row in report[1:]] == [["2", "K-1", "new"], ["3", "K-2", "left out"]]
    for _ in range(2):
        assert browser.post(reverse("merchant-import-apply", args=[key])).status_code == 302
    assert Listing.objects.get().title == "Kopi <b>"
    assert "Unchanged" in browser.get(reverse("merchant-import", args=[key])).content.decode()


def test_what_is_no_sheet_is_refused_at_the_field(desk: Desk, browser: Client) -> None:
    for name, data in (("x.xlsx", b"PK\x03\x04xx"), ("x.csv", b"a;b\n1;2\n"), ("x.csv", b"")):
        refused = browser.post(reverse("merchant-import-new"), {"file": SimpleUploadedFile(name, data)})
        assert refused.status_code == 422
        assert 'class="fault"' in refused.content.decode()


def test_the_template_is_itself_a_sheet_that_can_be_brought_in(desk: Desk, browser: Client) -> None:
    for kind in ("csv", "xlsx"):
        data = body(browser.get(reverse("merchant-template", args=[kind])))
        key = uuid7()
        browser.post(reverse("merchant-import-new"), {"file": SimpleUploadedFile(f"x.{kind}", data), "key": key})
        browser.post(reverse("merchant-import-apply", args=[key]))
    product = Listing.objects.get(merchant=desk.merchant)
    assert (product.sku, product.price_minor, product.status) == ("KM-01", 285_000_00, "live")
    assert len(body(browser.get(reverse("merchant-export", args=["csv"])))) > 100


def test_a_statements_files_add_up_to_the_balance(desk: Desk, browser: Client) -> None:
    desk.released()
    desk.must(desk.claimed(), "agree", Role.MERCHANT)
    desk.funded()
    desk.work()
    balance = dict(Balance.objects.filter(book_id=desk.merchant.book_id).values_list("account", "amount"))
    data = body(browser.get(reverse("merchant-statement-file", args=["csv"])))
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    sheet = openpyxl.load_workbook(
        io.BytesIO(body(browser.get(reverse("merchant-statement-file", args=["xlsx"]))))
    ).active
    assert sheet is not None
    assert [[str(cell) for cell in row if cell is not None] for row in sheet.values][1:] == [
        [cell for cell in row if cell] for row in rows[1:]
    ]
    assert sum(int(row[3].lstrip("'")) for row in rows[2:-1]) * 100 == balance["held"] + balance.get("disputed", 0)
    assert int(rows[-1][7]) * 100 == balance["held"]
    assert browser.get(reverse("merchant-statement"), {"first": "2026-11-30", "last": "2026-11-01"}).status_code == 422
    assert browser.get(reverse("merchant-statement-file", args=["csv"]), {"first": "x"}).status_code == 422


async def read_asynchronously(client: AsyncClient, address: str) -> bytes:
    response = await client.get(address)
    return b"".join([part async for part in response.streaming_content])


def test_files_come_in_parts_from_an_asynchronous_server_too(desk: Desk) -> None:
    from asgiref.sync import async_to_sync

    client = AsyncClient()
    client.force_login(desk.owner)
    data = async_to_sync(read_asynchronously)(client, reverse("merchant-template", args=["csv"]))
    assert data.startswith("\ufeffKode".encode())
