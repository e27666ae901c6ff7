"""Generating: what cannot work is said first, then how long to try; and rosters that wait, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from api.access import actor, can, may, store
from api.errors import fault, invalid
from api.problems import problem_to_solve
from api.proposals import Side, compared
from api.solves import queued, wake_worker
from api.solves import stop as stop_solve
from models.errors import AlreadyEnded, Conflict
from scheduler import document, preflight
from scheduler.problem import Problem
from scheduler.text import Text

from .desk import now, open_desk
from .measures import Measure, measures
from .routes import blueprint, is_part
from .sign_in import safe_path
from .week_actions import board_url

LARGE = 2000
"""People; a town with more needs longer for each step (docs/benchmarks.md)."""
SECONDS = {"quick": 10, "better": 30, "best": 60}
SECONDS_OF_LARGE = {"quick": 30, "better": 60, "best": 180}
MOST_COLUMNS = 3
"""Rosters side by side, the draft included: more do not fit on a screen."""


@dataclass(frozen=True, slots=True)
class Column:
    """One roster of the comparison; `solve` is empty for the draft."""

    solve: str
    seconds: float | None
    gap: float | None
    people_changed: int | None
    changes: tuple[Text, ...]


def choices(problem: Problem) -> dict[str, int]:
    """The three choices of time, in seconds."""
    return SECONDS_OF_LARGE if len(problem.people) > LARGE else SECONDS


@blueprint.get("/towns/<town>/weeks/<day:start>/generate")
@may("solve")
def generate_form(town: str, start: date) -> ResponseReturnValue:
    """What cannot work, said before solving, and the choice of time."""
    desk = open_desk(town, start)
    notices = preflight.preflight(desk.problem)
    order = sorted(notices, key=lambda n: n.severity != "error")
    template = "parts/generate.html" if is_part() else "generate.html"
    worked_on = desk.draft is not None and (desk.draft.origin != "solve" or desk.draft.revision > 1)
    return render_template(template, desk=desk, notices=order, choices=choices(desk.problem), worked_on=worked_on)


@blueprint.post("/towns/<town>/weeks/<day:start>/generate")
@may("solve")
def generate(town: str, start: date) -> ResponseReturnValue:
    """Queue a solve; its best roster becomes the draft, or waits beside it."""
    choice = request.form.get("time", "")
    if choice not in SECONDS:
        raise invalid([fault("time", "not_one_of", choices=", ".join(SECONDS))])
    body = problem_to_solve(town, start, now())
    seconds = choices(document.load(body))[choice]
    beside = request.form.get("beside") == "1"
    queued(town, "solve", body, by=actor().id, week=start, seconds=seconds, beside=beside)
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


@blueprint.get("/towns/<town>/weeks/<day:start>/proposals")
@may("solve")
def proposals(town: str, start: date) -> ResponseReturnValue:
    """The draft and what waits beside it, by the figures that matter."""
    desk, found = open_desk(town, start), compared(town, start)
    sides: list[Side] = [] if found.draft_side is None else [found.draft_side]
    columns = [] if found.draft is None else [_draft_column(found.draft.summary)]
    for proposal, side in found.waiting[: MOST_COLUMNS - len(columns)]:
        difference = found.changed(side)
        changes = () if difference is None else tuple(c.text(found.problem) for c in difference.changes)
        summary, number = proposal.summary, None if difference is None else difference.people
        columns.append(Column(proposal.solve.id, summary.get("seconds"), summary.get("gap"), number, changes))
        sides.append(side)
    rows: tuple[Measure, ...] = measures([side.quality for side in sides])
    more = len(found.waiting) + (found.draft is not None) - len(columns)
    return render_template(
        "proposals.html", desk=desk, draft=found.draft, columns=columns, rows=rows, more=more, accepts=can("edit_weeks")
    )


@blueprint.post("/towns/<town>/weeks/<day:start>/proposals/<solve>/accept")
@may("edit_weeks")
def accept(town: str, start: date, solve: str) -> ResponseReturnValue:
    """Make a waiting roster the draft, in place of the one that was looked at."""
    number, _dot, revision = request.form.get("draft", "").partition(".")
    if not all(part == "" or (part.isascii() and part.isdigit()) for part in (number, revision)):
        raise invalid([fault("draft", "not_an_integer")])
    try:
        head = store().proposals.accept(town, solve, (int(number), int(revision)) if number else None, by=actor().id)
    except Conflict:
        flash(_("草稿刚刚有人改过，没有替换。请再比较一次。"), "error")
        return redirect(url_for("pages.proposals", town=town, start=start), 303)
    flash(_("已采用，现在是草稿 v%(number)s。", number=head.number), "ok")
    return redirect(board_url(town, start), 303)


@blueprint.post("/towns/<town>/weeks/<day:start>/proposals/<solve>/dismiss")
@may("edit_weeks")
def dismiss(town: str, start: date, solve: str) -> ResponseReturnValue:
    store().proposals.dismiss(town, solve)
    flash(_("这个方案不再列出。"), "ok")
    left = store().proposals.list(town, start)
    return redirect(url_for("pages.proposals", town=town, start=start) if left else board_url(town, start), 303)


def _draft_column(summary: dict[str, object]) -> Column:
    seconds, gap = summary.get("seconds"), summary.get("gap")
    known = (float, int)
    return Column(
        "", seconds if isinstance(seconds, known) else None, gap if isinstance(gap, known) else None, None, ()
    )
