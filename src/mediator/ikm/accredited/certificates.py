"""Certificates: issued once for what was decided, signed so that anyone can check them offline, revoked at most once.

A certificate says what was found, by whom and until when. Being *accredited* (on the list of ``feed``) is more: the
gate of ``ikm.standing`` is open now. So a certificate can be valid while its product is on no list.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from mediator.ikm.accredited import feed, keys, tokens, verify
from mediator.ikm.accredited.models import Certificate
from mediator.ikm.accredited.serials import new_serial
from mediator.ikm.errors import IkmError
from mediator.ikm.producers.service import mark_changed
from mediator.protocol.calendar import jakarta_date

SELECTION, MENTORING = "selection", "mentoring"

SUBJECT = (
    "product",  # its name
    "producer",  # the name it does business under, never its owner's
    "grade",  # A to D
    "criteria",  # name and version of the criteria
    "programme",  # name of the mentoring programme
    "organisation",  # name of who certifies
    "place",  # Kemendagri code of regency or province
    "place_name",
    "completed_on",  # ISO day
)
"""What a certificate may say of what it certifies; all are texts. Everybody reads them: nothing personal."""

MOST_TEXT, MOST_BYTES = 150, 1_200
_NIK = re.compile(r"\d{16}")  # 16 digits are a NIK, or an NPWP made of one
_AT_ONCE = 5_000


@dataclass(frozen=True)
class Order:
    """A certificate to issue. ``source``: what it was decided by; ``product`` for selection, and only for that.

    ``valid_to`` is the last day it counts, None: without end.
    """

    kind: str
    source: UUID
    producer: UUID
    product: UUID | None
    organisation: str
    subject: Mapping[str, str]
    valid_to: date | None


def issue(
    *,
    kind: str,
    source: UUID,
    producer: UUID,
    product: UUID | None,
    organisation: str,
    subject: Mapping[str, str],
    valid_to: date | datetime | None,
    now: datetime,
) -> Certificate:
    """The certificate of that source: issued now, or as it was issued before (then nothing of it changes).

    ``subject`` has keys of ``SUBJECT``. ``valid_to`` is the last day; of a time, its day in Jakarta. IkmError
    ``bad_certificate`` when it would say what it may not.
    """
    day = jakarta_date(valid_to) if isinstance(valid_to, datetime) else valid_to
    return issue_many([Order(kind, source, producer, product, organisation, subject, day)], now)[0]


def issue_many(orders: Sequence[Order], now: datetime) -> list[Certificate]:
    """The same for many at once, in the orders' order; all or none. Two orders of one source get one certificate."""
    for order in orders:
        check_order(order)
    key = keys.signing_key()
    found: dict[tuple[str, UUID], Certificate] = {}
    with transaction.atomic():
        for start in range(0, len(orders), _AT_ONCE):
            part = orders[start : start + _AT_ONCE]
            found |= _issued(part)
            # Twice only if a new serial was taken already, which will not happen in the life of this installation.
            while missing := {_place(order): order for order in part if _place(order) not in found}:
                rows = [_certificate(order, key, now) for order in missing.values()]
                Certificate.objects.bulk_create(rows, ignore_conflicts=True)
                found |= _issued(list(missing.values()))
                feed.recertified(rows, now)
    return [found[_place(order)] for order in orders]


def check_order(order: Order) -> None:
    """IkmError ``bad_certificate`` unless it may be issued like that: known words, short texts, nothing like a NIK."""
    if order.kind not in (SELECTION, MENTORING) or (order.kind == SELECTION) != (order.product is not None):
        raise _bad("A certificate is of selection, for a product, or of mentoring, for a producer.")
    for name, value in order.subject.items():
        if name not in SUBJECT or not isinstance(value, str):
            raise _bad(f"A certificate does not say {name!r}; it says texts of these: {', '.join(SUBJECT)}.", name)
        if len(value) > MOST_TEXT or not value.isprintable():
            raise _bad(f"{name} must be one line of at most {MOST_TEXT} characters.", name)
        if _NIK.search(re.sub(r"[\s.-]", "", value)):
            raise _bad(f"{name} has 16 digits in a row like a NIK, and everybody reads a certificate.", name)
    if sum(len(value.encode()) for value in order.subject.values()) > MOST_BYTES:
        raise _bad(f"Together the texts must not be longer than {MOST_BYTES} bytes, or no phone reads the QR code.")


def revoke(certificate_id: UUID, why: str, by: str, now: datetime) -> Certificate:
    """Revoke a certificate, once and for good; if it is revoked already, it stays as it was. IkmError ``unknown``.

    In the same transaction the accredited list forgets it: a product whose certificate of selection it is leaves the
    list at once, other products of the producer no longer name it, and the producer's standing is worked out anew. That
    its source has ended too (``ikm_selected``, ``ikm_mentored``) is for whoever owns that to write.
    """
    if not why.strip():
        raise IkmError("reason_missing", "Say why the certificate is revoked.")
    with transaction.atomic():
        kept = Certificate.objects.select_for_update().filter(pk=certificate_id).first()
        if kept is None:
            raise IkmError("unknown", "There is no such certificate.")
        if kept.revoked_at is None:
            kept.revoked_at, kept.revoked_why, kept.revoked_by = now, why.strip()[:300], by
            kept.save(update_fields=("revoked_at", "revoked_why", "revoked_by"))
            mark_changed([kept.producer], now)
            feed.recertified([kept], now)
    return kept


def state(certificate: Certificate, now: datetime) -> str:
    """``valid``, ``expired`` or ``revoked``: revoked outweighs expired."""
    if certificate.revoked_at is not None:
        return verify.REVOKED
    if certificate.valid_to is not None and now >= tokens.end_of(certificate.valid_to):
        return verify.EXPIRED
    return verify.VALID


def revoked_list(now: datetime) -> str:
    """The signed list of all revoked certificates, for those who verify offline."""
    rows = Certificate.objects.exclude(revoked_at=None).order_by("revoked_at", "serial")
    revoked = {serial: at for serial, at in rows.values_list("serial", "revoked_at") if at is not None}
    return tokens.sign_revoked(keys.signing_key(), revoked, now)


def _bad(message: str, field: str = "") -> IkmError:
    return IkmError("bad_certificate", message, field=field)


def _place(order: Order) -> tuple[str, UUID]:
    return order.kind, order.source


def _issued(orders: Sequence[Order]) -> dict[tuple[str, UUID], Certificate]:
    rows = Certificate.objects.filter(source__in=[order.source for order in orders])
    return {(row.kind, row.source): row for row in rows}


def _certificate(order: Order, key: keys.SigningKey, now: datetime) -> Certificate:
    serial = new_serial()
    token = tokens.sign_certificate(
        key,
        serial=serial,
        kind=order.kind,
        organisation=order.organisation,
        subject=order.subject,
        issued_at=now,
        valid_to=order.valid_to,
    )
    return Certificate(
        serial=serial,
        kind=order.kind,
        source=order.source,
        producer=order.producer,
        product=order.product,
        organisation=order.organisation,
        subject=dict(order.subject),
        issued_at=now,
        valid_to=order.valid_to,
        token=token,
    )
