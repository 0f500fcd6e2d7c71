"""Kept bytes are those that were put, or are refused by name."""

from __future__ import annotations

import hashlib
import io
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from mediator.mediation.errors import MediationError
from mediator.mediation.photos.intake import take_in
from mediator.mediation.photos.store import DiskStore, keep


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def code_of(store: DiskStore, digest: str) -> str:
    with pytest.raises(MediationError) as caught:
        store.get(digest)
    return caught.value.code


def test_a_photo_is_kept_with_its_thumbnails_and_found_by_digest(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("RGB", (1200, 900), "green").save(out, "JPEG")
    photo, store = take_in(out.getvalue()), DiskStore(tmp_path / "new" / "photos")
    record = keep(photo, store)
    assert store.get(record.digest) == photo.data
    assert [store.get(each.digest) for each in record.thumbnails] == list(photo.thumbnails)
    assert len(files(tmp_path)) == 3


def test_putting_twice_or_at_once_is_putting_once(tmp_path: Path) -> None:
    store = DiskStore(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        digests = set(pool.map(store.put, [b"kain"] * 40))
    assert digests == {hashlib.sha256(b"kain").hexdigest()}
    (digest,) = digests
    assert files(tmp_path) == [tmp_path / digest[:2] / digest[2:4] / digest]
    before = files(tmp_path)[0].stat().st_mtime_ns
    store.put(b"kain")
    assert files(tmp_path)[0].stat().st_mtime_ns == before


def test_a_changed_file_is_refused_by_name_and_mended_by_its_own_bytes(tmp_path: Path) -> None:
    store = DiskStore(tmp_path)
    digest = store.put(b"kain")
    files(tmp_path)[0].write_bytes(b"palsu")
    with pytest.raises(MediationError, match=digest) as caught:
        store.get(digest)
    assert caught.value.code == "photo_changed"
    assert store.put(b"kain") == digest
    assert store.get(digest) == b"kain"


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    store = DiskStore(tmp_path / "photos")
    digest = store.put(b"kain")
    place = files(tmp_path)[0]
    other = tmp_path / "other"
    other.write_bytes(b"kain")
    place.unlink()
    place.symlink_to(other)
    assert code_of(store, digest) == "photo_changed"
    store.put(b"kain")
    assert not place.is_symlink()


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n", "a" * 62 + "/.", "\0" * 64]
)
def test_only_digests_are_names(tmp_path: Path, name: str) -> None:
    store = DiskStore(tmp_path)
    assert code_of(store, name) == "photo_name_bad"
    with pytest.raises(MediationError):
        store.has(name)


def test_what_was_never_kept_is_missing(tmp_path: Path) -> None:
    store = DiskStore(tmp_path / "nothing")
    assert not store.has("a" * 64)
    assert code_of(store, "a" * 64) == "photo_missing"


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    store = DiskStore(tmp_path)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MediationError, match="disk is full") as caught:
        store.put(b"kain")
    assert caught.value.code == "photo_not_kept"
    assert files(tmp_path) == []
