"""The forms of mentoring. Choices and limits come from the rules' data; what is refused comes back as it was typed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from mediator.ikm.mentoring.indicators import indicators
from mediator.ikm.mentoring.models import Enrolment, Finding, Programme
from mediator.ikm.mentoring.sessions import MINUTES, MOST_WORDS
from mediator.ikm.mentoring.stages import DROP_REASONS
from mediator.ikm.mentoring.subjects import catalogue
from mediator.ikm.producers.models import Organisation
from mediator.web.forms import Form, RupiahField
from mediator.web.mentoring import words
from mediator.web.templatetags.mediator import number
from mediator.web.uploads import PhotosField

MOST_LINES = 200


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


def _text(label: Any, rows: int = 4, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **more)


class WhereForm(Form):
    """What a session and a planned meeting have in common."""

    how = forms.ChoiceField(
        label=gettext_lazy("How"), choices=list(words.HOW.items()), widget=forms.RadioSelect, initial="place"
    )
    place = forms.CharField(
        label=gettext_lazy("Where"), max_length=200, help_text=gettext_lazy("The place, or the service it was held on.")
    )
    there = forms.MultipleChoiceField(
        label=gettext_lazy("Producers"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one producer.")},
    )

    def __init__(self, *args: Any, mentees: Sequence[Enrolment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = self.fields["there"]
        assert isinstance(there, forms.MultipleChoiceField)
        there.choices = [
            (str(row.pk), f"{row.producer.name} · {words.named(row.programme)}") for row in mentees
        ]  # fmt: skip


class SessionForm(WhereForm):
    """A session that was held; ``why`` is asked when one is corrected."""

    held_on = _day(gettext_lazy("Day"))
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=MINUTES[0], max_value=MINUTES[1], initial=90)
    subjects = forms.MultipleChoiceField(
        label=gettext_lazy("What it was about"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one subject.")},
    )
    words = _text(
        gettext_lazy("What was done"),
        min_length=10,
        max_length=MOST_WORDS,
        help_text=gettext_lazy("What you saw, what you showed, what they agreed to do. The producers read it too."),
    )
    photos = PhotosField(label=gettext_lazy("Photographs"), required=False)
    why = forms.CharField(label=gettext_lazy("Why is it corrected?"), max_length=300)

    def __init__(self, *args: Any, first: Sequence[str] = (), correcting: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = catalogue()
        subjects = self.fields["subjects"]
        assert isinstance(subjects, forms.MultipleChoiceField)
        codes = [*dict.fromkeys(code for code in (*first, *known.names))]
        subjects.choices = [(code, known.name(code, get_language() or "id")) for code in codes]
        self.fields["there"].label = _("Who was there")
        self.fields["there"].help_text = _("Whoever was invited and is not ticked counts as absent.")
        if not correcting:
            del self.fields["why"]
        order = ["held_on", "minutes", "how", "place", "there", "subjects", "words", "photos", "why"]
        self.order_fields(order)


class MeetingForm(WhereForm):
    """A meeting to come."""

    starts_on = _day(gettext_lazy("Day"))
    starts_at = forms.TimeField(
        label=gettext_lazy("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    words = _text(gettext_lazy("What it will be about"), rows=2, max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["starts_on", "starts_at", "how", "place", "there", "words"])

    def moment(self, zone: str) -> datetime:
        """The time that was meant, in the mentor's zone."""
        data = self.cleaned_data
        return datetime.combine(data["starts_on"], data["starts_at"], ZoneInfo(zone))


class VoidForm(Form):
    why = forms.CharField(label=gettext_lazy("Why was there no such session?"), max_length=300)


class TaskForm(Form):
    """Something for a producer to do."""

    title = forms.CharField(label=gettext_lazy("What is to be done"), max_length=150)
    why = _text(gettext_lazy("Why, and how one sees that it is done"), max_length=2_000, required=False)
    due_on = _day(gettext_lazy("Due"))


class AnswerForm(Form):
    """The mentor's answer to a task, or its cancelling."""

    words = _text(gettext_lazy("What should be done again, or why it is cancelled"), rows=3, max_length=2_000)
    act = forms.ChoiceField(choices=[(act, act) for act in ("send_back", "cancel")], widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput)


class DoneForm(Form):
    """What the producer did."""

    words = _text(gettext_lazy("What you did"), max_length=2_000, required=False)
    photos = PhotosField(label=gettext_lazy("Photographs that show it"), required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput)


class SaidForm(Form):
    """Whether the producer was at a session."""

    was_there = forms.ChoiceField(
        label=gettext_lazy("Were you at this session?"),
        choices=[("yes", gettext_lazy("Yes, I was there")), ("no", gettext_lazy("No, or not as it is written"))],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=gettext_lazy("If not: what was different?"), max_length=300, required=False
    )  # fmt: skip


class AssessForm(Form):
    """A look at a producer's place: new gaps, one a line, and earlier ones that are closed."""

    seen_on = _day(gettext_lazy("Day of the visit"))
    closes = forms.MultipleChoiceField(
        label=gettext_lazy("Gaps that are closed now"), widget=forms.CheckboxSelectMultiple, required=False
    )
    major = _text(
        gettext_lazy("New major gaps"), required=False, max_length=20_000, help_text=gettext_lazy("One a line.")
    )
    minor = _text(
        gettext_lazy("New minor gaps"), required=False, max_length=20_000, help_text=gettext_lazy("One a line.")
    )
    words = _text(gettext_lazy("Notes"), required=False, max_length=4_000)
    photos = PhotosField(label=gettext_lazy("Photographs"), required=False)

    def __init__(self, *args: Any, open_findings: Sequence[Finding], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        closes = self.fields["closes"]
        assert isinstance(closes, forms.MultipleChoiceField)
        closes.choices = [(str(row.pk), f"{words.SEVERITY[row.severity]}: {row.title}") for row in open_findings]
        if not open_findings:
            del self.fields["closes"]

    def findings(self) -> tuple[tuple[str, str], ...]:
        """The gaps as (severity, title)."""
        return tuple(
            (severity, line.strip())
            for severity in ("major", "minor")
            for line in self.cleaned_data[severity].splitlines()
            if line.strip()
        )


class MeasureForm(Form):
    """Figures of one day, before or after the mentoring. A field an indicator; those left empty are not measured."""

    moment = forms.ChoiceField(
        label=gettext_lazy("Measured"),
        choices=[
            ("before", gettext_lazy("before the mentoring")),
            ("after", gettext_lazy("after it, or where it stands now")),
        ],
        widget=forms.RadioSelect,
    )
    taken_on = _day(gettext_lazy("As of"))
    evidence = forms.CharField(
        label=gettext_lazy("Where the figures come from"),
        max_length=300,
        required=False,
        help_text=gettext_lazy(
            "Sales book, payslips, receipts. Without evidence they count as the producer's own word."
        ),
    )
    photos = PhotosField(label=gettext_lazy("Photographs of the evidence"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in indicators().values():
            self.fields[one.code] = _figure_field(one.name(get_language() or "id"), one.unit, one.most)
        self.order_fields(["moment", "taken_on", *indicators(), "evidence", "photos"])

    def values(self) -> dict[str, int]:
        """What was filled in, by indicator, in its unit."""
        given = {code: self.cleaned_data.get(code) for code in indicators()}
        return {code: int(value) for code, value in given.items() if value not in (None, "")}


def _figure_field(label: str, unit: str, most: int) -> forms.Field:
    if unit == "rupiah":
        return RupiahField(label=label, zero=True, required=False)
    if unit == "yes":
        choices = [("", _("not measured")), ("1", _("yes")), ("0", _("no"))]
        return forms.ChoiceField(label=label, choices=choices, required=False)
    hint = _("From 0 to %(most)s.") % {"most": number(most)}
    widget = forms.NumberInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(label=label, min_value=0, max_value=most, required=False, help_text=hint, widget=widget)


class ActForm(Form):
    """Words for an act that needs them, with a reason for dropping out."""

    why = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=[(code, words.DROP[code]) for code in DROP_REASONS], required=False
    )
    words = forms.CharField(label=gettext_lazy("Say why"), max_length=300)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, act: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if act != "drop":
            del self.fields["why"]


class RoundForm(Form):
    """A round of a programme."""

    organisation = forms.ChoiceField(label=gettext_lazy("Held by"))
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=80, help_text=gettext_lazy("Such as “2026, Kediri”.")
    )  # fmt: skip
    starts_on = _day(gettext_lazy("Starts on"))
    ends_on = _day(gettext_lazy("Ends on"))
    quota = forms.IntegerField(label=gettext_lazy("Number of places"), min_value=1, max_value=10_000, initial=30)

    def __init__(self, *args: Any, offices: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisation = self.fields["organisation"]
        assert isinstance(organisation, forms.ChoiceField)
        organisation.choices = [(office.code, office.name) for office in offices]


class EnrolForm(Form):
    """Producers to enrol, by NIB."""

    nibs = _text(
        gettext_lazy("NIBs of the producers"),
        rows=5,
        max_length=6_000,
        help_text=gettext_lazy("One a line, up to 200; spaces do not matter."),
    )

    def clean_nibs(self) -> list[str]:
        lines = ["".join(line.split()) for line in self.cleaned_data["nibs"].splitlines()]
        nibs = list(dict.fromkeys(line for line in lines if line))
        if not nibs:
            raise forms.ValidationError(_("Write at least one NIB."))
        if len(nibs) > MOST_LINES:
            raise forms.ValidationError(_("At most 200 at once; enrol the rest afterwards."))
        return nibs


class MentorForm(Form):
    """Another mentor for an enrolment."""

    mentor = forms.ChoiceField(label=gettext_lazy("Mentor"))
    words = forms.CharField(label=gettext_lazy("Say why"), max_length=300)

    def __init__(self, *args: Any, mentors: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mentor = self.fields["mentor"]
        assert isinstance(mentor, forms.ChoiceField)
        mentor.choices = list(mentors)


def first_subjects(programmes: Sequence[Programme]) -> list[str]:
    """The subjects that those programmes name, before all others."""
    return list(dict.fromkeys(code for programme in programmes for code in programme.subjects))
