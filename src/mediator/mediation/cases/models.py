"""What is kept of cases: each claim as it stands, who got it and why, and how its decision came about.

A case is one claim on one deal, named by (book, deal, number of the claim). ``Case`` and ``Parcel`` are read off the
journal and can be made anew from it at any time; the others are Mediator's own records.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from mediator.people.models import Person, new_id

OPEN = models.Q(closed_at=None)


class Case(models.Model):
    """One claim on one deal.

    ``stage`` is the claim's state, or "closed". ``wants`` says whom the case waits for: "1" a mediator, "2" another
    one on appeal, each with "-lead" when the lead mediator must take it; "" nobody. ``assigned_for`` is what
    ``mediator`` was chosen for. ``flagged_at``: since when nobody is free to take it.
    ``how`` it ended: decided, agreed, granted (a clock), withdrawn, lapsed, not_returned, moot, chargeback.
    """

    pk = models.CompositePrimaryKey("book_id", "deal_id", "number")
    book_id = models.UUIDField()
    deal_id = models.UUIDField()
    number = models.SmallIntegerField(help_text="of the deal's claims, from 1")
    version = models.IntegerField(help_text="of the deal this row was read off")
    kind = models.CharField(max_length=24)
    remedy = models.CharField(max_length=24)
    amount = models.BigIntegerField(help_text="disputed, minor units")
    currency = models.CharField(max_length=3)
    category = models.CharField(max_length=255, default="")
    merchant = models.CharField(max_length=255)
    buyer = models.CharField(max_length=255)
    courier = models.CharField(max_length=2000, default="")
    stage = models.CharField(max_length=16)
    instance = models.SmallIntegerField(default=1)
    lead = models.BooleanField(default=False)
    wants = models.CharField(max_length=8, default="")
    due_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    heard_at = models.DateTimeField(null=True, help_text="when it first came to a mediator")
    decided_at = models.DateTimeField(null=True, help_text="of the first decision")
    closed_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=16, default="")
    first_by = models.CharField(max_length=255, default="")
    first_to_buyer = models.BigIntegerField(null=True)
    final_by = models.CharField(max_length=255, default="")
    appealed_by = models.CharField(max_length=16, default="")
    is_reversed = models.BooleanField(null=True, help_text="on appeal, decided otherwise; empty: no second decision")
    reasons = ArrayField(models.CharField(max_length=48), default=list, help_text="codes of the decision that stands")
    reasons_version = models.IntegerField(default=0)
    needs_return = models.BooleanField(default=False)
    to_buyer = models.BigIntegerField(null=True, help_text="of the disputed amount, once it is closed")
    to_seller = models.BigIntegerField(null=True, help_text="the same, before fees")

    mediator = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="cases")
    assigned_for = models.CharField(max_length=8, default="")
    flagged_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "mediation_case"
        indexes = (
            models.Index(fields=("mediator", "due_at", "deal_id"), name="case_mine_by_clock", condition=OPEN),
            models.Index(fields=("mediator", "-amount", "deal_id"), name="case_mine_by_amount", condition=OPEN),
            models.Index(fields=("mediator", "-closed_at", "deal_id"), name="case_mine_closed", condition=~OPEN),
            models.Index(fields=("due_at", "deal_id"), name="case_waiting", condition=~models.Q(wants="")),
            models.Index(fields=("-closed_at", "deal_id"), name="case_closed", condition=~OPEN),
            models.Index(
                fields=("kind", "remedy", "category", "-closed_at"),
                name="case_similar",
                condition=models.Q(how="decided"),
            ),
        )


class Tie(models.Model):
    """Somebody is close to a party, as they or an operator declared: they never get a case of that party.

    ``kind``: merchant, buyer (the buyer of a deal's terms) or person; ``other`` is its id.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="ties")
    kind = models.CharField(max_length=8)
    other = models.CharField(max_length=255)
    reason = models.CharField(max_length=300)
    declared_by = models.CharField(max_length=64)
    declared_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "case_tie"
        constraints = (
            models.UniqueConstraint(
                fields=("person", "kind", "other"), condition=models.Q(ended_at=None), name="one_running_tie"
            ),
        )


class Absence(models.Model):
    """A mediator takes no new case until then. One row a person; the last word counts."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, primary_key=True, related_name="absence")
    until = models.DateTimeField()
    said_at = models.DateTimeField()

    class Meta:
        db_table = "mediator_absence"


class Assignment(models.Model):
    """Who got a case, when and why, and who did not and why not. ``person`` empty: nobody was free.

    ``why``: drawn (fewest weighted cases, then the draw), lead (handed up by the clock), by_lead (taken or given by
    hand). ``excluded`` maps a person to codes; ``draw`` is the number that broke a tie. ``end_why``: recused, away,
    appealed, lead, by_lead.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    book_id = models.UUIDField()
    deal_id = models.UUIDField()
    number = models.SmallIntegerField()
    instance = models.SmallIntegerField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="assignments")
    why = models.CharField(max_length=16)
    by = models.CharField(max_length=64, help_text="person, or 'system'")
    at = models.DateTimeField()
    candidates = models.IntegerField(default=0)
    load = models.IntegerField(default=0, help_text="weighted cases the chosen one had")
    draw = models.CharField(max_length=16, default="")
    excluded = models.JSONField(default=dict)
    ended_at = models.DateTimeField(null=True)
    end_why = models.CharField(max_length=16, default="")
    end_words = models.CharField(max_length=300, default="")

    class Meta:
        db_table = "case_assignment"
        indexes = (models.Index(fields=("book_id", "deal_id", "number", "at"), name="assignment_of_case"),)


class Note(models.Model):
    """Private words of those who decide, never shown to a party."""

    id = models.UUIDField(primary_key=True, default=new_id)
    book_id = models.UUIDField()
    deal_id = models.UUIDField()
    number = models.SmallIntegerField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    words = models.TextField()
    key = models.CharField(max_length=36)
    at = models.DateTimeField()

    class Meta:
        db_table = "case_note"
        indexes = (models.Index(fields=("book_id", "deal_id", "number", "at"), name="note_of_case"),)
        constraints = (models.UniqueConstraint(fields=("person", "key"), name="one_note_a_key"),)


class Proposal(models.Model):
    """A decision on its way: what the mediator wants to decide, and what became of that.

    ``stage``: waiting (for a second pair of eyes), decided, sent_back, taken_back, stale (the deal moved), refused
    (by the protocol). ``version`` is the deal's when it was made. ``by`` sends the command; ``second`` confirmed it.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    book_id = models.UUIDField()
    deal_id = models.UUIDField()
    number = models.SmallIntegerField()
    instance = models.SmallIntegerField()
    version = models.IntegerField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="proposals")
    to_buyer = models.BigIntegerField()
    needs_return = models.BooleanField(default=False)
    parts = models.JSONField(default=list, help_text="pairs of line and quantity")
    reasons = ArrayField(models.CharField(max_length=48))
    reasons_version = models.IntegerField()
    words = models.TextField()
    needs_second = models.BooleanField()
    policy_version = models.IntegerField()
    stage = models.CharField(max_length=12)
    second = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="confirmed_proposals")
    answer = models.TextField(default="")
    key = models.CharField(max_length=36)
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "case_proposal"
        indexes = (
            models.Index(fields=("book_id", "deal_id", "at"), name="proposal_of_case"),
            models.Index(fields=("at", "id"), name="proposal_waiting", condition=models.Q(stage="waiting")),
        )
        constraints = (
            models.UniqueConstraint(fields=("by", "key"), name="one_proposal_a_key"),
            models.UniqueConstraint(
                fields=("book_id", "deal_id"), condition=models.Q(stage="waiting"), name="one_waiting_proposal"
            ),
        )


class Parcel(models.Model):
    """Which deals a courier's tracking number stands for. ``way``: out to the buyer, or back to the merchant."""

    pk = models.CompositePrimaryKey("courier", "tracking", "book_id", "deal_id", "way")
    courier = models.CharField(max_length=2000)
    tracking = models.CharField(max_length=2000)
    book_id = models.UUIDField()
    deal_id = models.UUIDField()
    way = models.CharField(max_length=4, default="out")
    tail = models.CharField(max_length=10, default="", help_text="end of the deal's id: the code on the parcel")
    since = models.DateTimeField()

    class Meta:
        db_table = "parcel"
        indexes = (
            models.Index(fields=("deal_id",), name="parcel_of_deal"),
            models.Index(fields=("tail",), name="parcel_of_code"),
            models.Index(fields=("book_id", "tracking"), name="parcel_of_tracking"),
        )
