"""A town's channels and how it wants people to be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.document.faults import Faults

from . import words
from .channel_kinds import ChannelKind, Language, Reach, checked, parted
from .channel_rows import ChannelPaceRow, ChannelRow, TellingPolicyRow
from .database import Database
from .errors import NotFound
from .records import Stored
from .scope import same_revision, town_row

LONGEST_NAME = 100
DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One way to tell people; `secrets` is for the sender alone."""

    id: str
    town: str
    name: str
    kind: ChannelKind
    reach: Reach
    about: tuple[str, ...]
    """The kinds of message that go this way."""
    language: Language
    active: bool
    fields: dict[str, str]
    secrets: dict[str, str]
    created_at: datetime

    @property
    def held(self) -> frozenset[str]:
        """Which secrets there are, without what they are."""
        return frozenset(self.secrets)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChannel:
    """What somebody asks for; `fields` with the secrets."""

    name: str
    kind: ChannelKind
    reach: Reach
    about: tuple[str, ...]
    language: Language = "zh"
    active: bool = True
    fields: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingPolicy:
    """Quiet hours and reminders of a town, by its own clock; minutes of the day. None: no such reminder."""

    quiet_from: int = 22 * 60
    quiet_until: int = 7 * 60
    """Equal to `quiet_from`: no quiet hours."""
    evening_at: int | None = 19 * 60
    """When people are reminded on the evening before."""
    before_minutes: int | None = 120
    confirm_hours: int | None = 24
    """So long before a duty whoever has not said 收到 is asked."""
    escalate_hours: int | None = 6
    """So long before a duty the dispatchers hear of who still has not."""

    def quiet(self, minute: int) -> bool:
        """Whether this minute of the day is quiet."""
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= minute < self.quiet_until
        return minute >= self.quiet_from or minute < self.quiet_until


class Channels:
    def __init__(self, database: Database) -> None:
        self._db = database

    def list(self, town: str) -> Sequence[Stored[Channel]]:
        """In the order in which they were made."""
        with self._db.read() as session:
            rows = session.scalars(
                select(ChannelRow).where(ChannelRow.town == town).order_by(ChannelRow.created_at, ChannelRow.id)
            )
            return [Stored(channel_of(row), row.revision) for row in rows]

    def get(self, town: str, channel: str) -> Stored[Channel]:
        """Raises NotFound."""
        with self._db.read() as session:
            row = _row(session, town, channel)
            return Stored(channel_of(row), row.revision)

    def add(self, town: str, wanted: NewChannel) -> Stored[Channel]:
        """Raises NotFound (town), DocumentError."""
        shown, secret = _checked(wanted, {})
        with self._db.write() as session:
            town_row(session, town, hold=True)
            row = ChannelRow(
                id=str(uuid4()), town=town, revision=1, kind=wanted.kind, created_at=self._db.now(), secrets=secret,
                fields=shown, **_plain(wanted),
            )  # fmt: skip
            session.add(row)
            session.flush()
            session.add(ChannelPaceRow(channel=row.id, since=row.created_at, used=0))
            return Stored(channel_of(row), 1)

    def change(self, town: str, channel: str, wanted: NewChannel, revision: int) -> Stored[Channel]:
        """Everything but the kind; secrets that are left empty stay, unless the messages would then go elsewhere.

        Raises NotFound, Conflict, DocumentError.
        """
        with self._db.write() as session:
            row = _row(session, town, channel)
            same_revision("channel", channel, row.revision, revision)
            same_server = wanted.fields.get("host", "").strip() == row.fields.get("host", "")
            held = row.secrets if row.kind == wanted.kind and same_server else {}
            row.fields, row.secrets = _checked(wanted, held)
            for name, value in (_plain(wanted) | {"kind": wanted.kind}).items():
                setattr(row, name, value)
            row.revision += 1
            return Stored(channel_of(row), row.revision)

    def remove(self, town: str, channel: str, revision: int) -> None:
        """Messages that waited for it look for another way. Raises NotFound, Conflict."""
        with self._db.write() as session:
            row = _row(session, town, channel)
            same_revision("channel", channel, row.revision, revision)
            session.delete(row)

    # --- how a town wants it --------------------------------------------------------------------------------

    def policy(self, town: str) -> Stored[TellingPolicy]:
        with self._db.read() as session:
            return policy_of(session, town)

    def set_policy(self, town: str, policy: TellingPolicy, revision: int) -> Stored[TellingPolicy]:
        """Raises NotFound, Conflict."""
        with self._db.write() as session:
            town_row(session, town, hold=True)
            same_revision("telling_policy", town, policy_of(session, town).revision, revision)
            values = {name: getattr(policy, name) for name in TellingPolicy.__dataclass_fields__}
            session.merge(TellingPolicyRow(town=town, revision=revision + 1, **values))
            return Stored(policy, revision + 1)


def policy_of(session: Session, town: str) -> Stored[TellingPolicy]:
    """What a town has chosen, else what is usual."""
    row = session.get(TellingPolicyRow, town)
    if row is None:
        return Stored(TellingPolicy(), 1)
    return Stored(TellingPolicy(**{n: getattr(row, n) for n in TellingPolicy.__dataclass_fields__}), row.revision)


def channel_of(row: ChannelRow) -> Channel:
    return Channel(
        id=row.id, town=row.town, name=row.name, kind=row.kind, reach=row.reach, about=tuple(row.about),  # type: ignore[arg-type]
        language=row.language, active=row.active, fields=dict(row.fields), secrets=dict(row.secrets),  # type: ignore[arg-type]
        created_at=row.created_at,
    )  # fmt: skip


def _checked(wanted: NewChannel, held: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    faults = Faults()
    if not wanted.name.strip():
        faults.add(("name",), "too_short", length=0, limit=1)
    words.check(faults, "name", wanted.name, LONGEST_NAME)
    faults.raise_if_any()
    return parted(wanted.kind, checked(wanted.kind, wanted.reach, wanted.fields, held))


def _plain(wanted: NewChannel) -> dict[str, object]:
    return {
        "name": wanted.name.strip(),
        "reach": wanted.reach,
        "about": list(dict.fromkeys(wanted.about)),
        "language": wanted.language,
        "active": wanted.active,
    }


def _row(session: Session, town: str, channel: str) -> ChannelRow:
    row = session.get(ChannelRow, channel)
    if row is None or row.town != town:
        raise NotFound("channel", channel)
    return row
