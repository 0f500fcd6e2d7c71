"""What is kept of notices: one row for each message to one person over one channel, and how people want to be told."""

from __future__ import annotations

from django.db import models

from mediator.people.models import Person, new_id


class Notice(models.Model):
    """One message to one person over one channel. Its words are not kept: they are made of the deal when it is sent.

    ``kind`` is a kind of ``notices.table``; ``about`` is where the deal stood (``notices.about``): a deal that stands
    elsewhere when it is to be sent makes it stale. ``key`` makes an event that is delivered twice one notice.
    ``recipient`` is a person's id, or "guest". ``stage``: queued, sent, failed, stale, or nowhere (there is no address:
    the merchant may tell the buyer by WhatsApp). ``hours``: 24 or 3 for a reminder, else 0.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    book_id = models.UUIDField()
    deal_id = models.UUIDField()
    version = models.IntegerField(help_text="of the deal when the notice was made")
    party = models.CharField(max_length=8)
    kind = models.CharField(max_length=24)
    about = models.CharField(max_length=255)
    hours = models.IntegerField(default=0)
    recipient = models.CharField(max_length=36)
    channel = models.CharField(max_length=8, help_text="mail, push or nowhere")
    language = models.CharField(max_length=2)
    zone = models.CharField(max_length=32)
    stage = models.CharField(max_length=8, default="queued")
    attempts = models.IntegerField(default=0)
    next_at = models.DateTimeField()
    reason = models.CharField(max_length=300, default="", blank=True, help_text="why it failed, without addresses")
    key = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "notice"
        indexes = (
            models.Index(fields=("next_at", "id"), name="notice_waiting", condition=models.Q(stage="queued")),
            models.Index(fields=("book_id", "deal_id", "made_at"), name="notice_of_deal"),
        )


class Subscription(models.Model):
    """A browser that wants to be told: of everything that concerns ``person``, or of one deal as its buyer.

    ``p256dh`` and ``auth`` are the browser's keys, base64url; only it can read what is sent.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True)
    book_id = models.UUIDField(null=True, blank=True)
    deal_id = models.UUIDField(null=True, blank=True)
    endpoint = models.URLField(max_length=500)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=32)
    since = models.DateTimeField()

    class Meta:
        db_table = "push_subscription"
        indexes = (models.Index(fields=("book_id", "deal_id"), name="push_of_deal"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(person__isnull=False) ^ models.Q(deal_id__isnull=False), name="push_of_one"
            ),
            models.UniqueConstraint(
                fields=("endpoint", "person", "deal_id"), name="one_push_a_browser", nulls_distinct=False
            ),
        )


class Wish(models.Model):
    """How a person wants to be told; who has no row wants both."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True)
    mail = models.BooleanField(default=True)
    push = models.BooleanField(default=True)

    class Meta:
        db_table = "notice_wish"


class ReminderMark(models.Model):
    """Up to which ``due_at`` the deals' clocks have been looked through for reminders of so many hours."""

    hours = models.IntegerField(primary_key=True)
    upto = models.DateTimeField()

    class Meta:
        db_table = "reminder_mark"
