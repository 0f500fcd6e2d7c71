"""A shop claims a producer that a register has: with a photograph of its document, looked at by an official.

What hangs on it is large: with the producer come its selection and its mentoring. So the one who decides is never a
member of that shop, and a shop has one producer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from mediator.ikm.errors import IkmError
from mediator.ikm.producers.models import Claim, Producer
from mediator.ikm.producers.service import mark_changed
from mediator.people.models import Person
from mediator.shop.models import Member, Merchant

MOST_WORDS = 300


def claim(
    merchant: Merchant, producer: Producer, by: Person, photos: Sequence[str], words: str, now: datetime
) -> Claim:
    """The shop's open claim on that producer, made now if there is none.

    IkmError ``claim_needs_photo``, ``claim_taken`` (the producer has a shop) or ``claim_has_producer`` (this shop has).
    """
    if not photos:
        raise IkmError("claim_needs_photo", "Add a photograph of the NIB document.", field="photos")
    with transaction.atomic():
        Merchant.objects.select_for_update().get(pk=merchant.pk)
        kept = Producer.objects.select_for_update().get(
            pk=producer.pk
        )  # an official may be deciding on another's claim
        _refuse_linked(merchant.pk, kept)
        made, _ = Claim.objects.get_or_create(
            producer=kept, merchant=merchant.pk, is_accepted=None,
            defaults={"by": str(by.pk), "photos": list(photos), "words": words.strip()[:500], "at": now},
        )  # fmt: skip
    return made


def accept(found: Claim, by: Person, now: datetime) -> bool:
    """The shop is that producer from now on; other shops' open claims on it end. False: it was decided before."""
    return _decide(found, by, True, "", now)


def refuse(found: Claim, by: Person, why: str, now: datetime) -> bool:
    """Not linked, with a reason the shop reads. False: it was decided before."""
    why = why.strip()
    if not 1 <= len(why) <= MOST_WORDS:
        raise IkmError("no_words", f"Say why in 1 to {MOST_WORDS} characters.", field="why")
    return _decide(found, by, False, why, now)


def _decide(found: Claim, by: Person, is_accepted: bool, why: str, now: datetime) -> bool:
    if Member.objects.filter(merchant_id=found.merchant, person=by).exists():
        raise IkmError("own_shop", "You work for this shop, so somebody else must look at this.")
    try:
        with transaction.atomic():
            producer = Producer.objects.select_for_update().get(pk=found.producer_id)
            kept = Claim.objects.select_for_update().get(pk=found.pk)
            if kept.is_accepted is not None:
                return False
            if is_accepted:
                _refuse_linked(kept.merchant, producer)
                producer.merchant, producer.changed_at = kept.merchant, now
                producer.save(update_fields=("merchant", "changed_at"))
                _end_others(kept, now)
                mark_changed([producer.pk], now)
            kept.is_accepted, kept.decided_by, kept.decided_at, kept.why = is_accepted, str(by.pk), now, why
            kept.save(update_fields=("is_accepted", "decided_by", "decided_at", "why"))
    except IntegrityError as error:  # the shop became another producer at the same moment
        raise IkmError("claim_has_producer", "This shop is another producer already.") from error
    return True


def _end_others(kept: Claim, now: datetime) -> None:
    others = Claim.objects.filter(producer_id=kept.producer_id, is_accepted=None).exclude(pk=kept.pk)
    others.update(is_accepted=False, decided_by="system", decided_at=now, why="claimed_by_another")


def _refuse_linked(merchant: UUID, producer: Producer) -> None:
    if producer.merchant is not None or producer.merged_into is not None:
        raise IkmError("claim_taken", "This producer has a shop already.")
    if Producer.objects.filter(merchant=merchant, merged_into=None).exists():
        raise IkmError("claim_has_producer", "This shop is another producer already.")
