"""pgbench's TPC-B (its built-in default script) at 16 clients, on the same server, in a database of its own."""

from __future__ import annotations

import re
import subprocess

from psycopg.conninfo import conninfo_to_dict

from mediator.config.embedded import BINARIES

CLIENTS = 16
SCALE = 16
_TPS = re.compile(r"tps = ([0-9.]+)")


def prepare(conninfo: str) -> None:
    """Make pgbench's tables in that database; scale 16, one branch a client."""
    _pgbench(conninfo, "--initialize", "--quiet", f"--scale={SCALE}")


def run(conninfo: str, seconds: float) -> float:
    """TPC-B transactions a second over about that many seconds."""
    said = _pgbench(conninfo, f"--client={CLIENTS}", "--jobs=2", f"--time={max(1, round(seconds))}")
    match = _TPS.search(said)
    if match is None:
        raise RuntimeError(f"pgbench did not say its tps: {said.strip()[-200:]}")
    return float(match[1])


def _pgbench(conninfo: str, *options: str) -> str:
    at = {key: str(value) for key, value in conninfo_to_dict(conninfo).items()}
    place = [f"--host={at['host']}", f"--port={at.get('port', '5432')}", f"--username={at['user']}"]
    program = BINARIES / "pgbench"
    done = subprocess.run([program, *place, *options, at["dbname"]], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"pgbench failed: {done.stderr.strip()[-300:]}")
    return done.stdout
