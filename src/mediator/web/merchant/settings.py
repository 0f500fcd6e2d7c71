"""A shop's settings, and who works in it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mediator.people.models import Person
from mediator.shop.models import Member, Merchant
from mediator.shop.products import move_products
from mediator.web import acting
from mediator.web.guards import CHOSEN, membership_of, merchant_only, owner_or_404, person_of
from mediator.web.merchant.forms import MemberForm, ShopForm
from mediator.web.throttle import limited

MOST_MEMBERS = 50


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_only
@never_cache
@limited("merchant-settings")
def settings(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """What the shop says of itself. A new place is said on its products too."""
    form = ShopForm(request.POST or None, initial=_initial(merchant))
    if request.method == "POST" and form.is_valid():
        owner_or_404(request, merchant)
        data = form.cleaned_data
        has_moved = data["regency"] != merchant.regency
        merchant.name, merchant.about, merchant.phone = data["name"], data["about"], data["phone"]
        merchant.regency, merchant.province = data["regency"], data["regency"][:2]
        merchant.freight_near_minor, merchant.freight_far_minor = data["near"], data["far"]
        with transaction.atomic():
            fields = ["name", "about", "phone", "regency", "province", "freight_near_minor", "freight_far_minor"]
            merchant.save(update_fields=fields)
            if has_moved:
                move_products(merchant, acting.now())
        messages.success(request, _("Kept."))
        return redirect("merchant-settings")
    return _page(request, merchant, form, MemberForm())


def _initial(merchant: Merchant) -> dict[str, Any]:
    return {
        "name": merchant.name, "regency": merchant.regency, "phone": merchant.phone, "about": merchant.about,
        "near": merchant.freight_near_minor, "far": merchant.freight_far_minor,
    }  # fmt: skip


def _page(request: HttpRequest, merchant: Merchant, form: ShopForm, member_form: MemberForm) -> HttpResponse:
    membership = membership_of(request)
    members = Member.objects.filter(merchant=merchant).select_related("person").order_by("since")
    context: dict[str, Any] = {
        "merchant": merchant,
        "area": "settings",
        "form": form,
        "member_form": member_form,
        "members": members,
        "is_owner": membership is not None and membership.role == "owner",
        "me": person_of(request),
    }
    is_refused = form.is_bound or member_form.is_bound
    return render(request, "merchant/settings.html", context, status=422 if is_refused else 200)


@require_POST
@merchant_only
@limited("merchant-members", per_person="20/h")
def add_member(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """An owner lets somebody help. Somebody who helps already stays as they are."""
    owner_or_404(request, merchant)
    form = MemberForm(request.POST)
    if form.is_valid():
        person = Person.objects.filter(email=form.cleaned_data["email"].lower(), is_active=True).first()
        if person is None:
            form.refuse("email", _("No account has that address. Ask them to open one first, then add them here."))
        elif Member.objects.filter(merchant=merchant).count() >= MOST_MEMBERS:
            form.refuse("email", _("At most %(most)d people can work in one shop.") % {"most": MOST_MEMBERS})
        else:
            Member.objects.get_or_create(
                merchant=merchant, person=person, defaults={"role": "staff", "since": acting.now()}
            )
            messages.success(request, _("%(name)s can work in your shop now.") % {"name": str(person)})
            return redirect("merchant-settings")
    return _page(request, merchant, ShopForm(initial=_initial(merchant)), form)


@require_POST
@merchant_only
def remove_member(request: HttpRequest, merchant: Merchant, person: UUID) -> HttpResponse:
    """An owner ends somebody's help; whoever helps may end it too. A shop always keeps its owners."""
    own = person_of(request)
    if person != own.pk:
        owner_or_404(request, merchant)
    member = Member.objects.filter(merchant=merchant, person=person).first()
    if member is None:
        raise Http404
    if member.role == "owner":
        messages.error(request, _("An owner can't be taken out."))
        return redirect("merchant-settings")
    member.delete()
    if person == own.pk:
        request.session.pop(CHOSEN, None)
        messages.success(request, _("You don't work in %(shop)s any more.") % {"shop": merchant.name})
        return redirect("after-sign-in")
    messages.success(request, _("Taken out. They can't open the shop any more."))
    return redirect("merchant-settings")
