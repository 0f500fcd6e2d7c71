"""Nobody sees another's sheet, or who wrote it, before every sheet is in: over every way an application can go."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from mediator.ikm.selection.curating import may_see
from mediator.ikm.selection.table import BLIND, STAGES

people = st.sampled_from(["one", "two", "three"])


@settings(deadline=None)
@given(people, people, st.integers(1, 2), st.sampled_from(STAGES), st.integers(1, 2))
def test_ones_own_sheet_always_anothers_only_when_none_is_awaited(
    viewer: str, curator: str, instance: int, stage: str, running: int
) -> None:
    if viewer == curator:
        assert may_see(viewer, curator, instance, stage, running)
    elif stage in BLIND:
        assert not may_see(viewer, curator, instance, stage, running)
    else:
        assert may_see(viewer, curator, instance, stage, running) is (instance <= running)
