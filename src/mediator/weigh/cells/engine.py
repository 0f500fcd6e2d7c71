"""Merchants to cells on DuckDB: the default engine, on two threads that also make the merchants they reduce.

A source is a function that gives a chunk of the population when it is called, so that a population of a hundred
million needs the memory of two chunks. Chunks of half a million to two million rows go quickest.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from ..merchants import DTYPES, Ints, Merchants
from .cells import KEYS, SUMS, Cells, Edges
from .parquet import parquet_sources
from .partial import Partial, joined_codes, too_large
from .query import STATUS, TABLE, Question, question, sql

Source = Callable[[], Merchants]
Extra = Callable[[Merchants], Mapping[str, Ints]]
"""Further int64 columns, one value a merchant (not yet times its weight), such as what a policy charges it a year."""


def duckdb_cells(
    sources: Sequence[Source] | Path,
    edges: Edges,
    *,
    extra: Extra | None = None,
    on_rows: Callable[[int], None] | None = None,
    keys: Sequence[str] = KEYS,
    sums: Sequence[str] = SUMS,
    threads: int = 2,
) -> Cells:
    """The cells of a population, given as functions that make its chunks or as a Parquet file or folder.

    ``keys`` and ``sums`` may be some of KEYS and SUMS, and then the Cells have just these; fewer are quicker.
    ``on_rows(n)`` is told, by one thread at a time, that ``n`` more rows are done. The result depends on neither the
    order nor the size of the chunks.
    WeighError: ``sum_too_large``, ``unknown_code``, ``unknown_column``, and of a file ``columns_missing``,
    ``unreadable_parquet``.
    """
    asked = question(edges, keys, sums)
    chunks = _Queue(parquet_sources(sources) if isinstance(sources, Path) else sources, on_rows)
    if threads == 1 or len(chunks.sources) <= 1:
        return _reduce(chunks, asked, extra).cells()
    with ThreadPoolExecutor(threads, thread_name_prefix="cells") as pool:
        try:
            whole, *others = pool.map(lambda _: _reduce(chunks, asked, extra), range(threads))
        finally:
            chunks.stop()
    for other in others:
        assert not other.pending or not whole.pending or other.asked.extra == whole.asked.extra, "extra columns differ"
        if not whole.pending:
            whole.asked = other.asked
        whole.take_in(other)
    return whole.cells()


class _Queue:
    """Hands out the sources, each once, to whichever thread asks next."""

    def __init__(self, sources: Sequence[Source], on_rows: Callable[[int], None] | None) -> None:
        self.sources = sources
        self._next = iter(sources)
        self._lock = threading.Lock()
        self._on_rows = on_rows

    def take(self) -> Source | None:
        """The next source, or None when there is none left."""
        with self._lock:
            return next(self._next, None)

    def done(self, rows: int) -> None:
        """Report a chunk."""
        if self._on_rows is not None:
            with self._lock:
                self._on_rows(rows)

    def stop(self) -> None:
        """Hand out no more: a thread failed, or all is done."""
        with self._lock:
            self._next = iter(())


def _reduce(chunks: _Queue, asked: Question, extra: Extra | None) -> Partial:
    """What one thread does: stream the chunks it gets through the query until none is left.

    Planning the statement takes some milliseconds, so it is one statement for all chunks, and a further one only
    where rows that stand for one merchant give way to rows that stand for many, or the other way round.
    """
    partial = Partial(asked)
    stream = _Stream(chunks, extra)
    try:
        with _database().cursor() as connection:
            while (now := stream.question(asked)) is not None:
                partial.asked = now
                before = stream.rows
                answer = _query(connection, stream, now)
                partial.add(answer, stream.rows - before)
    except BaseException:
        chunks.stop()
        raise
    partial.fold()
    return partial


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """DuckDB without a file, opened once since that takes 20 ms; a thread works on a cursor, which is a connection of
    its own, and DuckDB adds no threads to ours."""
    return duckdb.connect(config={"threads": 1, "enable_external_access": False})


class _Stream:
    """A thread's chunks as Arrow batches, made as the query asks for them."""

    def __init__(self, chunks: _Queue, extra: Extra | None) -> None:
        self.rows = 0
        self.failure: BaseException | None = None
        self._chunks = chunks
        self._extra = extra
        self._ahead: tuple[Merchants, Mapping[str, Ints], bool] | None = None

    def question(self, asked: Question) -> Question | None:
        """What is asked of the chunks that come next; None when there are none."""
        if self._ahead is None:
            self._look_ahead()
        if self._ahead is None:
            return None
        _, further, is_weighted = self._ahead
        plain = question(asked.edges, asked.keys, asked.sums, tuple(further), is_weighted)
        return plain._replace(is_joined=bool(plain.codes))

    def batches(self, asked: Question, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """The chunks that this question fits. A failure ends them and is kept: DuckDB would make a text of it."""
        try:
            while self._ahead is not None and self._ahead[2] == asked.is_weighted:
                merchants, further, _ = self._ahead
                columns = merchants.columns | {name: np.asarray(column, np.int64) for name, column in further.items()}
                if asked.is_joined:
                    columns[STATUS] = joined_codes(merchants, asked.codes)
                yield pa.record_batch([pa.array(columns[name]) for name in schema.names], schema=schema)
                self.rows += len(merchants)
                self._chunks.done(len(merchants))
                del merchants, further, columns
                self._look_ahead()
        except BaseException as failure:
            self.failure = failure

    def _look_ahead(self) -> None:
        """Make the next chunk that has rows, and let go of the one before."""
        self._ahead = None
        while self._ahead is None and (source := self._chunks.take()) is not None:
            merchants = source()
            if len(merchants):
                further = self._extra(merchants) if self._extra else {}
                self._ahead = merchants, further, bool((merchants.weight != 1).any())


def _query(connection: duckdb.DuckDBPyConnection, stream: _Stream, asked: Question) -> pa.Table:
    """The statement's answer about the chunks that come next, whose arrays DuckDB reads where they are."""
    names = (*asked.columns, *asked.extra, *((STATUS,) if asked.is_joined else ()))
    schema = pa.schema([(name, _ARROW.get(name, pa.int64())) for name in names])
    batches = pa.RecordBatchReader.from_batches(schema, stream.batches(asked, schema))
    connection.register(TABLE, batches)
    try:
        answer = connection.sql(sql(asked, "duckdb")).to_arrow_table()
    except (duckdb.OutOfRangeException, duckdb.ConversionException):
        raise too_large("a sum") from None
    finally:
        connection.unregister(TABLE)
    if stream.failure is not None:
        raise stream.failure
    return answer


_ARROW = {
    STATUS: pa.int32(),
    **{name: pa.from_numpy_dtype(dtype) for name, dtype in DTYPES.items()},
}
