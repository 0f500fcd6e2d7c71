"""From a script that breaks something to a small one that still does: delta debugging (Zeller and Hildebrandt 2002)."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from msgspec.structs import replace

from mediator.simulate.script import Script, Step

T = TypeVar("T")
Breaks = Callable[[Script], bool]


def shrink(script: Script, breaks: Breaks, *, seconds: float = 60.0) -> Script:
    """The smallest script found within ``seconds`` for which ``breaks`` is still true; the script itself if none."""
    until = time.monotonic() + seconds

    def goes_on(smaller: Script) -> bool:
        return time.monotonic() < until and breaks(smaller)

    last = -1
    while script.size != last:
        last = script.size
        script = _fewer_steps(script, goes_on)
        script = _fewer_commands(script, goes_on)
        script = _plainer(script, goes_on)
    used = {command.book for step in script.steps for batch in step.batches for command in batch}
    return replace(script, books=tuple(book for book in script.books if book.id in used) or script.books[:1])


def fewest(items: Sequence[T], breaks: Callable[[Sequence[T]], bool]) -> list[T]:
    """A part of ``items``, in order, that still breaks and of which no single item can be left out (ddmin)."""
    kept = list(items)
    chunk = max(1, len(kept) // 2)
    while True:
        place, found = 0, False
        while place < len(kept):
            rest = kept[:place] + kept[place + chunk :]
            if rest and breaks(rest):
                kept, found = rest, True
            else:
                place += chunk
        if chunk == 1 and not found:
            return kept
        chunk = max(1, chunk // 2)


def _fewer_steps(script: Script, breaks: Breaks) -> Script:
    def only(steps: Sequence[Step]) -> Script:
        return replace(script, steps=tuple(steps))

    return only(fewest(script.steps, lambda steps: breaks(only(steps))))


def _fewer_commands(script: Script, breaks: Breaks) -> Script:
    places = [(s, b, c) for s, step in enumerate(script.steps) for b, batch in enumerate(step.batches)
              for c in range(len(batch))]  # fmt: skip

    def only(kept: Sequence[tuple[int, int, int]]) -> Script:
        wanted = set(kept)
        steps = tuple(
            replace(step, batches=tuple(
                tuple(command for c, command in enumerate(batch) if (s, b, c) in wanted)
                for b, batch in enumerate(step.batches)
            ))
            for s, step in enumerate(script.steps)
        )  # fmt: skip
        return replace(script, steps=steps)

    return only(fewest(places, lambda kept: breaks(only(kept)))) if len(places) > 1 else script


def _plainer(script: Script, breaks: Breaks) -> Script:
    """Leave out faults, sweeps, pauses and empty batches that are not needed."""
    for number in range(len(script.steps)):
        for change in ({"fault": ""}, {"sweep": False}, {"advance_s": 0}):
            step = script.steps[number]
            plain = replace(step, batches=tuple(batch for batch in step.batches if batch), **change)
            if plain != step:
                smaller = _with(script, number, plain)
                if breaks(smaller):
                    script = smaller
    return script


def _with(script: Script, number: int, step: Step) -> Script:
    return replace(script, steps=(*script.steps[:number], step, *script.steps[number + 1 :]))
