"""``mediator checkpoint``: log all new links of all books, and sign the head."""

from __future__ import annotations

import base64

import click

from mediator.cli.output import json_option, print_json


@click.command(short_help="Log all new journal links and sign the head of the log.")
@click.option("--since", type=click.IntRange(0), help="Also prove that this log starts with the one of that size.")
@json_option
def checkpoint(since: int | None, as_json: bool) -> None:
    """Log all new journal links of all books, and sign the head (a C2SP tlog-checkpoint).

    Publish what it prints: whoever keeps an old head can ask for the proof that nothing before it was changed.
    """
    from mediator.config.database import ensure_database

    ensure_database()
    from django.utils import timezone

    from mediator.ledger import checkpoint as log
    from mediator.ledger.cursors import hot_cursor
    from mediator.ledger.keys import signing_key

    key = signing_key()
    signed = log.make(timezone.now(), key=key)
    path: list[str] = []
    if since is not None:
        with hot_cursor() as cursor:
            log.at_size(cursor, since)
            path = [base64.b64encode(step).decode() for step in log.prove_consistency(cursor, since, signed.size)]
    if as_json:
        print_json(
            {"size": signed.size, "at": signed.at, "key": key.verifier, "checkpoint": signed.note, "proof": path}
        )
        return
    click.echo(signed.note, nl=False)
    click.echo(f"\nPublic key, to hand out: {key.verifier}", err=True)
    if since is not None:
        click.echo("\n".join(["", f"consistency {since} {signed.size}", *path]))
