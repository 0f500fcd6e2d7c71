"""Forms of the ministry's pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mediator.ikm.privacy.exporting import EXPORTED
from mediator.ikm.privacy.purposes import PURPOSES
from mediator.ikm.producers.models import Permit
from mediator.shop.places import provinces, regency_choices
from mediator.web.forms import Form
from mediator.web.ministry import words
from mediator.web.uploads import PhotosField


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ExportForm(Form):
    """What is taken out, and what for."""

    purpose = forms.ChoiceField(label=_("What is it for?"), widget=forms.RadioSelect)
    form = forms.ChoiceField(
        label=_("File"), choices=(("csv", "CSV"), ("xlsx", "XLSX")), widget=forms.RadioSelect, initial="csv"
    )
    province = forms.ChoiceField(label=_("Only this province"), required=False)
    regency = forms.ChoiceField(label=_("Only this regency or city"), required=False, choices=regency_choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].choices = [  # type: ignore[attr-defined]
            (code, f"{words.PURPOSE[code]}: {', '.join(str(words.GROUP[group]) for group in PURPOSES[code].groups)}")
            for code in EXPORTED
        ]
        self.fields["province"].choices = [("", "—"), *provinces()]  # type: ignore[attr-defined]


class WhyForm(Form):
    """A reason, in a sentence."""

    words = forms.CharField(label=_("Why?"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class VerifyForm(Form):
    """Where it was looked up, and what was seen there."""

    how = forms.ChoiceField(label=_("Where did you look?"), widget=forms.RadioSelect)
    photos = PhotosField(
        label=_("What you saw"), required=False, most=1,
        help_text=_(
            "A picture of the register's page. Of the document you may leave it out: the photograph that was handed "
            "in counts."
        ),
    )  # fmt: skip
    check_again_on = forms.DateField(
        label=_("Look again by"), required=False, widget=_day(), help_text=_("Empty: in a year, or when it ends.")
    )

    def __init__(self, *args: Any, permit: Permit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code, label) for code, label in words.VERIFIED_HOW.items() if code == "register" or permit.file]
        self.fields["how"].choices = choices  # type: ignore[attr-defined]


class FulfilForm(Form):
    """The day on which the commitment was fulfilled."""

    fulfilled_on = forms.DateField(label=_("Fulfilled on"), widget=_day())


class ExtendForm(Form):
    """The one extension needs no more than a click."""


class RevokeForm(Form):
    """When its issuer took it back, and why."""

    revoked_on = forms.DateField(label=_("Taken back on"), widget=_day())
    words = forms.CharField(label=_("Why?"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
