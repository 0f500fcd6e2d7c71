"""From a page's button to a command: one engine for all pages, one command a click, and the rules' answer in words.

A key is the form's own and the command's name, so a second click, a reloaded page or a second tab with the same form is
the same command.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from mediator.deals.batch import Result
from mediator.deals.engine import Engine
from mediator.deals.errors import Busy
from mediator.deals.tasks import deliver_soon
from mediator.protocol import Actor, Command, Deal, Details

_running = [Engine()]


def engine() -> Engine:
    """The engine of this process; it holds nothing but the policies it has read."""
    return _running[0]


def use_engine(other: Engine) -> None:
    """Have the pages work by another engine: tests bring one whose clock they move."""
    _running[0] = other


def now() -> datetime:
    """What time it is, by the engine's clock: deadlines on a page and in the rules are of one clock."""
    return engine().now()


def act(deal: Deal, name: str, actor: Actor, key: str, **details: Any) -> Result:
    """Send one command about a deal. The result says what came of it; ``refusal`` puts that in words."""
    return act_all([Command(deal.book, deal.id, name, actor, f"{name}/{key}", Details(**details))])[0]


def act_all(commands: Sequence[Command]) -> list[Result]:
    """Send commands in one transaction; a refused one spoils no other. The worker is asked to tell who listens."""
    try:
        results = engine().apply(commands)
    except Busy:
        message = _("Many are working on this at the same time. Nothing was changed; try once more.")
        return [Result(command.key, command.deal, "busy", message=message) for command in commands]
    if any(result.ok for result in results):
        # Not inside a transaction around us: to be asked twice would abort it.
        transaction.on_commit(deliver_soon)
    return results


def refusal(result: Result) -> str:
    """Why a command changed nothing, in the reader's language and with what to do about it."""
    known = {
        "not_now": _("This deal has moved on meanwhile; what it allows now is shown below."),
        "not_yours": _("That is not yours to do on this deal."),
        "clock_has_rung": _("The time for this was up before you pressed; what happened is shown below."),
        "bad_amount": _("The amount does not fit this deal."),
        "amount_too_large": _("The amount is more than what is disputed."),
        "busy": _("Many are working on this at the same time. Nothing was changed; try once more."),
        "no_policy_in_force": _("No fee policy is in force; the operator must adopt one."),
        "book_frozen": _("This merchant's business is stopped for a check; no new deal can be opened now."),
    }
    return known.get(result.code) or result.message
