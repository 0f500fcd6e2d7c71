"""What mentors and producers do together: meetings planned, sessions held, tasks given and done."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from mediator.ikm.producers.models import Organisation
from mediator.people.models import Person, new_id

from .programmes import Enrolment


class Meeting(models.Model):
    """A session that is planned. Whoever is invited sees it on their path."""

    id = models.UUIDField(primary_key=True, default=new_id)
    mentor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="meetings")
    starts_at = models.DateTimeField()
    how = models.CharField(max_length=6, help_text="place or online")
    place = models.CharField(max_length=200)
    words = models.CharField(max_length=300, default="", blank=True)
    key = models.CharField(max_length=36)
    made_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "ikm_meeting"
        constraints = (models.UniqueConstraint(fields=("mentor", "key"), name="ikm_one_meeting_a_key"),)
        indexes = (models.Index(fields=("mentor", "starts_at"), name="ikm_meeting_of_mentor"),)


class Invited(models.Model):
    """Who is asked to a meeting."""

    pk = models.CompositePrimaryKey("meeting_id", "enrolment_id")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="invited")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="invitations")

    class Meta:
        db_table = "ikm_meeting_invited"
        indexes = (models.Index(fields=("enrolment",), name="ikm_invited_enrolment"),)


class Session(models.Model):
    """A session that was held, as its mentor wrote it down. Never changed: a correction is a new row that names the
    one it ``corrects``, with its own attendance; one that ``is_void`` says that there was none.

    ``root`` is the first row's id, of all its corrections too; ``noted_at`` when that first one was written.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    mentor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="sessions")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="sessions")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, null=True, related_name="sessions")
    root = models.UUIDField()
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    is_void = models.BooleanField(default=False)
    held_on = models.DateField()
    minutes = models.SmallIntegerField()
    how = models.CharField(max_length=6, help_text="place or online")
    place = models.CharField(max_length=200, help_text="where, or by which service")
    subjects = ArrayField(models.CharField(max_length=24))
    words = models.TextField()
    photos = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    why = models.CharField(max_length=300, default="", blank=True, help_text="why it is corrected")
    by = models.CharField(max_length=64)
    key = models.CharField(max_length=36)
    noted_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        db_table = "ikm_session"
        constraints = (models.UniqueConstraint(fields=("by", "key"), name="ikm_one_session_a_key"),)
        indexes = (
            GinIndex(fields=("photos",), name="ikm_session_photos"),
            models.Index(fields=("mentor", "-held_on", "id"), name="ikm_session_of_mentor"),
            models.Index(fields=("meeting",), name="ikm_session_of_meeting"),
        )


class Attendance(models.Model):
    """Whether an enrolled producer was at a session. Never changed."""

    pk = models.CompositePrimaryKey("session_id", "enrolment_id")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendance")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attendance")
    was_there = models.BooleanField()

    class Meta:
        db_table = "ikm_attendance"
        indexes = (models.Index(fields=("enrolment", "session"), name="ikm_attendance_enrolment"),)


class AttendanceWord(models.Model):
    """What the producer says of having been at a session: yes, or no with words. The last one counts, and it is about
    the ``root``: what a mentor corrects later does not take back a producer's no."""

    id = models.UUIDField(primary_key=True, default=new_id)
    root = models.UUIDField()
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="said")
    was_there = models.BooleanField()
    words = models.CharField(max_length=300, default="", blank=True)
    by = models.CharField(max_length=64)
    key = models.CharField(max_length=36)
    at = models.DateTimeField()

    class Meta:
        db_table = "ikm_attendance_word"
        constraints = (models.UniqueConstraint(fields=("enrolment", "key"), name="ikm_one_word_a_key"),)
        indexes = (models.Index(fields=("root", "enrolment", "-at"), name="ikm_word_of_attendance"),)


class Task(models.Model):
    """Something a producer is asked to do. ``status``: open, done, accepted, sent_back, cancelled (``tasks.MOVES``).

    ``source`` says what asked for it: mentor, strength-card, selection-mend, assessment.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="tasks")
    title = models.CharField(max_length=150)
    why = models.TextField(default="", blank=True)
    due_on = models.DateField()
    source = models.CharField(max_length=24)
    status = models.CharField(max_length=10, default="open")
    version = models.IntegerField(default=0)
    by = models.CharField(max_length=64)
    key = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        db_table = "ikm_task"
        constraints = (models.UniqueConstraint(fields=("enrolment", "key"), name="ikm_one_task_a_key"),)
        indexes = (models.Index(fields=("enrolment", "status", "due_on"), name="ikm_task_of_enrolment"),)


class TaskStep(models.Model):
    """What happened to a task: done with evidence, accepted, sent back, cancelled. Never changed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="steps")
    act = models.CharField(max_length=10)
    words = models.TextField(default="", blank=True)
    photos = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    by = models.CharField(max_length=64)
    key = models.CharField(max_length=36)
    at = models.DateTimeField()

    class Meta:
        db_table = "ikm_task_step"
        constraints = (models.UniqueConstraint(fields=("task", "key"), name="ikm_one_task_step_a_key"),)
        indexes = (models.Index(fields=("task", "at"), name="ikm_step_of_task"),)
