"""The exhaustive check holds, says how much it covered, and can fail."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from mediator.protocol import Command, Outcome, Refusal, allowed_actions, decide, due_at
from mediator.protocol.deal import Deal
from mediator.protocol.diagram import MONEY, write_into
from mediator.protocol.draft import Book
from mediator.protocol.explore import Explorer, Fault, lines_of
from mediator.protocol.explore_moves import (
    CLOCK,
    ONE,
    QUICK,
    RIGHTFUL,
    START,
    TWO,
    Scope,
    book_of,
    canonical,
    details_for,
    opening,
)  # fmt: skip
from mediator.protocol.table import COMMANDS

PAGE = Path(__file__).parents[2] / "docs" / "protocol.md"
RARE = {"chargeback", "cancel", "lose", "return_to_sender", "update_account", "pack", "ask_extension", "extend"}
SMALL = Scope("small", ONE, claims=0, brief=True)


@pytest.mark.slow
@pytest.mark.parametrize("scope", QUICK, ids=[scope.name for scope in QUICK])
def test_every_reachable_state_keeps_every_promise(scope: Scope, capsys: pytest.CaptureFixture[str]) -> None:
    report = Explorer(scope).run()
    assert report.states > 500
    assert report.longest_s < 120 * 86400
    with capsys.disabled():
        print("\n" + "\n".join(lines_of(report)))  # noqa: T201


def test_the_check_finds_money_that_gets_lost() -> None:
    def loses(deal: Deal | None, command: Command, now: datetime, book: Book) -> Outcome | Refusal:
        outcome = decide(deal, command, now, book)
        if isinstance(outcome, Outcome) and command.name == "cancel" and "buyer" in outcome.deal.state.purse:
            state = replace(outcome.deal.state, refunded=0)
            return replace(outcome, deal=replace(outcome.deal, state=state))
        return outcome

    with pytest.raises(Fault, match="refunded 0 of"):
        Explorer(SMALL, loses).run()


def test_the_check_finds_a_clock_that_can_be_wound_up_for_ever() -> None:
    def winds(deal: Deal | None, command: Command, now: datetime, book: Book) -> Outcome | Refusal:
        outcome = decide(deal, command, now, book)
        if isinstance(outcome, Outcome) and command.name == "lapse" and deal is not None and deal.status == "opened":
            return replace(outcome, deal=replace(deal, version=deal.version + 1, state=replace(
                deal.state, changed_at=now, due=now + timedelta(days=1))))  # fmt: skip
        return outcome

    with pytest.raises(Fault, match="for ever"):
        Explorer(SMALL, winds).run()


def test_leaving_out_what_no_rule_reads_changes_no_outcome() -> None:
    rng = random.Random(7)
    scope = Scope("walk", TWO, True, thorough=True)
    for _ in range(60):
        opened = decide(None, opening(scope), START)
        assert isinstance(opened, Outcome)
        deal, now = opened.deal, START
        for _ in range(40):
            small = canonical(deal)
            name = rng.choice(tuple(COMMANDS))
            actor = CLOCK if name == "lapse" else rng.choice(RIGHTFUL)
            details = rng.choice(list(details_for(name, deal, actor, scope)) or [replace(opening(scope).details)])
            command = Command("book", "deal", name, actor, "k", details)
            due = due_at(deal.state)
            ahead = (due - deal.state.changed_at) if name == "lapse" and due else timedelta(seconds=rng.choice((0, 60)))
            now = deal.state.changed_at + ahead
            left = decide(deal, command, now, book_of(deal))
            right = decide(small, command, START + ahead, book_of(deal))
            assert type(left) is type(right), (command, left, right)
            if isinstance(left, Outcome) and isinstance(right, Outcome):
                assert [e.postings for e in left.entries] == [e.postings for e in right.entries]
                assert canonical(left.deal).state == canonical(right.deal).state
                deal = left.deal
            else:
                assert isinstance(left, Refusal)
                assert isinstance(right, Refusal)
                assert left.code == right.code


def test_the_page_is_what_the_table_says() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert write_into(text) == text, "run mediator protocol diagram"


def test_every_entry_debits_and_credits_what_the_page_says() -> None:
    rng, scope, seen = random.Random(3), Scope("walk", TWO, True), set()
    for _ in range(300):
        opened = decide(None, opening(scope), START)
        assert isinstance(opened, Outcome)
        deal = opened.deal
        for _ in range(40):
            book, now = book_of(deal), deal.state.changed_at
            may = [(who, act.command) for who in RIGHTFUL for act in allowed_actions(deal, who, now, book)]
            due = due_at(deal.state)
            if due is not None and (due <= now or rng.random() < 0.05):
                actor, name, now = CLOCK, "lapse", max(due, now)
            else:
                actor, name = rng.choices(may, [0.1 if command in RARE else 1 for _, command in may])[0]
            details = rng.choice(list(details_for(name, deal, actor, scope)))
            outcome = decide(deal, Command("book", "deal", name, actor, "k", details), now, book)
            if isinstance(outcome, Refusal):
                continue
            deal = outcome.deal
            for entry in outcome.entries:
                seen.add(entry.kind)
                debit, credit = MONEY[entry.kind]
                for account, amount in entry.postings:
                    assert account.split(".")[0] in (debit if amount < 0 else credit), entry
    assert len(seen) >= 15, seen
    assert seen <= set(MONEY)
