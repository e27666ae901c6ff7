"""What an organiser does to a week: make it, generate its roster, stop, throw the draft away."""

from __future__ import annotations

from datetime import date
from typing import Literal

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from api.access import actor, may, store
from api.errors import fault, invalid
from api.problems import problem_to_solve
from api.solves import queued, wake_worker
from api.solves import stop as stop_solve
from models.errors import AlreadyEnded
from scheduler import document, preflight

from .desk import now, open_desk
from .routes import blueprint, is_part
from .sign_in import safe_path

SECONDS = {"quick": 10, "better": 30, "best": 60}
"""The three choices of time, in seconds."""
SOURCES: dict[str, tuple[Literal["templates", "previous"], bool]] = {
    "templates": ("templates", False),
    "duties": ("previous", False),
    "roster": ("previous", True),
}
"""Choice on the page → (what the duties are made from, whether last week's people come along)."""


def board_url(town: str, start: date) -> str:
    return url_for("pages.week", town=town, start=start)


@blueprint.post("/towns/<town>/weeks/<day:start>/make")
@may("edit_weeks")
def make_week(town: str, start: date) -> ResponseReturnValue:
    choice = request.form.get("source", "")
    if choice not in SOURCES:
        raise invalid([fault("source", "not_one_of", choices=", ".join(SOURCES))])
    source, with_roster = SOURCES[choice]
    store().weeks.make(town, start, source=source, with_roster=with_roster, by=actor().id)
    flash(_("这一周已建好。"), "ok")
    return redirect(board_url(town, start), 303)


@blueprint.get("/towns/<town>/weeks/<day:start>/generate")
@may("solve")
def generate_form(town: str, start: date) -> ResponseReturnValue:
    """What cannot work, said before solving, and the choice of time."""
    desk = open_desk(town, start)
    notices = preflight.preflight(desk.problem)
    order = sorted(notices, key=lambda n: n.severity != "error")
    template = "parts/generate.html" if is_part() else "generate.html"
    return render_template(template, desk=desk, notices=order, choices=SECONDS)


@blueprint.post("/towns/<town>/weeks/<day:start>/generate")
@may("solve")
def generate(town: str, start: date) -> ResponseReturnValue:
    """Queue a solve; its best roster becomes the draft."""
    choice = request.form.get("time", "")
    if choice not in SECONDS:
        raise invalid([fault("time", "not_one_of", choices=", ".join(SECONDS))])
    problem = problem_to_solve(town, start, now())
    document.load(problem)
    queued(town, "solve", problem, by=actor().id, week=start, seconds=SECONDS[choice])
    wake_worker()
    return redirect(board_url(town, start), 303)


@blueprint.post("/towns/<town>/weeks/<day:start>/stop/<solve>")
@may("solve", "repair")
def stop(town: str, start: date, solve: str) -> ResponseReturnValue:
    """End a solve with the best roster so far."""
    try:
        stop_solve(town, solve)
    except AlreadyEnded:
        flash(_("已经算完了。"), "ok")
    return redirect(safe_path(request.form.get("back", "")) or board_url(town, start), 303)


@blueprint.post("/towns/<town>/weeks/<day:start>/discard")
@may("edit_weeks")
def discard(town: str, start: date) -> ResponseReturnValue:
    revision = request.form.get("revision", "")
    if not (revision.isascii() and revision.isdigit()):
        raise invalid([fault("revision", "not_an_integer")])
    store().rosters.discard_draft(town, start, int(revision))
    flash(_("草稿已丢弃。"), "ok")
    return redirect(board_url(town, start), 303)
