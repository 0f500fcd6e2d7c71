"""The form a merchant makes a deal link with: photograph, words, price, weight; the rest has good defaults."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mediator.mediation.errors import MediationError
from mediator.mediation.photos.frozen import MAX_TEXT, MAX_TITLE, MAX_WEIGHT_G, Promise, freeze
from mediator.protocol.table import CLOCKS as USUAL
from mediator.shop.categories import category_choices
from mediator.shop.links import CLOCKS, LIVES_DAYS, MAX_QUANTITY, Offer
from mediator.shop.models import Listing
from mediator.web.forms import Form, RupiahField
from mediator.web.storefront.order_form import one_line
from mediator.web.storefront.terms import span_words
from mediator.web.uploads import PhotosField

CURRENCY = "IDR"


def _clock_choices(clock: str) -> list[tuple[str, Any]]:
    usual = _("usual: %(span)s") % {"span": span_words(USUAL[clock].span)}
    return [("", usual), *((span, span_words(span)) for span in CLOCKS[clock])]


class LinkForm(Form):
    """``listing`` is the saved product it started from, if any: its attributes come along and its stock counts down."""

    photos = PhotosField(label=_("Photographs"), required=False, help_text=_("Show the very goods you will send."))
    title = forms.CharField(label=_("What is it?"), max_length=MAX_TITLE)
    price = RupiahField(label=_("Price"))
    weight = forms.IntegerField(
        label=_("Weight in grams"),
        min_value=1,
        max_value=MAX_WEIGHT_G,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("With packing; 1 kg is 1000."),
    )
    text = forms.CharField(
        label=_("What do you promise about it?"),
        required=False,
        max_length=MAX_TEXT,
        help_text=_("Size, colour, condition, what is included. This is what counts if you two disagree."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    freight = RupiahField(
        label=_("Freight"),
        required=False,
        zero=True,
        help_text=_("0 is free. Left empty, it follows the freight of your shop."),
    )
    category = forms.ChoiceField(label=_("Category"), choices=category_choices, initial="other")
    uses = forms.ChoiceField(
        label=_("Who is it for?"),
        choices=[("once", _("One buyer")), ("many", _("Many buyers"))],
        initial="once",
        widget=forms.RadioSelect,
    )
    quantity = forms.IntegerField(
        label=_("How many pieces"),
        min_value=1,
        max_value=MAX_QUANTITY,
        initial=1,
        required=False,
        help_text=_("For one buyer. With many buyers, each says how many."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    ship_by = forms.ChoiceField(label=_("You ship within"), required=False, choices=lambda: _clock_choices("ship_by"))
    deliver_by = forms.ChoiceField(
        label=_("It arrives within"), required=False, choices=lambda: _clock_choices("deliver_by")
    )
    inspect_by = forms.ChoiceField(
        label=_("The buyer may look at it for"), required=False, choices=lambda: _clock_choices("inspect_by")
    )
    lives = forms.TypedChoiceField(
        label=_("The link is open for"),
        coerce=int,
        choices=lambda: [(days, span_words(f"{days}d")) for days in LIVES_DAYS],
        initial=LIVES_DAYS[0],
        required=False,
    )
    listing = forms.UUIDField(required=False, widget=forms.HiddenInput)

    MORE = ("freight", "category", "uses", "quantity", "ship_by", "deliver_by", "inspect_by", "lives")
    """What is folded away: each has a default that is right most of the time."""

    def clean_title(self) -> str:
        plain = one_line(self.cleaned_data["title"])
        if not plain:
            raise ValidationError(_("Write what it is."), code="empty")
        return plain

    def clean_text(self) -> str:
        """Line ends stay; what can't be seen goes."""
        lines = self.cleaned_data["text"].splitlines()
        return "\n".join("".join(c if c.isprintable() else " " for c in line).rstrip() for line in lines).strip()

    def start_from(self, listing: Listing) -> None:
        """Fill a fresh form with a saved product."""
        self.initial = {
            **self.initial,
            "title": listing.title,
            "price": listing.price_minor,
            "weight": listing.weight_g,
            "text": listing.text,
            "category": listing.category,
            "listing": listing.pk,
        }

    def offer(self, listing: Listing | None) -> Offer | None:
        """What the valid form offers; None, and the fault at its field, when the words can't be promised."""
        given = self.cleaned_data
        promise = self._promise(listing)
        if promise is None:
            return None
        return Offer(
            promise=promise,
            category=given["category"],
            quantity=(given["quantity"] or 1) if given["uses"] == "once" else 1,
            freight_minor=given["freight"],
            uses=given["uses"],
            lives_days=given["lives"] or LIVES_DAYS[0],
            clocks={clock: given[clock] for clock in CLOCKS if given[clock]},
            listing=listing,
        )

    def _promise(self, listing: Listing | None) -> Promise | None:
        given = self.cleaned_data
        attributes = [(str(name), str(value)) for name, value in listing.attributes] if listing else []
        try:
            return freeze(
                title=given["title"],
                text=given["text"],
                attributes=attributes,
                price_minor=given["price"],
                currency=CURRENCY,
                weight_g=given["weight"],
                photos=given["photos"],
            )
        except MediationError as error:
            self.refuse("text" if "text" in error.code else None, error.message)
            return None
