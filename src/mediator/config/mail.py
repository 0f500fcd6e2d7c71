"""How e-mails leave: by the mail server that MEDIATOR_SMTP_URL names, else into files of the data folder."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from mediator.config.errors import ConfigError

SMTP = "django.core.mail.backends.smtp.EmailBackend"
FILES = "mediator.people.mail.FileBackend"
_SCHEMES = {"smtp": (25, False, False), "smtp+tls": (587, True, False), "smtps": (465, False, True)}
"""Scheme: usual port, whether TLS begins after the greeting (STARTTLS), whether it is there from the first byte."""


class Mail(NamedTuple):
    """Django's settings of the same names, without EMAIL_."""

    backend: str
    host: str = "localhost"
    port: int = 25
    host_user: str = ""
    host_password: str = ""
    use_tls: bool = False
    use_ssl: bool = False


def read_mail(url: str) -> Mail:
    """``smtp+tls://user:password@host:587``, or nothing. ConfigError ``smtp_url_invalid``; never repeats the URL."""
    if not url:
        return Mail(FILES)
    try:
        parts = urlsplit(url)
        usual_port, use_tls, use_ssl = _SCHEMES[parts.scheme]
        port = parts.port or usual_port
        host = parts.hostname or ""
    except (KeyError, ValueError):
        host = ""
    if not host:
        raise ConfigError(
            "smtp_url_invalid",
            "MEDIATOR_SMTP_URL cannot be read; write it as smtp+tls://user:password@host:587 (or smtps:// for TLS from "
            "the first byte), with signs like @ and : in the password percent-encoded.",
        )
    return Mail(SMTP, host, port, unquote(parts.username or ""), unquote(parts.password or ""), use_tls, use_ssl)
