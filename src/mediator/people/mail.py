"""E-mails kept as files: when no mail server is configured, or when it did not take one. Nothing is lost unseen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail.backends.filebased import EmailBackend


class FileBackend(EmailBackend):
    """Writes e-mails into MAIL_FOLDER, which only its user can read: they hold links that open accounts."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        folder = Path(settings.MAIL_FOLDER)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        kwargs["file_path"] = str(folder)
        super().__init__(*args, **kwargs)


def is_sent() -> bool:
    """Whether e-mails leave this machine at all."""
    return bool(f"{__name__}.FileBackend" != settings.EMAIL_BACKEND)


def kept_files() -> int:
    """How many files of e-mails wait in the folder."""
    folder = Path(settings.MAIL_FOLDER)
    return sum(1 for _ in folder.glob("*.log")) if folder.is_dir() else 0
