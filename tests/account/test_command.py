"""``mediator account``: people and roles from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from click.testing import CliRunner, Result

from mediator.cli.main import cli
from mediator.config import database
from mediator.people.accounts import AccountError
from mediator.people.models import Person, RoleGrant
from mediator.people.roles import StaffRole, grants_of
from tests.account.signing import PASSWORD, person

pytestmark = pytest.mark.django_db
Command = Callable[..., Result]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    monkeypatch.setattr(database, "ensure_database", lambda: None)

    def run(*arguments: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(cli, ["account", *arguments], input=typed, standalone_mode=False)

    return run


@pytest.fixture
def file(tmp_path: Path) -> str:
    place = tmp_path / "password"
    place.write_text(f"{PASSWORD}\n")
    return str(place)


def test_a_person_is_added_with_roles_and_who_granted_them(command: Command, file: str) -> None:
    run = command("add", "Ani@Example.org", "--name", "Ani", "--role", "operator", "--role", "courier:jne",
                  "--password-file", file, "--json")  # fmt: skip
    answer: dict[str, Any] = json.loads(run.output)
    assert {(grant["role"], grant["scope"], grant["granted_by"]) for grant in answer["roles"]} == {
        ("operator", "", "command line"), ("courier", "jne", "command line"),
    }  # fmt: skip
    ani = Person.objects.get(email="ani@example.org")
    assert ani.check_password(PASSWORD)
    assert grants_of(ani).couriers == ("jne",)


def test_the_password_is_asked_twice_and_never_an_argument(command: Command) -> None:
    run = command("add", "ani@example.org", "--name", "Ani", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert run.exception is None
    assert PASSWORD not in run.output
    assert Person.objects.get().check_password(PASSWORD)
    assert "--password " not in command("add", "--help").output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("bukan surel", "--name", "Ani"), "no e-mail address"),
        (("ani@example.org", "--name", "  "), "--name"),
        (("ani@example.org", "--name", "Ani", "--role", "king"), "There is no role"),
        (("ani@example.org", "--name", "Ani", "--role", "courier"), "which courier"),
        (("ani@example.org", "--name", "Ani", "--role", "operator:x"), "no part after a colon"),
    ],
)
def test_what_is_wrong_is_said_and_nobody_is_added(
    command: Command, file: str, arguments: tuple[str, ...], says: str
) -> None:
    run = command("add", *arguments, "--password-file", file)
    assert says in str(getattr(run.exception, "message", "") or run.exception)
    assert not Person.objects.exists()


def test_a_weak_password_and_a_second_account_are_refused(command: Command, tmp_path: Path, file: str) -> None:
    weak = tmp_path / "weak"
    weak.write_text("12345")
    run = command("add", "ani@example.org", "--name", "Ani", "--password-file", str(weak))
    assert isinstance(run.exception, AccountError)
    assert run.exception.code == "weak_password"
    command("add", "ani@example.org", "--name", "Ani", "--password-file", file)
    again = command("add", "ANI@example.org", "--name", "Ani", "--password-file", file)
    assert getattr(again.exception, "code", "") == "account_exists"


def test_roles_are_granted_once_and_ended_and_both_are_kept(command: Command) -> None:
    who = person()
    for _ in range(2):
        assert command("grant", who.email, "mediator").exception is None
    assert RoleGrant.objects.count() == 1
    assert command("end", who.email, "mediator").exception is None
    assert "does not have" in str(getattr(command("end", who.email, "mediator").exception, "message", ""))
    kept = RoleGrant.objects.get()
    assert (kept.granted_by, kept.ended_by) == ("command line", "command line")
    listed = json.loads(command("list", "--all", "--json").output)
    assert [grant["role"] for row in listed for grant in row["roles"]] == ["mediator"]
    assert json.loads(command("list", "--json").output) == []


def test_who_lost_the_phone_gets_a_new_password_and_no_second_factor(command: Command, file: str) -> None:
    who = person(StaffRole.OPERATOR)
    TOTP.activate(who, generate_totp_secret())
    assert command("reset", who.email, "--password-file", file).exception is None
    who.refresh_from_db()
    assert who.check_password(PASSWORD)
    assert not Authenticator.objects.filter(user=who).exists()
    assert "no account" in str(command("reset", "x@example.org", "--password-file", file).exception)
