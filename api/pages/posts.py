"""Posts in one step, as dialogs and pages: one opened for tonight, many staffed, one closed; last week copied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from api.access import actor, can, may, needs, store, town_or_404, town_zone
from api.errors import ApiError
from api.language import language
from api.schemas.staffing import PARTS, Opening
from api.solves import wake_worker
from api.staffing import draft_from_published, fill, inside_week, open_post
from models.staffing import Closing
from models.staffing_plans import Choice, WeekPlan
from scheduler.document import DocumentError
from scheduler.problem import Post, Problem

from .areas import in_tree, posts_in_order
from .desk import now, open_desk
from .routes import blueprint, day_in, is_part, local_in
from .shifts import Kind, kind_of, person_name, place_name
from .stale_weeks import posts_made_of

EVENING, MORNING = time(20), time(6)
"""The hours that an opening begins with: tonight."""


@dataclass(frozen=True, slots=True)
class Freed:
    """Somebody who loses a duty."""

    name: str
    start: datetime
    kind: Kind
    place: str


@blueprint.get("/towns/<town>/weeks/<day:start>/posts/open")
@may("edit_data")
def open_post_form(town: str, start: date) -> ResponseReturnValue:
    return _opening(town, start, {})


@blueprint.post("/towns/<town>/weeks/<day:start>/posts/open")
@may("edit_data")
def open_one_post(town: str, start: date) -> ResponseReturnValue:
    """A post with duties in this week; then a search for people, or the panel of its first duty."""
    needs("edit_rosters")
    form, zone = request.form, town_zone()
    begin, end = (t and t.replace(tzinfo=zone) for t in (local_in(form.get("start")), local_in(form.get("end"))))
    if begin is None or end is None:
        return _opening(town, start, form, [_("请填写从几点到几点。")]), 422
    hours = next((h for h in PARTS if str(h) == form.get("part_hours")), None)
    asked = Opening(form.get("name", "")[:200], form.get("area") or None, form.get("template", ""), begin, end, hours)
    try:
        post, duties = open_post(town, start, asked)
    except (ApiError, DocumentError) as error:
        return _opening(town, start, form, [fault.text.in_language(language()) for fault in error.faults]), 422
    flash(_("已开“%(name)s”，%(count)s 班。", name=post.name, count=len(duties)), "ok")
    if form.get("then") == "fill" and can("repair"):
        solve = fill(town, start, [d.id for d in duties], actor().id)
        if solve is not None:
            wake_worker()
            return redirect(url_for("pages.repaired", town=town, start=start, solve=solve.id), 303)
    draft_from_published(town, start, actor().id)
    return redirect(url_for("pages.week", town=town, start=start, duty=duties[0].id), 303)


def _opening(town: str, start: date, form: object, trouble: Sequence[str] = ()) -> str:
    desk = open_desk(town, start)
    first = now().astimezone(desk.zone).date()
    first = first if desk.week.start <= first <= desk.ends else desk.week.start
    begin = datetime.combine(first, EVENING)
    return render_template(
        "parts/open_post.html" if is_part() else "open_post.html",
        desk=desk,
        form=form,
        trouble=trouble,
        areas=in_tree(desk.problem.areas),
        templates=store().things.all(town, "staffing_templates"),
        begin=begin,
        end=datetime.combine(first + timedelta(days=1), MORNING),
        parts=PARTS,
        fillable=desk.published is not None and can("repair"),
    )


@blueprint.get("/towns/<town>/weeks/<day:start>/posts/close")
@may("edit_data")
def close_post(town: str, start: date) -> ResponseReturnValue:
    """Which post and from when; with both in the address also what that would end and whom it frees."""
    return _closing(town, start)


@blueprint.post("/towns/<town>/weeks/<day:start>/posts/close")
@may("edit_data")
def close_one_post(town: str, start: date) -> ResponseReturnValue:
    needs("edit_rosters")
    moment = local_in(request.form.get("moment"))
    at = moment and moment.replace(tzinfo=town_zone())
    post = request.form.get("post", "")
    if at is None or inside_week(town, start, at):
        return _closing(town, start, _("请选这一周之内的时间。")), 422
    found = store().staffing.close(town, post, at, by=actor().id)
    duties = sum(len(c.go) for c in found)
    people = len({a.person for c in found for a in c.freed})
    flash(_("已关闭：取消 %(duties)s 班，%(people)s 人不用再来。", duties=duties, people=people), "ok")
    return redirect(url_for("pages.week", town=town, start=start), 303)


def _closing(town: str, start: date, trouble: str = "") -> str:
    desk = open_desk(town, start)
    values = request.values
    moment, post = local_in(values.get("moment")), values.get("post", "")
    posts = _open_posts(desk.problem)
    found: tuple[Closing, ...] | None = None
    if moment is not None and any(p.id == post for p in posts):
        at = moment.replace(tzinfo=desk.zone)
        faults = inside_week(town, start, at)
        trouble = trouble or (faults[0].text.in_language(language()) if faults else "")
        found = None if faults else store().staffing.closing(town, post, at)
    freed = [f for c in found or () for f in _freed(desk.problem, c, language())]
    local = now().astimezone(desk.zone).replace(tzinfo=None, second=0, microsecond=0)
    first, last = datetime.combine(start, time()), datetime.combine(desk.ends, time(23, 59))
    return render_template(
        "parts/close_post.html" if is_part() else "close_post.html",
        desk=desk,
        posts=posts,
        post=post,
        moment=moment or min(max(local, first), last),
        found=found,
        freed=freed,
        trouble=trouble,
    )


def _open_posts(problem: Problem) -> list[Post]:
    """The posts that have a duty in the week."""
    used = {d.post for d in problem.duties}
    return [p for p in posts_in_order(problem) if p.id in used]


def _freed(problem: Problem, closing: Closing, lang: str) -> list[Freed]:
    duties = {d.id: d for d in closing.go}
    found = [
        Freed(
            person_name(problem, a.person),
            duties[a.duty].start.astimezone(problem.tz),
            kind_of(duties[a.duty], problem.tz),
            place_name(problem, duties[a.duty], lang),
        )
        for a in closing.freed
    ]
    return sorted(found, key=lambda f: (f.start, f.name))


@blueprint.get("/towns/<town>/weeks/<day:start>/posts/staffing")
@may("edit_data")
def restaff(town: str, start: date) -> ResponseReturnValue:
    """Which posts, template, pattern and day; with ?preview=1 what comes and goes."""
    return _restaffing(town, start)


@blueprint.post("/towns/<town>/weeks/<day:start>/posts/staffing")
@may("edit_data")
def restaff_posts(town: str, start: date) -> ResponseReturnValue:
    needs("edit_rosters")
    choice = _choice(town)
    if choice is None:
        return _restaffing(town, start), 422
    try:
        plans = store().staffing.apply(town, start, choice, by=actor().id)
    except DocumentError as error:
        return _restaffing(town, start, [fault.text.in_language(language()) for fault in error.faults]), 422
    flash(_("已给 %(count)s 个点位套用编组。", count=len(plans[0].posts)), "ok")
    changed = sum(plan.any for plan in plans[1:])
    if changed:
        flash(_("以后的 %(count)s 周也改了，各自在草稿里，发布后才算数。", count=changed), "ok")
    return redirect(url_for("pages.week", town=town, start=start), 303)


def _choice(town: str) -> Choice | None:
    """What the form chooses; None while it is not complete. An empty template: the posts stay staffed as they are."""
    values = request.values
    first, posts = day_in(values.get("first_day")), _ticked(town)
    template, pattern = values.get("template"), values.get("pattern")
    if first is None or not posts or template is None or (template and not pattern):
        return None
    onwards = values.get("reach") == "onwards"
    return Choice(posts, template or None, pattern if template else None, first, onwards)


def _ticked(town: str) -> tuple[str, ...]:
    """The posts that are ticked, else those that ?made_of= names by the template or pattern that staffs them."""
    made_of = request.args.get("made_of", "")
    return tuple(request.values.getlist("post")) or (posts_made_of(town, made_of) if made_of else ())


def _restaffing(town: str, start: date, trouble: Sequence[str] = ()) -> str:
    desk, values = open_desk(town, start), request.values
    choice = _choice(town)
    plans: tuple[WeekPlan, ...] = ()
    if choice is None and "preview" in values:
        trouble = [_("先勾选点位，再选编组、班制和日期。")]
    if choice is not None and not trouble:
        try:
            plans = store().staffing.plan(town, start, choice)
        except DocumentError as error:
            trouble = [fault.text.in_language(language()) for fault in error.faults]
    area = values.get("area", "")
    below = desk.problem.area_and_below.get(area)
    today = now().astimezone(desk.zone).date()
    return render_template(
        "restaff.html",
        desk=desk,
        posts=[p for p in posts_in_order(desk.problem) if below is None or p.area in below],
        ticked=set(_ticked(town)),
        areas=in_tree(desk.problem.areas),
        area=area,
        templates=store().things.all(town, "staffing_templates"),
        patterns=store().things.all(town, "shift_patterns"),
        values=values,
        first_day=day_in(values.get("first_day")) or min(max(today, start), desk.ends),
        plans=plans,
        by_post=_by_post(plans),
        freed={plan.week: _times(person_name(desk.problem, a.person) for a in plan.freed) for plan in plans},
        trouble=trouble,
    )


def _times(names: Iterable[str]) -> list[str]:
    """Each name once, with how many times it is there where that is more than once."""
    return [name if count == 1 else f"{name}×{count}" for name, count in Counter(names).items()]


def _by_post(plans: Sequence[WeekPlan]) -> dict[str, tuple[int, int]]:
    """Post → least heads that come and go in all weeks."""
    found: dict[str, tuple[int, int]] = {}
    for post in (p for plan in plans for p in plan.posts):
        come, go = found.get(post.post, (0, 0))
        found[post.post] = (come + post.seats[0], go + post.seats[1])
    return found


@blueprint.post("/towns/<town>/weeks/<day:start>/copy")
@may("edit_weeks")
def copy_last_week(town: str, start: date) -> ResponseReturnValue:
    """The people of the week before as this week's first draft."""
    town_or_404(town)
    number = store().weeks.copy_people(town, start, by=actor().id)
    flash(_("已照搬上一周的人，放在草稿 v%(number)s。", number=number), "ok")
    return redirect(url_for("pages.week", town=town, start=start), 303)
