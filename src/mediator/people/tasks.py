"""What is forgotten in time: counts of the throttle, and sign-ins that are over."""

from __future__ import annotations

from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from procrastinate.contrib.django import app


@app.periodic(cron="17 * * * *")
@app.task(name="people.forget", queueing_lock="people.forget")
def forget(timestamp: int = 0) -> int:
    """Every hour: delete counts and sessions that have run out. Returns how many counts."""
    SessionStore.clear_expired()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM throttle WHERE expires < now()")
        return int(cursor.rowcount)
