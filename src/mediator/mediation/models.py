"""What is kept of promises and evidence: photographs by hash, promises by hash, and who looked at what.

Rows of ``promise``, ``evidence`` and ``evidence_view`` are never changed; the database refuses it. Their digests stand
in the journal, so that nobody can swap one later.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from mediator.people.models import new_id


class Photograph(models.Model):
    """A photograph that is kept: its record by digest. The bytes lie in the photo store under the same digest."""

    digest = models.CharField(primary_key=True, max_length=64)
    record = models.TextField(help_text="photos.PhotoRecord as JSON")
    kept_at = models.DateTimeField()
    kept_by = models.CharField(max_length=255, help_text="actor, as role:id")

    class Meta:
        db_table = "photograph"


class FrozenPromise(models.Model):
    """A promise as it was frozen, canonical JSON under its SHA-256: of one listing, or of several in one parcel."""

    digest = models.CharField(primary_key=True, max_length=64)
    body = models.TextField()
    frozen_at = models.DateTimeField()

    class Meta:
        db_table = "promise"


class Evidence(models.Model):
    """Words and photographs that a party (or a courier) put to a deal. ``digest`` goes into the command it came with.

    ``purpose``: dispatch, arrival, claim, answer, mediation, appeal, return. ``key`` makes a second click the same row.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    book_id = models.UUIDField()
    deal_id = models.UUIDField()
    role = models.CharField(max_length=16)
    actor = models.CharField(max_length=255)
    purpose = models.CharField(max_length=16)
    words = models.TextField(default="")
    photos = ArrayField(models.CharField(max_length=64), default=list)
    digest = models.CharField(max_length=64)
    key = models.CharField(max_length=255)
    at = models.DateTimeField()

    class Meta:
        db_table = "evidence"
        indexes = (models.Index(fields=("book_id", "deal_id", "at"), name="evidence_of_deal"),)
        constraints = (
            models.UniqueConstraint(fields=("book_id", "deal_id", "actor", "key"), name="one_evidence_a_key"),
        )


class EvidenceView(models.Model):
    """Somebody of Mediator looked at a deal's evidence, or at one photograph of it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    book_id = models.UUIDField()
    deal_id = models.UUIDField()
    photo = models.CharField(max_length=64, default="", help_text="empty: the words of the case page")
    person = models.CharField(max_length=64)
    role = models.CharField(max_length=16)
    at = models.DateTimeField()

    class Meta:
        db_table = "evidence_view"
        indexes = (models.Index(fields=("book_id", "deal_id", "at"), name="evidence_view_of_deal"),)


class ComparisonResult(models.Model):
    """What ``comparison.compare`` found on two kept photographs. Same bytes, same answer: computed once a version."""

    pk = models.CompositePrimaryKey("promised", "received", "version")
    promised = models.CharField(max_length=64)
    received = models.CharField(max_length=64)
    version = models.IntegerField(help_text="of the comparison: a better one computes anew")
    found = models.TextField(help_text="comparisons.Found as JSON")
    at = models.DateTimeField()

    class Meta:
        db_table = "comparison_result"
