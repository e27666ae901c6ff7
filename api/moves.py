"""Trying edits before making them: where somebody may be dropped, who sits where, why this one and not that one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask.views import MethodView

from models.errors import NotFound
from scheduler.document import Fault
from scheduler.problem import Assignment, Problem
from scheduler.roster import assignment_json

from .access import may, scope, store
from .body import Blueprint
from .comparing import Facts, compare
from .errors import fault, invalid
from .landing import Drop, Judged, judged
from .language import language
from .problems import in_force, problem_for, problem_of, problem_of_draft
from .rosters import WEEK, known, version_of
from .schemas.moves import (
    ComparedOut,
    LandingsOut,
    Rivals,
    RivalsQuery,
    Target,
    Targets,
    TargetsBody,
    Teams,
    TeamsBody,
    TeamsOut,
)

blueprint = Blueprint(
    "moves", __name__, url_prefix=f"{WEEK}/rosters/<which>", description="Edits tried, people compared"
)


def at_hand(town: str, week: date, which: str) -> tuple[Problem, tuple[Assignment, ...]]:
    """A version's problem and what of it is still there; nothing yet where a week has no version at all.

    Raises NotFound, ApiError (404).
    """
    try:
        version = version_of(town, week, which)
    except NotFound:
        if which != "draft" or store().rosters.versions(town, week):
            raise
        return problem_of(town, week), ()
    draft = version.state == "draft"
    problem = problem_of_draft(town, week, version) if draft else problem_for(town, week, version)
    return problem, known(problem, version.assignments)


def teams_of(assignments: Sequence[Assignment]) -> dict[str, list[Assignment]]:
    teams: dict[str, list[Assignment]] = defaultdict(list)
    for a in assignments:
        teams[a.duty].append(a)
    return dict(teams)


@blueprint.route("/targets")
class TargetsOfOne(MethodView):
    @may("edit_rosters")
    @blueprint.arguments(TargetsBody)
    @blueprint.response(200, LandingsOut)
    def post(self, body: Targets, town: str, week: date, which: str) -> dict[str, Any]:
        """Where somebody may be dropped: for each target what would happen, and whether the rules allow it"""
        problem, assignments = at_hand(town, week, which)
        refuse_unknown(problem, body)
        teams = teams_of(assignments)
        drops = [drop_of(body, target) for target in body.targets]
        out = in_force(town, week)
        return {"items": [landing_json(drop, judged(problem, assignments, teams, drop, out)) for drop in drops]}


@blueprint.route("/teams")
class TeamsOfDuties(MethodView):
    @may("see_roster")
    @blueprint.arguments(TeamsBody)
    @blueprint.response(200, TeamsOut)
    def post(self, body: Teams, town: str, week: date, which: str) -> dict[str, Any]:
        """Who serves in these duties, with names and pins"""
        problem, assignments = at_hand(town, week, which)
        wanted = {d for d in body.duties if _sees(problem, d)}
        return {"items": [_member(problem, a) for a in assignments if a.duty in wanted]}


@blueprint.route("/compare")
class Compared(MethodView):
    @may("edit_rosters", "repair")
    @blueprint.arguments(RivalsQuery, location="query")
    @blueprint.response(200, ComparedOut)
    def get(self, query: Rivals, town: str, week: date, which: str) -> dict[str, Any]:
        """Why this one and not that one: two people side by side for one seat"""
        problem, assignments = at_hand(town, week, which)
        faults = [
            fault(f"query.{name}", "unknown_id", id=person)
            for name, person in (("one", query.one), ("two", query.two))
            if person not in problem.person_index or not scope().sees_person(person)
        ]
        if not _sees(problem, query.duty):
            faults.append(fault("query.duty", "unknown_id", id=query.duty))
        elif problem.duties[problem.duty_index[query.duty]].seat(query.position) is None:
            faults.append(fault("query.position", "unknown_id", id=query.position))
        if faults:
            raise invalid(faults)
        seat = (query.duty, query.position)
        found = compare(problem, assignments, seat, query.leaving, (query.one, query.two))
        return {"people": [facts_json(problem, f) for f in found]}


def drop_of(body: Targets, target: Target) -> Drop:
    """The call's person, or whoever else is to take that very seat: theirs is handed over to another."""
    if target.person is None:
        return Drop(body.person, body.leaving, target.duty, target.position, target.instead)
    return Drop(target.person, None, target.duty, target.position, target.instead)


def refuse_unknown(problem: Problem, body: Targets) -> None:
    """Everybody and every seat is known and seen by the caller. Raises ApiError (422) with all faults."""
    faults: list[Fault] = []
    named = [("person", body.person), *((f"targets[{i}].person", t.person) for i, t in enumerate(body.targets))]
    for path, person in named:
        if person is not None and (person not in problem.person_index or not scope().sees_person(person)):
            faults.append(fault(path, "unknown_id", id=person))
    if body.leaving is not None and not _sees(problem, body.leaving):
        faults.append(fault("leaving", "unknown_id", id=body.leaving))
    for i, t in enumerate(body.targets):
        if not _sees(problem, t.duty):
            faults.append(fault(f"targets[{i}].duty", "unknown_id", id=t.duty))
        elif t.position is not None and problem.duties[problem.duty_index[t.duty]].seat(t.position) is None:
            faults.append(fault(f"targets[{i}].position", "unknown_id", id=t.position))
    if faults:
        raise invalid(faults)


def landing_json(drop: Drop, found: Judged) -> dict[str, Any]:
    landing = found.landing
    return {
        "duty": drop.duty,
        "position": landing.position,
        "instead": landing.instead,
        "legal": found.legal,
        "sentence": found.why.in_language(language()),
        "text": found.why.as_json(),
        "does": landing.text.in_language(language()),
        "cost_change": found.cost_change,
        "vacancy_change": found.vacancy_change,
        "remove": [assignment_json(a) for a in landing.remove],
        "add": [assignment_json(a) for a in landing.add],
    }


def facts_json(problem: Problem, facts: Facts) -> dict[str, Any]:
    return {
        "person": facts.person,
        "name": problem.people[problem.person_index[facts.person]].name,
        "legal": facts.legal,
        "breaches": [text.as_json() for text in facts.breaches],
        "rest_before_minutes": facts.rest_before,
        "rest_after_minutes": facts.rest_after,
        "minutes": facts.minutes,
        "max_minutes": facts.max_minutes,
        "duties": facts.duties,
        "nights": facts.nights,
        "max_nights": facts.max_nights,
        "kilometres": None if facts.kilometres is None else round(facts.kilometres, 1),
        "qualifications": [{"qualification": h.qualification, "held": h.held} for h in facts.qualifications],
        "said": facts.said,
        "knows_post": facts.knows_post,
        "bound": facts.bound,
        "cost_change": facts.cost_change,
        "vacancy_change": facts.vacancy_change,
    }


def _member(problem: Problem, a: Assignment) -> dict[str, Any]:
    return {**assignment_json(a), "pinned": a.pinned, "name": problem.people[problem.person_index[a.person]].name}


def _sees(problem: Problem, duty: str) -> bool:
    index = problem.duty_index.get(duty)
    return index is not None and scope().sees_duty(problem.duties[index])
