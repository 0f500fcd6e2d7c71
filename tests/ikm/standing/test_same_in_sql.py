"""The statements that work out a million standings say what the pure functions say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediator.ikm.producers.models import Producer
from mediator.ikm.selection.models import Selected
from mediator.ikm.standing import gates, measuring, queries
from mediator.ikm.standing.formula import value_of
from mediator.ikm.standing.gate import gate
from mediator.ikm.standing.models import GateRow, Standing, Trading
from mediator.ikm.standing.rulesets import Rules
from mediator.ikm.standing.who import some
from mediator.ikm.standing.wilson import MOST_COUNTED, lower_permille, lower_sql
from tests.ikm.standing import making
from tests.ikm.standing.making import EFFECTS, FORMULA, NOW, TODAY

pytestmark = pytest.mark.django_db

together = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
RULES = Rules(FORMULA, EFFECTS)

days = st.integers(-4000, 400).map(lambda days: TODAY + timedelta(days=days))
near = st.sampled_from([TODAY + timedelta(days=days) for days in (-400, -1, 0, 1, 400)])
ended = st.sampled_from([None, None, NOW])


@st.composite
def producers(draw: st.DrawFn) -> list[Producer]:
    """Some producers with all that their standing depends on, written to the database."""
    made = []
    for n in range(draw(st.integers(1, 4))):
        one = making.producer(
            name=f"P{n}", closed_on=draw(st.sampled_from([None, None, None, TODAY, TODAY + timedelta(1)]))
        )
        made.append(one)
        for m in range(draw(st.integers(0, 3))):
            draw_product(draw, one, f"Barang {m}")
        for body in draw(st.lists(st.sampled_from("abcd"), max_size=4)):
            making.mentor(one, body, on=draw(days), ended_at=draw(ended))
        if draw(st.booleans()):
            whole = draw(st.tuples(*[st.integers(0, 1000)] * 6))
            pairs = [sorted(whole[n : n + 2]) for n in (0, 2, 4)]
            names = ("shipped", "to_ship", "pictured", "delivered", "kept", "sent")
            counts = dict(zip(names, [number for pair in pairs for number in pair], strict=True))
            Trading.objects.create(producer_id=one.pk, deals=1000, as_of=NOW, **counts)
    return made


def draw_product(draw: st.DrawFn, one: Producer, name: str) -> None:
    made = making.product(
        one, name=name, origin=draw(st.sampled_from(["domestic", "domestic", "mixed", "imported", "unknown"])),
        origin_evidence=draw(st.sampled_from(["", "nota", "nota"])), withdrawn_at=draw(ended),
    )  # fmt: skip
    if draw(st.booleans()):
        making.select(
            made, draw(st.sampled_from("ABCD")), permille=draw(st.integers(1, 3)), valid_to=draw(near),
            ended_at=draw(ended),
        )  # fmt: skip
    for _ in range(draw(st.integers(0, 2))):
        making.permit(
            one, draw(st.sampled_from([made, None])), kind=draw(st.sampled_from(["p-irt", "bpom-md", "halal", "tkdn"])),
            valid_to=draw(st.sampled_from([None, *(TODAY + timedelta(days=d) for d in (-1, 0, 9))])),
            revoked_on=draw(st.sampled_from([None, None, TODAY, TODAY + timedelta(1)])),
            verified_at=draw(st.sampled_from([None, NOW, NOW])),
            check_again_on=draw(st.sampled_from([None, TODAY - timedelta(days=90), TODAY])),
        )  # fmt: skip


@contextmanager
def nothing_kept() -> Iterator[None]:
    """One example: what it writes is gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@together
@given(st.data())
def test_a_value_and_its_parts_are_the_same_in_sql(data: st.DataObject) -> None:
    with nothing_kept():
        ids = [one.pk for one in data.draw(producers())]
        on: date = data.draw(st.sampled_from([TODAY, TODAY + timedelta(days=1)]))
        measuring.refresh(some(ids, on), RULES, NOW)
        stored = {row.producer_id: row for row in Standing.objects.all()}
        facts = queries.facts_of(ids, on)
        assert set(facts) == set(ids)
        for producer, known in facts.items():
            found, row = value_of(known, FORMULA), stored.get(producer)
            if row is None:
                assert (found.value, found.bodies) == (0, 0)
                continue
            assert row.value == found.value
            assert {part.code: part.points for part in found.parts} == {
                code: getattr(row, code) for code in ("selection", "mentoring", "on_time", "as_pictured", "claims")
            }
            evidence = {part.code: dict(part.evidence) for part in found.parts}
            named = evidence["selection"].get("application")
            assert (str(row.application_id) if row.application_id else None) == named
            assert (row.bodies, row.is_selected) == (found.bodies, found.is_selected)
            assert row.is_mentored == (found.bodies >= EFFECTS.gate.least_bodies)


@together
@given(st.data())
def test_a_gate_is_the_same_in_sql(data: st.DataObject) -> None:
    with nothing_kept():
        ids = [one.pk for one in data.draw(producers())]
        who = some(ids, TODAY)
        measuring.refresh(who, RULES, NOW)
        moved = gates.refresh(who, EFFECTS.gate, NOW)
        facts = queries.gate_facts_of(ids, EFFECTS.gate, TODAY)
        rows = {row.product_id: row for row in GateRow.objects.all()}
        assert set(rows) == set(facts) == set(Selected.objects.values_list("product_id", flat=True))
        for product, known in facts.items():
            found = gate(known, EFFECTS.gate)
            assert (rows[product].is_open, tuple(rows[product].missing)) == (found.is_open, found.missing)
        assert {one.product for one in moved} == {product for product, row in rows.items() if row.is_open}
        for row in rows.values():
            if row.until is not None:
                gates.refresh(some(ids, row.until), EFFECTS.gate, NOW)
                assert GateRow.objects.get(pk=row.pk).is_open, "it stays open on its last day"
                gates.refresh(some(ids, row.until + timedelta(days=1)), EFFECTS.gate, NOW)
                assert not GateRow.objects.get(pk=row.pk).is_open, "and not the day after"


def test_the_interval_is_the_same_in_sql() -> None:
    """Every hundredth pair, and all whose root lies next to a whole number."""
    pairs = [(part, whole) for whole in range(0, MOST_COUNTED + 1, 7) for part in range(0, whole + 1, 13)]
    pairs += [(whole, whole) for whole in range(MOST_COUNTED + 1)] + [(0, whole) for whole in range(MOST_COUNTED + 1)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {lower_sql('part', 'whole', 196)} FROM unnest(%s::int[], %s::int[]) AS n (part, whole)",
            [[part for part, _ in pairs], [whole for _, whole in pairs]],
        )
        found = [row[0] for row in cursor.fetchall()]
    assert found == [lower_permille(part, whole, 196) for part, whole in pairs]
