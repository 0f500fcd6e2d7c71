"""The whole path: what had happened before the example's deals, and what happens while they go on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from mediator.example.ikm import making, outside, selecting
from mediator.example.ikm.crew import Crew, hire
from mediator.example.ikm.guiding import Guide
from mediator.example.ikm.making import Made
from mediator.example.ikm.pictures import Digests
from mediator.example.ikm.selecting import Selection
from mediator.ikm.privacy import figures
from mediator.ikm.standing import service as standing
from mediator.people.models import Person
from mediator.shop.models import Listing

BEGINS = timedelta(days=232)
"""Before the deals: when producers write their profiles."""


class Path:
    """Producers, those who work with them, and what has happened to them."""

    def __init__(self, people: dict[str, Person], listings: dict[str, Listing], photos: Digests) -> None:
        self.people, self.listings, self.photos = people, listings, photos
        self.made: Mapping[str, Made] = {}
        self.crew: Crew | None = None

    def before(self, start: datetime) -> None:
        """Everything until ``start``; then the first shelf is full, and books know who was selected."""
        self.crew = hire(self.people, start - BEGINS - timedelta(days=20))
        self.made = making.make_all(self.listings, self.photos, self.crew.validators, start - BEGINS)
        selection = Selection(self.crew, self.people)
        opens, closes = start - timedelta(days=215), start - timedelta(days=140)
        selection.open_calls(opens, closes, opens - timedelta(days=10), "")
        selecting.decided_ones(selection, self.made, opens, closes + timedelta(days=1))
        self.guide = Guide(self.crew, self.made, self.photos)
        self.guide.completed_ones(start)
        standing.refresh(None, start)

    def until(self, now: datetime) -> None:
        """What goes on meanwhile; then every standing is what it is by now, with the deals that were made, and the
        ministries' figures are counted."""
        assert self.crew is not None
        selection = Selection(self.crew, self.people)
        opens, closes = now - timedelta(days=30), now + timedelta(days=22)
        selection.open_calls(opens, closes, opens - timedelta(days=6), ", putaran 2")
        selection.open_regional(opens, closes, opens - timedelta(days=6))
        selecting.waiting_ones(selection, self.made, opens, now)
        self.guide.running_ones(now)
        outside.all_of_it(self.people, self.made, self.photos, now)
        standing.refresh(None, now, rebuild=True)
        standing.refresh_changed(now)
        figures.refresh(now)
