"""The embedded PostgreSQL: started, shared, stopped, killed and started again."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import psycopg
import pytest

from mediator.config.database import admin_conninfo, app_conninfo
from mediator.config.embedded import SYSTEM_USER, embedded_server, socket_folder
from mediator.config.folder import DataFolder
from mediator.replay.reading import BUNDLED
from tests.ground.runner import (
    ENSURE,
    START,
    environment,
    eventually,
    hold,
    is_alive,
    let_go,
    mediator,
    one_sentence,
    postmaster_pid,
    python,
)

pytestmark = pytest.mark.slow

SYSTEM_PYTHON = f"/usr/bin/python3.{sys.version_info.minor}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


def rows_after_restart(folder: Path) -> str:
    code = f"{START}\nimport psycopg\nfrom mediator.config.database import owner_conninfo\n"
    code += "print(psycopg.connect(owner_conninfo()).execute('SELECT count(*) FROM kept').fetchone()[0])"
    done = python(code, folder)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def keep_a_row(folder: Path) -> None:
    conninfo = psycopg.conninfo.make_conninfo(
        host=str(socket_folder(DataFolder(folder))), user="mediator_owner", dbname="mediator"
    )
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1")


def test_the_last_process_stops_the_server_and_an_earlier_one_does_not(folder: Path) -> None:
    first, second = hold(folder), hold(folder)
    pid = postmaster_pid(folder)
    let_go(first)
    assert is_alive(pid)
    let_go(second)
    assert not is_alive(pid)


def test_the_server_stops_when_all_its_users_were_killed(folder: Path) -> None:
    users = [hold(folder), hold(folder)]
    pid = postmaster_pid(folder)
    for user in users:
        user.kill()
        user.wait()
    assert eventually(lambda: not is_alive(pid))


def test_a_killed_server_recovers_at_the_next_start_and_keeps_what_was_committed(folder: Path) -> None:
    user = hold(folder)
    keep_a_row(folder)
    os.kill(postmaster_pid(folder), signal.SIGKILL)
    user.kill()
    user.wait()
    assert (folder / "postgres" / "postmaster.pid").exists()
    assert rows_after_restart(folder) == "1"


def test_everything_killed_at_once_leaves_nothing_that_stops_the_next_start(folder: Path) -> None:
    user = hold(folder)
    keep_a_row(folder)
    keepers = [p for p in psutil.process_iter(["cmdline"]) if str(folder) in (p.info["cmdline"] or [])[-1:]]
    assert keepers, "no keeper watches the folder"
    for pid in [*(p.pid for p in keepers), postmaster_pid(folder), user.pid]:
        os.kill(pid, signal.SIGKILL)
    user.wait()
    assert rows_after_restart(folder) == "1"


def test_a_server_whose_keeper_died_is_adopted(folder: Path) -> None:
    user = hold(folder)
    pid = postmaster_pid(folder)
    for process in psutil.process_iter(["cmdline"]):
        if "mediator.config.keeper" in (process.info["cmdline"] or []) and str(folder) in process.info["cmdline"]:
            process.kill()
    user.kill()
    user.wait()
    assert is_alive(pid)
    let_go(hold(folder))
    assert not is_alive(pid)


def test_a_pid_file_that_names_another_living_process_is_not_believed(folder: Path) -> None:
    let_go(hold(folder))
    (folder / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{folder}/postgres\n1\n5432\n\n\n0 0\nready\n")
    let_go(hold(folder))


def test_an_interrupted_first_start_is_begun_again(folder: Path) -> None:
    (folder / "postgres.new" / "base").mkdir(parents=True)
    let_go(hold(folder))


@pytest.mark.parametrize("name", ["with spaces and 'quotes'", "long" * 40, "komma, dan ünïcode"])
def test_the_path_of_the_folder_does_not_matter(tmp_path: Path, name: str) -> None:
    done = python(START, tmp_path / name)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user; as one, every test here is it")
def test_an_ordinary_user_can_start_it_too() -> None:
    """The virtual environment's Python may lie in root's home; then the system's, of the same version, is used."""
    interpreter = next((p for p in (os.path.realpath(sys.executable), SYSTEM_PYTHON) if may_run(p)), None)
    if interpreter is None:
        pytest.skip("there is no Python here that an ordinary user may run")
    place = Path(tempfile.mkdtemp(prefix="mediator-ordinary-"))
    os.chown(place, 65534, 65534)
    packages = os.pathsep.join(path for path in sys.path if "site-packages" in path or path.endswith("src"))
    try:
        done = subprocess.run(
            [interpreter, "-c", ENSURE], env=environment(place / "data", PYTHONPATH=packages), cwd="/", text=True,
            user="nobody", group="nogroup", extra_groups=[], capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert (place / "data" / "postgres").owner() == "nobody"
    finally:
        shutil.rmtree(place)


def may_run(interpreter: str) -> bool:
    command = [interpreter, "-c", "import sys; sys.exit(sys.version_info[:2] != " + str(sys.version_info[:2]) + ")"]
    try:
        return subprocess.run(
            command, user="nobody", group="nogroup", extra_groups=[], check=False, cwd="/", capture_output=True
        ).returncode == 0  # fmt: skip
    except OSError:
        return False


def test_a_folder_under_a_missing_one_is_refused(tmp_path: Path) -> None:
    said = one_sentence(mediator("migrate", folder=tmp_path / "unmounted" / "data"), 4)
    assert "does not exist" in said


def test_a_folder_that_cannot_be_written_is_refused() -> None:
    said = one_sentence(mediator("migrate", folder=Path("/proc/self/data")), 4)
    assert "MEDIATOR_DATA" in said


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Mounts a disk of so many megabytes, gone after the test."""
    place = tmp_path / "disk"
    place.mkdir()

    def mount(size_mb: int) -> Path:
        command = ["mount", "-t", "tmpfs", "-o", f"size={size_mb}m", "tmpfs", str(place)]
        if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("this machine does not let us mount a small disk")
        return place

    yield mount
    if place.is_mount():
        subprocess.run(["umount", str(place)], check=True)


def test_a_disk_too_small_to_begin_is_one_sentence(disk: Callable[[int], Path]) -> None:
    folder = disk(20) / "data"
    assert "disk" in one_sentence(mediator("migrate", folder=folder), 4).lower()
    assert not (folder / "postgres").exists()


def test_a_disk_that_fills_up_in_a_replay_loses_nothing(disk: Callable[[int], Path], tmp_path: Path) -> None:
    orders = tmp_path / "orders"
    orders.mkdir()
    whole = next(BUNDLED["tokopedia"].glob("*.csv.gz"))
    rows = gzip.decompress(whole.read_bytes()).splitlines(keepends=True)
    (orders / whole.stem).write_bytes(b"".join(rows[:1001]))
    place = disk(160)
    folder = place / "data"
    assert mediator("migrate", folder=folder).returncode == 0
    ballast = place / "ballast"
    ballast.write_bytes(bytes(shutil.disk_usage(place).free - 2 * 2**20))

    full = mediator("replay", str(orders), folder=folder)
    assert full.returncode == 4, full.stderr
    said = full.stderr.strip()
    assert "disk" in said
    assert "full" in said
    assert len(said.splitlines()) == 1

    again = mediator("audit", folder=folder)
    assert (again.returncode, "Traceback" in again.stderr) in ((4, False), (0, False))

    ballast.unlink()
    resumed = mediator("replay", str(orders), "--json", folder=folder)
    assert resumed.returncode == 0, resumed.stderr
    report = json.loads(resumed.stdout)
    assert (report["deals"], report["audit"]["ok"]) == (1000, True)
    assert mediator("audit", folder=folder).returncode == 0


def test_a_cluster_without_its_version_is_not_overwritten(folder: Path) -> None:
    (folder / "postgres" / "base").mkdir(parents=True)
    assert "backup" in one_sentence(mediator("migrate", folder=folder), 4)
    assert (folder / "postgres" / "base").is_dir()


def test_the_server_is_durable_unless_a_test_says_otherwise(folder: Path) -> None:
    code = f"{START}\nimport psycopg\nfrom mediator.config.database import app_conninfo\n"
    code += "c = psycopg.connect(app_conninfo())\n"
    names = [
        "fsync",
        "synchronous_commit",
        "full_page_writes",
        "jit",
        "timezone",
        "server_encoding",
        "listen_addresses",
    ]
    code += f"print([c.execute('SELECT current_setting(%s)', [n]).fetchone()[0] for n in {names}])"
    assert python(code, folder).stdout.strip() == str(["on", "on", "on", "off", "UTC", "UTF8", ""])


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user runs PostgreSQL as itself")
def test_started_by_root_it_runs_as_its_own_user_and_hides_its_files(embedded: DataFolder) -> None:
    assert psutil.Process(postmaster_pid(embedded.path)).username() == SYSTEM_USER
    assert embedded.postgres.stat().st_mode & 0o077 == 0
    assert embedded_server(embedded).is_running()


def test_other_users_of_the_machine_cannot_open_the_socket(embedded: DataFolder) -> None:
    assert (socket_folder(embedded) / ".s.PGSQL.5432").stat().st_mode & 0o077 == 0
    with psycopg.connect(app_conninfo("postgres")) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("mediator_app",)
    with psycopg.connect(admin_conninfo("postgres")) as connection:
        assert connection.execute("SELECT datlocale FROM pg_database WHERE datname = 'postgres'").fetchone() == (
            "C.UTF-8",
        )
