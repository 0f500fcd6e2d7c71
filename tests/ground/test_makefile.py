"""What make says on a machine that is not ready, and that it works wherever the checkout lies."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The files that setting up looks at, in a folder with a space in its name, and an apt-get that only tells."""
    place = tmp_path / "my mediator"
    place.mkdir()
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, place)
    program(tmp_path / "bin" / "apt-get", 'echo "apt-get $*"')
    return place


def program(place: Path, body: str) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f"#!/bin/sh\n{body}\n")
    place.chmod(0o755)
    return place


def make(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    path = f"{checkout.parent / 'bin'}:/usr/bin:/bin"
    return subprocess.run(
        ["make", *arguments], cwd=checkout, env={"HOME": str(checkout), "PATH": path},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            """case "$*" in --version) echo Python 3.9.2;; *) exit 1;; esac""",
            "newer; this is Python 3.9.2. Run make with",
        ),
        (None, "There is no python-of-nobody here; install Python 3.11 or newer"),
    ],
)
def test_a_python_that_will_not_do_is_one_sentence(checkout: Path, body: str | None, told: str) -> None:
    if body:
        program(checkout.parent / "bin" / "python-of-nobody", body)
    run = make(checkout, "PYTHON=python-of-nobody", "setup")
    assert run.returncode == 2
    assert told in run.stderr.splitlines()[0]
    assert not (checkout / ".venv").exists()


def test_without_the_venv_module_root_gets_it_and_others_are_told_how(checkout: Path) -> None:
    program(checkout.parent / "bin" / "python-bare", """case "$*" in *ensurepip*|-m*) exit 1;; esac; exit 0""")
    run = make(checkout, "PYTHON=python-bare", "setup")
    assert run.returncode == 2
    if os.geteuid() == 0:
        assert "apt-get install -y -qq python3-venv" in run.stdout
    else:
        assert "sudo apt-get install python3-venv" in run.stderr.splitlines()[0]


def test_a_space_in_the_path_does_not_matter_and_what_is_set_up_is_not_set_up_again(checkout: Path) -> None:
    program(checkout / ".venv" / "bin" / "mediator", 'echo "ran $*"')
    (checkout / ".venv" / ".mediator-ready").touch()
    run = make(checkout, "PYTHON=python-of-nobody", "demo")
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1] == "ran demo"
