"""The list as programs take it: changes since a cursor, the whole as CSV, its schema, the keys and the revoked."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from django.core.cache import caches
from django.test import Client

from mediator.ikm.accredited import certificates, feed, verify
from mediator.ikm.accredited.models import Certificate
from mediator.ikm.producers.models import Product
from mediator.web import acting
from mediator.web.accredited import feed as pages
from tests.ikm.accredited import making
from tests.ikm.accredited.making import LATER, NOW
from tests.shop import making as shops

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    before = acting.engine()
    acting.use_engine(shops.engine(NOW)[0])
    caches["default"].clear()
    yield
    acting.use_engine(before)


@pytest.fixture
def client() -> Client:
    return Client(headers={"host": "localhost"})


def publish(count: int) -> list[Product]:
    maker = making.producer()
    made = [making.accredited(f"Keripik {n}", of=maker) for n in range(count)]
    feed.publish([(each.pk, True) for each in made], NOW)
    return made


def get(client: Client, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200
    return json.loads(answer.content)


def follow(client: Client, since: int = 0, limit: int = 2) -> tuple[dict[str, Any], int]:
    """All items from that cursor on, by product; and the cursor afterwards."""
    seen: dict[str, Any] = {}
    while True:
        page = get(client, f"/accredited.json?since={since}&limit={limit}")
        seen |= {item["product_id"]: item for item in page["items"]}
        since = page["next"]
        if not page["has_more"]:
            return seen, since


def test_a_marketplace_takes_the_list_and_then_only_what_changed(client: Client) -> None:
    made = publish(5)
    seen, cursor = follow(client)
    assert set(seen) == {str(each.pk) for each in made}
    for item in seen.values():
        assert item["is_accredited"] is True
        jsonschema.validate(item["document"], json.loads(pages.SCHEMA))
    assert follow(client, cursor) == ({}, cursor)
    certificates.revoke(Certificate.objects.get(product=made[3].pk).pk, "why", "p1", LATER)
    changed, after = follow(client, cursor)
    assert after > cursor
    assert {product: item["is_accredited"] for product, item in changed.items()} == {str(made[3].pk): False}
    assert changed[str(made[3].pk)]["document"] is None


def test_the_tokens_of_the_feed_verify_offline(client: Client) -> None:
    publish(1)
    (item,) = get(client, "/accredited.json")["items"]
    known = verify.read_keys(json.dumps(get(client, "/.well-known/ikm-keys.json")))
    the_list = verify.read_revoked(client.get("/accredited/revoked.jws").content.decode(), known)
    for certificate in item["document"]["certificates"]:
        assert verify.check(certificate["token"], known, NOW, the_list).serial == certificate["serial"]


def test_an_empty_list_is_an_answer(client: Client) -> None:
    assert get(client, "/accredited.json") == {
        "format": "mediator.accredited/1", "next": 0, "has_more": False, "items": [],
    }  # fmt: skip
    assert len(client.get("/accredited.csv").getvalue().decode("utf-8-sig").splitlines()) == 1


def test_what_has_not_changed_is_not_sent_again(client: Client) -> None:
    made = publish(2)
    first = client.get("/accredited.json")
    again = client.get("/accredited.json", headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Access-Control-Allow-Origin"] == "*"
    feed.publish([(made[0].pk, False)], LATER)
    assert client.get("/accredited.json", headers={"if-none-match": first.headers["ETag"]}).status_code == 200


def test_the_feed_is_sent_packed_to_whoever_takes_it_so(client: Client) -> None:
    publish(3)
    packed = client.get("/accredited.json", headers={"accept-encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert json.loads(gzip.decompress(packed.content)) == get(client, "/accredited.json")
    mark = packed.headers["ETag"]
    again = client.get("/accredited.json", headers={"if-none-match": mark, "accept-encoding": "gzip"})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "address", ["since=-1", "since=x", "since=1e3", "since=٣", "limit=0", "limit=-5", "limit=x", f"since={'9' * 40}"]
)
def test_a_wrong_cursor_is_said_in_json(client: Client, address: str) -> None:
    answer = client.get(f"/accredited.json?{address}")
    assert answer.status_code == 400
    assert answer.json()["code"] == "bad_cursor"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_the_largest_cursor_and_too_large_a_limit_are_answers(client: Client) -> None:
    publish(1)
    assert get(client, f"/accredited.json?since={'9' * 19}")["items"] == []
    assert len(get(client, "/accredited.json?limit=99999")["items"]) == 1


@pytest.mark.parametrize(
    "address",
    [
        "/accredited.json",
        "/accredited.csv",
        "/accredited/schema.json",
        "/accredited/revoked.jws",
        "/.well-known/ikm-keys.json",
    ],
)
def test_any_site_may_read_and_nobody_may_write(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "sessionid" not in answer.cookies
    assert client.post(address).status_code == 405


def test_too_many_requests_are_told_when_to_come_back(client: Client) -> None:
    answers = [client.get("/accredited.csv") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert answers[10].json()["code"] == "too_often"
    assert int(answers[10].headers["Retry-After"]) > 0


def test_a_page_costs_the_same_however_many_products(client: Client, django_assert_num_queries: Any) -> None:
    publish(30)
    with django_assert_num_queries(3):  # the throttle, the cursors, the documents
        client.get("/accredited.json?limit=5")
    caches["default"].clear()
    with django_assert_num_queries(3):
        client.get("/accredited.json?limit=30")


def test_the_whole_list_opens_as_a_table(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    listing = shops.listing(shops.merchant("Toko Rini"), "Keripik; tempe", price_minor=1_000_00, is_first=True)
    sold = making.accredited("Keripik; tempe", listing=listing.pk)
    others = [making.accredited(f"=SUM(A{n})", of=making.producer(f"Dapur {n}")) for n in range(4)]
    feed.publish([(each.pk, True) for each in (sold, *others)], NOW)
    monkeypatch.setattr("mediator.ikm.accredited.queries.PART", 2)
    rows = list(
        csv.DictReader(io.StringIO(client.get("/accredited.csv").getvalue().decode("utf-8-sig")), delimiter=";")
    )
    assert [row["product_id"] for row in rows] == sorted(str(each.pk) for each in (sold, *others))
    by_id = {row["product_id"]: row for row in rows}
    first = by_id[str(sold.pk)]
    assert (first["product"], first["price_minor"], first["grade"]) == ("Keripik; tempe", "100000", "A")
    assert (first["mentored_by"], first["regency"]) == ("bpom kemenperin", "Kota Surabaya")
    assert len(first["serials"].split()) == 3
    assert by_id[str(others[0].pk)]["product"] == "'=SUM(A0)"


def test_the_schema_is_one_and_refuses_what_is_no_document(client: Client) -> None:
    schema = get(client, "/accredited/schema.json")
    jsonschema.Draft202012Validator.check_schema(schema)
    publish(1)
    (item,) = get(client, "/accredited.json")["items"]
    said = item["document"]
    jsonschema.validate(said, schema)
    for spoiled in (
        said | {"nik": "3578"},
        said | {"selection": None},
        {k: v for k, v in said.items() if k != "offer"},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(spoiled, schema)
