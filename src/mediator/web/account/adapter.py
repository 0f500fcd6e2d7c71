"""Where allauth asks what is ours to say: addresses, secrets, messages, and who may switch the second factor off."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sites.requests import RequestSite
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mediator.people.mail import FileBackend
from mediator.people.roles import grants_of
from mediator.shop.secrets import seal, unseal
from mediator.web.throttle import client_address

_log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts. A mail server that is down keeps nobody out and gives nobody away: the e-mail waits in a file."""

    error_messages = {  # noqa: RUF012  allauth's own shape
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("E-mail or password is wrong. Check both, or choose a new password below."),
        "incorrect_password": _("This password is wrong. Type the one you sign in with."),
        "enter_current_password": _("This password is wrong. Type the one you sign in with."),
        "incorrect_code": _("This code is wrong or over. Type the one that the app shows now."),
        "too_many_login_attempts": _("That was tried too often. Nothing was done: wait five minutes, then try again."),
        "rate_limited": _("That was tried too often. Nothing was done: wait five minutes, then try again."),
    }

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        known = {"request": self.request, "email": email, "site": RequestSite(self.request)}
        message = self.render_mail(template_prefix, email, known | context)
        try:
            message.send()
        except OSError as error:  # SMTPException is one
            _log.error("the mail server did not take an e-mail (%s); it was kept as a file", type(error).__name__)
            _keep(message)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        from django.urls import reverse

        return reverse("my-page")


def _keep(message: EmailMessage) -> None:
    FileBackend().send_messages([message])


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The second factor. Its secrets are kept sealed, and who works for Mediator can't go without it."""

    error_messages = {  # noqa: RUF012  allauth's own shape
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _("Your role needs the second factor. An operator can end the role first."),
        "incorrect_code": _("This code is wrong or over. Type the one that the app shows now."),
        "unverified_email": _("Confirm your e-mail address first: we sent you a link."),
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def build_totp_svg(self, url: str) -> str:
        """The page draws its own code from the address."""
        return ""

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return authenticator.type != Authenticator.Type.TOTP or not grants_of(authenticator.user).is_staff

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return f"Mediator:{super().get_totp_label(user)}"
