"""The national run: Indonesia's and China's merchants whole, one row each, five policies with 10,000 draws.

Run as a process of its own, so that its peak of memory is its own: ``python -m mediator.bench.weigh_national``.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from typing import Any

SCENARIO = "alipay-now"
DRAWS = 10_000


def national(scenario: str = SCENARIO) -> dict[str, Any]:
    """Seconds from the process's start to its end, and the most memory it held, in 10^9 bytes."""
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "mediator.bench.weigh_national", scenario], check=True, capture_output=True, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found | {"national_seconds": round(time.perf_counter() - begun, 2)}


def main(scenario: str) -> dict[str, Any]:
    """Synthesise, calibrate and reduce every merchant; charge the five policies exactly; draw their effects."""
    import msgspec

    from mediator.weigh.economy.drawn import at_random, central_case
    from mediator.weigh.economy.montecarlo import outcome, ranges
    from mediator.weigh.parameters import shipped
    from mediator.weigh.prepare import prepare
    from mediator.weigh.scenario import shipped_scenario
    from mediator.weigh.tables.waived import waived_rows

    begun = time.perf_counter()
    asked = msgspec.structs.replace(shipped_scenario(scenario), rows=0, draws=DRAWS)
    parameters = shipped(asked.base_year)
    prepared = prepare(asked, parameters)
    reduced = time.perf_counter()
    central, drawn = central_case(parameters), at_random(parameters, asked.draws, asked.seed)
    nets = {}
    waived = 0
    shown = [case for case in prepared.cases if case.is_shown]
    for case in shown:
        rows = waived_rows(case.option.name, "", prepared.ground.central.bill(case.policy))
        waived += sum(row.waived_rp for row in rows)
        middle, spread = (outcome(prepared.ground, each, prepared.baseline, case.policy) for each in (central, drawn))
        found = ranges(middle.total(), spread.total())["net"]
        nets[case.option.name] = [round(found.p5), round(found.central), round(found.p95)]
    return {
        "scenario": scenario,
        "merchants": prepared.merchants,
        "policies": len(shown),
        "draws": asked.draws,
        "reducing_seconds": round(reduced - begun, 2),
        "economics_seconds": round(time.perf_counter() - reduced, 2),
        "waived_rp": waived,
        "net_rp": nets,
        "national_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9, 2),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1])))
