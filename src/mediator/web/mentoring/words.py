"""What the codes of mentoring are called on pages."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from babel.dates import format_date
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from mediator.ikm.errors import IkmError
from mediator.ikm.mentoring.indicators import Indicator
from mediator.ikm.mentoring.models import Programme
from mediator.ikm.mentoring.rules import Sign
from mediator.ikm.mentoring.subjects import catalogue
from mediator.web.templatetags.mediator import amount, number

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = dict[str, _StrPromise]

STAGE: Words = {
    "register": gettext_lazy("registration"),
    "select": gettext_lazy("selection"),
    "assess": gettext_lazy("gap assessment"),
    "train": gettext_lazy("training"),
    "mentor": gettext_lazy("mentoring"),
    "permit": gettext_lazy("permits and certificates"),
    "curate": gettext_lazy("curation"),
    "market": gettext_lazy("marketing"),
    "monitor": gettext_lazy("monitoring"),
    "books": gettext_lazy("bookkeeping"),
    "capital": gettext_lazy("capital"),
}

STATUS: Words = {
    "running": gettext_lazy("running"),
    "proposed": gettext_lazy("waiting to be completed"),
    "completed": gettext_lazy("completed"),
    "dropped": gettext_lazy("dropped out"),
    "withdrawn": gettext_lazy("completion taken back"),
}

TONE = {"running": "", "proposed": "wait", "completed": "good", "dropped": "bad", "withdrawn": "bad"}

ACT: Words = {
    "advance": gettext_lazy("On to the next stage"),
    "back": gettext_lazy("Back to the stage before"),
    "propose": gettext_lazy("Propose to complete it"),
    "send_back": gettext_lazy("Send it back to the mentor"),
    "complete": gettext_lazy("Complete it and issue the certificate"),
    "drop": gettext_lazy("Drop out"),
    "resume": gettext_lazy("Take up again"),
    "withdraw": gettext_lazy("Take the completion back"),
}

DROP: Words = {
    "no_contact": gettext_lazy("cannot be reached"),
    "own_wish": gettext_lazy("the producer's own wish"),
    "closed": gettext_lazy("the business closed"),
    "moved": gettext_lazy("moved away"),
    "ill": gettext_lazy("illness"),
    "not_fit": gettext_lazy("the programme does not fit"),
    "other_programme": gettext_lazy("went to another programme"),
    "other": gettext_lazy("another reason"),
    "withdrawn": gettext_lazy("completion taken back"),
}

NOT_ENROLLED: Words = {
    "unknown": gettext_lazy("no producer has that NIB here"),
    "bad_nib": gettext_lazy("not a NIB: 13 digits"),
    "merged": gettext_lazy("merged into another producer"),
    "erased": gettext_lazy("erased on their request"),
    "closed": gettext_lazy("the business is closed"),
    "other_region": gettext_lazy("outside this office's region"),
    "in_round": gettext_lazy("in this round already"),
    "running": gettext_lazy("in another round of this programme"),
    "no_place": gettext_lazy("no place left in this round"),
}

TASK: Words = {
    "open": gettext_lazy("to do"),
    "done": gettext_lazy("done, waits for the mentor"),
    "accepted": gettext_lazy("accepted"),
    "sent_back": gettext_lazy("sent back"),
    "cancelled": gettext_lazy("cancelled"),
}
TASK_TONE = {"open": "wait", "done": "wait", "accepted": "good", "sent_back": "bad", "cancelled": ""}

TASK_ACT: Words = {
    "done": gettext_lazy("done"),
    "accept": gettext_lazy("accepted"),
    "send_back": gettext_lazy("sent back"),
    "cancel": gettext_lazy("cancelled"),
}

SOURCE: Words = {
    "mentor": gettext_lazy("from the mentor"),
    "strength-card": gettext_lazy("from the card of strength against imports"),
    "selection-mend": gettext_lazy("from the selection: what to mend next"),
    "assessment": gettext_lazy("from the gap assessment"),
}

HOW: Words = {"place": gettext_lazy("on site"), "online": gettext_lazy("online")}
MOMENT: Words = {"before": gettext_lazy("before"), "after": gettext_lazy("after")}
SEVERITY: Words = {"major": gettext_lazy("major"), "minor": gettext_lazy("minor")}
CONFIDENCE: Words = {
    "read": gettext_lazy("read in the source named"),
    "inferred": gettext_lazy("inferred"),
    "memory": gettext_lazy("unconfirmed"),
    "ours": gettext_lazy("Mediator's own, nothing was published"),
}

RULE: Words = {
    "min_sessions": gettext_lazy("sessions at the least"),
    "contacts_per_month": gettext_lazy("contacts in each whole month"),
    "min_days": gettext_lazy("days from the first to the last session"),
    "daily_cap": gettext_lazy("producers one mentor may meet in a day"),
}

CAVEAT: Words = {
    "no_comparison": gettext_lazy("nobody without mentoring was measured beside it, so it may have come without it"),
    "season": gettext_lazy("the two months lie in different seasons"),
    "short": gettext_lazy("less than 90 days lie between"),
    "own_word": gettext_lazy("without evidence, by the producer's own word"),
}

NEEDS: Words = {
    "needs_photos": gettext_lazy("A photograph of at least one session."),
    "needs_assessment": gettext_lazy("A gap assessment and a re-visit."),
    "needs_majors_closed": gettext_lazy("Every major gap closed, after a gap assessment."),
    "needs_measures": gettext_lazy("At least one figure measured before and after."),
    "needs_permit": gettext_lazy("A verified permit that is in force."),
    "needs_tasks": gettext_lazy("Every task accepted or cancelled."),
}


def named(programme: Programme) -> str:
    """A programme's name in the reader's language."""
    return programme.name_en if get_language() == "en" else programme.name_id


def subject(code: str) -> str:
    """A subject, or a stage that two programmes went through ("stage:permit"), in words."""
    stage = code.removeprefix("stage:")
    if stage != code:
        return _("the stage “%(stage)s”") % {"stage": STAGE[stage]}
    return catalogue().name(code, get_language() or "id")


def subjects(codes: list[str]) -> str:
    """Subjects in a row."""
    return ", ".join(subject(code) for code in codes)


def day(on: date) -> str:
    """A day as people write it."""
    return str(format_date(on, "d MMM yyyy", locale="en_GB" if get_language() == "en" else "id_ID"))


def figure(indicator: Indicator, value: int, *, signed: bool = False) -> str:
    """A figure in its unit; ``signed``: a difference, with its sign."""
    plus = "+" if signed and value > 0 else ""
    if indicator.unit == "rupiah":
        return f"{plus}{amount(value)}"
    if indicator.unit == "yes" and not signed:
        return _("yes") if value else _("no")
    if indicator.unit == "permille":
        return f"{plus}{number(value)}\u00a0‰"
    if indicator.unit == "days":
        return plus + ngettext("%(n)s day", "%(n)s days", value) % {"n": number(value)}
    return f"{plus}{number(value)}"


def lacking(sign: Sign) -> str:
    """What is missing for completion, in a sentence."""
    about = dict(sign.about)
    known = {
        "too_few_sessions": _("Sessions that count: %(has)s of %(needs)s."),
        "too_short": _("Days from the first to the last session: %(has)s of %(needs)s."),
        "only_first_and_last": _("Sessions on the first and the last day only; there must be one in between."),
        "thin_month": _("%(month)s: %(has)s of %(needs)s contacts."),
    }
    return known[sign.code] % about if sign.code in known else str(NEEDS[sign.code])


def sign(found: Sign) -> str:
    """What looks wrong in a log, in a sentence; it accuses nobody."""
    about = dict(found.about)
    known = {
        "over_cap": _("%(day)s: %(met)s producers in one day, at most %(cap)s count."),
        "denied": _("Sessions the producer says they were not at: %(n)s. They do not count."),
        "only_first_and_last": _("Sessions on the first and the last day only."),
        "written_late": _("Sessions written down more than %(days)s days later: %(n)s."),
        "photo_again": _("Photographs that another session shows too: %(n)s."),
    }
    return known[found.code] % about


def fault(error: IkmError) -> str:
    """Why it was refused, in the reader's language; the error's own sentence for what nobody translated."""
    known = {
        "not_now": _("That is not possible now; where it stands is shown below."),
        "not_yours": _("Somebody else does that: a mentor proposes, another person of the office decides."),
        "no_words": _("Say why, in up to 300 characters."),
        "no_reason": _("Choose a reason."),
        "minimum_not_met": _("The programme's minimum is not met; what is missing is listed below."),
        "moved_on": _("Somebody changed it meanwhile. Look at it again; nothing of yours was taken."),
        "mentor_tied": _("The mentor is close to this producer, so somebody else must mentor them."),
        "running_elsewhere": _("This producer is in another round of the programme by now."),
        "is_closed": _("This enrolment has ended; nothing is added to it."),
        "nobody_there": _("Choose at least one producer who was there."),
        "too_many": _("That is more than one form takes."),
        "in_future": _("Choose today or a day that has been."),
        "before_enrolment": _("That is before one of them was enrolled; nobody is mentored before that."),
        "bad_minutes": _("A session takes 15 to 720 minutes."),
        "no_place": _("Say where, or by which service."),
        "words_missing": _("Say in at least 10 characters what was done."),
        "no_subject": _("Choose at least one subject."),
        "unknown_subject": _("Choose subjects of the list."),
        "no_meeting": _("That meeting was cancelled; write the session down without it."),
        "no_session": _("There is no such session."),
        "corrected_already": _("It was corrected already; correct the newest version."),
        "in_past": _("Choose a time to come."),
        "too_far": _("That is too far ahead."),
        "no_title": _("Say in a line what is to be done."),
        "due_in_past": _("Choose today or a later day."),
        "no_evidence": _("Say what you did, or show it in a photograph."),
        "before_last": _("That is before the last assessment; choose its day or a later one."),
        "bad_finding": _("Write one gap a line, up to 200 characters each."),
        "unknown_finding": _("One of those gaps is closed already."),
        "impossible_value": _("That figure is not possible; the largest is shown in the hint."),
        "after_before": _("The figure after must be of a later day than the one before."),
        "nothing_given": _("Fill in at least one figure."),
        "other_body": _("A round is held by the programme's own organisation or one of its offices."),
        "old_version": _("There is a newer version of this programme; open the round there."),
        "bad_dates": _("A round ends after it starts, within three years."),
        "bad_quota": _("A round has 1 to 10,000 places."),
        "no_name": _("Give the round a name, such as its year and city."),
        "no_mentor": _("Choose somebody who is a mentor of this organisation."),
        "bad_certificate": _("The certificate can't be issued: the producer's name has what looks like a NIK."),
    }
    return known.get(error.code) or error.message
