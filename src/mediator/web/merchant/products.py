"""Products: on sale, paused, written anew. What was sold stays as it was promised."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mediator.mediation.photos.frozen import MAX_TEXT, MAX_TITLE, MAX_WEIGHT_G
from mediator.shop import products
from mediator.shop.categories import category_choices
from mediator.shop.models import Listing, Merchant
from mediator.web import acting
from mediator.web.forms import Form, RupiahField
from mediator.web.guards import merchant_only
from mediator.web.merchant import words
from mediator.web.pictures import picture, side_of
from mediator.web.storefront.order_form import one_line
from mediator.web.throttle import limited
from mediator.web.uploads import KeptPhotos, PhotosField

MOST_PHOTOS = 6


class ProductForm(Form):
    """One product. Photographs are shown in the order in which they stand; ``first`` says which is the first one."""

    title = forms.CharField(label=_("What is it?"), max_length=MAX_TITLE)
    price = RupiahField(label=_("Price"))
    weight_g = forms.IntegerField(
        label=_("Weight with packing, gram"), min_value=1, max_value=MAX_WEIGHT_G,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    photos = PhotosField(
        label=_("Photographs"), required=False, most=MOST_PHOTOS,
        help_text=_("The first one is shown in lists. Show the goods as they really are: they are your promise."),
    )  # fmt: skip
    first = forms.IntegerField(required=False, min_value=1, max_value=MOST_PHOTOS, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Description"), required=False, max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 6})
    )
    attributes = forms.CharField(
        label=_("Details"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line: name, colon, value. For example “Material: cotton”."),
    )  # fmt: skip
    category = forms.ChoiceField(label=_("Category"), choices=category_choices)
    stock = forms.IntegerField(
        label=_("Stock"), required=False, min_value=0, max_value=products.MOST_STOCK,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}), help_text=_("Empty: made to order, or not counted."),
    )  # fmt: skip
    sku = forms.CharField(
        label=_("Your code"),
        required=False,
        max_length=64,
        help_text=_("Only for you, and to tell rows of a sheet apart."),
    )
    is_live = forms.BooleanField(label=_("On sale now"), required=False, initial=True)

    fields_of: ClassVar[dict[str, str]] = {
        "promise_text_empty": "title", "promise_attribute_twice": "attributes", "sku_taken": "sku",
        "promise_too_many_attributes": "attributes", "promise_weight_bad": "weight_g",
    }  # fmt: skip

    def clean_title(self) -> str:
        return one_line(self.cleaned_data["title"])

    def clean_sku(self) -> str:
        return one_line(self.cleaned_data["sku"])

    def clean_attributes(self) -> tuple[tuple[str, str], ...]:
        """Pairs of name and value."""
        pairs = []
        for line in self.cleaned_data["attributes"].splitlines():
            name, colon, value = line.partition(":")
            if not line.strip():
                continue
            if not colon or not name.strip() or not value.strip():
                raise ValidationError(_("Write each line as name, colon, value: “%(line)s” is not."),
                                      params={"line": line.strip()[:60]})  # fmt: skip
            pairs.append((name.strip(), value.strip()))
        return tuple(pairs)


def product_or_404(merchant: Merchant, listing: UUID) -> Listing:
    """A product of this shop; another's is not there."""
    found = products.product_of(merchant, listing)
    if found is None:
        raise Http404
    return found


@require_safe
@merchant_only
@never_cache
def listed(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """A page of products."""
    status, asked = request.GET.get("status", ""), request.GET.get("q", "").strip()[:80]
    rows, after = products.page_of(merchant, status, asked, request.GET.get("after", ""))
    context: dict[str, Any] = {
        "merchant": merchant,
        "area": "products",
        "status": status if status in words.PRODUCT_STATUS else "",
        "statuses": words.PRODUCT_STATUS.items(),
        "asked": asked,
        "rows": [_shown(row) for row in rows],
        "after": after,
        "is_first_page": not request.GET.get("after"),
    }
    return render(request, "merchant/products.html", context)


def _shown(row: Listing) -> dict[str, Any]:
    small = f"{reverse('merchant-product-photo', args=[row.pk, row.photos[0]])}?side=320" if row.photos else ""
    return {
        "id": row.pk,
        "title": row.title,
        "sku": row.sku,
        "price_minor": row.price_minor,
        "currency": row.currency,
        "stock": row.stock,
        "status": words.PRODUCT_STATUS.get(row.status, row.status),
        "tone": words.PRODUCT_TONE.get(row.status, ""),
        "is_live": row.status == products.LIVE,
        "photo": small,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_only
@never_cache
@limited("merchant-product", per_person="60/m")
def new(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """A new product."""
    return _edit(request, merchant, None)


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_only
@never_cache
@limited("merchant-product", per_person="60/m")
def edit(request: HttpRequest, merchant: Merchant, listing: UUID) -> HttpResponse:
    """Change a product. Deals that run keep what they were struck on."""
    return _edit(request, merchant, product_or_404(merchant, listing))


def _edit(request: HttpRequest, merchant: Merchant, listing: Listing | None) -> HttpResponse:
    kept = KeptPhotos(request)
    if request.method != "POST":
        form = ProductForm(initial=_initial(listing))
        if listing is not None:
            kept.show(form, listing.photos)
        return _edit_page(request, merchant, listing, form)
    form = ProductForm(request.POST, request.FILES)
    taken = kept.take(form, f"merchant:{merchant.pk}", acting.now())
    if form.is_valid() and taken:
        data = form.cleaned_data
        is_kept_draft = listing is not None and listing.status == products.DRAFT
        otherwise = products.DRAFT if is_kept_draft else products.PAUSED
        product = products.Product(
            data["title"], data["text"], data["attributes"], data["category"], data["price"], data["weight_g"],
            data["stock"], _ordered(data["photos"], data["first"]), data["sku"],
            products.LIVE if data["is_live"] else otherwise,
        )  # fmt: skip
        try:
            products.save_product(merchant, product, listing, data["key"], acting.now())
        except products.ProductRefused as refused:
            form.refuse(ProductForm.fields_of.get(refused.code, "text"), words.problem(refused.code, ""))
        else:
            messages.success(request, _now("Kept. Deals that run stay as they were promised."))
            return redirect("merchant-products")
    return _edit_page(request, merchant, listing, form)


def _ordered(digests: list[str], first: int | None) -> tuple[str, ...]:
    """The photographs with the chosen one in front."""
    if not first or not 1 < first <= len(digests):
        return tuple(digests)
    return (digests[first - 1], *digests[: first - 1], *digests[first:])


def _initial(listing: Listing | None) -> dict[str, Any]:
    if listing is None:
        return {"category": "other", "is_live": True}
    return {
        "title": listing.title, "price": listing.price_minor, "weight_g": listing.weight_g, "text": listing.text,
        "attributes": "\n".join(f"{name}: {value}" for name, value in listing.attributes),
        "category": listing.category, "stock": listing.stock, "sku": listing.sku,
        "is_live": listing.status == products.LIVE,
    }  # fmt: skip


def _edit_page(request: HttpRequest, merchant: Merchant, listing: Listing | None, form: ProductForm) -> HttpResponse:
    context: dict[str, Any] = {
        "merchant": merchant,
        "area": "products",
        "form": form,
        "listing": listing,
        "photos": form.fields["photos"].widget.kept,
    }
    return render(request, "merchant/product.html", context, status=422 if form.is_bound else 200)


@require_POST
@merchant_only
def set_status(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """Pause the ticked products (or one), or show them again."""
    status = products.PAUSED if request.POST.get("status") == products.PAUSED else products.LIVE
    changed = products.set_status(merchant, request.POST.getlist("listing")[:200], status, acting.now())
    if status == products.PAUSED:
        messages.success(request, ngettext("%d product paused.", "%d products paused.", changed) % changed)
    else:
        messages.success(request, ngettext("%d product is on sale.", "%d products are on sale.", changed) % changed)
    return redirect("merchant-products")


@require_safe
@merchant_only
def photo(request: HttpRequest, merchant: Merchant, listing: UUID, digest: str) -> HttpResponse:
    """A photograph of one of the shop's products, on sale or not."""
    if digest not in product_or_404(merchant, listing).photos:
        raise Http404
    return picture(digest, side_of(request), request)
