"""What an operator fills in."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mediator.deals.freezes import MAX_REASON
from mediator.people.models import Person
from mediator.shop.models import Merchant
from mediator.shop.tokens import read_deal_token
from mediator.web import acting
from mediator.web.forms import Form

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class ReasonForm(Form):
    """Why; kept for good beside what was done."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is kept for good and the other operators read it. No names of buyers, please."),
    )


class TieForm(ReasonForm):
    """Who is close to whom: a mediator, and a shop or a person who buys or sells."""

    person = forms.ChoiceField(label=_("Mediator"))
    other = forms.CharField(
        label=_("Shop or person"),
        max_length=254,
        help_text=_("A shop's address on Mediator, for example batik-sari; or a person's e-mail address."),
    )

    field_order = ("person", "other", "reason")

    def __init__(self, *args: Any, mediators: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose")), *mediators]

    def clean_other(self) -> tuple[str, str]:
        """("merchant" or "person", its id)."""
        text: str = self.cleaned_data["other"].strip().lower().replace("\x00", "")
        if "@" in text:
            kind, found = "person", Person.objects.filter(email=text).values_list("pk", flat=True).first()
        else:
            slug = text.rstrip("/").rpartition("/")[2]
            kind, found = "merchant", Merchant.objects.filter(slug=slug).values_list("pk", flat=True).first()
        if found is None:
            raise ValidationError(_("Nobody is known by that. Look at the address of the shop's page, or the e-mail."))
        return kind, str(found)


class AssignForm(ReasonForm):
    """The deal that money belongs to, by anything that names it."""

    deal = forms.CharField(
        label=_("Deal"),
        max_length=400,
        help_text=_("Paste the address of the deal's page, or the buyer's link."),
    )

    field_order = ("deal", "reason")

    def clean_deal(self) -> tuple[str, str]:
        """(book, deal) from an address with both ids in it, or from a buyer's link."""
        text: str = self.cleaned_data["deal"].strip()
        ids = _ID.findall(text.lower())
        if len(ids) == 2:
            return ids[0], ids[1]
        token = read_deal_token(text.rstrip("/").rpartition("/")[2], acting.now())
        if token is None:
            raise ValidationError(_("That names no deal. Open the deal and copy its address from the browser."))
        return token.book, token.deal
