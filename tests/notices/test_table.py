"""The table of who hears of what, held against the protocol."""

from __future__ import annotations

import pytest
from django.utils import translation

from mediator.notices.table import COSTS, MONEY, QUIET, REMINDER, STANDING, TELL, tells
from mediator.notices.words import WORDS, words_of
from mediator.protocol.decide import clock_of, event_name
from mediator.protocol.table import CLAIM_STATES, CLOCKS, COMMANDS, FINAL_STATUSES, STATUSES, TABLE

EVENTS = {event_name(command) for command in COMMANDS}


def _reached(command: str) -> set[str]:
    """Statuses that a command may lead to by the protocol's own rows; any final one where an effect ends the deal."""
    found: set[str] = set()
    for move in TABLE:
        if move.command == command:
            found |= {move.to, move.state} - {"", "*"}
            found |= FINAL_STATUSES if move.effect else set()
    return found


@pytest.mark.parametrize("command", COMMANDS)
def test_every_event_tells_somebody_or_says_why_not(command: str) -> None:
    event = event_name(command)
    told = event in MONEY or any(tells(event, status) for status in _reached(command))
    assert told or command in QUIET or event in QUIET or command == "open"


def test_the_table_names_only_what_the_protocol_knows() -> None:
    for row in TELL:
        assert set(row.status) <= set(STATUSES), row
        assert set(row.events) <= EVENTS, row
    assert set(MONEY) <= EVENTS
    assert set(QUIET) <= set(COMMANDS) | {"opened"}


def test_every_status_in_which_money_is_held_is_told_of() -> None:
    told = {status for row in TELL for status in row.status}
    assert set(STATUSES) - told == {"opened"}


@pytest.mark.parametrize("status", COSTS)
def test_who_is_reminded_is_who_loses_by_the_clock(status: str) -> None:
    clock, loser = COSTS[status]
    machine = "claim" if status in CLAIM_STATES else "parcel"
    running = clock_of(machine, status)
    assert running == clock or (status == "packed" and running in (None, "keep"))
    assert CLOCKS[clock].benefits == ("buyer" if loser == "merchant" else "merchant")
    assert any(m.state == status and loser in m.by for m in TABLE), "who is reminded can do something"
    assert REMINDER[status] == STANDING[status, loser]


def test_every_notice_has_words_for_each_party_it_goes_to() -> None:
    for row in TELL:
        for party in ("buyer", "merchant"):
            if row.whom in (party, "both", "other"):
                assert words_of(row.kind, party)
    for party, kind in MONEY.values():
        assert words_of(kind, party)
    for (_, party), kind in STANDING.items():
        assert words_of(kind, party)


@pytest.mark.parametrize("language", ["id", "en"])
def test_no_title_names_goods_people_or_amounts(language: str) -> None:
    with translation.override(language):
        for words in WORDS.values():
            title = str(words.title)
            assert set(_names(title)) <= {"until"}, title


def test_indonesian_and_english_name_the_same_values() -> None:
    for words in WORDS.values():
        for text in words:
            with translation.override("en"):
                english = set(_names(str(text)))
            with translation.override("id"):
                assert set(_names(str(text))) == english, text


def _names(text: str) -> list[str]:
    import re

    return re.findall(r"%\((\w+)\)s", text)
