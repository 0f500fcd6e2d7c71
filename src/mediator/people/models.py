"""Persons and what they were granted."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from mediator.deals.ids import uuid7

ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
"""Indonesia's three time zones: WIB, WITA, WIT."""


def new_id() -> UUID:
    return UUID(uuid7())


class PersonManager(BaseUserManager["Person"]):
    """Makes persons; an e-mail address is kept in lower case, so that it is one address however it is typed."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email=(username or "").strip().lower())


class Person(AbstractBaseUser):
    """One who signs in. ``id`` is the actor's id in every command this person sends as buyer, mediator or operator."""

    id = models.UUIDField(primary_key=True, default=new_id)
    email = models.EmailField(unique=True, max_length=254)
    name = models.CharField(max_length=150)
    phone = models.CharField(max_length=20, default="", blank=True, help_text="E.164")
    language = models.CharField(max_length=2, default="id")
    zone = models.CharField(max_length=32, default=ZONES[0])
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        db_table = "person"

    def __str__(self) -> str:
        return self.name or self.email


class RoleGrant(models.Model):
    """A role a person has from ``granted_at`` until it is ended. ``scope`` narrows it: a courier's name."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=16)
    scope = models.CharField(max_length=64, default="", blank=True)
    granted_by = models.CharField(max_length=64, help_text="person's id, or 'command line'")
    granted_at = models.DateTimeField()
    ended_by = models.CharField(max_length=64, default="", blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "role_grant"
        constraints = (
            models.UniqueConstraint(
                fields=("person", "role", "scope"), condition=models.Q(ended_at=None), name="one_running_grant"
            ),
        )
