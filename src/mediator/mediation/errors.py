"""What can go wrong with a promise, a photograph or a piece of evidence."""

from __future__ import annotations


class MediationError(Exception):
    """``code`` is stable; ``message`` is a sentence for people that says what would be right."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
