"""The audit: everything derived again from nothing but the journal, and compared with what is stored."""

from mediator.deals.audit.report import CHECKS, Check, Report
from mediator.deals.audit.run import audit

__all__ = ["CHECKS", "Check", "Report", "audit"]
