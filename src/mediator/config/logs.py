"""Logs: one JSON object a line on stderr, with secrets struck out. ``MEDIATOR_LOG`` sets the level (WARNING)."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from mediator.config.errors import ConfigError

_SECRET_NAME = re.compile(r"secret|password|passwd|token|authorization|cookie|private|credential|api_?key|dsn", re.I)
_URL_PASSWORD = re.compile(r"(\w+://[^\s:/@]*:)[^\s@/]+@|(\bpassword=)\S+")
_KEY_IN_ADDRESS = re.compile(r"(/(?:deal|receipt)/|/reset/key/|/confirm-email/)[\w:.~-]{16,}")
"""Links that open something for whoever has them: a buyer's deal, a new password, a confirmed address."""
HIDDEN = "[hidden]"
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


def strike_secrets(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Replace values under a secret's name, and passwords inside URLs and connection strings."""
    for name, value in event.items():
        event[name] = HIDDEN if _SECRET_NAME.search(str(name)) else _strike(value)
    return event


def _strike(value: Any) -> Any:
    if isinstance(value, str):
        value = _KEY_IN_ADDRESS.sub(rf"\1{HIDDEN}", value)
        return _URL_PASSWORD.sub(lambda found: f"{found[1]}{HIDDEN}@" if found[1] else f"{found[2]}{HIDDEN}", value)
    if isinstance(value, dict):
        return {key: HIDDEN if _SECRET_NAME.search(str(key)) else _strike(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_strike(item) for item in value]
    return value


_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    strike_secrets,
]


def configure_structlog() -> None:
    """Send structlog's events through the standard library's handlers, so that all logs have one shape."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _said_elsewhere() -> Callable[[logging.LogRecord], bool]:
    """A filter for procrastinate's pages of traceback on a lost connection: the worker says it in one line."""

    def is_news(record: logging.LogRecord) -> bool:
        kind = record.exc_info[0] if record.exc_info else None
        return not (record.name.startswith("procrastinate") and kind and kind.__name__ == "ConnectorException")

    return is_news


def logging_settings() -> dict[str, Any]:
    """Django's ``LOGGING``. ConfigError ``log_level_unknown`` when ``MEDIATOR_LOG`` names no level."""
    level = os.environ.get("MEDIATOR_LOG", "").strip().upper() or "WARNING"
    if level not in LEVELS:
        raise ConfigError("log_level_unknown", f"MEDIATOR_LOG is {level}; it must be one of {', '.join(LEVELS)}.")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(),
                ],
            }
        },
        "filters": {"said_elsewhere": {"()": _said_elsewhere}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["said_elsewhere"]},
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            # Every five seconds it would tell that nothing was to be done; who wants to hear it says DEBUG.
            "procrastinate": {"level": "WARNING" if level == "INFO" else level},
            "psycopg.pool": {"level": "ERROR" if level in ("INFO", "WARNING") else level},
        },
    }
