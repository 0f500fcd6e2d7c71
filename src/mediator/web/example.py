"""What pages show only where the example is loaded: a line that says so, and how to sign in as whom."""

from __future__ import annotations

import time
from typing import NamedTuple

from allauth.mfa import app_settings
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from mediator.example import accounts, marker
from mediator.mediation.cases import queries as cases
from mediator.people.roles import StaffRole
from mediator.shop.models import Merchant

BUYER, MERCHANT = _("buyer"), _("merchant")
ROLE_WORDS = {
    StaffRole.OPERATOR: _("operator"),
    StaffRole.MEDIATOR: _("mediator"),
    StaffRole.LEAD: _("lead mediator"),
    StaffRole.COURIER: _("courier"),
    StaffRole.VERIFIER: _("verifier"),
    StaffRole.VALIDATOR: _("validator of a dinas"),
    StaffRole.CURATOR: _("curator"),
    StaffRole.MENTOR: _("mentor"),
    StaffRole.OFFICIAL: _("official"),
    StaffRole.ANALYST: _("analyst"),
}


class Shown(NamedTuple):
    """One account as the sign-in page shows it. ``code`` is the second factor's at this moment, empty without one;
    ``has_case``: a case waits for this person's decision."""

    email: str
    name: str
    role: str
    code: str
    has_case: bool = False


class Invitation(NamedTuple):
    """All accounts, and the password they share."""

    password: str
    accounts: list[Shown]


def is_example() -> bool:
    """Whether this installation shows the example."""
    return marker.is_example()


def has_nothing() -> bool:
    """Whether nobody sells anything on this machine of one's own yet: whoever started it may want the example."""
    return not settings.IS_HTTPS and not Merchant.objects.exists()


def invitation() -> Invitation | None:
    """How to sign in to the example; None everywhere else."""
    if not marker.is_example() or not accounts.has_accounts():
        return None
    # Who has a case is drawn by lot, so it differs from one installation to the next.
    busy = cases.who_decides()
    return Invitation(accounts.password(), [_shown(account, busy) for account in accounts.ACCOUNTS])


def _shown(account: accounts.Account, busy: set[str]) -> Shown:
    if account.roles:
        role = str(ROLE_WORDS[account.roles[-1]])
        return Shown(account.email, account.name, role, code_of(account), account.email in busy)
    return Shown(account.email, account.name, str(MERCHANT if account.local == "penjual" else BUYER), "")


def code_of(account: accounts.Account) -> str:
    """The account's six digits at this moment, as a phone would show them."""
    counter = int(time.time()) // app_settings.TOTP_PERIOD
    return str(format_hotp_value(hotp_value(accounts.totp_secret(account), counter)))
