"""What the rails' room keeps: what was asked for, what came in, what is to be sent, and what fits nowhere (yet).

The tables ``sandbox_*`` are the sandbox's own: they stand for a bank's memory, and nothing but the sandbox reads them.
"""

from __future__ import annotations

from django.db import models


class PaymentCode(models.Model):
    """A payment that was asked for: of one deal (book and deal), or of a purchase."""

    code = models.TextField(primary_key=True)
    rail = models.TextField()
    purchase = models.TextField(default="")
    book_id = models.UUIDField(null=True)
    deal_id = models.UUIDField(null=True)
    currency = models.TextField()
    amount = models.BigIntegerField()
    instruction = models.TextField(default="", help_text="how the buyer pays, as JSON")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "payment_code"
        indexes = (
            models.Index(fields=("book_id", "deal_id"), name="payment_code_deal"),
            models.Index(fields=("purchase",), name="payment_code_purchase", condition=~models.Q(purchase="")),
        )


class RailPayment(models.Model):
    """Money that came in, once for each of the rail's references, and the deals it went to (``shares``, JSON)."""

    pk = models.CompositePrimaryKey("rail", "reference")
    rail = models.TextField()
    reference = models.TextField()
    code = models.TextField()
    currency = models.TextField()
    amount = models.BigIntegerField()
    shares = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "rail_payment"
        indexes = (models.Index(fields=("code",), name="rail_payment_code"),)


class UnmatchedPayment(models.Model):
    """Money that came in and fits no deal, whole or in part, until an operator says where it belongs.

    ``why`` is the refusal's stable code, which pages put in the reader's words; ``reason`` is the sentence of that day.
    """

    pk = models.CompositePrimaryKey("rail", "reference", "part")
    rail = models.TextField()
    reference = models.TextField()
    part = models.IntegerField(help_text="which share of the payment, from 0")
    code = models.TextField()
    currency = models.TextField()
    amount = models.BigIntegerField()
    why = models.TextField(default="", db_default="", help_text="empty: kept before codes were")
    reason = models.TextField()
    at = models.DateTimeField()
    assigned_at = models.DateTimeField(null=True)
    assigned_by = models.TextField(default="")
    book_id = models.UUIDField(null=True)
    deal_id = models.UUIDField(null=True)

    class Meta:
        db_table = "unmatched_payment"


class ParkedNotice(models.Model):
    """A notice that did not fit the deal, or came before what it is about; tried again, and shown to operators."""

    pk = models.CompositePrimaryKey("rail", "kind", "reference")
    rail = models.TextField()
    kind = models.TextField()
    reference = models.TextField()
    notice = models.TextField()
    code = models.TextField()
    message = models.TextField()
    tries = models.IntegerField(default=1)
    at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, help_text="when to try again; empty: an operator looks at it")

    class Meta:
        db_table = "parked_notice"


class Transfer(models.Model):
    """Money on its way out, from the command that put it in flight to the rail's last word."""

    reference = models.TextField(primary_key=True)
    rail = models.TextField()
    book_id = models.UUIDField()
    deal_id = models.UUIDField()
    side = models.TextField()
    payee = models.TextField()
    account = models.TextField(default="", db_default="", help_text="id of the payee's account; empty: none was named")
    currency = models.TextField()
    amount = models.BigIntegerField()
    stage = models.TextField(help_text="queued, sending, accepted, unknown, missing, settled, failed or returned")
    attempts = models.IntegerField(default=0)
    reason = models.TextField(default="")
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True, help_text="when to do the next thing with it; empty: nothing to do")

    class Meta:
        db_table = "transfer"
        indexes = (
            models.Index(fields=("next_at",), name="transfer_due", condition=models.Q(next_at__isnull=False)),
            models.Index(fields=("book_id", "deal_id"), name="transfer_deal"),
        )


class SandboxPayment(models.Model):
    """The sandbox's account, one movement a row: a payment, a chargeback (negative), a chargeback won."""

    pk = models.CompositePrimaryKey("rail", "kind", "reference")
    rail = models.TextField()
    kind = models.TextField()
    reference = models.TextField()
    payment = models.TextField(default="", help_text="of a chargeback: the payment")
    code = models.TextField(default="")
    currency = models.TextField()
    amount = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "sandbox_payment"


class SandboxTransfer(models.Model):
    """A transfer as the sandbox knows it: accepted, settled, failed, or returned after it had settled."""

    pk = models.CompositePrimaryKey("rail", "reference")
    rail = models.TextField()
    reference = models.TextField()
    payee = models.TextField()
    currency = models.TextField()
    amount = models.BigIntegerField()
    stage = models.TextField()
    reason = models.TextField(default="")
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "sandbox_transfer"


class SandboxPlan(models.Model):
    """How transfers to a payee go from now on; without a row they settle at once."""

    payee = models.TextField(primary_key=True)
    behaviour = models.TextField()

    class Meta:
        db_table = "sandbox_plan"
