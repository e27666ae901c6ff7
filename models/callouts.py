"""Call-outs: a seat that begins soon and has nobody; people are asked in waves, the first who accepts has it.

    open ──▶ filled      somebody accepted
     │  ╲──▶ withdrawn   a dispatcher called it off, or the seat was filled otherwise
     │   ╲─▶ expired     nobody took it in time
     ▼
  escalated              the dispatcher knows that nobody has accepted yet; it goes on, and ends as above

Waves follow whenever somebody looks, and in the worker's round: what is due is done once, by row and by message key.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.problem import Assignment
from scheduler.text import Text

from . import callout_words as words
from .callout_records import LIVE, Answer, Asked, Callout, NewCallout, Pace, State
from .callout_rows import CalloutAskRow, CalloutRow
from .database import Database
from .errors import AlreadyExists, Conflict, NotFound
from .outbox import Message, Outbox
from .scope import week_row

Tell = list[Message]
AT_ONCE = 200
"""Call-outs that one look moves on."""


class Callouts:
    def __init__(self, database: Database) -> None:
        self._db, self._outbox = database, Outbox(database)

    def open(self, town: str, new: NewCallout, by: str) -> Callout:
        """Ask the first wave; with nobody to ask the dispatcher hears of it at once.

        Raises NotFound (the week), AlreadyExists (people are being asked for this seat).
        """
        now = self._db.now()
        with self._telling(town, by) as (session, tell):
            week_row(session, town, new.week, hold=True)
            there = _live_one(session, town, new)
            if there is not None:
                raise AlreadyExists("callout", there)
            row = CalloutRow(
                id=str(uuid.uuid4()), town=town, week=new.week, duty=new.duty, position=new.position,
                instead=new.instead, starts_at=new.start, ends_at=new.end, until=new.until, state="open",
                wave_size=new.pace.wave_size, wave_minutes=new.pace.wave_minutes,
                escalate_minutes=new.pace.escalate_minutes, wave=0, wave_at=None, next_at=now,
                said={"seat": new.seat.as_json(), "town": new.town_name.as_json()}, opened_at=now, opened_by=by,
                escalated_at=None, closed_at=None, closed_by=None, filled_by=None,
            )  # fmt: skip
            session.add(row)
            session.flush()
            session.add_all(_new_ask(row, rank, asked) for rank, asked in enumerate(new.asked))
            session.flush()
            tell += _move_on(session, row, now)
            return _callout(session, row)

    def get(self, town: str, callout: str) -> Callout:
        """Raises NotFound."""
        with self._db.read() as session:
            return _callout(session, _row(session, town, callout))

    def list(self, town: str, *, live: bool | None = None, week: date | None = None, most: int = 100) -> list[Callout]:
        """Those under way first, the latest first among each; at most `most`."""
        c = CalloutRow
        wanted = select(c).where(c.town == town)
        if live is not None:
            wanted = wanted.where(c.state.in_(LIVE) if live else c.state.not_in(LIVE))
        if week is not None:
            wanted = wanted.where(c.week == week)
        order = (c.state.in_(LIVE).desc(), c.opened_at.desc(), c.id)
        with self._db.read() as session:
            return [_callout(session, row) for row in session.scalars(wanted.order_by(*order).limit(most))]

    def asking(self, town: str, person: str) -> Sequence[Callout]:
        """Those in which this person is asked now and may accept, by the start of the duty."""
        c, a = CalloutRow, CalloutAskRow
        wanted = (
            select(c)
            .join(a, a.callout == c.id)
            .where(a.town == town, a.person == person, a.state == "asked", c.state.in_(LIVE), c.until > self._db.now())
        )
        with self._db.read() as session:
            return [_callout(session, row) for row in session.scalars(wanted.order_by(c.starts_at, c.id))]

    def hold(self, town: str, callout: str) -> Callout:
        """The call-out as nobody changes it until the unit of work ends: who comes second waits here.

        To be called within `Database.together`. Raises NotFound.
        """
        with self._db.write() as session:
            return _callout(session, _row(session, town, callout, hold=True))

    def fill(self, town: str, callout: str, person: str, by: str) -> Callout:
        """This person has the seat; the others who were asked hear that it is taken. Raises NotFound, Conflict."""
        now = self._db.now()
        with self._telling(town, by) as (session, tell):
            row = _live_row(session, town, callout)
            for ask in _asks(session, row):
                if ask.person == person:
                    ask.state, ask.answered_at = "accepted", now
                elif ask.state == "asked":
                    ask.state = "late"
            _close(row, "filled", by, now)
            row.filled_by = person
            session.flush()
            late = [a.person for a in _asks(session, row) if a.state == "late"]
            tell += [*(words.taken(row, p) for p in late), words.filled(row)]
            return _callout(session, row)

    def decline(self, town: str, callout: str, person: str, *, unfit: bool = False) -> Callout:
        """This person does not take it (`unfit`: the rules no longer let them); the next ones may be asked at once.

        A second time changes nothing. Raises NotFound.
        """
        now = self._db.now()
        with self._telling(town) as (session, tell):
            row = _row(session, town, callout, hold=True)
            ask = session.get(CalloutAskRow, (callout, person))
            if ask is None or ask.state == "waiting":
                raise NotFound("callout", callout)
            if ask.state == "asked":
                ask.state, ask.answered_at = "unfit" if unfit else "declined", now
                session.flush()
                tell += _move_on(session, row, now)
            return _callout(session, row)

    def withdraw(self, town: str, callout: str, by: str) -> Callout:
        """Nobody is needed any more; who was asked hears of it. Raises NotFound, Conflict (it is over)."""
        now = self._db.now()
        with self._telling(town, by) as (session, tell):
            row = _live_row(session, town, callout)
            late = [ask for ask in _asks(session, row) if ask.state == "asked"]
            for ask in late:
                ask.state = "late"
            _close(row, "withdrawn", by, now)
            tell += [words.not_needed(row, ask.person) for ask in late]
            session.flush()
            return _callout(session, row)

    def advance(self, town: str | None = None) -> int:
        """Do what is due: next waves, dispatchers told, ends. How many call-outs were moved on."""
        now, c = self._db.now(), CalloutRow
        wanted = select(c.id, c.town).where(c.state.in_(LIVE), c.next_at <= now)
        if town is not None:
            wanted = wanted.where(c.town == town)
        with self._db.read() as session:
            due = session.execute(wanted.order_by(c.next_at).limit(AT_ONCE)).all()
        for id_, of in due:
            with self._telling(of) as (session, tell):
                row = session.get(CalloutRow, id_, with_for_update=True)
                if row is not None:
                    tell += _move_on(session, row, now)
        return len(due)

    @contextmanager
    def _telling(self, town: str, by: str | None = None) -> Iterator[tuple[Session, Tell]]:
        """A session, and messages that are kept in the same transaction as what it writes."""
        tell: Tell = []
        with self._db.together():
            with self._db.write() as session:
                yield session, tell
            self._outbox.put(town, tell, by)


def _move_on(session: Session, row: CalloutRow, now: datetime) -> list[Message]:
    """The next wave, the dispatcher, or the end, as far as they are due; what is to be told of it."""
    if row.state not in LIVE:
        return []
    asks = _asks(session, row)
    if now >= row.until:
        told = [] if row.state == "escalated" else [words.escalated(row, over=True)]
        for ask in asks:
            ask.state = "late" if ask.state == "asked" else ask.state
        _close(row, "expired", None, now)
        return told
    messages: list[Message] = []
    waiting = [ask for ask in asks if ask.state == "waiting"]
    wanted = row.wave_at is None or now >= row.wave_at + _minutes(row.wave_minutes)
    if waiting and (wanted or not any(ask.state == "asked" for ask in asks)):
        row.wave, row.wave_at = row.wave + 1, now
        for ask in waiting[: row.wave_size]:
            ask.state, ask.wave, ask.asked_at = "asked", row.wave, now
            messages.append(words.asked(row, ask.person, standby=ask.standby_duty is not None))
        waiting = waiting[row.wave_size :]
    deaf = not waiting and not any(ask.state == "asked" for ask in asks)
    if row.state == "open" and (deaf or now >= row.opened_at + _minutes(row.escalate_minutes)):
        row.state, row.escalated_at = "escalated", now
        messages.append(words.escalated(row, over=False))
    row.next_at = _next(row, more=bool(waiting))
    session.flush()
    return messages


def _next(row: CalloutRow, *, more: bool) -> datetime:
    """When there is something to do by itself: answers do the rest."""
    moments = [row.until]
    if row.state == "open":
        moments.append(row.opened_at + _minutes(row.escalate_minutes))
    if more and row.wave_at is not None:
        moments.append(row.wave_at + _minutes(row.wave_minutes))
    return min(moments)


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def _close(row: CalloutRow, state: State, by: str | None, now: datetime) -> None:
    row.state, row.closed_at, row.closed_by = state, now, by


def _new_ask(row: CalloutRow, rank: int, asked: Asked) -> CalloutAskRow:
    standby = asked.standby
    return CalloutAskRow(
        callout=row.id, town=row.town, person=asked.person, rank=rank, state="waiting",
        standby_duty=standby and standby.duty, standby_position=standby and standby.position, wave=None,
        asked_at=None, answered_at=None,
    )  # fmt: skip


def _live_one(session: Session, town: str, new: NewCallout) -> str | None:
    c = CalloutRow
    seat = (c.duty == new.duty, c.position == new.position, c.instead == new.instead)
    return session.scalar(select(c.id).where(c.town == town, c.week == new.week, *seat, c.state.in_(LIVE)))


def _row(session: Session, town: str, callout: str, *, hold: bool = False) -> CalloutRow:
    row = session.get(CalloutRow, callout, with_for_update=True if hold else None, populate_existing=hold)
    if row is None or row.town != town:
        raise NotFound("callout", callout)
    return row


def _live_row(session: Session, town: str, callout: str) -> CalloutRow:
    row = _row(session, town, callout, hold=True)
    if row.state not in LIVE:
        raise Conflict("callout", callout, None)
    return row


def _asks(session: Session, row: CalloutRow) -> Sequence[CalloutAskRow]:
    a = CalloutAskRow
    return session.scalars(select(a).where(a.callout == row.id).order_by(a.rank, a.person)).all()


def _asked(rows: Iterable[CalloutAskRow]) -> tuple[Asked, ...]:
    return tuple(
        Asked(
            row.person,
            Assignment(row.person, row.standby_duty, row.standby_position or "") if row.standby_duty else None,
            cast(Answer, row.state),
            row.wave,
            row.asked_at,
            row.answered_at,
        )
        for row in rows
    )


def _callout(session: Session, row: CalloutRow) -> Callout:
    seat = row.said["seat"]
    return Callout(
        id=row.id, town=row.town, week=row.week, duty=row.duty, position=row.position, instead=row.instead,
        start=row.starts_at, end=row.ends_at, until=row.until, state=cast(State, row.state),
        pace=Pace(
            wave_size=row.wave_size, wave_minutes=row.wave_minutes, escalate_minutes=row.escalate_minutes
        ),
        wave=row.wave, wave_at=row.wave_at, next_at=row.next_at, seat=Text(seat["zh"], seat["en"]),
        opened_at=row.opened_at, opened_by=row.opened_by, escalated_at=row.escalated_at, closed_at=row.closed_at,
        closed_by=row.closed_by, filled_by=row.filled_by, asked=_asked(_asks(session, row)),
    )  # fmt: skip
