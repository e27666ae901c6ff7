"""Calendar feeds of posts: made, renewed and ended by organisers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from api.access import may, scope, store, town_or_404
from api.own import make_feed, seen_post

from .people import label, number, search_in
from .routes import blueprint

PAGE_SIZE = 40


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    name: str
    made_at: datetime | None


@dataclass(frozen=True, slots=True)
class Made:
    """An address that is shown this once."""

    name: str
    url: str


@blueprint.get("/towns/<town>/calendars")
@may("issue_links")
def post_calendars(town: str) -> ResponseReturnValue:
    return _page(town)


@blueprint.post("/towns/<town>/posts/<post>/calendar")
@may("issue_links")
def make_post_calendar(town: str, post: str) -> ResponseReturnValue:
    """Answers with the page and not a redirect: the address is nowhere else."""
    seen_post(town, post)
    name = label(store().things.get(town, "posts", post).value)
    return _page(town, Made(name, make_feed(town, "post", post, external=True)))


@blueprint.post("/towns/<town>/posts/<post>/calendar/end")
@may("issue_links")
def end_post_calendar(town: str, post: str) -> ResponseReturnValue:
    seen_post(town, post)
    store().feeds.revoke(town, "post", post)
    flash(_("已停止：这个地址不再更新日历。"), "ok")
    return redirect(url_for("pages.post_calendars", town=town, q=search_in(), page=number()), 303)


def _page(town: str, made: Made | None = None) -> str:
    found = store().things.page(town, "posts", number(), PAGE_SIZE, search_in(), scope().only("posts"))
    since = store().feeds.made(town, "post", [held.value.id for held in found.items])
    zone = ZoneInfo(town_or_404(town).zone)
    rows = [
        Row(held.value.id, label(held.value), at.astimezone(zone) if (at := since.get(held.value.id)) else None)
        for held in found.items
    ]
    return render_template(
        "post_calendars.html",
        town=town_or_404(town),
        rows=rows,
        total=found.total,
        page=found.page,
        pages=max(1, -(-found.total // PAGE_SIZE)),
        search=search_in(),
        made=made,
    )
