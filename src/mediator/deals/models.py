"""What the engine stores: deals as they stand, the outbox, purchases, and the policies deals are charged by."""

from __future__ import annotations

from django.db import models

ENDED = ("cancelled", "expired", "refunded", "released", "split")
"""``protocol.table.FINAL_STATUSES``, in the order the index names them: what is over is not looked for by state."""


class Deal(models.Model):
    """A deal as it stands. ``terms`` never change; ``state`` is what commands move (``protocol.deal``), both as JSON.

    ``keys`` holds 24 bytes a version: hash of the command's key, hash of its content, journal link.
    """

    pk = models.CompositePrimaryKey("book_id", "id")
    book_id = models.UUIDField()
    id = models.UUIDField()
    version = models.IntegerField()
    status = models.TextField()
    amount = models.BigIntegerField()
    due_at = models.DateTimeField(null=True)
    terms = models.TextField()
    state = models.TextField()
    keys = models.BinaryField()

    class Meta:
        db_table = "deal"
        indexes = (
            models.Index(fields=("due_at",), name="deal_due", condition=models.Q(due_at__isnull=False)),
            models.Index(fields=("book_id", "status", "id"), name="deal_open", condition=~models.Q(status__in=ENDED)),
        )


class Outbox(models.Model):
    """An event for those who listen, written with what caused it and deleted when it has been delivered."""

    pk = models.CompositePrimaryKey("book_id", "seq", "n")
    book_id = models.UUIDField()
    seq = models.BigIntegerField()
    n = models.IntegerField()
    deal_id = models.UUIDField()
    version = models.IntegerField()
    event = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "outbox"


class Purchase(models.Model):
    """One payment that funds several deals: their books and ids, and what each costs, as JSON."""

    id = models.TextField(primary_key=True)
    currency = models.TextField()
    amount = models.BigIntegerField()
    deals = models.TextField()
    opened_at = models.DateTimeField()

    class Meta:
        db_table = "purchase"


class Policy(models.Model):
    """A version of a fee policy as it was adopted. Never changed; a new version is a new row."""

    reference = models.TextField(primary_key=True, help_text="id@version")
    policy_id = models.TextField()
    version = models.IntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    digest = models.TextField()
    document = models.TextField()
    adopted_at = models.DateTimeField()

    class Meta:
        db_table = "policy"
        constraints = (models.UniqueConstraint(fields=("policy_id", "version"), name="one_policy_a_version"),)


class Undelivered(models.Model):
    """The event of a book that a listener failed on; the book waits for it until ``next_at``."""

    pk = models.CompositePrimaryKey("book_id", "listener")
    book_id = models.UUIDField()
    seq = models.BigIntegerField()
    n = models.IntegerField()
    listener = models.TextField()
    attempts = models.IntegerField()
    next_at = models.DateTimeField()
    reason = models.TextField()

    class Meta:
        db_table = "undelivered"


class DeadLetter(models.Model):
    """An event that one listener failed on too often. It is kept until somebody has it delivered again."""

    pk = models.CompositePrimaryKey("book_id", "seq", "n", "listener")
    book_id = models.UUIDField()
    seq = models.BigIntegerField()
    n = models.IntegerField()
    listener = models.TextField()
    deal_id = models.UUIDField()
    version = models.IntegerField()
    event = models.TextField()
    at = models.DateTimeField()
    reason = models.TextField()
    died_at = models.DateTimeField()

    class Meta:
        db_table = "dead_letter"


class BookFreeze(models.Model):
    """A stop on a merchant's book (``deals.freezes``): whoever asked for it, confirmed it, and took it back.

    In force while ``lifted_at`` is empty and it is confirmed or ``lapses_at`` has not come. One that lapsed by itself
    has nobody in ``lift_confirmed_by``. ``id`` is the key of the form that asked for it.
    """

    pk = models.CompositePrimaryKey("book_id", "id")
    book_id = models.UUIDField()
    id = models.UUIDField()
    asked_by = models.TextField()
    reason = models.TextField()
    at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    confirmed_by = models.TextField(default="")
    confirmed_at = models.DateTimeField(null=True)
    lift_asked_by = models.TextField(default="")
    lift_reason = models.TextField(default="")
    lift_at = models.DateTimeField(null=True)
    lift_confirmed_by = models.TextField(default="")
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "book_freeze"
        constraints = (
            models.UniqueConstraint(fields=("book_id",), condition=models.Q(lifted_at=None), name="one_freeze_a_book"),
            models.CheckConstraint(
                condition=models.Q(confirmed_by="") | ~models.Q(confirmed_by=models.F("asked_by")),
                name="freeze_by_two",
            ),
            models.CheckConstraint(
                condition=models.Q(lift_confirmed_by="") | ~models.Q(lift_confirmed_by=models.F("lift_asked_by")),
                name="lift_by_two",
            ),
        )


class OperatorAction(models.Model):
    """What an operator did, when, about what, and why. Never changed; written in the transaction of what was done."""

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    by = models.TextField(help_text="person's id")
    what = models.TextField(help_text="freeze, confirm_freeze, ask_lift, confirm_lift, assign, redeliver")
    book_id = models.UUIDField(null=True)
    deal_id = models.UUIDField(null=True)
    about = models.TextField(default="")
    reason = models.TextField(default="")

    class Meta:
        db_table = "operator_action"
        indexes = (
            models.Index(fields=("at", "id"), name="operator_action_at"),
            models.Index(fields=("book_id", "at"), name="operator_action_book"),
        )


class AuditRun(models.Model):
    """The outcome of an audit of this database. Never changed. ``text`` is what it said, line by line."""

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    by = models.TextField(help_text="night or command line")
    ok = models.BooleanField()
    findings = models.BigIntegerField()
    deals = models.BigIntegerField()
    seconds = models.FloatField()
    text = models.TextField()

    class Meta:
        db_table = "audit_run"
        indexes = (models.Index(fields=("at",), name="audit_run_at"),)
