"""What somebody who means harm sends to the engine, and what must not come of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from django.db import connection
from msgspec.structs import replace

from mediator.deals.books import NewBook, open_books
from mediator.deals.charging import adopt
from mediator.deals.engine import Engine
from mediator.deals.errors import BadBook
from mediator.deals.ids import uuid7
from mediator.deals.sweep import sweep
from mediator.policy import Policy, policy_from_json, policy_to_json, shipped_policies
from mediator.protocol import Actor, ClaimKind, Command, Details, Line, Part, Remedy, Role
from mediator.rails.payouts import look_again
from tests.engine.making import BUYER, NOW, PRICE, accept, book, deliver, engine, opening, pay, ship, whole

pytestmark = pytest.mark.django_db


def told(command: Command, **details: object) -> Command:
    return replace(command, details=replace(command.details, **details))


def agreed(command: Command, **terms: object) -> Command:
    return told(command, terms=replace(command.details.terms, **terms))


def test_a_party_cannot_stop_the_clock_by_using_its_key() -> None:
    work, clock = engine()
    b, d = book(), uuid7()
    work.apply([opening(b, d), pay(b, d), ship(b, d)])
    mine = [replace(deliver(b, d), actor=BUYER, key=f"clock/{version}") for version in (4, 5)]
    extend = replace(mine[1], name="extend", details=Details())
    assert [r.code for r in work.apply([mine[0], extend])] == ["applied", "applied"]
    blocked = Command(b, d, "submit_evidence", BUYER, "clock/6", Details(evidence="x"))
    work.apply([blocked])
    claim = Details(kind=ClaimKind.DAMAGED, remedy=Remedy.REFUND)
    assert work.apply([Command(b, d, "claim", BUYER, "clock/6", claim)])[0].ok
    for _ in range(4):
        clock.advance(timedelta(days=30))
        sweep(work)
    with connection.cursor() as cursor:
        cursor.execute("SELECT status, version FROM deal WHERE id = %s", [d])
        assert cursor.fetchone() == ("refunded", 7)


def test_a_clocks_key_used_before_its_time_stops_no_sweep() -> None:
    work, clock = engine()
    b, d = book(), uuid7()
    work.apply([replace(opening(b, d), key="clock/1")])
    clock.advance(timedelta(days=2))
    assert sweep(work) == 1


def test_nobody_can_use_up_the_key_of_a_payment_that_is_to_come() -> None:
    work, _ = engine()
    b, d = book(), uuid7()
    natural = "rail/qris/payment/r"
    assert work.apply([replace(opening(b, d), key=natural)])[0].ok
    assert work.apply([pay(b, d, key=natural)])[0].code == "applied"


def test_a_stranger_with_a_partys_key_and_words_is_not_told_that_it_took_effect() -> None:
    work, _ = engine()
    b, d = book(), uuid7()
    work.apply(whole(b, d)[:4])
    assert work.apply([accept(b, d)])[0].code == "applied"
    assert work.apply([replace(accept(b, d), actor=Actor(Role.BUYER, "x"))])[0].code == "not_now"
    assert work.apply([accept(b, d)])[0].code == "replayed"


def poison(b: str, d: str) -> list[Command]:
    """Commands that no database, no JSON and no log should ever see, all on a funded deal or a new one."""
    cancel = Command(b, d, "cancel", BUYER, "c", Details(reason="why"))
    claim = Details(kind=ClaimKind.DAMAGED, remedy=Remedy.REFUND)
    return [
        told(cancel, reason="nul \0"),
        told(cancel, reason="half \ud800"),
        replace(cancel, key="half \udfff"),
        replace(cancel, key="nul \0"),
        replace(cancel, key="two\nlines\t\\."),
        replace(cancel, actor=Actor(Role.BUYER, "\ud800")),
        replace(cancel, actor=Actor(Role.BUYER, "b\0")),
        replace(cancel, actor=Actor(Role.MEDIATOR, "m" * 10_000)),
        replace(cancel, deal=d + "\n"),
        told(cancel, reason="x" * 2001),
        told(ship(b, d), courier="jne\0"),
        told(pay(b, d, key="n"), rail="qris\t1\nrail.x,evil}"),
        told(pay(b, d, key="n"), rail="qris\0"),
        told(pay(b, d, key="n"), amount=2**63),
        told(pay(b, d, key="n"), amount=10**400),
        told(pay(b, d, key="n"), amount=-(2**63)),
        Command(b, d, "ask_extension", Actor(Role.MERCHANT, f"m-{b}"), "e", Details(days=2**70)),
        Command(b, d, "claim", BUYER, "p", replace(claim, parts=tuple(Part(n, 2**64) for n in range(10**5)))),
        agreed(opening(b, uuid7()), buyer="b\0"),
        agreed(opening(b, uuid7()), promise="\ud800"),
        agreed(opening(b, uuid7()), purchase="p" * 10**6),
        agreed(opening(b, uuid7()), promise="p" * 10**6),
        agreed(opening(b, uuid7()), lines=(Line("kopi\0", 1, PRICE),)),
        agreed(opening(b, uuid7()), lines=(Line("k" * 10**6, 1, PRICE),)),
        agreed(opening(b, uuid7()), lines=(Line("kopi", 1, PRICE, sku="s" * 10**6),)),
        agreed(opening(b, uuid7()), lines=(Line("kopi", 2**64, PRICE),)),
        agreed(opening(b, uuid7()), lines=(Line("kopi", 1, 2**64),), amount=2**64),
        agreed(opening(b, uuid7()), lines=(Line("kopi", 1, PRICE),) * 100_000),
        agreed(opening(b, uuid7()), buyer_fee=2**70),
        agreed(opening(b, uuid7()), rules=2**70),
        agreed(opening(b, uuid7()), rules=2),
        agreed(opening(b, uuid7()), clocks={"ship_by": "9999d"}),
        agreed(opening(b, uuid7()), clocks={"inspect_by": "9999wd"}),
        agreed(opening(b, uuid7()), clocks={"\0": "1h"}),
        agreed(opening(b, uuid7()), clocks={"ship_by": "\ud800"}),
        agreed(opening(b, uuid7()), clocks={"ship_by": "1h\n"}),
        agreed(opening(b, uuid7()), currency="IDR\0"),
    ]


def test_poisoned_commands_spoil_no_other_of_their_batch() -> None:
    work, _ = engine()
    b, d = book(), uuid7()
    bad = poison(b, d)
    good = [opening(b, d), pay(b, d), *(opening(b, uuid7()) for _ in bad)]
    mixed = [c for pair in zip(good[2:], bad, strict=True) for c in pair]
    results = work.apply([*good[:2], *mixed, ship(b, d), deliver(b, d), accept(b, d)])
    by_command = results[2:-3]
    assert [r.code for r in (*results[:2], *by_command[::2], *results[-3:])] == ["applied"] * (len(good) + 3)
    taken = [c for c, r in zip(bad, by_command[1::2], strict=True) if r.ok]
    assert taken == []
    for result in by_command[1::2]:
        assert result.code
        assert result.message.endswith(".")
        msgspec.json.encode(result.message)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM journal, string_to_table(body, E'\\n') WHERE book_id = %s", [b])
        assert cursor.fetchone()[0] == len(good) + 3
        cursor.execute("SELECT count(terms::jsonb), count(state::jsonb) FROM deal")


def test_text_that_only_looks_like_an_escaped_nul_is_taken() -> None:
    work, _ = engine()
    b, d = book(), uuid7()
    (result,) = work.apply([agreed(opening(b, d), promise="C:\\u0000 \\\\u0000")])
    assert result.ok


def test_no_party_can_stop_the_search_for_money_that_is_owed() -> None:
    work, _ = engine()
    b, d = book(), uuid7()
    work.apply([opening(b, d), pay(b, d), Command(b, d, "cancel", BUYER, "c", Details(reason="\0"))])
    work.apply([Command(b, d, "cancel", BUYER, "c2", Details(reason="a \n b"))])
    look_again(work)


def version_of(policy: Policy, version: int, **changes: object) -> Policy:
    """The policy as a later version of itself."""
    return policy_from_json(policy_to_json(msgspec.structs.replace(policy, version=version, **changes)))


def qris() -> Policy:
    return next(p for p in shipped_policies() if p.id == "qris" and p.valid_from <= NOW.date() and not p.valid_to)


def test_a_running_engine_notices_a_policy_that_was_adopted_later() -> None:
    work, _ = engine()
    work.apply([opening(book(), uuid7())])
    b, d = book("qris"), uuid7()
    assert work.apply([opening(b, d)])[0].code == "no_policy_in_force"
    adopt(qris(), NOW)
    first = work.apply([opening(b, d)])[0]
    assert first.ok, first
    adopt(version_of(qris(), 99), NOW)
    second = work.apply([opening(b, uuid7())])[0].deal
    assert second is not None
    assert second.terms.policy == "qris@99"


def test_a_deal_opened_by_another_engine_under_a_new_version_is_charged_by_it() -> None:
    ours, _ = engine()
    theirs, _ = engine()
    adopt(qris(), NOW)
    b, d = book("qris"), uuid7()
    ours.apply([opening(b, uuid7())])
    adopt(version_of(qris(), 99), NOW)
    theirs.apply(whole(b, d)[:4])
    assert ours.apply([accept(b, d)])[0].status == "released"


def test_a_deal_whose_policy_is_missing_spoils_neither_the_batch_nor_the_sweep() -> None:
    work, clock = engine()
    adopt(qris(), NOW)
    b, lost, fine = book("qris"), uuid7(), uuid7()
    work.apply([*whole(b, lost)[:4], *whole(b, fine)[:4]])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE deal SET terms = replace(terms, 'qris@', 'gone@') WHERE id = %s", [lost])
        cursor.execute("UPDATE deal SET due_at = due_at - interval '1 hour' WHERE id = %s", [lost])
    assert [r.code for r in work.apply([accept(b, lost), opening(b, uuid7())])] == ["policy_missing", "applied"]
    clock.advance(timedelta(days=30))
    assert work.apply([accept(b, lost)])[0].code == "policy_missing"
    assert sweep(work, batch=1) >= 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM deal WHERE id = ANY(%s::uuid[])", [[fine]])
        assert cursor.fetchone()[0] == "released"


def test_a_book_whose_policy_prices_another_currency_opens_no_deal_that_could_never_be_released() -> None:
    work, _ = engine()
    adopt(version_of(qris(), 99, currency="USD", rules=qris().rules[:1]), NOW)
    b = book("qris")
    results = work.apply([opening(b, uuid7()), opening(book(), uuid7())])
    assert [r.code for r in results] == ["wrong_currency", "applied"]


def test_time_that_goes_back_a_little_refuses_nobody() -> None:
    work, clock = engine()
    b, d = book(), uuid7()
    work.apply(whole(b, d)[:3])
    clock.advance(timedelta(seconds=-5))
    assert [r.code for r in work.apply([deliver(b, d), accept(b, d)])] == ["applied", "applied"]


def test_a_turnover_ends_with_the_year_in_jakarta() -> None:
    work, clock = engine()
    clock.at = datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC)
    b, d = book(), uuid7()
    work.apply(whole(b, d))
    clock.advance(timedelta(seconds=1))
    work.apply(whole(b, uuid7()))
    with connection.cursor() as cursor:
        cursor.execute("SELECT year, turnover FROM journal WHERE book_id = %s ORDER BY seq", [b])
        assert cursor.fetchall() == [(2026, PRICE), (2027, PRICE)]


def test_a_live_engine_takes_nobodys_word_for_the_time_and_a_historic_one_no_time_without_zone() -> None:
    work, clock = engine()
    b, d = book(), uuid7()
    assert work.apply([replace(opening(b, d), at=NOW)])[0].code == "time_not_yours"
    past = Engine(clock, historic=True)
    results = past.apply([replace(opening(b, d), at=NOW.replace(tzinfo=None)), replace(opening(b, d), at=NOW)])
    assert [r.code for r in results] == ["bad_time", "applied"]


def test_the_same_id_in_two_books_is_two_deals() -> None:
    work, _ = engine()
    a, b, d = book(), book(), uuid7()
    results = work.apply([*whole(a, d), *whole(b, d)[:2]])
    assert [r.code for r in results] == ["applied"] * 7
    assert [r.status for r in results[-3:]] == ["released", "opened", "funded"]
    assert results[4].status == "released"


def test_evidence_and_news_of_accounts_do_not_make_a_deal_grow_without_end() -> None:
    work, _ = engine()
    b, d = book(), uuid7()
    merchant = Actor(Role.MERCHANT, f"m-{b}")
    claim = Command(b, d, "claim", BUYER, "claim", Details(kind=ClaimKind.DAMAGED, remedy=Remedy.REFUND))
    contest = Command(b, d, "contest", merchant, "no", Details(reason="no"))
    escalate = Command(b, d, "escalate", BUYER, "up")
    assert all(r.ok for r in work.apply([*whole(b, d)[:4], claim, contest, escalate]))
    shown = [Command(b, d, "submit_evidence", BUYER, f"s{n}", Details(evidence=f"e{n}")) for n in range(300)]
    named = [Command(b, d, "update_account", BUYER, f"u{n}") for n in range(300)]
    results = work.apply([*shown, *named])
    assert sum(r.ok for r in results) <= 50
    assert {r.code for r in results if not r.ok} == {"enough_evidence", "nothing_failed"}
    other = Command(b, d, "submit_evidence", merchant, "mine", Details(evidence="mine"))
    assert work.apply([other])[0].ok, "one side cannot use up the other's"


def test_a_stranger_is_told_nothing_of_the_deal() -> None:
    work, _ = engine()
    b, d = book(), uuid7()
    assert work.apply([opening(b, d)])[0].ok
    answer = work.apply([Command(b, d, "cancel", Actor(Role.BUYER, "stranger"), "k")])[0]
    assert (answer.code, answer.deal, answer.status, answer.version) == ("not_yours", None, "", 0)


def test_a_deal_in_a_currency_nobody_knows_is_refused() -> None:
    work, _ = engine()
    b, d = book(), uuid7()
    assert work.apply([agreed(opening(b, d), currency="XYZ")])[0].code == "unknown_currency"


def test_a_book_without_a_merchant_is_refused() -> None:
    with pytest.raises(BadBook, match="belongs to a merchant"):
        open_books([NewBook(uuid7(), " ", "IDR")], NOW)
