"""The form of whoever buys: where the parcel goes and how to be reached. No account is needed."""

from __future__ import annotations

from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mediator.shop.checkout import Address
from mediator.shop.links import MAX_QUANTITY
from mediator.shop.places import RegencyField
from mediator.web.forms import Form

COUNTRY = "ID"
PLACE_WORDS = (_("Choose the regency or city."), _("Choose a regency or city from the list."), _("Province"))
"""What the fields of ``shop.places`` say, for this area's catalogue: the shop has none of its own."""


def one_line(text: str) -> str:
    """Words in one line, without what can't be seen."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


class PhoneField(forms.CharField):
    """A telephone number as Indonesians type it ("0812-3456-7890"); cleans to E.164."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel", "type": "tel"})
        super().__init__(max_length=30, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not typed:
            return ""
        try:
            number = phonenumbers.parse(typed, COUNTRY)
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_valid_number(number):
            raise ValidationError(_("Write a telephone number, for example 0812 3456 7890."), code="invalid")
        return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


class OrderForm(Form):
    """Name, phone, place. ``seen`` is the total that was on the page when the button was pressed."""

    name = forms.CharField(
        label=_("Name of who receives it"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = PhoneField(label=_("Phone"), help_text=_("For the courier; best with WhatsApp."))
    regency = RegencyField()
    address = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_("Street and number, RT/RW, village and district."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
    )
    postcode = forms.RegexField(
        r"^[1-9]\d{4}$",
        label=_("Postcode"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "postal-code", "maxlength": 5}),
        error_messages={"invalid": _("A postcode has five digits.")},
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        max_length=254,
        help_text=_("We send the link to your deal there."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    note = forms.CharField(label=_("Note for the seller"), required=False, max_length=300)
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def clean_name(self) -> str:
        return self._words("name", _("Write the name of who receives it."))

    def clean_note(self) -> str:
        return one_line(self.cleaned_data["note"])

    def clean_address(self) -> str:
        lines = [one_line(line) for line in self.cleaned_data["address"].splitlines()]
        plain = "\n".join(line for line in lines if line)
        if len(plain) < 8:
            raise ValidationError(_("Write the whole address, so that the courier finds it."), code="short")
        return plain

    def _words(self, field: str, empty: Any) -> str:
        plain = one_line(self.cleaned_data[field])
        if not any(letter.isalpha() for letter in plain):
            raise ValidationError(empty, code="empty")
        return plain

    def to(self) -> Address:
        """The address, once the form is valid."""
        given = self.cleaned_data
        return Address(
            name=given["name"],
            phone=given["phone"],
            address=given["address"],
            regency=given["regency"],
            email=given["email"],
            postcode=given["postcode"],
            note=given["note"],
        )


class LinkOrderForm(OrderForm):
    """The same for a link that may be used often: with how many."""

    quantity = forms.IntegerField(
        label=_("How many"),
        min_value=1,
        max_value=MAX_QUANTITY,
        initial=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": 1, "max": MAX_QUANTITY}),
    )
    field_order = ("quantity",)
