"""What the rails do later, in the background worker. Each task may run twice or beside itself without harm."""

from __future__ import annotations

from procrastinate.contrib.django import app

from mediator.deals.engine import Engine
from mediator.rails import payouts, service, transfers


@app.periodic(cron="* * * * * */5")
@app.task(name="rails.send_transfers", queueing_lock="rails.send_transfers")
def send_transfers(timestamp: int = 0) -> int:
    """Every five seconds: instruct the rails to send what is queued."""
    return transfers.send_due(Engine())


@app.periodic(cron="* * * * *")
@app.task(name="rails.inquire_unknown", queueing_lock="rails.inquire_unknown")
def inquire_unknown(timestamp: int) -> int:
    """Every minute: ask what became of transfers without a final answer, those of a crashed sender included."""
    return transfers.recover(Engine())


@app.periodic(cron="* * * * *")
@app.task(name="rails.try_again", queueing_lock="rails.try_again")
def try_again(timestamp: int) -> int:
    """Every minute: notices that did not fit yet, and transfers that a bank refused."""
    engine = Engine()
    return service.retry_parked(engine) + transfers.retry_failed(engine)


@app.periodic(cron="*/30 * * * *")
@app.task(name="rails.look_again", queueing_lock="rails.look_again")
def look_again(timestamp: int) -> int:
    """Every half hour: money that is due although no event told of it."""
    return payouts.look_again(Engine())
