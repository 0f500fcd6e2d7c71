"""What mentoring keeps: programmes and who is in them, what was done together, and what came of it."""

from __future__ import annotations

from .outcomes import Assessment, Finding, FindingClosed, Measure
from .programmes import Assigned, Enrolment, Mentored, Programme, Round, Step
from .work import Attendance, AttendanceWord, Invited, Meeting, Session, Task, TaskStep

__all__ = (
    "Assessment", "Assigned", "Attendance", "AttendanceWord", "Enrolment", "Finding", "FindingClosed", "Invited",
    "Measure", "Meeting", "Mentored", "Programme", "Round", "Session", "Step", "Task", "TaskStep",
)  # fmt: skip
