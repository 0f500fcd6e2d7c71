"""What people and programs read of an answer: terminal, JSON, one HTML file, two pages of PDF, charts with tables.

Nothing here computes economics: every sentence and drawing is made of an ``Answer``.
"""

from __future__ import annotations

from .brief import brief_pdf
from .html import html_report
from .json import to_json
from .terminal import print_answer

__all__ = ["brief_pdf", "html_report", "print_answer", "to_json"]
