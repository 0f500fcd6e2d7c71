"""Replays into a real database: what is written, that it adds up, that a second run changes nothing."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from msgspec.structs import replace

from mediator.deals.charging import adopt
from mediator.deals.clock import SYSTEM_CLOCK
from mediator.deals.models import Purchase
from mediator.policy import shipped_policies
from mediator.replay.mapping import plan_order
from mediator.replay.mapping_terms import Setting
from mediator.replay.orders import Order, ReplayInputError
from mediator.replay.reading import BUNDLED, read
from mediator.replay.report import answer, report_of
from mediator.replay.stream import Stream, Task
from mediator.replay.stream_crew import shares_of
from mediator.replay.stream_run import Options, Run, run_replay
from tests.conftest import FreshDatabase
from tests.ground.runner import mediator, one_sentence

REAL = Path(__file__).parents[3] / "shared/data/olist"
needs_real = pytest.mark.skipif(not (REAL / "orders.csv.gz").exists(), reason="the real Olist files may not be bundled")
LIKE = BUNDLED["olist_like"]

KEYS = ["orders", "deals", "states", "money", "audit", "deals_per_second"]
STATES = {
    "released": 5,
    "split": 4,
    "expired": 2,
    "refunded": 2,
    "cancelled": 1,
    "contested": 1,
    "delivered": 1,
}


def everything() -> list[tuple[Any, ...]]:
    """All that was ever written for deals, as rows."""
    found: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        for query in (
            "SELECT book_id, id, version, status, state, keys FROM deal ORDER BY 1, 2",
            "SELECT book_id, seq, hash FROM journal ORDER BY 1, 2",
            "SELECT book_id, account, amount FROM balance ORDER BY 1, 2",
            "SELECT reference, amount FROM sandbox_payment ORDER BY 1",
            "SELECT reference, amount FROM sandbox_transfer ORDER BY 1",
            "SELECT id, amount, deals FROM purchase ORDER BY 1",
        ):
            cursor.execute(query)
            found += [tuple(bytes(cell) if isinstance(cell, memoryview) else cell for cell in row) for row in cursor]
    return found


@pytest.mark.usefixtures("fresh_database")
def test_the_made_up_orders_come_out_as_the_protocol_says_and_add_up_to_the_last_unit() -> None:
    report = report_of(run_replay(LIKE, Options()))
    said = answer(report)
    assert list(said)[: len(KEYS)] == KEYS
    assert (said["orders"], said["deals"], said["states"]) == (15, 16, STATES)
    money = said["money"]
    assert money["adds_up"] is True
    assert money["in"] == 112_286, "every approved payment of the files, in centavos"
    assert money["in"] == sum(money[name] for name in ("to_merchants", "to_buyers", "fees", "tax", "held"))
    assert (money["in"] - money["held"], money["rail_in"]) == (money["rail_out"], money["in"])
    assert (said["audit"]["ok"], report.ok) == (True, True)
    assert report.states == {name: n for name, n in report.run.tally.planned.items() if n}
    assert Purchase.objects.count() == 14, "order 15 has neither goods nor money"
    assert json.loads(json.dumps(said)) == said


@pytest.mark.usefixtures("fresh_database")
def test_a_second_replay_of_the_same_folder_changes_nothing() -> None:
    first = run_replay(LIKE, Options())
    written = everything()
    second = run_replay(LIKE, Options(workers=1, batch=7))
    assert everything() == written
    assert (second.tally.applied, second.tally.replayed) == (0, first.tally.applied)
    assert second.explanations == first.explanations


@pytest.mark.usefixtures("fresh_database")
def test_a_later_run_with_drain_goes_on_where_the_record_stopped() -> None:
    held = report_of(run_replay(LIKE, Options()))
    assert held.money is not None
    assert held.money.held == 4_540 + 2_578
    drained = report_of(run_replay(LIKE, Options(drain=True)))
    assert drained.money is not None
    assert (drained.money.held, drained.states.get("contested"), drained.ok) == (0, None, True)
    assert drained.money.to_buyers == held.money.to_buyers + 4_540
    assert drained.money.to_merchants == held.money.to_merchants + 2_578


@pytest.mark.usefixtures("fresh_database")
def test_money_that_does_not_add_up_is_said() -> None:
    run = run_replay(LIKE, Options())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sandbox_payment SET amount = amount + 1 WHERE reference IN "
                       "(SELECT reference FROM sandbox_payment LIMIT 1)")  # fmt: skip
    report = report_of(run)
    assert report.money is not None
    assert (report.money.rail_difference, report.money.adds_up, report.ok) == (1, False, False)


@pytest.mark.usefixtures("fresh_database")
def test_one_data_set_is_charged_by_one_policy() -> None:
    run_replay(LIKE, Options(policy="free"))
    connection.cursor().execute("UPDATE book SET policy = 'other'")
    with pytest.raises(ReplayInputError, match="say --policy other") as caught:
        run_replay(LIKE, Options(policy="free"))
    assert caught.value.code == "other_policy"


@pytest.mark.usefixtures("fresh_database")
@pytest.mark.parametrize(
    ("policy", "code"),
    [("nonsense", "unknown_policy"), ("qris", "policy_not_in_force"), ("marketplace", "policy_not_in_force")],
)
def test_a_policy_that_cannot_charge_these_orders_is_refused_at_once(policy: str, code: str) -> None:
    with pytest.raises(ReplayInputError) as caught:
        run_replay(LIKE, Options(policy=policy))
    assert caught.value.code == code
    assert everything() == []


def test_an_order_is_divided_among_workers_without_losing_a_part() -> None:
    for order in read(LIKE):
        assert isinstance(order, Order)
        shares = shares_of(order, "source", 3)
        assert sorted(place for task in shares.values() for place in task.own) == list(range(len(order.parts)))
        assert sum(task.leads for task in shares.values()) == 1


@pytest.mark.slow
def test_two_workers_write_what_one_writes(fresh_database: FreshDatabase) -> None:
    def totals(run: Run) -> Any:
        report = report_of(run)
        assert report.ok
        return report.states, report.money

    two = totals(run_replay(LIKE, Options(workers=2, batch=11)))
    deals = [row[:4] for row in everything() if len(row) == 6]
    again = run_replay(LIKE, Options(workers=1))
    assert again.tally.applied == 0
    assert totals(again) == two
    assert [row[:4] for row in everything() if len(row) == 6] == deals


def copies(count: int) -> Iterator[Order]:
    """Real-looking orders without end: the first of tokopedia's, an hour apart."""
    plain = next(one for one in islice(read(BUNDLED["tokopedia"]), 50) if isinstance(one, Order) and one.parts)
    for number in range(count):
        later = timedelta(hours=number)
        part = plain.parts[0]
        happenings = tuple(replace(one, at=one.at + later) for one in part.happenings)
        payments = tuple(
            replace(one, at=one.at + later, reference=f"{number}-{one.reference}") for one in plain.payments
        )
        yield replace(
            plain,
            order_id=f"copy-{number}",
            placed_at=plain.placed_at + later,
            payments=payments,
            parts=(replace(part, happenings=happenings),),
        )


@pytest.mark.slow
@pytest.mark.usefixtures("fresh_database")
def test_memory_is_flat_however_many_orders_pass() -> None:
    for policy in shipped_policies():
        adopt(policy, SYSTEM_CLOCK.now())
    stream = Stream(Setting("flat", "tokopedia", "qris"), batch=500)
    peaks = []
    orders = copies(2_400)
    tracemalloc.start()
    for _ in range(4):
        tracemalloc.reset_peak()
        for _chunk in range(6):
            stream.feed([Task(order, (0,), True) for order in islice(orders, 100)])
        peaks.append(tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()
    stream.finish()
    assert peaks[3] < peaks[1] * 1.15, peaks


@pytest.mark.slow
def test_json_is_one_object_and_bad_input_is_one_sentence(tmp_path: Path) -> None:
    data = tmp_path / "home" / "data"
    data.parent.mkdir()
    run = mediator("replay", "olist_like", "--json", folder=data)
    assert run.returncode == 0, run.stderr
    said = json.loads(run.stdout)
    assert said["states"] == STATES
    broken = tmp_path / "broken"
    broken.mkdir()
    for file in LIKE.iterdir():
        (broken / file.name).write_bytes(file.read_bytes())
    with (broken / "orders.csv").open("a") as orders:
        orders.write("order-x,c1,no-such-status,2020-03-02 10:00:00,,,,\n")
    sentence = one_sentence(mediator("replay", str(broken), "--strict", folder=data), 3)
    assert "orders.csv, line 17" in sentence
    lenient = mediator("replay", str(broken), "--json", folder=data)
    assert (lenient.returncode, json.loads(lenient.stdout)["bad_rows"]) == (0, 1)
    assert "is not a folder" in one_sentence(mediator("replay", str(tmp_path / "none"), folder=data), 3)


@pytest.mark.slow
@needs_real
def test_the_real_olist_orders_in_one_go(fresh_database: FreshDatabase) -> None:
    report = report_of(run_replay(REAL, Options(workers=2)))
    assert report.ok, (report.money, report.audit.first)
    assert (report.run.orders, report.run.tally.deals, report.run.bad_row_count) == (12_751, 12_894, 0)
    assert sum(report.states.values()) == 12_894
    assert report.states == {name: n for name, n in report.run.tally.planned.items() if n}
    assert report.run.explanations["shipping_waited_for_money"] == 154
    assert report.run.explanations["shipped_before_paid"] == 151
    assert report.run.explanations["cancelled_after_shipping"] == 79
    assert report.run.explanations["underpaid"] == 24
    assert report.run.explanations["overpaid"] == 42


def test_every_explanation_and_refusal_of_the_bundled_orders_has_words() -> None:
    from mediator.replay.mapping_words import SENTENCES

    setting = Setting("words", "olist", "free")
    for order in read(LIKE):
        assert isinstance(order, Order)
        codes = set(order.explanations).union(*(deal.explanations for deal in plan_order(order, setting).deals))
        assert codes <= set(SENTENCES)
