"""The instances' own evaluators and our rules say the same of every roster, legal or not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler import document
from scheduler.check import check
from scheduler.instances import curtois, inrc2
from scheduler.instances.rostering import Disagreement
from scheduler.roster import Result

from ...thorough import examples
from . import drawn

often = settings(max_examples=examples(40), deadline=None, suppress_health_check=list(HealthCheck))
LAW_OF_INRC2 = {"H1": "one_duty_a_day", "H3": "forbidden_succession", "H4": "qualification"}
LAW_OF_CURTOIS = {
    "one_a_day": "one_duty_a_day",
    "succession": "forbidden_succession",
    "max_shifts": "min_max_duties",
    "days_off": "min_max_duties",
    "minutes": "min_max_minutes",
    "max_run": "run_length",
    "min_run": "run_length",
    "min_days_off": "run_length",
    "weekends": "weekends",
}


@often
@given(data=st.data())
def test_the_competition_and_our_rules_charge_a_roster_alike(data: st.DataObject) -> None:
    instance = data.draw(drawn.inrc2_instances())
    roster = data.draw(drawn.inrc2_rosters(instance))
    report = check(inrc2.problem_of(instance), inrc2.assignments_of(roster))
    verdict = inrc2.evaluate(instance, roster)
    assert report.objective + inrc2.constant(instance) == verdict.cost
    assert report.vacancy_objective == verdict.hard.get("H2", 0)
    assert {v.rule for v in report.violations} == {LAW_OF_INRC2[h] for h in verdict.hard if h != "H2"}


@often
@given(data=st.data())
def test_two_assignments_on_a_day_are_noticed_by_both(data: st.DataObject) -> None:
    instance = data.draw(drawn.inrc2_instances(most_weeks=1))
    roster = data.draw(drawn.inrc2_rosters(instance, twice=True))
    report = check(inrc2.problem_of(instance), inrc2.assignments_of(roster))
    assert ("H1" in inrc2.evaluate(instance, roster).hard) == ("one_duty_a_day" in {v.rule for v in report.violations})


@often
@given(data=st.data())
def test_single_weeks_with_carried_history_add_up_to_the_whole(data: st.DataObject) -> None:
    instance = data.draw(drawn.inrc2_instances(most_weeks=3))
    roster = data.draw(drawn.inrc2_rosters(instance))
    weeks = inrc2.evaluate_weeks(instance, roster)
    assert len(weeks) == len(instance.weeks)
    assert inrc2.total(weeks) == inrc2.evaluate(instance, roster)


@often
@given(data=st.data())
def test_our_rules_charge_single_weeks_as_they_charge_the_whole(data: st.DataObject) -> None:
    """History written as past duties carries what the competition's own history carries."""
    instance = data.draw(drawn.inrc2_instances(most_weeks=3))
    roster = data.draw(drawn.inrc2_rosters(instance))
    cost, vacancies = 0, 0
    for step in inrc2.steps(instance, week_by_week=True):
        mine = inrc2.week_of(roster, step.index)
        report = check(inrc2.problem_of(step.instance), inrc2.assignments_of(mine))
        cost += report.objective + inrc2.constant(step.instance)
        vacancies += report.vacancy_objective
        step.take(mine)
    verdict = inrc2.evaluate(instance, roster)
    assert (cost, vacancies) == (verdict.cost, verdict.hard.get("H2", 0))


@often
@given(data=st.data())
def test_curtois_and_our_rules_charge_a_roster_alike(data: st.DataObject) -> None:
    instance = data.draw(drawn.curtois_instances())
    roster = data.draw(drawn.curtois_rosters(instance))
    report = check(curtois.problem_of(instance), curtois.assignments_of(roster))
    verdict = curtois.evaluate(instance, roster)
    assert report.objective == verdict.cost
    assert report.vacancy_objective == 0
    assert {v.rule for v in report.violations} == {LAW_OF_CURTOIS[name] for name in verdict.hard}


@settings(max_examples=examples(10), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_problem_can_be_kept_as_a_document(data: st.DataObject) -> None:
    """What is charged stays the same when the problem is written and loaded again."""
    instance = data.draw(drawn.inrc2_instances())
    roster = inrc2.assignments_of(data.draw(drawn.inrc2_rosters(instance)))
    problem = inrc2.problem_of(instance)
    assert check(document.load(document.dump(problem)), roster).costs == check(problem, roster).costs
    other = data.draw(drawn.curtois_instances())
    roster = curtois.assignments_of(data.draw(drawn.curtois_rosters(other)))
    problem = curtois.problem_of(other)
    report, again = check(problem, roster), check(document.load(document.dump(problem)), roster)
    assert (again.costs, again.legal) == (report.costs, report.legal)


def result(**more: Any) -> Result:
    return Result("feasible", 1.0, 1, "0", **{"objective": 0, "vacancy_objective": 0, "assignments": ()} | more)


@given(data=st.data())
@settings(max_examples=examples(8), deadline=None)
def test_a_result_that_claims_another_cost_is_refused(data: st.DataObject) -> None:
    first = data.draw(drawn.inrc2_instances())
    verdict = inrc2.evaluate(first, ())
    true = {"objective": verdict.cost - inrc2.constant(first), "vacancy_objective": verdict.hard.get("H2", 0)}
    if set(verdict.hard) <= {"H2"}:
        assert inrc2.agreed(first, result(**true)) == ()
    for wrong in ({"objective": true["objective"] + 1}, {"vacancy_objective": true["vacancy_objective"] + 1}):
        with pytest.raises(Disagreement):
            inrc2.agreed(first, result(**true | wrong))
    second = data.draw(drawn.curtois_instances())
    with pytest.raises(Disagreement):
        curtois.agreed(second, result(objective=curtois.evaluate(second, ()).cost - 1))
