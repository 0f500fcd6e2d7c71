"""The roles that Mediator's own people have. All of them are staff and sign in with a second factor."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from mediator.people.models import Person, RoleGrant


class StaffRole(StrEnum):
    """What a person may be granted. Buyers and merchants need no grant: they are parties of their own deals."""

    OPERATOR = "operator"
    MEDIATOR = "mediator"
    LEAD = "lead"
    COURIER = "courier"
    CURATOR = "curator"
    MENTOR = "mentor"
    ANALYST = "analyst"
    VERIFIER = "verifier"
    VALIDATOR = "validator"
    OFFICIAL = "official"


class Grants(NamedTuple):
    """The running grants of one person, by role. A courier's scope is the courier's name; that of a verifier (a
    pendamping), a validator (of a dinas), a curator, a mentor or an official is an organisation's code."""

    roles: frozenset[StaffRole]
    couriers: tuple[str, ...] = ()
    scopes: tuple[tuple[StaffRole, str], ...] = ()

    @property
    def is_staff(self) -> bool:
        return bool(self.roles)

    def scopes_of(self, role: StaffRole) -> tuple[str, ...]:
        """For whom this person has that role: the scopes of its grants, in order; a grant without one gives none."""
        return tuple(scope for held, scope in self.scopes if held is role)


NOTHING = Grants(frozenset())


def grants_of(person: Person) -> Grants:
    """What this person may act as now, in one query. An inactive person may nothing."""
    if not person.is_active:
        return NOTHING
    rows = list(RoleGrant.objects.filter(person=person, ended_at=None).values_list("role", "scope"))
    known = set(StaffRole)
    roles = frozenset(StaffRole(role) for role, _ in rows if role in known)
    scopes = tuple(sorted((StaffRole(role), scope) for role, scope in rows if role in known and scope))
    return Grants(roles, tuple(scope for role, scope in scopes if role is StaffRole.COURIER), scopes)


def grant(person: Person, role: StaffRole, by: str, now: datetime, scope: str = "") -> RoleGrant:
    """Give a role; giving one that is running changes nothing."""
    running, _ = RoleGrant.objects.get_or_create(
        person=person, role=role, scope=scope, ended_at=None, defaults={"granted_by": by, "granted_at": now}
    )
    return running


def end_grant(person: Person, role: StaffRole, by: str, now: datetime, scope: str = "") -> bool:
    """Take a role back; False when the person did not have it."""
    running = RoleGrant.objects.filter(person=person, role=role, scope=scope, ended_at=None)
    return running.update(ended_by=by, ended_at=now) > 0
