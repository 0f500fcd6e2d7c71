"""Lists of the desk: the right deals, in the right order, by the right index, and nobody else's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from mediator.deals.models import ENDED
from mediator.protocol import Role
from mediator.protocol.table import STATUSES
from mediator.shop import todo
from mediator.shop.models import Delivery
from mediator.shop.parcel_codes import LETTERS, parcel_code, read_parcel_code

from .making import Desk


def ids(rows: list[todo.Row]) -> list[str]:
    return [row.deal.id for row in rows]


def test_every_status_is_in_one_group() -> None:
    grouped = [status for statuses in todo.GROUPS.values() for status in statuses]
    assert sorted(grouped) == sorted(STATUSES)


def test_a_code_names_its_deal_and_a_slip_of_the_finger_is_noticed() -> None:
    deal = "01997c1e-7a52-7b11-8c3d-9f0a1b2c3d4e"
    code = parcel_code(deal)
    assert read_parcel_code(code) == read_parcel_code(code.lower().replace("-", " ")) == deal[-10:]
    plain = code.replace("-", "")
    for place in range(8):
        for letter in LETTERS:
            wrong = plain[:place] + letter + plain[place + 1 :]
            assert wrong == plain or read_parcel_code(wrong) == ""
        swapped = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :] if place < 7 else plain
        assert swapped == plain or read_parcel_code(swapped) == ""
    assert read_parcel_code("K7QM") == read_parcel_code("") == read_parcel_code("ZZZZ-ZZZZ-é2") == ""


def test_the_most_urgent_deal_is_first_and_pages_follow(desk: Desk) -> None:
    late = desk.funded()
    desk.pass_time(hours=5)
    soon = desk.funded()
    desk.must(soon, "pack", Role.MERCHANT)
    third = desk.funded()
    desk.funded(merchant=desk.other())
    first = todo.urgent(late.book, todo.GROUPS["ship"], limit=2)
    assert ids(first.rows) == [late.id, min(soon.id, third.id)]
    second = todo.urgent(late.book, todo.GROUPS["ship"], limit=2, after=first.after)
    assert ids(second.rows) == [max(soon.id, third.id)]
    assert second.after == ""


def test_only_what_is_the_merchants_turn_is_to_be_answered(desk: Desk) -> None:
    claimed = desk.claimed()
    offered = desk.claimed()
    desk.must(offered, "offer", Role.MERCHANT, amount=50_000_00)
    countered = desk.claimed()
    desk.must(countered, "offer", Role.MERCHANT, amount=50_000_00)
    desk.must(countered, "offer", Role.BUYER, amount=100_000_00)
    found = todo.counts(claimed.book, todo.ANSWERS)
    assert (found["claimed"].n, found["offered"].n) == (1, 1)
    assert set(ids(todo.urgent(claimed.book, todo.ANSWERS).rows)) == {claimed.id, countered.id}


def test_a_group_says_how_many_and_when_the_next_clock_rings(desk: Desk) -> None:
    deal = desk.funded()
    desk.pass_time(hours=1)
    desk.funded()
    found = todo.counts(deal.book, todo.GROUPS["ship"])
    assert todo.together(found, todo.GROUPS["ship"]) == (2, desk.read(deal).due_at)
    assert todo.together(found, todo.GROUPS["claims"]) == todo.NONE


def test_lists_go_on_where_they_stopped(desk: Desk) -> None:
    deals = [desk.opened() for _ in range(5)]
    newest = sorted((deal.id for deal in deals), reverse=True)
    for statuses in ((), ("opened", "part_paid")):
        first = todo.latest(deals[0].book, statuses, limit=3)
        assert ids(first.rows) == newest[:3]
        assert ids(todo.latest(deals[0].book, statuses, limit=3, after=first.after).rows) == newest[3:]
    assert todo.latest(deals[0].book, ENDED).rows == []
    assert ids(todo.latest(deals[0].book, after="nonsense").rows) == newest
    assert todo.urgent(deals[0].book, ("opened",), after="nonsense/x").rows


def test_a_deal_is_found_by_code_buyer_number_and_tracking(desk: Desk) -> None:
    wanted = desk.must(desk.funded(name="Ibu Ratna 100%_", phone="+6281377788899"), "ship", Role.MERCHANT,
                       courier="jne", tracking="JP0099887766")  # fmt: skip
    desk.shipped()
    foreign = desk.shipped(merchant=desk.other(), name="Ibu Ratna")
    desk.work()
    for text in (parcel_code(wanted.id), "ratna", "0%_", "8899", "081377788899", "jp0099887766", "JP 0099 8877 66"):
        assert ids(todo.search(wanted.book, text)) == [wanted.id], text
    assert todo.search(wanted.book, parcel_code(foreign.id)) == []
    assert todo.search(wanted.book, '"courier":"jne') == []
    assert todo.search(foreign.book, "JP0099887766") == []
    assert ids(todo.these(wanted.book, [wanted.id, foreign.id, "x"])) == [wanted.id]


def test_lists_ask_the_index_of_open_deals(desk: Desk) -> None:
    deal = desk.funded()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO deal "
            "SELECT book_id, gen_random_uuid(), version, 'released', amount, due_at, terms, state, keys "
            "FROM deal, generate_series(1, 5000) WHERE id = %s",
            [deal.id],
        )
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        values: dict[str, Any] = {
            "book": deal.book, "statuses": ["funded"], "id": deal.id, "limit": 51, "sorted": 2000, "all": True,
            "due": desk.now + timedelta(days=9),
        }  # fmt: skip
        for statement in (todo.URGENT, todo.LATEST_OPEN):
            cursor.execute(f"EXPLAIN {statement}", values)
            assert "deal_open" in "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute(f"EXPLAIN {todo.COUNTS}", [["funded"], deal.book, 1000])
        assert "deal_open" in "\n".join(row[0] for row in cursor.fetchall())


def test_a_list_is_one_statement_for_one_deal_or_many(desk: Desk) -> None:
    desk.funded()
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            todo.urgent(desk.merchant.book_id, todo.GROUPS["ship"])
        assert len(asked) == 1
        for _ in range(8):
            desk.funded()


def test_a_code_of_two_deals_names_neither(desk: Desk) -> None:
    book, digits = desk.merchant.book_id, "9f0a1b2c3d"
    for n in (1, 2):
        Delivery.objects.create(
            book_id=book, deal_id=f"01997c1e-7a52-7b11-8c3{n}-4e{digits}", buyer="guest-x", name="Ani", phone="+62811",
            address="x", province="32", regency="32.73", title="x", opened_at=desk.now,
        )  # fmt: skip
        found = todo.by_codes(book, [digits])
        assert len(found) == (1 if n == 1 else 0)


def test_a_tracking_number_is_looked_up_by_its_index_however_many_deals_there_are(desk: Desk) -> None:
    desk.shipped()
    desk.work()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = "EXPLAIN SELECT deal_id FROM parcel WHERE book_id = %s AND tracking = %s"
        cursor.execute(plan, [desk.merchant.book_id, "JP0099887766"])
        assert "parcel_of_tracking" in "\n".join(row[0] for row in cursor.fetchall())
