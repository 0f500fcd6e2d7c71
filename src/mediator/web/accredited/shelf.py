"""The accredited list for people: what passed, by place and category, page by page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from mediator.ikm.accredited import queries
from mediator.ikm.producers.models import Organisation
from mediator.protocol.calendar import jakarta_date
from mediator.shop.categories import category_choices, category_name
from mediator.shop.places import PROVINCES, ProvinceField, regencies
from mediator.web import acting

A_PAGE = 30


class Filters(forms.Form):
    """What the list is narrowed by; a wrong value is said, and the other still counts."""

    category = forms.ChoiceField(
        required=False, label=_("Category"), choices=lambda: [("", _("All categories")), *category_choices()]
    )
    province = ProvinceField(required=False, empty=_("All of Indonesia"), label=_("Made in"))
    regency = forms.ChoiceField(required=False, label=_("Regency or city"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        province = self.data.get("province", "")
        if province not in PROVINCES:
            del self.fields["regency"]
            return
        regency = self.fields["regency"]
        assert isinstance(regency, forms.ChoiceField)
        regency.choices = [("", _("Anywhere there")), *regencies(province)]


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Products on the list, those that came or changed last first."""
    form = Filters(request.GET)
    form.is_valid()
    asked = {name: value for name, value in form.cleaned_data.items() if value}
    place = request.GET.get("before", "")
    before = int(place) if place.isascii() and place.isdigit() and len(place) <= 18 else queries.LAST
    wanted = queries.Shelf(**asked, before=before)
    found = queries.shelf(wanted, jakarta_date(acting.now()), A_PAGE + 1)
    context = {
        "form": form,
        "goods": _shown([document for _place, document in found[:A_PAGE]]),
        "next": found[A_PAGE - 1][0] if len(found) > A_PAGE else "",
        "is_first_page": before == queries.LAST,
        "is_narrowed": bool(asked),
    }
    return render(request, "accredited/shelf.html", context)


def _shown(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is shown of each, with the names of the organisations that selected."""
    codes = {said["selection"]["organisation"] for said in documents}
    names = dict(Organisation.objects.filter(code__in=codes).values_list("code", "name")) if codes else {}
    return [
        {
            "name": said["product"]["name"],
            "category": category_name(said["product"]["category"]),
            "producer": said["producer"]["name"],
            "place": (said["producer"]["regency"] or said["producer"]["province"])["name"],
            "grade": said["selection"]["grade"],
            "selected_by": names.get(said["selection"]["organisation"], said["selection"]["organisation"]),
            "bodies": len({each["body"] for each in said["mentoring"]}),
            "offer": said["offer"],
            "serial": next((each["serial"] for each in said["certificates"] if each["kind"] == "selection"), ""),
        }
        for said in documents
    ]
