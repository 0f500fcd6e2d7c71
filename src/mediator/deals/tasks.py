"""What the engine does later, in the background worker: rings clocks, delivers the outbox, signs a checkpoint.

Each task may run twice or at the same time as itself without harm; ``queueing_lock`` only keeps the queue short.
"""

from __future__ import annotations

from contextlib import suppress

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from mediator.deals import outbox
from mediator.deals.clock import SYSTEM_CLOCK
from mediator.deals.engine import Engine
from mediator.deals.sweep import sweep
from mediator.ledger import checkpoint


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


def deliver_soon() -> None:
    """Ask the worker to deliver the outbox now instead of at its next round. Harmless to ask twice."""
    with suppress(AlreadyEnqueued):
        deliver_outbox.defer()
