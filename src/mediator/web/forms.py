"""How forms look: every field with its label, what is wrong beside it, and a hint; the same on all pages."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

from mediator.deals.ids import uuid7
from mediator.money import MAX_AMOUNT


class Renderer(TemplatesSetting):
    """Fields from our own partial."""

    form_template_name = "core/form.html"
    field_template_name = "core/field.html"


class Form(forms.Form):
    """A form of ours. ``key`` makes a second click the same command: drawn with the form, it comes back with it."""

    use_required_attribute = True
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=36)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial.setdefault("key", uuid7())

    def clean_key(self) -> str:
        """The key as it was drawn; a form without one (written by hand) gets one of its own."""
        try:
            return str(UUID(self.cleaned_data["key"]))
        except ValueError:
            return uuid7()

    def refuse(self, field: str | None, sentence: str) -> None:
        """Say what is wrong at a field (or above all of them), after the rules refused what the form allowed."""
        self.add_error(field if field in self.fields else None, sentence)


class RupiahField(forms.Field):
    """Whole rupiah as people type them: "150000", "150.000", "Rp 150.000". Cleans to minor units (100 a rupiah)."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "money"})
    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": _("Write whole rupiah, for example 150.000."),
        "least": _("The amount must be above zero."),
        "most": _("That is more than one payment may be."),
    }

    def __init__(self, *, zero: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.zero = zero

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").replace("\u00a0", " ").strip()
        if not text:
            return None
        figure = text.lower().removeprefix("rp").strip(" .").replace(" ", "")
        groups = figure.replace(",", ".").split(".")
        grouped = len(groups) > 1 and all(len(group) == 3 for group in groups[1:]) and 1 <= len(groups[0]) <= 3
        if not (grouped or len(groups) == 1) or not all(g.isascii() and g.isdigit() for g in groups):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        minor = int("".join(groups)) * 100
        if minor == 0 and not self.zero:
            raise ValidationError(self.error_messages["least"], code="least")
        if minor > MAX_AMOUNT:
            raise ValidationError(self.error_messages["most"], code="most")
        return minor

    def prepare_value(self, value: Any) -> Any:
        """What is shown: minor units as whole rupiah with dots; what was typed wrongly as it was typed."""
        return f"{value // 100:,}".replace(",", ".") if isinstance(value, int) else value
