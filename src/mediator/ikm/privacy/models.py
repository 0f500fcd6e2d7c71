"""Why personal data of a producer is kept, who agreed to what, who looked, and what was asked for (law 27/2022)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from mediator.people.models import new_id


class Consent(models.Model):
    """A producer's yes to a purpose, to one organisation ("" Mediator itself), until it is taken back.

    ``text`` names the wording that was agreed to (``purposes.VERSION``). Never deleted: that it was given, and when it
    was taken back, is what must be shown.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    producer_id = models.UUIDField()
    purpose = models.CharField(max_length=24)
    organisation = models.CharField(max_length=40, default="", blank=True)
    text = models.CharField(max_length=24)
    given_by = models.CharField(max_length=64, help_text="person's id")
    given_at = models.DateTimeField()
    withdrawn_by = models.CharField(max_length=64, default="", blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "ikm_consent"
        constraints = (
            models.UniqueConstraint(
                fields=("producer_id", "purpose", "organisation"),
                condition=models.Q(withdrawn_at=None),
                name="ikm_one_running_consent",
            ),
        )
        indexes = (
            models.Index(
                fields=("organisation", "purpose", "producer_id"),
                condition=models.Q(withdrawn_at=None),
                name="ikm_consent_running",
            ),
        )


class Access(models.Model):
    """Somebody looked at personal data. Append-only. ``producer_id`` empty: at many, ``count`` of them, and ``about``
    says by which filter. ``fields`` are groups of fields (``purposes.GROUPS``), never values."""

    id = models.UUIDField(primary_key=True, default=new_id)
    at = models.DateTimeField()
    person = models.CharField(max_length=64)
    role = models.CharField(max_length=16)
    organisation = models.CharField(max_length=40, default="", blank=True)
    purpose = models.CharField(max_length=24)
    how = models.CharField(max_length=8, help_text="page, export, import")
    fields = ArrayField(models.CharField(max_length=16))
    producer_id = models.UUIDField(null=True, blank=True)
    count = models.IntegerField(default=1)
    about = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        db_table = "ikm_access"
        indexes = (
            models.Index(
                fields=("producer_id", "-at"), name="ikm_access_of", condition=models.Q(producer_id__isnull=False)
            ),
            models.Index(fields=("organisation", "-at", "-id"), name="ikm_access_by"),
        )


class Request(models.Model):
    """What a producer asked for: ``export`` of what is kept, or ``erasure``."""

    id = models.UUIDField(primary_key=True, default=new_id)
    producer_id = models.UUIDField()
    kind = models.CharField(max_length=8)
    by = models.CharField(max_length=64)
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "ikm_request"
        indexes = (models.Index(fields=("producer_id", "-at"), name="ikm_request_of"),)


class PermitEvent(models.Model):
    """What an official recorded of a permit: verified, fulfilled, extended, revoked, restored. Append-only.

    ``undoes`` is the revocation that was a mistake, which another official took back. ``key`` is the form's, so that a
    second click is the same event. ``facts`` are days and codes, and the digest of what was seen.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    permit_id = models.UUIDField()
    act = models.CharField(max_length=10)
    person = models.CharField(max_length=64)
    organisation = models.CharField(max_length=40)
    words = models.CharField(max_length=300, default="", blank=True)
    facts = models.JSONField(default=dict)
    undoes = models.UUIDField(null=True, blank=True, unique=True)
    key = models.CharField(max_length=36)
    at = models.DateTimeField()

    class Meta:
        db_table = "ikm_permit_event"
        constraints = (models.UniqueConstraint(fields=("permit_id", "key"), name="ikm_one_permit_event_a_key"),)
        indexes = (models.Index(fields=("permit_id", "-at", "-id"), name="ikm_permit_event_of"),)


class Figure(models.Model):
    """A count for dashboards, of what an organisation is responsible for in one regency; worked out now and then.

    ``scope``: region (everybody), register:<code>, programme:<code> or selecting:<code>. ``measure`` and ``key`` say
    what is counted (``figures.MEASURES``). It names nobody.
    """

    pk = models.CompositePrimaryKey("scope", "province", "regency", "measure", "key")
    scope = models.CharField(max_length=52)
    province = models.CharField(max_length=2)
    regency = models.CharField(max_length=5)
    measure = models.CharField(max_length=16)
    key = models.CharField(max_length=40)
    n = models.BigIntegerField()

    class Meta:
        db_table = "ikm_figure"


class Counted(models.Model):
    """When figures were last worked out; one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    as_of = models.DateTimeField()

    class Meta:
        db_table = "ikm_figure_counted"
