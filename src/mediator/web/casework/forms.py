"""The forms of the mediator's and the courier's desks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mediator.mediation.cases.catalogue import MOST, Catalogue
from mediator.mediation.cases.deciding import LEAST_WORDS, MOST_WORDS
from mediator.mediation.cases.previewing import Asked
from mediator.protocol import ClaimKind, Deal, Part
from mediator.web.casework.words import BURDEN
from mediator.web.forms import Form, RupiahField
from mediator.web.uploads import PhotosField


class DecisionForm(Form):
    """What a mediator decides. ``asked`` is what the command will say, once the form is valid."""

    award = forms.ChoiceField(label=gettext_lazy("Who gets the disputed money?"), widget=forms.RadioSelect)
    amount = RupiahField(
        label=gettext_lazy("This much to the buyer"),
        required=False,
        help_text=gettext_lazy("Only for a part. The rest goes to the seller."),
    )
    needs_return = forms.BooleanField(
        label=gettext_lazy("The buyer sends the goods back first"),
        required=False,
        help_text=gettext_lazy("The money is paid when the return has arrived and the seller has looked at it."),
    )
    reasons = forms.MultipleChoiceField(
        label=gettext_lazy("The rules this rests on"), widget=forms.CheckboxSelectMultiple, required=False
    )
    words = forms.CharField(
        label=gettext_lazy("Explain it to both"),
        widget=forms.Textarea(attrs={"rows": 7}),
        min_length=LEAST_WORDS,
        max_length=MOST_WORDS,
        help_text=gettext_lazy(
            "Buyer and seller read exactly this. Say what you saw, what was proven and what was not, and why that "
            "leads here. Be kind to whoever loses."
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, deal: Deal, catalogue: Catalogue, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deal, self.catalogue = deal, catalogue
        claim = deal.state.claim
        assert claim is not None
        self.claim = claim
        self._choose(language)
        self.lines: list[str] = []
        for place, line in enumerate(deal.terms.lines, 1):
            self.lines.append(f"line{place}")
            self.fields[f"line{place}"] = forms.IntegerField(
                label=_("%(name)s (%(count)d bought): how many are refunded")
                % {"name": line.name, "count": line.quantity},
                required=False, min_value=0, max_value=line.quantity,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )  # fmt: skip
        if claim.kind is ClaimKind.NOT_ARRIVED or claim.return_done:
            del self.fields["needs_return"]
        self.order_fields(["award", "amount", *self.lines])

    def _choose(self, language: str) -> None:
        award, reasons = self.fields["award"], self.fields["reasons"]
        assert isinstance(award, forms.ChoiceField)
        assert isinstance(reasons, forms.MultipleChoiceField)
        award.choices = [
            ("whole", _("All of it to the buyer")),
            ("part", _("A part to the buyer, the rest to the seller")),
            ("lines", _("Line by line: the buyer gets back what the named goods cost")),
            ("nothing", _("All of it to the seller")),
        ]
        reasons.choices = [
            (rule.code, f"{rule.title(language)} · {BURDEN[rule.burden]}")
            for rule in self.catalogue.for_kind(self.claim.kind.value)
        ]
        reasons.help_text = ngettext("At most %d.", "At most %d.", MOST) % MOST

    def clean_reasons(self) -> list[str]:
        codes: list[str] = self.cleaned_data["reasons"]
        if not codes:
            raise forms.ValidationError(_("Choose at least one rule that the decision rests on."))
        if len(codes) > MOST:
            raise forms.ValidationError(_("Choose at most 6 rules: those that the decision really rests on."))
        return codes

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        award = cleaned.get("award")
        if award == "part" and not cleaned.get("amount") and "amount" not in self.errors:
            self.add_error("amount", _("Write how much the buyer gets."))
        elif award == "part" and (cleaned.get("amount") or 0) > self.claim.amount:
            self.add_error("amount", _("That is more than is disputed."))
        if award == "lines" and not any(cleaned.get(name) for name in self.lines):
            self.add_error(self.lines[0], _("Say of at least one of the goods how many are refunded."))
        return cleaned

    @property
    def asked(self) -> Asked:
        """What is decided. What lines cost beyond the dispute is not in dispute."""
        cleaned, claim = self.cleaned_data, self.claim
        parts: tuple[Part, ...] = ()
        amount = {"whole": claim.amount, "nothing": 0, "part": cleaned.get("amount") or 0}.get(cleaned["award"], 0)
        if cleaned["award"] == "lines":
            parts = tuple(Part(n, cleaned[name]) for n, name in enumerate(self.lines, 1) if cleaned.get(name))
            cost = sum(self.deal.terms.lines[part.line - 1].unit_minor * part.quantity for part in parts)
            amount = min(claim.amount, cost)
        return Asked(amount, bool(cleaned.get("needs_return")) and amount > 0, parts)


class WordsForm(Form):
    """A few words, for notes and reasons."""

    words = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)

    def __init__(self, *args: Any, label: str = "", most: int = 2000, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["words"]
        assert isinstance(field, forms.CharField)
        field.label, field.max_length = label, most


class AbsenceForm(Form):
    until = forms.DateField(
        label=gettext_lazy("Away until"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("You get no new case, and those whose clock rings before go to others."),
    )


class TieForm(Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("To whom?"),
        widget=forms.RadioSelect,
        choices=[
            ("merchant", gettext_lazy("A shop (its address on Mediator, for example batik-sari)")),
            ("person", gettext_lazy("A person (their e-mail address on Mediator)")),
        ],
    )
    other = forms.CharField(label=gettext_lazy("Shop or person"), max_length=254)
    reason = forms.CharField(
        label=gettext_lazy("What ties you"),
        max_length=300,
        help_text=gettext_lazy("For example: cousin of the owner. Operators can read this, parties never."),
    )


class ParcelForm(Form):
    """What a courier says about one parcel, with proof."""

    words = forms.CharField(label="", max_length=300)
    photos = PhotosField(label=gettext_lazy("Photographs"), required=False)

    def __init__(self, *args: Any, label: str, proof: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label = label
        photos = self.fields["photos"]
        assert isinstance(photos, PhotosField)
        photos.needs_one = photos.required = proof


class ManyForm(Form):
    """Many parcels at once, by their numbers."""

    MOST = 200
    command = forms.ChoiceField(
        label=gettext_lazy("What happened to them?"),
        widget=forms.RadioSelect,
        choices=[
            ("deliver", gettext_lazy("Delivered to the buyer")),
            ("deliver_back", gettext_lazy("Return delivered to the seller")),
            ("return_to_sender", gettext_lazy("Goes back to the seller, undelivered")),
            ("lose", gettext_lazy("Lost")),
        ],
    )
    numbers = forms.CharField(
        label=gettext_lazy("Tracking numbers"),
        widget=forms.Textarea(attrs={"rows": 8, "autocapitalize": "characters", "spellcheck": "false"}),
        max_length=20_000,
        help_text=gettext_lazy("One a line, up to 200. Paste them from your system, or scan the labels."),
    )

    def clean_numbers(self) -> list[str]:
        from mediator.web.casework.courier import read_number

        numbers = [read_number(line) for line in self.cleaned_data["numbers"].splitlines()]
        numbers = list(dict.fromkeys(number for number in numbers if number))
        if not numbers:
            raise forms.ValidationError(_("Write at least one tracking number."))
        if len(numbers) > self.MOST:
            raise forms.ValidationError(_("At most 200 at once; send the rest afterwards."))
        return numbers
