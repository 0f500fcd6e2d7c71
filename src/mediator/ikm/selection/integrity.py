"""What an official should look at: patterns that are no proof of anything. Nobody is refused or punished by a flag."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from mediator.ikm.selection.criteria import GRADES
from mediator.ikm.selection.models import Application, Decision, Evidence, Flag, Step
from mediator.ikm.selection.moving import Locked
from mediator.ikm.selection.rules import MOST_VERIFICATIONS
from mediator.protocol.calendar import jakarta_date

MANY, RAISED = "many_verifications", "raised_without_evidence"


def note_verifications(at: Locked, person: str, organisation: str) -> None:
    """Flag a pendamping who verified more than ``MOST_VERIFICATIONS`` in a day of Jakarta; once a day."""
    day = jakarta_date(at.now)
    since = datetime.combine(day, time(0), ZoneInfo("Asia/Jakarta"))
    count = Step.objects.filter(person=person, act="verify", at__gte=since, at__lte=at.now).count()
    if count > MOST_VERIFICATIONS:
        _flag(MANY, f"{person}/{day}", organisation, at.now, person=person, facts={"day": day.isoformat()})


def note_raise(at: Locked, decision: Decision) -> None:
    """Flag a grade above the last one of this product (on appeal: of the first instance) with nothing new shown
    since."""
    row = at.row
    if decision.instance > 1:
        before = Decision.objects.filter(application=row, instance=decision.instance - 1).first()
        is_new = False  # nothing can be added to an application on appeal
    elif row.previous_id is not None:
        before = Decision.objects.filter(application=row.previous_id).order_by("-instance").first()
        is_new = bool(_digests(row) - _digests(row.previous))
    else:
        return
    if before is None or is_new or GRADES.index(decision.grade) >= GRADES.index(before.grade):
        return
    facts = {"from": before.grade, "to": decision.grade, "instance": decision.instance}
    _flag(RAISED, str(decision.pk), row.batch.organisation.code, at.now, application=row, facts=facts)


def _digests(row: Application | None) -> set[tuple[str, str]]:
    return set(Evidence.objects.filter(application=row).values_list("item", "digest"))


def _flag(kind: str, about: str, organisation: str, now: datetime, **more: object) -> None:
    row = Flag(kind=kind, key=f"{kind}/{about}", organisation=organisation, at=now, **more)
    Flag.objects.bulk_create([row], ignore_conflicts=True)
