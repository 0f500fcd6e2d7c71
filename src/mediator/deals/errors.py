"""What can go wrong with a whole batch. A single refused command is a Result, not an error."""

from __future__ import annotations


class DealsError(Exception):
    """``code`` is stable, the text is a sentence for people."""

    code = "deals_error"


class Busy(DealsError):
    """Others kept writing the same books first. Nothing was written; send the batch again."""

    code = "busy"


class PolicyMissing(DealsError):
    """A policy that a deal refers to is not in the database, or is not what the deal was opened under."""

    code = "policy_missing"


class BadBook(DealsError):
    """A book that cannot be opened as asked."""

    code = "bad_book"
