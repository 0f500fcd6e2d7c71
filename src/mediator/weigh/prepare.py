"""From a scenario to the ground it is weighed on: populations synthesised or read, reduced to cells, policies ready."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from mediator.policy import Policy
from mediator.weigh.cells.cells import Cells, Edges
from mediator.weigh.cells.engine import Extra, Source, duckdb_cells
from mediator.weigh.cells.sparse import sparse_cells
from mediator.weigh.charge.affine import is_affine
from mediator.weigh.charge.on_cells import edges_for
from mediator.weigh.charge.reading import BASES, Reading, read_as, readings_of, with_threshold
from mediator.weigh.charge.year import charge_year
from mediator.weigh.economy.case import shares_before
from mediator.weigh.economy.ground import Ground
from mediator.weigh.economy.population import Population, population_of
from mediator.weigh.economy.tail import NEIGHBOURHOOD
from mediator.weigh.merchants import COUNTRIES, Ints, Merchants, concatenate
from mediator.weigh.parameters import Parameters, central
from mediator.weigh.population import PopulationSpec, calibrate, chunks, load_population, sources
from mediator.weigh.population.microdata import read_microdata
from mediator.weigh.scenario import Option, Scenario
from mediator.weigh.scenario.resolve import resolve_policies
from mediator.weigh.vocabulary import SECTORS

CHUNK_ROWS = 1 << 20
SELLING = ("ID", "CN")
"""The countries whose merchants' sales have a value of their own; all others are taken to be like China's."""

SWEEP_USD = (*(step * 10**power for power in range(4, 8) for step in (1, 1.5, 2, 3, 4, 5, 7)), 1e8)
"""Thresholds that are tried: every answer over them is exact, because all are edges of the cells."""

Step = Callable[[str], None]


class Case(NamedTuple):
    """An option under one reading: the policy as it is then charged."""

    option: Option
    reading: Reading
    policy: Policy
    is_shown: bool


class Prepared(NamedTuple):
    """Everything that economics need, and what the report tells of how it was come by."""

    baseline: Policy
    cases: tuple[Case, ...]
    ground: Ground
    spec: PopulationSpec | None
    merchants: int


def cases_of(scenario: Scenario) -> tuple[Policy, tuple[Case, ...]]:
    """The baseline and every option under every reading that the scenario allows and that makes a difference."""
    baseline, options = resolve_policies(scenario)
    allowed, shown = scenario.readings, scenario.readings.shown
    cases = []
    for option, policy in options:
        readings = readings_of(policy, allowed.kinds, allowed.bases)
        first = [
            reading
            for reading in readings
            if reading.base in (shown.base, None) and reading.kind in (shown.kind, "sliding", None)
        ]
        for reading in readings:
            cases.append(Case(option, reading, read_as(policy, reading), reading == (first or list(readings))[0]))
    return baseline, tuple(cases)


def swept(case: Case, usd: float) -> Policy:
    """The case's policy with its waivers' thresholds at so many dollars."""
    return with_threshold(case.policy, round(usd * 100), "USD")


def edges_of(baseline: Policy, cases: Iterable[Case], is_swept: bool = True) -> Edges:
    """Every threshold of every case, what stands around it, and those of the sweep."""
    policies = [baseline]
    for case in cases:
        policies.append(case.policy)
        if is_swept and case.policy.waivers and case.reading.kind:
            policies += [swept(case, usd) for usd in SWEEP_USD]
    found = edges_for(policies)
    near = edges_for([case.policy for case in cases])
    edges = {base: {0, *found[base], *(edge * NEIGHBOURHOOD for edge in near[base])} for base in BASES}
    return Edges(*(tuple(sorted(edges[base])) for base in BASES))


def market_values(parameters: Parameters) -> dict[tuple[str, str], int]:
    """What each country's merchants sell online in Indonesia, whole rupiah a year by sector, at central values."""
    value = central(parameters)
    shares = shares_before(value, np.zeros(1))
    abroad = shares["china"]
    home = 1 - shares["china"] - shares["other"]
    spending = value["gmv_usd"] * value["exchange_rate"] * value["weight"]
    found = {}
    for country, part in zip(SELLING, (home, abroad), strict=True):
        for sector, amount in zip(SECTORS, np.broadcast_to(part * spending, (1, len(SECTORS)))[0], strict=True):
            found[country, sector] = int(amount)
    return found


def prepare(
    scenario: Scenario,
    parameters: Parameters,
    on_step: Step = lambda _: None,
    on_rows: Callable[[int], None] | None = None,
    engine: str = "duckdb",
) -> Prepared:
    """Read or synthesise the scenario's population and reduce it; WeighError for what is wrong with its input."""
    baseline, cases = cases_of(scenario)
    edges = edges_of(baseline, cases)
    suffix = Path(scenario.population).suffix
    rail_share = parameters["rail_share"].value
    if suffix in (".csv", ".parquet"):
        on_step("reading merchants")
        merchants = read_microdata(Path(scenario.population))
        population = _weighted_population(merchants, edges, engine)
        ground = Ground(population, (population,) * 3, (population,) * 3, rail_share)
        return Prepared(baseline, cases, ground, None, int(merchants.weight.sum()))
    spec = load_population(scenario.population)
    on_step("merchants")
    make = partial(_synthesised, market_values(parameters), rail_share, scenario)
    middle = _weighted_population(make(spec), edges, engine)
    if not scenario.rows:
        on_step("the full population")
        middle = _full_population(spec, middle, parameters, scenario, baseline, cases, on_rows)
    on_step("alternatives of the population")
    alternatives = {
        country: _alternatives(
            spec, country, middle, lambda other, alone: _weighted_population(make(other, [alone]), edges)
        )
        for country in SELLING
    }
    ground = Ground(middle, alternatives["ID"], alternatives["CN"], rail_share)
    return Prepared(baseline, cases, ground, spec, spec.merchants)


WEIGHTED_ROWS = 60_000
"""Of samples and alternatives when the central population is full."""


def _synthesised(
    wanted: Mapping[tuple[str, str], int],
    rail_share: float,
    scenario: Scenario,
    spec: PopulationSpec,
    countries: Sequence[str] = SELLING,
) -> Merchants:
    rows = (scenario.rows or WEIGHTED_ROWS) * len(countries) // len(SELLING)
    values = {place: value for place, value in wanted.items() if place[0] in countries}
    market = calibrate(spec, values, _rail_ppm(rail_share), scenario.seed, rows)
    return concatenate(list(chunks(spec, scenario.seed, market, rows)))


def _rail_ppm(rail_share: float) -> dict[str, int]:
    return dict.fromkeys(COUNTRIES, round(rail_share * 1_000_000))


def _weighted_population(merchants: Merchants, edges: Edges, engine: str = "duckdb") -> Population:
    if engine == "spark":
        return population_of(_on_spark(merchants, edges), merchants, {})
    starts = range(0, len(merchants), CHUNK_ROWS)
    pieces: list[Source] = [partial(_take, merchants, at) for at in starts]
    return population_of(duckdb_cells(pieces, edges), merchants, {})


def _take(merchants: Merchants, at: int) -> Merchants:
    return merchants.take(slice(at, at + CHUNK_ROWS))


def _on_spark(merchants: Merchants, edges: Edges) -> Cells:
    from tempfile import TemporaryDirectory

    from mediator.weigh.cells.parquet import write_parquet
    from mediator.weigh.cells.spark import spark_cells

    with TemporaryDirectory() as folder:
        path = Path(folder) / "merchants.parquet"
        write_parquet([lambda: merchants], path)
        return spark_cells(path, edges)


def _full_population(
    spec: PopulationSpec,
    sample: Population,
    parameters: Parameters,
    scenario: Scenario,
    baseline: Policy,
    cases: Sequence[Case],
    on_rows: Callable[[int], None] | None,
) -> Population:
    """One row a merchant, in chunks; policies that need the row are charged on the way; sweeps are the sample's."""
    rail_ppm = _rail_ppm(parameters["rail_share"].value)
    market = calibrate(spec, market_values(parameters), rail_ppm, scenario.seed)
    singly = {case.policy.digest: case.policy for case in cases if case.is_shown and not is_affine(case.policy)}
    names = {digest: (f"fee_{place}", f"waived_{place}") for place, digest in enumerate(singly)}
    extra = _extra(singly, names) if singly else None
    edges = edges_of(baseline, cases, is_swept=False)
    cells = sparse_cells(sources(spec, scenario.seed, market), edges, extra=extra, on_rows=on_rows)
    return population_of(cells, None, names, sample)


def _extra(policies: Mapping[str, Policy], names: Mapping[str, tuple[str, str]]) -> Extra:
    def price(merchants: Merchants) -> dict[str, Ints]:
        columns: dict[str, Ints] = {}
        on_rail = np.flatnonzero(merchants.rail_rp)
        few = merchants.take(on_rail)
        for digest, policy in policies.items():
            charges = charge_year(policy, few)
            for name, charged in zip(names[digest], (charges.fee_rp, charges.waived_rp), strict=True):
                columns[name] = np.zeros(len(merchants), np.int64)
                columns[name][on_rail] = charged
        return columns

    return price


def _alternatives(
    spec: PopulationSpec, country: str, central: Population, make: Callable[[PopulationSpec, str], Population]
) -> tuple[Population, Population, Population]:
    """One country's merchants as low, central and high as they may be; the alternatives hold nobody else."""
    if spec.variants(country) == 1:
        return central, central, central
    strata = [stratum for stratum in spec.strata if stratum.country == country]
    alone = replace(spec, strata=tuple(strata))
    low, high = (make(alone.with_variant(country, index), country) for index in (0, 2))
    return low, central, high
