"""An official of a dinas, and a browser in which they are signed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from mediator.ikm.producers.models import Organisation
from mediator.people.models import Person
from mediator.people.roles import StaffRole, grant
from tests.account.signing import person, sign_in
from tests.ikm.registers.making import NOW, dinas


def official(organisation: Organisation, language: str = "en") -> Person:
    """A person who is an official of that organisation."""
    made = person()
    made.language = language
    made.save(update_fields=("language",))
    grant(made, StaffRole.OFFICIAL, "test", NOW, organisation.code)
    return made


@pytest.fixture
def browser(db: None) -> Callable[..., Client]:
    """A signed-in official's browser: ``browser(organisation)``."""

    def make(organisation: Organisation | None = None, language: str = "en") -> Client:
        return sign_in(official(organisation or dinas(), language))

    return make
