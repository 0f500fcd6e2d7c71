"""The answers that a page gets at once: what can be asked, and that they are the weighing's own."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from mediator.policy import parse_policy
from mediator.weigh.economy.drawn import at_random
from mediator.weigh.errors import WeighError
from mediator.weigh.live import BASES, FIXABLE, KINDS, THRESHOLDS_USD, WHO, Live, Question
from mediator.weigh.live import answer as live_answer
from mediator.weigh.live.answer import _held
from mediator.weigh.live.policy import policy_text
from mediator.weigh.live.question import bounds
from mediator.weigh.live.recent import Recent
from mediator.weigh.parameters import shipped
from mediator.weigh.run import weigh
from mediator.weigh.scenario import Scenario, shipped_scenario

DRAWS = 128


def small() -> Scenario:
    return msgspec.structs.replace(shipped_scenario("alipay-now"), rows=4_000, draws=DRAWS)


@pytest.fixture(scope="module")
def live() -> Live:
    return Live(small(), DRAWS)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("year", "1999", "unknown_choice"),
        ("kind", "cliff", "unknown_choice"),
        ("base", "moon", "unknown_choice"),
        ("who", "domestic_micro_small", "unknown_choice"),
        ("channel", "both", "unknown_choice"),
        ("rate_ppm", 500, "rate_out_of_range"),
        ("rate_ppm", 30_500, "rate_out_of_range"),
        ("rate_ppm", 5_501, "rate_out_of_range"),
        ("rate_ppm", None, "rate_out_of_range"),
        ("threshold_usd", 999_999, "unknown_threshold"),
        ("threshold_usd", 0, "unknown_threshold"),
        ("fixed", (("eta", 1.0),), "unknown_parameter"),
        ("fixed", (("rail_share", 1.01),), "parameter_out_of_range"),
        ("fixed", (("rail_share", 0.09),), "parameter_out_of_range"),
        ("fixed", (("rail_share", float("nan")),), "parameter_out_of_range"),
    ],
)
def test_what_can_not_be_asked_is_refused_at_its_field(field: str, value: Any, code: str) -> None:
    with pytest.raises(WeighError) as refused:
        Question(**{field: value})
    fault = refused.value.faults[0]
    assert fault.code == code
    assert fault.key == (value[0][0] if field == "fixed" else field,)


def test_every_fault_of_a_question_is_told_at_once() -> None:
    with pytest.raises(WeighError) as refused:
        Question(rate_ppm=1, threshold_usd=1, kind="no")  # type: ignore[arg-type]
    assert len(refused.value.faults) == 3


def test_the_ends_of_every_range_can_be_asked() -> None:
    for name in FIXABLE:
        for end in (bounds("now")[name].low, bounds("now")[name].high):
            assert Question(fixed=((name, end),)).fixed == ((name, end),)


def questions() -> Iterator[Question]:
    for kind in KINDS:
        for base in BASES:
            for who in WHO:
                yield Question(kind=kind, base=base, who=who, threshold_usd=15_000, rate_ppm=3_500)


@pytest.mark.parametrize("question", list(questions()), ids=lambda one: f"{one.kind}-{one.base}-{one.who}")
def test_the_policy_is_a_file_that_says_what_was_asked(live: Live, question: Question) -> None:
    text = policy_text(question, live._like)
    policy = parse_policy(text)
    (waiver,) = policy.waivers
    limit = waiver.threshold
    assert limit is not None
    assert (limit.kind, limit.base, limit.currency) == (question.kind, question.base, "USD")
    ends = (750_000, 2_250_000) if question.kind == "sliding" else (1_500_000, 1_500_000)
    assert (limit.start, limit.end) == ends
    assert policy.rules[0].rate_ppm == 3_500
    assert waiver.eligible.country == (() if question.who == "all" else ("ID",))
    assert (waiver.eligible.curated is True) == question.who.startswith("curated")
    assert (waiver.eligible.mentored is True) == (question.who == "curated_mentored")
    assert tomllib.loads(text)["exchange_rate"] == {"IDR per USD": "16450"}


def test_the_answer_is_the_weighing_s_own_where_both_weigh_the_same_policy(live: Live) -> None:
    whole = weigh(small())
    for option, who in (("equal", "all"), ("domestic", "domestic"), ("curated", "curated")):
        for kind in ("notch", "kink"):
            for base in BASES:
                effect = whole.effect(option, "fee", f"{kind}-{base}")
                found = live.answer(Question(kind=kind, base=base, who=who)).measures
                for name, value in found.items():
                    expected = effect.measures[name]
                    scale = max(abs(expected.p5), abs(expected.p95), 1.0)
                    assert value.central == pytest.approx(expected.central, rel=1e-6, abs=1e-6 * scale), name
                    assert value.p5 == pytest.approx(expected.p5, rel=1e-6, abs=1e-6 * scale), name
                    assert value.p95 == pytest.approx(expected.p95, rel=1e-6, abs=1e-6 * scale), name
    entry = live.answer(Question(channel="entry")).measures["net"]
    assert entry.central == pytest.approx(whole.effect("equal", "entry").measures["net"].central, rel=1e-6)
    sliding = live.answer(Question(kind="sliding")).measures["net"]
    assert sliding.central == pytest.approx(whole.effect("sliding").measures["net"].central, rel=1e-6)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("base", BASES)
def test_a_wider_threshold_never_waives_less(live: Live, kind: Any, base: Any) -> None:
    waived = [live.answer(Question(kind=kind, base=base, threshold_usd=usd)).measures for usd in THRESHOLDS_USD[::3]]
    for measure in ("waived", "waived_indonesia", "waived_china"):
        amounts = [one[measure].central for one in waived]
        assert all(after >= before * (1 - 1e-9) for before, after in pairwise(amounts))
        assert amounts[-1] > amounts[0]


def test_fewer_eligible_never_waive_more_and_foreign_merchants_get_nothing_of_what_is_domestic(live: Live) -> None:
    amounts = [live.answer(Question(who=who)).measures for who in WHO]
    assert all(more["waived"].central >= less["waived"].central for more, less in pairwise(amounts))
    assert amounts[0]["waived"].central > amounts[1]["waived"].central > amounts[2]["waived"].central > 0
    assert amounts[0]["waived_china"].central > 0
    for one in amounts[1:]:
        assert one["waived_china"].p95 == one["waived_other"].p95 == 0


def test_the_waived_fee_grows_in_proportion_to_the_rate(live: Live) -> None:
    single, double = (live.answer(Question(rate_ppm=rate)).measures["waived"].central for rate in (5_000, 10_000))
    assert double == pytest.approx(2 * single, rel=1e-6)


@pytest.mark.parametrize("name", FIXABLE)
def test_a_parameter_held_fixed_is_what_an_override_draws(name: str) -> None:
    parameters = shipped("now")
    value = bounds("now")[name].high
    held = _held(at_random(parameters, 64, 1), ((name, value),))
    expected = at_random(parameters.override({name: value}), 64, 1)
    for key, array in expected.values.items():
        assert (held.values[key] == array).all(), key


def test_holding_a_parameter_fixed_narrows_the_range_and_moves_the_centre(live: Live) -> None:
    free = live.answer(Question()).measures["waived_china"]
    held = live.answer(Question(fixed=(("direct_share", 0.2),))).measures["waived_china"]
    assert held.central == pytest.approx(2 * free.central, rel=1e-6)
    assert held.p95 - held.p5 < free.p95 - free.p5


def test_without_pass_through_buyers_gain_nothing(live: Live) -> None:
    found = live.answer(Question(fixed=(("pass_through", 0.0),))).measures
    assert found["consumers"].central == found["consumers"].p95 == 0
    assert found["sales_domestic"].verdict == "none"


def test_a_question_asked_again_is_not_computed_again(live: Live) -> None:
    question = Question(threshold_usd=70_000)
    first = live.answer(question)
    assert live.answer(replace(question)) is first


def test_many_at_once_get_what_one_alone_gets(live: Live) -> None:
    asked = [Question(threshold_usd=usd, kind="kink") for usd in THRESHOLDS_USD[:8]] * 3
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(live.answer, asked))
    fresh = Live(small(), DRAWS)
    for question, found in zip(asked[:8], together[:8], strict=True):
        assert found.measures == fresh.answer(question).measures


def test_what_was_used_longest_ago_is_forgotten_first() -> None:
    recent: Recent[str, str] = Recent(2)
    found: list[str] = []

    def find(key: str) -> str:
        found.append(key)
        return key

    for key in ("a", "b", "a", "c", "a", "b"):
        assert recent.get(key, partial(find, key)) == key
    assert found == ["a", "b", "c", "b"]


def test_a_scenario_is_prepared_once_for_all_who_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    class Counted(Live):  # one that is made quickly
        def __init__(self, scenario: Scenario, draws: int = DRAWS) -> None:
            made.append(scenario.id)
            super().__init__(small(), draws)

    monkeypatch.setattr(live_answer, "Live", Counted)
    monkeypatch.setattr(live_answer, "_PREPARING", {})
    with ThreadPoolExecutor(4) as pool:
        ready = list(pool.map(Live.ready, ["alipay-now"] * 4))
    assert made == ["alipay-now"]
    assert all(one is ready[0] for one in ready)
    assert Live.within("alipay-now", 0.0) is ready[0]


def test_what_failed_is_told_to_who_asks_and_tried_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_answer, "_PREPARING", {})
    for _ in range(2):
        with pytest.raises(WeighError) as refused:
            Live.ready("no-such-scenario")
        assert refused.value.code == "unknown_scenario"
    assert not live_answer._PREPARING
