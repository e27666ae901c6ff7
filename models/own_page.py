"""How a volunteer's own page is read: two statements, however much is on it.

At a change of shift hundreds open their pages in the same second, so that this one page has a way of its own:

1. `look`: by the link's hash whose it is, which published versions are in force about now, to which of their duties the
   person said 收到, and whether there is anything else to ask for: drop-outs, exchanges, call-outs.
2. `ahead`: no statement. What these versions say is kept in the process, for they never change.
3. `card`: the names that the page needs and, of a duty that is about now, the person's presence and the post's notes.

Each statement is of one moment by itself, so that neither needs a transaction. Nothing that can change is kept from one
look to the next. What few people have (an exchange under way, a call-out) is read as everywhere else, by those who do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Double,
    Exists,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    case,
    exists,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy import cast as typed

from scheduler.document import MAX_DAYS
from scheduler.document.read import MAX_DUTY_HOURS
from scheduler.problem import Duty

from .callout_records import LIVE
from .callout_rows import CalloutAskRow, CalloutRow
from .columns import Instant
from .database import Database
from .exchange_kinds import OPEN
from .exchange_rows import ExchangeRow
from .handover import SHOWN as NOTES_SHOWN
from .handover import Note
from .links import OPENED, Opened, opened_by
from .presence_facts import Facts
from .presence_rows import HandoverNoteRow, PresenceRow
from .presence_states import KEPT_FOR, SAID
from .published import InForce, Said
from .records import Ahead, Named, PublishedDuty
from .rosters import Rosters
from .rows import AbsenceRow, AcknowledgementRow, LinkRow, PersonRow, PositionRow, PostRow, RosterRow, WeekRow
from .scope import days_from
from .secrets import hash_of

LATELY = timedelta(days=7)
"""An exchange that ended within it may still be shown."""
LONGEST = timedelta(hours=MAX_DUTY_HOURS)
"""Of a duty: drop-outs that ended longer ago cannot concern one that is not over."""
ROOM = (4, 16, 64, 256)
"""Ids for which one form of the second statement has room: few forms, so that the server knows them all."""
Wanted = Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a personal link found."""

    opened: Opened
    now: datetime
    in_force: Mapping[InForce, Said]
    away: bool
    """Whether drop-outs of theirs are to be asked for."""
    settling: bool
    """Whether exchanges in which they take part are."""
    called: bool
    """Whether they are asked to come now."""


@dataclass(frozen=True, slots=True)
class Card:
    """What else the page says: names, and of the duty that is at hand what is known of the person's presence."""

    named: dict[tuple[str, str], Named]
    facts: Facts
    """Without drop-outs."""
    notes: tuple[Note, ...]
    """The post's last ones, the latest first."""


class OwnPages:
    def __init__(self, database: Database, rosters: Rosters) -> None:
        self._db, self._rosters = database, rosters

    def look(self, token: str, days: int) -> Look | None:
        """What a link leads to, for a page of so many days; None when it is unknown, expired or revoked."""
        now = self._db.now()
        asked = {
            "token_hash": hash_of(token),
            "now": now,
            "closes": now + timedelta(days=days),
            "long_ago": now - LONGEST,
            "lately": now - LATELY,
            "first": days_from(now.date(), -MAX_DAYS - 8),
            "last": days_from(now.date(), days + 2),
        }
        rows = self._db.look(LOOK, asked)
        opened = opened_by(rows[0], now) if rows else None
        if opened is None:
            return None
        found: dict[InForce, Said] = {}
        for row in rows:
            if row.week is not None:
                version = InForce(opened.town.id, row.week, row.number, row.published_at, opened.town.zone, row.days)
                said = found.setdefault(version, {})
                if row.duty is not None:
                    said[row.duty] = row.at
        return Look(opened, now, found, bool(rows[0].away), bool(rows[0].settling), bool(rows[0].called))

    def ahead(self, look: Look, end: datetime) -> Ahead:
        """The published duties that are not over and start before the end, as `Rosters.ahead` gives them."""
        return self._rosters.ahead_in(look.in_force, look.opened.person.id, look.now, end)

    def card(
        self, look: Look, wanted: Wanted, leader: str | None, at_hand: PublishedDuty | None, notes_since: datetime
    ) -> Card:
        """Names of posts, positions and people, the leader's number; presence and notes of the duty at hand."""
        town, person = look.opened.town.id, look.opened.person.id
        duty = at_hand.duty if at_hand is not None else None
        ids = {noun: list(wanted.get(noun) or ("",)) for noun in TABLES}
        rooms = tuple(next(room for room in ROOM if room >= len(ids[noun])) for noun in TABLES)
        asked: dict[str, Any] = {"town_id": town, "leader": leader or ""}
        for noun, room in zip(TABLES, rooms, strict=True):
            asked |= {f"{noun}_{i}": ids[noun][min(i, len(ids[noun]) - 1)] for i in range(room)}
        if at_hand is not None and duty is not None:
            asked |= {"week": at_hand.week, "duty": duty.id, "person": person, "post": duty.post, "since": notes_since}
            asked |= {"kept_from": duty.start - KEPT_FOR, "kept_until": duty.start if duty.post else duty.end}
        statement = _card(rooms, duty is not None, duty is not None and duty.post is not None)
        return _read_card(self._db.look(statement, asked), look, at_hand, duty)


def _read_card(rows: list[Any], look: Look, at_hand: PublishedDuty | None, duty: Duty | None) -> Card:
    named: dict[tuple[str, str], Named] = {}
    facts, notes, person = Facts(), list[Note](), look.opened.person.id
    for row in rows:
        if row.kind in TABLES:
            texts = (row.t2 or "", row.t3 or "", row.t4 or "", row.t5 or "")
            named[row.kind, row.id] = Named(row.t1, *texts, row.f1, row.f2)
        elif at_hand is None or duty is None:
            continue
        elif row.kind == "presence":
            facts.last[at_hand.week, duty.id, person] = PresenceRow(
                person=person, state=row.t1, said_by=row.t2, how=row.t3, reason=row.t4, at=row.at1, came_at=row.at2,
                left_at=row.at3, minutes_late=row.n1,
            )  # fmt: skip
        elif row.kind == "note":
            notes.append(Note(row.id, duty.post or "", row.t1, row.at1, row.t2))
        elif duty.post is not None:
            facts.posts[duty.post] = [duty.start]
        else:
            facts.duties.add((at_hand.week, duty.id))
    if at_hand is not None and duty is not None and at_hand.acknowledged_at is not None:
        facts.confirmed[at_hand.week, duty.id, person] = at_hand.acknowledged_at
    return Card(named, facts, tuple(sorted(notes, key=lambda n: (-n.at.timestamp(), n.id))))


def _look() -> Select[*tuple[Any, ...]]:
    k, r, w, a = LinkRow, RosterRow, WeekRow, AcknowledgementRow
    in_force = and_(r.town == k.town, r.state == "published", r.week.between(bindparam("first"), bindparam("last")))
    return (
        OPENED.add_columns(
            r.week, r.number, r.published_at, w.days, a.duty, a.at,
            _away().label("away"), _settling().label("settling"), _called().label("called"),
        )
        .outerjoin(r, in_force)
        .outerjoin(w, and_(w.town == r.town, w.start == r.week))
        .outerjoin(a, and_(a.town == r.town, a.week == r.week, a.person == k.person))
        .order_by(r.week)
    )  # fmt: skip


def _away() -> Exists:
    k, x = LinkRow, AbsenceRow
    return exists().where(
        x.town == k.town, x.person == k.person, x.state != "withdrawn",
        x.ends_at > _at("long_ago"), x.starts_at < _at("closes"),
    )  # fmt: skip


def _settling() -> Any:
    """One question for each side: an index serves each."""
    k, e = LinkRow, ExchangeRow
    alive = or_(and_(_one_of(e.state, OPEN), e.expires_at > _at("now")), e.ended_at > _at("lately"))
    return or_(*(exists().where(e.town == k.town, side == k.person, alive) for side in (e.person, e.partner)))


def _called() -> Exists:
    k, c, a = LinkRow, CalloutRow, CalloutAskRow
    return exists().where(
        a.town == k.town, a.person == k.person, a.state == "asked", c.id == a.callout, _one_of(c.state, LIVE),
        c.until > _at("now"),
    )  # fmt: skip


def _one_of(column: Any, words: Iterable[str]) -> ColumnElement[bool]:
    """Without the work that a list of any length would be at every look."""
    found: ColumnElement[bool] = column.in_([literal(word) for word in words])
    return found


def _at(name: str) -> BindParameter[datetime]:
    return bindparam(name, type_=Instant())


LOOK = _look()
"""Made once, as all that is asked for so often."""
TABLES = {"posts": PostRow, "positions": PositionRow, "people": PersonRow}
EMPTY, NO_FIGURE = typed(null(), Text), typed(null(), Double)
NEVER, NONE = typed(null(), Instant), typed(null(), Integer)


@cache
def _card(rooms: tuple[int, ...], at_hand: bool, at_post: bool) -> Any:
    """The second statement: one row a name, note, state of presence; "kept" where silence says something."""
    parts = [_names(noun, room) for noun, room in zip(TABLES, rooms, strict=True)]
    if at_hand:
        parts += [_presence(), _kept(at_post)]
    if at_hand and at_post:
        parts.append(_notes())
    return union_all(*parts)


def _names(noun: str, room: int) -> Select[*tuple[Any, ...]]:
    table = TABLES[noun]
    body, of_post = table.body, noun == "posts"
    is_person = noun == "people"
    in_english = EMPTY if is_person else body["name_en"].as_string()
    phone = case((table.id == bindparam("leader"), body["phone"].as_string())) if is_person else EMPTY
    texts = [body[name].as_string() if of_post else EMPTY for name in ("directions", "bring")]
    place = [body[name].as_float() if of_post else NO_FIGURE for name in ("latitude", "longitude")]
    ids: list[BindParameter[str]] = [bindparam(f"{noun}_{i}") for i in range(room)]
    return _row(noun, table.id, table.name, in_english, phone, *texts, figures=place).where(
        table.town == bindparam("town_id"), table.id.in_(ids)
    )


def _presence() -> Select[*tuple[Any, ...]]:
    p = PresenceRow
    mine = (
        select(p)
        .where(p.town == bindparam("town_id"), p.week == bindparam("week"), p.duty == bindparam("duty"))
        .where(p.person == bindparam("person"))
        .order_by(p.step.desc())
        .limit(1)
        .subquery()
    ).c
    return _row(
        "presence", mine.duty, mine.state, mine.said_by, mine.how, mine.reason,
        instants=(mine.at, mine.came_at, mine.left_at), whole=mine.minutes_late,
    )  # fmt: skip


def _kept(at_post: bool) -> Select[*tuple[Any, ...]]:
    """Whether somebody was looked for there, as `presence_facts` asks."""
    p = PresenceRow
    there = [p.post == bindparam("post")] if at_post else [p.post.is_(None), p.duty == bindparam("duty")]
    if not at_post:
        there.append(p.week == bindparam("week"))
    looked = exists().where(
        p.town == bindparam("town_id"), *there, _one_of(p.state, sorted(SAID)),
        p.starts_at >= _at("kept_from"), p.starts_at <= _at("kept_until"),
    )  # fmt: skip
    return _row("kept", literal("")).where(looked)


def _notes() -> Select[*tuple[Any, ...]]:
    n = HandoverNoteRow
    last = (
        select(n)
        .where(n.town == bindparam("town_id"), n.post == bindparam("post"), n.at >= _at("since"))
        .order_by(n.at.desc(), n.id)
        .limit(NOTES_SHOWN)
        .subquery()
    ).c
    return _row("note", last.id, last.text, last.said_by, instants=(last.at,))


def _row(
    kind: str, id_: Any, *texts: Any, figures: Any = (), instants: Any = (), whole: Any = NONE
) -> Select[*tuple[Any, ...]]:
    """One part of the second statement: all have the same columns."""
    columns = {"kind": literal(kind), "id": id_}
    columns |= {f"t{i + 1}": texts[i] if i < len(texts) else EMPTY for i in range(5)}
    columns |= {f"f{i + 1}": figures[i] if i < len(figures) else NO_FIGURE for i in range(2)}
    columns |= {f"at{i + 1}": instants[i] if i < len(instants) else NEVER for i in range(3)}
    return select(*(c.label(name) for name, c in (columns | {"n1": whole}).items()))
