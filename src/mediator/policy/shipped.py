"""The policies that come with Mediator: examples to use, compare and change. Each file names its source and doubts."""

from __future__ import annotations

import datetime
from functools import cache
from importlib import resources

from .errors import refusal
from .model import Policy
from .reader import parse_policy


@cache
def shipped_policies() -> tuple[Policy, ...]:
    """All of them, by id and version."""
    folder = resources.files(__package__) / "shipped"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    policies = [parse_policy(file.read_text(encoding="utf-8"), file.name) for file in files]
    return tuple(sorted(policies, key=lambda policy: (policy.id, policy.version)))


def shipped_policy(name: str, on: datetime.date) -> Policy:
    """The version of a shipped policy in force on a date; PolicyError ``unknown_policy`` or ``policy_not_in_force``."""
    versions = [policy for policy in shipped_policies() if policy.id == name]
    if not versions:
        known = ", ".join(sorted({policy.id for policy in shipped_policies()}))
        raise refusal("unknown_policy", f"No shipped policy is called {name!r}; there are {known}.")
    for policy in versions:
        if policy.valid_from <= on and (policy.valid_to is None or on < policy.valid_to):
            return policy
    raise refusal("policy_not_in_force", f"{name!r} is in force from {versions[0].valid_from}, not on {on}.")
