"""What a session knows of a second factor beyond sign-in: setting it up proves a code; switching it off forgets it."""

from __future__ import annotations

from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.dispatch import receiver
from django.http import HttpRequest

from mediator.people.models import Person


@receiver(authenticator_added)
def count_the_code_of_activation(request: HttpRequest, user: Person, authenticator: Authenticator, **_: Any) -> None:
    """allauth tells this after it has checked the code against the new secret, in a session whose password was just
    asked for: as good as a code at sign-in."""
    if authenticator.type == Authenticator.Type.TOTP:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)


@receiver(authenticator_removed)
def forget_codes(request: HttpRequest, authenticator: Authenticator, **_: Any) -> None:
    """A factor that is no more proves nothing."""
    if authenticator.type == Authenticator.Type.TOTP:
        records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [r for r in records if r.get("method") != "mfa"]
