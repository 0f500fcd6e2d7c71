"""One row a clock: how a deal comes under it, its default span, and what happens when it rings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from mediator.protocol.calendar import after, is_working_day, span
from mediator.protocol.table import CLOCKS
from tests.protocol.acting import PRICE, Trade, decided, delivered, funded, in_mediation, returning

DAY, HOUR = timedelta(days=1), timedelta(hours=1)

CASES: list[tuple[str, Callable[[], Trade], timedelta, str, dict[str, int]]] = [
    ("pay_by", Trade, 24 * HOUR, "expired", {}),
    ("top_up_by", lambda: Trade().pay(100), 24 * HOUR, "expired", {"buyer": 100}),
    ("revive_by", lambda: Trade().ring().pay(), 24 * HOUR, "expired", {"buyer": PRICE}),
    ("ship_by", funded, 2 * DAY, "refunded", {"buyer": PRICE}),
    ("cancel_by", lambda: funded().must("merchant", "pack").must("buyer", "cancel"), 24 * HOUR, "refunded",
     {"buyer": PRICE}),
    ("deliver_by", lambda: funded().ship(), 10 * DAY, "claimed", {"disputed": PRICE}),
    ("inspect_by", delivered, 48 * HOUR, "released", {"merchant": PRICE}),
    ("extend_by", lambda: delivered().must("buyer", "extend"), 5 * DAY, "released", {"merchant": PRICE}),
    ("answer_by", lambda: delivered().claim(), 48 * HOUR, "refunded", {"buyer": PRICE}),
    ("reply_by", lambda: delivered().claim().must("merchant", "offer", amount=PRICE // 2 // 100 * 100), 3 * DAY,
     "in_mediation", {"disputed": PRICE}),
    ("pursue_by", lambda: delivered().claim().must("merchant", "contest"), 5 * DAY, "delivered", {"held": PRICE}),
    ("decide_by", in_mediation, 7 * DAY, "in_mediation", {"disputed": PRICE}),
    ("lead_by", lambda: in_mediation().ring(), 8 * DAY, "refunded", {"buyer": PRICE}),
    ("appeal_by", decided, 7 * DAY, "refunded", {"buyer": PRICE}),
    ("panel_by", lambda: decided(0).must("buyer", "appeal", reason="r"), 7 * DAY, "released", {"merchant": PRICE}),
    ("return_by", returning, 7 * DAY, "released", {"merchant": PRICE}),
    ("transit_by", lambda: returning().must("buyer", "send_back", tracking="t"), 21 * DAY, "in_mediation",
     {"disputed": PRICE}),
    ("confirm_by", lambda: returning().must("buyer", "send_back", tracking="t").must("courier", "deliver_back"),
     3 * DAY, "refunded", {"buyer": PRICE}),
]  # fmt: skip


@pytest.mark.parametrize(("clock", "make", "span", "then", "money"), CASES, ids=[case[0] for case in CASES])
def test_a_clock_rings_when_the_table_says_and_does_what_it_says(
    clock: str, make: Callable[[], Trade], span: timedelta, then: str, money: dict[str, int]
) -> None:
    trade = make()
    assert trade.due_in == span, "counted from Monday 5 January 2026; Friday the 16th is a holiday"
    trade.wait(seconds=span.total_seconds() - 1)
    assert trade.refused("clock", "lapse") == "clock_has_not_rung"
    trade.wait(seconds=1)
    assert trade.refused("buyer", "update_account") == "clock_has_rung"
    trade.must("clock", "lapse")
    assert trade.status == then
    assert {account: amount for account, amount in trade.state.purse.items() if account != "rail.qris"} == money


def test_every_clock_has_a_test_of_its_own() -> None:
    elsewhere = {"talk_by", "evidence_by"}
    assert {case[0] for case in CASES} | elsewhere == set(CLOCKS)


def test_talking_ends_at_talk_by_however_often_offers_go_back_and_forth() -> None:
    trade = delivered().claim()
    opened = trade.now
    for who in ("merchant", "buyer", "merchant", "buyer"):
        trade.wait(hours=47).must(who, "offer", amount=PRICE // 2 // 100 * 100)
        if trade.due_in + trade.now == opened + 7 * DAY:
            break
    assert trade.deal is not None
    assert trade.deal.due_at == opened + 7 * DAY
    assert trade.ring().status == "in_mediation"


def test_the_mediator_waits_for_evidence_until_evidence_by() -> None:
    trade = in_mediation()
    assert trade.refused("mediator", "decide", amount=0, reason="r") == "not_heard_yet"
    trade.wait(hours=48).must("mediator", "decide", amount=0, reason="r")
    assert trade.status == "decided"


def test_the_mediator_may_decide_at_once_when_both_have_shown_evidence() -> None:
    assert (
        in_mediation()
        .must("buyer", "submit_evidence", evidence="b")
        .must("mediator", "decide", amount=0, reason="r")
        .status
        == "decided"
    )


def test_a_cancellation_never_waits_longer_than_the_shipping_clock() -> None:
    trade = funded().must("merchant", "pack").wait(days=1, hours=12).must("buyer", "cancel")
    assert trade.due_in == 12 * HOUR
    trade.must("merchant", "refuse_cancel")
    assert trade.status == "packed"
    assert trade.due_in == 12 * HOUR


def test_a_deal_may_set_its_own_clocks() -> None:
    assert Trade(clocks={"pay_by": "15h"}).due_in == 15 * HOUR


def test_a_claim_on_everything_stops_the_inspection_clock_and_its_end_lets_it_run_on() -> None:
    trade = delivered().wait(hours=20).claim()
    trade.wait(hours=10).must("buyer", "withdraw")
    assert trade.status == "delivered"
    assert trade.due_in == 28 * HOUR


def test_working_days_skip_lebaran_nyepi_and_weekends() -> None:
    friday = datetime(2025, 3, 28, 3, 0, tzinfo=UTC)  # Lebaran was on Monday 31 March and Tuesday 1 April 2025
    assert after(friday, span("1wd")) == datetime(2025, 4, 2, 3, 0, tzinfo=UTC)
    wednesday = datetime(2026, 3, 18, 3, 0, tzinfo=UTC)  # Nyepi was on Thursday 19 March 2026
    assert after(wednesday, span("1wd")) == datetime(2026, 3, 20, 3, 0, tzinfo=UTC)
    assert not is_working_day(date(2026, 3, 19))


def test_the_day_of_a_working_day_clock_is_the_day_in_jakarta() -> None:
    friday_evening_utc = datetime(2026, 1, 9, 18, 0, tzinfo=UTC)  # Saturday 01:00 in Jakarta
    assert after(friday_evening_utc, span("1wd")) == datetime(2026, 1, 11, 18, 0, tzinfo=UTC)  # Monday 01:00 in Jakarta


def test_nothing_but_working_days_stops_for_holidays() -> None:
    assert after(datetime(2026, 3, 19, tzinfo=UTC), span("48h")) == datetime(2026, 3, 21, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "0d", "2w", "-1h", "99999d", "1.5d"])
def test_a_span_that_is_none_is_refused_with_what_would_be_right(text: str) -> None:
    with pytest.raises(ValueError, match="48h, 3d or 2wd"):
        span(text)
