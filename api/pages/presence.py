"""Presence of one day and of one duty: the leader's list, corrections with a reason, and the history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from api.access import actor, can, may, scope, store, town_or_404, town_zone
from api.errors import ApiError
from api.presence import in_area, visible
from models.errors import StoreError
from models.presence import Entry, Said
from models.presence_facts import DutyPresence
from models.presence_states import CAME, CHANGES, STATES, Action, State
from scheduler.document import DocumentError
from scheduler.problem import Area

from .areas import in_tree
from .home import today
from .on_duty import PAGE_SIZE, TAPS, tell
from .on_duty_view import DutyNow, duty_now
from .people import label, number
from .routes import blueprint, day_in, local_in
from .sayers import Sayers


@dataclass(frozen=True, slots=True)
class Day:
    """One duty in the list of a day."""

    one: DutyNow
    place: str


@blueprint.get("/towns/<town>/presence")
@may("see_roster")
def presence_of_day(town: str) -> ResponseReturnValue:
    """The duties of a day with how many came; each leads to its list."""
    found_town, zone, at = town_or_404(town), town_zone(), store().database.now()
    day = day_in(request.args.get("day")) or today(found_town)
    area = request.args.get("area") or None
    wanted, seen = in_area(town, area), scope()
    begins = datetime.combine(day, time(), zone)
    found = store().presence.during(
        town,
        begins,
        begins + timedelta(days=1),
        lambda duty: begins <= duty.start and seen.sees_duty(duty) and wanted(duty),
    )
    names = {p.id: label(p) for p in store().things.all(town, "posts")}
    days = [_of_day(held, names, zone, at) for held in found if held.duty.start < begins + timedelta(days=1)]
    days.sort(key=lambda d: (d.place, d.one.start))
    pages = max(1, -(-len(days) // PAGE_SIZE))
    first = (min(number(), pages) - 1) * PAGE_SIZE
    areas = [a for a in store().things.all(town, "areas") if isinstance(a, Area) and seen.sees("areas", a)]
    return render_template(
        "presence_day.html",
        town=found_town,
        day=day,
        duties=days[first : first + PAGE_SIZE],
        total=len(days),
        page=min(number(), pages),
        pages=pages,
        area=area,
        areas=in_tree(areas),
        now=at,
    )


def _of_day(held: DutyPresence, names: dict[str, str], zone: ZoneInfo, at: datetime) -> Day:
    place = names.get(held.duty.post, held.duty.post) if held.duty.post else held.duty.name or held.duty.place
    return Day(duty_now(held, zone, at, None), place or held.duty.id)


@blueprint.get("/towns/<town>/weeks/<day:start>/presence")
@may("see_roster")
def presence_of_duty(town: str, start: date) -> ResponseReturnValue:
    """One duty: everybody with what may be recorded now, corrections, and who said what."""
    held = visible(town, start, request.args.get("duty", ""))
    zone, at = town_zone(), store().database.now()
    history: list[tuple[str, Entry]] = []
    if can("see_people"):
        said = store().presence.history(town, start, held.duty.id)
        history = sorted(((p, e) for p, entries in said.items() for e in entries), key=lambda one: one[1].at)
    people = {*(p for p, _entry in history), *(s.person for s in held.team)}
    names = Sayers.of(town, people, {s.position for s in held.team}, [e.by for _person, e in history])
    place = held.duty.name or held.duty.place
    if held.duty.post:
        place = label(store().things.get(town, "posts", held.duty.post).value)
    return render_template(
        "presence.html",
        town=town_or_404(town),
        start=start,
        one=duty_now(held, zone, at, "leader" if can("report_absences") else None),
        place=place,
        names=names,
        history=history,
        zone=zone,
        states=STATES,
        corrections=CHANGES["correct"].to,
        may_correct=can("report_absences") and CHANGES["correct"].in_time(held.duty, at),
        came=CAME,
        at=at.astimezone(zone),
    )


@blueprint.post("/towns/<town>/weeks/<day:start>/presence")
@may("report_absences")
def record_presence(town: str, start: date) -> ResponseReturnValue:
    """A tap, or a correction with its reason."""
    duty = request.form.get("duty", "")
    visible(town, start, duty)
    try:
        store().presence.record(town, start, duty, _said(actor().id, town_zone()))
    except (StoreError, DocumentError) as error:
        tell(error)
    else:
        flash(_("已记录。"), "ok")
    return redirect(url_for("pages.presence_of_duty", town=town, start=start, duty=duty), 303)


def _said(by: str, zone: ZoneInfo) -> Said:
    """What the form says. Raises ApiError (400)."""
    form = request.form
    action = next((a for a in (*TAPS, "correct") if a == form.get("action")), None)
    if action is None:
        raise ApiError("bad_request")
    state = next((s for s in CHANGES["correct"].to if s == form.get("state")), None)
    came, left = local_in(form.get("came_at")), local_in(form.get("left_at"))
    return Said(
        person=form.get("person", ""),
        action=action,
        by=by,
        whose="leader",
        reason=form.get("reason", ""),
        state=_checked(action, state),
        came_at=came and came.replace(tzinfo=zone),
        left_at=left and left.replace(tzinfo=zone),
    )


def _checked(action: Action, state: State | None) -> State | None:
    if action == "correct" and state is None:
        raise ApiError("bad_request")
    return state


@blueprint.post("/towns/<town>/reserves")
@may("edit_data")
def reserves(town: str) -> ResponseReturnValue:
    """Whether new weeks get reserves; the form names the revision that it has seen."""
    revision = request.form.get("revision", "")
    if not (revision.isascii() and revision.isdigit() and len(revision) < 9):
        raise ApiError("bad_request")
    store().reserves.set_policy(town, request.form.get("reserves") == "1", int(revision))
    flash(_("已保存，从下次按编组新建的一周起生效。"), "ok")
    return redirect(url_for("pages.duty_links", town=town), 303)
