"""All versions of a week: who made each when and why, what it changed, and the way back to any of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from api.access import actor, may, scope, store
from api.errors import ApiError, fault, invalid
from api.problems import problem_for
from api.rosters import version_of
from models.errors import Conflict
from models.records import RosterHead
from scheduler import diff
from scheduler.text import Text

from .audit import Who
from .desk import Desk, open_desk
from .routes import blueprint

SHOWN = 12
"""Versions on one page: what changed is worked out for each."""
MOST_CHANGES = 200


@dataclass(frozen=True, slots=True)
class Step:
    """A version, what it changed against the one before it in force, and whether one can go back to it."""

    head: RosterHead
    by: str
    against: int | None
    people: int
    changes: tuple[Text, ...]
    back: bool


@blueprint.get("/towns/<town>/weeks/<day:start>/versions")
@may("see_roster")
def versions(town: str, start: date) -> ResponseReturnValue:
    desk = open_desk(town, start)
    text = request.args.get("page", "1")
    page = max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    heads = desk.versions[(page - 1) * SHOWN : page * SHOWN]
    pages = max(1, -(-len(desk.versions) // SHOWN))
    return render_template("versions.html", desk=desk, steps=steps(desk, heads), page=page, pages=pages)


@blueprint.post("/towns/<town>/weeks/<day:start>/versions/<number>/restore")
@may("edit_weeks")
def restore(town: str, start: date, number: str) -> ResponseReturnValue:
    """Make a draft that is as this version was; the look before publishing follows."""
    desk = open_desk(town, start)
    seen = request.form.get("draft", "")
    if not (seen == "" or (seen.isascii() and seen.isdigit() and len(seen) < 10)):
        raise invalid([fault("draft", "not_an_integer")])
    if (str(desk.draft.number) if desk.draft else "") != seen:
        flash(_("草稿刚刚有人改过，没有替换。请再看一次。"), "error")
        return redirect(url_for("pages.versions", town=town, start=start), 303)
    base = version_of(town, start, number)
    there = {duty.value.id for duty in store().weeks.duties(town, start)}
    kept = [a for a in base.assignments if a.duty in there and a.person in desk.problem.person_index]
    try:
        draft = store().rosters.save_draft(
            town, start, kept, origin="edit", by=actor().id, based_on=base.number, replace=desk.draft is not None
        )
    except Conflict:
        raise ApiError("conflict") from None
    lost = len(base.assignments) - len(kept)
    said = _("草稿 v%(draft)s 与 v%(number)s 相同。", draft=draft.number, number=base.number)
    gone = _("其中 %(count)s 个席位的人或勤务已不在，没有恢复。", count=lost) if lost else ""
    flash(said + gone, "ok")
    return redirect(url_for("pages.publish_form", town=town, start=start), 303)


def steps(desk: Desk, heads: tuple[RosterHead, ...]) -> list[Step]:
    """Each against the version that was in force before it."""
    names, found = Who(), []
    for head in heads:
        before = _before(desk, head)
        changes, people = _changes(desk, head, before)
        by = head.published_by or head.created_by or ""
        against = None if before is None else before.number
        back = head.state == "superseded"
        found.append(Step(head, names.actor(desk.town.id, by) if by else "", against, people, changes, back))
    return found


def _before(desk: Desk, head: RosterHead) -> RosterHead | None:
    """The version in force when this one was published; for a draft the one in force now."""
    others = [v for v in desk.versions if v.published_at is not None and v.number != head.number]
    if head.published_at is not None:
        others = [v for v in others if v.published_at and v.published_at < head.published_at]
    return max(others, key=lambda v: v.published_at or v.created_at, default=None)


def _changes(desk: Desk, head: RosterHead, before: RosterHead | None) -> tuple[tuple[Text, ...], int]:
    if before is None:
        return (), 0
    one, other = (store().rosters.get(desk.town.id, desk.week.start, h.number) for h in (before, head))
    problem = problem_for(desk.town.id, desk.week.start, other, one)
    seen = [scope().assignments(version.assignments, version.duties) for version in (one, other)]
    difference = diff.compare(problem, *seen)
    return tuple(c.text(problem) for c in difference.changes[:MOST_CHANGES]), difference.people


