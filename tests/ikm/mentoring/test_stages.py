"""The table of moves, walked through every state, every act and every role."""

from __future__ import annotations

import itertools

import pytest

from mediator.ikm.errors import IkmError
from mediator.ikm.mentoring.stages import (
    ACTS,
    MENTOR,
    MOVES,
    OFFICIAL,
    PRODUCER,
    STATUSES,
    State,
    Who,
    allowed,
    take,
)

STAGES = ("register", "train", "mentor", "permit", "market")
WHO = (Who(MENTOR, True), Who(MENTOR, False), Who(OFFICIAL, False), Who(OFFICIAL, True), Who(PRODUCER, False))


def states() -> list[State]:
    return [State(status, stage, STAGES, "permit") for status in STATUSES for stage in STAGES]


def test_the_pages_offer_exactly_what_the_rules_take() -> None:
    for state, who, act in itertools.product(states(), WHO, ACTS):
        offered = act in {move.act for move in allowed(state, who)}
        if offered:
            assert take(state, act, who, words="sebab").status in STATUSES
        else:
            with pytest.raises(IkmError) as refused:
                take(state, act, who, words="sebab")
            assert refused.value.code in ("not_now", "not_yours"), (state, who, act)


def test_every_step_leads_to_a_known_state_and_moves_the_stage_by_one_at_most() -> None:
    for state, who in itertools.product(states(), WHO):
        for move in allowed(state, who):
            after = take(state, move.act, who, words="sebab")
            assert after.status in STATUSES
            assert abs(after.place - state.place) <= 1
            assert (after.place != state.place) == (move.act in ("advance", "back"))


def test_completion_takes_a_mentor_who_proposes_and_somebody_else_who_completes() -> None:
    """Nobody reaches *completed* by steps of one person alone, from any state."""
    for one in WHO:
        reached = {(state.status, state.stage): state for state in states() if state.status == "running"}
        while True:
            new = [
                after
                for state in reached.values()
                for move in allowed(state, one)
                for after in [take(state, move.act, one, words="sebab")]
                if (after.status, after.stage) not in reached
            ]
            if not new:
                break
            reached |= {(state.status, state.stage): state for state in new}
        assert "completed" not in {status for status, _ in reached}, one


def test_what_is_completed_ends_only_by_being_taken_back_and_that_is_final() -> None:
    done = State("completed", "market", STAGES, "permit")
    assert {move.act for who in WHO for move in allowed(done, who)} == {"withdraw"}
    gone = take(done, "withdraw", Who(OFFICIAL), words="tercatat keliru")
    assert not [move for who in WHO for move in allowed(gone, who)]


def test_the_mentor_does_not_choose_whom_they_mentor() -> None:
    at = State("running", "register", STAGES, "permit")
    assert "advance" not in {move.act for move in allowed(at, Who(MENTOR, True))}
    assert "advance" in {move.act for move in allowed(at, Who(OFFICIAL))}


@pytest.mark.parametrize("move", [move for move in MOVES if "words" in move.needs], ids=lambda m: f"{m.source}-{m.act}")
def test_acts_that_hurt_somebody_need_a_reason(move: object) -> None:
    assert isinstance(move, tuple)
    act, source, by = move[0], move[1], move[2]
    with pytest.raises(IkmError) as refused:
        take(State(source, "permit", STAGES, "permit"), act, Who(by[0], by[0] == MENTOR), words="  ")
    assert refused.value.code == "no_words"


def test_below_the_minimum_nothing_is_proposed_or_completed() -> None:
    for status, act, who in (("running", "propose", Who(MENTOR, True)), ("proposed", "complete", Who(OFFICIAL))):
        with pytest.raises(IkmError) as refused:
            take(State(status, "market", STAGES, "permit"), act, who, missing=("too_short",))
        assert refused.value.code == "minimum_not_met"
