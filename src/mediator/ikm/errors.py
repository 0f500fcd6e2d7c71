"""What IKM refuses: a stable code, a sentence for people that says what would be right, and what it is about."""

from __future__ import annotations


class IkmError(Exception):
    """A request that changes nothing. ``about`` holds the facts a surface needs to say it in the reader's language."""

    def __init__(self, code: str, message: str, **about: str | int) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.about = about
