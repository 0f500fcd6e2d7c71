"""What officials record of permits, with its history: who, for which organisation, what, when and why.

Each is the act of ``producers.permit_service`` and a row that is never changed, in one transaction. A revocation that
was a mistake is taken back by another official than the one who recorded it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction

from mediator.ikm.errors import IkmError
from mediator.ikm.privacy.models import PermitEvent
from mediator.ikm.producers import permit_service
from mediator.ikm.producers.models import Permit
from mediator.ikm.producers.service import mark_changed
from mediator.people.models import Person
from mediator.shop.models import Member

VERIFIED, FULFILLED, EXTENDED, REVOKED, RESTORED = "verified", "fulfilled", "extended", "revoked", "restored"
ACTS = (VERIFIED, FULFILLED, EXTENDED, REVOKED, RESTORED)
MOST_WORDS = permit_service.MOST_WORDS


def verify(
    permit: Permit, by: Person, organisation: str, how: str, evidence: str, key: str, now: datetime, *,
    check_again_on: date | None = None, words: str = "",
) -> bool:  # fmt: skip
    """Somebody looked it up. False: that was kept already. IkmError as of ``permit_service.verify``."""
    facts = {"how": how, "evidence": evidence, "check_again_on": check_again_on.isoformat() if check_again_on else ""}
    return _record(
        permit, VERIFIED, by, organisation, words, facts, key, now,
        lambda: permit_service.verify(permit, by, how, evidence, now, check_again_on=check_again_on),
    )  # fmt: skip


def fulfil(
    permit: Permit, by: Person, organisation: str, fulfilled_on: date, key: str, now: datetime, *, words: str = ""
) -> bool:
    """The commitment is done. False: it was before. IkmError as of ``permit_service.fulfil_commitment``."""
    return _record(
        permit, FULFILLED, by, organisation, words, {"on": fulfilled_on.isoformat()}, key, now,
        lambda: permit_service.fulfil_commitment(permit, by, fulfilled_on, now),
    )  # fmt: skip


def extend(permit: Permit, by: Person, organisation: str, key: str, now: datetime, *, words: str = "") -> bool:
    """The one extension. False: nothing to extend. IkmError as of ``permit_service.extend_commitment``."""
    return _record(
        permit, EXTENDED, by, organisation, words, {}, key, now,
        lambda: permit_service.extend_commitment(permit, by, now),
    )  # fmt: skip


def revoke(permit: Permit, by: Person, organisation: str, revoked_on: date, why: str, key: str, now: datetime) -> bool:
    """Its issuer took it back. False: it was revoked before. IkmError own_shop, or as of ``permit_service.revoke``."""
    _refuse_own_shop(permit, by)
    return _record(
        permit, REVOKED, by, organisation, why, {"on": revoked_on.isoformat()}, key, now,
        lambda: permit_service.revoke(permit, revoked_on, why, now),
    )  # fmt: skip


def restore(permit: Permit, by: Person, organisation: str, why: str, key: str, now: datetime) -> bool:
    """A revocation that was a mistake is taken back, by somebody else. False: this click did it before.

    IkmError: no_words, own_shop, nothing_to_restore (it is not revoked, or not by a record of ours), own_revocation.
    """
    why = why.strip()
    if not 1 <= len(why) <= MOST_WORDS:
        raise IkmError("no_words", f"Say why in 1 to {MOST_WORDS} characters.", field="words")
    _refuse_own_shop(permit, by)
    with transaction.atomic():
        kept = Permit.objects.select_for_update().get(pk=permit.pk)
        if _is_done(kept, key):
            return False
        mistake = last_revocation(kept)
        if mistake is None:
            raise IkmError("nothing_to_restore", "There is no recorded revocation to take back.")
        if mistake.person == str(by.pk):
            raise IkmError("own_revocation", "You recorded it, so another official must take it back.")
        kept.revoked_on, kept.revoked_why, kept.changed_at = None, "", now
        kept.save(update_fields=("revoked_on", "revoked_why", "changed_at"))
        mark_changed([kept.producer_id], now)
        _write(kept, RESTORED, by, organisation, why, {}, key, now, undoes=mistake)
    return True


def last_revocation(permit: Permit) -> PermitEvent | None:
    """The recorded revocation that stands on a permit."""
    if permit.revoked_on is None:
        return None
    events = PermitEvent.objects.filter(permit_id=permit.pk)
    undone = events.exclude(undoes=None).values("undoes")
    return events.filter(act=REVOKED).exclude(pk__in=undone).order_by("-at", "-id").first()


def history(permit: Permit) -> list[PermitEvent]:
    """What was recorded, newest first."""
    return list(PermitEvent.objects.filter(permit_id=permit.pk).order_by("-at", "-id")[:100])


def _record(
    permit: Permit, act: str, by: Person, organisation: str, words: str, facts: dict[str, str], key: str, now: datetime,
    do: Callable[[], bool],
) -> bool:  # fmt: skip
    with transaction.atomic():
        kept = Permit.objects.select_for_update().get(pk=permit.pk)
        if _is_done(kept, key) or not do():
            return False
        _write(kept, act, by, organisation, words, facts, key, now)
    return True


def _is_done(permit: Permit, key: str) -> bool:
    return PermitEvent.objects.filter(permit_id=permit.pk, key=key).exists()


def _write(
    permit: Permit, act: str, by: Person, organisation: str, words: str, facts: dict[str, str], key: str, now: datetime,
    undoes: PermitEvent | None = None,
) -> None:  # fmt: skip
    PermitEvent.objects.create(
        permit_id=permit.pk, act=act, person=str(by.pk), organisation=organisation, words=words.strip()[:MOST_WORDS],
        facts=facts, key=key, at=now, undoes=undoes.pk if undoes else None,
    )  # fmt: skip


def _refuse_own_shop(permit: Permit, by: Person) -> None:
    shop = permit.producer.merchant
    if shop is not None and Member.objects.filter(merchant_id=shop, person=by).exists():
        raise IkmError("own_shop", "You work for this shop, so somebody else must look at this.")
