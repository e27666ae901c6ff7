"""Calendar feeds: their keys, of which only hashes are stored, and the duties as a calendar has to be told of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, cast

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from scheduler import document
from scheduler.problem import Assignment, Duty

from .database import Database
from .errors import NotFound
from .feed_rows import PersonFeedRow, PostFeedRow
from .records import Town
from .rows import AssignmentRow, PersonRow, PostRow, RosterRow, TownRow
from .secrets import hash_of, new_token
from .towns import town_of

Noun = Literal["person", "post"]
KEPT = timedelta(days=30)
"""Duties that are over, and cancelled ones, stay in a feed so long."""
WEEKS = timedelta(days=70)
"""Weeks that began longer ago have nothing that a feed still shows: a week has at most 35 days."""
Fact = tuple[Duty, tuple[Assignment, ...]]


@dataclass(frozen=True, slots=True)
class Feed:
    """Whose duties a good key shows."""

    town: Town
    noun: Noun
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One duty of a feed. `sequence` rises with each publication that changed something about it."""

    week: date
    duty: Duty
    team: tuple[Assignment, ...]
    """Of a person's feed only their own seat, of a post's everybody."""
    sequence: int
    changed_at: datetime
    """When that publication was."""
    cancelled: bool
    """It was in an earlier publication and is gone."""


@dataclass(frozen=True, slots=True)
class _Version:
    week: date
    number: int
    published_at: datetime
    frozen: int
    """The version that holds the same duties: an amendment changes seats alone."""


class Feeds:
    def __init__(self, database: Database) -> None:
        self._db = database

    def make(self, town: str, noun: Noun, id_: str) -> str:
        """A new key, shown this once; the one before ends. Raises NotFound."""
        key = new_token()
        with self._db.write() as session:
            if session.get(PersonRow if noun == "person" else PostRow, (town, id_)) is None:
                raise NotFound(noun, id_)
            table = _table(noun)
            row = session.get(table, (town, id_))
            if row is None:
                session.add(table(town=town, **{noun: id_}, key_hash=hash_of(key), created_at=self._db.now()))
            else:
                row.key_hash, row.created_at = hash_of(key), self._db.now()
        return key

    def revoke(self, town: str, noun: Noun, id_: str) -> bool:
        """End a feed; whether there was one."""
        with self._db.write() as session:
            row = session.get(_table(noun), (town, id_))
            if row is not None:
                session.delete(row)
            return row is not None

    def made(self, town: str, noun: Noun, ids: Sequence[str]) -> dict[str, datetime]:
        """Since when those of these people or posts that have a feed have it."""
        table = _table(noun)
        column = getattr(table, noun)
        with self._db.read() as session:
            rows = session.execute(select(column, table.created_at).where(table.town == town, column.in_(ids)))
            return {row[0]: row[1] for row in rows}

    def open(self, key: str) -> Feed | None:
        """Whose feed this is; None when the key is unknown or was revoked."""
        with self._db.read() as session:
            for noun, table, thing in (("person", PersonFeedRow, PersonRow), ("post", PostFeedRow, PostRow)):
                row: Any = session.scalars(select(table).where(table.key_hash == hash_of(key))).first()
                if row is not None:
                    id_ = getattr(row, noun)
                    town = town_of(session.get_one(TownRow, row.town))
                    return Feed(town, cast(Noun, noun), id_, session.get_one(thing, (row.town, id_)).name)
        return None

    def entries(self, feed: Feed) -> list[Entry]:
        """The duties of a feed by start: published ones, and for 30 days those that are over or cancelled."""
        oldest = self._db.now() - KEPT
        with self._db.read() as session:
            found = [
                entry
                for versions in _versions(session, feed.town.id, oldest)
                for entry in _entries(session, feed, versions)
                if (entry.changed_at if entry.cancelled else entry.duty.end) >= oldest
            ]
        return sorted(found, key=lambda entry: (entry.duty.start.timestamp(), entry.duty.id))


def end_of(session: Session, town: str, person: str) -> None:
    """Whoever had a link that is revoked could have had the feed's address from it."""
    f = PersonFeedRow
    session.execute(delete(f).where(f.town == town, f.person == person))


def _table(noun: Noun) -> Any:
    return PersonFeedRow if noun == "person" else PostFeedRow


def _versions(session: Session, town: str, oldest: datetime) -> list[list[_Version]]:
    """Of each week of late the versions that were published, in that order."""
    r = RosterRow
    rows = session.execute(
        select(r.week, r.number, r.origin, r.based_on, r.published_at, r.created_at)
        .where(r.town == town, r.state.in_(("published", "superseded")), r.week > (oldest - WEEKS).date())
        .order_by(r.week, r.published_at, r.number)
    )
    weeks: dict[date, list[_Version]] = {}
    frozen: dict[tuple[date, int], int] = {}
    for week, number, origin, based_on, published_at, created_at in rows:
        same = frozen.get((week, based_on or 0), number) if origin == "amendment" else number
        frozen[week, number] = same
        weeks.setdefault(week, []).append(_Version(week, number, published_at or created_at, same))
    return [*weeks.values()]


def _entries(session: Session, feed: Feed, versions: Sequence[_Version]) -> list[Entry]:
    """What one week's versions say, one after another."""
    a, week = AssignmentRow, versions[0].week
    seats: dict[int, dict[str, list[Assignment]]] = {version.number: {} for version in versions}
    wanted = select(a.number, a.duty, a.person, a.position).where(a.town == feed.town.id, a.week == week)
    if feed.noun == "person":
        own = [*session.execute(wanted.where(a.person == feed.id))]
        ids = {duty for _, duty, *_ in own}
        duties = _duties(session, feed, versions, lambda body: body["id"] in ids) if ids else {}
    else:
        duties = _duties(session, feed, versions, lambda body: body.get("post") == feed.id)
        ids = {id_ for held in duties.values() for id_ in held}
        own = [*session.execute(wanted.where(a.duty.in_(ids)).order_by(a.position, a.person))] if ids else []
    for number, duty, person, position in own:
        if number in seats:
            seats[number].setdefault(duty, []).append(Assignment(person, duty, position))
    made = (_entry(feed, id_, versions, duties, seats) for id_ in sorted(ids))
    return [entry for entry in made if entry is not None]


def _duties(session: Session, feed: Feed, versions: Sequence[_Version], which: Any) -> dict[int, dict[str, Duty]]:
    """Version → its frozen duties that are asked for."""
    r, frozen = RosterRow, sorted({version.frozen for version in versions})
    rows = session.execute(
        select(r.number, r.duties).where(r.town == feed.town.id, r.week == versions[0].week, r.number.in_(frozen))
    )
    held = {
        number: {
            body["id"]: document.entity_from_json("duties", body, feed.town.zone)
            for body in bodies or ()
            if which(body)
        }
        for number, bodies in rows
    }
    return {version.number: held.get(version.frozen, {}) for version in versions}


def _entry(
    feed: Feed,
    id_: str,
    versions: Sequence[_Version],
    duties: dict[int, dict[str, Duty]],
    seats: dict[int, dict[str, list[Assignment]]],
) -> Entry | None:
    """A duty through all versions; None when it was never there."""
    entry: Entry | None = None
    for sequence, version in enumerate(versions):
        duty, team = duties[version.number].get(id_), tuple(seats[version.number].get(id_, ()))
        there = duty is not None and (bool(team) or feed.noun == "post")
        if there and duty is not None:
            if entry is None or entry.cancelled or (entry.duty, entry.team) != (duty, team):
                entry = Entry(version.week, duty, team, sequence, version.published_at, False)
        elif entry is not None and not entry.cancelled:
            entry = Entry(version.week, entry.duty, entry.team, sequence, version.published_at, True)
    return entry
