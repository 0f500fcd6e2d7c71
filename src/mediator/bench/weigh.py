"""How quickly a population is weighed: ours, openfisca-core and plain NumPy on the same work.

The work: merchants in memory, each a row that stands for one; by country, sector and 20 bins of yearly turnover, how
many there are, their turnover, and their fees of 0.55 % before and after a waiver for all below a threshold. All
three begin at the same arrays and end at the same groups, which are compared. The kernel is trivial for everybody;
what differs is precision, threads and what happens between.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

import numpy as np
import numpy.typing as npt

from mediator.weigh.cells.cells import Cells, Edges
from mediator.weigh.cells.engine import duckdb_cells
from mediator.weigh.merchants import CHANNELS, COUNTRIES, DTYPES, SIZE_CLASSES, Ints, Merchants
from mediator.weigh.vocabulary import SECTORS, provinces

from .weigh_national import national
from .weigh_page import page

RATE_PPM = 5_500
PPM = 1_000_000
THRESHOLD_RP = 13_300_000_000
"""US$ 1 million at Rp 13,300, of the year of the offer."""

BINS = (0, *(round(10 ** (6 + place / 3)) for place in range(12)), *(THRESHOLD_RP * 2**place for place in range(7)))
"""20 of them, the threshold among them."""

EDGES = Edges(world=BINS, indonesia=(0,), rail=(0,))
KEYS = ("country", "sector", "world_bin")
SHAPE = (len(COUNTRIES), len(SECTORS), len(BINS))
CHUNK = 1 << 19
SIZES = (100_000, 1_000_000, 10_000_000)
FULL_SIZE = 100_000_000
"""Of the scaling; as one more size when there is time."""

Step = Callable[[str], None]


class Groups:
    """What each of the three must find, by country, sector and bin: merchants, turnover, and the fees in rupiah
    times a million, so that no rounding stands between them. Arrays of ``SHAPE``."""

    def __init__(self, merchants: Any, turnover_rp: Any, before: Any, after: Any) -> None:
        self.merchants, self.turnover_rp, self.before, self.after = merchants, turnover_rp, before, after


def measure(seconds: float = 60, on_step: Step | None = None, full: bool = False) -> dict[str, Any]:
    """Rates and ratios, measured in turns so that a busy machine slows all alike; about ``seconds`` long.

    ``national_seconds`` and ``national_gb`` are of one run over every merchant (``weigh_national``), which comes first;
    ``page_p50_ms`` and ``page_p95_ms`` of the answers of the page with sliders.

    ``to_openfisca`` and ``to_numpy`` are our merchants a second over theirs: medians over the rounds. ``scaling``:
    seconds a merchant by size of a population that is made as it is reduced; 10^8 is added when ``full`` or when the
    time suffices.
    """
    tell = on_step or (lambda _: None)
    begun = time.perf_counter()
    tell("the national run")
    whole = national()
    tell("the page")
    shown = page()
    tell("comparing")
    left = max(begun + seconds - time.perf_counter(), 0)
    result = compared(_random(0, 4_000_000), time.perf_counter() + 0.5 * left)
    tell("scaling")
    result["scaling"] = scaling(begun + 0.95 * seconds, full)
    return {
        **result,
        "national_seconds": whole["national_seconds"],
        "national_gb": whole["national_gb"],
        "page_p50_ms": shown["p50_ms"],
        "page_p95_ms": shown["p95_ms"],
        "national": whole,
        "page": shown,
    }


def compared(merchants: Merchants, until: float) -> dict[str, Any]:
    """The three on the same merchants, round after round until the time is up, at least three rounds."""
    from .weigh_openfisca import systems

    made = systems(RATE_PPM / PPM, THRESHOLD_RP)
    contenders: dict[str, Callable[[Merchants], Groups]] = {
        "ours": ours,
        "numpy": plain_numpy,
        "openfisca": partial(with_openfisca, made),
    }
    found = {name: run(merchants) for name, run in contenders.items()}  # and everything is warm
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    while len(taken["ours"]) < 3 or time.perf_counter() < until:
        for name, run in contenders.items():
            begun = time.perf_counter()
            run(merchants)
            taken[name].append(time.perf_counter() - begun)
    return {
        "work": "count, turnover, fee before and after a waiver by country, sector and 20 bins; one row a merchant",
        "merchants": len(merchants),
        "groups": int(np.count_nonzero(found["ours"].merchants)),
        "rounds": len(taken["ours"]),
        **{f"{name}_per_second": round(len(merchants) / median(times)) for name, times in taken.items()},
        "to_openfisca": round(_ratio(taken["openfisca"], taken["ours"]), 2),
        "to_numpy": round(_ratio(taken["numpy"], taken["ours"]), 2),
        "numpy_same_groups": _same(found["ours"], found["numpy"]),
        "threads": {"ours": 2, "numpy": 1, "openfisca": 1},
        "precision": precision(merchants, found["ours"], found["openfisca"]),
    }


def ours(merchants: Merchants) -> Groups:
    """Cells by the engine that ``mediator weigh`` runs, then fees on the cells, exact: the threshold is an edge."""
    sources = [partial(merchants.take, slice(start, start + CHUNK)) for start in range(0, len(merchants), CHUNK)]
    cells = duckdb_cells(sources, EDGES, keys=KEYS, sums=("merchants", "world_rp"))
    place = tuple(cells.keys[key] for key in KEYS)
    return _with_fees(_dense(place, cells, "merchants"), _dense(place, cells, "world_rp"))


def plain_numpy(merchants: Merchants) -> Groups:
    """What a careful author writes with NumPy alone. ``bincount`` adds in doubles, exact while a group's turnover is
    below 2^53, nine thousand million million rupiah."""
    place = merchants.country * np.int64(len(SECTORS)) + merchants.sector
    place = place * len(BINS) + np.searchsorted(np.array(BINS), merchants.world_rp, side="right") - 1
    size = int(np.prod(SHAPE))
    count = np.bincount(place, minlength=size).reshape(SHAPE)
    turnover = np.bincount(place, weights=merchants.world_rp, minlength=size).astype(np.int64).reshape(SHAPE)
    return _with_fees(count, turnover)


def with_openfisca(made: Any, merchants: Merchants) -> Groups:
    """Fees by OpenFisca merchant by merchant, then grouped with NumPy, which OpenFisca leaves to its users."""
    from .weigh_openfisca import fees

    before, after = fees(made, merchants)
    place = merchants.country * np.int64(len(SECTORS)) + merchants.sector
    place = place * len(BINS) + np.searchsorted(np.array(BINS), merchants.world_rp, side="right") - 1
    size = int(np.prod(SHAPE))
    grouped = [np.bincount(place, minlength=size)]
    grouped += [np.bincount(place, weights=part, minlength=size) for part in (merchants.world_rp, before, after)]
    count, turnover, *money = (part.reshape(SHAPE) for part in grouped)
    return Groups(count, turnover, money[0] * PPM, money[1] * PPM)


def precision(merchants: Merchants, exact: Groups, single: Groups) -> dict[str, Any]:
    """What single floats cost: the totals' error, and the merchant one rupiah below the threshold."""
    from .weigh_openfisca import fees, systems

    edge = merchants.take(slice(0, 1))
    below = Merchants(**(edge.columns | {"world_rp": np.array([THRESHOLD_RP - 1])}))
    _, charged = fees(systems(RATE_PPM / PPM, THRESHOLD_RP), below)
    wrong = {
        name: round(float((getattr(single, name) - getattr(exact, name)).sum()) / PPM) for name in ("before", "after")
    }
    changed = merchants.world_rp.astype(np.float32).astype(np.float64) != merchants.world_rp
    return {
        "ours": "int64 and 128-bit sums: exact to the rupiah",
        "numpy": "int64, sums in doubles: exact below 2^53",
        "openfisca": "float32",
        "openfisca_total_error_rp": wrong,
        "openfisca_group_error_rp": round(float(np.abs(single.after - exact.after).max()) / PPM),
        "openfisca_turnovers_changed": int(changed.sum()),
        "fee_one_rupiah_below_threshold_rp": {"ours": 0, "openfisca": round(float(charged[0]))},
    }


def scaling(until: float, full: bool = False) -> dict[str, Any]:
    """Seconds, and nanoseconds a merchant, to make and reduce populations of growing size; and how far from linear:
    the cost of a merchant at the largest size over that at 10^6."""
    taken: dict[int, float] = {}
    for size in (*SIZES, FULL_SIZE):
        expected = 10 * taken.get(size // 10, 0)
        if size == FULL_SIZE and not full and time.perf_counter() + expected > until:
            break
        taken[size] = min(_streamed(size) for _ in range(5 if size <= 1_000_000 else 1))
    largest = max(taken)
    return {
        "seconds": {str(size): round(spent, 4) for size, spent in taken.items()},
        "nanoseconds_per_merchant": {str(size): round(1e9 * spent / size, 2) for size, spent in taken.items()},
        "largest_to_million": round(taken[largest] / largest / (taken[1_000_000] / 1_000_000), 3),
    }


def _streamed(size: int) -> float:
    sources = [partial(_random, start, min(start + CHUNK, size)) for start in range(0, size, CHUNK)]
    begun = time.perf_counter()
    cells = duckdb_cells(sources, EDGES, keys=KEYS, sums=("merchants", "world_rp"))
    assert cells.total("merchants") == size
    return time.perf_counter() - begun


def _random(start: int, stop: int) -> Merchants:
    """Merchants at random, the same for the same range: log-normal turnover of about Rp 36 million, sold online by a
    fifth; not a population of anywhere, only work."""
    count = stop - start
    rng = np.random.Generator(np.random.Philox(key=start))
    world = np.exp(rng.normal(17.4, 1.8, count)).astype(np.int64)
    online = np.where(rng.random(count, np.float32) < 0.2, world, 0)
    codes = {
        "country": len(COUNTRIES),
        "sector": len(SECTORS),
        "province": len(provinces()),
        "size_class": len(SIZE_CLASSES),
        "channel": len(CHANNELS),
    }
    columns: dict[str, npt.NDArray[Any]] = {
        code: rng.integers(0, many, count, np.uint8) for code, many in codes.items()
    }
    ones = np.ones(count, np.int64)
    none = np.zeros(count, np.bool_)
    columns |= {"id": np.arange(start, stop), "curated": none, "mentored": none, "import_share_ppm": ones * 500_000}
    columns |= {"world_rp": world, "indonesia_rp": world, "online_rp": online, "rail_rp": online}
    columns |= {"ticket_rp": ones * 100_000, "weight": ones}
    return Merchants(**{name: columns[name] for name in DTYPES})


def _dense(place: tuple[Ints, ...], cells: Cells, name: str) -> Ints:
    dense = np.zeros(SHAPE, np.int64)
    dense[place] = cells.sums[name]
    return dense


def _with_fees(merchants: Ints, turnover_rp: Ints) -> Groups:
    """Fees in millionths of a rupiah, as Python integers' products: a group's turnover may pass 10^15."""
    before = turnover_rp.astype(object) * RATE_PPM
    is_charged = np.array(BINS) >= THRESHOLD_RP
    return Groups(merchants, turnover_rp, before, before * is_charged)


def _ratio(theirs: list[float], ours_taken: list[float]) -> float:
    """Round by round, so that what slowed one round slows both sides of its ratio."""
    return median(their / our for their, our in zip(theirs, ours_taken, strict=True))


def _same(one: Groups, other: Groups) -> bool:
    names = ("merchants", "turnover_rp", "before", "after")
    return all(bool((getattr(one, name) == getattr(other, name)).all()) for name in names)
