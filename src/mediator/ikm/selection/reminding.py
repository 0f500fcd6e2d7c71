"""Before a selection ends its producer is told, by e-mail to the shop's owners, once for each step of days.

The words are data in both languages (``data/reminders.toml``), because nothing below the pages is translated.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q

from mediator.ikm.selection.models import Application
from mediator.ikm.selection.rules import REMIND_DAYS
from mediator.protocol.calendar import jakarta_date
from mediator.shop.models import Member

AT_ONCE = 500
_WORDS = Path(__file__).parent / "data" / "reminders.toml"


def remind_due(now: datetime) -> int:
    """Remind of every selection that has come within a step of ``REMIND_DAYS``; how many. One that is renewed already
    is not reminded of; a mail that could not be handed over is tried again the next time."""
    day = jakarta_date(now)
    asked = Q()
    for days in REMIND_DAYS:
        asked |= Q(valid_to__lte=day + timedelta(days=days)) & (Q(reminded_days=None) | Q(reminded_days__gt=days))
    due = Application.objects.filter(asked, is_selected=True, valid_to__gte=day)
    count = 0
    for application in due.order_by("valid_to").values_list("pk", flat=True)[:AT_ONCE]:
        with transaction.atomic():
            row = (
                Application.objects.select_for_update(of=("self",), skip_locked=True)
                .select_related("product", "producer")
                .filter(asked, pk=application)
                .first()
            )
            if row is not None and row.valid_to is not None:
                left = (row.valid_to - day).days
                row.reminded_days = min(days for days in REMIND_DAYS if left <= days)
                row.save(update_fields=["reminded_days"])
                if not Application.objects.filter(product=row.product, is_open=True).exclude(pk=row.pk).exists():
                    count += _send(row, left)
    return count


def _send(row: Application, left: int) -> int:
    if row.producer.merchant is None:
        return 0
    owners = Member.objects.filter(merchant_id=row.producer.merchant, role="owner", person__is_active=True)
    people = owners.annotate(email=F("person__email"), language=F("person__language")).values_list("email", "language")
    for email, language in people:
        words = _words()[language if language in ("id", "en") else "id"]
        told = {"product": row.product.name, "days": left, "until": row.valid_to, "site": settings.SITE_URL}
        EmailMessage(words["subject"].format(**told), words["text"].format(**told), to=[email]).send()
    return int(bool(people))


@cache
def _words() -> Mapping[str, Any]:
    return tomllib.loads(_WORDS.read_text(encoding="utf-8"))
