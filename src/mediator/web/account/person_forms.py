"""What a person may change of themselves."""

from __future__ import annotations

from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mediator.people.models import ZONES, Person
from mediator.web.forms import Form

ZONE_WORDS = (_("West (WIB): Sumatra, Java, West and Central Kalimantan"),
              _("Central (WITA): Bali, Nusa Tenggara, Sulawesi, South, East and North Kalimantan"),
              _("East (WIT): Maluku, Papua"))  # fmt: skip


class SettingsForm(Form):
    """Name, phone, language and time zone."""

    name = forms.CharField(label=_("Name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = forms.CharField(
        label=_("WhatsApp or phone number"),
        required=False,
        max_length=30,
        help_text=_("For sellers and couriers of your deals. For example 0812 3456 7890."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=(("id", "Bahasa Indonesia"), ("en", "English")), widget=forms.RadioSelect
    )
    zone = forms.ChoiceField(
        label=_("Time zone"), choices=tuple(zip(ZONES, ZONE_WORDS, strict=True)), widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(person, name) for name in ("name", "phone", "language", "zone")}
        super().__init__(*args, **kwargs)

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if not name.isprintable():
            raise ValidationError(_("Write your name without special signs."))
        return name

    def clean_phone(self) -> str:
        """As E.164; a number without a country is Indonesian."""
        text: str = self.cleaned_data["phone"].strip()
        if not text:
            return ""
        try:
            number = phonenumbers.parse(text, "ID")
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_valid_number(number):
            raise ValidationError(_("That is no phone number. Write it like 0812 3456 7890."))
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
