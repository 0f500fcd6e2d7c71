"""Public figures: they add up, they tell of nobody, and the rules they count are published in both languages."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediator.mediation.cases.catalogue import catalogue_at, catalogues, read_decision, write_decision
from mediator.mediation.cases.models import Case
from mediator.mediation.cases.statistics import LEAST, OTHERS, Decision, tabulate, total
from mediator.protocol import ClaimKind

from .making import START, Court

unhurried = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no fault of the rules."""

decisions = st.lists(
    st.builds(
        Decision,
        kind=st.sampled_from(["damaged", "incomplete", "counterfeit", "not_arrived"]),
        category=st.sampled_from(["food", "toys", "books", "kitchen", "men", "women"]),
        reasons=st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=1, max_size=3, unique=True).map(tuple),
        quarter=st.sampled_from(["2026-1", "2026-2"]),
        share=st.sampled_from(["buyer", "seller", "split"]),
        hours=st.floats(0, 500),
        appealed=st.booleans(),
        reversed=st.booleans(),
    ),
    max_size=60,
)


@unhurried
@given(decisions)
def test_every_breakdown_adds_up_to_all_and_no_group_is_small(rows: list[Decision]) -> None:
    for group in (lambda d: [d.kind], lambda d: [d.category], lambda d: [d.quarter]):
        table = tabulate(rows, group)
        assert sum(row.cases for row in table) == (len(rows) if len(rows) >= LEAST else 0)
        assert all(row.cases >= LEAST for row in table)
        assert all(row.buyer + row.seller + row.split == 100 for row in table)


@unhurried
@given(decisions)
def test_rules_are_counted_once_a_decision_and_never_apart_when_rare(rows: list[Decision]) -> None:
    for row in tabulate(rows, lambda d: d.reasons):
        assert row.cases >= LEAST
        if row.name != OTHERS:
            assert row.cases == sum(row.name in d.reasons for d in rows)


@unhurried
@given(decisions)
def test_reversals_are_told_only_of_five_appeals_or_more(rows: list[Decision]) -> None:
    row = total(rows)
    if row is not None and row.reversed is not None:
        assert sum(d.appealed for d in rows) >= LEAST


def decided(court: Court, number: int, **more: object) -> Case:
    at = START - timedelta(days=number % 20)
    row = {
        "book_id": court.merchant.book_id, "deal_id": f"01900000-0000-7000-8000-{number:012d}", "number": 1,
        "version": 9, "kind": "damaged", "remedy": "refund", "amount": 100_000_00, "currency": "IDR",
        "category": "kitchen", "merchant": str(court.merchant.pk), "buyer": f"guest-{number}", "stage": "closed",
        "opened_at": at - timedelta(days=6), "heard_at": at - timedelta(days=4), "decided_at": at - timedelta(days=2),
        "closed_at": at, "how": "decided", "first_by": "x", "final_by": "x", "reasons": ["visible_fault"],
        "reasons_version": 1, "to_buyer": 100_000_00, "to_seller": 0,
    } | more  # fmt: skip
    return Case.objects.create(**row)


def test_the_page_shows_shares_and_hides_what_is_rare(court: Court) -> None:
    for n in range(12):
        decided(court, n)
    for n in range(12, 20):
        decided(court, n, kind="incomplete", to_buyer=0, to_seller=100_000_00, reasons=["packed_complete"])
    for n in range(20, 23):
        decided(court, n, kind="counterfeit", category="books", reasons=["supply_unproven"])
    decided(court, 30, how="agreed")
    html = Client().get(reverse("decisions"), {"lang": "en"}).content.decode()
    assert "It is damaged" in html
    assert "It is counterfeit" not in html
    assert "supply" not in html.lower()
    assert "buyer" in html
    for private in ("guest-", str(court.merchant.pk), "01900000", court.merchant.name):
        assert private not in html
    found = list(csv.DictReader(io.StringIO(Client().get(reverse("decisions-csv")).content.decode())))
    kinds = {row["group"]: int(row["cases"]) for row in found if row["table"] == "kind"}
    assert sum(kinds.values()) == 23 == int(next(row for row in found if row["table"] == "all")["cases"])
    assert "counterfeit" not in kinds
    assert Client().get(reverse("decisions"), {"year": "1999"}).status_code == 404


def test_with_few_decisions_nothing_is_shown(court: Court) -> None:
    for n in range(4):
        decided(court, n)
    html = Client().get(reverse("decisions"), {"lang": "en"}).content.decode()
    assert "Fewer than 5 decisions" in html
    assert "It is damaged" not in html
    assert len(Client().get(reverse("decisions-csv")).content.decode().splitlines()) == 1


def test_a_year_is_counted_once_in_ten_minutes(court: Court) -> None:
    for n in range(6):
        decided(court, n)
    Client().get(reverse("decisions"))
    with CaptureQueriesContext(connection) as asked:
        Client().get(reverse("decisions"))
    assert not [query for query in asked if "mediation_case" in query["sql"]]


def test_the_rules_are_whole_in_both_languages() -> None:
    for catalogue in catalogues():
        assert len({rule.code for rule in catalogue.reasons}) == len(catalogue.reasons) >= 20
        for rule in catalogue.reasons:
            assert rule.burden in ("buyer", "seller", "both", "none")
            assert rule.favours in ("buyer", "seller", "both")
            assert set(rule.kinds) <= {kind.value for kind in ClaimKind}
            for language in ("id", "en"):
                assert rule.titles[language]
                assert len(rule.texts[language]) > 60
        for kind in ClaimKind:
            fitting = catalogue.for_kind(kind.value)
            assert {"buyer", "seller"} <= {rule.favours for rule in fitting}
    html = Client().get(reverse("decisions-rules"), {"lang": "id"}).content.decode()
    assert "Selama di perjalanan, risikonya di penjual" in html
    assert "On the way, the risk" not in html


def test_a_decision_says_its_rules_and_is_read_again() -> None:
    text = write_decision(["visible_fault", "partial_value"], 1, "a" * 64)
    assert read_decision(text) == (("visible_fault", "partial_value"), 1, "a" * 64)
    for other in ("evidence:" + "a" * 64, "decision::", "decision:x:", ""):
        assert read_decision(other).codes == ()
    assert catalogue_at(START).version == 1
