"""The data folder: one owner, a private key, a place found by itself."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from mediator.config.errors import EmbeddedError
from mediator.config.folder import DataFolder, data_folder_path
from tests.ground.runner import environment


def test_a_second_owner_is_refused_by_name_and_purpose(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    with folder.claim("mediator demo"), pytest.raises(EmbeddedError) as refused:
        folder.claim("mediator serve")
    assert refused.value.code == "folder_in_use"
    assert f"process {os.getpid()} (mediator demo)" in str(refused.value)


def test_a_folder_is_free_again_when_its_owner_lets_go(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    folder.claim("first").release()
    folder.claim("second").release()


def test_a_killed_owner_leaves_the_folder_free(tmp_path: Path) -> None:
    code = (
        "from mediator.config.folder import DataFolder; c = DataFolder().claim('x'); print('mine', flush=True); input()"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", code], env=environment(tmp_path / "data"), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert owner.stdout is not None
    assert owner.stdout.readline() == b"mine\n"
    folder = DataFolder(tmp_path / "data")
    with pytest.raises(EmbeddedError, match=str(owner.pid)):
        folder.claim("second")
    owner.kill()
    owner.communicate()
    folder.claim("second").release()


def test_the_secret_key_is_made_once_and_only_its_user_can_read_it(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    folder.prepare()
    key = folder.secret_key()
    assert len(key) > 50
    assert DataFolder(tmp_path / "data").secret_key() == key
    assert stat.S_IMODE((tmp_path / "data" / "secret_key").stat().st_mode) == 0o600


def test_a_secret_key_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    folder.prepare()
    folder.secret_key()
    (folder.path / "secret_key").chmod(0o644)
    folder.secret_key()
    assert stat.S_IMODE((folder.path / "secret_key").stat().st_mode) == 0o600


def test_the_folder_is_the_checkouts_or_the_homes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MEDIATOR_DATA")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert data_folder_path() == tmp_path / ".local" / "share" / "mediator"
    (tmp_path / "checkout" / ".mediator").mkdir(parents=True)
    (tmp_path / "checkout" / "deep").mkdir()
    monkeypatch.chdir(tmp_path / "checkout" / "deep")
    assert data_folder_path() == tmp_path / "checkout" / ".mediator"


def test_importing_the_settings_starts_and_writes_nothing(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"], check=True, cwd=tmp_path,
        env=environment(tmp_path / "data", DJANGO_SETTINGS_MODULE="mediator.config.settings"),
    )  # fmt: skip
    assert list(tmp_path.iterdir()) == []
