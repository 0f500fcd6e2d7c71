"""``mediator ikm``: producers, selection, mentoring, standing, and what they are based on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import click

from mediator.cli.main import LazyGroup


class IkmGroup(LazyGroup):
    """The commands about small and medium industry."""

    places: ClassVar[Mapping[str, str]] = {
        "organisation": "mediator.cli.ikm_organisation:organisation",
        "import": "mediator.cli.ikm_import:import_",
        "criteria": "mediator.cli.ikm_selection:criteria",
        "programmes": "mediator.cli.ikm_mentoring:programmes",
        "standing": "mediator.cli.ikm_standing:standing",
        "certificate": "mediator.cli.ikm_certificate:certificate",
        "trade": "mediator.cli.ikm_strength:trade",
        "prices": "mediator.cli.ikm_strength:prices",
    }


@click.group(cls=IkmGroup, short_help="Small and medium industry: registers, selection, mentoring, standing.")
def ikm() -> None:
    """Small and medium industry (IKM): selected, mentored, and therefore first."""
