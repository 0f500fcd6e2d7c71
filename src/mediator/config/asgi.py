"""The server's entry: ``granian --interface asgi mediator.config.asgi:application``."""

from __future__ import annotations

from mediator.config.database import ensure_database

ensure_database()

from django.core.asgi import get_asgi_application  # noqa: E402  Django must be pointed at the database first

application = get_asgi_application()
