"""Where pictures are kept: each under the SHA-256 of its bytes, so that none can change unnoticed.

A name is a claim about the content. Every read proves it, and a file that fails is refused by name instead of shown.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from mediator.mediation.errors import MediationError
from mediator.mediation.photos.intake import MAX_BYTES, Photo, PhotoRecord

_DIGEST = re.compile(r"[0-9a-f]{64}")


class PhotoStore(Protocol):
    """Keeps bytes under their SHA-256. Putting the same bytes twice is putting them once."""

    def put(self, data: bytes) -> str:
        """Keep the bytes for good; their digest. Once it returns they survive a power cut."""

    def get(self, digest: str) -> bytes:
        """The bytes of that digest. MediationError ``photo_missing`` or ``photo_changed``."""

    def has(self, digest: str) -> bool:
        """Whether something is kept under that digest; only ``get`` proves that it is unchanged."""


def keep(photo: Photo, store: PhotoStore) -> PhotoRecord:
    """Keep the picture and its thumbnails; the record by which they are found."""
    for data in (*photo.thumbnails, photo.data):  # the picture last: where it is, its thumbnails are
        store.put(data)
    return photo.record


def check_digest(digest: str) -> str:
    """The digest itself if it is one: 64 lower-case hexadecimal digits, so never a path."""
    if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
        raise MediationError(
            "photo_name_bad", "A photograph's name is the 64 lower-case hexadecimal digits of its SHA-256."
        )
    return digest


class DiskStore:
    """A folder of files, two levels of 256 folders deep: ``ab/cd/abcd...``. Any number of processes may share it."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)

    def put(self, data: bytes) -> str:
        """Write to a temporary file, flush, rename: a reader sees all of the file or none. A damaged file is mended."""
        if len(data) > MAX_BYTES:
            raise MediationError("photo_too_large", f"A kept file may be at most {MAX_BYTES // 1024**2} MB.")
        digest = hashlib.sha256(data).hexdigest()
        place = self._place(digest)
        try:
            if _read(place) != data:
                self._write(place, data)
        except OSError as error:
            raise _not_kept(error) from error
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes, proved to be those of the digest."""
        place = self._place(digest)
        try:
            data = _read(place)
        except OSError as error:
            raise _unreadable(digest, error) from error
        if data is None:
            raise MediationError(
                "photo_missing", f"The photograph {digest} is not kept here; restore its file from a backup."
            )
        if hashlib.sha256(data).hexdigest() != digest:
            raise MediationError(
                "photo_changed",
                f"The file of photograph {digest} was changed after it was kept and is not shown; "
                "restore it from a backup.",
            )
        return data

    def has(self, digest: str) -> bool:
        """Whether there is a file of that digest."""
        return self._place(digest).is_file()

    def _place(self, digest: str) -> Path:
        check_digest(digest)
        return self.folder / digest[:2] / digest[2:4] / digest

    def _write(self, place: Path, data: bytes) -> None:
        self._make_folders(place.parent)
        descriptor, temporary = tempfile.mkstemp(prefix=".new-", dir=place.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, place)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary)
            raise
        _flush_folder(place.parent)

    def _make_folders(self, leaf: Path) -> None:
        """Make the folders on the way, private to their user, each entered for good in the one above it."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for folder in (leaf.parent, leaf):
            folder.mkdir(exist_ok=True, mode=0o700)
            _flush_folder(folder.parent)


def _read(place: Path) -> bytes | None:
    """The file's bytes, no more than a photograph may have; None when there is no file. Links are not followed."""
    try:
        descriptor = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR):
            return None
        if error.errno == errno.ELOOP:
            return b""  # a link is no file of ours: it reads as changed, and is replaced when its bytes come again
        raise
    with os.fdopen(descriptor, "rb") as file:
        return file.read(MAX_BYTES + 1)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _not_kept(error: OSError) -> MediationError:
    reason = "the disk is full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else os.strerror(error.errno or 0)
    return MediationError(
        "photo_not_kept",
        f"The photograph could not be kept ({reason}), and nothing else was changed; "
        "send it again when the operator has put that right.",
    )


def _unreadable(digest: str, error: OSError) -> MediationError:
    return MediationError(
        "photo_unreadable",
        f"The file of photograph {digest} cannot be read ({os.strerror(error.errno or 0)}); "
        "the operator must put that right.",
    )
