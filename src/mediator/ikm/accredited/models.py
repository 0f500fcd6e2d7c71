"""What is certified and what is on the accredited list. Public facts only: nothing here is personal data.

Certificates and changes of the list are append-only (``migrations/0002_rights.py``); a certificate can be revoked,
once.
"""

from __future__ import annotations

from django.db import models

from mediator.people.models import new_id


class Certificate(models.Model):
    """What an organisation certified: that a product was selected, or that a producer completed a programme.

    ``source`` is what it was decided by (of selection the application, of mentoring the enrolment): one certificate
    each. ``product`` is empty for mentoring. ``organisation`` is its code. ``subject`` says what was certified, in the
    words of ``certificates.SUBJECT``. ``valid_to`` is the last day, in Jakarta; empty: no end. ``token`` is the whole
    of it, signed. ``revoked_why`` and ``revoked_by`` (a person's id) are for those inside; the public sees the day.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    serial = models.CharField(max_length=13, unique=True)
    kind = models.CharField(max_length=9)
    source = models.UUIDField()
    producer = models.UUIDField()
    product = models.UUIDField(null=True)
    organisation = models.CharField(max_length=40)
    subject = models.JSONField()
    issued_at = models.DateTimeField()
    valid_to = models.DateField(null=True)
    token = models.TextField()
    revoked_at = models.DateTimeField(null=True)
    revoked_why = models.CharField(max_length=300, default="")
    revoked_by = models.CharField(max_length=64, default="")

    class Meta:
        db_table = "ikm_certificate"
        constraints = (
            models.UniqueConstraint(fields=("source", "kind"), name="ikm_one_certificate_a_source"),
            models.CheckConstraint(
                condition=models.Q(kind="mentoring", product=None) | models.Q(kind="selection", product__isnull=False),
                name="ikm_certificate_kind",
            ),
        )
        indexes = (
            models.Index(fields=("producer", "issued_at"), name="ikm_certificate_producer"),
            models.Index(fields=("product", "issued_at"), name="ikm_certificate_product"),
            models.Index(
                fields=("revoked_at",), name="ikm_certificate_revoked", condition=models.Q(revoked_at__isnull=False)
            ),
        )


class Change(models.Model):
    """A product came on the accredited list, left it, or what the list says of it changed.

    ``seq`` is the feed's cursor: whoever has seen a change has seen, or could have seen, all with a smaller one.
    ``document`` is what the list says from then on; empty when the product left.
    """

    seq = models.BigAutoField(primary_key=True)
    product_id = models.UUIDField()
    is_accredited = models.BooleanField()
    document = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "ikm_accredited_change"
        indexes = (models.Index(fields=("product_id", "seq"), name="ikm_accredited_history"),)


class Entry(models.Model):
    """Where a product stands now: its last change, and what the list is filtered by.

    ``is_open``: the gate, as ``ikm.standing`` said it last; it is on the list while it also has a document, and that is
    ``is_accredited``. ``seq`` is empty until it was on the list. ``digest`` is SHA-256 over the document as PostgreSQL
    writes it, empty when it is off the list: so that nothing is written when nothing changed. ``valid_to``: after that
    day it no longer counts, even if nobody has said so yet. ``looked_at``: when what the list says was last compared
    with what is so.
    """

    product_id = models.UUIDField(primary_key=True)
    producer_id = models.UUIDField()
    seq = models.BigIntegerField(unique=True, null=True)
    is_open = models.BooleanField()
    is_accredited = models.BooleanField(default=False)
    digest = models.BinaryField(default=b"")
    listing = models.UUIDField(null=True)
    province = models.CharField(max_length=2, default="")
    regency = models.CharField(max_length=5, default="")
    category = models.CharField(max_length=32, default="")
    valid_to = models.DateField(null=True)
    looked_at = models.DateTimeField()

    class Meta:
        db_table = "ikm_accredited"
        indexes = (
            models.Index(fields=("producer_id",), name="ikm_accredited_producer"),
            models.Index(
                fields=("province", "seq"), name="ikm_accredited_place", condition=models.Q(is_accredited=True)
            ),
            models.Index(
                fields=("category", "seq"), name="ikm_accredited_category", condition=models.Q(is_accredited=True)
            ),
        )
