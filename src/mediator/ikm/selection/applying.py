"""What a producer does: begins an application in an open call, writes and sends it, mends it, withdraws, appeals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from django.db import transaction

from mediator.ikm.errors import IkmError
from mediator.ikm.producers.models import Product
from mediator.ikm.selection import rules
from mediator.ikm.selection.adopting import in_force
from mediator.ikm.selection.models import Application, Batch, Evidence
from mediator.ikm.selection.moving import Locked, gather, lock, move, producers_actor
from mediator.people.models import Person
from mediator.protocol.calendar import jakarta_date
from mediator.shop.models import Member

MOST_WORDS = 2000
MOST_PHOTOS = 6
LEAST_APPEAL = 20


class Shown(NamedTuple):
    """What a producer shows of one item: words, and digests of photographs that are kept."""

    words: str
    photos: tuple[str, ...] = ()


def open_batches(product: Product, on: date) -> list[Batch]:
    """The calls this product can apply in that day: by its kind's criteria, of a body responsible for its region or for
    the whole country; the nearest body first."""
    producer = product.producer
    row = in_force(product.kind, on)
    if row is None:
        return []
    found = Batch.objects.filter(opens_on__lte=on, closes_on__gte=on, criteria__set_id=row.set_id)
    fitting = [
        batch
        for batch in found.select_related("organisation", "criteria").order_by("closes_on", "id")
        if batch.organisation.region == ""
        or rules.covers(batch.organisation.region, producer.province, producer.regency)
    ]
    return sorted(fitting, key=lambda batch: -len(batch.organisation.region))


def start(product: Product, batch: Batch, person: Person, now: datetime) -> Application:
    """Begin an application; while one of the product is open, that one. IkmError ``not_yours``, ``call_closed`` or
    ``product_withdrawn``."""
    day = jakarta_date(now)
    shop = product.producer.merchant
    if shop is None or not Member.objects.filter(merchant_id=shop, person=person).exists():
        raise IkmError("not_yours", "Only the producer's own shop applies.")
    if product.withdrawn_at is not None:
        raise IkmError("product_withdrawn", "This product was withdrawn; apply with one that you make.")
    with transaction.atomic():
        Product.objects.select_for_update().get(pk=product.pk)
        running = Application.objects.filter(product=product, is_open=True).first()
        if running is not None:
            return running
        if batch.pk not in {found.pk for found in open_batches(product, day)}:
            raise IkmError("call_closed", "This call is not open for this product.")
        previous = Application.objects.filter(product=product).exclude(decided_at=None).order_by("-decided_at").first()
        return Application.objects.create(
            producer=product.producer,
            product=product,
            batch=batch,
            criteria=batch.criteria_id,
            digest=batch.criteria.digest,
            province=product.producer.province,
            regency=product.producer.regency,
            due_at=_end_of(batch.closes_on),
            previous=previous,
            is_renewal=previous is not None and previous.is_selected,
            started_by=str(person.pk),
            started_at=now,
            moved_at=now,
        )


def save_draft(application: UUID, said: Mapping[str, Shown], person: Person, now: datetime) -> Application:
    """Keep what was typed so far; nothing is sent. Items that the set doesn't have are left away. IkmError
    ``not_yours`` or ``not_now``."""
    with transaction.atomic():
        at = lock(application, now)
        if not producers_actor(at, person).is_member:
            raise IkmError("not_yours", "Only the producer's own shop does this.")
        if at.row.stage not in ("draft", "mending"):
            raise IkmError("not_now", "It has been sent already.", stage=at.row.stage, act="submit")
        _keep(at, said)
        at.row.save(update_fields=["draft"])
    return at.row


def submit(application: UUID, said: Mapping[str, Shown], person: Person, key: str, now: datetime) -> Application:
    """Send it, for the first time or mended: what changed becomes the evidence of this round. IkmError as of
    ``rules``; then nothing is sent, and ``save_draft`` keeps what was typed."""
    with transaction.atomic():
        at = lock(application, now)
        if at.done(key):
            return at.row
        _keep(at, said)
        at = gather(at.row, now)  # the rules count what was typed just now
        number = at.row.round + (at.row.stage == "mending")
        rows = [_evidence(at.row, number, item, typed, now) for item, typed in at.row.draft.items()]
        known = {each.item: each.digest for each in at.evidence}
        move(at, "submit", producers_actor(at, person), key, round=number, draft={})
        Evidence.objects.bulk_create([row for row in rows if known.get(row.item) != row.digest])
    return at.row


def withdraw(application: UUID, person: Person, key: str, now: datetime) -> Application:
    """Take it back, before anybody scores it."""
    return _simple(application, "withdraw", person, key, now)


def accept(application: UUID, person: Person, key: str, now: datetime) -> Application:
    """Waive the appeal: the decision stands at once, and the product may apply again."""
    return _simple(application, "accept", person, key, now)


def appeal(application: UUID, words: str, person: Person, key: str, now: datetime) -> Application:
    """Ask that two other curators score it anew. What they find stands, be it better or worse. IkmError
    ``words_missing`` or as of ``rules``."""
    if len(words.strip()) < LEAST_APPEAL:
        raise IkmError("words_missing", f"Say in at least {LEAST_APPEAL} characters what was not seen rightly.")
    with transaction.atomic():
        at = lock(application, now)
        if not at.done(key):
            move(at, "appeal", producers_actor(at, person), key, words, instance=2, wants=rules.CURATORS)
    return at.row


def _simple(application: UUID, act: str, person: Person, key: str, now: datetime) -> Application:
    with transaction.atomic():
        at = lock(application, now)
        if not at.done(key):
            move(at, act, producers_actor(at, person), key, wants=0)
    return at.row


def _keep(at: Locked, said: Mapping[str, Shown]) -> None:
    for item in at.criteria.items:
        if item.id in said:
            words, photos = said[item.id]
            at.row.draft[item.id] = {"words": words.strip()[:MOST_WORDS], "photos": list(photos)[:MOST_PHOTOS]}


def _evidence(row: Application, number: int, item: str, typed: Mapping[str, Any], now: datetime) -> Evidence:
    words, photos = typed["words"], list(typed["photos"])
    return Evidence(
        application=row,
        round=number,
        item=item,
        words=words,
        photos=photos,
        digest=sha256(msgspec.json.encode([words, photos])).hexdigest(),
        at=now,
    )


def _end_of(day: date) -> datetime:
    """When that day ends in Jakarta."""
    return datetime.combine(day + timedelta(days=1), time(0), ZoneInfo("Asia/Jakarta"))
