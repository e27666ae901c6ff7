"""When I can serve: a grid of taps for the coming fortnight and for every week, and whether nights are welcome."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.access import public, store
from api.errors import fault, invalid
from api.security import csrf
from models.said_times import ANSWERS, Answer
from scheduler.problem import Person, Post, ShiftPattern

from . import time_grid
from .routes import blueprint, is_part
from .time_grid import Column
from .volunteer import Visit, is_large, keeping_size, visit

WELCOME = ("nights_welcome", "nights-welcome")
"""What towns call the opt-in; the first that a rule names."""
MONDAY = date(2026, 11, 23)
"""Any Monday: the usual week's days stand for weekdays."""


@blueprint.route("/v/<token>/times", methods=["GET", "POST"])
@public
@csrf.exempt
def my_times(token: str) -> ResponseReturnValue:
    """One tap changes one shift; without a script the button sends the form. No CSRF token: see `received`."""
    here = visit(token)
    if request.method == "POST":
        where = _say(here)
        if not is_part():
            return redirect(url_for("pages.my_times", token=token, done="said", _anchor=where), 303)
    return _page(here, token)


def _page(here: Visit, token: str) -> ResponseReturnValue:
    with store().moment():
        town, who = here.town.id, here.who.person
        person = _person(town, who)
        usual = store().usual_times.get(town, who).value
        over, word = columns_of(town), _welcome_word(town)
        ends = here.opens + timedelta(days=time_grid.DAYS + 1)
        away = store().absences.list(town, person=who, start=here.now, end=ends)
        held = store().rosters.duties_of(town, who, here.now, ends)
    absences = [(a.start, a.end) for a in away if a.state != "withdrawn"]
    duties = [(h.duty.start, h.duty.end) for h in held if not _meets(absences, h.duty.start, h.duty.end)]
    days = time_grid.days(over, person, usual, absences, duties, here.now, here.zone)
    body = render_template(
        "parts/times_grid.html" if is_part() else "phone_times.html",
        token=token,
        here=here,
        over=over,
        days=days,
        week=time_grid.week(over, usual, MONDAY),
        clashes=_clashes(days),
        word=word,
        welcome=word in person.opt_ins,
        large=is_large(),
        done=request.args.get("done", ""),
    )
    return keeping_size(body)


def columns_of(town: str) -> tuple[Column, ...]:
    """The shifts that people of this town speak of."""
    patterns = [p for p in store().things.all(town, "shift_patterns") if isinstance(p, ShiftPattern)]
    posts = store().things.all(town, "posts") if len(patterns) > 1 else ()
    return time_grid.columns(patterns, [p for p in posts if isinstance(p, Post)])


def _say(here: Visit) -> str:
    """Keep what one tap says; the anchor of what was tapped. Raises ApiError (422)."""
    town, who, times = here.town.id, here.who.person, store().usual_times
    if "nights" in request.form:
        word = _welcome_word(town)
        if word:
            times.welcome(town, who, word, request.form["nights"] == "1")
        return "nights"
    kind, when, start, end, answer = _read(here)
    if kind == "w":
        times.answer_usual(town, who, int(when), start, end, answer)
        return "week"
    times.answer(town, who, date.fromisoformat(when), start, end, answer)
    return f"d{when}"


def _read(here: Visit) -> tuple[str, str, time, time, Answer]:
    """The cell and the answer that a button says: d|2026-11-24|22:00|06:00|avoid. Raises ApiError (422)."""
    parts = request.form.get("cell", "").split("|")
    today = here.now.astimezone(here.zone).date()
    answers = {said: said for said in ANSWERS}
    columns = {(f"{c.start:%H:%M}", f"{c.end:%H:%M}"): c for c in columns_of(here.town.id)}
    if len(parts) == 5 and parts[4] in answers and (parts[2], parts[3]) in columns:
        column = columns[parts[2], parts[3]]
        dates = [(today + timedelta(days=i)).isoformat() for i in range(time_grid.DAYS)]
        if parts[1] in {"w": [str(i) for i in range(7)], "d": dates}.get(parts[0], ()):
            return parts[0], parts[1], column.start, column.end, answers[parts[4]]
    raise invalid([fault("cell", "bad_value")])


def _clashes(days: Sequence[time_grid.Row]) -> list[tuple[date, Column]]:
    """Shifts at which the person has a published duty and says that they cannot, or would rather not."""
    return [
        (row.day, cell.column)
        for row in days
        for cell in row.cells
        if cell.duty and cell.shown in ("unavailable", "avoid")
    ]


def _meets(intervals: Sequence[tuple[datetime, datetime]], start: datetime, end: datetime) -> bool:
    return any(begin < end and start < stop for begin, stop in intervals)


def _welcome_word(town: str) -> str:
    """The opt-in to nights that a rule of the town knows; empty when none does."""
    named = {rule.get("waived_by") for rule in store().rules.get(town).value}
    return next((word for word in WELCOME if word in named), "")


def _person(town: str, person: str) -> Person:
    held = store().things.get(town, "people", person).value
    assert isinstance(held, Person)
    return held
