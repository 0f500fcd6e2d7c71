"""How fast the page that weighs a waiver answers: over Django's own client, so all of the server but the socket.

Every answer is of a policy that was not asked before, so none comes out of a memory. Kinds of threshold are measured
apart, for a kink over turnover elsewhere goes merchant by merchant.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

import numpy as np

ROUNDS = 6
"""Answers for every kind and base of threshold."""


def page() -> dict[str, Any]:
    """``measure_page`` in a process of its own, so that the cold start is one."""
    done = subprocess.run([sys.executable, "-m", __spec__.name], check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def measure_page(rounds: int = ROUNDS) -> dict[str, Any]:
    """Milliseconds of the page's answers, p50 and p95 over all and by reading, and the cold start in seconds.

    Cold is from nothing imported to the first answer in this process; if the page was prepared before, it is left out.
    """
    begun = perf_counter()
    client = _client()
    cold = _first(client, begun)
    taken: dict[str, list[float]] = {}
    size = 0
    for reading, address in _addresses(rounds):
        begun = perf_counter()
        response = client.get(address)
        taken.setdefault(reading, []).append(1000 * (perf_counter() - begun))
        if response.status_code != 200:
            raise RuntimeError(f"{address} gave {response.status_code}")
        size = max(size, len(response.content))
    every = [one for times in taken.values() for one in times]
    return {
        "answers": len(every),
        "p50_ms": _percentile(every, 50),
        "p95_ms": _percentile(every, 95),
        "worst_ms": _percentile(every, 100),
        "by_reading_p50_ms": {reading: _percentile(times, 50) for reading, times in taken.items()},
        "cold_seconds": cold,
        "fragment_bytes": size,
    }


def _client() -> Any:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mediator.config.settings")
    import django
    from django.test import Client

    django.setup()
    return Client(headers={"host": "localhost"})


def _first(client: Any, begun: float) -> float | None:
    """Seconds to the first answer; None where everything was ready before."""
    if client.get("/weigh").status_code == 200:
        return None
    from mediator.weigh.live import Live

    Live.ready("alipay-now")
    if client.get("/weigh").status_code != 200:
        raise RuntimeError("/weigh does not answer though it is prepared")
    return round(perf_counter() - begun, 2)


def _addresses(rounds: int) -> Iterator[tuple[str, str]]:
    from mediator.weigh.live import BASES, KINDS, RATES_PPM, THRESHOLDS_USD, WHO

    for at in range(rounds):
        for place, (kind, base) in enumerate(product(KINDS, BASES)):
            rate = RATES_PPM[1 + (7 * at + place) % (len(RATES_PPM) - 1)] / 10_000
            asked = {
                "kind": kind,
                "base": base,
                "rate": rate,
                "threshold": THRESHOLDS_USD[(5 * at + 3 * place) % len(THRESHOLDS_USD)],
                "who": WHO[at % len(WHO)],
                "channel": ("fee", "entry")[at % 2],
            }
            yield f"{kind}-{base}", f"/weigh/answer?{urlencode(asked)}"


def _percentile(values: list[float], at: float) -> float:
    return round(float(np.percentile(values, at)), 1)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure_page()))
