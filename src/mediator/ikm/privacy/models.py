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
            models.Index(fields=("organisation", "-at"), name="ikm_access_by"),
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
