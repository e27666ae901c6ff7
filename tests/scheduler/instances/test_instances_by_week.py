"""Week by week: what is solved knows nothing of the weeks to come, yet keeps to what the horizon is due."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.instances import inrc2
from scheduler.instances.inrc2.model import WEEK, Carried, Contract, History, Nurse, Request, Scenario, Week
from scheduler.instances.inrc2.weekly import due, imagined

from ...thorough import examples
from . import drawn

often = settings(max_examples=examples(20), deadline=None, suppress_health_check=list(HealthCheck))


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
def test_what_is_foreseen_is_the_week_as_it_is_and_at_most_one_imagined(data: st.DataObject) -> None:
    instance = data.draw(drawn.inrc2_instances(most_weeks=3))
    for step in walked(instance, data.draw(drawn.inrc2_rosters(instance))):
        real, *ahead = step.foreseen.weeks
        assert real == instance.weeks[step.index]
        assert len(ahead) == min(1, step.instance.weeks_to_come)
        assert step.foreseen.history == step.instance.history
        assert step.foreseen.ends_horizon
        assert all(not week.requests for week in ahead)
        assert all(week.cover == real.cover for week in ahead)


@often
@given(data=st.data())
def test_what_is_due_is_the_whole_at_the_end_and_never_binds_more_than_its_part(data: st.DataObject) -> None:
    instance = data.draw(drawn.inrc2_instances(most_weeks=3))
    for step in walked(instance, data.draw(drawn.inrc2_rosters(instance))):
        whole, short = step.instance.scenario.contract_of, step.foreseen.scenario.contract_of
        weeks = len(step.foreseen.weeks)
        of = weeks + instance.scenario.weeks - step.foreseen.scenario.weeks
        for name, had in step.instance.history.nurses.items():
            mine, theirs = short[name], whole[name]
            if of == weeks:
                assert mine.min_total == max(theirs.min_total, had.assignments)
                assert mine.max_total == max(theirs.max_total, had.assignments)
                assert mine.max_weekends == max(theirs.max_weekends, had.weekends)
            assert (mine.min_total - had.assignments) * of <= max(0, theirs.min_total - had.assignments) * weeks
            assert (mine.max_total - had.assignments) * of >= max(0, theirs.max_total - had.assignments) * weeks
            assert (mine.max_weekends - had.weekends) * of >= max(0, theirs.max_weekends - had.weekends) * weeks
            assert replace(mine, name="", min_total=0, max_total=0, max_weekends=0) == replace(
                theirs, name="", min_total=0, max_total=0, max_weekends=0
            )


def test_after_one_of_four_weeks_two_thirds_of_the_rest_are_due() -> None:
    full = Contract("full", 15, 22, 3, 5, 2, 3, 2, True)
    scenario = Scenario("tiny", 4, (), (), frozenset(), (full,), (Nurse("ann", "full", ()),))
    had = History(1, "tiny", {"ann": Carried(assignments=5, weekends=1)})
    short = due(inrc2.Instance(scenario, had, (Week("tiny", {}, ()), Week("tiny", {}, ()))))
    mine = short.scenario.contract_of["ann"]
    assert (mine.min_total, mine.max_total, mine.max_weekends) == (5 + 6, 5 + 12, 1 + 1)
    assert short.ends_horizon


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
