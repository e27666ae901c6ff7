"""What a check finds wrong with the shown roster, and why its vacancies are empty: asked for beside the board.

A check of a large town takes most of a second, so the board does not wait for it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import render_template
from flask.typing import ResponseReturnValue

from api.access import may, scope
from api.judging import MOST_REASONS
from api.language import language
from scheduler import check, explain
from scheduler.problem import Assignment, Problem
from scheduler.roster import Vacancy, Violation
from scheduler.rules import REGISTRY
from scheduler.text import Text

from .desk import Desk, open_desk
from .routes import blueprint, is_part
from .shifts import Kind, kind_of, person_name, place_name

SHOWN = 200
KEPT = 3
"""Rosters of one problem."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A duty that a finding is about."""

    duty: str
    kind: Kind
    start: datetime
    place: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach of a hard rule."""

    title: Text
    text: Text
    person: str
    name: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the seats of one position are empty."""

    spot: Spot
    position: str
    text: Text


@dataclass(frozen=True, slots=True)
class Found:
    violations: tuple[Violation, ...]
    vacancies: tuple[Vacancy, ...]


def found_in(problem: Problem, assignments: tuple[Assignment, ...]) -> Found:
    """The breaches and vacancies of a roster; vacancies with their reasons unless there are very many.

    The last few rosters of a problem are kept on it: readers of one board ask for the same.
    """
    kept: OrderedDict[tuple[Assignment, ...], Found] = problem.once("_findings_of_boards", OrderedDict)
    found = kept.get(assignments)
    if found is None:
        report = check.check(problem, assignments)
        few = 0 < len(report.vacancies) <= MOST_REASONS
        vacancies = explain.vacancies(problem, assignments) if few else report.vacancies
        found = kept[assignments] = Found(tuple(report.violations), tuple(vacancies))
        if len(kept) > KEPT:
            kept.popitem(last=False)
    return found


def findings(problem: Problem, violations: Sequence[Violation], lang: str) -> tuple[Finding, ...]:
    """The breaches in words, with the duties that they are about."""
    return tuple(
        Finding(
            title=REGISTRY[v.rule].title,
            text=v.text,
            person=v.person or "",
            name=person_name(problem, v.person) if v.person else "",
            spots=tuple(_spot(problem, d, lang) for d in v.duties),
        )
        for v in violations
    )


def _spot(problem: Problem, duty: str, lang: str) -> Spot:
    found = problem.duties[problem.duty_index[duty]]
    return Spot(duty, kind_of(found, problem.tz), found.start.astimezone(problem.tz), place_name(problem, found, lang))


def seen(desk: Desk, found: Found) -> Found:
    """What of it concerns people and duties that the reader sees."""
    if scope().whole:
        return found
    violations = scope().findings(desk.problem, [{"person": v.person, "duties": v.duties} for v in found.violations])
    vacancies = scope().findings(desk.problem, [{"duty": v.duty} for v in found.vacancies])
    told = {(v["person"], tuple(v["duties"])) for v in violations}
    open_ = {v["duty"] for v in vacancies}
    return Found(
        tuple(v for v in found.violations if (v.person, v.duties) in told),
        tuple(v for v in found.vacancies if v.duty in open_),
    )


@blueprint.get("/towns/<town>/weeks/<day:start>/findings")
@may("see_roster")
def check_findings(town: str, start: date) -> ResponseReturnValue:
    """The list of what is wrong, each with the cells it is about; empty while there is no roster."""
    desk = open_desk(town, start)
    found = seen(desk, found_in(desk.problem, tuple(desk.assignments))) if desk.shown else Found((), ())
    return render_template(
        "parts/findings.html" if is_part() else "findings.html",
        desk=desk,
        findings=findings(desk.problem, found.violations[:SHOWN], language()),
        count=len(found.violations),
        holes=[
            Reason(_spot(desk.problem, v.duty, language()), v.position, v.reason)
            for v in found.vacancies
            if v.reason is not None
        ],
    )
