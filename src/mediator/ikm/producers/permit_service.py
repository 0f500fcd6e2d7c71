"""What happens to permits: given, verified, fulfilled, revoked. Each once, in one transaction, however often asked.

Nobody verifies the permits of a shop they belong to. What was verified stays so only as long as nobody changes it.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from mediator.ikm.errors import IkmError
from mediator.ikm.producers.models import Permit, Producer, Product
from mediator.ikm.producers.numbers import PERMIT_KINDS, Checked, check_number
from mediator.ikm.producers.permits import (
    COMMITMENT_MONTHS,
    COMMITMENTS_SINCE,
    RECHECK_DAYS,
    last_day,
    status_of,
)
from mediator.ikm.producers.service import mark_changed
from mediator.people.models import Person
from mediator.protocol.calendar import jakarta_date
from mediator.shop.models import Member

HOW = ("register", "document")
ONE_HOLDER = frozenset({"nib", "p-irt", "bpom-md", "bpom-other", "halal"})
"""Kinds whose number one producer has. A standard is everybody's, a mark may be licensed, other texts are free."""
MOST_WORDS = 300
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class PermitGiven:
    """A permit as a producer or a register gives it. ``source``: "self", or "register:<organisation>".

    ``file`` is a kept file's SHA-256; ``scope`` what it covers (SPPT SNI: "type-1 <batch>" or "type-5"). What is left
    empty changes nothing of what is kept.
    """

    kind: str
    number: str
    product: Product | None = None
    issuer: str = ""
    scope: str = ""
    file: str = ""
    issued_on: date | None = None
    valid_to: date | None = None
    source: str = "self"


def record_permit(producer: Producer, given: PermitGiven, now: datetime) -> tuple[Permit, Checked]:
    """Keep a permit of a producer; the same number again is the same permit, and the same facts again change nothing.

    A fact that differs is written, and then the permit is unverified until somebody looks again; a register's facts are
    not the producer's to change. The Checked has what is odd but not fatal. IkmError: permit_kind_unknown,
    permit_is_identity, number_bad, product_not_yours, date_future, dates_turned, valid_to_differs, permit_of_register.
    """
    on = jakarta_date(now)
    checked = _check(producer, given, on)
    values, ends = _values(given), _end_of_its_year(checked)
    with transaction.atomic():
        Producer.objects.select_for_update().get(pk=producer.pk)
        kept = Permit.objects.filter(producer=producer, kind=given.kind, number=checked.number).first()
        if kept is None:
            kept = Permit.objects.create(
                producer=producer,
                kind=given.kind,
                number=checked.number,
                source=given.source,
                commitment_due=_commitment_due(given),
                made_at=now,
                changed_at=now,
                **(values | {"valid_to": given.valid_to or ends}),
            )
        elif not _rewrite(kept, values | {"valid_to": given.valid_to or kept.valid_to or ends}, given, now):
            return kept, checked
        mark_changed([producer.pk], now)
    return kept, checked


def verify(
    permit: Permit, by: Person, how: str, evidence: str, now: datetime, *, check_again_on: date | None = None
) -> bool:
    """Somebody looked it up in the issuer's register, or at the document; ``evidence`` is the SHA-256 of what they saw.

    Looked up again not later than ``check_again_on`` (ours: a year, or its last day if that is sooner). False: exactly
    this is kept already. IkmError: own_shop, how_unknown, evidence_missing, check_past, permit_revoked, permit_expired,
    number_of_another (it was verified as another producer's; ``about`` names them).
    """
    on = jakarta_date(now)
    if how not in HOW:
        raise IkmError("how_unknown", f"A permit is verified by {' or '.join(HOW)}.", field="how")
    if not _DIGEST.fullmatch(evidence):
        raise IkmError("evidence_missing", "Add what you saw: a photograph or a file.", field="evidence")
    if check_again_on is not None and check_again_on <= on:
        raise IkmError("check_past", "The day to look again lies ahead.", field="check_again_on")
    _refuse_own_shop(permit, by)
    with transaction.atomic():
        kept = _alone_with_its_number(permit)
        status = status_of(kept, on)
        if status.is_revoked or status.is_expired:
            code = "permit_revoked" if status.is_revoked else "permit_expired"
            raise IkmError(code, "Only a permit that is in force can be verified.")
        seen = (str(by.pk), how, evidence, check_again_on or _check_again(kept, on))
        if (kept.verified_by, kept.verified_how, kept.verified_evidence, kept.check_again_on) == seen:
            return False
        kept.verified_by, kept.verified_how, kept.verified_evidence, kept.check_again_on = seen
        kept.verified_at = kept.changed_at = now
        kept.save()
        mark_changed([kept.producer_id], now)
    return True


def fulfil_commitment(permit: Permit, by: Person, fulfilled_on: date, now: datetime) -> bool:
    """The health office says that training, inspection and label are done. False: it was fulfilled before.

    IkmError: own_shop, no_commitment, date_future.
    """
    _refuse_own_shop(permit, by)
    with transaction.atomic():
        kept = _committed(permit)
        if kept.fulfilled_on is not None:
            return False
        if fulfilled_on > jakarta_date(now):
            raise IkmError("date_future", "This day has not come yet.", field="fulfilled_on")
        kept.fulfilled_on, kept.changed_at = fulfilled_on, now
        kept.save(update_fields=("fulfilled_on", "changed_at"))
        mark_changed([kept.producer_id], now)
    return True


def extend_commitment(permit: Permit, by: Person, now: datetime) -> bool:
    """The one extension, by three months (PerBPOM 4/2024 art. 20). False: fulfilled, nothing to extend.

    IkmError: own_shop, no_commitment, issued_missing, extended_already.
    """
    _refuse_own_shop(permit, by)
    with transaction.atomic():
        kept = _committed(permit)
        if kept.fulfilled_on is not None:
            return False
        if kept.commitment_due is None or kept.issued_on is None:
            raise IkmError(
                "issued_missing", "Write the day of issue: the extension is counted from it.", field="issued_on"
            )
        longest = months_after(kept.issued_on, 2 * COMMITMENT_MONTHS)
        if kept.commitment_due >= longest:
            raise IkmError("extended_already", "It was extended once already; there is one extension.")
        kept.commitment_due, kept.changed_at = longest, now
        kept.save(update_fields=("commitment_due", "changed_at"))
        mark_changed([kept.producer_id], now)
    return True


def revoke(permit: Permit, revoked_on: date, why: str, now: datetime) -> bool:
    """Its issuer took it back. False: it was revoked before; that stands. IkmError: no_words, date_future."""
    why = why.strip()
    if not 1 <= len(why) <= MOST_WORDS:
        raise IkmError("no_words", f"Say why in 1 to {MOST_WORDS} characters.", field="why")
    if revoked_on > jakarta_date(now):
        raise IkmError("date_future", "This day has not come yet.", field="revoked_on")
    with transaction.atomic():
        kept = Permit.objects.select_for_update().get(pk=permit.pk)
        if kept.revoked_on is not None:
            return False
        kept.revoked_on, kept.revoked_why, kept.changed_at = revoked_on, why, now
        kept.save(update_fields=("revoked_on", "revoked_why", "changed_at"))
        mark_changed([kept.producer_id], now)
    return True


def look_again(product: Product, now: datetime) -> int:
    """What a product is made of or how has changed: its halal certificates hold only if that was allowed, so they are
    due to be looked up today (Perppu 2/2022: no end *while composition and process stay*). Returns how many.
    """
    today = jakarta_date(now)
    with transaction.atomic():
        seen = Permit.objects.filter(product=product, kind="halal", revoked_on=None).exclude(verified_at=None)
        due = seen.exclude(check_again_on__lte=today).update(check_again_on=today, changed_at=now)
        if due:
            mark_changed([product.producer_id], now)
    return due


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _check(producer: Producer, given: PermitGiven, on: date) -> Checked:
    kind = PERMIT_KINDS.get(given.kind)
    if kind is None:
        raise IkmError("permit_kind_unknown", f"A permit is one of {', '.join(PERMIT_KINDS)}.", field="kind")
    if kind.is_identity:
        raise IkmError("permit_is_identity", "NIK and NPWP belong to the profile, where they are sealed.", field="kind")
    if given.product is not None and given.product.producer_id != producer.pk:
        raise IkmError("product_not_yours", "Choose a product of this producer.", field="product")
    checked = check_number(given.kind, given.number, on)
    fatal = next((problem for problem in checked.problems if problem.is_fatal), None)
    if fatal is not None:
        message = f"This is no {kind.name_en}: {fatal.code}."
        raise IkmError("number_bad", message, field="number", problem=fatal.code, right=fatal.right)
    if given.issued_on is not None and given.issued_on > on:
        raise IkmError("date_future", "It can't have been issued on a day that has not come yet.", field="issued_on")
    if given.issued_on is not None and given.valid_to is not None and given.valid_to < given.issued_on:
        raise IkmError("dates_turned", "It ends before it begins.", field="valid_to")
    year = checked.facts.get("valid_to", "")
    if year and given.valid_to is not None and str(given.valid_to.year) != year:
        raise IkmError("valid_to_differs", f"By its number it ends in {year}.", field="valid_to", right=year)
    return checked


def _values(given: PermitGiven) -> dict[str, object]:
    values = {field.name: getattr(given, field.name) for field in fields(PermitGiven)}
    for name in ("kind", "number", "source"):
        values.pop(name)
    if PERMIT_KINDS[given.kind].per == "producer":
        values["product"] = None
    return values


def _end_of_its_year(checked: Checked) -> date | None:
    """Of a P-IRT the last day of the year in its number: what holds while nobody wrote the day."""
    year = checked.facts.get("valid_to", "")
    return date(int(year), 12, 31) if year else None


def _commitment_due(given: PermitGiven) -> date | None:
    if given.kind != "p-irt" or given.issued_on is None or given.issued_on < COMMITMENTS_SINCE:
        return None
    return months_after(given.issued_on, COMMITMENT_MONTHS)


def _rewrite(kept: Permit, values: dict[str, object], given: PermitGiven, now: datetime) -> bool:
    """Write what differs into a kept permit; False when nothing does."""
    changed = {name: value for name, value in values.items() if getattr(kept, name) != value and not _says_less(value)}
    if not changed:
        return False
    is_overwritten = any(getattr(kept, name) not in ("", None) for name in changed)
    if is_overwritten and given.source == "self" and kept.source != "self":
        raise IkmError("permit_of_register", "A register gave this permit: ask its keeper to change it.")
    for name, value in changed.items():
        setattr(kept, name, value)
    if given.source != "self":
        kept.source = given.source
    if "valid_to" in changed:
        kept.reminded_days = None
    if "issued_on" in changed and kept.fulfilled_on is None:
        kept.commitment_due = _commitment_due(given)
    if changed.keys() - {"file", "issuer"}:
        kept.verified_by = kept.verified_how = kept.verified_evidence = ""
        kept.verified_at = kept.check_again_on = None
    kept.changed_at = now
    kept.save()
    return True


def _says_less(value: object) -> bool:
    return value is None or value == ""


def _check_again(permit: Permit, on: date) -> date:
    ends = last_day(permit)
    latest = on + timedelta(RECHECK_DAYS)
    return min(ends, latest) if ends is not None and ends > on else latest


def _committed(permit: Permit) -> Permit:
    kept = Permit.objects.select_for_update().get(pk=permit.pk)
    if kept.commitment_due is None:
        raise IkmError("no_commitment", "This permit was not issued on a condition.")
    return kept


def elsewhere(permit: Permit) -> list[Permit]:
    """The same number as other living producers gave it, where a number has one holder: somebody copied it, or two rows
    are one producer. For whoever verifies."""
    return [one for one in _holders(permit) if one.pk != permit.pk]


def _holders(permit: Permit) -> QuerySet[Permit]:
    same = Permit.objects.filter(kind=permit.kind, number=permit.number).order_by("pk")
    if permit.kind not in ONE_HOLDER:
        return same.filter(pk=permit.pk)
    is_living = Q(producer__merged_into=None, producer__erased_at=None)
    return same.filter(Q(pk=permit.pk) | is_living).select_related("producer")


def _alone_with_its_number(permit: Permit) -> Permit:
    """The permit, locked with all that have its number, so that of two who verify it at once the second is refused."""
    rows = list(_holders(permit).select_for_update(of=("self",)))
    other = next((row for row in rows if row.pk != permit.pk and row.verified_at and not row.revoked_on), None)
    if other is not None:
        raise IkmError(
            "number_of_another",
            "This number was verified as another producer's.",
            producer=str(other.producer_id),
        )
    return next(row for row in rows if row.pk == permit.pk)


def _refuse_own_shop(permit: Permit, by: Person) -> None:
    shop = Producer.objects.values_list("merchant", flat=True).get(pk=permit.producer_id)
    if shop is not None and Member.objects.filter(merchant_id=shop, person=by).exists():
        raise IkmError("own_shop", "You work for this shop, so somebody else must look at this.")
