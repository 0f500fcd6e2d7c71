"""The statement itself: kept as text for each engine, so that a new Ibis or sqlglot that changes it is noticed."""

from __future__ import annotations

import re
from importlib.metadata import requires, version
from pathlib import Path

import ibis
import pytest

from mediator.weigh.cells.cells import Edges
from mediator.weigh.cells.query import Engine, question, sql

GOLDEN = Path(__file__).parent / "golden"
FEW = Edges(world=(0, 4_800_000_000, 13_300_000_000), indonesia=(0, 13_300_000_000), rail=(0, 1, 13_300_000_000))
MANY = Edges(world=(0, *range(1_000, 30_000, 1_000)), indonesia=(0,), rail=(0,))

STATEMENTS = {
    "all_keys": question(FEW, extra=("fee_rp",)),
    "few_keys_unweighted": question(FEW, ("country", "rail_bin"), ("merchants", "imported_rail_rp"), is_weighted=False),
    "all_keys_joined": question(FEW)._replace(is_joined=True),
    "many_edges": question(MANY, ("world_bin",), ("merchants",)),
}


@pytest.mark.parametrize("engine", ["duckdb", "spark"])
@pytest.mark.parametrize("name", STATEMENTS)
def test_the_statement_is_the_one_that_was_read_and_kept(name: str, engine: Engine) -> None:
    kept = GOLDEN / f"cells_{name}.{engine}.sql"
    assert sql(STATEMENTS[name], engine, pretty=True) + "\n" == kept.read_text()


@pytest.mark.parametrize("engine", ["duckdb", "spark"])
@pytest.mark.parametrize("name", STATEMENTS)
def test_the_statement_has_nothing_in_it_that_engines_do_differently(name: str, engine: Engine) -> None:
    text = sql(STATEMENTS[name], engine).upper()
    assert not re.search(r"\b(FLOOR|DOUBLE|FLOAT|OVER|HASH|RANDOM|RAND|LOG|LN|POW|POWER)\b", text)
    assert not re.search(r"[^/]/[^/]", text), "a division of floats"


def test_ibis_still_divides_whole_numbers_as_floats_which_is_why_we_write_our_own() -> None:
    table = ibis.table({"rp": "int64"}, name="t")
    text = ibis.to_sql(table.select(q=table.rp // 1_000_000), dialect="duckdb")
    assert "FLOOR" in text


def test_the_pins_hold_what_ibis_12_works_with() -> None:
    assert version("ibis-framework").startswith("12.0.")
    assert tuple(map(int, version("sqlglot").split(".")[:2])) < (30, 18)
    allowed = [line for line in requires("ibis-framework") or [] if line.startswith("pyspark") and "extra ==" in line]
    assert any("<4.1" in line for line in allowed), "Ibis works with a newer PySpark: lift the pin"


def test_ibis_drops_a_table_by_its_name() -> None:
    """With sqlglot 30.18 or newer Ibis 12 writes DROP without one (ibis#12124)."""
    connection = ibis.duckdb.connect()
    connection.create_table("merchants", schema=ibis.schema({"rp": "int64"}))
    connection.drop_table("merchants")
    left = connection.raw_sql("SELECT count(*) FROM information_schema.tables").fetchone()
    assert left == (0,)
