"""Somebody cannot come: who, from when to when, up to three ways to go on, accept and publish."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import CombinedMultiDict, MultiDict

from api.access import actor, can, may, scope, store, town_zone
from api.errors import ApiError, fault, invalid
from api.language import language
from api.problems import loaded
from api.publishing import absences_of
from api.repairs import accept, alternatives_of, ask_repair, repair_or_404, told
from api.schemas.repairs import Acceptance, NewRepair
from api.solves import wake_worker
from models.errors import BrokenRules
from models.records import Solve
from scheduler.problem import Assignment, Problem

from .desk import Desk, known, now, open_desk, reports
from .repair_form import Entry, entries, matching, reported
from .repair_seats import hit_by, open_seats, urgent_only
from .repair_view import Message, alternatives
from .routes import blueprint
from .shifts import person_name

REPAIR_SECONDS = 10
REASON_LENGTH = 500


@blueprint.get("/towns/<town>/weeks/<day:start>/repair")
@may("report_absences")
def repair(town: str, start: date) -> ResponseReturnValue:
    """The form; with ?part=found only who is found, as somebody types."""
    desk = open_desk(town, start)
    if request.args.get("part") == "found":
        search = request.args.get("q", "")[:100]
        return render_template("parts/repair_found.html", desk=desk, found=_found(desk, search, ()), search=search)
    return _form(desk)


@blueprint.post("/towns/<town>/weeks/<day:start>/repair")
@may("report_absences")
def start_repair(town: str, start: date) -> ResponseReturnValue:
    """Report what the form adds, then, for who may, ask for a repair of everything that it ticks.

    Where all that is hit begins within two hours nobody is moved any more: people are called out.
    """
    desk = open_desk(town, start)
    if desk.published is None:
        raise ApiError("nothing_to_do")
    added = _entries(desk)
    if any(e.span is None or e.span[0] >= e.span[1] for e in added):
        return _form(desk, _("“到”要晚于“从”。")), 422
    listed = {a.id: a for a in reports(desk)}
    absences = [listed[id_] for id_ in request.form.getlist("absence") if id_ in listed]
    if not absences and not added:
        return _form(desk, _("先选出谁来不了。")), 422
    reason = request.form.get("reason", "").strip()[:REASON_LENGTH]
    with store().database.together():
        for entry in added:
            assert entry.span is not None
            absences.append(store().absences.report(town, entry.person, *entry.span, reason, by=actor().id))
        if not can("repair"):
            flash(_("已登记，等调度员或组织者安排。"), "ok")
            return redirect(url_for("pages.week", town=town, start=start), 303)
        seats = hit_by(desk, [(a.person, a.start, a.end) for a in absences])
        if urgent_only(seats, now()) and not request.form.get("repair"):
            first = next(hit for hit in seats if hit.duty.end > now())
            where = url_for("pages.callout_form", town=town, start=start, duty=first.duty.id,
                            position=first.position, instead=first.person)  # fmt: skip
            return redirect(where, 303)
        asked = NewRepair(seconds=REPAIR_SECONDS)
        solve, _joined = ask_repair(town, start, absences, asked, actor().id)
    wake_worker()
    return redirect(url_for("pages.repaired", town=town, start=start, solve=solve.id), 303)


@blueprint.get("/towns/<town>/weeks/<day:start>/repair/<solve>")
@may("repair")
def repaired(town: str, start: date, solve: str) -> ResponseReturnValue:
    """A repair under way, or its alternatives."""
    return _answer(town, start, solve)


@blueprint.post("/towns/<town>/weeks/<day:start>/repair/<solve>/accept")
@may("repair")
def accept_repair(town: str, start: date, solve: str) -> ResponseReturnValue:
    """Make an alternative the draft, or publish it at once and tell those whom it moves."""
    form = request.form
    number = form.get("alternative", "")
    if not (number.isascii() and number.isdigit() and 1 <= int(number) <= 9):
        raise invalid([fault("alternative", "not_an_integer")])
    publish = form.get("then") == "publish"
    reason = form.get("reason", "").strip()[:REASON_LENGTH] or None
    choice = Acceptance(int(number), publish, reason, replace_draft=bool(form.get("replace_draft")))
    found = repair_or_404(town, solve)
    try:
        version = accept(town, found, choice)
    except BrokenRules:
        return _answer(town, start, solve, _("这个方案违反硬性规则；要照样发布，请写明理由。")), 422
    flash(_said(version.number, form.get("told", "")) if publish else _("已放进草稿，还没有发布。"), "ok")
    return redirect(url_for("pages.week", town=town, start=start), 303)


def drop_out_address(town: str, person: str) -> str:
    """Where this person's drop-out is entered: in the week of today, else in the next one; empty when there is none."""
    today = now().astimezone(town_zone()).date()
    ahead = [w.start for w in store().weeks.list(town) if w.start + timedelta(days=w.days) > today]
    return url_for("pages.repair", town=town, start=min(ahead), person=person) if ahead else ""


@blueprint.record_once
def install(state: BlueprintSetupState) -> None:
    """Pages about a person lead here."""
    state.app.jinja_env.globals["drop_out_address"] = drop_out_address


def _said(number: int, told: str) -> str:
    said = _("已发布 v%(number)s。", number=number)
    count = int(told) if told.isascii() and told.isdigit() and len(told) < 6 else 0
    if not count:
        return said
    return said + ngettext("已通知受影响的 %(num)d 人。", "已通知受影响的 %(num)d 人。", count)


def _values() -> MultiDict[str, str]:
    return CombinedMultiDict([request.args, request.form]) if request.method == "POST" else request.args


def _entries(desk: Desk) -> list[Entry]:
    served = known(desk.problem, desk.published.assignments) if desk.published else ()
    return entries(_own(desk), served, _values(), now(), language())


def _own(desk: Desk) -> Problem:
    """The problem with the people for whom the reader may speak."""
    return scope().loads(desk.problem, ())[0]


def _found(desk: Desk, search: str, rows: tuple[Entry, ...] | list[Entry]) -> list[tuple[str, str, str]]:
    return matching(_own(desk), search, [e.person for e in rows])


def _form(desk: Desk, trouble: str = "") -> str:
    values = _values()
    served = known(desk.problem, desk.published.assignments) if desk.published else ()
    rows = _entries(desk)
    listed = reported(desk.problem, served, reports(desk), language())
    ticked = set(values.getlist("absence")) if "sent" in values else {r.absence.id for r in listed if r.hits}
    search = "" if "add" in values else values.get("q", "")[:100]
    return render_template(
        "repair.html",
        desk=desk,
        entries=rows,
        reported=listed,
        ticked=ticked,
        search=search,
        found=_found(desk, search, rows),
        trouble=trouble,
        latest=_latest(desk),
        now=now(),
    )


def _latest(desk: Desk) -> Solve | None:
    """A repair of this week that is under way."""
    return next((s for s in store().solves.under_way(desk.town.id, desk.week.start) if s.kind == "repair"), None)


def _answer(town: str, start: date, solve_id: str, trouble: str = "") -> str:
    solve = repair_or_404(town, solve_id)
    if solve.week != start:
        raise ApiError("not_found")
    desk = open_desk(town, start)
    listed = alternatives_of(town, solve) if solve.over else None
    problem = loaded(store().solves.problem(town, solve.id))
    result = store().solves.result(town, solve.id) if solve.over else None
    spans = absences_of(town, solve.id)
    absent = {a["person"] for a in spans}
    shown = alternatives(problem, problem.baseline, listed or [], absent, language(), _telling(desk, absent))
    away = [(a["person"], *(datetime.fromisoformat(a[k]) for k in ("start", "end"))) for a in spans]
    seats = hit_by(desk, away) if solve.over else []
    return render_template(
        "repaired.html",
        desk=desk,
        solve=solve,
        spans=[_span(problem, a) for a in spans],
        alternatives=shown,
        seconds=result["seconds"] if result else None,
        trouble=trouble,
        open_seats=open_seats(desk, seats, language(), now()),
    )


def _telling(desk: Desk, absent: set[str]) -> Callable[[Sequence[Assignment]], tuple[Message, ...]]:
    """What adopting an alternative would tell people and groups, word for word; who said so themselves comes last."""

    def said(after: Sequence[Assignment]) -> tuple[Message, ...]:
        assert desk.published is not None
        sent = sorted(told(desk.town.id, desk.published, after), key=lambda m: m.to.partition(":")[2] in absent)
        to = [(m.to.partition(":"), m.text) for m in sent]
        named = ((person_name(desk.problem, id_) if noun == "person" else "", text) for (noun, _colon, id_), text in to)
        return tuple(Message(name, text) for name, text in named)

    return said if desk.published is not None else lambda _after: ()


def _span(problem: Problem, absence: dict[str, str]) -> tuple[str, datetime, datetime]:
    index = problem.person_index.get(absence["person"])
    name = absence["person"] if index is None else problem.people[index].name
    start, end = (datetime.fromisoformat(absence[k]).astimezone(problem.tz) for k in ("start", "end"))
    return name, start, end
