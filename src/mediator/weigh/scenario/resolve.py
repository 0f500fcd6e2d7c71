"""The policies and the population spec that a scenario names, found among the shipped ones or in files."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import NamedTuple

from mediator.policy import Policy, PolicyError, load_policy, shipped_policy
from mediator.weigh.errors import WeighError, refusal

from .spec import Option, Scenario


class Weighed(NamedTuple):
    """An option of the scenario with its policy."""

    option: Option
    policy: Policy


def resolve_policies(scenario: Scenario) -> tuple[Policy, tuple[Weighed, ...]]:
    """The baseline and the options; WeighError when one can't be had, is not in force, or names another currency."""
    baseline = _policy(scenario.baseline, scenario.on)
    return baseline, tuple(Weighed(option, _policy(option.policy, scenario.on)) for option in scenario.options)


def _policy(name: str, on: datetime.date) -> Policy:
    try:
        policy = load_policy(name) if Path(name).suffix == ".toml" else shipped_policy(name, on)
    except PolicyError as error:
        raise WeighError(error.faults, error.path) from None
    if not (policy.valid_from <= on and (policy.valid_to is None or on < policy.valid_to)):
        until = f" until the day before {policy.valid_to}" if policy.valid_to else ""
        message = (
            f"{policy.reference} is in force from {policy.valid_from}{until}, not on {on}; change `on` or its dates."
        )
        raise refusal("policy_not_in_force", message)
    return policy
