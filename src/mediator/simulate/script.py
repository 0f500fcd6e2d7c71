"""A script of a simulation: steps in the order they were taken, as JSON lines, enough to take them again.

Book and deal ids are kept as they were; a second run gives every id a new one, so that scripts never meet.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec
from msgspec.structs import replace

from mediator.deals.books import NewBook
from mediator.deals.ids import uuid7
from mediator.protocol import Command
from mediator.protocol.deal import Actor, Role


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """What happens at once: time goes on by ``advance_s`` seconds, clocks are swept if ``sweep``, and ``batches`` are
    applied: one alone, or several that all read before any writes. ``fault`` is "" or
    ``crash`` (the connection is cut after the last write, before the commit; the commands are sent again) or
    ``lost_answer`` (committed, but nobody heard; sent again)."""

    advance_s: int = 0
    batches: tuple[tuple[Command, ...], ...] = ()
    fault: str = ""
    sweep: bool = False


class Script(msgspec.Struct, frozen=True):
    """A whole simulation: its seed, its books, its steps."""

    seed: int
    books: tuple[NewBook, ...]
    steps: tuple[Step, ...]

    @property
    def size(self) -> int:
        """How many commands it sends."""
        return sum(len(batch) for step in self.steps for batch in step.batches)


class ScriptError(ValueError):
    """A script file that can't be read. ``code`` is stable."""

    code = "bad_script"


def write_script(script: Script, path: Path) -> None:
    """One JSON object a line: first seed and books, then a step a line."""
    head = msgspec.json.encode({"seed": script.seed, "books": script.books})
    path.write_bytes(b"\n".join((head, *(msgspec.json.encode(step) for step in script.steps))) + b"\n")


def read_script(path: Path) -> Script:
    """The script in that file; ScriptError with the line that is wrong."""
    lines = [line for line in path.read_bytes().split(b"\n") if line.strip()]
    if not lines:
        raise ScriptError(f"{path} is empty; a script has a line of seed and books, then a line a step.")
    number = 1
    try:
        head = msgspec.json.decode(lines[0], type=_Head)
        steps = []
        for number, line in enumerate(lines[1:], 2):  # noqa: B007  the number is for the error
            steps.append(msgspec.json.decode(line, type=Step))
    except msgspec.DecodeError as error:
        raise ScriptError(f"{path}, line {number}: {error}.") from error
    return Script(head.seed, head.books, tuple(steps))


class _Head(msgspec.Struct):
    seed: int
    books: tuple[NewBook, ...]


def with_new_ids(script: Script) -> Script:
    """The same script for new books and deals."""
    ids: dict[str, str] = {}

    def new(old: str) -> str:
        return ids.setdefault(old, uuid7())

    def again(command: Command) -> Command:
        details, actor = command.details, command.actor
        if not isinstance(details.terms, msgspec.UnsetType):
            terms = details.terms
            details = replace(details, terms=replace(terms, merchant=new(terms.merchant)))
        if actor.id in ids and actor.role is Role.MERCHANT:
            actor = Actor(actor.role, new(actor.id))
        return replace(command, book=new(command.book), deal=new(command.deal), actor=actor, details=details)

    books = tuple(replace(book, id=new(book.id), merchant=new(book.merchant)) for book in script.books)
    steps = tuple(
        replace(step, batches=tuple(tuple(again(c) for c in batch) for batch in step.batches)) for step in script.steps
    )
    return Script(script.seed, books, steps)


def commands_of(steps: Iterable[Step]) -> list[Command]:
    return [command for step in steps for batch in step.batches for command in batch]
