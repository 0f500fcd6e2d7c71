"""``mediator weigh``: what a fee policy would do to a whole economy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mediator.cli.errors import NO
from mediator.cli.output import console, json_option, progress

if TYPE_CHECKING:
    from mediator.weigh.answer import Answer
    from mediator.weigh.report.figures import Language
    from mediator.weigh.scenario import Scenario

OUT = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command(short_help="Weigh a fee policy over a whole economy.")
@click.argument("scenario", required=False)
@click.option("--report", type=OUT, help="Write the whole answer with its charts and tables as one HTML file.")
@click.option("--brief", type=OUT, help="Write two pages for a minister's staff as PDF.")
@click.option(
    "--language", type=click.Choice(["id", "en"]), default="id", show_default=True, help="Of what is written."
)
@click.option("--full", is_flag=True, help="One row a merchant: tens of millions, instead of weighted rows.")
@click.option("--rows", type=click.IntRange(1_000), help="About how many weighted rows to draw the population with.")
@click.option("--draws", type=click.IntRange(0), help="Monte Carlo draws.")
@click.option("--seed", type=click.IntRange(0), help="Of the population and the draws.")
@click.option("--set", "changes", multiple=True, metavar="NAME=VALUE", help="Another value of a parameter.")
@click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True)
@click.option("--list", "is_list", is_flag=True, help="List the scenarios that come with Mediator.")
@json_option
def weigh(
    scenario: str | None,
    report: Path | None,
    brief: Path | None,
    language: Language,
    full: bool,
    rows: int | None,
    draws: int | None,
    seed: int | None,
    changes: tuple[str, ...],
    engine: str,
    is_list: bool,
    as_json: bool,
) -> int:
    """Weigh a SCENARIO (a TOML file, or the name of one that comes along): who gains, who loses, how sure.

    \b
    mediator weigh alipay-2017 --report out.html --brief out.pdf
    """
    if is_list:
        return _list(as_json)
    if scenario is None:
        raise click.UsageError("Name a scenario: a TOML file, or one of those that --list shows.")
    from mediator.weigh.errors import WeighError
    from mediator.weigh.run import weigh as run

    _check_folders(report, brief)
    asked = _changed(_found(scenario), full, rows, draws, seed, changes)
    try:
        with progress() as bar:
            task = bar.add_task("reading", total=None)
            answer = run(
                asked,
                engine=engine,
                on_step=lambda step: bar.update(task, description=step),
                on_rows=lambda rows: bar.update(task, advance=rows),
            )
    except WeighError as error:
        if not error.is_mistrust:
            raise
        click.echo(f"No numbers, because they could not be trusted: {error}", err=True)
        return NO
    _tell(answer, language, report, brief, as_json)
    return 0


def _tell(answer: Answer, language: Language, report: Path | None, brief: Path | None, as_json: bool) -> None:
    from mediator.weigh.report import brief_pdf, html_report, print_answer, to_json

    if report:
        report.write_text(html_report(answer, language), encoding="utf-8")
    if brief:
        brief.write_bytes(brief_pdf(answer, language))
    if as_json:
        click.echo(to_json(answer))
    else:
        print_answer(answer, console(), language)
    for written in filter(None, (report, brief)):
        click.echo(f"Written: {written}", err=True)


def _check_folders(*files: Path | None) -> None:
    """Before anything is weighed: that there is a folder for what will be written."""
    for file in filter(None, files):
        if not file.parent.is_dir():
            raise click.ClickException(f"There is no folder {file.parent}; make it, or choose another place.")


def _found(name: str) -> Scenario:
    from mediator.weigh.scenario import load_scenario, shipped_scenario

    if Path(name).suffix == ".toml" or Path(name).exists():
        return load_scenario(name)
    return shipped_scenario(name)


def _changed(
    scenario: Scenario,
    full: bool,
    rows: int | None,
    draws: int | None,
    seed: int | None,
    changes: tuple[str, ...],
) -> Scenario:
    """The scenario with what the command line says otherwise."""
    import msgspec

    from mediator.weigh.scenario.spec import MAX_DRAWS

    if full and rows:
        raise click.UsageError("--full takes every merchant; leave out --rows.")
    values = dict(scenario.parameters)
    for change in changes:
        name, _, value = change.partition("=")
        try:
            values[name.strip()] = float(value)
        except ValueError:
            raise click.BadParameter(f"{change!r} is not NAME=NUMBER.", param_hint="--set") from None
    if draws is not None and draws > MAX_DRAWS:
        raise click.ClickException(f"Draws are from 0 to {MAX_DRAWS}.")
    given = {"rows": 0 if full else rows, "draws": draws, "seed": seed, "parameters": values}
    return msgspec.structs.replace(scenario, **{key: value for key, value in given.items() if value is not None})


def _list(as_json: bool) -> int:
    from mediator.cli.output import print_json
    from mediator.weigh.scenario import shipped_scenario, shipped_scenarios

    rows = [{"name": name, "title": shipped_scenario(name).title.en} for name in shipped_scenarios()]
    if as_json:
        print_json(rows)
    for row in [] if as_json else rows:
        click.echo(f"{row['name']:<16} {row['title']}")
    return 0
