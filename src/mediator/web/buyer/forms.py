"""What a buyer fills in. Whether it fits the deal is for the rules to say; here it is only read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msgspec import UNSET

from mediator.mediation.evidence import MAX_WORDS
from mediator.protocol import ClaimKind, Deal, Details, Part, Remedy
from mediator.web.deal_words import KIND, REMEDY
from mediator.web.forms import Form, RupiahField
from mediator.web.uploads import PhotosField

MAX_TRACKING = 64


class Confirm(Form):
    """Nothing to fill in: the page says what happens, the button does it."""

    purpose = ""
    must_show = False
    """Whether words or a photograph must be there, either of them."""

    def details(self) -> Details:
        """What goes with the command besides evidence."""
        return Details()


class Words(Confirm):
    """A few words and photographs, if one likes."""

    purpose = "mediation"
    words = forms.CharField(
        label=gettext_lazy("What should the mediator know?"),
        widget=forms.Textarea(attrs={"rows": 4}), max_length=MAX_WORDS, required=False,
    )  # fmt: skip
    photos = PhotosField(label=gettext_lazy("Photographs"), required=False)


class Shown(Words):
    """Evidence: words or photographs, at least one of them."""

    must_show = True
    words = forms.CharField(
        label=gettext_lazy("What does it show?"),
        widget=forms.Textarea(attrs={"rows": 4}), max_length=MAX_WORDS, required=False,
    )  # fmt: skip


class Appealed(Words):
    """Why another mediator should look."""

    purpose = "appeal"
    words = forms.CharField(
        label=gettext_lazy("What did the first mediator overlook?"),
        widget=forms.Textarea(attrs={"rows": 4}), max_length=MAX_WORDS,
    )  # fmt: skip


class Tracked(Confirm):
    """A return's tracking number."""

    purpose = "return"
    tracking = forms.CharField(
        label=gettext_lazy("Tracking number of the return"),
        help_text=gettext_lazy("It stands on the courier's receipt."),
        max_length=MAX_TRACKING,
    )
    photos = PhotosField(
        label=gettext_lazy("Photographs of the parcel and the courier's receipt"), required=False, most=3
    )

    def clean_tracking(self) -> str:
        """Printable letters only: the number goes to the courier."""
        number: str = " ".join(self.cleaned_data["tracking"].split())
        if not number.isprintable():
            raise ValidationError(_("Write the number as it is on the receipt."))
        return number

    def details(self) -> Details:
        return Details(tracking=self.cleaned_data["tracking"])


class Proposed(Confirm):
    """A counter-offer: how much comes back, and whether the goods go back first."""

    purpose = "answer"
    amount = RupiahField(label=gettext_lazy("How much should come back to you?"), zero=True)
    needs_return = forms.BooleanField(label=gettext_lazy("I send the goods back first"), required=False)
    words = forms.CharField(
        label=gettext_lazy("A few words to the seller"),
        widget=forms.Textarea(attrs={"rows": 3}), max_length=MAX_WORDS, required=False,
    )  # fmt: skip

    def details(self) -> Details:
        given = self.cleaned_data
        return Details(amount=given["amount"], needs_return=True if given["needs_return"] else UNSET)


class Claimed(Confirm):
    """What is wrong, what would put it right, and what shows it. ``arriving``: the parcel is received with it."""

    purpose = "claim"
    kind = forms.ChoiceField(label=gettext_lazy("What is wrong?"), widget=forms.RadioSelect)
    remedy = forms.ChoiceField(
        label=gettext_lazy("What do you want?"), widget=forms.RadioSelect, choices=list(REMEDY.items())
    )
    amount = RupiahField(
        label=gettext_lazy("How much, if you want part of the money back"), required=False,
        help_text=gettext_lazy("Leave it empty otherwise."),
    )  # fmt: skip
    words = forms.CharField(
        label=gettext_lazy("What happened?"),
        help_text=gettext_lazy("What was promised, what came, when you noticed. The seller reads this."),
        widget=forms.Textarea(attrs={"rows": 5}), max_length=MAX_WORDS,
    )  # fmt: skip
    photos = PhotosField(
        label=gettext_lazy("Photographs"), required=False,
        help_text=gettext_lazy("Up to six: the whole thing, the fault from close by, the package with its label."),
    )  # fmt: skip

    def __init__(self, *args: Any, deal: Deal, arriving: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deal = deal
        kinds = [(code, words) for code, words in KIND.items() if not (arriving and code == ClaimKind.NOT_ARRIVED)]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.line_names: list[str] = []
        if len(deal.terms.lines) > 1 or deal.terms.lines[0].quantity > 1:
            self._ask_for_lines(deal)

    def _ask_for_lines(self, deal: Deal) -> None:
        for number, line in enumerate(deal.terms.lines, 1):
            name = f"line_{number}"
            if line.quantity == 1:
                self.fields[name] = forms.BooleanField(label=line.name, required=False)
            else:
                words = _("%(goods)s: how many of %(quantity)d?") % {"goods": line.name, "quantity": line.quantity}
                self.fields[name] = forms.IntegerField(
                    label=words, min_value=0, max_value=line.quantity, required=False
                )
            self.line_names.append(name)

    def lines(self) -> list[forms.BoundField]:
        """The fields that ask which of the goods it is about."""
        return [self[name] for name in self.line_names]

    def others(self) -> list[forms.BoundField]:
        """All visible fields but those, in order."""
        return [field for field in self.visible_fields() if field.name not in self.line_names]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        is_part = given.get("remedy") == Remedy.PARTIAL_REFUND
        if is_part and "amount" in given and given["amount"] is None and not self._parts(given):
            self.add_error("amount", _("Write how much you want back, or say above which goods it is about."))
        if not is_part and given.get("remedy") and given.get("amount") is not None:
            self.add_error("amount", _("An amount goes with “part of the money back”: choose that, or empty this."))
        return given

    def _parts(self, given: dict[str, Any]) -> tuple[Part, ...]:
        named = [(number, int(given.get(name) or 0)) for number, name in enumerate(self.line_names, 1)]
        return tuple(Part(number, quantity) for number, quantity in named if quantity)

    def details(self) -> Details:
        given = self.cleaned_data
        return Details(
            kind=ClaimKind(given["kind"]),
            remedy=Remedy(given["remedy"]),
            amount=UNSET if given.get("amount") is None else given["amount"],
            parts=self._parts(given) or UNSET,
        )


FORMS: dict[str, type[Confirm]] = {
    "confirm": Confirm, "words": Words, "evidence": Shown, "appeal": Appealed, "tracking": Tracked, "offer": Proposed,
    "claim": Claimed,
}  # fmt: skip
