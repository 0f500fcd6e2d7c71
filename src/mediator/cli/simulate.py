"""``mediator simulate``: random traders and every fault against the real engine, and a small script when one breaks."""

from __future__ import annotations

from pathlib import Path

import click

from mediator.cli.output import console, json_option, print_json, progress


@click.command(short_help="Let random traders and every fault loose on the engine.")
@click.option("--seed", default=1, show_default=True, help="Where chance starts; the same seed trades the same.")
@click.option("--deals", default=200, show_default=True, type=click.IntRange(1), help="How many deals are traded.")
@click.option("--minutes", type=float, help="Stop after this time, whatever was traded.")
@click.option("--faults", default="all", show_default=True, help="Comma-separated; 'none' for fair weather.")
@click.option("--script", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Play this script again.")
@click.option("--save", default="simulate-broken.jsonl", show_default=True, type=click.Path(path_type=Path),
              help="Where the smallest script that breaks is written.")  # fmt: skip
@json_option
def simulate(
    seed: int, deals: int, minutes: float | None, faults: str, script: Path | None, save: Path, as_json: bool
) -> int:
    """Trade on a scratch database and check all invariants as it goes. Exit 1 when one breaks."""
    from mediator.config.database import ensure_database

    ensure_database()
    from mediator.simulate.run import FAULTS, replay
    from mediator.simulate.run import simulate as trade
    from mediator.simulate.scratch import scratch
    from mediator.simulate.script import ScriptError, read_script

    wanted = _faults(faults, FAULTS)
    out = console(as_json)
    with scratch() as admin:
        if script is not None:
            try:
                broken = replay(read_script(script), admin)
            except ScriptError as error:
                raise click.UsageError(str(error)) from error
            out.print(f"{script}: {broken or 'everything holds'}.")
            if as_json:
                print_json({"ok": broken is None, "broken": str(broken) if broken else None})
            return 1 if broken else 0
        with progress() as bar:
            task = bar.add_task("deals", total=deals)
            seconds = minutes * 60 if minutes else None
            story = trade(seed, deals, admin, wanted, seconds=seconds, on_deals=lambda n: bar.update(task, completed=n))
        out.print(
            f"Seed {seed}: {story.deals} deals, {story.commands:,} commands, {story.races} races, {story.crashes} "
            f"crashes, drained over {story.drained_days} days, {story.seconds:.1f} s."
        )
        answer = {"ok": story.broken is None, "seed": seed, "deals": story.deals, "commands": story.commands,
                  "races": story.races, "crashes": story.crashes, "codes": dict(story.codes.most_common()),
                  "seconds": round(story.seconds, 3)}  # fmt: skip
        if story.broken is None:
            out.print("All invariants hold; the audit is clean.")
        else:
            small = _shrink(story.script, str(story.broken.rule), admin, save)
            out.print(f"Broken: {story.broken}\n{small} commands still break it: mediator simulate --script {save}")
            answer |= {"broken": str(story.broken), "script": str(save), "script_commands": small}
        if as_json:
            print_json(answer)
    return 1 if story.broken else 0


def _shrink(script, rule: str, admin: str, save: Path) -> int:  # type: ignore[no-untyped-def]
    from mediator.simulate.run import replay
    from mediator.simulate.script import write_script
    from mediator.simulate.shrink import shrink

    def breaks(smaller) -> bool:  # type: ignore[no-untyped-def]
        broken = replay(smaller, admin)
        return broken is not None and broken.rule == rule

    small = shrink(script, breaks)
    write_script(small, save)
    return int(small.size)


def _faults(text: str, known: tuple[str, ...]) -> frozenset[str]:
    if text == "all":
        return frozenset(known)
    wanted = frozenset(part.strip() for part in text.split(",")) - {"none", ""}
    if wanted - set(known):
        raise click.UsageError(f"There is no fault {sorted(wanted - set(known))[0]!r}; there are {', '.join(known)}.")
    return wanted
