"""Commands that come with evidence, or in twos: all of it happens, or nothing does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from msgspec import UnsetType
from msgspec.structs import replace

from mediator.deals.batch import Result
from mediator.deals.errors import Busy
from mediator.deals.tasks import deliver_soon
from mediator.mediation.evidence import pointer, put_evidence
from mediator.protocol import Actor, Command, Deal, Details
from mediator.protocol.table import COMMANDS
from mediator.web.acting import engine

TRIES = 3


@dataclass(frozen=True)
class Showing:
    """What somebody shows with a command: for what, words and digests of kept photographs."""

    purpose: str
    words: str = ""
    photos: Sequence[str] = ()

    @property
    def is_empty(self) -> bool:
        return not self.words.strip() and not self.photos


def act_together(
    deal: Deal,
    names: Sequence[str],
    actor: Actor,
    key: str,
    now: datetime,
    *,
    details: Details | None = None,
    showing: Showing | None = None,
    also: Callable[[], None] | None = None,
) -> Result:
    """Send those commands on one deal, in order, in one transaction: if one is refused, none has happened.

    ``details`` belong to the last command; what is shown becomes evidence, and the last command names it where it takes
    a reason or evidence. ``also`` runs in the same transaction. The result is the first refusal, else that of the last
    command. MediationError as of ``put_evidence``. The same key again is the same act.
    """
    result = _busy(deal, key)
    for _try in range(TRIES):
        result = _once(deal, names, actor, key, now, details or Details(), showing, also)
        if result.code != "busy":
            break
    return result


def _once(
    deal: Deal,
    names: Sequence[str],
    actor: Actor,
    key: str,
    now: datetime,
    details: Details,
    showing: Showing | None,
    also: Callable[[], None] | None,
) -> Result:
    try:
        with transaction.atomic():
            if showing is not None and not showing.is_empty:
                details = _naming(deal, names[-1], actor, key, now, details, showing)
            commands = [
                Command(deal.book, deal.id, name, actor, f"{name}/{key}", details if place == len(names) else Details())
                for place, name in enumerate(names, 1)
            ]
            results = engine().apply(commands)
            refused = next((result for result in results if not result.ok), None)
            if refused is not None:
                transaction.set_rollback(True)
                return refused
            if also is not None:
                also()
    except Busy:
        return _busy(deal, key)
    transaction.on_commit(deliver_soon)
    return results[-1]


def _naming(
    deal: Deal, name: str, actor: Actor, key: str, now: datetime, details: Details, showing: Showing
) -> Details:
    """The details with the evidence's digest in the text that the command takes, if it takes one."""
    role = actor.role.value
    evidence_key = f"{name}/{key}"
    shown = put_evidence(
        deal.book, deal.id, role, actor.id, showing.purpose, showing.words, showing.photos, evidence_key, now
    )
    ask = COMMANDS[name]
    for text in ("evidence", "reason"):
        if text in ask.needs + ask.takes and isinstance(getattr(details, text), UnsetType):
            return replace(details, **{text: pointer(shown)})
    return details


def _busy(deal: Deal, key: str) -> Result:
    message = _("Many are working on this at the same time. Nothing was changed; try once more.")
    return Result(key, deal.id, "busy", message=message)
