"""The same expression on a real Spark of two worker processes gives the same cells, bit for bit."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from mediator.weigh.cells import spark
from mediator.weigh.cells.agree import engines_agree
from mediator.weigh.cells.engine import duckdb_cells
from mediator.weigh.cells.parquet import write_parquet
from mediator.weigh.cells.spark import spark_cells
from mediator.weigh.errors import WeighError
from mediator.weigh.merchants import Merchants

from .test_cells import EDGES, fee, merchants

needs_spark = pytest.mark.skipif(
    importlib.util.find_spec("pyspark") is None or shutil.which("java") is None,
    reason="PySpark or Java isn't installed here: make spark",
)


@pytest.fixture(scope="module")
def running() -> Iterator[Any]:
    """A Spark with two workers for all tests here, since starting one takes half a minute."""
    with spark._session(spark.TWO_WORKERS) as session:
        yield session


def written(folder: Path, some: Merchants) -> Path:
    """A folder of two files, so that both workers have something to read."""
    half = len(some) // 2
    write_parquet([lambda: some.take(slice(0, half))], folder / "a.parquet", extra=fee)
    write_parquet([lambda: some.take(slice(half, None))], folder / "b.parquet", extra=fee)
    return folder


def test_without_java_spark_is_missing_and_the_way_to_get_it_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(WeighError, match="make spark") as caught:
        spark_cells(written(tmp_path, merchants(10)), EDGES)
    assert caught.value.code == "spark_missing"


def test_without_pyspark_spark_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(WeighError, match="make spark") as caught:
        spark_cells(written(tmp_path, merchants(10)), EDGES)
    assert caught.value.code == "spark_missing"


def test_a_further_column_that_the_file_lacks_is_named(tmp_path: Path) -> None:
    with pytest.raises(WeighError, match="tax_rp") as caught:
        spark_cells(written(tmp_path, merchants(10)), EDGES, ["tax_rp"])
    assert caught.value.code == "columns_missing"


@needs_spark
@pytest.mark.slow
def test_spark_is_gone_when_the_answer_is_there(tmp_path: Path) -> None:
    """Stands before the tests that share a Spark, because this one starts and stops its own."""
    some = merchants(100)
    cells = spark_cells(written(tmp_path, some), EDGES, master="local[1]")
    engines_agree(duckdb_cells([lambda: some], EDGES), cells)
    assert not [child for child in psutil.Process().children(recursive=True) if "java" in child.name()]
    assert "SPARK_HOME" not in os.environ


@needs_spark
@pytest.mark.slow
def test_spark_and_duckdb_give_the_same_cells(running: Any, tmp_path: Path) -> None:
    some = merchants(20_000)
    path = written(tmp_path, some)
    theirs = spark_cells(path, EDGES, ["fee_rp", "refund_rp"])
    engines_agree(duckdb_cells([lambda: some], EDGES, extra=fee), theirs)
    assert running.sparkContext.master == spark.TWO_WORKERS
    workers = [child for child in psutil.Process().children(recursive=True) if _is_executor(child)]
    assert len(workers) == 2


@needs_spark
@pytest.mark.slow
def test_spark_divides_whole_numbers_beyond_two_to_the_53_exactly(running: Any, tmp_path: Path) -> None:
    large = np.array([9_007_199_254_740_993, 9_223_372_036_854, 9_223_372_036_855, 13_300_000_001])
    bases = {f"{base}_rp": large for base in ("world", "indonesia", "online", "rail")}
    some = merchants(4, **bases, import_share_ppm=np.array([999_999, 999_999, 999_999, 333_333]))
    cells = spark_cells(written(tmp_path, some), EDGES, keys=("sector", "world_bin"))
    engines_agree(duckdb_cells([lambda: some], EDGES, keys=("sector", "world_bin")), cells)
    expected = sum(
        int(weight) * (int(turnover) * int(ppm) // 1_000_000)
        for weight, turnover, ppm in zip(some.weight, large, some.import_share_ppm, strict=True)
    )
    assert cells.total("imported_online_rp") == expected


@needs_spark
@pytest.mark.slow
@pytest.mark.parametrize(("count", "weight"), [(2, 2**62), (40, 10**6)], ids=["a product", "a sum"])
def test_spark_refuses_a_sum_beyond_int64(running: Any, tmp_path: Path, count: int, weight: int) -> None:
    turnover = np.full(count, 3 * 10**11)
    some = merchants(count, world_rp=turnover, weight=np.full(count, weight))
    with pytest.raises(WeighError) as caught:
        spark_cells(written(tmp_path, some), EDGES, keys=("world_bin",), sums=("world_rp",))
    assert caught.value.code == "sum_too_large"


@needs_spark
@pytest.mark.slow
def test_a_session_that_ran_before_is_used_and_left_as_it_was(running: Any, tmp_path: Path) -> None:
    running.conf.set("spark.sql.ansi.enabled", "false")
    spark_cells(written(tmp_path, merchants(10)), EDGES, keys=("country",))
    assert running.conf.get("spark.sql.ansi.enabled") == "false"
    assert running.range(3).count() == 3
    assert not running.catalog.tableExists("merchants")


def _is_executor(process: psutil.Process) -> bool:
    try:
        return any("CoarseGrainedExecutorBackend" in part for part in process.cmdline())
    except psutil.Error:  # it ended meanwhile
        return False
