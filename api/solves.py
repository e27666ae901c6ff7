"""Solves: asked for here, run by the worker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from flask import Response, current_app, jsonify, url_for
from flask.views import MethodView

from models.errors import NotFound
from models.records import Solve, SolveKind
from scheduler import document
from scheduler.roster import assignment_json

from .access import actor, may, needs, sees, store
from .body import Blueprint, takes_documents
from .errors import ApiError, fault, invalid
from .logs import log, request_id
from .problems import loaded, problem_to_solve
from .schemas.entities import Document
from .schemas.solves import (
    NewSolveOut,
    ResultOut,
    SolveOut,
    SolvePage,
    SolvesAsked,
    SolvesQuery,
    StatelessOptions,
    StatelessQuery,
    WeekOptions,
    WeekSolveBody,
)
from .stream import events_of
from .wire import in_caller_language, solve_json

blueprint = Blueprint("solves", __name__, url_prefix="/api/v1", description="Solves: create, follow, stop, result")


def wake_worker() -> None:
    """Tell the worker that there is work; if that fails, its own round finds the solve a little later."""
    wake: Callable[[], None] | None = current_app.config.get("WAKE")
    if wake is not None:
        try:
            wake()
        except OSError as error:
            log.warning("worker_not_woken", kind=type(error).__name__)


def queued(town: str, kind: SolveKind, problem: dict[str, Any], *, by: str, **more: Any) -> tuple[Solve, bool]:
    """Queue a solve with the id of this request, which follows it into the worker's log. Raises NotFound."""
    solve, joined = store().solves.create(town, kind, problem, by=by, request_id=request_id(), **more)
    log.info("solve_asked", solve=solve.id, kind=kind, joined=joined)
    return solve, joined


def accepted(solve: Solve, joined: bool) -> tuple[dict[str, Any], int, dict[str, str]]:
    """202 with the solve and where to follow it."""
    store().database.afterwards(wake_worker)
    return solve_json(solve, joined), 202, {"Location": url_for("solves.OneSolve", solve=solve.id)}


def town_of(solve_id: str) -> str:
    """The town that keeps a solve and that the caller sees; raises NotFound."""
    own = actor().town
    for town in [own] if own is not None else [t.id for t in store().towns.list() if sees(t.id)]:
        try:
            return store().solves.get(town, solve_id).town
        except NotFound:
            continue
    raise NotFound("solve", solve_id)


def stop(town: str, solve_id: str) -> Solve:
    """Ask a solve to end; who repairs may stop repairs. Raises NotFound, AlreadyEnded, ApiError (403)."""
    needs("repair" if store().solves.get(town, solve_id).kind == "repair" else "solve")
    return store().solves.request_stop(town, solve_id)


def keeper(query: StatelessOptions, body: dict[str, Any]) -> str:
    """The town that will keep a stateless solve: the caller's, else the one asked for, else the document's own."""
    wanted = query.town or actor().town or body["town"]["id"]
    if not sees(wanted):
        raise invalid([fault("query.town", "unknown_id", id=wanted)])
    try:
        return store().towns.get(wanted).value.id
    except NotFound:
        raise invalid([fault("query.town", "unknown_id", id=wanted)]) from None


@blueprint.route("/solves")
class Stateless(MethodView):
    @may("solve")
    @takes_documents
    @blueprint.arguments(StatelessQuery, location="query")
    @blueprint.arguments(Document)
    @blueprint.response(202, NewSolveOut)
    def post(self, query: StatelessOptions, body: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
        """Solve a problem document; nothing but the solve is stored"""
        document.load(body)
        town = keeper(query, body)
        return accepted(*queued(town, "solve", body, by=actor().id, **query.options.as_arguments()))


@blueprint.route("/towns/<town>/weeks/<day:week>/solves")
class OfWeek(MethodView):
    @may("solve")
    @blueprint.arguments(WeekSolveBody)
    @blueprint.response(202, NewSolveOut)
    def post(self, body: WeekOptions, town: str, week: date) -> tuple[dict[str, Any], int, dict[str, str]]:
        """Generate a week's roster; its best roster becomes the draft

        What has begun of a published roster stays, and so does what is pinned there or, before that, in the draft.
        With `beside`, and when somebody has changed the draft meanwhile, the roster waits as a proposal instead.
        """
        problem = problem_to_solve(town, week, datetime.now(UTC))
        loaded(problem)
        start = None
        if body.from_draft:
            draft = store().rosters.get(town, week, "draft")
            start = {"assignments": [assignment_json(a) for a in draft.assignments]}
        options = body.options.as_arguments() | {"beside": body.beside}
        return accepted(*queued(town, "solve", problem, week=week, start=start, by=actor().id, **options))


@blueprint.route("/towns/<town>/solves")
class OfTown(MethodView):
    @may("see_roster")
    @blueprint.arguments(SolvesQuery, location="query")
    @blueprint.response(200, SolvePage)
    def get(self, query: SolvesAsked, town: str) -> dict[str, Any]:
        """List a town's solves, the latest first"""
        page = store().solves.list(town, query.week, query.kind, query.page, query.page_size)
        return {
            "items": [solve_json(solve) for solve in page.items],
            "page": page.page,
            "page_size": page.page_size,
            "total": page.total,
        }


@blueprint.route("/solves/<solve>")
class OneSolve(MethodView):
    @may("see_roster")
    @blueprint.response(200, SolveOut)
    def get(self, solve: str) -> dict[str, Any]:
        """How a solve stands"""
        return solve_json(store().solves.get(town_of(solve), solve))


@blueprint.route("/solves/<solve>/events")
class Events(MethodView):
    @may("see_roster")
    @blueprint.response(200, {"type": "string"}, content_type="text/event-stream")
    def get(self, solve: str) -> Response:
        """Follow a solve as server-sent events; reconnect when the stream closes after a minute"""
        return events_of(town_of(solve), solve)


@blueprint.route("/solves/<solve>/stop")
class Stop(MethodView):
    @may("solve", "repair")
    @blueprint.response(200, SolveOut)
    def post(self, solve: str) -> dict[str, Any]:
        """Stop a solve and keep its best roster; 409 when it has finished already"""
        return solve_json(stop(town_of(solve), solve))


@blueprint.route("/solves/<solve>/result")
class Result(MethodView):
    @may("solve")
    @blueprint.response(200, ResultOut)
    def get(self, solve: str) -> Response:
        """The result document; 409 not_ready until there is one"""
        town = town_of(solve)
        result = store().solves.result(town, solve)
        if result is None:
            found = store().solves.get(town, solve)
            raise ApiError("no_result" if found.over else "not_ready", details={"state": found.state})
        return jsonify(in_caller_language(result))


@blueprint.route("/solves/<solve>/problem")
class Frozen(MethodView):
    @may("export")
    @blueprint.response(200, Document)
    def get(self, solve: str) -> Response:
        """The problem document that was frozen when the solve was asked for"""
        return jsonify(store().solves.problem(town_of(solve), solve))
