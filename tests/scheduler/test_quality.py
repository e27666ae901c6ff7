"""The few figures by which two rosters are compared."""

from __future__ import annotations

from datetime import UTC

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler import check
from scheduler.problem import Assignment, Problem
from scheduler.quality import Spread, quality

from .. import factories as f
from ..strategies import towns, wild_rosters
from ..thorough import examples

SATURDAY = 5
TOWN = f.problem(
    [
        f.person("ann", availability=(f.away(0, 0, 24, "avoid"), f.away(5, 0, 24, "prefer"))),
        f.person("bao", availability=(f.away(1, 0, 24, "avoid"),)),
        f.person("chen", availability=(f.away(0, 0, 24),)),
    ],
    [f.shift("early0", 0, "early"), f.shift("night1", 1, "night"), f.shift("early5", SATURDAY, "early")],
    [f.law("cover")],
    days=7,
)


def test_the_figures_are_of_those_who_serve() -> None:
    found = quality(TOWN, f.serves("ann early0", "bao night1", "ann early5"))
    assert (found.vacancies, found.violations, found.serving) == (0, 0, 2)
    assert found.hours == Spread(8, 12, 16)
    assert found.nights == Spread(0, 0.5, 1)
    assert found.weekend_duties == Spread(0, 0.5, 1)


def test_wishes_are_counted_and_laws_are_not() -> None:
    assert (quality(TOWN, ()).asked, quality(TOWN, ()).granted) == (3, 2)
    kept = quality(TOWN, f.serves("bao early0", "ann night1", "ann early5"))
    assert (kept.asked, kept.granted) == (3, 3)
    assert quality(TOWN, f.serves("ann early0", "bao night1")).granted == 0


def test_an_empty_roster_has_figures_too() -> None:
    found = quality(TOWN, ())
    assert (found.vacancies, found.serving, found.hours) == (3, 0, Spread(0, 0, 0))
    assert found.as_json()["hours"] == {"least": 0, "median": 0, "most": 0}


@settings(max_examples=examples(15), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_they_agree_with_counting_by_hand(data: st.DataObject) -> None:
    problem: Problem = data.draw(towns())
    roster: tuple[Assignment, ...] = tuple(data.draw(wild_rosters(problem)))
    found, report = quality(problem, roster), check.check(problem, roster)
    assert (found.objective, found.vacancy_objective) == (report.objective, report.vacancy_objective)
    duties = {d.id: d for d in problem.duties}
    minutes: dict[str, float] = {}
    for a in roster:
        length = duties[a.duty].end.astimezone(UTC) - duties[a.duty].start.astimezone(UTC)
        minutes[a.person] = minutes.get(a.person, 0) + length.total_seconds() / 3600
    assert found.serving == len(minutes)
    assert (found.hours.least, found.hours.most) == (min(minutes.values(), default=0), max(minutes.values(), default=0))
    assert 0 <= found.granted <= found.asked
