"""What can be taken out of a week: workbooks, pages to print, text and picture for a group chat, hours."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeVar, cast

import marshmallow as ma
from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from api.access import can, may, scope, store, town_or_404
from api.errors import ApiError, invalid
from api.messages import faults_of
from api.schemas.exports import Asked, HoursAsked, LedgerQuery, SheetQuery, View
from models.records import RosterHead, RosterVersion, Week
from scheduler.document import Fault

from .areas import in_tree
from .desk import asked_for
from .home import shown_head, today
from .people import label
from .routes import blueprint
from .sheets import chat, files, words
from .sheets.asked import Given, given, refuse_whole_town
from .sheets.layout import day_table, without_empty_remarks
from .sheets.table import Table, density

Loaded = TypeVar("Loaded")
BY: dict[str, View] = {"post": "posts", "unit": "units", "people": "people"}
NOT_ASKED = ("version", "by")
"""Parameters of pages that are no part of a question for sheets."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the forms offer, as far as the reader sees it: pairs of id and name."""

    posts: tuple[tuple[str, str], ...]
    areas: tuple[tuple[str, str], ...]
    units: tuple[tuple[str, str], ...]


@blueprint.get("/towns/<town>/weeks/<day:start>/export")
@may("see_roster")
def export(town: str, start: date) -> ResponseReturnValue:
    """The choice of everything that can be taken out."""
    week = store().weeks.get(town, start)
    return render_template(
        "export.html",
        town=town_or_404(town),
        week=week,
        head=head_of(town, start),
        choices=choices(town),
        whole=not scope().whole or can("export"),
        first=week.start.replace(day=1),
        last=min(week.start + timedelta(days=week.days - 1), today(town_or_404(town))),
    )


@blueprint.get("/towns/<town>/weeks/<day:start>/export/sheet.xlsx")
@may("see_roster")
def sheet_file(town: str, start: date) -> Response:
    """As the API gives it; what is wrong is said on a page."""
    asked = sheets_asked()
    refuse_whole_town(asked)
    return files.of_sheets(given(town, start, version_shown(town, start), asked), asked)


@blueprint.get("/towns/<town>/export/hours.xlsx")
@may("see_people")
def hours_file(town: str) -> Response:
    """As the API gives it; what is wrong is said on a page."""
    return files.of_hours(town, query(LedgerQuery(), HoursAsked))


@blueprint.get("/towns/<town>/weeks/<day:start>/print")
@may("see_roster")
def print_sheets(town: str, start: date) -> ResponseReturnValue:
    """One page a post, or a unit."""
    by = request.args.get("by", "post")
    asked = replace(sheets_asked(), view=BY.get(by, "posts"))
    found = given(town, start, version_shown(town, start), asked)
    made = files.tables_of(found)
    return render_template(
        "print_sheets.html",
        found=found,
        tables=made if len(made) == 1 else made[1:],
        asked=asked,
        density=density,
        by=by,
        week=store().weeks.get(town, start),
        choices=choices(town),
    )


@blueprint.get("/towns/<town>/weeks/<day:start>/share")
@may("see_roster")
def share(town: str, start: date) -> ResponseReturnValue:
    """Text and picture of one post's week, or of one day."""
    offered, week = choices(town), store().weeks.get(town, start)
    asked = sheets_asked()
    if asked.post is None and asked.day is None and asked.area is None and offered.posts:
        asked = replace(asked, post=offered.posts[0][0])
    if asked.post is None and asked.day is None:
        asked = replace(asked, day=_nearest(week, today(town_or_404(town))))
    found = given(town, start, version_shown(town, start), replace(asked, phones="none"), why=False)
    texts, table = shared(found, asked, offered)
    return render_template(
        "share.html", found=found, texts=texts, table=table, asked=asked, week=week, choices=offered, days=_days(week)
    )


def shared(found: Given, asked: Asked, offered: Choices) -> tuple[list[str], Table | None]:
    """The messages and the table of a post's week or of one day; a post of which nothing is on has no table."""
    if asked.post is not None:
        if not found.duties:
            return [], None
        return chat.of_post(found.duties[0], found.heading), without_empty_remarks(files.tables_of(found)[0])
    assert asked.day is not None
    place = dict(offered.areas).get(asked.area or "", "").strip()
    lang, named = found.heading.lang, found.heading.town
    where = f"{named}{place}" if lang == "zh" else f"{named} {place}".strip()
    title = words.titled(where, words.SHEET.in_language(lang), words.day_in_title(asked.day, lang), lang)
    table = without_empty_remarks(day_table(found.duties, found.heading, title))
    return chat.of_day(found.duties, found.heading, title), table


def head_of(town: str, start: date) -> RosterHead | None:
    """The version that ?version= names, else the draft, else the published one."""
    versions = store().rosters.versions(town, start)
    return asked_for(tuple(versions)) or shown_head(list(versions))


def version_shown(town: str, start: date) -> RosterVersion:
    """Raises ApiError (404) while there is no roster."""
    head = head_of(town, start)
    if head is None:
        raise ApiError("no_roster_yet")
    return store().rosters.get(town, start, head.number)


def sheets_asked() -> Asked:
    """What the address asks for. Raises ApiError (422)."""
    return query(SheetQuery(), Asked, NOT_ASKED)


def query(schema: ma.Schema, _kind: type[Loaded], without: Collection[str] = ()) -> Loaded:
    """The address's parameters by a schema of the API. Raises ApiError (422) with all faults."""
    sent: dict[str, Any] = {k: v for k, v in request.args.items() if k not in without}
    try:
        return cast(Loaded, schema.load(sent))
    except ma.ValidationError as error:
        raise invalid(Fault(*parts) for parts in faults_of({"query": error.messages})) from None


def choices(town: str) -> Choices:
    """Posts and areas in the order of the tree, units as they are listed."""
    only = {noun: scope().only(noun) for noun in ("posts", "areas")}
    areas: Any = [a for a in store().things.all(town, "areas") if only["areas"] is None or a.id in only["areas"]]
    posts: Any = [p for p in store().things.all(town, "posts") if only["posts"] is None or p.id in only["posts"]]
    place = {area.id: n for n, (area, _) in enumerate(in_tree(areas))}
    posts.sort(key=lambda p: place.get(p.area or "", -1))
    return Choices(
        tuple((p.id, label(p)) for p in posts),
        tuple((a.id, "\u3000" * depth + label(a)) for a, depth in in_tree(areas)),
        tuple((u.id, label(u)) for u in store().things.all(town, "units")),
    )


def _days(week: Week) -> tuple[date, ...]:
    return tuple(week.start + timedelta(days=i) for i in range(week.days))


def _nearest(week: Week, day: date) -> date:
    """The day itself when it is in the week, else the first."""
    return day if day in _days(week) else week.start
