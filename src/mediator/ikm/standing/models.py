"""What standing keeps: trading records, values with their parts, gates, what a listing showed, and paces.

All but ``Ruleset`` and the words of people in ``Shown`` can be worked out anew from what lies below.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Ruleset(models.Model):
    """A version of the formula or of the effects, as it was adopted. Never changed; the highest version is in force."""

    pk = models.CompositePrimaryKey("kind", "version")
    kind = models.CharField(max_length=8, help_text="formula or effects")
    version = models.IntegerField()
    digest = models.CharField(max_length=64)
    document = models.TextField(help_text="the TOML file")
    adopted_by = models.CharField(max_length=64, default="", blank=True, help_text="person's id; empty: it was shipped")
    adopted_at = models.DateTimeField()

    class Meta:
        db_table = "ikm_ruleset"


class Trading(models.Model):
    """The trading record of a producer's shop: so many of so many of its latest deals (``trading.MEANING``)."""

    producer_id = models.UUIDField(primary_key=True)
    deals = models.IntegerField()
    shipped = models.IntegerField()
    to_ship = models.IntegerField()
    pictured = models.IntegerField()
    delivered = models.IntegerField()
    kept = models.IntegerField()
    sent = models.IntegerField()
    as_of = models.DateTimeField(help_text="when it last changed")

    class Meta:
        db_table = "ikm_trading"


class Standing(models.Model):
    """A producer's value and its parts, with what each came from; ``formula`` is the version that gave it.

    A producer without a row has nothing that gives a point. ``bodies``: different ones that mentored to the end.
    """

    producer_id = models.UUIDField(primary_key=True)
    formula = models.IntegerField()
    value = models.SmallIntegerField()
    selection = models.SmallIntegerField()
    mentoring = models.SmallIntegerField()
    on_time = models.SmallIntegerField()
    as_pictured = models.SmallIntegerField()
    claims = models.SmallIntegerField()
    is_selected = models.BooleanField()
    is_mentored = models.BooleanField(help_text="by as many bodies as the gate asks")
    bodies = models.SmallIntegerField()
    grade = models.CharField(max_length=1, default="", blank=True)
    application_id = models.UUIDField(null=True)
    product_id = models.UUIDField(null=True)
    enrolments = ArrayField(models.UUIDField(), default=list)
    computed_at = models.DateTimeField(help_text="when it last changed")

    class Meta:
        db_table = "ikm_standing"
        indexes = (models.Index(fields=("-value", "producer_id"), name="ikm_standing_value"),)


class GateRow(models.Model):
    """The gate of a product that was ever selected. ``until``: the last day it stays open if nothing is done."""

    product_id = models.UUIDField(primary_key=True)
    producer_id = models.UUIDField()
    is_open = models.BooleanField()
    missing = ArrayField(models.CharField(max_length=24), default=list)
    until = models.DateField(null=True)
    since = models.DateTimeField(help_text="when it last opened or closed")

    class Meta:
        db_table = "ikm_gate"
        indexes = (
            models.Index(fields=("producer_id",), name="ikm_gate_of_producer"),
            models.Index(fields=("until",), name="ikm_gate_ends", condition=models.Q(is_open=True)),
        )


class Shown(models.Model):
    """What a product's listing showed when it was looked at, so that no other goods are sold in its place.

    ``is_accepted``: it is plainly that product (same category, a word of its name), or ``accepted_by`` has looked.
    """

    product_id = models.UUIDField(primary_key=True)
    listing_id = models.UUIDField()
    title = models.CharField(max_length=150)
    category = models.CharField(max_length=32)
    photos = ArrayField(models.CharField(max_length=64), default=list)
    price_minor = models.BigIntegerField()
    is_accepted = models.BooleanField()
    taken_at = models.DateTimeField()
    accepted_by = models.CharField(max_length=64, default="", blank=True, help_text="person's id; empty: nobody had to")

    class Meta:
        db_table = "ikm_shown"
        indexes = (models.Index(fields=("product_id",), name="ikm_shown_waits", condition=models.Q(is_accepted=False)),)


class Pace(models.Model):
    """What a standing sets for a shop's book: its tier, how long buyers look, how soon money goes out."""

    book_id = models.UUIDField(primary_key=True)
    merchant_id = models.UUIDField(unique=True)
    tier = models.CharField(max_length=16)
    inspect_by = models.CharField(max_length=8, default="", blank=True)
    payout_after_h = models.SmallIntegerField()

    class Meta:
        db_table = "ikm_pace"
