"""Who may open a page. Everything else of a page is under one of these, or open to all on purpose."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from mediator.people.models import Person
from mediator.people.roles import StaffRole
from mediator.shop.models import Member, Merchant
from mediator.web.context import merchants_of, staff_grants
from mediator.web.faults import forbidden

View = Callable[..., HttpResponse]
CHOSEN = "merchant"


def person_of(request: HttpRequest) -> Person:
    """Whoever is signed in; only behind a guard."""
    assert isinstance(request.user, Person)
    return request.user


def signed_in(view: View) -> View:
    """For whoever has an account."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return guarded


def staff(*roles: StaffRole) -> Callable[[View], View]:
    """For those who have one of these roles, and have signed in with a second factor in this session."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not staff_grants(request).roles & set(roles):
                return forbidden(request)
            if not has_second_factor(request):
                return _ask_second_factor(request)
            return view(request, *args, **kwargs)

        return guarded

    return guard


def has_second_factor(request: HttpRequest) -> bool:
    """Whether this person gave a code in this session: at sign-in, when asked again, or in setting the code up.

    The records are bound to the person, so what somebody else proved in the same browser does not count. Tests sign in
    such a person by ``tests.account.signing.sign_in``.
    """
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, person_of(request)))


def _ask_second_factor(request: HttpRequest) -> HttpResponse:
    """Where a code is given: set up first, or, by whoever did that in another browser, given for this session."""
    here = request.get_full_path() if request.method == "GET" else reverse("after-sign-in")
    if is_mfa_enabled(request.user, [Authenticator.Type.TOTP]):
        return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': here})}")
    messages.warning(request, _("Your role needs a second factor: set up a code on your phone first."))
    return redirect("mfa_activate_totp")


def merchant_only(view: View) -> View:
    """For members of a merchant; the view gets the merchant that is being worked for as its second argument."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        membership = membership_of(request)
        if membership is None:
            return redirect("open-shop")
        return view(request, membership.merchant, *args, **kwargs)

    return guarded


def membership_of(request: HttpRequest) -> Member | None:
    """The membership that is being worked under: the one chosen in this session, else the oldest."""
    memberships: list[Member] = merchants_of(request)
    chosen = request.session.get(CHOSEN)
    return next((m for m in memberships if str(m.merchant_id) == chosen), memberships[0] if memberships else None)


def owner_or_404(request: HttpRequest, merchant: Merchant) -> Member:
    """The owner's membership; who only helps in the shop may not change where its money goes."""
    membership = membership_of(request)
    if membership is None or membership.merchant_id != merchant.pk or membership.role != "owner":
        raise Http404
    return membership
