"""What registers left behind: each import, what every row was taken for, what registers wrote, doubles and merges."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from mediator.ikm.producers.models import Organisation
from mediator.people.models import new_id


class Import(models.Model):
    """One file of one organisation, and how far it has got. ``state``: waiting (read, nothing written), applying,
    looking (for doubles), done.

    ``digest`` is the file's SHA-256; with the reading (which columns mean what) and ``as_of`` it says what is imported,
    so that whoever comes again with the same goes on at ``cursor``, the last line whose chunk (of ``chunk`` lines) is
    committed.
    ``report_bytes`` is how long the report was then. ``counts`` are rows by outcome; ``faults`` by code.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16)
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    reading = models.JSONField(help_text="columns and conventions")
    reading_digest = models.CharField(max_length=32)
    as_of = models.DateField()
    as_of_is_given = models.BooleanField(default=False)
    state = models.CharField(max_length=8, default="waiting")
    chunk = models.IntegerField(default=10_000)
    cursor = models.IntegerField(default=0)
    report_bytes = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    faults = models.JSONField(default=dict)
    first_faults = models.JSONField(default=list, help_text="line, field, masked value, code, what would be right")
    by = models.CharField(max_length=64, help_text="person's id, or 'command line'")
    made_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "ikm_register_import"
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "kind", "digest", "reading_digest"),
                condition=models.Q(state__in=("applying", "looking")),
                name="ikm_one_running_import",
            ),
        )
        indexes = (models.Index(fields=("organisation", "-made_at"), name="ikm_register_import_of"),)


class Upload(models.Model):
    """A file that came by a page, sealed, until it is applied or a week has gone; and its report, packed."""

    file = models.OneToOneField(Import, on_delete=models.CASCADE, primary_key=True, related_name="upload")
    sealed = models.BinaryField(null=True)
    report = models.BinaryField(null=True, help_text="zlib of the report's CSV; values masked")
    made_at = models.DateTimeField()

    class Meta:
        db_table = "ikm_register_upload"


class Mapping(models.Model):
    """How an organisation's file of these headers is read, as a person said or agreed to last time."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16)
    fingerprint = models.CharField(max_length=32)
    reading = models.JSONField()
    by = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        db_table = "ikm_register_mapping"
        constraints = (
            models.UniqueConstraint(fields=("organisation", "kind", "fingerprint"), name="ikm_one_mapping_a_header"),
        )


class Row(models.Model):
    """What a register's row was taken for: found again by ``key`` (the register's number, the NIB, or who and where).

    ``digest`` is over what the row said; the same again says nothing new, whatever happened in between.
    """

    pk = models.CompositePrimaryKey("organisation_id", "key")
    organisation_id = models.UUIDField()
    key = models.UUIDField()
    digest = models.UUIDField()
    producer_id = models.UUIDField()
    import_id = models.UUIDField()
    line = models.IntegerField()

    class Meta:
        db_table = "ikm_register_row"
        indexes = (models.Index(fields=("producer_id",), name="ikm_register_row_of"),)


class Wrote(models.Model):
    """What registers last wrote of a producer, one 32-bit hash a piece: a value that differs was said by others since.

    ``as_of`` is the day of the newest register that wrote.
    """

    producer_id = models.UUIDField(primary_key=True)
    hashes = ArrayField(models.IntegerField(null=True), help_text="in the order of precedence.PIECES")
    as_of = models.DateField()

    class Meta:
        db_table = "ikm_register_wrote"


class Double(models.Model):
    """Two producers that may be one, offered to people. ``first`` < ``second``.

    ``why``: nik, npwp, name, number. ``score`` is how alike they are, of 100. ``state``: open, merged, apart (a person
    said they are two: never offered again).
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    first = models.UUIDField()
    second = models.UUIDField()
    why = models.CharField(max_length=8)
    score = models.SmallIntegerField()
    province = models.CharField(max_length=2)
    regency = models.CharField(max_length=5, default="", blank=True)
    state = models.CharField(max_length=8, default="open")
    found_at = models.DateTimeField()
    decided_by = models.CharField(max_length=64, default="", blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "ikm_register_double"
        constraints = (models.UniqueConstraint(fields=("first", "second"), name="ikm_one_double_a_pair"),)
        indexes = (
            models.Index(fields=("province", "regency", "-score", "id"), name="ikm_double_open",
                         condition=models.Q(state="open")),
            models.Index(fields=("second",), name="ikm_double_second"),
        )  # fmt: skip


class Merge(models.Model):
    """Two producers became one, or were parted again. Never changed: an undoing is a row of its own (``undoes``).

    ``moved`` are the ids that were moved, by table. It names nobody: what the kept one's fields were is in ``Before``.
    """

    id = models.UUIDField(primary_key=True, help_text="the key of the form, so that a second click is the same")
    kept = models.UUIDField()
    dropped = models.UUIDField()
    choices = models.JSONField(help_text="pieces taken from the dropped one")
    moved = models.JSONField()
    undoes = models.UUIDField(null=True, blank=True, unique=True)
    by = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        db_table = "ikm_register_merge"
        indexes = (models.Index(fields=("kept", "-at"), name="ikm_merge_kept"),)


class Before(models.Model):
    """What a kept producer's fields were before a merge, sealed. Gone when it can't be undone any more."""

    merge = models.OneToOneField(Merge, on_delete=models.PROTECT, primary_key=True, related_name="before")
    sealed = models.TextField()
    until = models.DateTimeField()

    class Meta:
        db_table = "ikm_register_before"
