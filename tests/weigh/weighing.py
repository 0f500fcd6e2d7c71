"""A small economy for tests: the shipped miniature of Indonesia and China, reduced to cells, and central parameters."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import numpy as np

from mediator.policy import Policy
from mediator.weigh.economy.drawn import at_random, central_case
from mediator.weigh.economy.ground import Drawn, Ground
from mediator.weigh.economy.population import Population
from mediator.weigh.merchants import Merchants, concatenate
from mediator.weigh.parameters import Parameters, shipped
from mediator.weigh.population import chunks, load_population, online_turnover, read_population, write_parquet
from mediator.weigh.population.market import Market, shares
from mediator.weigh.prepare import Case, _weighted_population, cases_of, edges_of
from mediator.weigh.scenario import Scenario, shipped_scenario

ROWS = 2_500
SEED = 1


class Economy(NamedTuple):
    """Everything an outcome needs, of Alipay's offer over the miniature."""

    merchants: Merchants
    population: Population
    ground: Ground
    baseline: Policy
    cases: tuple[Case, ...]
    parameters: Parameters
    central: Drawn
    drawn: Drawn

    def shown(self, option: str) -> Case:
        """The case of an option under the reading that is shown."""
        return next(case for case in self.cases if case.option.name == option and case.is_shown)


def merchants(rows: int | None = ROWS) -> Merchants:
    """The miniature's merchants, who sell half of what they turn over here and online; all of them without ``rows``."""
    return concatenate(list(chunks(load_population("small"), SEED, half_online(rows), rows)))


@cache
def half_online(rows: int | None) -> Market:
    """A market of half of what they turn over."""
    spec, rail = load_population("small"), dict.fromkeys(("ID", "CN", "ZZ"), 400_000)
    base = online_turnover(spec, SEED, rows)
    return shares(base, {pair: value // 2 for pair, value in base.items()}, rail)


def population(some: Merchants, scenario: Scenario | None = None) -> Population:
    """Merchants as a population whose cells have the edges of the offer."""
    baseline, cases = cases_of(scenario or shipped_scenario("alipay-2017"))
    return _weighted_population(some, edges_of(baseline, cases))


@cache
def economy() -> Economy:
    """Made once for all tests."""
    some = merchants()
    here = population(some)
    baseline, cases = cases_of(shipped_scenario("alipay-2017"))
    parameters = shipped("2017")
    ground = Ground(here, (here,) * 3, (here,) * 3, 0.4)
    draws = at_random(parameters, 64, SEED)
    return Economy(some, here, ground, baseline, cases, parameters, central_case(parameters), draws)


def many_merchants(rows: int | None) -> Population:
    """The miniature with 300 times as many merchants and rupiah, weighted by ``rows`` or in full."""
    text = (resources.files("mediator.weigh") / "data" / "populations" / "small.toml").read_text(encoding="utf-8")
    for line in ("total = 3_000", "merchants = 2_500", "merchants = 1_500", "turnover = 334_990_000",
                 "turnover = 8_766_803_039"):  # fmt: skip
        name, _, value = line.partition(" = ")
        assert f"{line}" in text
        text = text.replace(line, f"{name} = {int(value) * 300}", 1)
    spec = read_population(text)
    rail = dict.fromkeys(("ID", "CN", "ZZ"), 400_000)
    wanted = {pair: value // 4 for pair, value in online_turnover(spec, SEED).items()}
    market = shares(online_turnover(spec, SEED, rows), wanted, rail)
    return population(concatenate(list(chunks(spec, SEED, market, rows))))


def same(one: np.ndarray, other: np.ndarray, rel: float = 1e-12) -> bool:
    """Whether two arrays agree, measured on the larger one's largest value."""
    return bool(np.allclose(one, other, rtol=rel, atol=rel * max(float(np.abs(one).max()), 1e-300)))


def file_of_merchants(path: Path) -> Path:
    """The miniature written to Parquet, as microdata."""
    write_parquet([merchants()], path)
    return path
