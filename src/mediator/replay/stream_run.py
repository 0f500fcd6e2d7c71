"""One replay from a folder to the end: which data, by which policy, with how many workers; what came of it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from mediator.deals.charging import adopt
from mediator.deals.clock import SYSTEM_CLOCK
from mediator.policy import Policy, shipped_policies
from mediator.protocol.calendar import jakarta_date
from mediator.replay.mapping_terms import POLICIES, Setting, source_of
from mediator.replay.orders import BadRow, Order, ReplayInputError
from mediator.replay.reading import DEFAULT_SEED, read, recognise
from mediator.replay.stream import BATCH, Stream, Tally, Task
from mediator.replay.stream_crew import CHUNK, Crew

SMALL_FOLDER_BYTES = 100_000
"""Below this a second process costs more than it brings."""


class Options(Struct, frozen=True):
    """What the person asked for. ``policy`` empty: the kind's own; ``workers`` 0: two, or one for a tiny folder."""

    kind: str = "auto"
    strict: bool = False
    seed: int = DEFAULT_SEED
    policy: str = ""
    drain: bool = False
    workers: int = 0
    batch: int = BATCH


class Run(Struct):
    """What a replay did. ``explanations`` counts orders for what the record was like, deals for what came of it."""

    setting: Setting
    orders: int
    tally: Tally
    explanations: dict[str, int]
    bad_rows: list[BadRow]
    bad_row_count: int
    seconds: float
    currency: str


class Progress(Protocol):
    """Told as a replay goes on."""

    def orders(self, more: int) -> None:
        """That many more orders are applied or in flight."""


class Silent:
    """Nobody looks."""

    def orders(self, more: int) -> None:
        pass


KEPT_BAD_ROWS = 20
"""Bad rows shown; all are counted."""


def run_replay(folder: Path, options: Options, progress: Progress | None = None) -> Run:
    """Replay a folder into the database Django points at.

    ReplayInputError for data that cannot be replayed (with ``strict``: at the first bad row), ConfigError when the
    database or a worker stops. In every case what was committed stays, and running it again goes on there.
    """
    folder = Path(folder)
    orders = read(folder, options.kind, strict=options.strict, seed=options.seed)
    kind = recognise(folder) if options.kind == "auto" else options.kind
    policies = _policies_called(options.policy or POLICIES[kind])
    setting = Setting(source_of(folder, kind, options.seed), kind, options.policy or POLICIES[kind], options.drain)
    for policy in policies:
        adopt(policy, SYSTEM_CLOCK.now())
    workers = options.workers or (1 if _bytes(folder) < SMALL_FOLDER_BYTES else 2)

    run = Run(setting, 0, Tally(), {}, [], 0, 0.0, "")
    record: Counter[str] = Counter()
    start = time.perf_counter()
    with _hands(setting, workers, options.batch, (progress or Silent()).orders) as hands:
        for order in orders:
            if isinstance(order, BadRow):
                run.bad_row_count += 1
                if len(run.bad_rows) < KEPT_BAD_ROWS:
                    run.bad_rows.append(order)
                continue
            if not run.orders:
                run.currency = order.currency
            _check_policy(policies, order)
            run.orders += 1
            record.update(order.explanations)
            hands.feed(order)
        run.tally = hands.finish()
    run.seconds = time.perf_counter() - start
    run.explanations = dict(record + Counter(run.tally.explanations))
    return run


class Hands(Protocol):
    """Whoever does the work: a crew of processes, or this one."""

    def feed(self, order: Order) -> None: ...

    def finish(self) -> Tally: ...


class Alone:
    """The work done in this process."""

    def __init__(self, setting: Setting, batch: int, on_orders: Callable[[int], None]) -> None:
        self._stream = Stream(setting, batch)
        self._on_orders = on_orders
        self._chunk: list[Task] = []

    def feed(self, order: Order) -> None:
        """Take an order in."""
        self._chunk.append(Task(order, tuple(range(len(order.parts))), True))
        if len(self._chunk) >= CHUNK:
            self._flush()

    def finish(self) -> Tally:
        """Apply the rest."""
        self._flush()
        return self._stream.finish()

    def _flush(self) -> None:
        self._stream.feed(self._chunk)
        self._on_orders(len(self._chunk))
        self._chunk = []


@contextmanager
def _hands(setting: Setting, workers: int, batch: int, on_orders: Callable[[int], None]) -> Iterator[Hands]:
    if workers == 1:
        yield Alone(setting, batch, on_orders)
        return
    with Crew(setting, workers, batch, on_orders) as crew:
        yield crew


def _policies_called(policy_id: str) -> list[Policy]:
    """Every shipped version of that policy; ReplayInputError when there is none, or when its fee is the buyer's."""
    found = [policy for policy in shipped_policies() if policy.id == policy_id]
    if not found:
        known = ", ".join(sorted({policy.id for policy in shipped_policies()}))
        raise ReplayInputError("unknown_policy", f"No policy {policy_id!r} is shipped; there are {known}.")
    if any(rule.bearer == "buyer" for policy in found for rule in policy.rules):
        raise ReplayInputError(
            "buyers_fee", f"Under policy {policy_id} buyers pay a fee on top; what the data's buyers paid has none."
        )
    return found


def _check_policy(policies: list[Policy], order: Order) -> None:
    """Whether the policy is in force when this order was placed, in its currency."""
    on = jakarta_date(order.placed_at)
    if any(policy.valid_from <= on and (policy.valid_to is None or on < policy.valid_to) for policy in policies):
        policy = policies[0]
        if policy.currency and policy.currency != order.currency:
            raise ReplayInputError(
                "policy_currency",
                f"Policy {policy.id} is in {policy.currency}, the orders in {order.currency}; take another, as free.",
            )
        return
    first = min(policy.valid_from for policy in policies)
    raise ReplayInputError(
        "policy_not_in_force",
        f"Policy {policies[0].id} is in force from {first}, order {order.order_id} was placed on {on}; take another.",
    )


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
