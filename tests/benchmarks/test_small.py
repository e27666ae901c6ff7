"""The figures of a small town: complete, and of one mind with the result."""

from __future__ import annotations

import pytest

from benchmarks import small
from benchmarks.cuts import cut
from scheduler import towns
from tests import factories as f


def test_a_small_town_gives_every_figure_of_the_table() -> None:
    town = cut(towns.make("xincheng", 1, f.MONDAY), 12)
    figures = small.measure(town, seconds=4, seed=1)
    assert set(small.COLUMNS) - {"town"} <= set(figures)
    assert (figures["seconds_proven"] is not None) == (figures["status"] == "optimal")
    assert figures["seconds_before_building"] > 0
    assert figures["processor_seconds"] > 0
    if figures["status"] == "optimal":
        assert (figures["missing"], figures["vacancy_missing"]) == (0, 0)
    assert figures["short_after_climb"] is None or figures["short_after_climb"] >= 0
    assert all(figures[part] >= 0 for part in ("build", "diagrams"))


def test_a_town_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        small.main(["atlantis"])
    assert "not to be cut: atlantis" in capsys.readouterr().err
