"""What happens to local-content sheets, and how a way of the card becomes a mentor's task. One transaction each."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from mediator.ikm.errors import IkmError
from mediator.ikm.mentoring.models import Task
from mediator.ikm.mentoring.tasking import give_task
from mediator.ikm.producers.models import Product
from mediator.ikm.strength.card import Card, card_of
from mediator.ikm.strength.models import TkdnSheet
from mediator.ikm.strength.queries import facts_of
from mediator.ikm.strength.tkdn import Sheet, value_of
from mediator.ikm.strength.ways import suggestion, ways_of
from mediator.protocol.calendar import jakarta_date

SOURCE = "strength-card"
"""What the tasks of a card say that they come from."""


def card_for(product: Product, now: datetime) -> Card:
    """The product's card as of now."""
    return card_of(facts_of(product, now))


def declare_sheet(product: Product, sheet: Sheet, by: str, key: UUID, now: datetime) -> TkdnSheet:
    """Keep a local-content sheet as the product's next version. The same key again is the same sheet.

    IkmError of ``tkdn.check_sheet``; ``sheet_elsewhere`` when the key was used for another product.
    """
    value = value_of(sheet)
    with transaction.atomic():
        Product.objects.select_for_update().get(pk=product.pk)
        known = TkdnSheet.objects.filter(pk=key).first()
        if known is not None:
            if known.product_id != product.pk:
                raise IkmError("sheet_elsewhere", "This form was used for another product.")
            return known
        latest = TkdnSheet.objects.filter(product=product).order_by("-version").first()
        return TkdnSheet.objects.create(
            id=key,
            product=product,
            version=latest.version + 1 if latest else 1,
            regulation=sheet.regulation,
            components=[list(each) for each in sheet.components],
            has_factory_here=sheet.has_factory_here,
            has_workforce_here=sheet.has_workforce_here,
            research_bp=sheet.research_bp,
            bmp=[list(pair) for pair in sheet.bmp],
            by=sheet.by,
            is_small_industry=sheet.is_small_industry,
            tkdn_bp=value.tkdn_bp,
            bmp_bp=value.bmp_bp,
            made_by=by,
            made_at=now,
        )


def give_way(card: Card, way: str, enrolment: UUID, by: str, now: datetime, language: str = "id") -> Task:
    """Make a way of the card (its ``id``) a task of that enrolment, in the language its producer reads.

    A way is one task a month and enrolment, however often and by whomever it is asked for. IkmError ``way_gone`` when
    the card has no such way (any more), and those of ``mentoring.tasking.give_task``.
    """
    found = next((each for each in ways_of(card) if each.id == way and each.hand != "outside"), None)
    if found is None:
        raise IkmError("way_gone", "The card has changed meanwhile; look at what would close the gap now.")
    told, today = suggestion(found), jakarta_date(now)
    title, why = (told.title_en, told.why_en) if language == "en" else (told.title_id, told.why_id)
    key = f"strength/{card.product.hex}/{way}/{today:%Y%m}"
    return give_task(enrolment, title, why, today + timedelta(days=told.due_days), by, SOURCE, key, now)
