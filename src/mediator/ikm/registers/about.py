"""What is the same for every row of an import."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID


class About(NamedTuple):
    """Whose register, of which day, imported when. ``today`` is the day it was begun, also when it goes on later."""

    organisation: UUID
    organisation_code: str
    imported: UUID
    kind: str
    as_of: date
    as_of_given: bool
    today: date
    now: datetime
    by: str

    @property
    def values(self) -> dict[str, Any]:
        """As the statements name them."""
        return {
            "organisation": self.organisation, "import": self.imported, "as_of": self.as_of,
            "as_of_given": self.as_of_given, "today": self.today, "now": self.now,
            "source": f"register:{self.organisation_code}",
        }  # fmt: skip
