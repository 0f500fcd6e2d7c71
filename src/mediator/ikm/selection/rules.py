"""What may happen to an application, decided purely: the table walked with what is known and who acts.

Verifier, validator and curators of one application are different people over all its rounds, and none of them is
close to the producer. A dinas validates only where it is responsible. IkmError says what stands against an act.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from mediator.ikm.errors import IkmError
from mediator.ikm.selection import table
from mediator.ikm.selection.table import CLOCK, CURATOR, OFFICIAL, PRODUCER, SAME, SYSTEM, VALIDATOR, VERIFIER, Move

SHEET_DAYS = 14
"""In which a curator hands in a sheet; then somebody else is drawn. Ours."""
CURATORS = 2
REMIND_DAYS = (60, 14)
"""Before a selection ends its producer is reminded. Ours."""
MOST_VERIFICATIONS = 10
"""A day and pendamping, above which a flag is raised: the limit of SEHATI (BPJPH), read at lp3hma and kontan."""


@dataclass(frozen=True)
class Facts:
    """What is known of an application when somebody acts.

    ``not_shown`` are gates of which nothing usable is there, ``not_verified`` those that nobody has looked at yet;
    ``missing`` items that lack evidence. ``verifiers``, ``validators``, ``curators`` are everybody who was one in any
    round; ``writes`` those whose sheet is awaited. ``sheets``: waiting, differ or settled, as of the sheet handed in.
    """

    stage: str
    province: str = ""
    regency: str = ""
    organisation: str = ""
    is_call_open: bool = True
    not_shown: tuple[str, ...] = ()
    not_verified: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    is_changed: bool = True
    verifiers: frozenset[str] = frozenset()
    validators: frozenset[str] = frozenset()
    curators: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    sheets: str = ""
    is_selected: bool = False
    revocation_by: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True)
class Actor:
    """Who acts. ``regions`` and ``organisations`` are those of this person's grants in that role ("" is the whole
    country); ``is_member`` of the producer's shop; ``is_tied`` close to the producer."""

    role: str
    person: str = ""
    regions: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    is_member: bool = False
    is_tied: bool = False


class Outcome(NamedTuple):
    """Where an act leads: the stage, and the clock's name ("" none, SAME as it was)."""

    to: str
    due: str


def decide(facts: Facts, act: str, actor: Actor, now: datetime) -> Outcome:
    """What this act leads to. IkmError ``not_now``, ``not_yours``, or what the conditions below name."""
    rows = [move for move in table.TABLE if move.stage == facts.stage and move.act == act]
    if not rows:
        raise IkmError("not_now", f"In stage {facts.stage} nobody can {act}.", stage=facts.stage, act=act)
    mine = [move for move in rows if move.by == actor.role]
    if not mine:
        raise IkmError(
            "not_yours", f"A {actor.role} does not {act} in stage {facts.stage}.", stage=facts.stage, act=act
        )
    _MAY[actor.role](facts, actor, act, now)
    move = _first(mine, facts, actor)
    return Outcome(facts.stage if move.to == SAME else move.to, move.due)


def may(facts: Facts, act: str, actor: Actor, now: datetime) -> bool:
    """Whether ``decide`` would allow it: for the buttons of a page."""
    try:
        decide(facts, act, actor, now)
    except IkmError:
        return False
    return True


def due_at(clock: str, mend_days: int, appeal_days: int, now: datetime) -> datetime | None:
    """When that clock rings."""
    days = {"mend": mend_days, "appeal": appeal_days}.get(clock)
    return None if days is None else now + timedelta(days=days)


def covers(region: str, province: str, regency: str) -> bool:
    """Whether a body of that region is responsible for a place: its regency, or its whole province; never "" here."""
    return region != "" and region in (province, regency)


def _first(moves: list[Move], facts: Facts, actor: Actor) -> Move:
    """The first row whose condition holds; the last row's refusal when none does."""
    refusal: IkmError | None = None
    for move in moves:
        refusal = _WHEN[move.when](facts, actor)
        if refusal is None:
            return move
    assert refusal is not None
    raise refusal


def _producer(facts: Facts, actor: Actor, act: str, now: datetime) -> None:
    if not actor.is_member:
        raise IkmError("not_yours", "Only the producer's own shop does this.")
    if act == "submit" and facts.stage == "draft" and not facts.is_call_open:
        raise IkmError("call_closed", "This call takes no more applications; apply in another one.")
    if act == "appeal" and facts.due_at is not None and now >= facts.due_at:
        raise IkmError("appeal_late", "The time for an appeal is over.")


def _verifier(facts: Facts, actor: Actor, act: str, now: datetime) -> None:
    _is_apart(actor, facts.validators | facts.curators)
    if not any(region == "" or covers(region, facts.province, facts.regency) for region in actor.regions):
        raise IkmError("wrong_region", "Your organisation is not responsible for this region.")


def _validator(facts: Facts, actor: Actor, act: str, now: datetime) -> None:
    _is_apart(actor, facts.verifiers | facts.curators)
    if not any(covers(region, facts.province, facts.regency) for region in actor.regions):
        raise IkmError("wrong_region", "A dinas validates only in its own region.")


def _curator(facts: Facts, actor: Actor, act: str, now: datetime) -> None:
    if actor.person not in facts.writes:
        raise IkmError("not_yours", "This application does not wait for a sheet of yours.")
    if act != "give_up":
        _is_apart(actor, facts.verifiers | facts.validators)


def _official(facts: Facts, actor: Actor, act: str, now: datetime) -> None:
    if facts.organisation not in actor.organisations:
        raise IkmError("not_yours", "Another organisation selected this product.")
    if actor.is_tied or actor.is_member:
        raise IkmError("tied", "You are close to this producer; somebody else does this.")


def _clock(facts: Facts, actor: Actor, act: str, now: datetime) -> None:
    if act == "lapse" and (facts.due_at is None or now < facts.due_at):
        raise IkmError("not_due", "Its time is not up.")


def _system(facts: Facts, actor: Actor, act: str, now: datetime) -> None:
    """Mediator itself: what it does, ``assigning`` decides."""


def _is_apart(actor: Actor, others: frozenset[str]) -> None:
    if actor.is_member or actor.is_tied:
        raise IkmError("tied", "You are close to this producer; somebody else does this.")
    if actor.person in others:
        raise IkmError("same_person", "Verifier, validator and curator of one application are different people.")


_MAY: Mapping[str, Callable[[Facts, Actor, str, datetime], None]] = {
    PRODUCER: _producer,
    VERIFIER: _verifier,
    VALIDATOR: _validator,
    CURATOR: _curator,
    OFFICIAL: _official,
    SYSTEM: _system,
    CLOCK: _clock,
}


def _always(facts: Facts, actor: Actor) -> IkmError | None:
    return None


def _is_ready(facts: Facts, actor: Actor) -> IkmError | None:
    if facts.not_shown:
        return IkmError("gate_closed", "A required permit is missing, expired or revoked.", gate=facts.not_shown[0])
    if facts.missing:
        return IkmError("evidence_missing", "An item lacks its words or photographs.", item=facts.missing[0])
    return None


def _is_mended(facts: Facts, actor: Actor) -> IkmError | None:
    unready = _is_ready(facts, actor)
    if unready is None and not facts.is_changed:
        return IkmError("nothing_mended", "Change or add what was asked for before you send it again.")
    return unready


def _gates_hold(facts: Facts, actor: Actor) -> IkmError | None:
    if facts.not_shown:
        return IkmError("gate_closed", "A required permit is missing, expired or revoked.", gate=facts.not_shown[0])
    if facts.not_verified:
        return IkmError("gate_unseen", "Look at every required permit first.", gate=facts.not_verified[0])
    return None


def _others_write(facts: Facts, actor: Actor) -> IkmError | None:
    return None if facts.sheets == "waiting" else IkmError("not_now", "All sheets are in.")


def _sheets_differ(facts: Facts, actor: Actor) -> IkmError | None:
    return None if facts.sheets == "differ" else IkmError("not_now", "The sheets agree.")


def _is_selected(facts: Facts, actor: Actor) -> IkmError | None:
    return None if facts.is_selected else IkmError("not_selected", "No selection stands here that could end.")


def _is_anothers_ask(facts: Facts, actor: Actor) -> IkmError | None:
    if not facts.revocation_by:
        return IkmError("nothing_asked", "Nobody has asked for a revocation.")
    if facts.revocation_by == actor.person:
        return IkmError("own_ask", "Somebody else answers a revocation that you asked for.")
    return None


_WHEN: Mapping[str, Callable[[Facts, Actor], IkmError | None]] = {
    "": _always,
    "is_ready": _is_ready,
    "is_mended": _is_mended,
    "gates_hold": _gates_hold,
    "others_write": _others_write,
    "sheets_differ": _sheets_differ,
    "is_selected": _is_selected,
    "is_anothers_ask": _is_anothers_ask,
}
