"""Repairs: drop-outs → a solve of kind repair → alternatives → one of them becomes the draft, or is published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import jsonify
from flask.views import MethodView

from models.errors import NotFound
from models.outbox import Message
from models.records import Absence, RosterVersion, Solve
from scheduler import activation, check, document
from scheduler.problem import Assignment

from .access import actor, may, needs, scope, store, town_zone
from .body import Blueprint
from .conditions import tag, versioned
from .errors import ApiError, fault, invalid
from .problems import loaded, problem_of_draft
from .publishing import absences_of, publish, refuse_broken, same_people
from .schemas.repairs import Acceptance, AcceptanceBody, NewRepair, NewRepairBody, RepairOut
from .schemas.rosters import HeadOut
from .schemas.solves import NewSolveOut
from .solves import accepted, queued
from .things import Answer
from .wire import head_json, in_caller_language, instant, solve_json

SOON = timedelta(hours=12)
blueprint = Blueprint("repairs", __name__, url_prefix="/api/v1/towns/<town>", description="Repairs after drop-outs")


def ask_repair(town: str, week: date, absences: list[Absence], asked: NewRepair, by: str) -> tuple[Solve, bool]:
    """Queue a repair of the published roster; the worker still has to be woken. Raises NotFound, DocumentError."""
    published = store().rosters.get(town, week, "published")
    now = asked.now or datetime.now(UTC).replace(second=0, microsecond=0)
    problem = store().weeks.problem_document(town, week, now=now, baseline=published.number)
    document.load(problem)
    spans = [{"person": a.person, "start": instant(a.start), "end": instant(a.end)} for a in absences]
    options = asked.options.as_arguments()
    return queued(town, "repair", problem, by=by, week=week, absences={"absences": spans}, **options)


def wanted_absences(town: str, week: date, ids: list[str] | None) -> list[Absence]:
    """The reported drop-outs that a repair is to deal with. Raises ApiError with all faults."""
    held = store().weeks.get(town, week)
    opens = datetime.combine(held.start, datetime.min.time(), town_zone())
    closes = opens + timedelta(days=held.days)
    listed = store().absences.list(town, state="reported", start=opens, end=closes)
    reported = {a.id: a for a in scope().absences(listed)}
    if ids is None:
        if not reported:
            raise ApiError("nothing_to_do")
        return list(reported.values())
    faults = [fault(f"absences[{i}]", "unknown_id", id=id_) for i, id_ in enumerate(ids) if id_ not in reported]
    if faults:
        raise invalid(faults)
    return [reported[id_] for id_ in dict.fromkeys(ids)]


def repair_or_404(town: str, solve: str) -> Solve:
    """Raises NotFound unless the solve is a repair, of drop-outs that the caller looks after."""
    found = store().solves.get(town, solve)
    if found.kind != "repair" or found.week is None or not scope().repair(absences_of(town, solve)):
        raise NotFound("repair", solve)
    return found


def alternatives_of(town: str, solve: Solve) -> list[dict[str, Any]] | None:
    """The alternatives of a repair that the caller may take, best first; None until it is over."""
    result = store().solves.result(town, solve.id)
    if result is None or scope().whole:
        return None if result is None else result["alternatives"]
    problem = loaded(store().solves.problem(town, solve.id))
    return [a for a in result["alternatives"] if scope().alternative(problem, a["changes"])]


def shown(town: str, solve: Solve) -> list[dict[str, Any]] | None:
    """The alternatives with what the caller sees of their rosters."""
    found = alternatives_of(town, solve)
    if found is None or scope().whole:
        return found
    duties = loaded(store().solves.problem(town, solve.id)).duties
    return [scope().seen_of(alternative, duties) for alternative in found]


def accept(town: str, solve: Solve, choice: Acceptance) -> RosterVersion:
    """Make an alternative the draft, or publish it and tell those whom it moves, in one transaction.

    Raises ApiError (no such alternative, somebody published meanwhile), Conflict (there is a draft), BrokenRules.
    """
    assert solve.week is not None
    if choice.override_reason is not None:
        needs("override")
    if choice.replace_draft and not scope().whole:  # the draft is the whole town's
        raise ApiError("not_allowed")
    assignments = chosen(town, solve, choice.alternative)
    published = unchanged_base(town, solve)
    if choice.publish:
        then = activation.settled(problem_of_draft(town, solve.week), published.assignments, assignments)
        refuse_broken(check.check(then, assignments), choice.override_reason)
    with store().database.together():
        draft = store().rosters.save_draft(
            town,
            solve.week,
            assignments,
            origin="repair",
            by=actor().id,
            based_on=published.number,
            replace=choice.replace_draft,
            solve_id=solve.id,
        )
        if not choice.publish:
            return draft
        reason, soon = choice.override_reason, begins_soon(published, assignments)
        return publish(town, solve.week, draft.revision, published.number, reason, emergency=soon)


def begins_soon(published: RosterVersion, after: Sequence[Assignment]) -> bool:
    """Whether somebody gets a duty that begins before they would read of it by daylight."""
    new, now = {a.duty for a in set(after) - set(published.assignments)}, store().database.now()
    return any(now < duty.end and duty.start - now < SOON for duty in published.duties if duty.id in new)


def told(town: str, published: RosterVersion, after: Sequence[Assignment]) -> list[Message]:
    """What adopting these assignments would tell whom: the messages themselves, kept nowhere."""
    draft = replace(published, assignments=tuple(after), number=published.number + 1, state="draft")
    emergency = begins_soon(published, after)
    return store().telling.of_publication(town, published.week, published, draft, emergency=emergency)


def chosen(town: str, solve: Solve, number: int) -> list[Assignment]:
    """The assignments of an alternative, counted from 1. Raises ApiError."""
    alternatives = alternatives_of(town, solve)
    if alternatives is None:
        raise ApiError("no_result" if solve.over else "not_ready", details={"state": solve.state})
    if number > len(alternatives):
        raise invalid([fault("alternative", "too_big", most=len(alternatives))])
    listed = alternatives[number - 1]["assignments"]
    return [Assignment(a["person"], a["duty"], a["position"], a.get("pinned", False)) for a in listed]


def unchanged_base(town: str, solve: Solve) -> RosterVersion:
    """The published roster, when it still is the one that the repair began with. Raises NotFound, ApiError (409)."""
    assert solve.week is not None
    published = store().rosters.get(town, solve.week, "published")
    baseline = store().solves.problem(town, solve.id).get("baseline") or {"assignments": []}
    began_with = [Assignment(a["person"], a["duty"], a["position"]) for a in baseline["assignments"]]
    if not same_people(began_with, published.assignments):
        number = published.number
        raise ApiError("published_meanwhile", {"number": number}, details={"published": number})
    return published


@blueprint.route("/weeks/<day:week>/repairs")
class Repairs(MethodView):
    @may("repair")
    @blueprint.arguments(NewRepairBody)
    @blueprint.response(202, NewSolveOut)
    def post(self, body: NewRepair, town: str, week: date) -> tuple[dict[str, Any], int, dict[str, str]]:
        """Repair the published roster after drop-outs"""
        store().rosters.get(town, week, "published")
        absences = wanted_absences(town, week, None if body.absences is None else list(body.absences))
        return accepted(*ask_repair(town, week, absences, body, actor().id))


@blueprint.route("/repairs/<solve>")
class OneRepair(MethodView):
    @may("repair")
    @blueprint.response(200, RepairOut)
    def get(self, town: str, solve: str) -> Any:
        """A repair with its alternatives"""
        found = repair_or_404(town, solve)
        alternatives = in_caller_language(shown(town, found))
        absences = list(absences_of(town, solve))
        return jsonify({"solve": solve_json(found), "absences": absences, "alternatives": alternatives})


@blueprint.route("/repairs/<solve>/accept")
class Accept(MethodView):
    @may("repair")
    @versioned
    @blueprint.arguments(AcceptanceBody)
    @blueprint.response(200, HeadOut)
    def post(self, body: Acceptance, town: str, solve: str) -> Answer:
        """Take an alternative as the draft, or publish it at once"""
        version = accept(town, repair_or_404(town, solve), body)
        return head_json(version), 200, tag(version.revision)
