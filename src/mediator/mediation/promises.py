"""Promises that are kept: frozen listings under their hash, and bundles of them for one parcel.

A bundle is canonical JSON too: ``{"format":"mediator-bundle-1","items":[[digest, quantity],…]}``. Whatever is read is
proven against its digest, so what a page shows is what the deal was struck on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec
from django.db import connection

from mediator.mediation.errors import MediationError
from mediator.mediation.models import FrozenPromise
from mediator.mediation.photos.frozen import Promise, promise_to_json, read_promise
from mediator.mediation.photos.store import check_digest

MAX_ITEMS = 200
MAX_QUANTITY = 10**6

_BUNDLE_STARTS = '{"format":"mediator-bundle-1",'

READ = """
WITH asked AS (SELECT digest, body FROM promise WHERE digest = ANY(%s)),
named AS (
    SELECT item ->> 0 AS digest FROM asked
    CROSS JOIN LATERAL jsonb_array_elements(
        CASE WHEN starts_with(body, %s) THEN body::jsonb -> 'items' ELSE '[]'::jsonb END) AS item
)
SELECT digest, body FROM asked
UNION
SELECT promise.digest, promise.body FROM promise JOIN named USING (digest)
"""


class Bundle(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Several promises in one parcel, each with how many of it."""

    items: tuple[tuple[str, int], ...]
    format: Literal["mediator-bundle-1"] = "mediator-bundle-1"

    def __post_init__(self) -> None:
        if not 1 <= len(self.items) <= MAX_ITEMS:
            raise MediationError("bundle_bad", f"A parcel is promised in 1 to {MAX_ITEMS} kinds of goods.")
        for digest, quantity in self.items:
            check_digest(digest)
            if isinstance(quantity, bool) or not isinstance(quantity, int) or not 1 <= quantity <= MAX_QUANTITY:
                raise MediationError("bundle_bad", f"Of each kind 1 to {MAX_QUANTITY:,} are promised.")


class Kept(NamedTuple):
    """A promise as it was frozen, and how many of it were promised."""

    promise: Promise
    quantity: int


def keep_promise(promise: Promise, now: datetime) -> str:
    """Keep a promise for good; its digest. The same promise again is the same row."""
    return _keep(promise_to_json(promise), now)


def keep_bundle(items: Sequence[tuple[str, int]], now: datetime) -> str:
    """Keep what one parcel promises: digests of kept promises and quantities, in order; the bundle's digest.

    MediationError ``promise_missing`` when one of them is not kept.
    """
    bundle = Bundle(items=tuple((digest, quantity) for digest, quantity in items))
    wanted = {digest for digest, _ in bundle.items}
    kept = set(FrozenPromise.objects.filter(digest__in=wanted).values_list("digest", flat=True))
    if missing := sorted(wanted - kept):
        raise _missing(missing[0])
    return _keep(msgspec.json.encode(bundle, order="sorted"), now)


def promises_of(digest: str) -> list[Kept]:
    """The promises under a digest, in order, of one listing or of a bundle. MediationError when they are not whole."""
    if not digest:
        return []
    found = promises_of_many([digest])
    if digest not in found:
        raise _missing(digest)
    return found[digest]


def promises_of_many(digests: Iterable[str]) -> dict[str, list[Kept]]:
    """The promises under each of those digests that is kept, in one query. MediationError when one was changed."""
    wanted = sorted({digest for digest in digests if digest})
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(READ, [wanted, _BUNDLE_STARTS])
        bodies: dict[str, str] = dict(cursor.fetchall())
    read: dict[str, Promise] = {}
    return {digest: _kept(digest, bodies, read) for digest in wanted if digest in bodies}


def _kept(digest: str, bodies: dict[str, str], read: dict[str, Promise]) -> list[Kept]:
    if not bodies[digest].startswith(_BUNDLE_STARTS):
        return [Kept(_promise(digest, bodies, read), 1)]
    bundle = _read_bundle(bodies[digest].encode(), digest)
    return [Kept(_promise(item, bodies, read), quantity) for item, quantity in bundle.items]


def _promise(digest: str, bodies: dict[str, str], read: dict[str, Promise]) -> Promise:
    if digest not in bodies:
        raise _missing(digest)
    if digest not in read:
        read[digest] = read_promise(bodies[digest].encode(), digest)
    return read[digest]


def _read_bundle(data: bytes, digest: str) -> Bundle:
    if hashlib.sha256(data).hexdigest() != digest:
        raise MediationError(
            "promise_changed", f"This is not the promise {digest}: it was changed; restore it from a backup."
        )
    try:
        return msgspec.json.decode(data, type=Bundle)
    except msgspec.DecodeError as error:
        raise MediationError("promise_unreadable", f"This is not the JSON of a bundle: {error}.") from error


def _keep(body: bytes, now: datetime) -> str:
    digest = hashlib.sha256(body).hexdigest()
    row = FrozenPromise(digest=digest, body=body.decode(), frozen_at=now)
    FrozenPromise.objects.bulk_create([row], ignore_conflicts=True)
    return digest


def _missing(digest: str) -> MediationError:
    return MediationError("promise_missing", f"The promise {digest[:64]} is not kept here; restore it from a backup.")
