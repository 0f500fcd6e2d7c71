"""Persons who are signed in, for tests of pages: with a second factor where their role needs one."""

from __future__ import annotations

import itertools
import time
from datetime import UTC, datetime

from allauth.account.models import EmailAddress
from django.test import Client

from mediator.people.models import Person
from mediator.people.roles import StaffRole, grant

PASSWORD = "kopi-gayo-250-gram"
OF_ORGANISATION = (
    StaffRole.VERIFIER, StaffRole.VALIDATOR, StaffRole.OFFICIAL, StaffRole.CURATOR, StaffRole.MENTOR,
)  # fmt: skip
_number = itertools.count(1)


def person(
    *roles: StaffRole, courier: str = "", organisation: str = "", name: str = "", password: str | None = None
) -> Person:
    """A person with a confirmed address and these roles; ``courier`` is the courier's name, ``organisation`` the code
    for roles that belong to one. Without a password it is quick to make (and nobody can sign in by hand)."""
    number = next(_number)
    made = Person.objects.create_user(f"orang{number}@example.org", password, name=name or f"Orang {number}")
    EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
    for role in roles:
        scope = courier if role is StaffRole.COURIER else organisation if role in OF_ORGANISATION else ""
        grant(made, role, "test", datetime.now(UTC), scope=scope)
    return made


def sign_in(who: Person, *, second_factor: bool = True, client: Client | None = None) -> Client:
    """A browser in which that person is signed in, by default with a code given in this session."""
    client = client or Client(headers={"host": "localhost"})
    client.force_login(who)
    session = client.session
    records = [{"method": "password", "at": time.time(), "email": who.email}]
    if second_factor:
        records.append({"method": "mfa", "at": time.time(), "id": 1, "type": "totp"})
    session["account_authentication_methods"] = records
    session["account_authentication_methods_user"] = str(who.pk)
    session.save()
    return client
