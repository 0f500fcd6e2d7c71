"""The answer to a question, from what was prepared once: populations, their alternatives, draws.

Populations are those of the shipped scenario, calibrated at central values; a parameter held fixed changes what the
economy makes of a fee, and how much of sales goes over the rail, but merchants are not synthesised anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Lock, Thread

import msgspec
import numpy as np

from mediator.policy import Policy
from mediator.weigh.answer import Range
from mediator.weigh.economy.drawn import at_random, central_case
from mediator.weigh.economy.ground import Drawn, Ground
from mediator.weigh.economy.montecarlo import outcome, ranges
from mediator.weigh.economy.population import Population
from mediator.weigh.parameters import shipped
from mediator.weigh.prepare import prepare
from mediator.weigh.scenario import Scenario, shipped_scenario

from .policy import policy_text, question_policy
from .question import Question
from .recent import Recent

DRAWS = 2_048
"""A range's ends then lie within about a twentieth of its width of where ten thousand, as of ``mediator weigh``, put
them, and shares of draws within a percentage point (measured on alipay-now)."""
ANSWERS_KEPT = 512
GROUNDS_KEPT = 64
"""Policies whose charges are kept, for when only a parameter moves."""


@dataclass(frozen=True)
class LiveAnswer:
    """What a waiver does against the same fee without it.

    ``measures``: those of ``weigh.answer.MEASURES`` but ``held_back_*``, rupiah a year or per cent, with 90 % ranges.
    ``policy_text``: the policy as a file that ``mediator policy check`` takes.
    """

    question: Question
    policy: Policy
    policy_text: str
    measures: Mapping[str, Range]
    usd_rp: float
    draws: int

    @property
    def part_abroad(self) -> float:
        """What part of waived fees foreign merchants get, at central values; 0 when nothing is waived."""
        total = self.measures["waived"].central
        abroad = self.measures["waived_china"].central + self.measures["waived_other"].central
        return abroad / total if total > 0 else 0.0


class Live:
    """A scenario ready to answer. Safe for threads; ``ready`` and ``within`` give one a process and scenario."""

    def __init__(self, scenario: Scenario, draws: int = DRAWS) -> None:
        """Prepare the scenario's population; takes seconds. WeighError for what is wrong with the scenario."""
        parameters = shipped(scenario.base_year).override(scenario.parameters)
        prepared = prepare(scenario, parameters)
        self.draws = draws
        self._ground = _only_sellers(prepared.ground)
        self._like = next(case.policy for case in prepared.cases if case.option.name == scenario.focus)
        self._central = central_case(parameters)
        self._drawn = at_random(parameters, draws, scenario.seed)
        self._usd_rp = parameters["exchange_rate"].value
        self._answers: Recent[Question, LiveAnswer] = Recent(ANSWERS_KEPT)
        self._grounds: Recent[str, Ground] = Recent(GROUNDS_KEPT)

    @classmethod
    def ready(cls, name: str) -> Live:
        """The shipped scenario's, prepared now unless it is already; waits for as long as it takes."""
        live = cls.within(name, None)
        assert live is not None, "without a limit there is no giving up"
        return live

    @classmethod
    def within(cls, name: str, seconds: float | None = 0.0) -> Live | None:
        """The shipped scenario's, waiting at most so long; None while it is being prepared.

        Raises what preparing raised; whoever asks next starts it anew.
        """
        with _LOCK:
            preparing = _PREPARING.get(name)
            if preparing is None:
                preparing = _PREPARING[name] = _Preparing(name)
                preparing.start()
        preparing.join(seconds)
        if preparing.is_alive():
            return None
        if preparing.error is not None:
            with _LOCK:
                if _PREPARING.get(name) is preparing:
                    del _PREPARING[name]
            raise preparing.error
        return preparing.live

    def answer(self, question: Question) -> LiveAnswer:
        """What the waiver does. WeighError, with ``is_mistrust``, when the numbers could not be trusted."""
        return self._answers.get(question, lambda: self._weighed(question))

    def _weighed(self, question: Question) -> LiveAnswer:
        policy = question_policy(question, self._like)
        baseline = msgspec.structs.replace(policy, waivers=())
        ground = self._grounds.get(policy.digest, lambda: _with(self._ground, {}))
        central, spread = (
            outcome(ground, _held(drawn, question.fixed), baseline, policy, question.channel).total()
            for drawn in (self._central, self._drawn)
        )
        return LiveAnswer(
            question, policy, policy_text(question, self._like), ranges(central, spread), self._usd_rp, self.draws
        )


class _Preparing(Thread):
    """Prepares a scenario in the background; a daemon, for nothing is lost when the server stops meanwhile."""

    def __init__(self, name: str) -> None:
        super().__init__(name=f"weigh-{name}", daemon=True)
        self._scenario = name
        self.live: Live | None = None
        self.error: Exception | None = None

    def run(self) -> None:
        """One question is answered at once, so that the first visitor finds everything warm."""
        try:
            scenario = shipped_scenario(self._scenario)
            live = Live(scenario)
            live.answer(Question(year=scenario.base_year))
            self.live = live
        except Exception as error:  # whoever asks for it gets it
            self.error = error


_PREPARING: dict[str, _Preparing] = {}
_LOCK = Lock()


def _held(drawn: Drawn, fixed: tuple[tuple[str, float], ...]) -> Drawn:
    """The draws with some parameters the same in all; the others are as they were, as an override has it."""
    held = {name: np.full_like(drawn.values[name], value) for name, value in fixed}
    return replace(drawn, values={**drawn.values, **held})


def _only_sellers(ground: Ground) -> Ground:
    """The ground with rows only of merchants who sell over the rail: others are never charged, so nothing changes."""
    slim: dict[int, Population] = {}
    for population in (ground.central, *ground.indonesia, *ground.china):
        merchants = population.merchants
        if id(population) not in slim and merchants is not None:
            slim[id(population)] = replace(population, merchants=merchants.take(merchants.rail_rp > 0), _rates={})
    return _with(ground, slim)


def _with(ground: Ground, changed: dict[int, Population]) -> Ground:
    """The ground with other populations for some, and with nothing charged yet; what was one stays one."""

    def new(population: Population) -> Population:
        if id(population) not in changed:
            changed[id(population)] = replace(population, _rates={})
        return changed[id(population)]

    home = (new(ground.indonesia[0]), new(ground.indonesia[1]), new(ground.indonesia[2]))
    abroad = (new(ground.china[0]), new(ground.china[1]), new(ground.china[2]))
    return Ground(new(ground.central), home, abroad, ground.rail_share)
