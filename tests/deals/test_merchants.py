"""The mediator's own merchants as a population, on a real PostgreSQL: what the ledger released, and nothing else."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test.utils import CaptureQueriesContext
from msgspec.structs import replace

from mediator.cli.book import book as command
from mediator.deals import merchants
from mediator.deals.books import NewBook, open_books
from mediator.deals.clock import SetClock
from mediator.deals.engine import Engine
from mediator.deals.ids import uuid7
from mediator.deals.merchants import Released, released_in
from mediator.protocol import Details, Line, Terms
from mediator.protocol.deal import Facts
from mediator.weigh.merchants import COUNTRIES, SIZE_CLASSES
from mediator.weigh.population import read_microdata
from mediator.weigh.population.own import Seller, sector_of, write_own
from mediator.weigh.run import weigh
from mediator.weigh.scenario import load_scenario
from mediator.weigh.vocabulary import SECTORS
from tests.conftest import FreshDatabase
from tests.engine.making import NOW, accept, deliver, opening, pay, ship

RP = 100
"""Minor units of a rupiah."""

SCENARIO = """\
based_on = "alipay-2017"
id = "ours"
population = "{file}"
draws = 16
"""


def merchant(currency: str = "IDR", **known: object) -> str:
    book_id = uuid7()
    open_books([NewBook(book_id, f"m-{book_id}", currency, **known)], NOW)  # type: ignore[arg-type]
    return book_id


def sell(book_id: str, rupiah: int, category: str = "", at: datetime = NOW, paid_only: bool = False) -> None:
    """A deal from beginning to end at that time, or only up to its payment."""
    work, deal, amount = Engine(SetClock(at)), uuid7(), rupiah * RP
    terms = Terms("b", f"m-{book_id}", "IDR", amount, (Line("kopi", 1, amount),), facts=Facts(category=category))
    first = replace(opening(book_id, deal), details=Details(terms=terms))
    commands = [first, pay(book_id, deal, amount), *(step(book_id, deal) for step in (ship, deliver, accept))]
    results = work.apply(commands[:2] if paid_only else commands)
    assert {result.code for result in results} == {"applied"}, results


def ledger_turnover(year: int) -> int:
    """What books in rupiah hold to have released, by the last link of the year in each."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(t)::bigint FROM (SELECT DISTINCT ON (j.book_id) turnover AS t FROM journal AS j "
            "JOIN book ON book.id = j.book_id AND currency = 'IDR' WHERE year = %s ORDER BY j.book_id, seq DESC) AS x",
            [year],
        )
        row = cursor.fetchone()
        return int(row[0] or 0)


def trade() -> None:
    """Four merchants: a curated one of two categories, one abroad, one who sold the year before, one yet unpaid."""
    curated = merchant(curated=True, mentored=True, size_class="small")
    for rupiah, category in ((700_000, "Kitchen"), (400_000, "Food and Drink"), (400_000, "Food and Drink")):
        sell(curated, rupiah, category)
    abroad = merchant(country="CN", size_class="medium")
    sell(abroad, 2_000_000, "Electronics")
    elsewhere = merchant(country="SG")
    sell(elsewhere, 90_000, "Zeppelins", at=datetime(2025, 12, 31, 16, 59, tzinfo=UTC))  # 23:59 in Jakarta
    sell(elsewhere, 50_000, "Zeppelins", at=datetime(2025, 12, 31, 17, 0, tzinfo=UTC))
    sell(merchant(), 1_000_000, "Toys and Hobbies", paid_only=True)


@pytest.fixture
def market(db: None) -> None:
    """Trade inside this test's transaction."""
    trade()


@pytest.fixture
def market_of_commands(fresh_database: FreshDatabase) -> None:
    """Trade in a database of its own, for the command, which opens its connections itself."""
    trade()


def test_turnover_deals_and_category_are_the_ledgers(market: None) -> None:
    rows = list(released_in(2026))
    assert rows == [
        Released("ID", "small", True, True, 1_500_000 * RP, 3, "Food and Drink"),
        Released("CN", "medium", False, False, 2_000_000 * RP, 1, "Electronics"),
        Released("SG", "micro", False, False, 50_000 * RP, 1, "Zeppelins"),
    ]
    assert sum(row.turnover for row in rows) == ledger_turnover(2026)


def test_a_year_is_jakartas(market: None) -> None:
    assert list(released_in(2025)) == [Released("SG", "micro", False, False, 90_000 * RP, 1, "Zeppelins")]
    assert ledger_turnover(2025) == 90_000 * RP
    assert list(released_in(2024)) == []


def test_only_rupiah_counts(market: None) -> None:
    before = list(released_in(2026))
    merchant("USD")
    assert list(released_in(2026)) == before
    assert list(released_in(2026, "USD")) == []


def test_one_statement_however_many_merchants(market: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merchants, "FETCH", 2)
    for _ in range(3):
        sell(merchant(), 10_000)
    with CaptureQueriesContext(connection) as asked:
        rows = list(released_in(2026))
    assert len(rows) == 6
    assert len([one for one in asked.captured_queries if "SELECT" in one["sql"]]) == 1


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_the_file_is_a_population(market_of_commands: None, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"merchants.{suffix}"
    done = CliRunner().invoke(command, ["merchants", str(file), "--year", "2026", "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.output) == {"file": str(file), "year": 2026, "merchants": 3}
    found = read_microdata(file)
    assert found.rail_rp.sum() * RP == ledger_turnover(2026)
    for column in ("world_rp", "indonesia_rp", "online_rp"):
        assert (found.columns[column] == found.rail_rp).all()
    assert [COUNTRIES[code] for code in found.country] == ["ID", "CN", "ZZ"]
    assert [SECTORS[code] for code in found.sector] == ["food", "electronics", "other"]
    assert [SIZE_CLASSES[code] for code in found.size_class] == ["small", "medium", "micro"]
    assert found.curated.tolist() == found.mentored.tolist() == [True, False, False]
    assert found.ticket_rp.tolist() == [500_000, 2_000_000, 50_000]
    assert set(found.weight) == {1}
    assert set(found.province) == {0}


def test_a_weighing_runs_on_the_file(market_of_commands: None, tmp_path: Path) -> None:
    sell(merchant(), 3_000_000, "Women's Fashion")
    CliRunner().invoke(command, ["merchants", str(tmp_path / "merchants.csv"), "--year", "2026"])
    (tmp_path / "ours.toml").write_text(SCENARIO.format(file="merchants.csv"))
    answer = weigh(load_scenario(tmp_path / "ours.toml"))
    assert answer.run.merchants == 4
    equal = [row for row in answer.waived if (row.option, row.reading) == ("equal", "notch-world")]
    assert sum(row.merchants for row in equal) == sum(row.relieved for row in equal) == 4
    fees = (4_500_000 + 2_000_000 + 50_000) * 55 // 10_000  # 0.55 %, and all are below US$ 1 million
    assert abs(sum(row.waived_rp for row in equal) - fees) <= len(equal)


def test_what_can_not_be_written_is_a_sentence(market_of_commands: None, tmp_path: Path) -> None:
    for file, year, code, words in (
        ("merchants.csv", "2024", 1, "No merchant released anything in rupiah in 2024"),
        ("merchants.xlsx", "2026", 2, "neither .csv nor .parquet"),
        ("nowhere/merchants.csv", "2026", 1, "There is no folder"),
    ):
        done = CliRunner().invoke(command, ["merchants", str(tmp_path / file), "--year", year])
        assert done.exit_code == code
        assert words in done.output
        assert not (tmp_path / file).exists()


def test_every_bundled_category_and_every_sector_has_a_place() -> None:
    import gzip
    from importlib import resources

    packed = resources.files("mediator.replay") / "data" / "prdect_id" / "PRDECT-ID_Dataset.csv.gz"
    with packed.open("rb") as raw, gzip.open(raw, "rt", encoding="utf-8-sig") as text:
        categories = {row["Category"] for row in csv.DictReader(text)}
    from mediator.weigh.population.own import _sectors

    assert len(categories) == 29
    assert {category.casefold() for category in categories} <= set(_sectors())
    assert [sector_of(sector) for sector in SECTORS] == list(range(len(SECTORS)))
    assert SECTORS[sector_of(" women's FASHION ")] == "fashion"
    assert SECTORS[sector_of("")] == SECTORS[sector_of("Zeppelins")] == "other"


def test_an_unknown_size_class_is_that_of_the_turnover(tmp_path: Path) -> None:
    sellers = [Seller("ID", "", False, False, "food", rupiah, 1) for rupiah in (10**9, 10**10, 4 * 10**10, 10**11)]
    assert write_own(sellers, tmp_path / "m.parquet") == 4
    assert [SIZE_CLASSES[code] for code in read_microdata(tmp_path / "m.parquet").size_class] == list(SIZE_CLASSES)
