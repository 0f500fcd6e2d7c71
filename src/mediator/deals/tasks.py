"""What the engine does later, in the background worker: rings clocks, delivers the outbox, signs, audits.

Each task may run twice or at the same time as itself without harm; ``queueing_lock`` only keeps the queue short.
"""

from __future__ import annotations

import logging
from contextlib import suppress

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from mediator.deals import audit_runs, outbox
from mediator.deals.clock import SYSTEM_CLOCK
from mediator.deals.engine import Engine
from mediator.deals.sweep import sweep
from mediator.ledger import checkpoint

_log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name="deals.ring_clocks", queueing_lock="deals.ring_clocks")
def ring_clocks(timestamp: int) -> int:
    """Every minute: lapse every deal whose clock has rung. Returns how many lapsed."""
    return sweep(Engine())


@app.periodic(cron="* * * * * */5")
@app.task(name="deals.deliver_outbox", queueing_lock="deals.deliver_outbox")
def deliver_outbox(timestamp: int = 0) -> int:
    """Every five seconds, and whenever somebody asks: deliver what waits. Returns how many events."""
    return outbox.deliver()


@app.periodic(cron="*/10 * * * *")
@app.task(name="deals.sign_checkpoint", queueing_lock="deals.sign_checkpoint")
def sign_checkpoint(timestamp: int) -> None:
    """Every ten minutes: sign the state of all chains."""
    checkpoint.make(SYSTEM_CLOCK.now())


@app.periodic(cron="30 19 * * *")
@app.task(name="deals.audit_at_night", queueing_lock="deals.audit_at_night")
def audit_at_night(timestamp: int = 0) -> bool:
    """Every night at half past two in Jakarta: audit everything, in one process so that the pages keep the others.
    Returns whether everything fits; the operator's desk shows what does not."""
    from mediator.deals.audit import audit

    report = audit(workers=1)
    audit_runs.keep(report, audit_runs.NIGHT, SYSTEM_CLOCK.now())
    if not report.ok:
        _log.error("the audit found something: %s", report.first)
    return report.ok


def deliver_soon() -> None:
    """Ask the worker to deliver the outbox now instead of at its next round. Harmless to ask twice."""
    with suppress(AlreadyEnqueued):
        deliver_outbox.defer()
