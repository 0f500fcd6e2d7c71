"""Accounts made and mended by whoever runs the installation, not by the person: the command line and the example."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from mediator.people.models import Person


class AccountError(Exception):
    """An account that can't be made or changed as asked. ``code`` is stable, the text is for people."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def add_person(email: str, name: str, password: str) -> Person:
    """A person with a confirmed address: whoever runs the installation vouches for it.

    AccountError ``bad_email``, ``account_exists``, ``no_name`` or ``weak_password``.
    """
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise AccountError("bad_email", f"{email!r} is no e-mail address.") from error
    name = " ".join(name.split())
    if not name or not name.isprintable():
        raise AccountError("no_name", "Say what the person is called, with --name.")
    if Person.objects.filter(email=email).exists():
        raise AccountError("account_exists", f"There is an account with {email} already.")
    _check_password(password, Person(email=email, name=name))
    with transaction.atomic():
        person = Person.objects.create_user(email, password, name=name)
        EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    return person


def find_person(email: str) -> Person:
    """The person with that address; AccountError ``no_such_account``."""
    person = Person.objects.filter(email=email.strip().lower()).first()
    if person is None:
        raise AccountError("no_such_account", f"There is no account with {email}.")
    return person


def reset_person(person: Person, password: str) -> None:
    """Set a password anew and take the second factor away, for who lost both; all sessions end with the old password.
    Whoever has a role must set a second factor up again before any desk opens. AccountError ``weak_password``."""
    _check_password(password, person)
    with transaction.atomic():
        person.set_password(password)
        person.save(update_fields=("password",))
        Authenticator.objects.filter(user=person).delete()


def _check_password(password: str, person: Person) -> None:
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise AccountError("weak_password", " ".join(error.messages)) from error
