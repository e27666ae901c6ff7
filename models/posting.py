"""The outbox as the sender sees it: what is due, by which channel and to which address; told, later, or given up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from scheduler.text import Text

from . import leases
from .channel_kinds import KINDS
from .channel_rows import ChannelPaceRow, ChannelRow
from .channels import Channel, channel_of, policy_of
from .database import Database
from .digests import Post, packed
from .message_rows import MessageRow
from .outbox import Posted, posted
from .rows import PersonRow, TownRow
from .ways import address, choose, not_taken, person_of
from .webhooks import Webhooks

LEASE_SECONDS, CALL_SECONDS = 60.0, 20.0
"""How long a worker has for what one claim hands out, and for each call more: longer than any call may take."""
AT_ONCE = 200
"""Messages of a town that are looked at together."""
CALLS_AT_ONCE = 10
"""Of one channel with one claim, so that a lease is never too short for them."""
MINUTE = timedelta(minutes=1)


class Posting:
    def __init__(self, database: Database) -> None:
        self._db, self._webhooks = database, Webhooks(database)

    def sweep(self) -> int:
        """What dead workers held waits again, what is of no use is put away; how many messages."""
        now = self._db.now()
        with self._db.read() as session:
            if not leases.anything(session, MessageRow, now):
                return 0
        with self._db.write() as session:
            return leases.sweep(session, MessageRow, now)

    def towns(self) -> list[str]:
        """Those with something to tell now."""
        with self._db.read() as session:
            wanted = select(MessageRow.town).where(leases.is_due(MessageRow, self._db.now())).distinct()
            return sorted(session.scalars(wanted))

    def claim(self, town: str) -> list[Post]:
        """What is to be handed over now, within quiet hours and the pace of each channel; this worker's for a while."""
        now = self._db.now()
        with self._db.read() as session:  # what only waits for the morning need not hold writers up
            if session.scalars(self._eligible(session, town, now).limit(1)).first() is None:
                return []
        with self._db.write() as session:
            rows = session.scalars(self._eligible(session, town, now).with_for_update(skip_locked=True)).all()
            channels, people = self._channels(session, town), _people(session, town, rows)
            for row in rows:
                choose(row, channels, people, now)
            taken: list[tuple[Post, list[MessageRow]]] = []
            for channel in channels.values():
                own = [row for row in rows if row.state == "waiting" and row.channel == channel.id]
                taken += self._within_pace(session, channel, own, people, now)
            seconds = LEASE_SECONDS + CALL_SECONDS * sum(len(post.pieces) for post, _ in taken)
            for _, held in taken:
                leases.hold(session, held, now, seconds)
            return [_with(post, held) for post, held in taken]

    def _eligible(self, session: Session, town: str, now: datetime) -> Select[MessageRow]:
        m, zone = MessageRow, ZoneInfo(session.get_one(TownRow, town).zone)
        local = now.astimezone(zone)
        wanted = select(m).where(m.town == town, leases.is_due(m, now))
        full = _exhausted(session, town, now)
        wanted = wanted.where(or_(m.channel.is_(None), m.channel.not_in(full)))
        if policy_of(session, town).value.quiet(local.hour * 60 + local.minute):
            wanted = wanted.where(m.emergency)
        return wanted.order_by(m.emergency.desc(), m.due_at, m.created_at, m.id).limit(AT_ONCE)

    def _within_pace(
        self,
        session: Session,
        channel: Channel,
        rows: Sequence[MessageRow],
        people: dict[str, PersonRow],
        now: datetime,
    ) -> list[tuple[Post, list[MessageRow]]]:
        """As many posts as the channel takes in this minute; the rest waits."""
        if not rows:
            return []
        pace = session.get(ChannelPaceRow, channel.id, with_for_update=True)
        if pace is None:
            pace = ChannelPaceRow(channel=channel.id, since=now, used=0)
            session.add(pace)
        if now - pace.since >= MINUTE or now < pace.since:
            pace.since, pace.used = now, 0
        left = min(KINDS[channel.kind].per_minute - pace.used, CALLS_AT_ONCE)
        by_id, taken = {row.id: row for row in rows}, list[tuple[Post, list[MessageRow]]]()
        for post in _posts(channel, rows, people):
            if taken and len(post.pieces) > left:
                break
            if left <= 0:
                break
            left, pace.used = left - len(post.pieces), pace.used + len(post.pieces)
            taken.append((post, [by_id[message.id] for message in post.messages]))
        return taken

    def holds(self, post: Post) -> bool:
        """Whether all of a post is this worker's still: nobody has said meanwhile that it was told."""
        with self._db.read() as session:
            m = MessageRow
            wanted = select(m.id, m.attempts).where(m.id.in_([id_ for id_, _ in post.held]), m.state == "sending")
            return {(id_, attempt) for id_, attempt in session.execute(wanted)} == set(post.held)

    def release(self, post: Post) -> None:
        """Nobody tried it: the worker is going down in good order."""
        with self._db.write() as session:
            for row in leases.mine(session, MessageRow, post.held):
                row.state, row.attempts, row.lease_until = "waiting", row.attempts - 1, None

    def told(self, post: Post) -> None:
        """It was taken by the other side: true however late it is said, so that no other channel tells it again."""
        with self._db.write() as session:
            m = MessageRow
            rows = session.scalars(select(m).where(m.id.in_([id_ for id_, _ in post.held])).with_for_update()).all()
            for row in rows:
                if row.state != "sent":
                    row.channel = post.channel.id
                    leases.sent(row, self._db.now())

    def failed(self, post: Post, error: Text, *, lasting: bool = False) -> int:
        """It was not taken: later again, by the next channel, or given up; how many were given up.

        Programs elsewhere hear of what was given up.
        """
        with self._db.together(), self._db.write() as session:
            rows, now = leases.mine(session, MessageRow, post.held), self._db.now()
            if not rows:
                return 0
            town = rows[0].town
            channels, people = self._channels(session, town), _people(session, town, rows)
            lost = [row for row in rows if not_taken(row, channels, people, error, now, lasting=lasting)]
            for row in lost:
                data = {"message": row.id, "key": row.key, "kind": row.kind, "channel": row.channel, "error": row.error}
                self._webhooks.emit(row.town, "message.failed", data)
            return len(lost)

    def _channels(self, session: Session, town: str) -> dict[str, Channel]:
        """All of a town, those that are switched off, too: somebody may stand in for them."""
        rows = session.scalars(select(ChannelRow).where(ChannelRow.town == town))
        return {row.id: channel_of(row, self._db.vault) for row in rows}


def _exhausted(session: Session, town: str, now: datetime) -> list[str]:
    """Channels that take no more in this minute: what waits for them must not keep others waiting."""
    p, c = ChannelPaceRow, ChannelRow
    busy = select(c.id, c.kind, p.used).join(p, p.channel == c.id).where(c.town == town, p.since > now - MINUTE)
    return [id_ for id_, kind, used in session.execute(busy) if used >= KINDS[kind].per_minute]  # type: ignore[index]


def _people(session: Session, town: str, rows: Iterable[MessageRow]) -> dict[str, PersonRow]:
    ids = sorted({person for row in rows if (person := person_of(row.recipient))})
    found = session.scalars(select(PersonRow).where(PersonRow.town == town, PersonRow.id.in_(ids)))
    return {row.id: row for row in found}


def _posts(channel: Channel, rows: Sequence[MessageRow], people: dict[str, PersonRow]) -> Iterator[Post]:
    """One for each person, one for a group or the staff: as few as the channel's length allows."""
    readers: dict[str, list[Posted]] = {}
    for row in rows:
        readers.setdefault(_reader(channel, row), []).append(posted(row))
    for messages in readers.values():
        to = messages[0].to
        person = people.get(person_of(to) or "") if channel.reach == "personal" else None
        at = address(channel, person) if person else to.partition(":")[2].partition(":")[2]
        for subject, pieces, told in packed(channel, messages):
            yield _post(channel, at, person, subject, pieces, told)


def _reader(channel: Channel, row: MessageRow) -> str:
    """Whose messages are told in one text; a trial stands alone."""
    if row.recipient.startswith("test:"):
        return row.id
    return row.recipient if channel.reach == "personal" else ""


def _post(
    channel: Channel,
    to: str,
    person: PersonRow | None,
    subject: str,
    pieces: tuple[str, ...],
    messages: tuple[Posted, ...],
) -> Post:
    phone = str(person.body.get("phone") or "") if person else ""
    id_ = person.id if person else None
    return Post(channel=channel, to=to, person=id_, phone=phone, subject=subject, pieces=pieces, messages=messages)


def _with(post: Post, rows: Sequence[MessageRow]) -> Post:
    """The post with its messages as they are held."""
    return Post(
        channel=post.channel, to=post.to, person=post.person, phone=post.phone, subject=post.subject,
        pieces=post.pieces, messages=tuple(posted(row) for row in rows),
    )  # fmt: skip
