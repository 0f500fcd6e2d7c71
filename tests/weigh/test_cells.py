"""Cells are exact sums, whatever the chunks, the order and the weights, checked against plain Python integers."""

from __future__ import annotations

import gc
import threading
from bisect import bisect_right
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediator.weigh.cells.agree import engines_agree
from mediator.weigh.cells.cells import KEYS, SUMS, Cells, Edges
from mediator.weigh.cells.engine import duckdb_cells
from mediator.weigh.cells.parquet import write_parquet
from mediator.weigh.cells.partial import code_counts
from mediator.weigh.cells.reduce import dense_sums, group_sums
from mediator.weigh.errors import WeighError
from mediator.weigh.merchants import Merchants, concatenate

EDGES = Edges(
    world=(0, *range(1_000_000, 60_000_000, 1_900_000), 4_800_000_000, 13_300_000_000),
    indonesia=(0, 1, 4_800_000_000, 13_300_000_000),
    rail=(0, 1, 13_300_000_000),
)


def merchants(count: int, seed: int = 0, **columns: object) -> Merchants:
    """Merchants at random: every code, many on an edge or one rupiah beside it; ``columns`` are set as given."""
    rng = np.random.default_rng(seed)
    spots = np.array([*EDGES.world, *EDGES.indonesia, 10**13, 3 * 10**14], np.int64)
    near = rng.choice(spots, count) + rng.integers(-1, 2, count)
    world = np.where(rng.random(count) < 0.5, near, np.exp(rng.normal(17, 3, count)).astype(np.int64)).clip(0)
    indonesia = np.where(rng.random(count) < 0.7, world, world // 3)
    online = np.where(rng.random(count) < 0.7, indonesia, 0)
    made: dict[str, object] = {
        "id": np.arange(count, dtype=np.int64),
        **{
            code: rng.integers(0, codes, count).astype(np.bool_ if codes == 2 else np.uint8)
            for code, codes in code_counts().items()
        },
        "import_share_ppm": rng.choice(np.array([0, 1, 333_333, 999_999, 1_000_000], np.int64), count),
        "world_rp": world,
        "indonesia_rp": indonesia,
        "online_rp": online,
        "rail_rp": np.where(rng.random(count) < 0.5, online, online // 7),
        "ticket_rp": np.full(count, 100_000, np.int64),
        "weight": rng.integers(1, 4, count),
    }
    return Merchants(**(made | columns))  # type: ignore[arg-type]


def fee(some: Merchants) -> dict[str, np.ndarray]:
    return {"fee_rp": some.rail_rp * 5_500 // 1_000_000, "refund_rp": -(some.ticket_rp // 3)}


def by_hand(some: Merchants) -> dict[tuple[int, ...], list[int]]:
    """The same cells in Python integers, merchant by merchant."""
    found: dict[tuple[int, ...], list[int]] = defaultdict(lambda: [0] * (len(SUMS) + 2))
    columns = {name: column.tolist() for name, column in some.columns.items()}
    for row in (dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)):
        bins = [bisect_right(getattr(EDGES, base), row[f"{base}_rp"]) - 1 for base in ("world", "indonesia", "rail")]
        values = [1, row["world_rp"], row["indonesia_rp"], row["online_rp"], row["rail_rp"]]
        values += [row[name] * row["import_share_ppm"] // 1_000_000 for name in ("online_rp", "rail_rp")]
        values += [row["rail_rp"] * 5_500 // 1_000_000, -(row["ticket_rp"] // 3)]
        cell = found[(*(int(row[code]) for code in KEYS[:7]), *bins)]
        for place, value in enumerate(values):
            cell[place] += value * row["weight"]
    return found


def table(cells: Cells) -> dict[tuple[int, ...], list[int]]:
    keys = zip(*(column.tolist() for column in cells.keys.values()), strict=True)
    sums = zip(*(column.tolist() for column in (*cells.sums.values(), *cells.extra.values())), strict=True)
    return {key: list(values) for key, values in zip(keys, sums, strict=True)}


def whole(some: Merchants, **options: object) -> Cells:
    return duckdb_cells([lambda: some], EDGES, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(3))
def test_every_cell_is_what_adding_by_hand_gives(seed: int) -> None:
    some = merchants(3_000, seed)
    cells = whole(some, extra=fee)
    assert table(cells) == by_hand(some)
    assert cells.rows == 3_000
    assert list(table(cells)) == sorted(table(cells))


def test_rows_that_stand_for_one_merchant_are_added_without_their_weight_to_the_same_cells() -> None:
    some = merchants(2_000, weight=np.ones(2_000, np.int64))
    assert table(whole(some, extra=fee)) == by_hand(some)


@pytest.mark.parametrize(
    ("turnover", "place"),
    [(13_299_999_999, 2), (13_300_000_000, 3), (13_300_000_001, 3), (4_799_999_999, 1), (0, 0), (10**18, 3)],
)
def test_a_merchant_on_an_edge_is_in_the_bin_above_and_one_rupiah_less_below(turnover: int, place: int) -> None:
    one = merchants(1, indonesia_rp=np.array([turnover]), weight=np.ones(1, np.int64))
    assert whole(one).keys["indonesia_bin"].tolist() == [place]


@settings(deadline=None, max_examples=12)
@given(seed=st.integers(0, 2**32 - 1), cuts=st.lists(st.integers(0, 400), max_size=6), threads=st.integers(1, 3))
def test_neither_order_nor_chunks_nor_threads_change_the_cells(seed: int, cuts: list[int], threads: int) -> None:
    some = merchants(400, seed % 1_000)
    shuffled = some.take(np.random.default_rng(seed).permutation(400))
    bounds = [0, *sorted(cuts), 400]
    parts = [shuffled.take(slice(*pair)) for pair in pairwise(bounds)]
    sources = [lambda part=part: part for part in parts]
    engines_agree(whole(some, extra=fee), duckdb_cells(sources, EDGES, extra=fee, threads=threads))


def test_a_weight_is_the_same_as_so_many_rows() -> None:
    some = merchants(500)
    repeated = some.take(np.repeat(np.arange(500), some.weight))
    single = Merchants(**(repeated.columns | {"weight": np.ones(len(repeated), np.int64)}))  # type: ignore[arg-type]
    weighted, counted = whole(some, extra=fee), whole(single, extra=fee)
    assert table(weighted) == table(counted)
    assert (weighted.rows, counted.rows) == (500, int(some.weight.sum()))


def test_chunks_with_and_without_weights_mix() -> None:
    plain = merchants(300, 1, weight=np.ones(300, np.int64))
    chunks = [plain, merchants(300, 2), plain, merchants(0), merchants(300, 3)]
    sources = [lambda chunk=chunk: chunk for chunk in chunks]
    engines_agree(duckdb_cells(sources, EDGES, extra=fee, threads=1), whole(concatenate(chunks), extra=fee))


def test_imports_of_a_merchant_beyond_nine_million_million_are_exact() -> None:
    turnover = 9_007_199_254_740_993  # one more than 2^53: a float would lose it
    one = merchants(
        1,
        **{f"{base}_rp": np.array([turnover]) for base in ("world", "indonesia", "online", "rail")},
        import_share_ppm=np.array([999_999]),
        weight=np.array([2]),
    )
    assert whole(one).total("imported_online_rp") == 2 * (turnover * 999_999 // 1_000_000)


@pytest.mark.parametrize(
    ("count", "weight", "chunks"),
    [(1, 2**62, 1), (40, 10**6, 1), (1, 10**6, 40)],
    ids=["of one merchant", "of one chunk", "of several chunks"],
)
def test_a_sum_beyond_int64_is_refused_and_never_wraps(count: int, weight: int, chunks: int) -> None:
    some = merchants(count, weight=np.full(count, weight), world_rp=np.full(count, 3 * 10**11))
    with pytest.raises(WeighError) as caught:
        duckdb_cells([lambda: some] * chunks, EDGES, keys=(), sums=("world_rp",), threads=1)
    assert caught.value.code == "sum_too_large"


def test_a_sum_that_passes_int64_only_where_parts_are_added_is_refused() -> None:
    single = merchants(1, world_rp=np.array([2**62]), weight=np.array([1]))
    double = merchants(1, world_rp=np.array([2**61]), weight=np.array([2]))
    sources = [lambda: single, lambda: double]  # two statements, as one is weighted
    with pytest.raises(WeighError) as caught:
        duckdb_cells(sources, EDGES, keys=(), sums=("world_rp",), threads=1)
    assert caught.value.code == "sum_too_large"


def test_a_sum_just_within_int64_is_exact() -> None:
    some = merchants(2, world_rp=np.array([2**62, 2**62 - 1]), weight=np.ones(2, np.int64))
    assert duckdb_cells([lambda: some], EDGES, keys=(), sums=("world_rp",)).total("world_rp") == 2**63 - 1
    parts = [lambda: some.take(slice(0, 1)), lambda: some.take(slice(1, 2))]
    assert duckdb_cells(parts, EDGES, keys=(), sums=("world_rp",)).total("world_rp") == 2**63 - 1


@pytest.mark.parametrize(
    "keys", [(), ("country",), ("world_bin",), ("rail_bin", "sector"), ("curated", "indonesia_bin", "province")]
)
def test_some_of_the_keys_give_the_sums_of_all_of_them(keys: tuple[str, ...]) -> None:
    some = merchants(2_000)
    full, few = whole(some, extra=fee), whole(some, extra=fee, keys=keys)
    assert list(few.keys) == [key for key in KEYS if key in keys]
    groups, sums = group_sums(full, list(few.keys))
    assert {key: column.tolist() for key, column in groups.items()} == {k: v.tolist() for k, v in few.keys.items()}
    expected = {name: column.tolist() for name, column in (few.sums | few.extra).items()}  # type: ignore[operator]
    if keys:
        assert {name: column.tolist() for name, column in sums.items()} == expected
    else:
        assert {name: [full.total(name)] for name in sums} == expected


def test_only_the_sums_asked_for_are_there() -> None:
    cells = whole(merchants(100), sums=("rail_rp", "merchants"))
    assert list(cells.sums) == ["merchants", "rail_rp"]


def test_a_population_of_nobody_has_no_cells() -> None:
    for sources in ([], [lambda: merchants(0)]):
        cells = duckdb_cells(sources, EDGES)
        assert (len(cells), cells.rows, cells.total("world_rp")) == (0, 0, 0)
        assert list(cells.keys) == list(KEYS)


def test_edges_of_a_single_bin_put_everybody_in_it() -> None:
    one_bin = Edges((0,), (0,), (0,))
    cells = duckdb_cells([lambda: merchants(100)], one_bin, keys=("world_bin", "indonesia_bin"))
    assert {key: column.tolist() for key, column in cells.keys.items()} == {"world_bin": [0], "indonesia_bin": [0]}


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"keys": ("country", "colour")}, "unknown_column"),
        ({"sums": ("profit_rp",)}, "unknown_column"),
        ({"extra": lambda some: {"world_rp": some.world_rp}}, "unknown_column"),
    ],
)
def test_what_is_not_a_column_is_refused(options: dict[str, object], code: str) -> None:
    with pytest.raises(WeighError) as caught:
        whole(merchants(10), **options)
    assert caught.value.code == code


def test_more_bins_than_one_number_holds_are_refused() -> None:
    fine = tuple(range(2_000))
    with pytest.raises(WeighError) as caught:
        duckdb_cells([], Edges(fine, fine, fine))
    assert caught.value.code == "too_many_bins"


def test_a_code_that_stands_for_no_word_is_refused() -> None:
    with pytest.raises(WeighError) as caught:
        whole(merchants(1, sector=np.array([200], np.uint8)))
    assert caught.value.code == "unknown_code"


def test_a_source_that_fails_ends_the_run_with_its_own_error_and_no_thread_left() -> None:
    def broken() -> Merchants:
        raise ZeroDivisionError("the third chunk")

    calls = []

    def sound() -> Merchants:
        calls.append(1)
        return merchants(50)

    with pytest.raises(ZeroDivisionError, match="the third chunk"):
        duckdb_cells([sound, sound, broken, *[sound] * 200], EDGES)
    assert len(calls) < 200
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("cells")]


def test_progress_counts_every_row_once() -> None:
    seen: list[int] = []
    duckdb_cells([lambda: merchants(70)] * 9, EDGES, on_rows=seen.append)
    assert sum(seen) == 630


def test_no_more_than_a_few_chunks_are_alive_at_once() -> None:
    alive, most = 0, 0
    lock = threading.Lock()

    class Counted(Merchants):
        def __del__(self) -> None:
            nonlocal alive
            with lock:
                alive -= 1

    def source() -> Merchants:
        nonlocal alive, most
        made = Counted(**merchants(500).columns)  # type: ignore[arg-type]
        with lock:
            alive += 1
            most = max(most, alive)
        return made

    duckdb_cells([source] * 40, EDGES, keys=("country",))
    gc.collect()
    assert most <= 4


def test_parquet_gives_the_cells_of_the_merchants_written(tmp_path: Path) -> None:
    some = merchants(1_000)
    parts = [lambda: some.take(slice(0, 400)), lambda: some.take(slice(400, 1_000))]
    assert write_parquet(parts, tmp_path / "a.parquet", extra=fee) == 1_000
    engines_agree(whole(some), duckdb_cells(tmp_path / "a.parquet", EDGES))
    engines_agree(whole(some), duckdb_cells(tmp_path, EDGES))


def test_a_file_that_is_no_population_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "b.parquet").write_bytes(b"rupiah")
    for path, code in ((tmp_path / "b.parquet", "unreadable_parquet"), (tmp_path / "none", "unreadable_parquet")):
        with pytest.raises(WeighError) as caught:
            duckdb_cells(path, EDGES)
        assert (caught.value.code, caught.value.path) == (code, str(path))


def test_engines_disagree_over_one_rupiah() -> None:
    cells = whole(merchants(200))
    off = cells.sums["rail_rp"].copy()
    off[7] += 1
    other = Cells(cells.edges, cells.keys, {**cells.sums, "rail_rp": off}, cells.extra, cells.rows)
    engines_agree(cells, cells)
    with pytest.raises(WeighError, match="rail_rp of cell 7") as caught:
        engines_agree(cells, other)
    assert caught.value.code == "engines_disagree"
    assert caught.value.is_mistrust


def test_dense_sums_are_the_sums_with_nothing_where_no_cell_is() -> None:
    cells = whole(merchants(2_000), extra=fee)
    where = cells.keys["world_bin"] > 3
    dense = dense_sums(cells, "fee_rp", where=where)
    assert dense.shape == (3, 10, 2)
    assert int(dense.sum()) == cells.total("fee_rp", where)
    double = dense_sums(cells, cells.extra["fee_rp"] * 2, ("rail_bin",))
    expected = cells.by(["rail_bin"], "fee_rp")
    assert double.tolist() == [2 * expected.get((place,), 0) for place in range(len(EDGES.rail))]
