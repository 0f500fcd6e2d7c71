"""The server's entry: ``granian --interface asginl mediator.config.asgi:application``."""

from __future__ import annotations

import os

from mediator.config.database import ensure_database
from mediator.config.orphans import die_with_parent

if os.environ.get("MEDIATOR_CHILD"):
    die_with_parent()
ensure_database()

from django.core.asgi import get_asgi_application  # noqa: E402  Django must be pointed at the database first

from mediator.config import urls  # noqa: E402, F401  a fault in a page's module stops the start, not a visitor
from mediator.web.weigh import warm  # noqa: E402

application = get_asgi_application()

if os.environ.get("MEDIATOR_CHILD"):
    warm()
