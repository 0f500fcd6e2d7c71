"""A weighing from beginning to end: ``weigh(scenario) -> Answer``. Here things are only put in order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import msgspec

from mediator.weigh.answer import Answer, Channel, Effect, ReadingFacts, Run, ThresholdRow, WaivedRow
from mediator.weigh.economy.bunching import held_back_sales, tails, threshold_rows
from mediator.weigh.economy.drawn import at_random, central_case
from mediator.weigh.economy.effects import Outcome
from mediator.weigh.economy.ground import Drawn
from mediator.weigh.economy.montecarlo import outcome, ranges
from mediator.weigh.economy.structure import Floats
from mediator.weigh.economy.tail import Tail
from mediator.weigh.parameters import Parameters, shipped
from mediator.weigh.prepare import Case, Prepared, prepare
from mediator.weigh.scenario import Scenario
from mediator.weigh.tables.inputs import fit_rows, source_rows
from mediator.weigh.tables.options import option_facts
from mediator.weigh.tables.places import province_rows, sector_rows
from mediator.weigh.tables.rules import break_even, frontier, sweep
from mediator.weigh.tables.tornado import tornado
from mediator.weigh.tables.waived import waived_rows

Step = Callable[[str], None]

BEHAVIOURS = {"elastic_0.25": 0.25, "elastic_0.651": 0.651, "elastic_0.879": 0.879}
"""The usual elasticity of public finance, and two measured at Indonesia's Rp 4.8 billion threshold (Saputro 2020)."""


def weigh(
    scenario: Scenario,
    *,
    engine: str = "duckdb",
    on_step: Step = lambda _: None,
    on_rows: Callable[[int], None] | None = None,
) -> Answer:
    """Weigh a scenario. The same scenario, seed and version give the same answer, on either engine.

    ``engine`` is "duckdb" or "spark". ``on_step`` is told what is being done, ``on_rows`` how many merchants more are
    reduced. WeighError for input that is wrong, and, with ``is_mistrust``, when the result could not be trusted.
    """
    parameters = shipped(scenario.base_year).override(scenario.parameters)
    central = central_case(parameters)
    prepared = prepare(scenario, parameters, on_step, on_rows, engine)
    drawn = at_random(parameters, scenario.draws, scenario.seed) if scenario.draws else None
    on_step("effects")
    effects, at_threshold = _effects(prepared, parameters, central, drawn)
    shown = {case.option.name: case for case in prepared.cases if case.is_shown}
    outcomes = {name: outcome(prepared.ground, central, prepared.baseline, case.policy) for name, case in shown.items()}
    on_step("other rules")
    focus, ground, baseline = shown[scenario.focus], prepared.ground, prepared.baseline
    swept = sweep(ground, baseline, [each for each in prepared.cases if each.option == focus.option], central, drawn)
    return Answer(
        scenario=scenario.id,
        title_id=scenario.title.id,
        title_en=scenario.title.en,
        question_id=scenario.question.id,
        question_en=scenario.question.en,
        base_year=scenario.base_year,
        on=scenario.on.isoformat(),
        usd_rp=parameters["exchange_rate"].value,
        baseline=baseline.reference,
        focus=scenario.focus,
        options=tuple(option_facts(case.option, case.policy) for case in shown.values()),
        effects=effects,
        waived=_waived(prepared),
        sectors=tuple(
            row for name, found in outcomes.items() for row in sector_rows(name, found, central.values["import_share"])
        ),
        provinces=tuple(
            row
            for name, found in outcomes.items()
            for row in province_rows(
                name, ground.central, ground.central.bill(shown[name].policy), found, prepared.spec is not None
            )
        ),
        tornado=tornado(ground, baseline, focus.policy, parameters),
        sweep=swept,
        break_even=break_even(swept),
        frontier=frontier(ground, baseline, focus, central),
        at_threshold=at_threshold,
        fits=fit_rows(prepared.spec),
        sources=source_rows(parameters),
        run=_run(scenario, prepared, parameters, engine),
    )


def _effects(
    prepared: Prepared, parameters: Parameters, central: Drawn, drawn: Drawn | None
) -> tuple[tuple[Effect, ...], tuple[ThresholdRow, ...]]:
    """Every option under every reading through the fee; through entry too under the reading shown."""
    effects: list[Effect] = []
    rows: list[ThresholdRow] = []
    margin = parameters["margin_at_threshold"].value
    for case in prepared.cases:
        around = tails(prepared.ground.central, case.policy, case.reading)
        before = prepared.ground.rates(prepared.baseline, central)
        base = case.reading.base or ""
        rows += threshold_rows(case.option.name, base, around, before, BEHAVIOURS, margin)
        channels: tuple[Channel, ...] = ("fee", "entry") if case.is_shown else ("fee",)
        for channel in channels:
            middle = _measured(prepared, case, central, central, around, channel)
            spread = _measured(prepared, case, drawn, central, around, channel) if drawn is not None else None
            reading = ReadingFacts(case.reading.kind, case.reading.base)
            effects.append(Effect(case.option.name, reading, case.is_shown, channel, ranges(middle, spread)))
    return tuple(effects), tuple(rows)


def _measured(
    prepared: Prepared, case: Case, drawn: Drawn, central: Drawn, around: dict[int, Tail], channel: Channel
) -> dict[str, Floats]:
    found: Outcome = outcome(prepared.ground, drawn, prepared.baseline, case.policy, channel)
    before = prepared.ground.rates(prepared.baseline, central)
    scale = (drawn.values["gmv_usd"] / central.values["gmv_usd"])[:, 0]
    return found.total() | held_back_sales(around, drawn, before, scale)


def _waived(prepared: Prepared) -> tuple[WaivedRow, ...]:
    rows: list[WaivedRow] = []
    for case in prepared.cases:
        reading = ReadingFacts(case.reading.kind, case.reading.base).key
        rows += waived_rows(case.option.name, reading, prepared.ground.central.bill(case.policy))
    return tuple(rows)


def _without_places(scenario: Scenario) -> dict[str, Any]:
    """The scenario without the names of files: what is in them counts, not where they lie."""
    told: dict[str, Any] = msgspec.to_builtins(scenario)
    for option in told["option"]:
        del option["policy"]
    del told["population"], told["baseline"]
    return told


def _run(scenario: Scenario, prepared: Prepared, parameters: Parameters, engine: str) -> Run:
    """What went in, and its digest. The engine isn't in the digest, for it must not matter."""
    cells = prepared.ground.central.cells
    content = json.dumps(
        {
            "version": version("mediator"),
            "scenario": _without_places(scenario),
            "policies": [prepared.baseline.digest, *(case.policy.digest for case in prepared.cases)],
            "parameters": parameters.sources(),
            "cells": {
                name: hashlib.sha256(column.tobytes()).hexdigest()
                for name, column in [*cells.keys.items(), *cells.sums.items()]
            },
        },
        sort_keys=True,
        default=str,
    )
    return Run(
        version("mediator"),
        engine,
        scenario.seed,
        scenario.draws,
        cells.rows,
        prepared.merchants,
        scenario.rows == 0,
        hashlib.sha256(content.encode()).hexdigest(),
    )
