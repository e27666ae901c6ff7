"""Fairness as it is asked for: which weeks count, whose figures the caller sees, in which order."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

from api.access import scope, store, town_or_404
from api.errors import ApiError, fault, invalid
from api.language import language
from api.pages.home import today, week_of_now
from api.problems import problem_for, problem_of
from api.schemas.exports import FairnessAsked, Order
from api.schemas.paging import Paging, cut
from models.records import RosterVersion, Town, Week
from models.said_times import expanded, strongest
from scheduler.problem import Person, Problem

from .fairness import Fair, Group, Roster, group, groups, people_of

DAYS = 28
"""How far the weeks that count reach back, the last one included."""


@dataclass(frozen=True, slots=True)
class Fairness:
    """`people` are those who are asked for, in order; `groups` are of the same people."""

    town: Town
    week: date | None
    """The last of the weeks; None when the town has none."""
    rosters: tuple[Roster, ...]
    problem: Problem | None
    together: Group
    people: tuple[Fair, ...]
    groups: tuple[Group, ...]

    def name(self, kind: str, id_: str) -> str:
        """Of a unit or category."""
        return "" if self.problem is None else self.problem.name(kind, id_, language())


def fairness(town: str, asked: FairnessAsked) -> Fairness:
    """Raises ApiError (404: no such week; 422: an unknown unit or category)."""
    weeks, here = store().weeks.list(town), town_or_404(town)
    last = _last(weeks, here, asked)
    start = None if last is None else last.start
    counted = [w for w in reversed(weeks) if last is not None and _counts(w, last)]
    versions = [(w, v) for w in counted if (v := _version(town, w.start)) is not None]
    if not versions:
        return Fairness(here, start, (), None, group("", ()), (), ())
    problem = _problem(town, *versions[-1])
    rosters = tuple(Roster(w.start, w.days, v.number, v.state, v.duties, v.assignments) for w, v in versions)
    _refuse_unknown(problem, asked)
    people = [p for p in _everybody(problem, rosters, versions) if _wanted(p, asked)]
    by_unit = asked.by == "units"
    listed = [t.id for t in (problem.units if by_unit else problem.categories)]
    made = groups(people, lambda p: p.unit if by_unit else p.category, listed)
    return Fairness(here, start, rosters, problem, group("", people), in_order(people, asked.order), made)


def _everybody(
    problem: Problem, rosters: tuple[Roster, ...], versions: list[tuple[Week, RosterVersion]]
) -> tuple[Fair, ...]:
    """Worked out once for each state of the town and its rosters; the last one is kept as long as the problem is."""
    key = tuple((v.week, v.number, v.revision) for _, v in versions)
    kept: dict[Any, tuple[Fair, ...]] = problem.once("fairness", dict)
    found = kept.get(key)
    if found is None:
        found = people_of(rosters, _with_usual_weeks(problem, rosters, versions[0][0].town), problem.tz)
        kept.clear()
        kept[key] = found
    return found


def _with_usual_weeks(problem: Problem, rosters: tuple[Roster, ...], town: str) -> list[Person]:
    """People with what they said about every week, for all the weeks; the problem has it for its own alone."""
    usual, first = store().usual_times.all(town), rosters[0].start
    days = (rosters[-1].start - first).days + rosters[-1].days
    return [
        replace(p, availability=tuple(strongest([*p.availability, *expanded(usual[p.id], first, days, problem.tz)])))
        if p.id in usual
        else p
        for p in problem.people
    ]


def in_order(people: list[Fair], order: Order) -> tuple[Fair, ...]:
    """The fullest first; by kept requests those first of whom the fewest were honoured."""
    keys: dict[Order, Any] = {
        "hours": lambda p: -p.minutes,
        "nights": lambda p: (-p.nights, -p.minutes),
        "weekends": lambda p: (-p.weekends, -p.minutes),
        "run": lambda p: (-p.longest_run, -p.minutes),
        "kept": lambda p: (p.kept - p.asked, -p.minutes),
        "name": lambda p: 0,
    }
    return tuple(sorted(people, key=keys[order]))


def as_json(found: Fairness, asked: FairnessAsked) -> dict[str, Any]:
    weeks = [{"start": r.start.isoformat(), "number": r.number, "state": r.state} for r in found.rosters]
    kind = "unit" if asked.by == "units" else "category"
    items: list[dict[str, Any]]
    if asked.by == "people":
        items = [
            asdict(p) | {"unit": found.name("unit", p.unit), "category": found.name("category", p.category)}
            for p in found.people
        ]
    else:
        items = [asdict(g) | {"name": found.name(kind, g.id)} for g in found.groups]
    page = cut(items, Paging(asked.page, asked.page_size))
    named = "people" if asked.by == "people" else "groups"
    return {"weeks": weeks, "together": asdict(found.together) | {"name": ""}, named: page.pop("items")} | page


def _last(weeks: list[Week], town: Town, asked: FairnessAsked) -> Week | None:
    if asked.week is None:
        return week_of_now(weeks, today(town))
    found = next((w for w in weeks if w.start == asked.week), None)
    if found is None:
        raise ApiError("not_found")
    return found


def _counts(week: Week, last: Week) -> bool:
    ends = last.start + timedelta(days=last.days)
    return ends - timedelta(days=max(DAYS, last.days)) <= week.start <= last.start


def _version(town: str, week: date) -> RosterVersion | None:
    """The one in force, else the draft."""
    return store().rosters.find(town, week, "published") or store().rosters.find(town, week, "draft")


def _problem(town: str, week: Week, version: RosterVersion) -> Problem:
    """Of the last week that has a roster: its people as they are today, with what they said."""
    return problem_of(town, week.start) if version.state == "draft" else problem_for(town, week.start, version)


def _wanted(person: Fair, asked: FairnessAsked) -> bool:
    text = asked.search.strip().casefold()
    return (
        scope().sees_person(person.id)
        and asked.unit in (None, person.unit)
        and asked.category in (None, person.category)
        and (not text or text in person.name.casefold() or text in person.id.casefold())
    )


def _refuse_unknown(problem: Problem, asked: FairnessAsked) -> None:
    wanted = {"unit": (asked.unit, problem.units), "category": (asked.category, problem.categories)}
    faults = [
        fault(f"query.{name}", "unknown_id", id=id_)
        for name, (id_, terms) in wanted.items()
        if id_ is not None and all(term.id != id_ for term in terms)
    ]
    if faults:
        raise invalid(faults)
