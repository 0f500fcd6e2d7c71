"""Commands of a decision or of many parcels, inside a transaction that writes more than them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from mediator.deals.batch import Result
from mediator.deals.errors import Busy
from mediator.deals.tasks import deliver_soon
from mediator.protocol import Command
from mediator.web.acting import engine


def send(commands: Sequence[Command]) -> list[Result]:
    """Apply them. The worker is asked to tell who listens only once the transaction around is committed: asking twice
    within it would spoil it."""
    try:
        results = engine().apply(commands)
    except Busy:
        message = _("Many are working on this at the same time. Nothing was changed; try once more.")
        return [Result(command.key, command.deal, "busy", message=message) for command in commands]
    if any(result.ok for result in results):
        transaction.on_commit(deliver_soon)
    return results
