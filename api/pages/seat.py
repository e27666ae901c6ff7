"""The panel of a duty, and edits of its seats: each becomes a new state of the draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from api.access import actor, may, scope, store
from api.errors import ApiError, fault, invalid
from api.language import language
from api.rosters import inside
from models.errors import Conflict
from scheduler.problem import Assignment

from .desk import Desk, open_desk
from .routes import blueprint, kept
from .seat_view import Panel, panel, with_choice
from .shifts import person_name

ACTIONS = ("add", "remove", "replace", "pin", "unpin")


def panel_of(desk: Desk) -> Panel | None:
    """The panel that the address asks for with ?duty=, and ?position=, ?person= and ?search= for one seat."""
    index = desk.problem.duty_index.get(request.args.get("duty", ""))
    if index is None or not scope().sees_duty(desk.problem.duties[index]):
        return None
    duty = desk.problem.duties[index]
    said = store().acknowledgements.list(desk.town.id, desk.week.start) if desk.published else []
    absences = store().absences.list(desk.town.id, start=duty.start, end=duty.end)
    shown = panel(
        desk.problem,
        desk.assignments,
        duty,
        language(),
        acknowledged={(a.person, a.duty) for a in said},
        absent={(a.person, duty.id) for a in absences if a.state != "withdrawn"},
    )
    position = request.args.get("position") or next((line.position for line in shown.lines if line.short), None)
    if position is None or not desk.editable:
        return shown
    person, search = request.args.get("person"), request.args.get("search", "")[:100]
    found = with_choice(shown, desk.problem, desk.assignments, position, person, search, language())
    return found if scope().whole else only_of(found, scope().people)


def only_of(shown: Panel, people: frozenset[str]) -> Panel:
    """The panel with nobody to choose from but these people."""
    choice = shown.choice
    if choice is None:
        return shown
    candidates = tuple(c for c in choice.candidates if c.person in people)
    found = tuple(v for v in choice.found if v.person in people)
    return replace(shown, choice=replace(choice, candidates=candidates, found=found, excluded=()))


@blueprint.get("/towns/<town>/weeks/<day:start>/seat")
@may("see_roster")
def seat(town: str, start: date) -> ResponseReturnValue:
    """The panel alone, for a board that is there already."""
    desk = open_desk(town, start)
    found = panel_of(desk)
    if found is None:
        raise ApiError("not_found")
    return render_template("parts/panel.html", desk=desk, panel=found)


@blueprint.post("/towns/<town>/weeks/<day:start>/edits")
@may("edit_rosters")
def edit(town: str, start: date) -> ResponseReturnValue:
    """One change to one seat, on exactly the version that the form was made from."""
    desk = open_desk(town, start)
    form = request.form
    shown = desk.shown
    if str(shown.revision if shown else 0) != form.get("revision") or not desk.editable:
        raise Conflict("roster", start, shown.revision if shown else None)
    changed = edited(desk, desk.assignments, form.get("action", ""), form.get("person", ""), form.get("instead", ""))
    save = store().rosters.save_draft
    if shown is not None and shown.state == "draft":
        save(town, start, changed, origin="edit", by=actor().id, based_on=shown.based_on, revision=shown.revision)
    else:
        save(town, start, changed, origin="edit", by=actor().id, based_on=shown.number if shown else None)
    flash(done(desk, form.get("action", ""), form.get("person", ""), form.get("instead", "")), "ok")
    return redirect(kept("week", version=None, duty=form.get("duty")), 303)


def edited(desk: Desk, assignments: Sequence[Assignment], action: str, person: str, instead: str) -> list[Assignment]:
    """The roster after one action on one seat of the duty and position in the form; raises ApiError (422)."""
    duty, position = request.form.get("duty", ""), request.form.get("position", "")
    index = desk.problem.duty_index.get(duty)
    wrong = []
    if action not in ACTIONS:
        wrong.append(fault("action", "not_one_of", choices=", ".join(ACTIONS)))
    if index is None or desk.problem.duties[index].seat(position) is None:
        wrong.append(fault("position", "unknown_id", id=f"{duty} {position}"))
    for name, id_ in (("person", person), ("instead", instead)):
        if (id_ or name == "person") and id_ not in desk.problem.person_index:
            wrong.append(fault(name, "unknown_id", id=id_))
    if wrong:
        raise invalid(wrong)
    new = [Assignment(person, duty, position)]
    inside(desk.problem, new, new if action in ("add", "replace") else [])
    here = {"add": Assignment(person, duty, position), "replace": Assignment(person, duty, position)}
    leaving = instead if action == "replace" else person
    if action in ("pin", "unpin"):
        return [replace(a, pinned=action == "pin") if (a.person, a.duty) == (person, duty) else a for a in assignments]
    rest = [a for a in assignments if (a.person, a.duty) not in {(leaving, duty), (person, duty)}]
    return [*rest, here[action]] if action in here else rest


def done(desk: Desk, action: str, person: str, instead: str) -> str:
    """What happened, in words."""
    name, other = person_name(desk.problem, person), person_name(desk.problem, instead)
    return {
        "add": _("已安排 %(name)s。", name=name),
        "remove": _("已把 %(name)s 撤下。", name=name),
        "replace": _("已由 %(name)s 换下 %(other)s。", name=name, other=other),
        "pin": _("已锁定 %(name)s，重新生成时不会动。", name=name),
        "unpin": _("已取消锁定 %(name)s。", name=name),
    }[action]
