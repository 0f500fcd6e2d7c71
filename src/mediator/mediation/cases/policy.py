"""When two must sign, and how cases weigh: data of one version, read once."""

from __future__ import annotations

import tomllib
from bisect import bisect_left
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class CasePolicy(NamedTuple):
    """``four_eyes``: disputed minor units by currency from which a decision needs a second person."""

    version: int
    four_eyes: dict[str, int]
    weights: tuple[int, ...]
    hurry: timedelta
    edges: tuple[int, ...]

    def needs_second(self, amount: int, currency: str) -> bool:
        """Whether a decision on that much must be confirmed. A currency nobody thought of always must."""
        return amount > self.four_eyes.get(currency, -1)

    def weight(self, amount: int, currency: str, due_at: datetime | None, now: datetime) -> int:
        """How heavily a case weighs: by what is at stake, doubled when little time is left."""
        at_stake = 1 + bisect_left(self.weights, self._hundredths(amount, currency))
        return at_stake * (2 if due_at is not None and due_at - now < self.hurry else 1)

    def band(self, amount: int, currency: str) -> tuple[int, int | None]:
        """The band an amount lies in: above the first figure, up to the second (None: no upper end), minor units."""
        full = self.four_eyes.get(currency)
        if full is None:
            return 0, None
        edges = [0, *(full * edge // 100 for edge in self.edges)]
        place = bisect_left(edges, amount, lo=1)
        return edges[place - 1], edges[place] if place < len(edges) else None

    def _hundredths(self, amount: int, currency: str) -> int:
        full = self.four_eyes.get(currency)
        return 100 if not full else -(-amount * 100 // full)


@cache
def case_policy() -> CasePolicy:
    """The policy that is shipped."""
    data = tomllib.loads((files(__package__) / "data" / "policy.toml").read_text("utf-8"))
    return CasePolicy(
        data["version"],
        data["four_eyes"],
        tuple(data["weight"]["amounts"]),
        timedelta(hours=data["weight"]["hurry_hours"]),
        tuple(data["bands"]["edges"]),
    )
