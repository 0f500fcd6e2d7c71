"""What a permit is worth on a day: facets that are never one, and the first thing that hinders."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediator.ikm.producers.models import Permit
from mediator.ikm.producers.numbers import PERMIT_KINDS, REQUIREMENTS
from mediator.ikm.producers.permits import STEPS, best_answer, counts_for, last_day, stands_sql, status_of

ON = date(2026, 3, 2)
SEEN = datetime(2026, 1, 5, 3, tzinfo=UTC)
PRODUCT, OTHER = UUID(int=1), UUID(int=2)


def permit(kind: str = "p-irt", **fields: Any) -> Permit:
    """A verified permit in force, unless said otherwise."""
    given = {"number": "1", "product_id": PRODUCT, "issued_on": date(2025, 1, 1), "verified_at": SEEN}
    return Permit(kind=kind, **(given | fields))


COMMITTED = {"commitment_due": date(2026, 4, 1)}

STATES = [
    ({}, "valid"),
    ({"verified_at": None}, "given"),
    ({"check_again_on": ON}, "again"),
    ({"check_again_on": ON + timedelta(1)}, "valid"),
    (COMMITTED, "committed"),
    ({"commitment_due": ON}, "committed"),
    ({"commitment_due": ON - timedelta(1)}, "overdue"),
    (COMMITTED | {"fulfilled_on": ON}, "valid"),
    (COMMITTED | {"fulfilled_on": ON + timedelta(1)}, "committed"),
    ({"valid_to": ON}, "valid"),
    ({"valid_to": ON - timedelta(1)}, "expired"),
    ({"revoked_on": ON}, "revoked"),
    ({"revoked_on": ON + timedelta(1)}, "valid"),
    ({"issued_on": ON + timedelta(1)}, "not-yet"),
    ({"revoked_on": ON, "valid_to": ON - timedelta(1)}, "revoked"),
    ({"valid_to": ON - timedelta(1), "commitment_due": ON - timedelta(1)}, "expired"),
]


@pytest.mark.parametrize(("fields", "state"), STATES)
def test_the_badge_shows_the_gravest_that_is_true(fields: dict[str, Any], state: str) -> None:
    assert status_of(permit(**fields), ON).state == state


def test_revoked_and_expired_are_two_things() -> None:
    for revoked in (None, ON):
        for ends in (None, ON - timedelta(1)):
            found = status_of(permit(revoked_on=revoked, valid_to=ends), ON)
            assert (found.is_revoked, found.is_expired) == (revoked is not None, ends is not None)


def test_a_number_alone_was_not_issued_as_far_as_anybody_knows() -> None:
    assert not status_of(permit(issued_on=None, verified_at=None), ON).is_issued
    assert status_of(permit(issued_on=None), ON).is_issued, "somebody looked it up"


def test_a_halal_certificate_of_today_has_no_end_and_one_of_before_perppu_2_has() -> None:
    assert last_day(permit("halal", issued_on=date(2023, 1, 5), valid_to=date(2025, 1, 5))) is None
    assert last_day(permit("halal", issued_on=date(2021, 11, 19), valid_to=date(2025, 11, 18))) == date(2025, 11, 18)
    assert last_day(permit("p-irt", issued_on=date(2023, 1, 5), valid_to=date(2028, 1, 5))) == date(2028, 1, 5)


HINDERED = [
    ({}, "food-licence", True, ""),
    ({"kind": "bpom-md"}, "food-licence", True, ""),
    ({"kind": "bpom-ml"}, "food-licence", False, "imported"),
    ({"kind": "merek"}, "food-licence", False, "other_kind"),
    ({"product_id": OTHER}, "food-licence", False, "other_product"),
    ({"product_id": None}, "food-licence", False, "other_product"),
    ({"kind": "nib", "product_id": None}, "business", True, ""),
    ({"kind": "merek", "product_id": None}, "brand", True, ""),
    ({"revoked_on": ON}, "food-licence", False, "revoked"),
    ({"valid_to": ON - timedelta(1)}, "food-licence", False, "expired"),
    (COMMITTED, "food-licence", False, "commitment_open"),
    ({"commitment_due": ON - timedelta(1)}, "food-licence", False, "commitment_overdue"),
    ({"verified_at": None}, "food-licence", False, "not_verified"),
    ({"issued_on": ON + timedelta(1)}, "food-licence", False, "not_yet"),
    ({"check_again_on": ON - timedelta(30)}, "food-licence", True, "check_due"),
    ({"check_again_on": ON - timedelta(31)}, "food-licence", False, "check_overdue"),
    ({"kind": "sppt-sni", "scope": "type-5"}, "sni-mandatory", True, ""),
    ({"kind": "sppt-sni", "scope": "type-1 lot 7"}, "sni-mandatory", False, "batch_only"),
    ({"kind": "sppt-sni", "scope": "Type-1"}, "sni-mandatory", False, "batch_only"),
    ({"kind": "sni"}, "sni-mandatory", False, "other_kind"),
]


@pytest.mark.parametrize(("fields", "requirement", "counts", "why"), HINDERED)
def test_a_gate_hears_what_hinders_and_what_to_do_next(
    fields: dict[str, Any], requirement: str, counts: bool, why: str
) -> None:
    answer = counts_for(permit(**fields), requirement, ON, product=PRODUCT)
    assert (answer.counts, answer.why, answer.next) == (counts, why, STEPS.get(why, ""))


def test_a_certificate_of_one_batch_covers_that_batch() -> None:
    one = permit("sppt-sni", scope="type-1 Lot 7")
    assert counts_for(one, "sni-mandatory", ON, batch="Lot 7").counts
    assert not counts_for(one, "sni-mandatory", ON, batch="Lot 8").counts
    assert not counts_for(permit("sppt-sni", scope="type-1"), "sni-mandatory", ON, batch="Lot 7").counts


def test_of_several_permits_the_one_that_counts_or_is_nearest_answers() -> None:
    expired, unseen, good = permit(valid_to=date(2025, 12, 31)), permit(verified_at=None), permit("bpom-md")
    assert best_answer([expired, good, unseen], "food-licence", ON, product=PRODUCT).permit == good.pk
    nearest = best_answer([expired, unseen], "food-licence", ON, product=PRODUCT)
    assert (nearest.permit, nearest.next) == (unseen.pk, "have_verified")
    for nothing in ([], [permit("merek")]):
        missing = best_answer(nothing, "food-licence", ON)
        assert (missing.counts, missing.why, missing.next, missing.permit) == (False, "missing", "get", None)


_DAYS = st.none() | st.integers(-420, 420).map(lambda days: ON + timedelta(days))
_KINDS = st.sampled_from(sorted({kind for one in REQUIREMENTS.values() for kind in one.kinds} | {"bpom-ml"}))
_PERMITS = st.builds(
    permit, _KINDS, issued_on=_DAYS | st.just(date(2022, 12, 29)), valid_to=_DAYS, commitment_due=_DAYS,
    fulfilled_on=_DAYS, revoked_on=_DAYS, check_again_on=_DAYS, verified_at=st.sampled_from([None, SEEN]),
    scope=st.sampled_from(["", "type-1", "type-1 a", " TYPE-1  b ", "type-5", "type-10"]),
)  # fmt: skip


@given(_PERMITS, st.sampled_from(sorted(REQUIREMENTS)))
def test_what_counts_is_verified_in_force_and_of_a_kind_that_was_asked(one: Permit, requirement: str) -> None:
    answer, status = counts_for(one, requirement, ON, product=PRODUCT), status_of(one, ON)
    if answer.counts:
        assert one.kind in REQUIREMENTS[requirement].kinds
        assert status.verified != "no"
        assert (status.is_revoked, status.is_expired) == (False, False)
        assert status.commitment in ("none", "fulfilled")
    else:
        assert answer.why in STEPS
        assert answer.next


@given(_PERMITS, st.integers(0, 400))
def test_what_is_revoked_or_expired_stays_so(one: Permit, days: int) -> None:
    before, after = status_of(one, ON), status_of(one, ON + timedelta(days))
    assert before.is_revoked <= after.is_revoked
    assert before.is_expired <= after.is_expired


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=st.lists(_PERMITS, min_size=1, max_size=40))
def test_sql_and_python_agree_on_what_stands(db: Any, rows: list[Permit]) -> None:
    names = ("kind", "issued_on", "valid_to", "commitment_due", "fulfilled_on", "revoked_on", "check_again_on",
             "verified_at", "scope")  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {stands_sql('p.')} FROM unnest(%(kind)s::text[], %(issued_on)s::date[], %(valid_to)s::date[], "
            "%(commitment_due)s::date[], %(fulfilled_on)s::date[], %(revoked_on)s::date[], %(check_again_on)s::date[], "
            f"%(verified_at)s::timestamptz[], %(scope)s::text[]) WITH ORDINALITY AS p ({', '.join(names)}, at) "
            "ORDER BY at",
            {name: [getattr(row, name) for row in rows] for name in names} | {"on": ON},
        )
        found = [row[0] for row in cursor.fetchall()]
    asked = {kind: one.code for one in REQUIREMENTS.values() for kind in one.kinds} | {"bpom-ml": "food-licence"}
    assert found == [counts_for(row, asked[row.kind], ON).counts for row in rows]


def test_every_kind_of_permit_answers_something_or_says_why_not() -> None:
    answered = {kind for one in REQUIREMENTS.values() for kind in one.kinds}
    silent = {kind.code for kind in PERMIT_KINDS.values() if not kind.is_identity} - answered
    assert silent == {"bpom-ml", "sni"}, "imported food; and a standard's number, which shows nothing of a product"
