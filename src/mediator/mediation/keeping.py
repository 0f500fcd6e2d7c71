"""Photographs that are kept: taken in by a limited worker, stored under their hash, each with its record in a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import IO, Protocol

import msgspec
from django.conf import settings

from mediator.mediation.errors import MediationError
from mediator.mediation.models import Photograph
from mediator.mediation.photos.intake import MAX_BYTES, PhotoRecord
from mediator.mediation.photos.limited import take_in_limited
from mediator.mediation.photos.s3 import S3Store
from mediator.mediation.photos.store import DiskStore, PhotoStore, keep


class Upload(Protocol):
    """A file as Django's forms bring it."""

    name: str | None

    def open(self) -> IO[bytes]: ...
    def read(self, size: int = ...) -> bytes: ...


class PhotoRefused(MediationError):
    """One of several files is no photograph that can be kept: ``file`` is its name, as the sender wrote it."""

    def __init__(self, code: str, message: str, file: str) -> None:
        super().__init__(code, f"{file}: {message}")
        self.file = file


def photo_store() -> PhotoStore:
    """Where photographs lie: MEDIATOR_PHOTOS if it is set, else a folder. MediationError if that can't be used."""
    return _store(settings.PHOTO_STORE, settings.PHOTO_FOLDER)


@cache
def _store(address: str, folder: Path) -> PhotoStore:
    return S3Store(address) if address else DiskStore(folder)


def take_photos(files: Iterable[Upload], by: str, now: datetime) -> list[str]:
    """Take in and keep those files; their digests, each once, in order. ``by`` is ``role:id``.

    PhotoRefused names the first that is no photograph; those before it are kept and harm nobody.
    """
    return list(dict.fromkeys(take_photo(file, by, now) for file in files))


def take_photo(file: Upload, by: str, now: datetime) -> str:
    """Take in and keep one file; its digest. PhotoRefused."""
    try:
        return take_bytes(file.read(MAX_BYTES + 1), by, now)
    except MediationError as error:
        raise PhotoRefused(error.code, error.message, _shown_name(file.name)) from error


def take_bytes(data: bytes, by: str, now: datetime) -> str:
    """Take in and keep the photograph in those bytes; its digest. The same photograph again is the same row."""
    record = keep(take_in_limited(data), photo_store())
    row = Photograph(digest=record.digest, record=msgspec.json.encode(record).decode(), kept_at=now, kept_by=by)
    Photograph.objects.bulk_create([row], ignore_conflicts=True)
    return record.digest


def photo_record(digest: str) -> PhotoRecord:
    """What is remembered of a photograph. MediationError ``photo_missing``."""
    found = photo_records([digest]).get(digest)
    if found is None:
        raise MediationError("photo_missing", f"No photograph {digest[:64]} is kept here.")
    return found


def photo_records(digests: Sequence[str]) -> dict[str, PhotoRecord]:
    """The records of those photographs that are kept, in one query."""
    rows = Photograph.objects.filter(digest__in=set(digests)).values_list("digest", "record")
    return {digest: msgspec.json.decode(record, type=PhotoRecord) for digest, record in rows}


def _shown_name(name: str | None) -> str:
    """A file's name fit to be said: what people wrote, short and printable. Templates escape it."""
    plain = "".join(letter for letter in (name or "") if letter.isprintable())
    return plain[-60:] or "photo"
