"""The accredited list as changes: each once, in an order in which nobody misses one."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import psycopg
import pytest
from django.db import connection, transaction

from mediator.config import database
from mediator.ikm.accredited import certificates, documents, feed, queries, tasks
from mediator.ikm.accredited.models import Certificate, Change, Entry
from mediator.ikm.producers.models import Product
from mediator.people.models import new_id
from mediator.shop.models import Listing
from tests.ikm.accredited import making
from tests.ikm.accredited.making import LATER, NOW, VALID_TO
from tests.shop import making as shops

SCHEMA = json.loads((Path(documents.__file__).parent / "data" / "accredited.schema.json").read_text())


def listed(product: Product) -> bool:
    return Entry.objects.filter(pk=product.pk, is_accredited=True).exists()


def document(product: Product) -> dict[str, Any]:
    """What the list says of a product now."""
    seq = Entry.objects.get(pk=product.pk).seq
    assert seq is not None
    said: dict[str, Any] | None = Change.objects.get(seq=seq).document
    assert said is not None
    jsonschema.validate(said, SCHEMA)
    return said


@pytest.mark.django_db
class TestDocuments:
    def test_a_product_is_said_with_all_that_a_marketplace_needs(self, settings: Any) -> None:
        shop = shops.merchant("Toko Rini", province="35", regency="35.78")
        listing = shops.listing(shop, "Keripik tempe sagu", photos=["ab" * 32], price_minor=25_000_00, is_first=True)
        made = making.accredited(listing=listing.pk)
        assert feed.publish([(made.pk, True)], NOW) == 1
        said = document(made)
        site = settings.SITE_URL
        assert said["product"]["name"] == "Keripik tempe sagu 200 g", "what was selected, not what the shop calls it"
        assert said["product"]["image"] == f"{site}/p/{listing.pk}/photo/{'ab' * 32}"
        assert said["producer"]["name"] == "Toko Rini"
        assert said["producer"]["province"] == {"code": "35", "name": "Jawa Timur"}
        assert said["producer"]["regency"] == {"code": "35.78", "name": "Kota Surabaya"}
        assert said["offer"] == {
            "title": "Keripik tempe sagu", "price_minor": 25_000_00, "currency": "IDR", "url": f"{site}/p/{listing.pk}",
        }  # fmt: skip
        assert said["selection"] == {
            "grade": "A", "organisation": "dinkop-jatim", "decided_on": "2026-03-02", "valid_to": "2028-03-01",
        }  # fmt: skip
        assert {each["body"] for each in said["mentoring"]} == {"kemenperin", "bpom"}
        kinds = [each["kind"] for each in said["certificates"]]
        assert kinds == ["selection", "mentoring", "mentoring"]
        tokens = set(Certificate.objects.values_list("token", flat=True))
        assert {each["token"] for each in said["certificates"]} == tokens

    def test_a_listing_that_left_the_first_shelf_is_no_offer(self) -> None:
        """It may show other goods now; the product itself stays on the list."""
        listing = shops.listing(shops.merchant(), "Casing ponsel")
        made = making.accredited(listing=listing.pk)
        feed.publish([(made.pk, True)], NOW)
        assert document(made)["offer"] is None
        assert document(made)["product"]["image"] is None
        assert "Casing" not in str(document(made))

    def test_a_product_that_nobody_sells_here_has_no_offer(self) -> None:
        made = making.accredited()
        feed.publish([(made.pk, True)], NOW)
        assert document(made)["offer"] is None
        assert document(made)["producer"]["name"] == "Dapur Bu Rini"

    def test_a_paused_listing_is_no_offer(self) -> None:
        listing = shops.listing(shops.merchant(), status="paused", is_first=True)
        made = making.accredited(listing=listing.pk)
        feed.publish([(made.pk, True)], NOW)
        assert document(made)["offer"] is None

    def test_nothing_personal_of_the_producer_is_said(self) -> None:
        owner = making.producer(
            owner_name="Rini Wulandari", phone="+6281234567890", email="rini@example.id", address="Jl. Mawar 3",
            nib="1234567890123",
        )  # fmt: skip
        made = making.accredited(of=owner)
        feed.publish([(made.pk, True)], NOW)
        text = json.dumps(document(made)) + "".join(Certificate.objects.values_list("token", flat=True))
        for secret in ("Wulandari", "81234567890", "rini@example.id", "Mawar", "1234567890123"):
            assert secret not in text

    @pytest.mark.parametrize("why", ["withdrawn", "erased", "not selected", "ended", "revoked"])
    def test_however_open_the_gate_some_products_are_off_the_list(self, why: str) -> None:
        made = making.accredited()
        feed.publish([(made.pk, True)], NOW)
        assert listed(made)
        with connection.cursor() as cursor:
            if why == "withdrawn":
                Product.objects.filter(pk=made.pk).update(withdrawn_at=NOW)
            elif why == "erased":
                cursor.execute("UPDATE ikm_producer SET erased_at = now() WHERE id = %s", [made.producer_id])
            elif why == "not selected":
                cursor.execute("DELETE FROM ikm_selected WHERE product_id = %s", [made.pk])
            elif why == "ended":
                cursor.execute("UPDATE ikm_selected SET ended_at = now() WHERE product_id = %s", [made.pk])
            else:
                certificate = Certificate.objects.get(product=made.pk)
                certificate.revoked_at = NOW
                certificate.save(update_fields=["revoked_at"])
        assert feed.publish([(made.pk, True)], LATER) == 1
        assert not listed(made)
        assert Change.objects.latest("seq").document is None

    def test_a_product_nobody_knows_is_no_change(self) -> None:
        assert feed.publish([(new_id(), True), (new_id(), False)], NOW) == 0
        assert feed.publish([], NOW) == 0
        assert not Entry.objects.exists()


@pytest.mark.django_db
class TestChanges:
    def test_a_row_is_written_only_when_something_changed(self) -> None:
        made = making.accredited()
        moves = ((True, 1), (True, 0), (False, 1), (False, 0), (True, 1))
        assert [feed.publish([(made.pk, is_open)], NOW) for is_open, _ in moves] == [n for _, n in moves]
        history = Change.objects.filter(product_id=made.pk).order_by("seq")
        assert [change.is_accredited for change in history] == [True, False, True]

    def test_of_a_product_named_twice_the_last_word_counts(self) -> None:
        made = making.accredited()
        assert feed.publish([(made.pk, True), (made.pk, False)], NOW) == 0
        assert feed.publish([(made.pk, False), (made.pk, True)], NOW) == 1

    def test_a_revoked_product_leaves_at_once_and_its_certificate_is_named_no_more(self) -> None:
        maker = making.producer()
        first = making.accredited("Keripik", of=maker)
        second = making.accredited("Sambal", of=maker)
        feed.publish([(first.pk, True), (second.pk, True)], NOW)
        certificates.revoke(Certificate.objects.get(product=first.pk).pk, "why", "p1", LATER)
        assert (listed(first), listed(second)) == (False, True)

    def test_a_revoked_certificate_of_mentoring_is_gone_from_the_documents_and_standing_decides_the_rest(self) -> None:
        made = making.accredited()
        feed.publish([(made.pk, True)], NOW)
        gone = Certificate.objects.filter(kind="mentoring").first()
        assert gone is not None
        certificates.revoke(gone.pk, "why", "p1", LATER)
        assert listed(made)
        assert gone.serial not in {each["serial"] for each in document(made)["certificates"]}

    def test_an_older_certificate_can_be_revoked_without_harm_to_the_renewed_product(self) -> None:
        made = making.accredited()
        old = Certificate.objects.get(product=made.pk)
        making.certificate(LATER, producer=made.producer_id, product=made.pk)
        feed.publish([(made.pk, True)], LATER)
        certificates.revoke(old.pk, "replaced", "p1", LATER)
        assert listed(made)

    def test_a_renewed_product_is_never_off_the_list_once_it_is_renewed(self) -> None:
        made = making.accredited()
        feed.publish([(made.pk, True)], NOW)
        with transaction.atomic():  # as selection renews: the old certificate goes first
            certificates.revoke(Certificate.objects.get(product=made.pk).pk, "superseded", "system", LATER)
            assert not listed(made)
            fresh = making.certificate(LATER, producer=made.producer_id, product=made.pk)
        assert listed(made)
        assert fresh.serial in {each["serial"] for each in document(made)["certificates"]}

    def test_a_gate_that_opened_before_there_was_a_document_counts_once_there_is_one(self) -> None:
        maker = making.producer()
        made = making.product(maker)
        assert feed.publish([(made.pk, True)], NOW) == 0
        making.select(made)
        assert listed(made)

    def test_a_new_price_is_said_when_the_list_is_looked_at_again(self) -> None:
        listing = shops.listing(shops.merchant(), is_first=True)
        made = making.accredited(listing=listing.pk)
        other = making.accredited("Sambal", of=making.producer("Lain"))
        feed.publish([(made.pk, True), (other.pk, True)], LATER)
        assert feed.refresh_stale(LATER) == 0
        later = LATER + timedelta(minutes=5)
        Listing.objects.filter(pk=listing.pk).update(price_minor=1_000_00, changed_at=later)
        assert feed.refresh_stale(later + timedelta(minutes=1)) == 1
        assert document(made)["offer"]["price_minor"] == 1_000_00
        assert feed.refresh_stale(later + timedelta(minutes=2)) == 0

    def test_refresh_never_puts_anything_on_the_list(self) -> None:
        made = making.accredited()
        assert feed.refresh([made.pk], NOW) == 0
        feed.publish([(made.pk, True)], NOW)
        feed.publish([(made.pk, False)], NOW)
        assert feed.refresh([made.pk], LATER) == 0
        assert not listed(made)

    def test_by_night_a_certificate_that_expired_and_a_new_name_are_noticed(self, monkeypatch: Any) -> None:
        shop = shops.merchant("Nama Lama")
        made = making.accredited(listing=shops.listing(shop, is_first=True).pk)
        feed.publish([(made.pk, True)], NOW)
        type(shop).objects.update(name="Nama Baru")
        monkeypatch.setattr(feed, "AT_ONCE", 1)
        assert tasks.refresh_all(timestamp=0) == 1
        assert document(made)["producer"]["name"] == "Nama Baru"
        assert tasks.refresh_stale(timestamp=0) == 0

    def test_publishing_many_is_one_statement_and_their_turn(self, django_assert_num_queries: Any) -> None:
        maker = making.producer()
        made = [making.accredited(f"Keripik {n}", of=maker) for n in range(20)]
        with django_assert_num_queries(7):  # of which two are the savepoint's
            assert feed.publish([(each.pk, True) for each in made], NOW) == 20


@pytest.mark.django_db
class TestFollowing:
    def test_following_by_cursor_gives_each_product_once_as_it_is_now(self) -> None:
        maker = making.producer()
        made = [making.accredited(f"Keripik {n}", of=maker) for n in range(5)]
        feed.publish([(each.pk, True) for each in made], NOW)
        seen: dict[str, bool] = {}
        cursor, has_more = 0, True
        while has_more:
            page = queries.page(cursor, 2)
            items = [json.loads(line) for line in queries.lines(page)]
            assert len(items) <= 2
            seen |= {item["product_id"]: item["is_accredited"] for item in items}
            cursor, has_more = page.next, page.has_more
            if len(seen) == 2:  # while somebody reads, the list goes on
                feed.publish([(made[0].pk, False)], LATER)
        assert seen == {str(each.pk): each != made[0] for each in made}
        assert queries.page(cursor, 2) == queries.Page((), cursor, False)

    def test_a_page_names_what_left_without_a_document(self) -> None:
        made = making.accredited()
        feed.publish([(made.pk, True)], NOW)
        feed.publish([(made.pk, False)], LATER)
        (line,) = queries.lines(queries.page(0, 10))
        item = json.loads(line)
        assert (item["is_accredited"], item["document"]) == (False, None)


@pytest.mark.django_db(transaction=True)
def test_no_row_turns_up_behind_a_cursor_that_somebody_already_has() -> None:
    """Two transactions publish at the same time; the first to take a number commits last."""
    maker = making.producer()
    first, second = (making.accredited(name, of=maker) for name in ("Keripik", "Sambal"))
    numbered, may_commit, second_done = threading.Event(), threading.Event(), threading.Event()

    def publish_slowly() -> None:
        with transaction.atomic():
            feed.publish([(first.pk, True)], NOW)
            numbered.set()
            assert may_commit.wait(20)
        connection.close()

    def publish_quickly() -> None:
        feed.publish([(second.pk, True)], NOW)
        second_done.set()
        connection.close()

    slow = threading.Thread(target=publish_slowly)
    slow.start()
    assert numbered.wait(20)
    quick = threading.Thread(target=publish_quickly)
    quick.start()
    _wait_until_somebody_waits_for_their_turn()
    assert not second_done.is_set()
    assert queries.page(0, 10).seqs == ()  # so no cursor can have passed the first
    may_commit.set()
    slow.join(20)
    quick.join(20)
    page = queries.page(0, 10)
    order = [json.loads(line)["product_id"] for line in queries.lines(page)]
    assert order == [str(first.pk), str(second.pk)]
    assert list(page.seqs) == sorted(page.seqs)


def _wait_until_somebody_waits_for_their_turn() -> None:
    with psycopg.connect(database.admin_conninfo(), autocommit=True) as admin:
        while not admin.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted").fetchone():
            pass


@pytest.mark.slow
@pytest.mark.django_db
def test_publishing_many_products(capsys: pytest.CaptureFixture[str]) -> None:
    count = int(os.environ.get("MEDIATOR_PUBLISH", "20000"))
    ids = _many(count)
    began = time.perf_counter()
    assert feed.publish([(each, True) for each in ids], NOW) == count
    first_s = time.perf_counter() - began
    began = time.perf_counter()
    assert feed.publish([(each, True) for each in ids], NOW) == 0
    again_s = time.perf_counter() - began
    with capsys.disabled():
        sys.stdout.write(f"\n{count} products published in {first_s:.1f} s; again, unchanged, in {again_s:.1f} s\n")


def _many(count: int) -> list[Any]:
    """So many selected products, ten of each producer, with a certificate each, whose producers two bodies mentored."""
    ids = [new_id() for _ in range(count)]
    with connection.cursor() as cursor:
        for statement in MANY:
            cursor.execute(statement, {"ids": ids, "now": NOW, "valid_to": VALID_TO, "token": "e" * 600})
    return ids


MANY = (
    """
INSERT INTO ikm_producer (id, name, name_key, nib, nik_sealed, nik_mark, npwp_sealed, npwp_mark, owner_name, phone,
    email, address, province, regency, district, region_given, region_system, kbli, kbli_version, source, made_at,
    changed_at)
SELECT md5('maker' || n)::uuid, 'Dapur ' || n, '', '', '', '', '', '', '', '', '', '', '35', '35.78', '', '',
    'kemendagri', '10794', '2020', 'self', %(now)s, %(now)s
FROM generate_series(0, cardinality(%(ids)s::uuid[]) / 10) AS n
""",
    """
INSERT INTO ikm_product (id, producer_id, name, kind, category, hs, kbli, kbli_version, origin, origin_evidence, unit,
    unit_quantity, attributes, made_at, changed_at)
SELECT id, md5('maker' || n / 10)::uuid, 'Keripik ' || n, 'food', 'food', '190590', '10794', '2020', 'domestic', '',
    'g', 200, '[]', %(now)s, %(now)s
FROM unnest(%(ids)s::uuid[]) WITH ORDINALITY AS u (id, n)
""",
    """
INSERT INTO ikm_selected (product_id, producer_id, grade, permille, organisation, application_id, decided_at, valid_to,
    ended_why)
SELECT id, producer_id, 'A', 900, 'dinkop-jatim', id, %(now)s, %(valid_to)s, '' FROM ikm_product
""",
    """
INSERT INTO ikm_mentored (enrolment_id, producer_id, body, organisation, programme, completed_at)
SELECT gen_random_uuid(), id, body, body, 'p-2026', %(now)s
FROM ikm_producer, unnest('{kemenperin,bpom}'::text[]) AS body
""",
    """
INSERT INTO ikm_certificate (id, serial, kind, source, producer, product, organisation, subject, issued_at, valid_to,
    token, revoked_why, revoked_by)
SELECT id, 'S' || row_number() OVER (), 'selection', id, producer_id, id, 'dinkop-jatim', '{}', %(now)s, %(valid_to)s,
    %(token)s, '', ''
FROM ikm_product
""",
)
