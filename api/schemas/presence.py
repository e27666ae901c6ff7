"""Presence, hand-over notes, duty links, reserves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import get_args

import marshmallow as ma

from models.duty_links import MAX_DAYS, MAX_NAME, LinkKind
from models.handover import MAX_NOTE
from models.presence import MAX_REASON
from models.presence_states import CHANGES, STATES, Action, State

from .. import fields
from .base import Query, Schema
from .entities import Duty
from .paging import Paging, PagingQuery, page_of

WORDS_OF_STATES = ", ".join(STATES)


class StandingOut(ma.Schema):
    """How one person stands to one published duty."""

    person = ma.fields.String(required=True)
    position = ma.fields.String(required=True)
    state = ma.fields.String(required=True, metadata={"description": WORDS_OF_STATES})
    since = ma.fields.String(required=True, allow_none=True)
    came_at = ma.fields.String(required=True, allow_none=True)
    left_at = ma.fields.String(required=True, allow_none=True)
    minutes_late = ma.fields.Integer(required=True)
    by = ma.fields.String(required=True, metadata={"description": "An account, person:ID, link:ID; empty: nobody"})
    how = ma.fields.String(required=True, allow_none=True, metadata={"description": "list, qr, code or correction"})
    reason = ma.fields.String(required=True)
    overdue = ma.fields.Boolean(required=True, metadata={"description": "Half an hour after the start, not here yet"})
    counted = ma.fields.Boolean(required=True, metadata={"description": "A no-show by the rule; nobody said it"})
    moved = ma.fields.Boolean(required=True, metadata={"description": "Came, and is not on the roster any more"})


class OnDutyOut(ma.Schema):
    week = ma.fields.String(required=True)
    number = ma.fields.Integer(required=True)
    duty = ma.fields.Nested(Duty, required=True)
    team = ma.fields.List(ma.fields.Nested(StandingOut), required=True)


OnDutyPage = page_of("OnDutyPage", OnDutyOut)


@dataclass(frozen=True, slots=True)
class Asked(Paging):
    at: datetime | None = None
    area: str | None = None
    post: str | None = None


class OnDutyQuery(PagingQuery):
    makes = Asked
    at = fields.Instant(metadata={"description": "Who is on duty at this instant; now when left out."})
    area = fields.Id(metadata={"description": "Only posts of this area and all below it."})
    post = fields.Id()


@dataclass(frozen=True, slots=True)
class NewPresence:
    duty: str
    action: Action
    person: str | None
    reason: str
    state: State | None
    came_at: datetime | None
    left_at: datetime | None
    code: str


class NewPresenceBody(Schema):
    makes = NewPresence
    duty = fields.Id(required=True)
    action = fields.Choice(*get_args(Action), required=True)
    person = fields.Id(load_default=None, metadata={"description": "Whose; a volunteer's own when left out."})
    reason = fields.Text(most=MAX_REASON, load_default="")
    state = fields.Choice(
        *CHANGES["correct"].to, load_default=None, metadata={"description": "What a correction says."}
    )
    came_at = fields.Instant(load_default=None, metadata={"description": "Of a correction."})
    left_at = fields.Instant(load_default=None, metadata={"description": "Of a correction."})
    code = fields.Text(
        most=20, load_default="", metadata={"description": "The six digits at the post, which volunteers need."}
    )


class HistoryQuery(Query):
    duty = fields.Id(required=True)
    person = fields.Id(load_default=None)


class PresenceEntryOut(ma.Schema):
    person = ma.fields.String(required=True)
    action = ma.fields.String(required=True, metadata={"description": "confirm, " + ", ".join(get_args(Action))})
    state = ma.fields.String(required=True)
    at = ma.fields.String(required=True)
    by = ma.fields.String(required=True)
    how = ma.fields.String(required=True, allow_none=True)
    reason = ma.fields.String(required=True)
    minutes_late = ma.fields.Integer(required=True)
    came_at = ma.fields.String(required=True, allow_none=True)
    left_at = ma.fields.String(required=True, allow_none=True)


class PresenceHistoryOut(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(PresenceEntryOut), required=True)


class PresenceFiguresOut(ma.Schema):
    expected = ma.fields.Integer(required=True)
    present = ma.fields.Integer(required=True)
    late = ma.fields.Integer(required=True)
    overdue = ma.fields.Integer(required=True)
    no_shows = ma.fields.Integer(required=True)
    exceptions = ma.fields.Integer(required=True, metadata={"description": "overdue and no_shows"})


class PresenceRecordOut(ma.Schema):
    """What became of somebody's duties of the last eight weeks."""

    duties = ma.fields.Integer(required=True, metadata={"description": "Over, with presence kept at them"})
    no_shows = ma.fields.Integer(required=True)
    percent = ma.fields.Integer(required=True)


@dataclass(frozen=True, slots=True)
class NewNote:
    post: str
    text: str


class NewNoteBody(Schema):
    makes = NewNote
    post = fields.Id(required=True)
    text = fields.Text(least=1, most=MAX_NOTE, required=True)


class NotesQuery(Query):
    post = fields.Id(required=True)


class HandoverNoteOut(ma.Schema):
    id = ma.fields.String(required=True)
    post = ma.fields.String(required=True)
    text = ma.fields.String(required=True)
    at = ma.fields.String(required=True)
    by = ma.fields.String(required=True)


class HandoverNotesOut(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(HandoverNoteOut), required=True)


@dataclass(frozen=True, slots=True)
class NewDutyLink:
    kind: LinkKind
    name: str
    days: int
    area: str | None
    post: str | None


class NewDutyLinkBody(Schema):
    makes = NewDutyLink
    kind = fields.Choice(
        *get_args(LinkKind),
        required=True,
        metadata={"description": "look reads, lead also records presence, screen shows one post's codes."},
    )
    name = fields.Text(least=1, most=MAX_NAME, required=True, metadata={"description": "Whom it is for."})
    days = fields.Whole(least=1, most=MAX_DAYS, load_default=30)
    area = fields.Id(load_default=None, metadata={"description": "With all areas below it."})
    post = fields.Id(load_default=None, metadata={"description": "Neither area nor post: the whole town."})


class DutyLinkOut(ma.Schema):
    id = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    area = ma.fields.String(required=True, allow_none=True)
    post = ma.fields.String(required=True, allow_none=True)
    created_at = ma.fields.String(required=True)
    expires_at = ma.fields.String(required=True)
    revoked_at = ma.fields.String(required=True, allow_none=True)
    open = ma.fields.Boolean(required=True)


class DutyLinksOut(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(DutyLinkOut), required=True)


class IssuedDutyLinkOut(DutyLinkOut):
    token = ma.fields.String(required=True, metadata={"description": "Shown once; only its hash is stored"})
    path = ma.fields.String(required=True, metadata={"description": "The page that it opens"})


@dataclass(frozen=True, slots=True)
class ReservesWanted:
    reserves: bool


class ReservesBody(Schema):
    makes = ReservesWanted
    reserves = fields.Flag(
        required=True, metadata={"description": "New weeks made from templates get reserves for expected no-shows."}
    )


class ReservesOut(ma.Schema):
    reserves = ma.fields.Boolean(required=True)
