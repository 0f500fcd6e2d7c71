"""``mediator policy``: check, show, adopt and try fee policies."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mediator.cli.amounts import read_amount
from mediator.cli.errors import NO
from mediator.cli.output import console, json_option, print_json

if TYPE_CHECKING:
    from mediator.policy import Policy

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(short_help="Check, show, adopt and try fee policies.")
def policy() -> None:
    """Fee policies are data: files with a version and dates. Deals are charged by the version they opened under."""


@policy.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@json_option
def check(files: tuple[Path, ...], as_json: bool) -> int:
    """Check policy FILES; every fault is told with its file and line. Exit 1 when there is one."""
    from mediator.policy import PolicyError, load_policy

    report: list[dict[str, Any]] = []
    for file in files:
        try:
            report.append({"file": str(file), "ok": True, "policy": load_policy(file).reference, "faults": []})
        except PolicyError as error:
            faults = [{"line": f.line, "code": f.code, "message": f.message} for f in error.faults]
            report.append({"file": str(file), "ok": False, "policy": None, "faults": faults})
            if not as_json:
                click.echo(str(error))
        else:
            if not as_json:
                click.echo(f"{file}: {report[-1]['policy']} is right.")
    if as_json:
        print_json(report)
    return 0 if all(entry["ok"] for entry in report) else NO


@policy.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the policies that were adopted, and those that come with Mediator."""
    from mediator.config.database import ensure_database

    ensure_database()
    from mediator.deals.models import Policy as Row
    from mediator.policy import policy_from_json, shipped_policies

    adopted = {row.reference: policy_from_json(row.document) for row in Row.objects.order_by("policy_id", "version")}
    known = adopted | {p.reference: p for p in shipped_policies() if p.reference not in adopted}
    rows = [
        {
            "policy": reference,
            "name": found.name,
            "from": found.valid_from,
            "to": found.valid_to,
            "adopted": reference in adopted,
        }
        for reference, found in known.items()
    ]
    if as_json:
        print_json(rows)
        return
    out = console()
    for row in rows:
        until = f" until {row['to']}" if row["to"] else ""
        state = "adopted" if row["adopted"] else "comes with Mediator"
        out.print(f"{row['policy']:<24} {row['name']}; from {row['from']}{until} ({state})")


@policy.command()
@click.argument("policy_or_file")
@json_option
def adopt(policy_or_file: str, as_json: bool) -> None:
    """Let deals open under a policy: a FILE, or the id@version of one that comes with Mediator."""
    from mediator.config.database import ensure_database

    ensure_database()
    from mediator.deals.charging import adopt as write
    from mediator.deals.clock import SYSTEM_CLOCK

    found = _find(policy_or_file)
    is_new = write(found, SYSTEM_CLOCK.now())
    if as_json:
        print_json({"policy": found.reference, "digest": found.digest, "is_new": is_new})
    else:
        click.echo(f"{found.reference} {'adopted' if is_new else 'was adopted already'}.")


@policy.command()
@click.argument("policy_or_file")
@json_option
def show(policy_or_file: str, as_json: bool) -> None:
    """Show a policy, by id@version or FILE, with its source and digest."""
    import json

    from mediator.policy import policy_to_json

    found = _find(policy_or_file)
    document = json.loads(policy_to_json(found))
    if as_json:
        print_json(document | {"digest": found.digest})
        return
    out = console()
    out.print(f"{found.reference}  {found.name}")
    out.print(f"from {found.valid_from} until {found.valid_to or 'further notice'}; SHA-256 {found.digest}")
    out.print(" ".join(found.source.split()))
    for kind in ("rules", "waivers"):
        for part in document[kind]:
            out.print(f"{kind[:-1]} {json.dumps(_said(part), ensure_ascii=False)}", markup=False)


@policy.command()
@click.argument("policy_or_file")
@click.option("--amount", required=True, help="What is released to the merchant, in whole units: 150000 or 19.99.")
@click.option("--currency", default="IDR", show_default=True)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Date in Jakarta; today by default.")
@click.option("--turnover", default="0", show_default=True, help="The merchant's turnover this year before this deal.")
@click.option("--country", default="ID", show_default=True)
@click.option("--size", default="micro", show_default=True, type=click.Choice(["micro", "small", "medium", "large"]))
@click.option("--category", default="")
@click.option("--rail", default="")
@click.option("--curated", is_flag=True)
@click.option("--mentored", is_flag=True)
@json_option
def price(policy_or_file: str, as_json: bool, **given: Any) -> None:
    """What a policy takes from a deal, line by line."""
    from mediator.money import format_amount
    from mediator.policy import Facts
    from mediator.policy import price as price_of

    code = given["currency"]
    facts = Facts(
        amount=read_amount(given["amount"], code),
        currency=code,
        on=given["on"].date() if given["on"] else _today(),
        turnover=read_amount(given["turnover"], code),
        country=given["country"],
        size_class=given["size"],
        **{name: given[name] for name in ("category", "rail", "curated", "mentored")},
    )
    lines = price_of(facts, _find(policy_or_file))
    from_merchant = sum(line.amount for line in lines if line.bearer == "merchant")
    if as_json:
        told = [{"rule": k.rule, "kind": k.kind, "bearer": k.bearer, "amount": k.amount} for k in lines]
        print_json({"amount": facts.amount, "lines": told, "merchant_gets": facts.amount - from_merchant})
        return
    for line in lines:
        click.echo(f"{format_amount(line.amount, code):>20}  {line.kind} {line.rule}, borne by the {line.bearer}")
    click.echo(f"{format_amount(facts.amount - from_merchant, code):>20}  to the merchant")


def _said(part: dict[str, Any]) -> dict[str, Any]:
    """Only what a part of a policy says; what it leaves open is not shown."""
    told = {key: _said(value) if isinstance(value, dict) else value for key, value in part.items()}
    return {key: value for key, value in told.items() if value not in (None, "", [], {})}


def _today() -> date:
    from mediator.deals.clock import SYSTEM_CLOCK
    from mediator.protocol.calendar import jakarta_date

    return jakarta_date(SYSTEM_CLOCK.now())


def _find(policy_or_file: str) -> Policy:
    """A policy by file, or by reference among the adopted ones and those that come with Mediator."""
    from mediator.policy import load_policy, policy_from_json, shipped_policies

    if Path(policy_or_file).is_file():
        return load_policy(policy_or_file)
    for found in shipped_policies():
        if found.reference == policy_or_file:
            return found
    from mediator.config.database import ensure_database

    ensure_database()
    from mediator.deals.models import Policy as Row

    row = Row.objects.filter(reference=policy_or_file).first()
    if row is None:
        known = ", ".join(found.reference for found in shipped_policies())
        raise click.ClickException(
            f"There is no file or policy {policy_or_file!r}; name a file, or id@version. With Mediator come {known}."
        )
    return policy_from_json(row.document)
