"""Proposals: rosters of solves that wait beside the draft, to be compared with it, accepted or dismissed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import jsonify, url_for
from flask.views import MethodView

from models.proposals import Proposal
from models.records import RosterVersion
from scheduler import diff
from scheduler.problem import Assignment, Problem
from scheduler.quality import Quality, quality

from .access import actor, may, store
from .body import Blueprint
from .conditions import tag
from .problems import problem_for, problem_of
from .schemas.proposals import ProposalAcceptance, ProposalAcceptanceBody, ProposalsOut
from .schemas.rosters import HeadOut
from .solves import town_of
from .things import Answer
from .wire import head_json, solve_json

blueprint = Blueprint("proposals", __name__, url_prefix="/api/v1", description="Rosters that wait beside the draft")


@dataclass(frozen=True, slots=True)
class Side:
    """One of the rosters that are compared."""

    assignments: tuple[Assignment, ...]
    quality: Quality


@dataclass(frozen=True, slots=True)
class Compared:
    """The draft, and what waits beside it, the latest first."""

    problem: Problem
    draft: RosterVersion | None
    draft_side: Side | None
    waiting: tuple[tuple[Proposal, Side], ...]

    def changed(self, side: Side) -> diff.Diff | None:
        """What would be different from the draft."""
        if self.draft_side is None:
            return None
        return diff.compare(self.problem, self.draft_side.assignments, side.assignments)


def compared(town: str, week: date) -> Compared:
    """Everything judged by the week's own duties and rules as they are now. Raises NotFound."""
    draft = store().rosters.find(town, week, "draft")
    problem = problem_for(town, week, draft) if draft else problem_of(town, week)
    waiting = [store().proposals.get(town, solve.id) for solve in store().proposals.list(town, week)]
    return Compared(
        problem,
        draft,
        None if draft is None else _side(problem, draft.assignments),
        tuple((proposal, _side(problem, proposal.assignments)) for proposal in waiting),
    )


def _side(problem: Problem, assignments: tuple[Assignment, ...]) -> Side:
    """As far as the problem knows its people and seats."""
    there = problem.demand_index
    held = tuple(
        a
        for a in assignments
        if a.person in problem.person_index and (problem.duty_index.get(a.duty, -1), a.position) in there
    )
    return Side(held, quality(problem, held))


@blueprint.route("/towns/<town>/weeks/<day:week>/proposals")
class OfWeek(MethodView):
    @may("solve")
    @blueprint.response(200, ProposalsOut)
    def get(self, town: str, week: date) -> Any:
        """The draft and what waits beside it, each with the figures by which they differ"""
        found = compared(town, week)
        return jsonify({"draft": _draft_json(found), "items": [_proposal_json(found, *pair) for pair in found.waiting]})


@blueprint.route("/solves/<solve>/accept")
class Accept(MethodView):
    @may("edit_weeks")
    @blueprint.arguments(ProposalAcceptanceBody)
    @blueprint.response(201, HeadOut)
    def post(self, body: ProposalAcceptance, solve: str) -> Answer:
        """Make a waiting roster the draft; 409 when the draft is another one than you have seen"""
        town = town_of(solve)
        seen = None if body.draft is None else (body.draft.number, body.draft.revision)
        head = store().proposals.accept(town, solve, seen, by=actor().id)
        where = url_for("rosters.One", town=town, week=head.week, which=str(head.number))
        return head_json(head), 201, {"Location": where, **tag(head.revision)}


@blueprint.route("/solves/<solve>/dismiss")
class Dismiss(MethodView):
    @may("edit_weeks")
    @blueprint.response(204)
    def post(self, solve: str) -> None:
        """Let a roster wait no longer; the solve and its result stay"""
        store().proposals.dismiss(town_of(solve), solve)


def _draft_json(found: Compared) -> dict[str, Any] | None:
    if found.draft is None or found.draft_side is None:
        return None
    body = {"number": found.draft.number, "revision": found.draft.revision}
    return body | {"quality": found.draft_side.quality.as_json()}


def _proposal_json(found: Compared, proposal: Proposal, side: Side) -> dict[str, Any]:
    changed = found.changed(side)
    return {
        "solve": solve_json(proposal.solve),
        "quality": side.quality.as_json(),
        "people_changed": None if changed is None else changed.people,
    }
