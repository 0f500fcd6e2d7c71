"""The audit: everything derived again from nothing but the journal, and compared with what is stored.

``audit`` is imported when it is asked for: a worker process must set Django up before anything needs its models.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mediator.deals.audit.report import CHECKS, Check, Note, Report

if TYPE_CHECKING:
    from mediator.deals.audit.run import audit

__all__ = ["CHECKS", "Check", "Note", "Report", "audit"]


def __getattr__(name: str) -> Any:
    if name == "audit":
        from mediator.deals.audit.run import audit

        return audit
    raise AttributeError(name)
