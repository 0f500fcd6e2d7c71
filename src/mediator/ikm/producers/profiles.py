"""A shop says what it makes and who it is. What is typed is checked for form and kept; nobody is believed by it.

A NIB that a register already has is never simply taken over: the shop claims that producer (``claims``).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime

from django.db import IntegrityError, transaction

from mediator.ikm.errors import IkmError
from mediator.ikm.producers.models import Permit, Producer, SizeClass
from mediator.ikm.producers.numbers import check_number
from mediator.ikm.producers.permit_service import PermitGiven, record_permit
from mediator.ikm.producers.service import mark_changed, name_key
from mediator.ikm.producers.size import SizeFacts, classify, regimes_in_force
from mediator.protocol.calendar import jakarta_date
from mediator.shop.models import Merchant
from mediator.shop.places import is_place
from mediator.shop.secrets import NotOurs, mark, seal, unseal

SECRET = ("nik", "npwp")


@dataclass(frozen=True)
class Profile:
    """What a producer says of itself. ``nik`` and ``npwp`` are plain here and sealed where they are kept; None leaves
    what is kept. Amounts are minor units of rupiah, capital without land and buildings, sales of ``figures_year``."""

    name: str
    regency: str
    nib: str = ""
    nik: str | None = None
    npwp: str | None = None
    owner_name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    district: str = ""
    kbli: str = ""
    workers: int | None = None
    capital_minor: int | None = None
    sales_minor: int | None = None
    figures_year: int | None = None
    started_on: date | None = None


def producer_of(merchant: Merchant) -> Producer | None:
    """The producer that is this shop; a double that was merged away is not."""
    return Producer.objects.filter(merchant=merchant.pk, merged_into=None).first()


def begin(merchant: Merchant, profile: Profile, now: datetime) -> Producer:
    """The producer of a shop that had none. A second click finds the one that the first made.

    IkmError ``nib_known`` when a register has that NIB (claim it), ``nib_taken`` when another shop is that producer,
    or what is wrong with a field (``about`` names it).
    """
    with transaction.atomic():
        Merchant.objects.select_for_update().get(pk=merchant.pk)
        found = producer_of(merchant)
        if found is not None:
            return change(found, profile, now)
        values = _values(profile, jakarta_date(now))
        _refuse_known(str(values["nib"]), None)
        producer = Producer(merchant=merchant.pk, source="self", made_at=now, changed_at=now, **values)
        _save(producer)
        _keep_nib(producer, now)
        _store_sizes(producer, now)
    return producer


def change(producer: Producer, profile: Profile, now: datetime) -> Producer:
    """Write a profile anew; the sizes are worked out again. Errors as of ``begin``."""
    with transaction.atomic():
        kept = Producer.objects.select_for_update().get(pk=producer.pk)
        values = _values(profile, jakarta_date(now))
        _refuse_known(str(values["nib"]), kept)
        _give_up_nib(kept, str(values["nib"]))
        for name, value in values.items():
            setattr(kept, name, value)
        kept.changed_at = now
        _save(kept)
        _keep_nib(kept, now)
        _store_sizes(kept, now)
        mark_changed([kept.pk], now)
    return kept


def open_secret(producer: Producer, which: str) -> str:
    """A sealed number in plain, for whoever has written down that they look and why (``privacy``). "" if none is kept
    or it was sealed under another key."""
    assert which in SECRET
    sealed = getattr(producer, f"{which}_sealed")
    try:
        return unseal(sealed) if sealed else ""
    except NotOurs:
        return ""


def _values(profile: Profile, on: date) -> dict[str, object]:
    if not is_place(profile.regency, profile.regency[:2]) or not profile.regency:
        raise IkmError("region_unknown", "Choose the regency or city of the place of business.", field="regency")
    values: dict[str, object] = {
        field.name: getattr(profile, field.name) for field in fields(Profile) if field.name not in SECRET
    }
    values["name"] = " ".join(profile.name.split())
    if not values["name"]:
        raise IkmError("name_missing", "Write the name of the business.", field="name")
    values["name_key"] = name_key(profile.name)
    values["province"] = profile.regency[:2]
    values["region_given"], values["region_system"] = profile.regency, "kemendagri"
    values["nib"] = _number("nib", profile.nib, on)
    for which in SECRET:
        plain = getattr(profile, which)
        if plain is not None:
            number = _number(which, plain, on)
            values[f"{which}_sealed"] = seal(number) if number else ""
            values[f"{which}_mark"] = mark(number) if number else ""
    return values


def _number(kind: str, text: str, on: date) -> str:
    if not text.strip():
        return ""
    checked = check_number(kind, text, on)
    fatal = next((problem for problem in checked.problems if problem.is_fatal), None)
    if fatal is not None:
        message = f"This is no {kind.upper()}: {fatal.code}."
        raise IkmError("number_bad", message, field=kind, problem=fatal.code, right=fatal.right)
    return checked.number


def _refuse_known(nib: str, own: Producer | None) -> None:
    others = Producer.objects.filter(nib=nib, merged_into=None)
    if own is not None:
        others = others.exclude(pk=own.pk)
    other = others.first() if nib else None
    if other is None:
        return
    if other.merchant is None:
        raise IkmError("nib_known", "A register has this NIB already.", field="nib", producer=str(other.pk))
    raise IkmError("nib_taken", "Another shop has this NIB.", field="nib")


def _save(producer: Producer) -> None:
    try:
        with transaction.atomic():
            producer.save()
    except IntegrityError as error:  # somebody wrote the same NIB at the same moment
        raise IkmError("nib_taken", "Another shop has this NIB.", field="nib") from error


def _keep_nib(producer: Producer, now: datetime) -> None:
    """A NIB is a permit as well: what a gate asks for is that somebody looked it up."""
    if producer.nib:
        record_permit(producer, PermitGiven("nib", producer.nib), now)


def _give_up_nib(producer: Producer, nib: str) -> None:
    """Another NIB takes the place of one that nobody looked up. One that was looked up would vouch for another firm."""
    if nib == producer.nib:
        return
    old = Permit.objects.filter(producer=producer, kind="nib", number=producer.nib)
    if old.exclude(verified_at=None).exists():
        raise IkmError("nib_verified", "This NIB was verified; only an official can change it.", field="nib")
    old.delete()


def _store_sizes(producer: Producer, now: datetime) -> None:
    """The size by each regime in force, with the line of its table that decided; unknown figures give none."""
    on = jakarta_date(now)
    facts = SizeFacts(producer.workers, producer.capital_minor, producer.sales_minor)
    found = [classify(facts, regime.code, on) for regime in regimes_in_force(on)]
    SizeClass.objects.filter(producer_id=producer.pk).delete()
    SizeClass.objects.bulk_create(
        SizeClass(
            producer_id=producer.pk, regime=each.regime, version=each.version, size=each.size, rule=each.rule, as_of=on
        )
        for each in found
        if each.size
    )
