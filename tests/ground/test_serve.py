"""``mediator serve`` as people use it: real processes, a real port, real signals."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from tests.ground.runner import environment, eventually, is_alive, mediator, one_sentence, postmaster_pid

pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served:
    """A running ``mediator serve``; its port, its children, its last words."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mediator.cli.main", "serve", "--port", str(self.port)],
            env=environment(folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        self.first_line = self.process.stdout.readline()
        assert str(self.port) in self.first_line, self.process.stderr and self.process.stderr.read()
        self.family = psutil.Process(self.process.pid).children(recursive=True)
        self.postmaster = postmaster_pid(folder)

    def all_gone(self) -> bool:
        return not any(is_alive(p.pid) for p in self.family) and not is_alive(self.postmaster)

    def child(self, module: str) -> int:
        return int(next(p.pid for p in self.family if is_alive(p.pid) and module in p.cmdline()))


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    server = Served(tmp_path / "data")
    yield server
    if server.process.poll() is None:
        server.process.terminate()
    server.process.communicate(timeout=60)


def test_links_lead_to_the_port_it_was_given(served: Served) -> None:
    for module in ("mediator.config.web_server", "mediator.config.worker"):
        told = psutil.Process(served.child(module)).environ()
        assert told["MEDIATOR_URL"] == f"http://localhost:{served.port}"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_and_one_signal_stops_all_of_it(served: Served, number: signal.Signals) -> None:
    def healthy() -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{served.port}/health") as answer:
                return bool(json.load(answer)["ok"])
        except urllib.error.HTTPError:
            return False

    assert eventually(healthy)
    served.process.send_signal(number)
    out, _err = served.process.communicate(timeout=60)
    assert served.process.returncode == 0
    hint, last = out.splitlines()
    assert "mediator example" in hint
    assert last == "Stopped."
    assert served.all_gone()
    assert not (served.folder / "postgres" / "postmaster.pid").exists()


def test_a_killed_server_takes_its_children_along_and_the_next_start_works(served: Served) -> None:
    served.process.kill()
    served.process.communicate(timeout=60)
    assert eventually(served.all_gone)
    again = Served(served.folder)
    again.process.terminate()
    again.process.communicate(timeout=60)
    assert again.process.returncode == 0


@pytest.mark.parametrize("module", ["mediator.config.worker", "mediator.config.web_server", "postgres"])
def test_when_one_part_dies_all_stop_with_a_sentence(served: Served, module: str) -> None:
    os.kill(served.postmaster if module == "postgres" else served.child(module), signal.SIGKILL)
    _out, err = served.process.communicate(timeout=90)
    assert served.process.returncode == 4
    assert "start it again" in err.strip().splitlines()[-1]
    assert "Traceback" not in err.strip().splitlines()[-1]
    assert eventually(served.all_gone)


def test_a_second_server_on_the_same_folder_is_refused_and_the_first_goes_on(served: Served) -> None:
    said = one_sentence(mediator("serve", "--port", str(free_port()), folder=served.folder), 4)
    assert f"process {served.process.pid} (mediator serve" in said
    assert served.process.poll() is None


def test_a_port_in_use_is_one_sentence_and_nothing_is_started(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = one_sentence(mediator("serve", "--port", str(port), folder=tmp_path / "data"), 4)
    assert f"Port {port}" in said
    assert not (tmp_path / "data").exists()


def test_a_name_that_is_no_address_is_one_sentence(tmp_path: Path) -> None:
    run = mediator("serve", "--host", "nowhere.invalid", folder=tmp_path / "data")
    assert "--host" in one_sentence(run, 4)
