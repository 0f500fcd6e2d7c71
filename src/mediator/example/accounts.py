"""The example's accounts: one for each role, with a password and a second factor that the sign-in page shows.

Both are derived from the installation's own secret key, so that nobody who read this file can sign in elsewhere.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime
from typing import NamedTuple

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.auth.hashers import make_password

from mediator.example.marker import GRANTED_BY
from mediator.people.models import Person
from mediator.people.roles import StaffRole, grant

DOMAIN = "contoh.mediator"


class Account(NamedTuple):
    """One who signs in: the part of the address before @, a name, a zone, and roles with what they are for."""

    local: str
    name: str
    zone: str = "Asia/Jakarta"
    roles: tuple[StaffRole, ...] = ()
    scopes: tuple[str, ...] = ("",)

    @property
    def email(self) -> str:
        return f"{self.local}@{DOMAIN}"


MINISTRY, DINAS = "kemenperin-ikma", "disperindag-33"
"""Codes of the organisations that those who are shown work for: a ministry, and the dinas of Central Java."""

R = StaffRole
ACCOUNTS: tuple[Account, ...] = (
    Account("pembeli", "Rara Anggraini"),
    Account("penjual", "Ayu Wulandari"),
    Account("mediator", "Bagas Pranoto", roles=(R.MEDIATOR,)),
    Account("mediator2", "Ni Luh Sukerti", "Asia/Makassar", (R.MEDIATOR,)),
    Account("mediator3", "Robert Tambunan", roles=(R.MEDIATOR,)),
    Account("kepala", "Hasan Siregar", roles=(R.MEDIATOR, R.LEAD)),
    Account("operator", "Dewi Kartika", roles=(R.OPERATOR,)),
    Account("operator2", "Yohanes Rumbiak", "Asia/Jayapura", (R.OPERATOR,)),
    Account("kurir", "Joko Susilo", roles=(R.COURIER,), scopes=("jne",)),
    Account("verifikator", "Wahyu Purnomo", roles=(R.VERIFIER,), scopes=(MINISTRY,)),
    Account("validator", "Sulastri Handoyo", roles=(R.VALIDATOR,), scopes=(DINAS,)),
    Account("kurator", "Maya Rahmawati", roles=(R.CURATOR,), scopes=(MINISTRY, DINAS)),
    Account("kurator2", "Edi Gunawan", roles=(R.CURATOR,), scopes=(MINISTRY, DINAS)),
    Account("kurator3", "Theresia Nainggolan", roles=(R.CURATOR,), scopes=(MINISTRY, DINAS)),
    Account("pendamping", "Fitri Handayani", roles=(R.MENTOR,), scopes=("kemenkop-ukm",)),
    Account("pejabat", "Irwan Setiadi", roles=(R.OFFICIAL,), scopes=(MINISTRY,)),
    Account("dinas", "Endang Lestariningsih", roles=(R.OFFICIAL,), scopes=(DINAS,)),
    Account("analis", "Putra Lubis", roles=(R.ANALYST,)),
)
BUYERS: tuple[Account, ...] = (
    Account("sari", "Sari Nasution"),
    Account("made", "Made Wirawan", "Asia/Makassar"),
    Account("agnes", "Agnes Wanggai", "Asia/Jayapura"),
    Account("rizky", "Rizky Maulana"),
    Account("lestari", "Lestari Widodo"),
    Account("andi", "Andi Baso", "Asia/Makassar"),
)
"""Further buyers with an account, not shown on the sign-in page; their password is the same."""


def password() -> str:
    """The password of all example accounts, pronounceable enough to be typed."""
    letters = _derived("password")
    syllables = "".join("bdgjkmnprst"[byte % 11] + "aiueo"[byte // 11 % 5] for byte in letters[:5])
    return f"contoh-{syllables}-{letters[5] % 90 + 10}"


def totp_secret(account: Account) -> str:
    """The secret of the account's second factor, base32, as an authenticator app takes it."""
    return base64.b32encode(_derived(f"totp/{account.email}")[:20]).decode()


def make_accounts(now: datetime) -> dict[str, Person]:
    """The example's people by the first part of their address. The marked grants come with them."""
    hashed = make_password(password())
    people = {}
    for account in (*ACCOUNTS, *BUYERS):
        person = Person(email=account.email, name=account.name, zone=account.zone, password=hashed)
        person.save(force_insert=True)
        EmailAddress.objects.create(user=person, email=account.email, verified=True, primary=True)
        for role in account.roles:
            for scope in account.scopes:
                grant(person, role, GRANTED_BY, now, scope)
        if account.roles:
            TOTP.activate(person, totp_secret(account))
        people[account.local] = person
    return people


def has_accounts() -> bool:
    """Whether the accounts that would be shown are there with a second factor."""
    shown = [account.email for account in ACCOUNTS if account.roles]
    found: int = Authenticator.objects.filter(user__email__in=shown).count()
    return found == len(shown)


def _derived(label: str) -> bytes:
    key = hashlib.sha256(b"mediator/example/" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, label.encode(), hashlib.sha256).digest()
