"""Two workers or two tabs at the same moment: nothing is kept, told or counted twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

from django.db import connection, connections

from mediator.ikm.producers.models import Permit
from mediator.ikm.producers.permit_reminders import queue_reminders
from mediator.ikm.producers.permit_service import PermitGiven, record_permit
from tests.ikm.producers.making_producers import NOW, producer
from tests.shop.making import merchant

AT_A_TIME = 4


def together(act: Any) -> list[Any]:
    """What ``act`` answered to each of several who began at the same moment."""
    start = Barrier(AT_A_TIME)

    def one(_: int) -> Any:
        start.wait()
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_A_TIME) as pool:
        return list(pool.map(one, range(AT_A_TIME)))


def test_four_at_once_keep_one_permit_and_queue_one_mail(transactional_db: None) -> None:
    of = producer(merchant=merchant().pk)
    given = PermitGiven("bpom-md", "MD 222871000500373", valid_to=date(2026, 3, 2) + timedelta(20))
    kept = together(lambda: record_permit(of, given, NOW)[0].pk)
    assert len(set(kept)) == Permit.objects.count() == 1
    assert sorted(together(lambda: queue_reminders(NOW))) == [0, 0, 0, 1]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'ikm.mail_reminder'")
        assert cursor.fetchone()[0] == 1
