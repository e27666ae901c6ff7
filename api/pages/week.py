"""The week board: by post, by person, or the choice of how to make a week that is not there yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue

from api.access import can, may, scope, store, town_or_404
from api.language import language
from models.records import Solve, Week

from . import board, load, repair_form
from .desk import Desk, known, now, open_desk, reports, running
from .filters import wanted_in
from .first_steps import first_steps, staffed_in
from .home import today
from .routes import blueprint
from .seat import panel_of

DAYS = 7


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where the arrows beside the dates lead; a day may have no week yet."""

    before: date
    after: date


@blueprint.get("/towns/<town>/weeks/<day:start>")
@may("see_roster")
def week(town: str, start: date) -> ResponseReturnValue:
    weeks = store().weeks.list(town)
    if all(w.start != start for w in weeks):
        return not_there_yet(town, start, weeks)
    desk = open_desk(town, start)
    with store().moment():
        solve = running(town, start)
        values = {
            "desk": desk,
            "solve": solve,
            "failed": None if solve else last_failure(desk),
            "weeks": neighbours(weeks, start, desk.week.days),
            "today": today(desk.town),
            "dropped": dropped(desk),
            "earlier": any(w.start < start for w in weeks),
            "irregular": irregular(desk),
            "waiting": len(store().proposals.list(town, start)) if can("solve") else 0,
            "steps": () if desk.versions or solve else first_steps(town, start, weeks),
            "behind": behind(desk),
        }
    if request.args.get("view") == "people":
        return render_template("by_person.html", **values, **by_person(desk))
    return render_template("board.html", board=board_of(desk), panel=panel_of(desk), **values)


def not_there_yet(town: str, start: date, weeks: list[Week]) -> ResponseReturnValue:
    """How to make a week on these days; 404 when the days belong to another week."""
    overlapping = next((w for w in weeks if w.start < start + timedelta(days=DAYS) and start < _end(w)), None)
    latest = max((w for w in weeks if w.start < start), key=lambda w: w.start, default=None)
    page = render_template(
        "no_week.html",
        town=town_or_404(town),
        start=start,
        days=DAYS,
        overlapping=overlapping,
        latest=latest,
        posts=len(staffed_in(town, start, DAYS)),
        steps=() if overlapping else first_steps(town, start, weeks),
        weeks=neighbours(weeks, start, DAYS),
        today=today(town_or_404(town)),
    )
    return page, 404 if overlapping else 200


def board_of(desk: Desk) -> board.Board:
    """The board of the shown roster; an area that is unknown shows everything."""
    wanted = request.args.get("area")
    problem, assignments = scope().board(desk.problem, desk.assignments)
    area = wanted if any(a.id == wanted for a in problem.areas) else None
    said = store().acknowledgements.list(desk.town.id, desk.week.start) if desk.published else []
    standing = board.Standing(
        is_draft=desk.shown is None or desk.shown.state == "draft",
        published=scope().board(desk.problem, desk.published.assignments)[1] if desk.published else None,
        acknowledged={(a.person, a.duty) for a in said},
        now=now(),
    )
    return board.build(problem, assignments, standing, language(), area, wanted_in(request.args, problem))


def by_person(desk: Desk) -> dict[str, object]:
    """The load of the people that the address asks for."""
    args = request.args
    order: load.Order = next((o for o in load.ORDERS if o == args.get("order")), "name")
    number = args.get("page", "1")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    search = args.get("q", "")[:100]
    problem, assignments = scope().loads(desk.problem, desk.assignments)
    wanted = wanted_in(args, problem)
    before = None
    if desk.published is not None and desk.shown is not None and desk.shown.state == "draft":
        before = scope().loads(desk.problem, known(desk.problem, desk.published.assignments))[1]
    found = load.build(
        problem, assignments, language(), search=search, wanted=wanted, order=order, page=page, published=before
    )
    return {"load": found, "order": order, "search": search, "wanted": wanted}


def behind(desk: Desk) -> int:
    """How many staffed posts have no duty in a week without a roster, which may be made again; for who may do that."""
    if desk.versions or not can("edit_weeks"):
        return 0
    served = {duty.post for duty in desk.problem.duties}
    return len(staffed_in(desk.town.id, desk.week.start, desk.week.days) - served)


def irregular(desk: Desk) -> int | None:
    """How many people should be on duty and are not, or did not come; None while nothing is published."""
    if desk.published is None:
        return None
    return store().presence.figures(desk.town.id, desk.week.start, scope().sees_duty).exceptions


def dropped(desk: Desk) -> int:
    """How many published assignments are waiting for somebody else, because their people said that they cannot come."""
    if desk.published is None:
        return 0
    said = repair_form.reported(desk.problem, known(desk.problem, desk.published.assignments), reports(desk), "zh")
    return sum(len(r.hits) for r in said)


def neighbours(weeks: list[Week], start: date, days: int) -> Neighbours:
    """The nearest weeks on both sides, else the days a week away."""
    before = max((w.start for w in weeks if w.start < start), default=start - timedelta(days=DAYS))
    after = min((w.start for w in weeks if w.start > start), default=start + timedelta(days=days))
    return Neighbours(max(before, start - timedelta(days=DAYS)), min(after, start + timedelta(days=days)))


def last_failure(desk: Desk) -> Solve | None:
    """The latest solve of the week when it failed, or ended before its time, and nothing was made since."""
    latest = next(iter(store().solves.list(desk.town.id, desk.week.start, "solve", 1, 1).items), None)
    if latest is None or (latest.state != "failed" and latest.error is None):
        return None
    since = [v for v in desk.versions if v.created_at > latest.created_at and v.number != latest.roster_number]
    return None if since else latest


def _end(week: Week) -> date:
    return week.start + timedelta(days=week.days)
