"""The engine on a real PostgreSQL: once, set-based, side by side, and what the database itself refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from msgspec.structs import replace

from mediator.deals import store
from mediator.deals.charging import adopt
from mediator.deals.ids import uuid7
from mediator.deals.sweep import sweep
from mediator.ledger import store as ledger
from mediator.policy import shipped_policies
from mediator.protocol import Actor, Role
from tests.engine.making import NOW, PRICE, accept, book, engine, opening, pay, whole

pytestmark = pytest.mark.django_db


def one(query: str, *arguments: object) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query, arguments)
        return cursor.fetchone()[0]


def test_a_whole_deal_pays_the_merchant() -> None:
    work, _ = engine()
    b, d = book(), uuid7()
    results = work.apply(whole(b, d))
    assert [r.code for r in results] == ["applied"] * 5
    assert results[-1].status == "released"
    assert one("SELECT amount FROM balance WHERE book_id = %s AND account = 'merchant'", b) == PRICE


def test_a_command_sent_again_takes_effect_once() -> None:
    work, _ = engine()
    b, d = book(), uuid7()
    work.apply(whole(b, d))
    again = work.apply(whole(b, d) + whole(b, d))
    assert {r.code for r in again} == {"replayed"}
    assert [r.version for r in again[:5]] == [1, 2, 3, 4, 5]
    assert one("SELECT count(*) FROM entry WHERE book_id = %s", b) == 2
    assert one("SELECT count(*) FROM journal WHERE book_id = %s", b) == 1


def test_the_same_key_with_other_content_is_an_error() -> None:
    work, _ = engine()
    b, d = book(), uuid7()
    work.apply([opening(b, d), pay(b, d)])
    (result,) = work.apply([pay(b, d, PRICE + 100)])
    assert result.code == "key_reused"
    assert result.message


def test_one_bad_command_spoils_no_other() -> None:
    work, _ = engine()
    b, d, e = book(), uuid7(), uuid7()
    bad = [
        replace(opening(b, d), book="no uuid"),
        replace(opening(b, d), key=""),
        replace(opening(b, d), key="k" * 256),
        opening(uuid7(), d),
        pay(b, uuid7()),
        pay(b, d, 0, key="zero"),
        pay(b, d, 10**16, key="much"),
        pay(b, d, PRICE, "USD", key="dollars"),
        replace(accept(b, d), name="fly"),
        replace(accept(b, d), actor=Actor(Role.BUYER, "x")),
        replace(opening(b, uuid7()), at=NOW),
    ]
    results = work.apply([opening(b, d), *bad, pay(b, d), opening(b, e)])
    assert [r.code for r in results] == [
        "applied", "bad_id", "bad_key", "bad_key", "no_such_book", "no_such_deal", "bad_amount", "bad_amount",
        "wrong_currency", "unknown_command", "not_now", "time_not_yours", "applied", "applied",
    ]  # fmt: skip
    assert all(r.message for r in results if not r.ok)
    assert "pay" in results[6].allowed


@contextmanager
def counting() -> Iterator[list[str]]:
    """Every statement that psycopg sends, COPY included."""
    seen: list[str] = []
    execute, copy = psycopg.Cursor.execute, psycopg.Cursor.copy

    def counted(self: Any, query: Any, *arguments: Any, **more: Any) -> Any:
        seen.append(str(query))
        return execute(self, query, *arguments, **more)

    def copied(self: Any, query: Any, *arguments: Any, **more: Any) -> Any:
        seen.append(str(query))
        return copy(self, query, *arguments, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", counted)
        patch.setattr(psycopg.Cursor, "copy", copied)
        yield seen


def test_a_thousand_commands_take_as_many_statements_as_ten() -> None:
    opens, counts = [], []
    for n in (10, 1000):
        work, _ = engine()
        places = [(book(), uuid7()) for _ in range(5)]
        places = [(places[i % 5][0], uuid7()) for i in range(n)]
        work.apply([opening(book(), uuid7())])
        with counting() as opened:
            assert all(r.ok for r in work.apply([opening(*place) for place in places]))
        with counting() as seen:
            assert all(r.ok for r in work.apply([pay(*place) for place in places]))
        opens.append([query.split()[0] for query in opened])
        counts.append([query.split()[0] for query in seen])
    assert opens[0] == opens[1]
    assert counts[0] == counts[1]
    assert "COPY" in counts[0]
    assert len(counts[0]) <= 12


def test_a_release_records_what_it_was_charged_by() -> None:
    for policy in shipped_policies():
        adopt(policy, NOW)
    work, _ = engine()
    b, d = book("qris"), uuid7()
    deal = work.apply(whole(b, d))[-1].deal
    assert deal is not None
    assert deal.terms.policy.startswith("qris@")
    assert len(deal.terms.policy_digest) == 64
    assert sum(c.amount for c in deal.state.charges if c.kind == "fee") == deal.state.purse.get("fee", 0)
    body = one("SELECT body FROM journal WHERE book_id = %s", b)
    opened = json.loads(body.split("\n")[0])
    assert opened[6]["terms"]["policy"] == deal.terms.policy


def test_a_clock_that_has_rung_goes_before_a_late_command() -> None:
    work, clock = engine()
    b, d = book(), uuid7()
    work.apply([opening(b, d)])
    clock.advance(timedelta(days=2))
    (result,) = work.apply([pay(b, d)])
    assert result.status == "late"
    assert result.version == 3


def test_the_sweep_rings_in_batches_and_only_what_is_due() -> None:
    work, clock = engine()
    b = book()
    work.apply([opening(b, uuid7()) for _ in range(25)])
    clock.advance(timedelta(hours=23))
    assert sweep(work) == 0
    clock.advance(timedelta(hours=1))
    rang: list[int] = []
    assert sweep(work, batch=10, on_batch=rang.append) == 25
    assert rang == [10, 10, 5]
    assert sweep(work) == 0


def plan(query: str, arguments: list[object]) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + query.replace("%b", "%s"), arguments)
        return "\n".join(row[0] for row in cursor.fetchall())


def test_hot_reads_use_the_indexes_that_were_made_for_them() -> None:
    b = book()
    assert "deal_pkey" in plan(store.READ_DEALS, [[b], [uuid7()]])
    assert "deal_due" in plan(store.DUE, [NOW, NOW, NOW, uuid7(), uuid7(), 10])
    heads = plan(ledger.HEADS, [bytes(32), [b]])
    assert "journal_pkey" in heads
    assert "book_pkey" in heads
