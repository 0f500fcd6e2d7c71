"""``mediator receipt``: what a party keeps to prove its deal, and the proof of it offline."""

from __future__ import annotations

import json
from pathlib import Path

import click

from mediator.cli.errors import NO, OK
from mediator.cli.output import json_option, print_json


class ReceiptGroup(click.Group):
    """``receipt BOOK DEAL`` writes one; ``receipt verify FILE`` is a command of its own."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Anything that is not a subcommand or help is the place of a deal."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["write", *args]
        return super().parse_args(ctx, args)


@click.group(cls=ReceiptGroup, short_help="Write a deal's receipt, or verify one offline.")
def receipt() -> None:
    """Write the receipt of a deal: “receipt BOOK DEAL”; or verify one: “receipt verify FILE --key KEY”."""


@receipt.command(short_help="Write the receipt of a deal: “receipt BOOK DEAL”.")
@click.argument("book")
@click.argument("deal")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; stdout without it.")
def write(book: str, deal: str, out: Path | None) -> None:
    """Write the receipt of a deal: its records, their place in the signed log, nothing of other deals."""
    from mediator.config.database import ensure_database

    ensure_database()
    from django.utils import timezone

    from mediator.deals.audit.receipt import receipt_of
    from mediator.ledger.keys import signing_key

    text = json.dumps(receipt_of(book, deal, timezone.now()), ensure_ascii=False, indent=1) + "\n"
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text)
        click.echo(f"{out}: verify it with “mediator receipt verify {out} --key {signing_key().verifier}”.")


@receipt.command(short_help="Verify a receipt offline; needs no database.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", "keys", multiple=True, required=True, help="Public key of the log; may be repeated.")
@json_option
def verify(file: Path, keys: tuple[str, ...], as_json: bool) -> int:
    """Verify a receipt against the log's public key, without any database. Exit code 1 when it is not proven."""
    from mediator.ledger.verify import VerifyError, purse_of, read_receipt, tell

    try:
        proven = read_receipt(file.read_text(), keys)
    except VerifyError as error:
        if as_json:
            print_json({"ok": False, "code": error.code, "message": str(error)})
        else:
            click.echo(f"Not proven: {error}", err=True)
        return NO
    if as_json:
        print_json(
            {
                "ok": True,
                "book": proven.book,
                "deal": proven.deal,
                "status": proven.records[-1][7],
                "commands": [record[2] for record in proven.records],
                "accounts": purse_of(proven.records),
                "origin": proven.head.origin,
                "size": proven.head.size,
            }
        )
    else:
        click.echo(tell(proven))
    return OK
