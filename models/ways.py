"""The way of a message: by which channel it goes, when it is tried again, and by which channel after that.

Attempts of a message are counted on over all its channels, so that no two are called the same: what a worker says about
an attempt that is no longer the present one is known to be late.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from scheduler.text import Text

from .channel_kinds import EMAIL
from .channel_order import in_order, line
from .channels import Channel
from .leases import PAUSES_MINUTES
from .message_rows import MessageRow
from .outbox import posted, tried
from .rows import PersonRow

PAUSES_BEFORE_NEXT = (1, 5)
"""Minutes between the attempts by a channel after which there is another one; an emergency takes that at once."""
NO_CHANNEL_LEFT = Text(
    "这个渠道已删除或停用：请启用它或换一个渠道，再点“再发”。",
    "This channel was removed or switched off: switch it on or set up another one, then send again.",
)
Channels = Mapping[str, Channel]
People = Mapping[str, PersonRow]


def person_of(recipient: str) -> str | None:
    """Whom a message is for, when it is for one person."""
    noun, _, which = recipient.partition(":")
    return which if noun == "person" else None


def address(channel: Channel, person: PersonRow) -> str:
    """Where this channel reaches somebody; empty when it does not."""
    email, phone = str(person.body.get("email") or ""), str(person.body.get("phone") or "")
    if channel.kind == "email":
        return email if EMAIL.fullmatch(email) else ""
    return phone or (email if channel.kind == "webhook" else "")


def ways(row: MessageRow, channels: Channels, people: People) -> list[Channel]:
    """The channels by which a message may go, in their order, without those that have given up on it."""
    gone = _given_up(row)
    if row.recipient.startswith("test:"):
        found = [c for c in channels.values() if c.id == row.channel]
    elif person_of(row.recipient) is None:
        found = line(list(channels.values()), row.channel)
    else:
        person = people.get(person_of(row.recipient) or "")
        found = [
            c
            for c in in_order(channels.values())
            if person is not None and c.reach == "personal" and row.kind in c.about and address(c, person)
        ]
    return [c for c in found if c.active and c.id not in gone]


def choose(row: MessageRow, channels: Channels, people: People, now: datetime) -> None:
    """Give a message that is due its channel; one that no channel takes stays on the page or has failed."""
    found = ways(row, channels, people)
    present = next((c for c in found if c.id == row.channel), None)
    if person_of(row.recipient) is None and present is not None:
        return
    if found:
        if posted(row).attempts_here and row.channel != found[0].id:
            _pass_on(row, channels, Text(**row.error) if row.error else NO_CHANNEL_LEFT, now)
        row.channel = found[0].id
    elif row.tried or (row.channel is not None and person_of(row.recipient) is None):
        row.state, row.error = "failed", row.error or NO_CHANNEL_LEFT.as_json()
    else:
        row.channel, row.state = None, "on_page"


def not_taken(
    row: MessageRow, channels: Channels, people: People, error: Text, now: datetime, *, lasting: bool
) -> bool:
    """Once more by this channel later, else by the next one now, else given up; whether it was given up.

    An attempt that would come too late to be of use is none.
    """
    row.error, row.lease_until = error.as_json(), None
    others = [c for c in ways(row, channels, people) if c.id != row.channel]
    pauses = (() if row.emergency else PAUSES_BEFORE_NEXT) if others else PAUSES_MINUTES
    here = posted(row).attempts_here
    if not lasting and here <= len(pauses):
        again = now + timedelta(minutes=pauses[here - 1])
        if row.expires_at is None or again < row.expires_at:
            row.state, row.due_at = "waiting", again
            return False
    if not others:
        row.state = "failed"
        return True
    _pass_on(row, channels, error, now)
    row.channel, row.state, row.due_at = others[0].id, "waiting", now
    return False


def _pass_on(row: MessageRow, channels: Channels, error: Text, now: datetime) -> None:
    channel = channels.get(row.channel or "")
    name = channel.name if channel else ""
    row.tried = [*row.tried, tried(posted(row), name, now, error)]


def _given_up(row: MessageRow) -> set[str | None]:
    """Channels that have given up since somebody had it sent once more."""
    gone: set[str | None] = set()
    for one in posted(row).tried:
        gone = gone | {one.channel} if one.error else set()
    return gone
