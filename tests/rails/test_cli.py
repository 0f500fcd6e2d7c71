"""A whole deal by hand, with nothing but the command: what an operator or a curious developer would type."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from mediator.cli.main import cli
from mediator.deals.ids import uuid7
from tests.conftest import FreshDatabase

BAD_POLICY = 'id = "p"\nversion = 1\nname = "P"\nvalid_from = 2020-01-01\nsource = "a test"\n[[rule]]\nid = "f"\n'


def run(*arguments: str) -> tuple[int, str]:
    """(exit code, output) of one command."""
    result = CliRunner().invoke(cli, arguments, standalone_mode=False)
    if result.exception is not None:
        return 3, str(result.exception)
    return result.return_value or 0, result.output


def told(*arguments: str) -> Any:
    return json.loads(run(*arguments, "--json")[1])


@pytest.fixture
def book(fresh_database: FreshDatabase) -> str:
    opened: str = told("book", "open", "toko-1", "--name", "Kopi Gayo")["book"]
    return opened


def open_deal(book: str) -> str:
    deal = uuid7()
    lines = [{"name": "kopi", "quantity": 1, "unit_minor": 60_000_00}]
    terms = {"buyer": "budi", "merchant": "toko-1", "currency": "IDR", "amount": 60_000_00, "lines": lines}
    code, output = run(
        "deal", "send", book, deal, "open", "--as", "merchant:toko-1", "--details", json.dumps({"terms": terms})
    )
    assert code == 0, output
    return deal


def test_a_deal_can_be_paid_shipped_and_paid_out_by_hand(book: str) -> None:
    deal = open_deal(book)
    code = told("rail", "ask", book, deal)["code"]
    assert told("rail", "sandbox", "pay", code)[0]["code"] == "applied"
    for command, actor, details in (
        ("ship", "merchant:toko-1", '{"courier":"jne","tracking":"J1"}'),
        ("deliver", "courier:jne", "{}"),
        ("accept", "buyer:budi", "{}"),
    ):
        assert run("deal", "send", book, deal, command, "--as", actor, "--details", details)[0] == 0
    assert told("rail", "work")["sent"] == 1
    shown = told("deal", "show", book, deal)
    assert shown["status"] == "released"
    assert shown["money"] == {}
    assert [record["name"] for record in shown["history"]] == [
        "open", "pay", "ship", "deliver", "accept", "pay_out", "payout_settled",
    ]  # fmt: skip
    assert told("rail", "list")["sandbox"]["IDR"] == {"in_minor": 60_000_00, "out_minor": 60_000_00, "unmatched": 0}
    reference = told("rail", "transfers", "--all")[0]["reference"]
    assert run("rail", "sandbox", "bounce", reference)[0] == 0
    assert told("deal", "show", book, deal)["money"] == {"merchant": 60_000_00, "rail.sandbox": -60_000_00}
    assert run("deal", "undelivered")[0] == 0


def test_a_deal_is_shown_with_what_each_role_may_do_and_what_happens_else(book: str) -> None:
    deal = open_deal(book)
    code, page = run("deal", "show", book, deal)
    assert code == 0
    assert "is opened (version 1)" in page
    assert "the deal expires" in page
    assert "open by merchant:toko-1: opened" in page


def test_a_refused_command_exits_with_1_and_says_what_is_allowed(book: str) -> None:
    deal = open_deal(book)
    code, output = run("deal", "send", book, deal, "ship", "--as", "merchant:toko-1", "--details",
                       '{"courier":"j","tracking":"t"}')  # fmt: skip
    assert code == 1
    assert "Allowed now: " in output
    assert "cancel" in output


def test_lost_money_is_shown_and_assigned_by_hand(book: str) -> None:
    deal = open_deal(book)
    assert run("rail", "sandbox", "pay", "typo")[0] == 3
    assert run("rail", "sandbox", "pay", "typo", "--amount", "60000")[0] == 1
    lost = told("rail", "unmatched")
    assert [(row["code"], row["amount"]) for row in lost] == [("typo", 60_000_00)]
    assert run("rail", "assign", "sandbox", lost[0]["reference"], book, deal, "--by", "ani")[0] == 0
    assert run("rail", "unmatched") == (0, "None.\n")
    assert told("deal", "show", book, deal)["status"] == "funded"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("deal", "show", "nope", "nope"), "is no id"),
        (("deal", "show", uuid7(), uuid7()), "has no deal"),
        (("deal", "send", uuid7(), uuid7(), "pay", "--as", "king:x"), "there is no role 'king'"),
        (("deal", "send", uuid7(), uuid7(), "pay", "--as", "system", "--details", "{"), "can't be read"),
        (("book", "open", "t", "--policy", "none"), "No policy none has been adopted"),
        (("book", "open", "t", "--currency", "XXX"), "unknown"),
        (("rail", "ask", uuid7(), uuid7(), "--rail", "gold"), "has no deal"),
        (("rail", "sandbox", "settle", "nope"), "is unknown"),
        (("policy", "price", "qris@1", "--amount", "1.234"), "more digits"),
        (("policy", "price", "qris@1", "--amount", "x"), "is no amount"),
        (("policy", "show", "nope@1"), "no file or policy"),
    ],
)
def test_a_mistake_is_answered_with_one_sentence(
    fresh_database: FreshDatabase, arguments: tuple[str, ...], sentence: str
) -> None:
    code, output = run(*arguments)
    assert code != 0
    assert sentence in output


def test_a_faulty_policy_is_told_with_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(BAD_POLICY)
    code, output = run("policy", "check", str(file))
    assert code == 1
    assert f"{file}:6:" in output


def test_a_policy_is_priced_line_by_line() -> None:
    priced = told("policy", "price", "qris@1", "--amount", "1000000", "--on", "2024-01-02", "--rail", "qris")
    assert priced["merchant_gets"] == priced["amount"] - sum(line["amount"] for line in priced["lines"])
    assert priced["lines"]


def test_an_adopted_policy_is_listed(fresh_database: FreshDatabase) -> None:
    assert told("policy", "adopt", "free@1")["is_new"] is True
    assert told("policy", "adopt", "free@1")["is_new"] is False
    assert {row["policy"]: row["adopted"] for row in told("policy", "list")}["free@1"] is True
