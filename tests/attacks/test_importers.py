"""A short share of `make fuzz`: damaged input is read or its faults are told, and nothing else ever happens."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.conftest import Filled
from tests.scheduler.instances.files import CURTOIS, HISTORY, SCENARIO, WEEK
from tests.scheduler.routing.errands import GOOD
from tests.thorough import examples

from .importers import (
    DOCUMENTS,
    IMPORTERS,
    read_curtois,
    read_document,
    read_errands,
    read_instances,
    read_or_told,
)
from .stateful import Walk

EXAMPLES = 120


@pytest.mark.parametrize("name", IMPORTERS)
def test_damaged_input_is_read_or_told(name: str) -> None:
    read, strategies = IMPORTERS[name]

    @given(st.tuples(*strategies))
    @settings(max_examples=examples(EXAMPLES), deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def share(held: tuple[object, ...]) -> None:
        assert read(*held) in (True, False)

    share()


def test_a_bug_in_a_reader_would_be_noticed() -> None:
    def broken() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        read_or_told(broken)


def test_undamaged_input_is_read() -> None:
    assert all(read_document(whole) for whole in DOCUMENTS)
    assert read_instances(SCENARIO.encode(), HISTORY.encode(), WEEK.encode())
    assert read_curtois(CURTOIS.encode())
    assert read_errands(GOOD.encode())


def test_a_walk_from_answer_to_answer_meets_no_crash(filled: Filled, tmp_path: Path) -> None:
    walk = Walk(filled, tmp_path)
    walk.batch(examples=4, steps=8, seed=1)
    assert max(walk.statuses) < 500
    assert walk.statuses.total() >= 16
