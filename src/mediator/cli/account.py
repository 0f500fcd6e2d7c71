"""``mediator account``: people who sign in, and the roles they are granted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mediator.cli.output import console, json_option, print_json

if TYPE_CHECKING:
    from mediator.people.models import Person
    from mediator.people.roles import StaffRole

BY = "command line"
ROLES = (
    "operator, mediator, lead, courier:NAME, curator, mentor, analyst, verifier:ORGANISATION, validator:ORGANISATION "
    "or official:ORGANISATION (a curator or mentor may have one, too)"
)
OF_ORGANISATION = ("verifier", "validator", "official", "curator", "mentor")
MUST_SAY_WHICH = ("verifier", "validator", "official")

password_file = click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File whose first line is the password; without it you are asked. Never an argument: those can be seen.",
)


@click.group(short_help="Add people, and grant or end their roles.")
def account() -> None:
    """Buyers and merchants open their accounts themselves; this is for Mediator's own people.

    Whoever has a role must set up a second factor at the first sign-in.
    """


@account.command("add")
@click.argument("email")
@click.option("--name", required=True, help="What the person is called.")
@click.option("--role", "roles", multiple=True, metavar="ROLE", help=f"{ROLES}; may be repeated.")
@password_file
@json_option
def add(email: str, name: str, roles: tuple[str, ...], password_file: Path | None, as_json: bool) -> None:
    """Add a person who signs in with EMAIL."""
    _prepare()
    from mediator.people.accounts import add_person

    wanted = [_role(role) for role in roles]
    person = add_person(email, name, _password(password_file))
    for role, scope in wanted:
        _grant(person, role, scope)
    _tell(person, as_json, f"{person.email} is added" + (f" as {', '.join(roles)}." if roles else "."))


@account.command("grant")
@click.argument("email")
@click.argument("role")
@json_option
def grant(email: str, role: str, as_json: bool) -> None:
    """Grant ROLE to the person with EMAIL; granting one that runs changes nothing."""
    _prepare()
    from mediator.people.accounts import find_person

    person = find_person(email)
    _grant(person, *_role(role))
    _tell(person, as_json, f"{person.email} is {role}.")


@account.command("end")
@click.argument("email")
@click.argument("role")
@json_option
def end(email: str, role: str, as_json: bool) -> None:
    """End ROLE of the person with EMAIL."""
    _prepare()
    from mediator.deals.clock import SYSTEM_CLOCK
    from mediator.people.accounts import find_person
    from mediator.people.roles import end_grant

    person = find_person(email)
    kind, scope = _role(role)
    if not end_grant(person, kind, BY, SYSTEM_CLOCK.now(), scope):
        raise click.ClickException(f"{person.email} does not have the role {role}.")
    _tell(person, as_json, f"{person.email} is no longer {role}.")


@account.command("reset")
@click.argument("email")
@password_file
@json_option
def reset(email: str, password_file: Path | None, as_json: bool) -> None:
    """Set a new password for EMAIL and take the second factor away, for who lost the phone. All sessions end."""
    _prepare()
    from mediator.people.accounts import find_person, reset_person

    person = find_person(email)
    reset_person(person, _password(password_file))
    _tell(person, as_json, f"{person.email} has a new password and no second factor.")


@account.command("list")
@click.option("--all", "everybody", is_flag=True, help="Also people without a role, and grants that have ended.")
@json_option
def list_(everybody: bool, as_json: bool) -> None:
    """List the people who have a role, and who granted it."""
    _prepare()
    from mediator.people.models import Person

    people = Person.objects.order_by("email").prefetch_related("grants")
    if not everybody:
        people = people.filter(grants__ended_at=None, grants__isnull=False).distinct()
    rows = [_shown(person, everybody) for person in people]
    if as_json:
        print_json(rows)
        return
    out = console()
    for row in rows:
        roles = "; ".join(_in_words(grant) for grant in row["roles"]) or "no role"
        out.print(f"{row['email']}  {row['name']}  {roles}", highlight=False, markup=False)
    if not rows:
        out.print("Nobody has a role yet; add somebody with “mediator account add EMAIL --name … --role operator”.")


def _prepare() -> None:
    from mediator.config.database import ensure_database

    ensure_database()


def _role(text: str) -> tuple[StaffRole, str]:
    """ "courier:jne" as a role and its scope; click.BadParameter."""
    from mediator.people.roles import StaffRole

    name, _, scope = text.partition(":")
    try:
        role = StaffRole(name)
    except ValueError:
        raise click.BadParameter(f"There is no role {name!r}; there are {ROLES}.") from None
    scope = scope.strip()
    if scope and role is not StaffRole.COURIER and role not in OF_ORGANISATION:
        raise click.BadParameter(f"The role {name} has no part after a colon.")
    if role is StaffRole.COURIER and not scope:
        raise click.BadParameter("Say which courier, as the deals name it: courier:jne.")
    if role in OF_ORGANISATION:
        _check_organisation(name, scope)
    return role, scope


def _check_organisation(role: str, code: str) -> None:
    from mediator.ikm.producers.models import Organisation

    if not code and role in MUST_SAY_WHICH:
        raise click.BadParameter(f"Say of which organisation, by its code: {role}:kemenperin.")
    if code and not Organisation.objects.filter(code=code).exists():
        raise click.BadParameter(
            f"No organisation has the code {code!r}; “mediator ikm organisation list” names them, “… add” makes one."
        )


def _password(file: Path | None) -> str:
    if file is not None:
        lines = file.read_text(encoding="utf-8").splitlines()
        if not lines:
            raise click.ClickException(f"{file} is empty; its first line must be the password.")
        return lines[0]
    typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return typed


def _grant(person: Person, role: StaffRole, scope: str) -> None:
    from mediator.deals.clock import SYSTEM_CLOCK
    from mediator.people.roles import grant as give

    give(person, role, BY, SYSTEM_CLOCK.now(), scope)


def _tell(person: Person, as_json: bool, sentence: str) -> None:
    if as_json:
        print_json(_shown(person, everybody=True))
    else:
        click.echo(sentence)


def _shown(person: Person, everybody: bool) -> dict[str, Any]:
    fields = ("role", "scope", "granted_by", "granted_at", "ended_by", "ended_at")
    grants = [grant for grant in person.grants.all() if everybody or grant.ended_at is None]
    roles = [{name: getattr(grant, name) for name in fields} for grant in grants]
    return {"id": str(person.pk), "email": person.email, "name": person.name, "roles": roles}


def _in_words(grant: dict[str, Any]) -> str:
    name = f"{grant['role']}:{grant['scope']}" if grant["scope"] else grant["role"]
    ended = f", ended {grant['ended_at']:%Y-%m-%d} by {grant['ended_by']}" if grant["ended_at"] else ""
    return f"{name} (since {grant['granted_at']:%Y-%m-%d} by {grant['granted_by']}{ended})"
