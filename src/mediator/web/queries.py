"""What the status page and the health check show."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

from django.core.cache import caches
from django.db import DatabaseError, connection
from django.db.models import Count, Sum
from django.utils import timezone

from mediator.config.errors import SchemaError
from mediator.config.schema import read_schema
from mediator.deals.models import Deal
from mediator.ledger.models import Balance, Book
from mediator.money import CURRENCIES, format_amount
from mediator.protocol.table import STATUSES

FRESH_S = 10
"""Seconds a figure of the status page may be old: counting all deals is not something every visitor may start."""

WAITING_ACCOUNTS = ("held", "disputed", "suspense")
"""Buyers' money that waits for an end: held, held but claimed, and paid in part or too late."""

HEARTBEAT_LIMIT = timedelta(seconds=60)
"""A worker writes a heartbeat every 10 s (procrastinate's default); after six missed ones it counts as gone."""


class StatusCount(NamedTuple):
    """How many deals are in that state."""

    status: str
    deals: int


def deals_by_status() -> list[StatusCount]:
    """The states that deals are in, in the order a deal passes through them."""

    def count() -> list[StatusCount]:
        rows = Deal.objects.values_list("status").annotate(number=Count("id"))
        order = {state: place for place, state in enumerate(STATUSES)}
        return [StatusCount(*row) for row in sorted(rows, key=lambda row: (order.get(row[0], len(order)), row[0]))]

    return caches["figures"].get_or_set("web.deals_by_status", count, FRESH_S) or []


def money_held() -> list[str]:
    """Money held over all books, one amount a currency, as people read it; nothing for a currency without any."""

    def add() -> list[str]:
        held: list[str] = []
        for code in sorted(CURRENCIES):
            books = Book.objects.filter(currency=code).values("id")
            amount = Balance.objects.filter(account__in=WAITING_ACCOUNTS, book_id__in=books).aggregate(
                sum=Sum("amount")
            )["sum"]
            if amount:
                held.append(format_amount(int(amount), code))
        return held

    return caches["figures"].get_or_set("web.money_held", add, FRESH_S) or []


def health() -> dict[str, Any]:
    """Whether the database answers, its tables are current, and a worker was alive within the last minute."""
    answer: dict[str, Any] = {"ok": False, "database": False, "migrations": False, "worker": False, "heartbeat": None}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            answer["database"] = True
            answer["migrations"] = read_schema("default").is_current
            if answer["migrations"]:
                cursor.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
                heartbeat = cursor.fetchone()[0]
                if heartbeat is not None:
                    answer["heartbeat"] = heartbeat.isoformat()
                    answer["worker"] = timezone.now() - heartbeat < HEARTBEAT_LIMIT
    except (DatabaseError, SchemaError):
        pass  # the fields already say how far it got
    answer["ok"] = answer["database"] and answer["migrations"] and answer["worker"]
    return answer
