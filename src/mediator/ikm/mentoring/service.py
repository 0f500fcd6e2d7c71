"""What happens in mentoring, by its verbs. Each is one transaction, and nothing twice by the same key."""

from __future__ import annotations

from .enrolling import assign, enrol, give_mentor, open_round
from .loading import load
from .measuring import assess, measure
from .moving import lacking, move
from .sessions import cancel, correct, plan, record, say, void
from .tasking import act_on, give_task

__all__ = (
    "act_on", "assess", "assign", "cancel", "correct", "enrol", "give_mentor", "give_task", "lacking", "load",
    "measure", "move", "open_round", "plan", "record", "say", "void",
)  # fmt: skip
