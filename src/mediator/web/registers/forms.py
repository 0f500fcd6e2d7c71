"""Which file of whose register, and which of its columns means what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mediator.ikm.producers.models import Organisation
from mediator.ikm.registers.fields import AMOUNTS, DAYS, codes
from mediator.ikm.registers.mapping import Reading
from mediator.ikm.registers.reading import FOR_PAGES
from mediator.web.forms import Form
from mediator.web.registers import words


class UploadForm(Form):
    """A register's file."""

    organisation = forms.ChoiceField(label=_("Whose register"))
    kind = forms.ChoiceField(label=_("What it lists"), choices=list(words.KIND.items()))
    file = forms.FileField(
        label=_("CSV or XLSX file"),
        help_text=_("At most 20,000 rows and 8 MB; larger files are taken in by command. Nothing is changed yet."),
        widget=forms.FileInput(attrs={"accept": ".csv,.gz,.xlsx,text/csv"}),
    )
    as_of = forms.DateField(
        label=_("The day the register describes"),
        required=False,
        help_text=_("Without it, what producers said of themselves since always stays."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, organisations: Sequence[Organisation], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = [(each.code, each.name) for each in organisations]  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > FOR_PAGES.packed:
            raise forms.ValidationError(words.file_fault("too_large", str(FOR_PAGES.packed // 1_000_000)))
        return file


class ColumnsForm(Form):
    """One choice a field: which column it is; and how amounts, days and codes of regions are written."""

    def __init__(self, kind: str, header: Sequence[str], reading: Reading, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kind = kind
        places: list[tuple[str, Any]] = [("", _("not in the file"))]
        places += [(str(place), f"{place + 1}. {cell}") for place, cell in enumerate(header) if cell]
        for code in codes(kind):
            self.fields[f"c:{code}"] = forms.ChoiceField(
                label=words.field(code), choices=places, required=False, initial=str(reading.columns.get(code, ""))
            )
        for code in AMOUNTS:
            if code in codes(kind):
                self.fields[f"u:{code}"] = forms.TypedChoiceField(
                    label=words.UNIT_OF[code], choices=list(words.UNIT.items()), coerce=int, required=False,
                    empty_value="1", initial=reading.units.get(code, 1),
                )  # fmt: skip
        if "region_code" in codes(kind):
            self.fields["system"] = forms.ChoiceField(
                label=_("Codes of regions"), choices=list(words.SYSTEM.items()), required=False, initial=reading.system
            )
        if set(DAYS) & set(codes(kind)):
            self.fields["dates"] = forms.ChoiceField(
                label=_("Days are written"), choices=list(words.DATES.items()), initial=reading.dates
            )

    @property
    def reading(self) -> Reading:
        """What was chosen."""
        said = self.cleaned_data
        columns = {code: int(said[f"c:{code}"]) for code in codes(self._kind) if said.get(f"c:{code}")}
        units = {code: int(said[f"u:{code}"]) for code in AMOUNTS if f"u:{code}" in said and code in columns}
        return Reading(columns, units, said.get("system", ""), said.get("dates", "dmy"))
