"""Rules that could be made: the offer's threshold moved, the threshold where the answer flips, and who is eligible."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from math import ceil, exp, log

import msgspec
import numpy as np

from mediator.policy import Eligibility, Policy
from mediator.weigh.answer import BreakEven, FrontierRow, ReadingFacts, SweepRow
from mediator.weigh.charge.reading import threshold_rp, year_thresholds
from mediator.weigh.economy.ground import Drawn, Ground
from mediator.weigh.economy.montecarlo import outcome
from mediator.weigh.economy.structure import Floats
from mediator.weigh.prepare import SWEEP_USD, Case, swept

SWEEP_DRAWS = 512
"""Enough for a band in a chart; headlines have all draws."""

FRONTIER_USD = tuple(usd for usd in SWEEP_USD if str(int(usd))[0] in "135")

ELIGIBLE: dict[str, Eligibility] = {
    "all": Eligibility(),
    "domestic": Eligibility(country=("ID",)),
    "domestic_micro_small": Eligibility(country=("ID",), size_class=("micro", "small")),
    "curated": Eligibility(country=("ID",), curated=True),
    "curated_mentored": Eligibility(country=("ID",), curated=True, mentored=True),
}
"""Who a waiver could be for; every one is a policy as a file could have it."""

MEASURES = ("sales_domestic", "net")


def has_threshold(case: Case) -> bool:
    """Whether there is a threshold to move."""
    return bool(case.policy.waivers) and case.reading.kind is not None


def sweep(
    ground: Ground, baseline: Policy, cases: Iterable[Case], central: Drawn, drawn: Drawn | None
) -> tuple[SweepRow, ...]:
    """The option's effects at every threshold tried, under each reading; a band only under the one shown."""
    rows = []
    for case in cases:
        if not has_threshold(case):
            continue
        some = drawn.take(SWEEP_DRAWS) if drawn is not None and case.is_shown else None
        here = ground if some is not None else ground.only_central()
        rows += [_swept(here, baseline, case, usd, central, some) for usd in SWEEP_USD]
    return tuple(rows)


def _swept(ground: Ground, baseline: Policy, case: Case, usd: float, central: Drawn, drawn: Drawn | None) -> SweepRow:
    policy = swept(case, usd)
    middle = outcome(ground, central, baseline, policy).total()
    spread = outcome(ground, drawn, baseline, policy).total() if drawn is not None else middle

    def band(name: str) -> tuple[float, float, float]:
        low, high = np.percentile(spread[name], (5, 95))
        return float(low), float(middle[name][0]), float(high)

    return SweepRow(
        ReadingFacts(case.reading.kind, case.reading.base).key,
        float(usd),
        _rupiah(policy),
        float(middle["waived"][0]),
        float(middle["waived_china"][0] + middle["waived_other"][0]),
        *band("sales_domestic"),
        *band("net"),
    )


def break_even(rows: Sequence[SweepRow]) -> tuple[BreakEven, ...]:
    """Where domestic sales and the net change sign as the threshold rises, between two thresholds tried.

    Between them the root is read off a straight line over the logarithm of the threshold.
    """
    found = []
    for reading, group in groupby(rows, key=lambda row: row.reading):
        swept_rows = list(group)
        for measure, name in (("sales_domestic", "sales_central"), ("net", "net_central")):
            values = [getattr(row, name) for row in swept_rows]
            root = _root(swept_rows, values)
            found.append(
                BreakEven(
                    reading,
                    measure,
                    round(root[0]) if root else None,
                    root[1] if root else None,
                    int(np.sign(values[0])),
                    int(np.sign(values[-1])),
                )
            )
    return tuple(found)


def _root(rows: Sequence[SweepRow], values: Sequence[float]) -> tuple[float, float] | None:
    for (low, before), (high, after) in pairwise(zip(rows, values, strict=True)):
        if before * after < 0:
            part = before / (before - after)
            return tuple(  # type: ignore[return-value]
                exp(log(start) + part * (log(end) - log(start)))
                for start, end in ((low.threshold_rp, high.threshold_rp), (low.threshold_usd, high.threshold_usd))
            )
    return None


def frontier(ground: Ground, baseline: Policy, case: Case, central: Drawn) -> tuple[FrontierRow, ...]:
    """Every eligibility at every threshold, at central values: what it costs and what domestic producers get."""
    if not has_threshold(case):
        return ()
    ground = ground.only_central()
    tried = [(name, usd, _for(swept(case, usd), who)) for name, who in ELIGIBLE.items() for usd in FRONTIER_USD]
    found = [(name, usd, policy, outcome(ground, central, baseline, policy).total()) for name, usd, policy in tried]
    cost = np.array([total["waived"][0] for *_, total in found])
    gain = np.array([total["profit_curated"][0] + total["profit_producers"][0] for *_, total in found])
    best = efficient(cost, gain)
    return tuple(
        FrontierRow(
            name,
            float(usd),
            _rupiah(policy),
            float(cost[place]),
            float(total["sales_domestic"][0]),
            float(gain[place]),
            float(total["net"][0]),
            bool(best[place]),
        )
        for place, (name, usd, policy, total) in enumerate(found)
    )


def efficient(cost: Floats, gain: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which choices no other beats: none gives as much for less, or more for as much."""
    best = np.zeros(len(cost), np.bool_)
    most = -np.inf
    for place in np.lexsort((-gain, cost)):
        if gain[place] > most:
            best[place], most = True, gain[place]
    return best


def _for(policy: Policy, who: Eligibility) -> Policy:
    waivers = tuple(msgspec.structs.replace(waiver, eligible=who) for waiver in policy.waivers)
    return msgspec.structs.replace(policy, waivers=waivers)


def _rupiah(policy: Policy) -> int:
    return ceil(threshold_rp(next(iter(year_thresholds(policy))), policy))
