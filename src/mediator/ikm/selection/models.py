"""What selection keeps. Who did what in which round is written once and never changed: steps, evidence, handed-in
sheets, decisions, flags, views.

Persons are named by their id without a foreign key, so that an account can be erased while its deeds stay counted.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from mediator.ikm.producers.models import Organisation, Producer, Product
from mediator.people.models import new_id


class Criteria(models.Model):
    """A criteria set that was adopted: its canonical JSON and digest. Never changed; a change is a new version."""

    reference = models.CharField(primary_key=True, max_length=48)
    set_id = models.CharField(max_length=40)
    version = models.IntegerField()
    valid_from = models.DateField()
    digest = models.CharField(max_length=64)
    document = models.TextField()
    adopted_by = models.CharField(max_length=64)
    adopted_at = models.DateTimeField()

    class Meta:
        db_table = "ikm_selection_criteria"
        constraints = (models.UniqueConstraint(fields=("set_id", "version"), name="ikm_one_criteria_a_version"),)


class Batch(models.Model):
    """A call: an organisation selects by one criteria set those who apply from ``opens_on`` to ``closes_on`` (both days
    included). ``places`` is how many applications are scored, in the order in which they were validated; empty: all."""

    id = models.UUIDField(primary_key=True, default=new_id)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="batches")
    title = models.CharField(max_length=150)
    criteria = models.ForeignKey(Criteria, on_delete=models.PROTECT)
    opens_on = models.DateField()
    closes_on = models.DateField()
    places = models.IntegerField(null=True, blank=True)
    key = models.CharField(max_length=36)
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "ikm_selection_batch"
        constraints = (models.UniqueConstraint(fields=("organisation", "key"), name="ikm_one_batch_a_key"),)
        indexes = (models.Index(fields=("closes_on", "id"), name="ikm_batch_closes"),)


class Application(models.Model):
    """A product that asks to be selected. ``stage`` walks ``table``; ``round`` counts repairs, ``instance`` is 2 on
    appeal.

    ``criteria`` and ``digest`` are the set it is judged by, as it was when the application began. ``draft`` is what the
    producer has typed and not yet sent: item to words and photographs. ``previous`` is the product's application before
    this one; ``is_renewal`` when that one's selection still stood. ``wants`` is how many curators are missing.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    producer = models.ForeignKey(Producer, on_delete=models.PROTECT, related_name="applications")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="applications")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="applications")
    criteria = models.CharField(max_length=48)
    digest = models.CharField(max_length=64)
    province = models.CharField(max_length=2)
    regency = models.CharField(max_length=5, default="", blank=True)
    stage = models.CharField(max_length=16, default="draft")
    is_open = models.BooleanField(default=True)
    round = models.SmallIntegerField(default=1)
    instance = models.SmallIntegerField(default=1)
    wants = models.SmallIntegerField(default=0)
    draft = models.JSONField(default=dict)
    steps = models.IntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True)
    previous = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True)
    is_renewal = models.BooleanField(default=False)
    grade = models.CharField(max_length=1, default="", blank=True)
    permille = models.SmallIntegerField(null=True, blank=True)
    is_selected = models.BooleanField(default=False)
    validated_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    reminded_days = models.SmallIntegerField(null=True, blank=True)
    certificate = models.UUIDField(null=True, blank=True)
    started_by = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    moved_at = models.DateTimeField()

    class Meta:
        db_table = "ikm_selection_application"
        constraints = (
            models.UniqueConstraint(
                fields=("product",), condition=models.Q(is_open=True), name="ikm_one_open_application"
            ),
        )
        indexes = (
            models.Index(fields=("stage", "regency", "moved_at", "id"), name="ikm_application_queue"),
            models.Index(fields=("batch", "stage", "validated_at", "id"), name="ikm_application_batch"),
            models.Index(fields=("due_at",), name="ikm_application_due", condition=~models.Q(due_at=None)),
            models.Index(fields=("valid_to",), name="ikm_application_ends", condition=models.Q(is_selected=True)),
            models.Index(fields=("wants",), name="ikm_application_wants", condition=models.Q(wants__gt=0)),
        )


class Step(models.Model):
    """One act on an application, in order. ``key`` makes a second click the same step."""

    id = models.UUIDField(primary_key=True, default=new_id)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="history")
    number = models.IntegerField()
    act = models.CharField(max_length=16)
    role = models.CharField(max_length=12)
    person = models.UUIDField(null=True, blank=True)
    organisation = models.CharField(max_length=40, default="", blank=True)
    from_stage = models.CharField(max_length=16)
    to_stage = models.CharField(max_length=16)
    round = models.SmallIntegerField()
    words = models.TextField(default="", blank=True)
    facts = models.JSONField(default=dict)
    key = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        db_table = "ikm_selection_step"
        constraints = (
            models.UniqueConstraint(fields=("application", "number"), name="ikm_one_selection_step"),
            models.UniqueConstraint(fields=("application", "key"), name="ikm_one_selection_step_a_key"),
        )
        indexes = (models.Index(fields=("person", "act", "at"), name="ikm_selection_step_of"),)


class Evidence(models.Model):
    """What the producer showed of one item in one round: words and photographs (digests). ``digest`` covers both."""

    id = models.UUIDField(primary_key=True, default=new_id)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="evidence")
    round = models.SmallIntegerField()
    item = models.CharField(max_length=40)
    words = models.TextField(default="", blank=True)
    photos = ArrayField(models.CharField(max_length=64), default=list)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        db_table = "ikm_selection_evidence"
        constraints = (
            models.UniqueConstraint(fields=("application", "round", "item"), name="ikm_one_evidence_a_round"),
        )


class Assignment(models.Model):
    """Who scores what, how it came to that, and how it ended. ``place`` 1 and 2 score first, 3 settles.

    ``excluded`` is why others could not have it; ``end_why``: gave_up, tied, overdue, taken.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="assignments")
    instance = models.SmallIntegerField()
    place = models.SmallIntegerField()
    curator = models.UUIDField()
    candidates = models.IntegerField()
    load = models.IntegerField(help_text="sheets that waited for the chosen one")
    draw = models.CharField(max_length=16)
    excluded = models.JSONField(default=dict)
    at = models.DateTimeField()
    due_at = models.DateTimeField()
    handed_in_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_why = models.CharField(max_length=8, default="", blank=True)
    end_words = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        db_table = "ikm_selection_assignment"
        constraints = (
            models.UniqueConstraint(
                fields=("application", "instance", "place"),
                condition=models.Q(ended_at=None),
                name="ikm_one_curator_a_place",
            ),
            models.UniqueConstraint(fields=("application", "curator"), name="ikm_one_assignment_a_curator"),
        )
        indexes = (
            models.Index(
                fields=("curator", "due_at"),
                condition=models.Q(ended_at=None, handed_in_at=None),
                name="ikm_sheets_to_write",
            ),
            models.Index(fields=("curator", "handed_in_at"), name="ikm_sheets_of_curator"),
        )


class Sheet(models.Model):
    """A curator's sheet: item to score, reason, what to mend. Kept as typed until it is handed in, then for good.

    ``version`` counts what was saved, so that two tabs notice each other.
    """

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, primary_key=True, related_name="sheet")
    said = models.JSONField(default=dict)
    version = models.IntegerField(default=0)
    saved_at = models.DateTimeField()
    handed_in_at = models.DateTimeField(null=True, blank=True)
    permille = models.SmallIntegerField(null=True, blank=True)
    grade = models.CharField(max_length=1, default="", blank=True)

    class Meta:
        db_table = "ikm_selection_sheet"


class Decision(models.Model):
    """What came of an instance. ``items``: item to its score as a fraction ("5/2"); ``mend``: item to what to do next,
    one sentence a sheet; ``gates``: gates that failed on that day, for which nothing else mattered."""

    id = models.UUIDField(primary_key=True, default=new_id)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="decisions")
    instance = models.SmallIntegerField()
    round = models.SmallIntegerField()
    how = models.CharField(max_length=8, help_text="agreed or settled")
    distance = models.SmallIntegerField(help_text="of the first two sheets, permille")
    items = models.JSONField()
    below = models.JSONField(default=list)
    gates = models.JSONField(default=list)
    permille = models.SmallIntegerField()
    grade = models.CharField(max_length=1)
    is_selected = models.BooleanField()
    valid_to = models.DateField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "ikm_selection_decision"
        constraints = (
            models.UniqueConstraint(fields=("application", "instance"), name="ikm_one_decision_an_instance"),
        )


class Flag(models.Model):
    """Something an official should look at: nobody is refused or punished by it. ``kind``: many_verifications,
    raised_without_evidence."""

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=24)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, null=True, blank=True, related_name="flags")
    person = models.UUIDField(null=True, blank=True)
    organisation = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    key = models.CharField(max_length=100, unique=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "ikm_selection_flag"
        indexes = (models.Index(fields=("organisation", "at"), name="ikm_selection_flags_of"),)


class View(models.Model):
    """Somebody of the staff looked at an application's evidence (``photo`` empty: its page)."""

    id = models.UUIDField(primary_key=True, default=new_id)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="views")
    person = models.UUIDField()
    role = models.CharField(max_length=12)
    photo = models.CharField(max_length=64, default="", blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "ikm_selection_view"
        indexes = (models.Index(fields=("application", "at"), name="ikm_selection_views_of"),)


class Revocation(models.Model):
    """An official asked that a selection end before its day; another agrees or refuses. One waits at a time."""

    id = models.UUIDField(primary_key=True, default=new_id)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="revocations")
    why = models.CharField(max_length=300)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=8, default="", blank=True, help_text="agreed, refused or moot")
    answered_by = models.UUIDField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "ikm_selection_revocation"
        constraints = (
            models.UniqueConstraint(
                fields=("application",), condition=models.Q(answered_at=None), name="ikm_one_revocation_waits"
            ),
        )


class Selected(models.Model):
    """The selection that stands for a product, for others to read. ``valid_to`` is its last day; ``ended_at`` when it
    ended, for whatever reason (``ended_why``: lapsed, revoked or appeal); a renewal writes its own result over it."""

    product_id = models.UUIDField(primary_key=True)
    producer_id = models.UUIDField()
    grade = models.CharField(max_length=1)
    permille = models.SmallIntegerField()
    organisation = models.CharField(max_length=40)
    application_id = models.UUIDField()
    decided_at = models.DateTimeField()
    valid_to = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=16, default="", blank=True)

    class Meta:
        db_table = "ikm_selected"
        indexes = (
            models.Index(fields=("producer_id",), name="ikm_selected_of_producer", condition=models.Q(ended_at=None)),
            models.Index(fields=("valid_to",), name="ikm_selected_ends", condition=models.Q(ended_at=None)),
        )
