"""Whether this installation is the example: a file of the data folder says so, and rows of the database prove it.

The file alone could outlive its database, and rows alone could be made by a stranger's data; so both must agree. Where
there is no file, which is everywhere else, the database is not even asked.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from django.db import DatabaseError

from mediator.config.target import resolve_target
from mediator.people.models import RoleGrant

GRANTED_BY = "mediator example"
"""Who granted the example's roles: only the loader writes this, and it is the first thing it writes."""

_proved: dict[Path, tuple[int, bool]] = {}


def marker_file() -> Path:
    """Of the database this process works on."""
    target = resolve_target()
    return target.folder / f"example-{target.database or 'mediator'}.json"


def mark(now: datetime) -> None:
    """Say that the database holds the example; the loader's last act."""
    marker_file().write_text(json.dumps({"loaded_at": now.isoformat()}) + "\n", encoding="utf-8")


def is_example() -> bool:
    """Whether to say on every page that all of it is made up. At most one query for each time a file was written."""
    place = marker_file()
    try:
        written = place.stat().st_mtime_ns
    except OSError:
        return False
    known = _proved.get(place)
    if known is None or known[0] != written:
        try:
            known = (written, RoleGrant.objects.filter(granted_by=GRANTED_BY).exists())
        except DatabaseError:
            return False
        _proved[place] = known
    return known[1]
