"""Week by week: what is solved knows nothing of the weeks to come, and asks for the whole horizon nevertheless."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.instances import inrc2
from scheduler.instances.inrc2.model import WEEK, History, Request, Scenario, Week
from scheduler.instances.inrc2.weekly import imagined

from . import drawn

often = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def walked(instance: inrc2.Instance, roster: inrc2.Roster) -> list[inrc2.Step]:
    """The steps of an instance, each given its week of a roster."""
    found = []
    for step in inrc2.steps(instance, week_by_week=True):
        step.take(inrc2.week_of(roster, step.index))
        found.append(step)
    return found


@often
@given(data=st.data())
def test_what_later_weeks_need_changes_nothing_in_the_weeks_before(data: st.DataObject) -> None:
    instance = data.draw(drawn.inrc2_instances(most_weeks=3))
    roster = data.draw(drawn.inrc2_rosters(instance))
    known = data.draw(st.integers(1, len(instance.weeks)))
    quiet = Week(instance.scenario.name, {}, ())
    other = replace(instance, weeks=instance.weeks[:known] + (quiet,) * (len(instance.weeks) - known))
    seen = [step.foreseen for step in walked(instance, roster)[:known]]
    assert seen == [step.foreseen for step in walked(other, roster)[:known]]


@often
@given(data=st.data())
def test_what_is_foreseen_begins_with_the_week_as_it_is_and_ends_the_horizon(data: st.DataObject) -> None:
    instance = data.draw(drawn.inrc2_instances(most_weeks=3))
    for step in walked(instance, data.draw(drawn.inrc2_rosters(instance))):
        real, *ahead = step.foreseen.weeks
        assert real == instance.weeks[step.index]
        assert step.foreseen.history == step.instance.history
        assert step.foreseen.ends_horizon
        assert step.foreseen.history.week + len(step.foreseen.weeks) == instance.scenario.weeks
        assert all(not week.requests for week in ahead)
        assert all(week.cover in [w.cover for w in instance.weeks[: step.index + 1]] for week in ahead)


def test_the_latest_week_comes_again_first() -> None:
    weeks = [Week(name, {}, (Request("ann", 0, None),)) for name in ("first", "second", "third")]
    names = [week.scenario for week in imagined(weeks, 5)]
    assert names == ["third", "second", "first", "third", "second"]
    assert imagined(weeks[:1], 0) == ()
    assert [week.requests for week in imagined(weeks, 2)] == [(), ()]


@often
@given(data=st.data())
def test_only_the_week_that_is_real_is_kept(data: st.DataObject) -> None:
    instance = data.draw(drawn.inrc2_instances(most_weeks=3))
    before = data.draw(drawn.inrc2_rosters(instance))
    for step in inrc2.steps(instance, week_by_week=True):
        mine, plan = inrc2.week_of(before, step.index), data.draw(drawn.inrc2_rosters(step.foreseen))
        step.take(mine + tuple(entry for entry in plan if entry.day >= WEEK))
        assert step.in_horizon() == tuple(e for e in before if e.day // WEEK == step.index)
        assert step.left_behind() == inrc2.carry(step.instance, mine)


def test_the_whole_at_once_is_one_step_without_imagined_weeks() -> None:
    week = Week("tiny", {}, ())
    scenario = Scenario("tiny", 3, (), (), frozenset(), (), ())
    instance = inrc2.Instance(scenario, History(0, "tiny", {}), (week, week))
    (step,) = inrc2.steps(instance, week_by_week=False)
    assert step.foreseen == step.instance == instance


def test_a_step_without_its_roster_leaves_nothing_behind() -> None:
    step = next(iter(inrc2.steps(inrc2.Instance(
        Scenario("tiny", 1, (), (), frozenset(), (), ()), History(0, "tiny", {}), (Week("tiny", {}, ()),)
    ), week_by_week=True)))  # fmt: skip
    with pytest.raises(RuntimeError):
        step.left_behind()
    with pytest.raises(RuntimeError):
        step.in_horizon()
