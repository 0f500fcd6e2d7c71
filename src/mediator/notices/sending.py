"""Sends what is queued, with growing pauses; gives up visibly. A row is taken before it is sent, so that a crash sends
a message late, or (seldom) twice, and two workers never send the same one side by side."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import requests
from django.core.mail import get_connection
from django.db import transaction
from django.db.models import Q

from mediator.deals.store import read_deals
from mediator.ledger.cursors import hot_cursor
from mediator.notices.about import about
from mediator.notices.guarded import Forbidden, guarded_session
from mediator.notices.mail import send_mail
from mediator.notices.models import Notice, Subscription
from mediator.notices.push import Gone, Unsent, push
from mediator.notices.recipients import GUEST, Parties, Recipient
from mediator.notices.saying import Reader, Said, say
from mediator.notices.table import Party
from mediator.protocol.deal import Deal

AT_ONCE = 50
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480))
"""After each failure but the last."""
APART = timedelta(minutes=1)
MAX_REASON = 300

_log = logging.getLogger(__name__)


def send_due(now: datetime, session: Callable[[], requests.Session] = guarded_session) -> int:
    """Send everything that is due; returns how many were sent."""
    total = 0
    while notices := _take(now):
        total += _send_all(notices, now, session)
    return total


def _take(now: datetime) -> list[Notice]:
    """Some that are due, put off to their next try before anything is done with them."""
    with transaction.atomic():
        waiting = Notice.objects.select_for_update(skip_locked=True).filter(stage="queued", next_at__lte=now)
        taken = list(waiting.order_by("next_at", "id")[:AT_ONCE])
        for notice in taken:
            pause = PAUSES[min(notice.attempts, len(PAUSES) - 1)]
            notice.attempts, notice.next_at = notice.attempts + 1, now + pause
        Notice.objects.bulk_update(taken, ["attempts", "next_at"])
    return taken


def _send_all(notices: Sequence[Notice], now: datetime, session: Callable[[], requests.Session]) -> int:
    places = sorted({(str(notice.book_id), str(notice.deal_id)) for notice in notices})
    with hot_cursor() as cursor:
        deals = {place: stored.deal for place, stored in read_deals(cursor, places).items()}
    parties = Parties(list(deals.values()))
    with _Ways(session) as ways:
        return sum(
            _send(notice, deals[str(notice.book_id), str(notice.deal_id)], parties, ways, now) for notice in notices
        )


class _Ways:
    """The connections of one round: opened when the first message needs them."""

    def __init__(self, session: Callable[[], requests.Session]) -> None:
        self._make_session = session
        self._session: requests.Session | None = None
        self.mail = get_connection()

    @property
    def session(self) -> requests.Session:
        if self._session is None:
            self._session = self._make_session()
        return self._session

    def __enter__(self) -> _Ways:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError, smtplib.SMTPException):
            self.mail.close()
        if self._session is not None:
            self._session.close()


def _send(notice: Notice, deal: Deal, parties: Parties, ways: _Ways, now: datetime) -> bool:
    """Send one, and write down what became of it."""
    party: Party = "merchant" if notice.party == "merchant" else "buyer"
    to = next((one for one in parties.of(deal, party) if one.id == notice.recipient), None)
    if to is None or about(deal, notice.kind) != notice.about or _is_over(notice, deal, now):
        return _end(notice, "stale")
    last = _sent_before(notice)
    if last is not None and now - last < APART:
        notice.attempts -= 1
        notice.next_at = last + APART
        notice.save(update_fields=["attempts", "next_at"])
        return False
    said = say(deal, notice.kind, Reader(party, to.language, to.zone, parties.merchant_name(deal)), now, notice.hours)
    try:
        if notice.channel == "mail":
            _mail(said, to, deal, ways)
        else:
            _push(said, to, deal, ways)
    except _NoWay as error:
        return _end(notice, "failed", str(error))
    except (OSError, smtplib.SMTPException, requests.RequestException, Unsent, Forbidden) as error:
        return _failed(notice, error)
    notice.stage, notice.sent_at, notice.reason = "sent", now, ""
    notice.save(update_fields=["stage", "sent_at", "reason"])
    return True


class _NoWay(Exception):
    """There is no address (any more) to send it to."""


def _is_over(notice: Notice, deal: Deal, now: datetime) -> bool:
    """A deadline that has passed before it could be told helps nobody: the clock's own notice is on its way."""
    return deal.due_at is not None and deal.due_at <= now and not notice.kind.endswith(("arrived", "failed"))


def _mail(said: Said, to: Recipient, deal: Deal, ways: _Ways) -> None:
    if not to.mail:
        raise _NoWay("there is no e-mail address any more")
    ways.mail.open()
    send_mail(said, to.mail, deal.id, to.language, ways.mail)


def _push(said: Said, to: Recipient, deal: Deal, ways: _Ways) -> None:
    """To every browser of the recipient; one that took it is enough, those that are gone are forgotten."""
    whose = Q(deal_id=deal.id, book_id=deal.book)
    if to.id != GUEST:
        whose |= Q(person_id=to.id)
    fault: Exception | None = None
    taken = 0
    for subscription in Subscription.objects.filter(whose):
        try:
            push(subscription, said, ways.session)
            taken += 1
        except Gone:
            subscription.delete()
        except (requests.RequestException, Unsent, Forbidden) as error:
            fault = error
    if not taken:
        raise fault or _NoWay("no browser is subscribed any more")


def _sent_before(notice: Notice) -> datetime | None:
    """When the same was last told to the same person in the same way."""
    same = Notice.objects.filter(
        book_id=notice.book_id, deal_id=notice.deal_id, party=notice.party, kind=notice.kind,
        recipient=notice.recipient, channel=notice.channel, stage="sent",
    )  # fmt: skip
    return same.order_by("-sent_at").values_list("sent_at", flat=True).first()


def _failed(notice: Notice, error: Exception) -> bool:
    if notice.attempts > len(PAUSES):
        _log.error("notice %s of deal %s was given up: %s", notice.pk, notice.deal_id, type(error).__name__)
        return _end(notice, "failed", _reason(error))
    notice.reason = _reason(error)
    notice.save(update_fields=["reason"])
    return False


def _reason(error: Exception) -> str:
    """Why, without whom: a mail server's answer may name the address."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "the mail server refused the address"
    words = str(error) if isinstance(error, (Unsent, Forbidden)) else ""
    return f"{type(error).__name__}: {words}"[:MAX_REASON].rstrip(": ")


def _end(notice: Notice, stage: str, reason: str = "") -> bool:
    notice.stage, notice.reason = stage, reason
    notice.save(update_fields=["stage", "reason"])
    return False
