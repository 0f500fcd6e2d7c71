"""When a mentoring is enough, and what looks wrong in its log: tables of cases."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from mediator.ikm.mentoring.fairness import Waiting, choose_all
from mediator.ikm.mentoring.gap import schemes
from mediator.ikm.mentoring.indicators import Taken, difference, indicators
from mediator.ikm.mentoring.rules import Contact, Log, Terms, missing, signs

DAY = date(2026, 3, 2)
ONBOARDING = Terms(min_sessions=4, min_days=56)
WEEKLY = Terms(min_sessions=8, min_days=60, contacts_per_month=4)
HALAL = Terms(min_sessions=1, min_days=1, daily_cap=10)


def on(*days: int, **about: object) -> tuple[Contact, ...]:
    """Contacts on those days after the second of March, noted the same day."""
    at = [DAY + timedelta(days=day) for day in days]
    return tuple(Contact(day, day, **about) for day in at)  # type: ignore[arg-type]


def log(*contacts: Contact, **about: object) -> Log:
    return Log(DAY, DAY + timedelta(days=400), contacts, **about)  # type: ignore[arg-type]


CASES = {
    "nothing at all": (ONBOARDING, log(), ["too_few_sessions", "too_short"]),
    "exactly enough": (ONBOARDING, log(*on(0, 14, 28, 55)), []),
    "one day short": (ONBOARDING, log(*on(0, 14, 28, 54)), ["too_short"]),
    "one session short": (ONBOARDING, log(*on(0, 20, 55)), ["too_few_sessions"]),
    "first and last day only": (ONBOARDING, log(*on(0, 0, 55, 55)), ["only_first_and_last"]),
    "one day between is enough": (ONBOARDING, log(*on(0, 30, 30, 55)), []),
    "a workshop of two days": (Terms(2, 2), log(*on(0, 1)), []),
    "ten in a day": (HALAL, log(*on(0, met=10)), []),
    "eleven in a day": (HALAL, log(*on(0, met=11)), ["too_few_sessions", "too_short"]),
    "eleven in a day, another day again": (HALAL, log(*on(0, met=11), *on(3, met=2)), []),
    "denied by the producer": (HALAL, log(*on(0, word=False)), ["too_few_sessions", "too_short"]),
    "confirmed by the producer": (HALAL, log(*on(0, word=True)), []),
    # March 2 to May 31: April and May are whole months.
    "four a month": (WEEKLY, log(*on(0, 7, 14, 21, *range(30, 60, 7), *range(60, 91, 6))), []),
    "a thin April": (WEEKLY, log(*on(0, 3, 7, 14, 21, 30, 37, *range(60, 91, 6))), ["thin_month"]),
    "an empty April and a thin May": (
        WEEKLY,
        log(*on(0, 1, 2, 3, 7, 14, 21, 60, 90)),
        ["thin_month", "thin_month"],
    ),
    "half a month is no month": (WEEKLY, log(*on(14, 20, 24, 28, *range(30, 60, 7), 74)), []),
}


@pytest.mark.parametrize("name", CASES)
def test_the_minimum(name: str) -> None:
    terms, known, codes = CASES[name]
    assert [sign.code for sign in missing(terms, known)] == codes


NEEDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "photos": ({}, {"contacts": on(0, photos=("a",))}),
    "assessment": ({"assessments": 1}, {"assessments": 2}),
    "majors_closed": ({"assessments": 2, "open_majors": 1}, {"assessments": 1, "open_majors": 0}),
    "measures": ({}, {"paired": frozenset(("workers",))}),
    "permit": ({"permits": 0}, {"permits": 1}),
    "tasks": ({"open_tasks": 1}, {"open_tasks": 0}),
}


@pytest.mark.parametrize("code", NEEDS)
def test_what_a_programme_asks_for_beyond_sessions(code: str) -> None:
    terms = Terms(1, 1, requires=(code,))
    without, having = ({"contacts": on(0)} | given for given in NEEDS[code])
    assert [sign.code for sign in missing(terms, Log(DAY, DAY, **without))] == [f"needs_{code}"]
    assert missing(terms, Log(DAY, DAY, **having)) == []


def test_nothing_assessed_is_not_everything_closed() -> None:
    terms = Terms(1, 1, requires=("majors_closed",))
    assert [sign.code for sign in missing(terms, log(*on(0)))] == ["needs_majors_closed"]


SIGNS = {
    "a good log": (ONBOARDING, log(*on(0, 14, 28, 55)), []),
    "too many in a day": (HALAL, log(*on(0, met=12)), [("over_cap", 12)]),
    "a producer says no": (HALAL, log(*on(0, word=False)), [("denied", 1)]),
    "only the ends": (ONBOARDING, log(*on(0, 0, 55, 55)), [("only_first_and_last", None)]),
    "written a week later": (HALAL, log(Contact(DAY, DAY + timedelta(days=7))), []),
    "written eight days later": (HALAL, log(Contact(DAY, DAY + timedelta(days=8))), [("written_late", 1)]),
    "a photograph again": (HALAL, log(*on(0), reused=frozenset("ab")), [("photo_again", 2)]),
}


@pytest.mark.parametrize("name", SIGNS)
def test_what_looks_wrong(name: str) -> None:
    terms, known, expected = SIGNS[name]
    found = [(sign.code, dict(sign.about).get("met", dict(sign.about).get("n"))) for sign in signs(terms, known)]
    assert found == expected


def test_the_published_example_of_gaps_comes_out_as_it_was_published() -> None:
    scheme = schemes()["cppob"]
    assert (scheme.points(9, 16), scheme.rating(9, 16)) == (34, "C")
    assert scheme.rating(1, 1) == "A"
    assert scheme.rating(30, 0) == "D"


DIFFERENCES = {
    "more sales in the same month a year later": (
        ("monthly_sales", (1_000, date(2025, 3, 1), True), (1_500, date(2026, 3, 1), True)),
        (500, 500, True, ("no_comparison",)),
    ),
    "another season": (
        ("monthly_sales", (1_000, date(2025, 3, 1), True), (900, date(2025, 9, 1), True)),
        (-100, -100, False, ("no_comparison", "season")),
    ),
    "December and January are one season": (
        ("monthly_sales", (1_000, date(2025, 1, 5), True), (1_000, date(2025, 12, 5), True)),
        (0, 0, None, ("no_comparison",)),
    ),
    "fewer rejects are better, by their own word, soon after": (
        ("reject_rate", (80, date(2026, 3, 1), False), (40, date(2026, 4, 1), True)),
        (-40, -500, True, ("no_comparison", "short", "own_word")),
    ),
    "from nothing there is no share": (
        ("products_with_permit", (0, date(2026, 1, 1), True), (2, date(2026, 6, 1), True)),
        (2, None, True, ("no_comparison",)),
    ),
    "exports now": (
        ("exports", (0, date(2026, 1, 1), True), (1, date(2026, 6, 1), True)),
        (1, None, True, ("no_comparison",)),
    ),
}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_a_difference_and_what_it_cannot_prove(name: str) -> None:
    (code, before, after), expected = DIFFERENCES[name]
    assert tuple(difference(indicators()[code], Taken(*before), Taken(*after))) == expected


def test_loads_come_out_even_and_the_draw_can_be_repeated() -> None:
    waiting = [Waiting(f"e{n}") for n in range(100)]
    choices = choose_all(waiting, {"a": 0, "b": 0, "c": 7}, b"secret")
    counts = {who: sum(choice.person == who for choice in choices) for who in "abc"}
    assert sorted((counts["a"], counts["b"], counts["c"] + 7)) == [35, 36, 36]
    assert choices == choose_all(waiting, {"a": 0, "b": 0, "c": 7}, b"secret")
    assert choices != choose_all(waiting, {"a": 0, "b": 0, "c": 7}, b"another")


def test_whoever_is_tied_is_never_chosen_even_when_nobody_else_is_there() -> None:
    tied = [Waiting("e", {"a": ("member",)})]
    assert choose_all(tied, {"a": 0, "b": 99}, b"s")[0].person == "b"
    alone = choose_all(tied, {"a": 0}, b"s")[0]
    assert (alone.person, alone.excluded) == (None, {"a": ["member"]})
