"""What is found and measured: gaps with what closed them, and figures before and after. None of it is ever changed."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from mediator.people.models import new_id

from .programmes import Enrolment


class Assessment(models.Model):
    """One look at a producer's place, the first or a re-visit. ``points`` and ``rating`` are of what is open after it,
    by ``scheme`` (see ``gap``)."""

    id = models.UUIDField(primary_key=True, default=new_id)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="assessments")
    seen_on = models.DateField()
    scheme = models.CharField(max_length=24)
    majors = models.SmallIntegerField()
    minors = models.SmallIntegerField()
    points = models.SmallIntegerField()
    rating = models.CharField(max_length=1)
    words = models.TextField(default="", blank=True)
    photos = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    by = models.CharField(max_length=64)
    key = models.CharField(max_length=36)
    at = models.DateTimeField()

    class Meta:
        db_table = "ikm_assessment"
        constraints = (models.UniqueConstraint(fields=("enrolment", "key"), name="ikm_one_assessment_a_key"),)
        indexes = (models.Index(fields=("enrolment", "at"), name="ikm_assessment_enrolment"),)


class Finding(models.Model):
    """One gap. ``severity``: major or minor. It is open until a re-visit closes it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="findings")
    number = models.SmallIntegerField(help_text="within the assessment, from 1")
    severity = models.CharField(max_length=5)
    title = models.CharField(max_length=200)

    class Meta:
        db_table = "ikm_finding"
        constraints = (models.UniqueConstraint(fields=("assessment", "number"), name="ikm_finding_number"),)


class FindingClosed(models.Model):
    """A gap that a later assessment found closed."""

    finding = models.OneToOneField(Finding, on_delete=models.PROTECT, primary_key=True, related_name="closed")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="closes")

    class Meta:
        db_table = "ikm_finding_closed"


class Measure(models.Model):
    """A figure of a producer, ``moment`` before or after the mentoring. The last one written of a moment counts, so a
    correction is a new row. ``value`` is in the indicator's unit (see ``indicators``)."""

    id = models.UUIDField(primary_key=True, default=new_id)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="measures")
    indicator = models.CharField(max_length=24)
    moment = models.CharField(max_length=6)
    value = models.BigIntegerField()
    taken_on = models.DateField()
    evidence = models.CharField(max_length=300, default="", blank=True)
    photos = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    by = models.CharField(max_length=64)
    key = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        db_table = "ikm_measure"
        constraints = (
            models.UniqueConstraint(fields=("enrolment", "key", "indicator", "moment"), name="ikm_one_measure_a_key"),
        )
        indexes = (models.Index(fields=("enrolment", "indicator", "moment", "-at"), name="ikm_measure_last"),)
