"""What the ledger stores. Everything of a book carries its ``book_id`` first, so that books can live on many servers.

``journal`` and ``entry`` are append-only: the application's role may not change them and a trigger refuses anybody.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Book(models.Model):
    """One merchant's complete ledger in one currency, and what is known of the merchant when a deal opens."""

    id = models.UUIDField(primary_key=True)
    merchant = models.TextField()
    platform = models.TextField(default="")
    name = models.TextField(default="")
    currency = models.TextField()
    country = models.TextField(default="ID")
    size_class = models.TextField(default="micro")
    curated = models.BooleanField(default=False)
    mentored = models.BooleanField(default=False)
    policy = models.TextField(default="", help_text="id of the fee policy its deals open under; empty is no fee")
    opened_at = models.DateTimeField()

    class Meta:
        db_table = "book"
        constraints = (models.UniqueConstraint(fields=("merchant", "currency"), name="one_book_a_currency"),)


class Journal(models.Model):
    """One link of a book's chain: all commands of one batch in that book, as they took effect.

    ``body`` is one JSON array a line (``ledger.record``); ``hash`` chains it to the link before (``ledger.chain``).
    ``turnover`` is what the book has released in calendar year ``year`` (Jakarta), minor units, after this link.
    """

    pk = models.CompositePrimaryKey("book_id", "seq")
    book_id = models.UUIDField()
    seq = models.BigIntegerField()
    batch = models.UUIDField()
    at = models.DateTimeField()
    year = models.SmallIntegerField()
    turnover = models.BigIntegerField()
    body = models.TextField()
    hash = models.BinaryField()

    class Meta:
        db_table = "journal"


class Entry(models.Model):
    """A balanced set of postings, kept as one row so that the database can't hold half of one.

    ``accounts[i]`` gets ``amounts[i]`` minor units. A CHECK refuses a row whose amounts do not sum to zero. The view
    ``posting`` shows one row a posting.
    """

    pk = models.CompositePrimaryKey("book_id", "seq", "n")
    book_id = models.UUIDField()
    seq = models.BigIntegerField(help_text="the journal link it belongs to")
    n = models.IntegerField(help_text="its place in that link")
    deal_id = models.UUIDField()
    kind = models.TextField()
    at = models.DateTimeField()
    accounts = ArrayField(models.TextField())
    amounts = ArrayField(models.BigIntegerField())

    class Meta:
        db_table = "entry"


class Posting(models.Model):
    """The view of entries by posting: one signed amount on one account of one book."""

    pk = models.CompositePrimaryKey("book_id", "seq", "n", "place")
    book_id = models.UUIDField()
    seq = models.BigIntegerField()
    n = models.IntegerField()
    place = models.IntegerField()
    deal_id = models.UUIDField()
    kind = models.TextField()
    at = models.DateTimeField()
    account = models.TextField()
    amount = models.BigIntegerField()

    class Meta:
        db_table = "posting"
        managed = False


class Balance(models.Model):
    """The sum of an account's postings, kept up in the transaction that posts them."""

    pk = models.CompositePrimaryKey("book_id", "account")
    book_id = models.UUIDField()
    account = models.TextField()
    amount = models.BigIntegerField()

    class Meta:
        db_table = "balance"


class LogLeaf(models.Model):
    """A journal link in the log over all books: leaf ``n`` of an RFC 6962 tree, whose data is the link's hash."""

    n = models.BigIntegerField(primary_key=True)
    book_id = models.UUIDField()
    seq = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        db_table = "log_leaf"
        constraints = (models.UniqueConstraint(fields=("book_id", "seq"), name="a_link_is_logged_once"),)


class LogNode(models.Model):
    """The root of a complete subtree of the log: of the 256 ** ``level`` leaves from ``n`` * 256 ** ``level`` on."""

    pk = models.CompositePrimaryKey("level", "n")
    level = models.SmallIntegerField()
    n = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        db_table = "log_node"


class Checkpoint(models.Model):
    """A signed head of the log. ``note`` is the C2SP tlog-checkpoint; there is one a size."""

    size = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    root = models.BinaryField()
    note = models.TextField()

    class Meta:
        db_table = "checkpoint"
