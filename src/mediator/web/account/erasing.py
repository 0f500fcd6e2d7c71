""" "Erase my account": what goes, what stays and why, what to finish first; then a password, and it is done."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mediator.people.models import Person
from mediator.shop.erasing import Erased, Hindered, Hindrance, erase, hindrances
from mediator.web import acting
from mediator.web.account.forms import CODE_HINT, CodeForm
from mediator.web.deal_words import Words
from mediator.web.forms import Form
from mediator.web.guards import person_of, signed_in
from mediator.web.throttle import limited

FIRST: Words = {
    "deal_open": gettext_lazy("Your deals that are not over: accept the goods, settle the claim, or cancel."),
    "refund_due": gettext_lazy("Money that is on its way back to you: wait until it has arrived."),
    "shop_deals": gettext_lazy("Shops with deals that are not over: finish them, or name another owner."),
    "shop_money": gettext_lazy("Shops that are owed money or owe some: settle it, or name another owner."),
    "shop_producer": gettext_lazy("Shops with a profile as a producer: erase that first, on its own page."),
    "case_open": gettext_lazy("Cases that are with you: decide them, or have the lead give them to somebody else."),
    "proposal_open": gettext_lazy("Decisions you proposed that wait for a second pair of eyes."),
    "last_in_role": gettext_lazy("Roles that only you have: an operator must grant them to somebody else."),
}


class EraseForm(Form):
    """Who asks must prove once more who it is: with the password, and with a code where that is asked at sign-in."""

    password = forms.CharField(
        label=gettext_lazy("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
    )
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=32,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        help_text=format_lazy("{} {}", CODE_HINT, gettext_lazy("A recovery code works too.")),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        if not is_mfa_enabled(person, [Authenticator.Type.TOTP]):
            del self.fields["code"]

    def clean(self) -> dict[str, Any]:
        """The password first: a wrong one uses no code up."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "password" in data and not self.person.check_password(data["password"]):
            self.refuse("password", _("This password is wrong. Type the one you sign in with."))
        elif "code" in self.fields and "code" in data and "password" in data:
            proof = CodeForm({"code": data["code"]}, user=self.person)
            for errors in proof.errors.values():
                for sentence in errors:
                    self.refuse("code", str(sentence))
        return data


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@never_cache
@limited("erase", per_person="5/5m")
def erase_me(request: HttpRequest) -> HttpResponse:
    """Erase my account. What hinders it is said before anything is asked for."""
    person = person_of(request)
    if request.method != "POST":
        return _show(request, EraseForm(person=person), hindrances(person), 200)
    form = EraseForm(request.POST, person=person)
    if not form.is_valid():
        return _show(request, form, hindrances(person), 422)
    try:
        known = erase(person.pk, acting.now())
    except Hindered as error:
        return _show(request, EraseForm(person=person), error.found, 422)
    logout(request)
    if known is not None:
        _say_goodbye(request, known)
    return redirect("erased")


@require_safe
@never_cache
def erased(request: HttpRequest) -> HttpResponse:
    """It is done. For anybody: the page knows nobody."""
    return render(request, "account/erased.html")


def _show(request: HttpRequest, form: EraseForm, found: list[Hindrance], status: int) -> HttpResponse:
    context = {"form": form, "hindrances": _in_groups(found)}
    return render(request, "account/erase.html", context, status=status)


def _say_goodbye(request: HttpRequest, known: Erased) -> None:
    """The last e-mail to this address, in the language that the person chose."""
    with translation.override(known.language):
        get_adapter(request).send_mail("account/email/erased", known.email, {})


def _in_groups(found: list[Hindrance]) -> list[dict[str, Any]]:
    """What to finish first: what to do, once, and the way to each thing that it is to be done with."""
    groups: dict[str, dict[str, Any]] = {}
    for one in found:
        group = groups.setdefault(one.code, {"text": FIRST[one.code], "items": []})
        group["items"].append({"about": one.about or _("the case"), "url": _address(one)})
    return list(groups.values())


def _address(one: Hindrance) -> str:
    match one.code:
        case "deal_open" | "refund_due":
            return reverse("my-deal", args=[one.book, one.deal])
        case "case_open" | "proposal_open":
            return reverse("case", args=[one.book, one.deal])
        case "shop_deals":
            return reverse("merchant-deals")
        case "shop_money":
            return reverse("merchant-money")
        case "shop_producer":
            return reverse("merchant-path-privacy")
        case _:
            return ""
