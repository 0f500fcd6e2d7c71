"""The local-content sheet as a form: rows of components, of which only those that are filled in count."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mediator.ikm.errors import IkmError
from mediator.ikm.producers.models import Product
from mediator.ikm.strength.models import TkdnSheet
from mediator.ikm.strength.queries import is_small, sheet_of
from mediator.ikm.strength.rulebook import regulation_on, rules
from mediator.ikm.strength.tkdn import FACTORS, Component, Sheet
from mediator.protocol.calendar import jakarta_date
from mediator.web.forms import Form, RupiahField
from mediator.web.producer import strength_words as words
from mediator.web.storefront.order_form import one_line

ROWS = {"material": 6, "labour": 2, "overhead": 3}
SPARE = 2
"""A sheet that is full has so many empty rows more the next time."""
LONGEST_NAME = 80
_FIGURE = {"inputmode": "decimal", "autocomplete": "off"}


class SheetForm(Form):
    """Costs of one piece on sale, and how much of each is from here. What was declared last is filled in."""

    has_factory_here = forms.BooleanField(label=_("It is made in a workshop in Indonesia"), required=False)
    has_workforce_here = forms.BooleanField(label=_("Most who work there are Indonesian"), required=False)
    research = forms.DecimalField(
        label=_("Added for own research, %"), required=False, min_value=0, decimal_places=2, localize=True,
        widget=forms.TextInput(attrs=_FIGURE), help_text=_("At most 20; an inspector asks for evidence of it."),
    )  # fmt: skip
    bmp = forms.MultipleChoiceField(
        label=_("What the business does beyond its duty (BMP)"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=words.bmp_choices, help_text=_("All together count at most 15 %."),
    )  # fmt: skip

    def __init__(self, *args: Any, product: Product, now: datetime, **kwargs: Any) -> None:
        self.rule = regulation_on(jakarta_date(now))
        self.is_small = is_small(product)
        last = TkdnSheet.objects.filter(product=product).order_by("-version").first()
        self.last = sheet_of(last) if last else None
        super().__init__(*args, initial=self._initial(), **kwargs)
        self.counts = {factor: max(ROWS[factor], len(self._kept(factor)) + SPARE) for factor in FACTORS}
        for factor, count in self.counts.items():
            for n in range(count):
                self._add_row(factor, n)

    def _kept(self, factor: str) -> list[Component]:
        return [each for each in self.last.components if each.factor == factor] if self.last else []

    def _initial(self) -> dict[str, Any]:
        if self.last is None:
            return {"has_factory_here": True, "has_workforce_here": True}
        found: dict[str, Any] = {
            "has_factory_here": self.last.has_factory_here,
            "has_workforce_here": self.last.has_workforce_here,
            "research": Decimal(self.last.research_bp) / 100 if self.last.research_bp else None,
            "bmp": [code for code, _points in self.last.bmp],
        }
        for factor in FACTORS:
            for n, each in enumerate(self._kept(factor)):
                local = each.local_bp if factor == "overhead" else Decimal(each.local_bp) / 100
                found |= {f"{factor}{n}_name": each.name, f"{factor}{n}_cost": each.cost_minor}
                found[f"{factor}{n}_local"] = local.normalize() if isinstance(local, Decimal) else local
        return found

    def _add_row(self, factor: str, n: int) -> None:
        place = {"number": n + 1}
        self.fields[f"{factor}{n}_name"] = forms.CharField(
            label=gettext("%(number)s. Name") % place, required=False, max_length=LONGEST_NAME
        )
        self.fields[f"{factor}{n}_cost"] = RupiahField(label=gettext("%(number)s. Cost") % place, required=False)
        label = gettext("%(number)s. From here, %%") % place
        if factor == "overhead" and self.rule.overhead_steps:
            choices = [("", "—"), *((step, words.OVERHEAD[step]) for step in self.rule.overhead_steps)]
            self.fields[f"{factor}{n}_local"] = forms.TypedChoiceField(
                label=label, required=False, choices=choices, coerce=int, empty_value=None
            )
        else:
            self.fields[f"{factor}{n}_local"] = forms.DecimalField(
                label=label, required=False, min_value=0, max_value=100, decimal_places=2, localize=True,
                widget=forms.TextInput(attrs=_FIGURE),
            )  # fmt: skip

    @property
    def tables(self) -> list[dict[str, Any]]:
        """The rows of each factor, for the page."""
        return [
            {
                "code": factor,
                "name": words.FACTOR[factor],
                "hint": words.FACTOR_HINT[factor],
                "rows": self._rows(factor),
            }
            for factor in FACTORS
        ]

    def _rows(self, factor: str) -> list[tuple[BoundField, ...]]:
        parts = ("name", "cost", "local")
        return [tuple(self[f"{factor}{n}_{part}"] for part in parts) for n in range(self.counts[factor])]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for factor, count in self.counts.items():
            for n in range(count):
                given = [data.get(f"{factor}{n}_{part}") not in (None, "") for part in ("name", "cost", "local")]
                if any(given) and not all(given) and not self._has_errors(factor, n):
                    missing = ("name", "cost", "local")[given.index(False)]
                    self.add_error(f"{factor}{n}_{missing}", gettext("Fill in the whole row, or leave it empty."))
        return data

    def _has_errors(self, factor: str, n: int) -> bool:
        return any(f"{factor}{n}_{part}" in self.errors for part in ("name", "cost", "local"))

    def sheet(self) -> Sheet:
        """What was declared."""
        data = self.cleaned_data
        points: dict[str, int] = rules()["bmp"]["factors"]
        return Sheet(
            self.rule.code,
            tuple(
                Component(
                    factor, one_line(data[f"{factor}{n}_name"]), data[f"{factor}{n}_cost"], self._share(factor, n)
                )
                for factor, count in self.counts.items()
                for n in range(count)
                if data[f"{factor}{n}_name"]
            ),
            data["has_factory_here"],
            data["has_workforce_here"],
            int((data["research"] or 0) * 100),
            tuple((code, points[code]) for code in data["bmp"]),
            "self",
            self.is_small,
        )

    def _share(self, factor: str, n: int) -> int:
        given = self.cleaned_data[f"{factor}{n}_local"]
        return given if isinstance(given, int) else int(given * 100)

    def refuse_sheet(self, error: IkmError) -> None:
        """Say in the reader's language what the rules refused."""
        field = "research" if error.code == "tkdn_research" else None
        self.refuse(field, words.sheet_fault(error))
