"""Merchants to cells on Apache Spark: the same expression, for populations that one machine can't hold.

By default Spark runs here, as a cluster of two worker processes that talk over the loopback address. A program that
has a Spark session already (on a real cluster) keeps it: the statement then runs there and the session stays open.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from ..errors import WeighError, refusal
from .cells import KEYS, SUMS, Cells, Edges
from .parquet import parquet_files
from .partial import Partial, too_large
from .query import TABLE, question, sql

TWO_WORKERS = "local-cluster[2,1,1024]"
"""Two worker processes of one core and 1,024 MB each."""

_SETTINGS = {
    "spark.app.name": "mediator weigh",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.executor.memory": "1024m",
    "spark.sql.shuffle.partitions": "4",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}

_QUIET = """
rootLogger.level = error
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = spark: %m%n
"""


def spark_cells(
    parquet_path: Path,
    edges: Edges,
    extra_columns: Sequence[str] = (),
    *,
    master: str = TWO_WORKERS,
    keys: Sequence[str] = KEYS,
    sums: Sequence[str] = SUMS,
) -> Cells:
    """The cells of a population in a Parquet file or folder, bit for bit those of ``duckdb_cells``.

    ``extra_columns``: further int64 columns of the file, as ``write_parquet`` adds them.
    WeighError: ``spark_missing`` without PySpark or Java, ``spark_failed`` when it can't start or run,
    ``sum_too_large``, and of the file ``unreadable_parquet`` and ``columns_missing``.
    """
    asked = question(edges, keys, sums, extra_columns)
    files = [str(file.resolve()) for file in parquet_files(parquet_path, extra_columns)]
    with _session(master) as session:
        answer, rows = _ask(session, files, sql(asked, "spark"))
    partial = Partial(asked)
    partial.add(answer, rows)
    return partial.cells()


def _ask(session: Any, files: list[str], statement: str) -> tuple[pa.Table, int]:
    """The statement's answer and the count of rows. Overflow is an error in Spark only in ANSI mode."""
    session.conf.set("spark.sql.ansi.enabled", "true")
    try:
        merchants = session.read.parquet(*files)
        merchants.createOrReplaceTempView(TABLE)
        return session.sql(statement).toArrow(), merchants.count()
    except Exception as error:
        raise _translated(error) from None


def _translated(error: Exception) -> WeighError:
    text = str(error)
    if "ARITHMETIC_OVERFLOW" in text or "overflow" in text.lower():
        return too_large("a sum")
    return refusal("spark_failed", f"Spark didn't finish: {text.splitlines()[0] if text else type(error).__name__}")


@contextmanager
def _session(master: str) -> Iterator[Any]:
    """A session to use: a new one of the program's own, or one that is started now and stopped afterwards."""
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise refusal("spark_missing", "PySpark isn't installed; `make spark` installs it.") from None
    running = SparkSession.getActiveSession()
    if running is not None:
        yield running.newSession()
        return
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        raise refusal("spark_missing", "Spark needs Java 17 or newer; install it, and `make spark` installs PySpark.")
    with tempfile.TemporaryDirectory(prefix="mediator-spark-") as name, _place(Path(name)):
        session = _started(SparkSession.builder.master(master), master, name)
        try:
            yield session
        finally:
            _stop(session)


def _started(builder: Any, master: str, folder: str) -> Any:
    places = {
        "spark.local.dir": folder,
        "spark.sql.warehouse.dir": f"{folder}/warehouse",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile=file:{folder}/log4j2.properties",
    }
    for name, value in (_SETTINGS | places).items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except Exception as error:
        reason = str(error).splitlines()[0]
        raise refusal("spark_failed", f"Spark didn't start as {master}: {reason}") from None


def _stop(session: Any) -> None:
    """Stop Spark and end its Java process, which would else live as long as this one."""
    from pyspark import SparkContext

    session.stop()
    gateway = SparkContext._gateway
    if gateway is not None:
        gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait(timeout=30)
        SparkContext._gateway = SparkContext._jvm = None


@contextmanager
def _place(folder: Path) -> Iterator[None]:
    """Let Spark live in a folder of ours: Spark's own files by links, so that what its workers leave goes with it,
    this Python for the workers, and nothing but the loopback address."""
    import pyspark

    for entry in Path(pyspark.__file__).parent.iterdir():
        if entry.name != "work":
            (folder / entry.name).symlink_to(entry)
    (folder / "log4j2.properties").write_text(_QUIET)
    wanted = {"PYSPARK_PYTHON": sys.executable, "SPARK_HOME": str(folder), "SPARK_LOCAL_IP": "127.0.0.1"}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
