"""The audit is content with what the engine wrote, and names whatever anybody changed."""

from __future__ import annotations

import psycopg
import pytest

from mediator.deals.audit import CHECKS, Report, audit
from mediator.ledger.audit_rails import check_rails
from tests.ledger.conftest import Scene
from tests.ledger.trading import PRICE

pytestmark = pytest.mark.django_db(transaction=True)


def findings(report: Report) -> dict[str, str]:
    return {check.name: check.first or "" for check in report.checks if not check.ok}


def first_of(report: Report, check: str) -> str:
    found = findings(report)
    assert check in found, found
    return found[check]


def test_what_the_engine_wrote_fits(scene: Scene) -> None:
    report = scene.audit()
    assert report.ok, report
    assert report.books == 2
    assert report.deals == 10
    assert report.commands == 2 * (1 + 2 + 7 + 6 + 5)
    assert {check.name for check in report.checks} == set(CHECKS)
    assert all(check.checked for check in report.checks)


def test_an_empty_database_fits(fresh_database: object) -> None:
    report = audit()
    assert report.ok
    assert report.links == 0


def test_several_processes_find_what_one_finds(scene: Scene) -> None:
    report = scene.audit(workers=2)
    assert report.ok
    assert report.workers == 2
    assert report.commands == scene.audit().commands
    _, deal = scene.released[1]
    conninfo = scene.copy(f"UPDATE deal SET status = 'refunded' WHERE id = '{deal}'")
    one, two = audit(conninfo, workers=1), audit(conninfo, workers=2)
    assert findings(one) == findings(two) != {}


def test_a_book_that_does_not_fit_in_memory_is_grouped_on_disk(scene: Scene) -> None:
    assert scene.audit(in_memory=5).ok
    _, deal = scene.released[0]
    report = scene.tampered(f"UPDATE deal SET version = 4 WHERE id = '{deal}'", in_memory=5)
    assert f"deal {deal}: its version is stored as 4; the journal gives 5" in first_of(report, "stored")


def test_one_book_is_looked_at_alone(scene: Scene) -> None:
    book, deal = scene.released[0]
    conninfo = scene.copy(f"UPDATE deal SET status = 'refunded' WHERE id = '{deal}'")
    assert not audit(conninfo, book=book).ok
    other = audit(conninfo, book=scene.market.books[1])
    assert other.ok
    assert other.books == 1


def test_the_audit_runs_as_the_application_and_changes_nothing(scene: Scene) -> None:
    with psycopg.connect(scene.copy()) as connection:
        before = connection.execute("SELECT count(*), sum(amount) FROM balance").fetchone()
        audit(connection.info.dsn)
        assert connection.execute("SELECT count(*), sum(amount) FROM balance").fetchone() == before


# tampering: what is stored


def test_a_changed_amount_is_named(scene: Scene) -> None:
    book, deal = scene.released[0]
    report = scene.tampered(
        "ALTER TABLE entry DROP CONSTRAINT entry_is_balanced",
        f"UPDATE entry SET amounts[2] = amounts[2] + 100 WHERE deal_id = '{deal}' AND kind = 'release'",
    )
    for check in ("balanced", "balances", "stored"):
        assert book in first_of(report, check)
    assert "sums to 100, not 0" in first_of(report, "balanced")
    assert f"release of deal {deal}" in first_of(report, "stored")


def test_a_balanced_change_of_amounts_is_named_too(scene: Scene) -> None:
    _, deal = scene.released[0]
    report = scene.tampered(
        f"UPDATE entry SET amounts[1] = amounts[1] - 100, amounts[2] = amounts[2] + 100 "
        f"WHERE deal_id = '{deal}' AND kind = 'release'"
    )
    assert "balanced" not in findings(report)
    assert f"release of deal {deal}" in first_of(report, "stored")
    assert "its postings sum to" in first_of(report, "balances")


def test_a_changed_account_is_named(scene: Scene) -> None:
    _, deal = scene.released[0]
    report = scene.tampered(f"UPDATE entry SET accounts[2] = 'buyer' WHERE deal_id = '{deal}' AND kind = 'release'")
    assert f"release of deal {deal}" in first_of(report, "stored")
    assert "account " in first_of(report, "balances")


def test_a_deleted_entry_is_named(scene: Scene) -> None:
    _, deal = scene.released[0]
    report = scene.tampered(f"DELETE FROM entry WHERE deal_id = '{deal}' AND kind = 'fund'")
    assert f"the journal has it (fund of deal {deal}" in first_of(report, "stored")


def test_an_added_entry_is_named(scene: Scene) -> None:
    book, deal = scene.released[0]
    report = scene.tampered(
        f"INSERT INTO entry SELECT book_id, seq, 7, deal_id, 'gift', at, ARRAY['held','merchant'], ARRAY[-5,5] "
        f"FROM entry WHERE deal_id = '{deal}' AND kind = 'fund'"
    )
    assert f"entry 7: it is stored (gift of deal {deal}" in first_of(report, "stored")
    assert book in first_of(report, "balances")


def test_a_changed_balance_is_named(scene: Scene) -> None:
    book = scene.market.books[1]
    report = scene.tampered(f"UPDATE balance SET amount = amount + 1 WHERE book_id = '{book}' AND account = 'merchant'")
    assert f"Book {book}, account merchant: its balance is" in first_of(report, "balances")


def test_an_invented_balance_is_named(scene: Scene) -> None:
    book = scene.market.books[0]
    report = scene.tampered(f"INSERT INTO balance VALUES ('{book}', 'bonus', 100)")
    assert f"Book {book}, account bonus" in first_of(report, "balances")


def test_a_balance_that_is_gone_is_named(scene: Scene) -> None:
    book = scene.market.books[0]
    report = scene.tampered(f"DELETE FROM balance WHERE book_id = '{book}' AND account = 'rail.qris'")
    assert f"Book {book}, account rail.qris: it has no balance" in first_of(report, "balances")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("status = 'refunded'", "its status is stored as refunded; the journal gives released"),
        ("version = 9", "its version is stored as 9"),
        ("amount = amount + 1", "its amount is stored as 15000001"),
        ("due_at = '2030-01-01T00:00Z'", "its clock is stored as 2030"),
        ("state = replace(state, '\"merchant\":', '\"held\":')", "its state.purse."),
        ("terms = replace(terms, 'kopi', 'teh')", "its terms.lines"),
        ("keys = set_byte(keys, 30, 1 + get_byte(keys, 30) % 200)", "its keys"),
        ("keys = '\\x2288'", "its keys"),
    ],
)
def test_a_changed_deal_is_named(scene: Scene, change: str, told: str) -> None:
    book, deal = scene.released[0]
    report = scene.tampered(f"UPDATE deal SET {change} WHERE id = '{deal}'")
    sentence = first_of(report, "stored")
    assert sentence.startswith(f"Book {book}, deal {deal}: ")
    assert told in sentence


def test_a_deal_that_is_gone_and_one_that_was_invented_are_named(scene: Scene) -> None:
    _, deal = scene.released[0]
    gone = scene.tampered(f"DELETE FROM deal WHERE id = '{deal}'")
    assert f"deal {deal}: the journal has it" in first_of(gone, "stored")
    new = "00000000-0000-7000-8000-000000000001"
    invented = scene.tampered(
        f"INSERT INTO deal SELECT book_id, '{new}', version, status, amount, due_at, terms, state, keys "
        f"FROM deal WHERE id = '{deal}'"
    )
    assert f"deal {new}: it is stored, but no link" in first_of(invented, "stored")


def test_rows_of_a_book_that_does_not_exist_are_named(scene: Scene) -> None:
    book = scene.market.books[0]
    report = scene.tampered(f"DELETE FROM book WHERE id = '{book}'")
    assert f"Book {book}: there are rows of it, but there is no such book" in first_of(report, "stored")


def test_a_changed_policy_is_named(scene: Scene) -> None:
    report = scene.tampered("DELETE FROM policy WHERE policy_id = 'qris'")
    assert "is not in the database" in first_of(report, "allowed")


# tampering: the journal


def test_a_changed_record_is_named_with_its_link(scene: Scene) -> None:
    book, deal = scene.released[0]
    report = scene.tampered(
        f"UPDATE journal SET body = replace(body, 'buyer-1', 'buyer-2') "
        f"WHERE book_id = '{book}' AND body LIKE '%{deal}%accept%'"
    )
    sentence = first_of(report, "chain")
    assert sentence.startswith(f"Book {book}, link ")
    assert "its hash is" in sentence
    assert "the rules refuse it (not_yours)" in first_of(report, "allowed")


def test_a_record_nobody_can_read_is_named(scene: Scene) -> None:
    book = scene.market.books[0]
    report = scene.tampered(f"UPDATE journal SET body = 'nonsense' WHERE book_id = '{book}' AND seq = 3")
    assert f"Book {book}, link 3" in first_of(report, "chain")


def test_a_link_dropped_in_the_middle_is_named(scene: Scene) -> None:
    book = scene.market.books[0]
    report = scene.tampered(f"DELETE FROM journal WHERE book_id = '{book}' AND seq = 4")
    assert first_of(report, "chain") == f"Book {book}, link 4: it is missing; link 5 follows link 3."


def test_the_last_link_dropped_leaves_rows_that_nothing_explains(scene: Scene) -> None:
    book, deal = scene.released[0]
    last = f"SELECT max(seq) FROM journal WHERE book_id = '{book}'"
    report = scene.tampered(f"DELETE FROM journal WHERE book_id = '{book}' AND seq = ({last})")
    assert "chain" not in findings(report)
    sentence = f"deal {deal}: its version is stored as 5; the journal gives 4"
    assert sentence in first_of(report, "stored")
    (stored,) = (check for check in report.checks if check.name == "stored")
    assert stored.findings > 3, "the entry and its balances are too many as well"


def test_two_links_swapped_are_named(scene: Scene) -> None:
    book = scene.market.books[0]
    where = f"WHERE book_id = '{book}' AND seq"
    report = scene.tampered(
        f"UPDATE journal SET seq = -1 {where} = 3", f"UPDATE journal SET seq = 3 {where} = 4",
        f"UPDATE journal SET seq = 4 {where} = -1",
    )  # fmt: skip
    assert first_of(report, "chain").startswith(f"Book {book}, link 3: its hash is")


def test_a_turnover_that_was_changed_is_named(scene: Scene) -> None:
    book = scene.market.books[0]
    report = scene.tampered(f"UPDATE journal SET turnover = 1 WHERE book_id = '{book}' AND seq = 2")
    assert f"Book {book}, link 2: it states a turnover of 1" in first_of(report, "stored")
    assert f"Book {book}, link 2: its hash is" in first_of(report, "chain")


# rails


def test_the_rails_statement_must_agree_with_the_books(scene: Scene) -> None:
    came_in = 2 * 4 * PRICE
    went_out = 2 * PRICE
    assert scene.audit(statements={("qris", "IDR"): (came_in, went_out)}).ok
    report = scene.audit(statements={("qris", "IDR"): (came_in + 100, went_out)})
    assert "Rail qris in IDR: its statement says" in first_of(report, "balances")


def test_a_rail_that_holds_nothing_must_say_so() -> None:
    assert not list(check_rails({}, {("qris", "IDR"): (5, 5)}))
    assert list(check_rails({}, {("qris", "IDR"): (5, 4)}))
