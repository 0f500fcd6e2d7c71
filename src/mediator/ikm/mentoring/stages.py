"""The way of an enrolment as one table: which act, by whom, from which status, and what it needs. Pure.

A programme names its own stages, in its own order, out of ``COMMON``; the acts are the same for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mediator.ikm.errors import IkmError

COMMON = (
    "register", "select", "assess", "train", "mentor", "permit", "curate", "market", "monitor", "books", "capital",
)  # fmt: skip
"""Daftar, seleksi, asesmen awal, pelatihan, pendampingan, perizinan, kurasi, pemasaran, pemantauan; and two that only
DKI's programme has (Pergub 102/2018): pelaporan keuangan and permodalan."""

MENTOR, OFFICIAL, PRODUCER = "mentor", "official", "producer"

RUNNING, PROPOSED, COMPLETED, DROPPED, WITHDRAWN = "running", "proposed", "completed", "dropped", "withdrawn"
STATUSES = (RUNNING, PROPOSED, COMPLETED, DROPPED, WITHDRAWN)
OPEN = (RUNNING, PROPOSED)

DROP_REASONS = ("no_contact", "own_wish", "closed", "moved", "ill", "not_fit", "other_programme", "other")
OFFICE_STAGES = frozenset(("register", "select"))
"""Stages that the office alone lets a producer pass: who mentors does not also choose whom."""


class Move(NamedTuple):
    """One act. ``stage``: what becomes of the stage (next, last, same). ``needs``: what is looked at before:
    more (there is a next stage), behind (there is an earlier one), words, minimum (the programme's minimum is met and
    the stage allows completion), other (whoever acts is not the mentor)."""

    act: str
    source: str
    by: tuple[str, ...]
    to: str
    stage: str = "same"
    needs: tuple[str, ...] = ()


MOVES = (
    Move("advance", RUNNING, (MENTOR, OFFICIAL), RUNNING, "next", ("more",)),
    Move("back", RUNNING, (MENTOR, OFFICIAL), RUNNING, "last", ("behind", "words")),
    Move("propose", RUNNING, (MENTOR,), PROPOSED, needs=("minimum",)),
    Move("send_back", PROPOSED, (OFFICIAL,), RUNNING, needs=("words",)),
    Move("complete", PROPOSED, (OFFICIAL,), COMPLETED, needs=("other", "minimum")),
    Move("drop", RUNNING, (MENTOR, OFFICIAL, PRODUCER), DROPPED, needs=("words",)),
    Move("drop", PROPOSED, (OFFICIAL, PRODUCER), DROPPED, needs=("words",)),
    Move("resume", DROPPED, (OFFICIAL,), RUNNING, needs=("words",)),
    Move("withdraw", COMPLETED, (OFFICIAL,), WITHDRAWN, needs=("words",)),
)
ACTS = tuple(dict.fromkeys(move.act for move in MOVES))


@dataclass(frozen=True)
class State:
    """Where an enrolment stands, in a programme of these stages."""

    status: str
    stage: str
    stages: tuple[str, ...]
    complete_from: str

    @property
    def place(self) -> int:
        return self.stages.index(self.stage)

    @property
    def may_complete(self) -> bool:
        """Whether the stage is one from which the programme can be completed."""
        return self.place >= self.stages.index(self.complete_from)


@dataclass(frozen=True)
class Who:
    """Whoever acts, as what. ``is_mentor``: they are this enrolment's mentor."""

    role: str
    is_mentor: bool = False


def allowed(state: State, who: Who) -> tuple[Move, ...]:
    """The acts this person has now, in the table's order; what an act needs beyond that is said when it is tried."""
    return tuple(move for move in MOVES if _fits(move, state, who))


def take(state: State, act: str, who: Who, words: str = "", missing: Sequence[object] = ()) -> State:
    """The state after an act. ``missing`` is what the programme's minimum still lacks (``rules.missing``).

    IkmError ``not_now``, ``not_yours``, ``no_words`` or ``minimum_not_met``.
    """
    moves = [move for move in MOVES if move.act == act and move.source == state.status]
    if not moves:
        raise IkmError(
            "not_now", "This enrolment does not allow that now; look at where it stands.", status=state.status
        )
    move = moves[0]
    if not _is_by(move, state, who):
        raise IkmError("not_yours", "Somebody else does that: a mentor proposes, another person of the office decides.")
    if not _has_stage(move, state):
        raise IkmError("not_now", "There is no stage there for it to go to.", status=state.status)
    if "words" in move.needs and not words.strip():
        raise IkmError("no_words", "Say why, in up to 300 characters.")
    if "minimum" in move.needs and missing:
        raise IkmError("minimum_not_met", "The programme's minimum is not met; see what is missing.", n=len(missing))
    step = {"next": 1, "last": -1}.get(move.stage, 0)
    return State(move.to, state.stages[state.place + step], state.stages, state.complete_from)


def _fits(move: Move, state: State, who: Who) -> bool:
    return move.source == state.status and _is_by(move, state, who) and _has_stage(move, state)


def _is_by(move: Move, state: State, who: Who) -> bool:
    if who.role not in move.by or (who.role == MENTOR and not who.is_mentor):
        return False
    if move.act == "advance" and state.stage in OFFICE_STAGES and who.role != OFFICIAL:
        return False
    return not ("other" in move.needs and who.is_mentor)


def _has_stage(move: Move, state: State) -> bool:
    if "more" in move.needs:
        return state.place + 1 < len(state.stages)
    if "behind" in move.needs:
        return state.place > 0
    return "minimum" not in move.needs or state.may_complete
