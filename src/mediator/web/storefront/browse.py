"""The shop window: the start, results, a product, a merchant's shelf, and the photographs of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from mediator.shop.categories import CATEGORIES, category_choices, category_name
from mediator.shop.fees import freight
from mediator.shop.models import Listing, Merchant
from mediator.shop.places import PROVINCES, ProvinceField, province_name, provinces, regencies
from mediator.shop.search import Search, read_place, read_words, search, write_place
from mediator.shop.shelf import clocks_of_listing
from mediator.shop.standing import standing_of
from mediator.web.forms import RupiahField
from mediator.web.pictures import picture, side_of
from mediator.web.storefront import shown, visitor
from mediator.web.storefront.terms import FOR_BUYERS, terms

FIRST_ON_START = 8
LOOKED_THROUGH = 48
LONGEST_QUERY = 200


class Filters(forms.Form):
    """What results are narrowed by. Read from the address; a wrong value is said, and the others still count."""

    q = forms.CharField(required=False, max_length=LONGEST_QUERY, label=_("What are you looking for?"))
    category = forms.ChoiceField(
        required=False, label=_("Category"), choices=lambda: [("", _("All categories")), *category_choices()]
    )
    province = ProvinceField(required=False, empty=_("All of Indonesia"), label=_("Sent from"))
    regency = forms.ChoiceField(required=False, label=_("Regency or city"))
    least = RupiahField(required=False, zero=True, label=_("Price from"))
    most = RupiahField(required=False, label=_("Price to"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs["id"] = f"filter_{name}"
        province = self.data.get("province", "")
        if province not in PROVINCES:
            del self.fields["regency"]
            return
        regency = self.fields["regency"]
        assert isinstance(regency, forms.ChoiceField)
        regency.choices = [("", _("Anywhere there")), *regencies(province)]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What Mediator is in one breath; a link for who sells, goods for who buys."""
    first = one_a_shop(search(Search(first_only=True), LOOKED_THROUGH).listings, FIRST_ON_START)
    return render(request, "storefront/home.html", {"first": shown.goods(first), "categories": CATEGORIES.values()})


def one_a_shop(listings: Sequence[Listing], count: int) -> list[Listing]:
    """So many of them, in their order: of each shop one, and more of the same shops only where there are too few. A
    rank is a producer's, so the first shelf by itself begins with all goods of one shop."""
    seen: set[Any] = set()
    of_each: list[Listing] = []
    others: list[Listing] = []
    for listing in listings:
        (others if listing.merchant_id in seen else of_each).append(listing)
        seen.add(listing.merchant_id)
    return [*of_each, *others][:count]


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """What fits the search."""
    form = Filters(request.GET)
    form.is_valid()
    asked = form.cleaned_data
    typed = request.GET.get("q", "")[:LONGEST_QUERY].strip()
    after = read_place(request.GET.get("after", ""))
    wanted = Search(
        words=read_words(typed),
        category=asked.get("category", ""),
        province=asked.get("province", ""),
        regency=asked.get("regency", ""),
        least_minor=asked.get("least"),
        most_minor=asked.get("most"),
        after=after,
    )
    found = search(wanted)
    narrowed = any(asked.get(name) for name in ("category", "province", "regency", "least", "most"))
    context = {
        "form": form,
        "typed": typed,
        "goods": shown.goods(found.listings),
        "next": write_place(found.next) if found.next else "",
        "is_first_page": after is None,
        "corrected": " ".join(found.corrected),
        "meant": " ".join(found.meant),
        "is_narrowed": narrowed,
        "category": category_name(wanted.category),
        "categories": CATEGORIES.values(),
    }
    return render(request, "storefront/results.html", context)


@require_safe
def product(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """One product: what is promised, what it costs with freight, who sells it, and what happens to the money."""
    listing = _visible(listing_id)
    province = visitor.province_of(request)
    merchant = listing.merchant
    context = {
        "listing": listing,
        "merchant": merchant,
        "photos": shown.listing_photos(listing),
        "standing": standing_of(merchant),
        "place": shown.seller_place(listing),
        "category": CATEGORIES.get(listing.category),
        "terms": terms(clocks_of_listing(listing), FOR_BUYERS),
        "province": province,
        "province_name": province_name(province),
        "provinces": provinces(),
        "freight_minor": freight(merchant, province, listing.weight_g) if province else None,
        "is_live": listing.status == "live",
        "image": shown.absolute(shown.photo_address(listing, 960)) if listing.photos else "",
        "address": shown.absolute(request.path),
        "counts": range(1, min(listing.stock if listing.stock is not None else 10, 10) + 1),
    }
    return render(request, "storefront/product.html", context)


@require_safe
def product_photo(request: HttpRequest, listing_id: UUID, digest: str) -> HttpResponse:
    """A photograph of a listing that anybody may see."""
    if digest not in _visible(listing_id).photos:
        raise Http404
    return picture(digest, side_of(request), request, public=True)


@require_safe
def shop_of(request: HttpRequest, slug: str) -> HttpResponse:
    """A merchant's shelf."""
    merchant = get_object_or_404(Merchant, slug=slug)
    typed = request.GET.get("q", "")[:LONGEST_QUERY].strip()
    after = read_place(request.GET.get("after", ""))
    found = search(Search(words=read_words(typed), merchant=merchant.pk, after=after))
    context = {
        "merchant": merchant,
        "standing": standing_of(merchant),
        "place": shown.seller_place(merchant),
        "typed": typed,
        "corrected": " ".join(found.corrected),
        "goods": shown.goods(found.listings),
        "next": write_place(found.next) if found.next else "",
        "is_first_page": after is None,
    }
    return render(request, "storefront/shop_of.html", context)


def _visible(listing_id: UUID) -> Listing:
    """A listing that is or was on sale; a draft is nobody's business yet."""
    return get_object_or_404(
        Listing.objects.select_related("merchant").filter(status__in=("live", "paused")), pk=listing_id
    )
