"""What can be wrong with the ground Mediator stands on, each with a stable code and one sentence for people."""

from __future__ import annotations


class ConfigError(Exception):
    """The environment does not allow Mediator to run. ``code`` is stable; the text says what would be right."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class EmbeddedError(ConfigError):
    """The data folder or the embedded PostgreSQL in it cannot be used."""


class SchemaError(ConfigError):
    """The database is reachable, but its tables are not the ones this version of Mediator works with."""
