"""Fair assignment: properties of the pure choice, whatever the facts are."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediator.mediation.cases.fairness import Candidate, Waiting, against, choose, choose_all

unhurried = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no fault of the rules."""
SECRET = b"a secret of this test"
names = st.sampled_from([f"p{n}" for n in range(8)])
people = st.lists(
    st.builds(
        Candidate, names, is_mediator=st.booleans(), is_lead=st.booleans(), is_away=st.booleans(),
        load=st.integers(0, 40),
    ),
    unique_by=lambda person: person.person, max_size=8,
)  # fmt: skip
cases = st.builds(
    Waiting,
    place=st.tuples(st.just("book"), st.uuids().map(str), st.integers(1, 3)),
    instance=st.sampled_from([1, 2]),
    for_lead=st.booleans(),
    weight=st.integers(1, 8),
    ties=st.dictionaries(names, st.just(("customer",)), max_size=4),
    others=st.frozensets(names, max_size=3),
    recused=st.frozensets(names, max_size=3),
)


@unhurried
@given(cases, people)
def test_who_is_tied_had_the_other_instance_gave_it_up_or_is_away_never_gets_it(case, those) -> None:
    chosen = choose(case, those, SECRET).person
    if chosen is not None:
        who = next(person for person in those if person.person == chosen)
        assert chosen not in case.ties
        assert chosen not in case.others | case.recused
        assert not who.is_away
        assert who.is_lead or not case.for_lead


@unhurried
@given(cases, people)
def test_nobody_gets_it_only_when_something_stands_against_each(case, those) -> None:
    choice = choose(case, those, SECRET)
    if choice.person is None:
        assert all(against(case, person) for person in those)
    assert set(choice.excluded) == {person.person for person in those if against(case, person)}


@unhurried
@given(cases, people)
def test_a_lead_takes_an_ordinary_case_only_when_no_mediator_is_free(case, those) -> None:
    chosen = choose(case, those, SECRET).person
    if chosen and not case.for_lead and not next(p for p in those if p.person == chosen).is_mediator:
        assert all(against(case, person) for person in those if person.is_mediator)


@unhurried
@given(cases, people)
def test_the_choice_has_the_least_load_and_the_same_facts_give_the_same_choice(case, those) -> None:
    choice = choose(case, those, SECRET)
    assert choice == choose(case, list(reversed(those)), SECRET)
    free = [person for person in those if not against(case, person)]
    pool = [p for p in free if (p.is_lead if case.for_lead else p.is_mediator)] or free
    if choice.person:
        assert choice.load == min(person.load for person in pool)


@unhurried
@given(st.lists(st.integers(1, 8), min_size=12, max_size=40), st.integers(2, 6))
def test_among_equals_the_work_is_spread_to_within_one_case(weights, count) -> None:
    plain = [Waiting(("book", f"deal {n}", 1), 1, False, weight) for n, weight in enumerate(weights)]
    those = [Candidate(f"p{n}", True, False) for n in range(count)]
    carried = dict.fromkeys((person.person for person in those), 0)
    for case, choice in zip(plain, choose_all(plain, those, SECRET), strict=True):
        carried[choice.person] += case.weight
    assert max(carried.values()) - min(carried.values()) <= max(weights)


def test_without_the_secret_the_draw_cannot_be_foreseen() -> None:
    those = [Candidate(f"p{n}", True, False) for n in range(4)]
    drawn = {secret: [choose(Waiting(("b", f"d{n}", 1), 1, False, 1), those, secret).person for n in range(400)]
             for secret in (b"one", b"two")}  # fmt: skip
    assert drawn[b"one"] != drawn[b"two"]
    for chosen in drawn.values():
        assert all(60 <= chosen.count(person.person) <= 140 for person in those)
