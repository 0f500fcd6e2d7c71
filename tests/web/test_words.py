"""The catalogues: nothing that people read is missing in Indonesian, and what a message fills in is kept."""

from __future__ import annotations

import re

import pytest

from mediator.protocol.table import CLAIM_STATES, CLOCKS, COMMANDS, STATUSES
from mediator.web import catalogues, deal_words

PLACES = re.compile(r"%\(\w+\)[sd]|%[sd]")


@pytest.mark.parametrize("area", catalogues.areas())
def test_every_message_is_said_in_indonesian(area: str) -> None:
    assert catalogues.untranslated(area) == []


@pytest.mark.parametrize("area", catalogues.areas())
def test_a_translation_fills_in_what_the_message_fills_in(area: str) -> None:
    for message in catalogues.read(area):
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = {place for text in ids for place in PLACES.findall(text)}
        for words in said:
            assert set(PLACES.findall(words)) <= wanted, message.id
            assert wanted - set(PLACES.findall(words)) <= {"%d"}, message.id


def test_every_word_of_the_protocol_has_its_words_on_pages() -> None:
    assert set(deal_words.STATUS) == set(deal_words.TONE) == set(STATUSES)
    assert set(deal_words.HAPPENED) == set(COMMANDS)
    assert {deal_words.then(clock) for clock in CLOCKS}
    assert set(CLAIM_STATES) <= set(deal_words.STATUS)
