"""What an organiser does to a week: make it, throw the draft away."""

from __future__ import annotations

from datetime import date
from typing import Literal

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from api.access import actor, may, store
from api.errors import ApiError, fault, invalid

from .routes import blueprint

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


@blueprint.post("/towns/<town>/weeks/<day:start>/remake")
@may("edit_weeks")
def remake_week(town: str, start: date) -> ResponseReturnValue:
    """A week that has had no roster, made again from the posts as they are staffed now."""
    with store().database.together():
        week = store().weeks.get(town, start)
        if store().rosters.versions(town, start):
            raise ApiError("conflict")
        store().weeks.remove(town, start, week.revision)
        store().weeks.make(town, start, days=week.days)
    flash(_("已按现在的编组重新排出这一周的勤务。"), "ok")
    return redirect(board_url(town, start), 303)


@blueprint.post("/towns/<town>/weeks/<day:start>/discard")
@may("edit_weeks")
def discard(town: str, start: date) -> ResponseReturnValue:
    revision = request.form.get("revision", "")
    if not (revision.isascii() and revision.isdigit()):
        raise invalid([fault("revision", "not_an_integer")])
    store().rosters.discard_draft(town, start, int(revision))
    flash(_("草稿已丢弃。"), "ok")
    return redirect(board_url(town, start), 303)
