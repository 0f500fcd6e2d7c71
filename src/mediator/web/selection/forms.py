"""The forms of selection."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mediator.ikm.selection.applying import MOST_PHOTOS, MOST_WORDS
from mediator.ikm.selection.criteria import SCORES, CriteriaSet, Item
from mediator.ikm.selection.curating import MOST_TYPED
from mediator.ikm.selection.scoring import Said
from mediator.web.forms import Form
from mediator.web.selection.words import told
from mediator.web.uploads import PhotosField


class ItemForm(Form):
    """What a producer shows of one item. Nothing is required here: it may be finished later."""

    words = forms.CharField(
        label=gettext_lazy("Tell about it"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=MOST_WORDS,
        required=False,
    )
    photos = PhotosField(label=gettext_lazy("Photographs"), most=MOST_PHOTOS, required=False)

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needs_photos = item.photos > 0
        if item.photos:
            self.fields["photos"].help_text = (
                ngettext("At least %d photograph.", "At least %d photographs.", item.photos) % item.photos
            )

    def mark(self) -> None:
        """For the page: what an application needs is not called optional, though it may be finished later."""
        self.fields["words"].required = True
        self.fields["photos"].required = self.needs_photos


class WordsForm(Form):
    """A few words, for reasons and for what to mend."""

    words = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), max_length=MOST_WORDS)

    def __init__(self, *args: Any, label: str = "", hint: str = "", required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label, self.fields["words"].help_text = label, hint
        self.fields["words"].required = required


class VerifyForm(WordsForm):
    """Which papers a pendamping saw, with a photograph of those the producer gave none of."""

    seen = forms.MultipleChoiceField(
        label=gettext_lazy("I have seen these papers myself, and they are what they say"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    photos = PhotosField(label=gettext_lazy("Photograph of a paper"), most=1, required=False)

    def __init__(self, *args: Any, gates: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = self.fields["seen"]
        assert isinstance(seen, forms.MultipleChoiceField)
        seen.choices = gates
        self.order_fields(["seen", "photos", "words"])


class SheetForm(Form):
    """A curator's sheet: for each item a score with its anchors, a reason, and what to mend next.

    Nothing is required by the form: a draft keeps whatever is there, and what a whole sheet needs, the rules say.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, criteria: CriteriaSet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        for item in criteria.items:
            anchors = zip(SCORES, told(item, "scale"), strict=True)
            self.fields[f"score-{item.id}"] = forms.ChoiceField(
                label=_("Score"),
                choices=[(str(score), f"{score} · {anchor}") for score, anchor in anchors],
                widget=forms.RadioSelect,
                required=False,
            )
            for name, label in (("reason", _("Reason")), ("mend", _("What to mend next (below 3)"))):
                self.fields[f"{name}-{item.id}"] = forms.CharField(
                    label=label, required=False, max_length=MOST_TYPED, widget=forms.Textarea(attrs={"rows": 3})
                )

    def mark(self) -> None:
        """For the page: what a whole sheet needs is not called optional, though a draft is kept without it."""
        for name, field in self.fields.items():
            field.required = name.startswith(("score-", "reason-"))

    @property
    def said(self) -> dict[str, Said]:
        """What was said of each item; a score of 0 was not chosen."""
        data = self.cleaned_data
        return {
            item.id: Said(
                int(data.get(f"score-{item.id}") or 0),
                data.get(f"reason-{item.id}", ""),
                data.get(f"mend-{item.id}", ""),
            )
            for item in self.criteria.items
        }

    def of(self, item: Item) -> list[Any]:
        """The bound fields of one item."""
        return [self[f"{name}-{item.id}"] for name in ("score", "reason", "mend")]


class CallForm(Form):
    """A new call."""

    organisation = forms.ChoiceField(label=gettext_lazy("Organisation"))
    title = forms.CharField(label=gettext_lazy("Name of the call"), max_length=150)
    criteria = forms.ChoiceField(label=gettext_lazy("Criteria"))
    opens_on = forms.DateField(label=gettext_lazy("Opens on"), widget=forms.DateInput(attrs={"type": "date"}))
    closes_on = forms.DateField(label=gettext_lazy("Last day"), widget=forms.DateInput(attrs={"type": "date"}))
    places = forms.IntegerField(
        label=gettext_lazy("Places"),
        min_value=1,
        required=False,
        help_text=gettext_lazy("How many are scored, in the order in which they were validated. Empty: all."),
    )

    def __init__(
        self, *args: Any, organisations: list[tuple[str, str]], sets: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("organisation", organisations), ("criteria", sets)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
