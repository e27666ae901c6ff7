"""The home page sends everybody to their work; the platform's administrator sees all towns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from api.access import actor, may, public, store, town_or_404
from models.records import RosterHead, Town, Week

from .routes import actor_or_none, blueprint


@dataclass(frozen=True, slots=True)
class Tile:
    """A town at a glance."""

    town: Town
    week: Week | None
    roster: RosterHead | None
    people: int
    posts: int
    weeks: int


@blueprint.get("/")
@public
def home() -> ResponseReturnValue:
    who = actor_or_none()
    if who is None:
        return redirect(url_for("pages.sign_in"))
    if who.town is None:
        return redirect(url_for("pages.towns"))
    return redirect(url_for("pages.town", town=who.town))


@blueprint.get("/towns")
@may("see_roster")
def towns() -> ResponseReturnValue:
    """All towns, for who administers the platform; everybody else has one."""
    who = actor()
    if who.town is not None:
        return redirect(url_for("pages.town", town=who.town))
    return render_template("towns.html", towns=[tile(t) for t in store().towns.list()])


@blueprint.get("/towns/<town>")
@may("see_roster")
def town(town: str) -> ResponseReturnValue:
    """The week that matters now: today's, else the next one, else the latest, else the coming Monday."""
    found = town_or_404(town)
    week = week_of_now(store().weeks.list(town), today(found))
    start = week.start if week else coming_monday(today(found))
    return redirect(url_for("pages.week", town=town, start=start))


def tile(town: Town) -> Tile:
    weeks = store().weeks.list(town.id)
    week = week_of_now(weeks, today(town))
    roster = shown_head(store().rosters.versions(town.id, week.start)) if week else None
    people = store().things.page(town.id, "people", 1, 1).total
    posts = store().things.page(town.id, "posts", 1, 1).total
    return Tile(town, week, roster, people, posts, len(weeks))


def shown_head(versions: list[RosterHead]) -> RosterHead | None:
    """The version that the board shows when nobody asks for another: the draft, else the published one."""
    return next((v for state in ("draft", "published") for v in versions if v.state == state), None)


def today(town: Town) -> date:
    return datetime.now(UTC).astimezone(ZoneInfo(town.zone)).date()


def week_of_now(weeks: list[Week], day: date) -> Week | None:
    ahead = sorted((w for w in weeks if w.start + timedelta(days=w.days) > day), key=lambda w: w.start)
    return ahead[0] if ahead else max(weeks, key=lambda w: w.start, default=None)


def coming_monday(day: date) -> date:
    return day + timedelta(days=7 - day.weekday())
