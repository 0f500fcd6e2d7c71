"""The forms of a producer: who they are, what they make, and a permit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mediator.shop.categories import category_choices
from mediator.shop.places import RegencyField
from mediator.web.forms import Form, RupiahField
from mediator.web.producer import words
from mediator.web.storefront.order_form import PhoneField, one_line
from mediator.web.uploads import PhotosField

FIRST_YEAR = 2000


def _figure(label: Any, most: int, **kwargs: Any) -> forms.IntegerField:
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    return forms.IntegerField(label=label, min_value=0, max_value=most, required=False, widget=widget, **kwargs)


class ProfileForm(Form):
    """Who produces, where, and how much. Numbers of persons stay sealed: an empty field leaves what is kept."""

    name = forms.CharField(label=_("Name of the business"), max_length=150, help_text=_("As on your NIB."))
    regency = RegencyField(help_text=_("Where you produce."))
    nib = forms.CharField(
        label="NIB", required=False, max_length=40, help_text=_("13 digits, from OSS. Without it you can't apply yet."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    owner_name = forms.CharField(label=_("Name of the owner"), max_length=150, required=False)
    nik = forms.CharField(
        label="NIK", required=False, max_length=40, help_text=_("Kept sealed; whoever opens it is written down."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    npwp = forms.CharField(
        label="NPWP", required=False, max_length=40, help_text=_("15 or 16 digits. Kept sealed as well."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    phone = PhoneField(label=_("WhatsApp number"), required=False)
    address = forms.CharField(
        label=_("Address of the workshop"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    kbli = forms.CharField(
        label=_("KBLI code"), required=False, max_length=5, help_text=_("Five digits, as on your NIB: 13134 is batik."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    workers = _figure(_("People who work"), 1_000_000, help_text=_("With yourself."))
    capital = RupiahField(
        label=_("Capital"), zero=True, required=False,
        help_text=_("Own and borrowed, without the land and the building of the workshop."),
    )  # fmt: skip
    sales = RupiahField(label=_("Sales of a year"), zero=True, required=False)
    figures_year = _figure(_("Of which year"), 2100)

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def clean_kbli(self) -> str:
        code: str = self.cleaned_data["kbli"].strip()
        if code and not (len(code) == 5 and code.isascii() and code.isdigit()):
            raise ValidationError(_("A KBLI code has five digits, for example 13134."))
        return code

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        year = data.get("figures_year")
        if year is not None and year < FIRST_YEAR:
            self.add_error("figures_year", _("Write the year with four digits, for example 2025."))
        if data.get("sales") is not None and year is None and "figures_year" not in self.errors:
            self.add_error("figures_year", _("Say of which year the sales are."))
        return data


class ClaimForm(Form):
    """That the shop is a producer of a register."""

    photos = PhotosField(label=_("Photograph of your NIB document"), most=3)
    words = forms.CharField(
        label=_("Anything the official should know"), required=False, max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class GoodsForm(Form):
    """A product that wants to be selected."""

    name = forms.CharField(label=_("What is the product called?"), max_length=150)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=lambda: list(words.KIND.items()),
        help_text=_("It decides by which criteria the product is judged."),
    )  # fmt: skip
    category = forms.ChoiceField(label=_("Category in the shop"), choices=category_choices)
    listing = forms.ChoiceField(
        label=_("Listing that sells it"), required=False, help_text=_("What is selected comes first in the shop.")
    )
    origin = forms.ChoiceField(
        label=_("Where is it made?"), choices=lambda: list(words.ORIGIN.items()), widget=forms.RadioSelect
    )
    origin_evidence = forms.CharField(
        label=_("How can that be seen?"), required=False, max_length=300,
        help_text=_("For example: woven in our workshop in Sukarara, photographs of the loom."),
    )  # fmt: skip
    hs = forms.CharField(
        label=_("HS code"), required=False, max_length=7,
        help_text=_("Six digits, if you know it: with it the product is compared with imports."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    price = RupiahField(label=_("Price of a piece"), required=False)
    unit_quantity = _figure(_("Content of a piece"), 10_000_000)
    unit = forms.ChoiceField(label=_("Unit"), choices=lambda: list(words.UNIT.items()))
    attributes = forms.CharField(
        label=_("What its quality shows in"), required=False, max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 4}), help_text=_("One a line: name, colon, value. “Material: cotton”."),
    )  # fmt: skip

    def __init__(self, *args: Any, listings: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["listing"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("None yet")), *listings]

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def clean_hs(self) -> str:
        code: str = self.cleaned_data["hs"].replace(".", "").strip()
        if code and not (len(code) == 6 and code.isascii() and code.isdigit()):
            raise ValidationError(_("An HS code has six digits, for example 620520."))
        return code

    def clean_attributes(self) -> tuple[tuple[str, str], ...]:
        pairs = []
        for line in self.cleaned_data["attributes"].splitlines():
            name, colon, value = line.partition(":")
            if line.strip() and not (colon and name.strip() and value.strip()):
                raise ValidationError(
                    _("Write each line as name, colon, value: “%(line)s” is not."), params={"line": line.strip()[:60]}
                )
            if line.strip():
                pairs.append((one_line(name), one_line(value)))
        return tuple(pairs)


class PermitForm(Form):
    """A permit or certificate that somebody else issued."""

    kind = forms.ChoiceField(label=_("Which document?"), choices=words.permit_choices)
    number = forms.CharField(
        label=_("Number"), max_length=64, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("As it stands on the document; spaces and dots do not matter."),
    )  # fmt: skip
    product = forms.ChoiceField(
        label=_("For which product?"), required=False, help_text=_("Food permits and halal are for one product.")
    )
    issuer = forms.CharField(label=_("Issued by"), required=False, max_length=150)
    issued_on = forms.DateField(
        label=_("Issued on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    valid_to = forms.DateField(
        label=_("Last day it is valid"), required=False, help_text=_("Empty: it has no end."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    scope = forms.CharField(
        label=_("What it covers"),
        required=False,
        max_length=120,
        help_text=_("For SNI: type 5, or type 1 and the batch."),
    )
    photos = PhotosField(label=_("Photograph of the document"), required=False, most=1)

    def __init__(self, *args: Any, products: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["product"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("For the whole business")), *products]
