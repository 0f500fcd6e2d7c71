"""The forms of a shop: opening it, its settings, its people, and where its money goes."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mediator.shop.payout_accounts import BANKS, AccountRefused, tidy_number
from mediator.shop.places import RegencyField
from mediator.web.forms import Form, RupiahField
from mediator.web.storefront.order_form import PhoneField, one_line


class ShopForm(Form):
    """What a shop says of itself. Freight is minor units a started kilogram."""

    name = forms.CharField(label=_("Name of the shop"), max_length=120, help_text=_("Buyers see it on every deal."))
    regency = RegencyField(help_text=_("Where your parcels start."))
    phone = PhoneField(label=_("WhatsApp number"), help_text=_("Buyers and couriers reach you there."))
    about = forms.CharField(
        label=_("About the shop"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What you make, and since when. Two sentences are enough."),
    )
    near = RupiahField(
        label=_("Freight within your province, a kilogram"), zero=True, help_text=_("0 if you bear it yourself.")
    )
    far = RupiahField(
        label=_("Freight to other provinces, a kilogram"), zero=True, help_text=_("0 if you bear it yourself.")
    )

    def clean_name(self) -> str:
        name = one_line(self.cleaned_data["name"])
        if not name:
            raise ValidationError(_("Write the name of the shop."))
        return name


class MemberForm(Form):
    """Somebody who may work in the shop."""

    email = forms.EmailField(
        label=_("E-mail address of their account"),
        help_text=_(
            "They need an account of Mediator first. They can ship and answer, but not change where money goes."
        ),
    )


class AccountForm(Form):
    """A bank account. ``number`` cleans to its digits."""

    bank = forms.ChoiceField(
        label=_("Bank"),
        choices=[("", _("Choose your bank")), *((code, f"{name} ({code})") for code, name in BANKS.items())],
        error_messages={"required": _("Choose your bank.")},
    )
    number = forms.CharField(
        label=_("Account number"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("Only the digits count."),
    )
    holder = forms.CharField(
        label=_("Name of the holder"), max_length=120, help_text=_("Exactly as the bank has it, or the bank refuses.")
    )

    def clean_number(self) -> str:
        try:
            return tidy_number(self.cleaned_data["number"])
        except AccountRefused:
            raise ValidationError(_("An account number has 6 to 20 digits.")) from None

    def clean_holder(self) -> str:
        holder = one_line(self.cleaned_data["holder"])
        if not holder:
            raise ValidationError(_("Write the holder's name."))
        return holder


class PeriodForm(Form):
    """The days of a statement (Jakarta), both included, at most ``LONGEST`` of them."""

    LONGEST: ClassVar[int] = 366

    first = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last = forms.DateField(label=_("Up to"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day can't be before the first."))
        elif first and last and (last - first).days >= self.LONGEST:
            self.add_error("last", _("At most one year at once."))
        elif (first and first.year < 2000) or (last and last.year > 2200):
            self.add_error("first", _("Choose days of this time."))
        return data
