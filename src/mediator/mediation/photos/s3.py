"""Photographs in a bucket of any S3-compatible store, for installations with more than one web server.

``s3://bucket/prefix?endpoint=https://…&region=…``; credentials come from boto3's usual environment (variables, profile,
or the machine's role), never from the address. Every read proves the content, as on disk: a store is not trusted.
"""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from mediator.mediation.errors import MediationError
from mediator.mediation.photos.intake import MAX_BYTES
from mediator.mediation.photos.store import check_digest

CONNECT_S, READ_S, TRIES = 5, 20, 3
_ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})


class Place(NamedTuple):
    """Where the bucket is. Empty endpoint and region are boto3's own."""

    bucket: str
    prefix: str
    endpoint: str = ""
    region: str = ""


def read_place(address: str) -> Place:
    """The place an address names. MediationError ``photo_store_bad`` with what it should look like."""
    parts = urlsplit(address)
    asked = parse_qs(parts.query, keep_blank_values=True)
    unknown = set(asked) - {"endpoint", "region"}
    if parts.scheme != "s3" or not parts.hostname or parts.username or parts.password or unknown:
        raise MediationError(
            "photo_store_bad",
            "MEDIATOR_PHOTOS must be s3://bucket/prefix?endpoint=https://…&region=…, without a name or password in it.",
        )
    prefix = parts.path.strip("/")
    return Place(
        parts.netloc, f"{prefix}/" if prefix else "", asked.get("endpoint", [""])[-1], asked.get("region", [""])[-1]
    )


class S3Store:
    """Objects ``prefix/ab/cd/abcd…``. One store may be used by any number of threads and processes."""

    def __init__(self, address: str) -> None:
        self.place = read_place(address)
        try:
            import boto3
            from botocore.config import Config
            from botocore.exceptions import BotoCoreError, ClientError
        except ImportError:
            raise MediationError(
                "photo_store_not_installed",
                "MEDIATOR_PHOTOS names an S3 store, and boto3 is not installed: install “mediator[s3]”.",
            ) from None
        self._faults = (BotoCoreError, ClientError)
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=self.place.endpoint or None,
            region_name=self.place.region or None,
            config=Config(
                connect_timeout=CONNECT_S,
                read_timeout=READ_S,
                retries={"max_attempts": TRIES, "mode": "standard"},
                # Stores other than Amazon's often know none of the newer checksums; the digest is proven here anyway.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def put(self, data: bytes) -> str:
        """Keep the bytes; once it returns the store has acknowledged them. The same bytes again replace themselves."""
        if len(data) > MAX_BYTES:
            raise MediationError("photo_too_large", f"A kept file may be at most {MAX_BYTES // 1024**2} MB.")
        digest = hashlib.sha256(data).hexdigest()
        try:
            self._client.put_object(Bucket=self.place.bucket, Key=self._key(digest), Body=data)
        except self._faults as error:
            raise MediationError(
                "photo_not_kept",
                f"The photograph could not be kept ({_reason(error)}), and nothing else was changed; "
                "send it again when the operator has put that right.",
            ) from error
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes, proved to be those of the digest."""
        try:
            answer = self._client.get_object(Bucket=self.place.bucket, Key=self._key(digest))
            data: bytes = answer["Body"].read(MAX_BYTES + 1)
        except self._faults as error:
            if _reason(error) in _ABSENT:
                raise MediationError(
                    "photo_missing", f"The photograph {digest} is not kept here; restore its file from a backup."
                ) from None
            raise self._unreadable(digest, error) from error
        if hashlib.sha256(data).hexdigest() != digest:
            raise MediationError(
                "photo_changed",
                f"The file of photograph {digest} was changed after it was kept and is not shown; "
                "restore it from a backup.",
            )
        return data

    def has(self, digest: str) -> bool:
        """Whether there is an object of that digest."""
        try:
            self._client.head_object(Bucket=self.place.bucket, Key=self._key(digest))
        except self._faults as error:
            if _reason(error) in _ABSENT:
                return False
            raise self._unreadable(digest, error) from error
        return True

    def _key(self, digest: str) -> str:
        check_digest(digest)
        return f"{self.place.prefix}{digest[:2]}/{digest[2:4]}/{digest}"

    @staticmethod
    def _unreadable(digest: str, error: Exception) -> MediationError:
        return MediationError(
            "photo_unreadable",
            f"The file of photograph {digest} cannot be read ({_reason(error)}); the operator must put that right.",
        )


def _reason(error: Exception) -> str:
    """The store's own code, or the kind of fault; never the address, which may be nobody's business."""
    answer = getattr(error, "response", None)
    return str(answer["Error"].get("Code", "unknown")) if answer else type(error).__name__
