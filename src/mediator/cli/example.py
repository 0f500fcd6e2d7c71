"""``mediator example``: a small world to look at, in an empty database."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import click

from mediator.cli.output import console, json_option, print_json, progress
from mediator.config.errors import ConfigError

LABELS = {"shops": "Shops and pictures", "path": "Producers, selection and mentoring", "deals": "Deals"}


@click.command(short_help="Load a world to look at into an empty database.")
@json_option
def example(as_json: bool) -> None:
    """Load a world to look at into an empty database: shops over the archipelago, deals in every state, three cases,
    and an account for each role, which the sign-in page then shows.

    A database that holds deals is refused. Once it is there, doing it again changes nothing.
    """
    from mediator.config.database import ensure_database

    ensure_database()
    from mediator.example.load import NotEmpty, load

    begun = time.perf_counter()
    with progress() as bar:
        tasks: dict[str, Any] = {}

        def tell(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(LABELS[what], total=of)
            bar.update(tasks[what], completed=done)

        try:
            is_new = load(datetime.now(UTC), tell)
        except NotEmpty as error:
            raise ConfigError(error.code, str(error)) from error
    answer = _answer(is_new, time.perf_counter() - begun)
    if as_json:
        print_json(answer)
        return
    screen = console()
    if is_new:
        screen.print(
            f"{answer['merchants']} shops, {answer['listings']} listings and {answer['deals']} deals "
            f"in {answer['seconds']:.0f} s."
        )
    else:
        screen.print("The example is there already; nothing to do.")
    screen.print("[bold]mediator serve[/] shows it; the sign-in page says who you can be.")


def _answer(is_new: bool, seconds: float) -> dict[str, Any]:
    from mediator.deals.models import Deal
    from mediator.shop.models import Listing, Merchant

    counts = {"merchants": Merchant.objects.count(), "listings": Listing.objects.count(), "deals": Deal.objects.count()}
    return {"loaded": is_new, **counts, "seconds": round(seconds, 1)}
