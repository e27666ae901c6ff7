"""Presence: who is on duty, who came; the history of it; hand-over notes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from flask.views import MethodView

from models.handover import Note
from models.presence import Entry, Said
from models.presence_facts import DutyPresence, Standing
from models.presence_figures import Rate
from models.records import PublishedDuty
from scheduler.problem import Area, Duty, Post

from . import attempts, post_codes
from .access import Volunteer, actor, may, own, scope, store
from .body import Blueprint
from .errors import ApiError
from .schemas.paging import cut
from .schemas.presence import (
    Asked,
    HandoverNoteOut,
    HandoverNotesOut,
    HistoryQuery,
    NewNote,
    NewNoteBody,
    NewPresence,
    NewPresenceBody,
    NotesQuery,
    OnDutyPage,
    OnDutyQuery,
    PresenceFiguresOut,
    PresenceHistoryOut,
    PresenceRecordOut,
    StandingOut,
)
from .wire import instant

blueprint = Blueprint(
    "presence", __name__, url_prefix="/api/v1/towns/<town>", description="Presence on duties, hand-over notes"
)
CODE_LIMIT = "10 per 15 minute; 60 per day"
"""Digits of a post that one person may try."""
NOTES_FOR = timedelta(days=3)


def standing_json(one: Standing) -> dict[str, Any]:
    """How somebody stands, with instants as text."""
    same = ("person", "position", "state", "minutes_late", "by", "how", "reason", "overdue", "counted", "moved")
    times = {name: instant(getattr(one, name)) for name in ("since", "came_at", "left_at")}
    return {name: getattr(one, name) for name in same} | times


def on_duty_json(held: DutyPresence) -> dict[str, Any]:
    """A duty with its team; the duty itself is left for its schema to write."""
    team = [standing_json(one) for one in held.team]
    return {"week": held.week.isoformat(), "number": held.number, "duty": held.duty, "team": team}


def entry_json(person: str, entry: Entry) -> dict[str, Any]:
    """One line of the history."""
    same = ("state", "by", "how", "reason", "minutes_late")
    times = {name: instant(getattr(entry, name)) for name in ("at", "came_at", "left_at")}
    named = {name: getattr(entry, name) for name in same}
    return {"person": person, "action": entry.action or "confirm"} | named | times


def note_json(note: Note) -> dict[str, Any]:
    return {"id": note.id, "post": note.post, "text": note.text, "at": instant(note.at), "by": note.by}


def in_area(town: str, area: str | None, post: str | None = None) -> Callable[[Duty], bool]:
    """Whether a duty belongs to an area with all below it (None: any), or to one post."""
    if post is not None:
        return lambda duty: duty.post == post
    if area is None:
        return lambda _: True
    inside = below(town, area)
    posts = {p.id for p in store().things.all(town, "posts") if isinstance(p, Post) and p.area in inside}
    return lambda duty: duty.area in inside if duty.area is not None else duty.post in posts


def below(town: str, area: str) -> frozenset[str]:
    """An area with all areas below it."""
    children: dict[str | None, list[str]] = {}
    for one in store().things.all(town, "areas"):
        assert isinstance(one, Area)
        children.setdefault(one.parent, []).append(one.id)
    found, waiting = set[str](), [area]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting += children.get(here, [])
    return frozenset(found)


def visible(town: str, week: date, duty: str) -> DutyPresence:
    """A published duty that the caller sees. Raises NotFound, ApiError (404)."""
    found = store().presence.of(town, week, duty)
    if not scope().sees_duty(found.duty):
        raise ApiError("not_found")
    return found


def count_code(town: str, person: str, post: str | None, given: str) -> None:
    """Whether these are the digits that the post shows now; wrong ones are counted. Raises ApiError (422, 429)."""
    attempts.count(store(), CODE_LIMIT, "post-code", town, person)
    if post is None or not post_codes.code_fits(town, post, given, store().database.now()):
        raise ApiError("wrong_post_code")
    attempts.forgive(store(), CODE_LIMIT, "post-code", town, person)


def own_duty(town: str, person: str, duty: str, start: datetime, end: datetime) -> PublishedDuty:
    """A published duty of somebody that overlaps [start, end). Raises ApiError (404)."""
    held = store().rosters.duties_of(town, person, start, end)
    found = next((one for one in held if one.duty.id == duty), None)
    if found is None:
        raise ApiError("not_found")
    return found


@blueprint.route("/on-duty")
class OnDuty(MethodView):
    @may("see_roster")
    @blueprint.arguments(OnDutyQuery, location="query")
    @blueprint.response(200, OnDutyPage)
    def get(self, query: Asked, town: str) -> dict[str, Any]:
        """Who is on duty now, or at another instant, by published rosters"""
        at = query.at or store().database.now()
        wanted, seen = in_area(town, query.area, query.post), scope()
        found = store().presence.during(
            town, at, at + timedelta(microseconds=1), lambda duty: seen.sees_duty(duty) and wanted(duty)
        )
        page = cut(found, query)
        return page | {"items": [on_duty_json(held) for held in page["items"]]}


@blueprint.route("/weeks/<day:week>/presence")
class OfWeek(MethodView):
    @may("see_roster")
    @blueprint.response(200, PresenceFiguresOut)
    def get(self, town: str, week: date) -> Any:
        """How many of the duties under way should be there, are, and are missing; no-shows of the week"""
        store().weeks.get(town, week)
        return store().presence.figures(town, week, scope().sees_duty)

    @may("report_absences", "own_matters")
    @blueprint.arguments(NewPresenceBody)
    @blueprint.response(200, StandingOut)
    def post(self, body: NewPresence, town: str, week: date) -> dict[str, Any]:
        """Record a change; a volunteer checks in and out with the digits that the post shows"""
        return standing_json(store().presence.record(town, week, body.duty, _said(town, week, body)))


def _said(town: str, week: date, body: NewPresence) -> Said:
    who = actor()
    if isinstance(who, Volunteer):
        own(body.person)
        found = store().presence.of(town, week, body.duty)
        if all(one.person != who.person for one in found.team):
            raise ApiError("not_found")
        count_code(town, who.person, found.duty.post, body.code)
        return Said(person=who.person, action=body.action, by=who.id, whose="person", how="code")
    visible(town, week, body.duty)
    return Said(
        person=body.person or "",
        action=body.action,
        by=who.id,
        whose="leader",
        reason=body.reason,
        state=body.state,
        came_at=body.came_at,
        left_at=body.left_at,
    )


@blueprint.route("/weeks/<day:week>/presence/history")
class History(MethodView):
    @may("see_people")
    @blueprint.arguments(HistoryQuery, location="query")
    @blueprint.response(200, PresenceHistoryOut)
    def get(self, query: dict[str, Any], town: str, week: date) -> dict[str, Any]:
        """Everything that was said about the people on one duty, with who, when and why"""
        visible(town, week, query["duty"])
        found = store().presence.history(town, week, query["duty"], query["person"])
        return {"items": [entry_json(person, entry) for person, entries in found.items() for entry in entries]}


@blueprint.route("/people/<person>/presence")
class Record(MethodView):
    @may("report_absences", "own_matters")
    @blueprint.response(200, PresenceRecordOut)
    def get(self, town: str, person: str) -> Rate:
        """How often somebody did not come within the last eight weeks"""
        store().things.get(town, "people", person)
        return store().presence.rate(town, person)


@blueprint.route("/handover-notes")
class HandoverNotes(MethodView):
    @may("see_roster")
    @blueprint.arguments(NotesQuery, location="query")
    @blueprint.response(200, HandoverNotesOut)
    def get(self, query: dict[str, Any], town: str) -> dict[str, Any]:
        """The last notes that a shift left at a post"""
        post = seen_post(town, query["post"])
        found = store().handover.latest(town, [post], store().database.now() - NOTES_FOR)
        return {"items": [note_json(note) for note in found.get(post, ())]}

    @may("report_absences")
    @blueprint.arguments(NewNoteBody)
    @blueprint.response(201, HandoverNoteOut)
    def post(self, body: NewNote, town: str) -> tuple[dict[str, Any], int]:
        """Leave a note for the next shift"""
        return note_json(store().handover.write(town, seen_post(town, body.post), body.text, actor().id)), 201


def seen_post(town: str, post: str) -> str:
    """A post that the caller sees. Raises NotFound, ApiError (404)."""
    if not scope().sees("posts", store().things.get(town, "posts", post).value):
        raise ApiError("not_found")
    return post
