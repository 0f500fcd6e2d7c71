"""Programmes of ministries, agencies and offices; their rounds; who is in them, and the way each one went."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from mediator.ikm.producers.models import Organisation, Producer
from mediator.people.models import Person, new_id


class Programme(models.Model):
    """One version of a programme, as its file says. An enrolment keeps the version that it began under.

    ``stages`` are codes of ``stages.COMMON`` in the programme's own order; ``complete_from`` is the one from which it
    can be completed. ``requires`` names what must be there in the end (``rules.REQUIRED``). ``daily_cap``: producers
    one mentor may meet in a day, empty without a limit. ``definition`` is the whole entry of the file, with the source
    of each number and how sure it is; ``digest`` its SHA-256: a version never changes.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.SlugField(max_length=40)
    version = models.IntegerField(default=1)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="programmes")
    name_id = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    stages = ArrayField(models.CharField(max_length=12))
    complete_from = models.CharField(max_length=12)
    subjects = ArrayField(models.CharField(max_length=24), default=list)
    min_sessions = models.IntegerField()
    contacts_per_month = models.IntegerField(default=0)
    min_days = models.IntegerField()
    daily_cap = models.IntegerField(null=True)
    requires = ArrayField(models.CharField(max_length=24), default=list)
    definition = models.JSONField()
    digest = models.CharField(max_length=64)
    is_current = models.BooleanField(default=True)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "ikm_programme"
        constraints = (
            models.UniqueConstraint(fields=("code", "version"), name="ikm_one_programme_a_version"),
            models.UniqueConstraint(
                fields=("code",), condition=models.Q(is_current=True), name="ikm_one_current_programme"
            ),
        )


class Round(models.Model):
    """One time a programme is held: by which office (of the programme's body), when, and for how many producers."""

    id = models.UUIDField(primary_key=True, default=new_id)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="rounds")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="rounds")
    name = models.CharField(max_length=80)
    starts_on = models.DateField()
    ends_on = models.DateField()
    quota = models.IntegerField()
    key = models.CharField(max_length=36, unique=True)
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "ikm_programme_round"
        indexes = (models.Index(fields=("programme", "-starts_on", "id"), name="ikm_round_of_programme"),)


class Enrolment(models.Model):
    """A producer in a round of a programme.

    ``status``: running, proposed (the mentor says it is done), completed, dropped, withdrawn (a completion that was
    taken back). ``version`` counts its steps: who acts says which one they saw. ``end_why`` is a code of
    ``stages.DROP_REASONS``; ``certificate`` is what was issued.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="enrolments")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="enrolments")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="enrolments")
    producer = models.ForeignKey(Producer, on_delete=models.PROTECT, related_name="enrolments")
    programme_code = models.CharField(max_length=40, help_text="the programme's, of whichever version")
    mentor = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="mentees")
    status = models.CharField(max_length=10, default="running")
    stage = models.CharField(max_length=12)
    version = models.IntegerField(default=0)
    enrolled_by = models.CharField(max_length=64)
    enrolled_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_why = models.CharField(max_length=16, default="", blank=True)
    end_words = models.CharField(max_length=300, default="", blank=True)
    certificate = models.UUIDField(null=True)

    class Meta:
        db_table = "ikm_enrolment"
        constraints = (
            models.UniqueConstraint(fields=("round", "producer"), name="ikm_enrolled_once_a_round"),
            models.UniqueConstraint(
                fields=("producer", "programme_code"),
                condition=models.Q(status__in=("running", "proposed")),
                name="ikm_one_running_enrolment",
            ),
        )
        indexes = (
            models.Index(fields=("mentor", "status", "id"), name="ikm_enrolment_of_mentor"),
            models.Index(fields=("programme_code", "status", "id"), name="ikm_enrolment_programme"),
            models.Index(fields=("organisation", "status", "id"), name="ikm_enrolment_office"),
            models.Index(fields=("producer", "enrolled_at"), name="ikm_enrolment_producer"),
        )


class Step(models.Model):
    """One step of an enrolment: who moved it, from where to where, and why. Never changed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="steps")
    act = models.CharField(max_length=12)
    from_status = models.CharField(max_length=10)
    to_status = models.CharField(max_length=10)
    from_stage = models.CharField(max_length=12, default="", blank=True)
    to_stage = models.CharField(max_length=12)
    why = models.CharField(max_length=16, default="", blank=True)
    words = models.CharField(max_length=300, default="", blank=True)
    by = models.CharField(max_length=64)
    role = models.CharField(max_length=10)
    key = models.CharField(max_length=48)
    at = models.DateTimeField()

    class Meta:
        db_table = "ikm_enrolment_step"
        constraints = (models.UniqueConstraint(fields=("enrolment", "key"), name="ikm_one_step_a_key"),)
        indexes = (models.Index(fields=("enrolment", "at"), name="ikm_step_of_enrolment"),)


class Assigned(models.Model):
    """Who became mentor of an enrolment and why; ``person`` empty: nobody was free. Never changed.

    ``why``: drawn (fewest producers, then the draw) or by_hand. ``excluded`` maps a person to the codes against them.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="assigned")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="mentor_of")
    why = models.CharField(max_length=8)
    candidates = models.IntegerField(default=0)
    load = models.IntegerField(default=0, help_text="running enrolments the chosen one had")
    draw = models.CharField(max_length=16, default="", blank=True)
    excluded = models.JSONField(default=dict)
    words = models.CharField(max_length=300, default="", blank=True)
    by = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        db_table = "ikm_mentor_assigned"
        indexes = (models.Index(fields=("enrolment", "at"), name="ikm_assigned_of_enrolment"),)


class Mentored(models.Model):
    """A completed enrolment, as ``standing`` reads it: *several* counts distinct ``body``, never rows.

    ``organisation`` and ``programme`` are codes. ``ended_at``: the completion was taken back, from then on.
    """

    enrolment_id = models.UUIDField(primary_key=True)
    producer_id = models.UUIDField()
    body = models.CharField(max_length=40)
    organisation = models.CharField(max_length=40)
    programme = models.CharField(max_length=40)
    completed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "ikm_mentored"
        indexes = (
            models.Index(fields=("producer_id", "body"), name="ikm_mentored_bodies", condition=models.Q(ended_at=None)),
        )
