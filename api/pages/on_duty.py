"""Who is on duty now: for roles that have signed in, and by a duty link for who has no account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from api.access import actor, can, may, public, scope, store, town_or_404
from api.errors import ApiError
from api.presence import NOTES_FOR, below, in_area, seen_post
from api.security import csrf
from api.sentences import sentence
from api.store_errors import translated
from models.duty_links import DutyLink
from models.errors import StoreError
from models.presence import Said
from models.presence_states import AFTERWARDS, Action, Whose
from models.privacy import masked
from models.records import Town
from scheduler.document import DocumentError
from scheduler.problem import Area, Duty, Post

from .areas import in_tree
from .on_duty_view import PostNow, people_on, posts_now, totals
from .people import label, number
from .routes import blueprint, day_in, say
from .sayers import Sayers

PAGE_SIZE = 30
"""Posts."""
FEW = 6
"""With no more posts than this all of them are open, not folded."""
AHEAD = timedelta(hours=24)
TAPS: tuple[Action, ...] = ("arrive", "leave", "miss", "excuse")


@dataclass(frozen=True, slots=True)
class Looker:
    """Who looks at the page, and what they may see and do there."""

    town: Town
    area: str | None
    post: str | None
    whose: Whose | None
    """A leader may record presence and leave notes; None reads."""
    sees: Callable[[Duty], bool]
    sees_post: Callable[[Post], bool]
    link: DutyLink | None = None
    token: str = ""

    def url(self, what: str, **values: object) -> str:
        """The address of this page (`now`), or where its forms go (`now_presence`, `now_note`)."""
        if self.link is not None:
            return url_for(f"pages.{what}_by_link", token=self.token, **values)  # type: ignore[arg-type]
        return url_for(f"pages.{what}", town=self.town.id, **values)  # type: ignore[arg-type]

    def phone(self, sayers: Sayers, person: str) -> str:
        """The number as this looker may see it: whole for a leader's link, masked for accounts, none otherwise."""
        if self.link is None:
            return masked(sayers.phone(person))
        return sayers.phone(person) if self.link.kind == "lead" else ""


@blueprint.get("/towns/<town>/now")
@may("see_roster")
def now(town: str) -> ResponseReturnValue:
    return page(_account(town))


@blueprint.post("/towns/<town>/now/presence")
@may("report_absences")
def now_presence(town: str) -> ResponseReturnValue:
    return record(_account(town), actor().id)


@blueprint.post("/towns/<town>/now/note")
@may("report_absences")
def now_note(town: str) -> ResponseReturnValue:
    return note(_account(town), actor().id)


@blueprint.get("/now/<token>")
@public
def now_by_link(token: str) -> ResponseReturnValue:
    """Without an account: the duty link says what may be seen, and whether presence may be recorded."""
    response = make_response(page(_by_link(token)))
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.post("/now/<token>/presence")
@public
@csrf.exempt
def now_presence_by_link(token: str) -> ResponseReturnValue:
    """No CSRF token: nobody can forge this call without the secret that stands in its address."""
    looker = _leading(token)
    assert looker.link is not None
    return record(looker, f"link:{looker.link.id}")


@blueprint.post("/now/<token>/note")
@public
@csrf.exempt
def now_note_by_link(token: str) -> ResponseReturnValue:
    looker = _leading(token)
    assert looker.link is not None
    return note(looker, f"link:{looker.link.id}")


def opened(token: str) -> tuple[Town, DutyLink]:
    """What a duty link leads to. Raises ApiError (410)."""
    found = store().duty_links.open(token)
    if found is None:
        raise ApiError("gone", text=sentence("bad_duty_link"))
    return found


def _account(town: str) -> Looker:
    area = request.args.get("area") or None
    wanted, seen = in_area(town, area), scope()
    inside = None if area is None else below(town, area)
    return Looker(
        town_or_404(town),
        area,
        None,
        "leader" if can("report_absences") else None,
        lambda duty: seen.sees_duty(duty) and wanted(duty),
        lambda post: seen.sees("posts", post) and (inside is None or post.area in inside),
    )


def _by_link(token: str) -> Looker:
    town, link = opened(token)
    if link.kind == "screen":
        raise ApiError("gone", text=sentence("bad_duty_link"))
    inside = None if link.area is None else below(town.id, link.area)
    return Looker(
        town,
        link.area,
        link.post,
        "leader" if link.kind == "lead" else None,
        in_area(town.id, link.area, link.post),
        lambda post: post.id == link.post if link.post else inside is None or post.area in inside,
        link,
        token,
    )


def _leading(token: str) -> Looker:
    """The holder of a leader's link. Raises ApiError (410, 403)."""
    looker = _by_link(token)
    if looker.whose is None:
        raise ApiError("not_allowed")
    return looker


def page(looker: Looker) -> str:
    """Posts in the order of the tree, in pages; the figures are over all of them."""
    at, zone = store().database.now(), ZoneInfo(looker.town.zone)
    with store().moment():
        found = store().presence.during(looker.town.id, at - AFTERWARDS, at + AHEAD, looker.sees)
        areas = [a for a in store().things.all(looker.town.id, "areas") if isinstance(a, Area)]
        everything = posts_now(found, _named(looker, areas), zone, at, looker.whose)
        shown, pages = _shown(everything)
        notes = store().handover.latest(looker.town.id, {p.id for p in shown if p.id}, at - NOTES_FOR)
        said = [n.by for listed in notes.values() for n in listed]
        duties = [d for p in shown for d in (*p.now, *p.leaving, *p.coming)]
        positions = {m.standing.position for d in duties for m in d.team}
        names = Sayers.of(looker.town.id, people_on(shown), positions, said)
    return render_template(
        "on_duty.html",
        town=looker.town,
        looker=looker,
        posts=shown,
        notes=notes,
        names=names,
        totals=totals(everything),
        all_posts=sum(bool(p.id) for p in everything),
        at=at.astimezone(zone),
        areas=[] if looker.link else [(a, depth) for a, depth in in_tree(areas) if _sees_area(a)],
        page=min(number(), pages),
        pages=pages,
        few=len(shown) <= FEW,
        zone=zone,
    )


def _sees_area(area: Area) -> bool:
    return scope().sees("areas", area)


def _named(looker: Looker, areas: list[Area]) -> dict[str, tuple[str, str]]:
    """Post → its name and its area's, in the order of the tree of areas."""
    place = {area.id: (n, label(area)) for n, (area, _depth) in enumerate(in_tree(areas))}
    posts = [p for p in store().things.all(looker.town.id, "posts") if isinstance(p, Post) and looker.sees_post(p)]
    posts.sort(key=lambda p: place.get(p.area or "", (-1, ""))[0])
    return {p.id: (label(p), place.get(p.area or "", (-1, ""))[1]) for p in posts}


def _shown(posts: list[PostNow]) -> tuple[list[PostNow], int]:
    """The posts of the page that is asked for, perhaps only those where somebody is missing; how many pages."""
    if request.args.get("only") == "missing":
        posts = [p for p in posts if p.missing]
    pages = max(1, -(-len(posts) // PAGE_SIZE))
    first = (min(number(), pages) - 1) * PAGE_SIZE
    return posts[first : first + PAGE_SIZE], pages


def record(looker: Looker, by: str) -> ResponseReturnValue:
    """A leader's tap. What cannot be recorded is said on the page, and nothing is lost."""
    week, duty = day_in(request.form.get("week")), request.form.get("duty", "")
    action = next((a for a in TAPS if a == request.form.get("action")), None)
    if week is None or action is None:
        raise ApiError("bad_request")
    if not looker.sees(store().presence.of(looker.town.id, week, duty).duty):
        raise ApiError("not_found")
    said = Said(
        person=request.form.get("person", ""),
        action=action,
        by=by,
        whose="leader",
        reason=request.form.get("reason", ""),
    )
    try:
        store().presence.record(looker.town.id, week, duty, said)
    except (StoreError, DocumentError) as error:
        tell(error)
    return back(looker)


def note(looker: Looker, by: str) -> ResponseReturnValue:
    """A note for the next shift at a post."""
    post, text = request.form.get("post", ""), request.form.get("text", "")
    found = store().things.get(looker.town.id, "posts", post).value
    if looker.link is None:
        seen_post(looker.town.id, post)
    elif not isinstance(found, Post) or not looker.sees_post(found):
        raise ApiError("not_found")
    try:
        store().handover.write(looker.town.id, post, text, by)
    except DocumentError as error:
        tell(error)
    else:
        flash(_("已留言，下一班会看到。"), "ok")
    return back(looker)


def tell(error: Exception) -> None:
    """Why nothing was recorded, in words, on the next page. Whatever is no refusal goes on being raised."""
    found = translated(error)
    if found.code == "not_found":
        raise found
    flash(" ".join(say(fault.text) for fault in found.faults) or say(found.sentence()), "warning")


def back(looker: Looker) -> ResponseReturnValue:
    """To the same post on the same page."""
    kept = {name: request.args[name] for name in ("area", "page", "only") if name in request.args}
    post = request.form.get("at", "")
    return redirect(looker.url("now", **kept, _anchor=f"post-{post}" if post else None), 303)
