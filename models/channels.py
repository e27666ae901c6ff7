"""A town's channels and how it wants people to be told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from scheduler.document import DocumentError, Fault
from scheduler.document.faults import Faults
from scheduler.text import Text

from . import words
from .channel_kinds import ChannelKind, Language, Reach, checked, parted
from .channel_order import in_order, line
from .channel_rows import ChannelPaceRow, ChannelRow, TellingPolicyRow
from .database import Database
from .errors import NotFound
from .message_rows import MessageRow
from .records import Stored
from .scope import same_revision, town_row
from .vault import Vault

LONGEST_NAME = 100
DAY_MINUTES = 24 * 60
BAD_STAND_IN = Text(
    "备用渠道只能替同一类（群或值班人员）的另一个渠道，而且那个渠道自己不是备用。",
    "A channel stands in for another one of the same kind (group or staff) that does not stand in itself.",
)
FOLLOWED = Text(
    "有别的渠道作它的备用：请先改那些渠道，再改发给谁。",
    "Other channels stand in for this one: change those first.",
)


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
    rank: int
    instead_of: str | None
    """The channel that this one stands in for; None for one that messages go to by itself."""
    fields: dict[str, str]
    secrets: dict[str, str]
    locked: frozenset[str]
    """Secrets that no key of this service opens: they have to be entered anew."""
    created_at: datetime

    @property
    def held(self) -> frozenset[str]:
        """Which secrets there are, without what they are."""
        return frozenset(self.secrets) | self.locked


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChannel:
    """What somebody asks for; `fields` with the secrets."""

    name: str
    kind: ChannelKind
    reach: Reach
    about: tuple[str, ...]
    language: Language = "zh"
    active: bool = True
    instead_of: str | None = None
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
        """In the order in which they are tried."""
        with self._db.read() as session:
            return [Stored(channel_of(row, self._db.vault), row.revision) for row in in_order(_rows(session, town))]

    def get(self, town: str, channel: str) -> Stored[Channel]:
        """Raises NotFound."""
        with self._db.read() as session:
            row = _row(session, town, channel)
            return Stored(channel_of(row, self._db.vault), row.revision)

    def add(self, town: str, wanted: NewChannel) -> Stored[Channel]:
        """The last in the order. Raises NotFound (town), DocumentError, NoKey."""
        shown, secret = _checked(wanted, {})
        with self._db.write() as session:
            town_row(session, town, hold=True)
            others = _rows(session, town)
            _check_stand_in(wanted, None, others)
            row = ChannelRow(
                id=str(uuid4()), town=town, revision=1, kind=wanted.kind, created_at=self._db.now(),
                rank=max((other.rank for other in others), default=0) + 1, secrets=self._sealed(secret), fields=shown,
                **_plain(wanted),
            )  # fmt: skip
            session.add(row)
            session.flush()
            session.add(ChannelPaceRow(channel=row.id, since=row.created_at, used=0))
            return Stored(channel_of(row, self._db.vault), 1)

    def change(self, town: str, channel: str, wanted: NewChannel, revision: int) -> Stored[Channel]:
        """Everything but the kind; secrets that are left empty stay, unless the messages would then go elsewhere.

        Raises NotFound, Conflict, DocumentError, NoKey.
        """
        with self._db.write() as session:
            row = _row(session, town, channel)
            same_revision("channel", channel, row.revision, revision)
            same_server = wanted.fields.get("host", "").strip() == row.fields.get("host", "")
            sealed = row.secrets if row.kind == wanted.kind and same_server else {}
            held = _opened(sealed, self._db.vault)
            row.fields, secret = _checked(wanted, held, sealed.keys() - held.keys())
            _check_stand_in(wanted, row, _rows(session, town))
            fresh = {name: value for name, value in secret.items() if held.get(name) != value}
            row.secrets = {name: sealed[name] for name in secret if name not in fresh} | self._sealed(fresh)
            for name, value in (_plain(wanted) | {"kind": wanted.kind}).items():
                setattr(row, name, value)
            row.revision += 1
            return Stored(channel_of(row, self._db.vault), row.revision)

    def reorder(self, town: str, wanted: Sequence[str]) -> None:
        """Try these first, in this order; what is not named comes after them as it was. Raises NotFound."""
        with self._db.write() as session:
            town_row(session, town, hold=True)
            rows = {row.id: row for row in in_order(_rows(session, town))}
            for id_ in wanted:
                if id_ not in rows:
                    raise NotFound("channel", id_)
            for rank, id_ in enumerate(dict.fromkeys([*wanted, *rows]), 1):
                rows[id_].rank = rank

    def remove(self, town: str, channel: str, revision: int) -> None:
        """Who stood in for it takes its place; other messages that waited for it look for another way.

        Raises NotFound, Conflict.
        """
        with self._db.write() as session:
            row = _row(session, town, channel)
            same_revision("channel", channel, row.revision, revision)
            heirs = [other for other in line(_rows(session, town), channel) if other.instead_of == channel]
            if heirs:
                m = MessageRow
                for heir in heirs:
                    heir.instead_of = None if heir is heirs[0] else heirs[0].id
                waiting = update(m).where(m.town == town, m.channel == channel, m.state == "waiting")
                session.execute(waiting.values(channel=heirs[0].id))
            session.delete(row)

    def reseal(self, town: str) -> int:
        """Seal what was sealed with an older key with the newest one; how many channels changed. Raises NoKey."""
        vault, count = self._db.vault, 0
        with self._db.write() as session:
            for row in _rows(session, town):
                old = [name for name, value in row.secrets.items() if not vault.newest(value)]
                opened = {name: plain for name in old if (plain := vault.open(row.secrets[name])) is not None}
                if opened:
                    row.secrets, count = row.secrets | self._sealed(opened), count + 1
        return count

    def _sealed(self, secrets: Mapping[str, str]) -> dict[str, str]:
        return {name: self._db.vault.seal(value) for name, value in secrets.items()}

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


def channel_of(row: ChannelRow, vault: Vault) -> Channel:
    """A row with its secrets opened, as far as there is a key for them."""
    opened = _opened(row.secrets, vault)
    return Channel(
        id=row.id, town=row.town, name=row.name, kind=row.kind, reach=row.reach, about=tuple(row.about),  # type: ignore[arg-type]
        language=row.language, active=row.active, rank=row.rank, instead_of=row.instead_of, fields=dict(row.fields),  # type: ignore[arg-type]
        secrets=opened, locked=frozenset(row.secrets) - opened.keys(), created_at=row.created_at,
    )  # fmt: skip


def _opened(sealed: Mapping[str, str], vault: Vault) -> dict[str, str]:
    return {name: plain for name, value in sealed.items() if (plain := vault.open(value)) is not None}


def _check_stand_in(wanted: NewChannel, own: ChannelRow | None, others: Sequence[ChannelRow]) -> None:
    """A channel stands in for one of the same group or staff, which goes by itself. Raises DocumentError."""
    followed = own is not None and any(other.instead_of == own.id for other in others)
    if own is not None and followed and wanted.reach != own.reach:
        raise DocumentError([Fault("reach", "bad_stand_in", FOLLOWED)])
    if wanted.instead_of is None:
        return
    first = next((other for other in others if other.id == wanted.instead_of), None)
    fits = first is not None and first is not own and first.instead_of is None and first.reach == wanted.reach
    if wanted.reach == "personal" or followed or not fits:
        raise DocumentError([Fault("instead_of", "bad_stand_in", BAD_STAND_IN)])


def _checked(
    wanted: NewChannel, held: Mapping[str, str], locked: Collection[str] = ()
) -> tuple[dict[str, str], dict[str, str]]:
    faults = Faults()
    if not wanted.name.strip():
        faults.add(("name",), "too_short", length=0, limit=1)
    words.check(faults, "name", wanted.name, LONGEST_NAME)
    faults.raise_if_any()
    return parted(wanted.kind, checked(wanted.kind, wanted.reach, wanted.fields, held, locked))


def _plain(wanted: NewChannel) -> dict[str, object]:
    return {
        "name": wanted.name.strip(),
        "reach": wanted.reach,
        "about": list(dict.fromkeys(wanted.about)),
        "language": wanted.language,
        "active": wanted.active,
        "instead_of": wanted.instead_of,
    }


def _rows(session: Session, town: str) -> Sequence[ChannelRow]:
    return session.scalars(select(ChannelRow).where(ChannelRow.town == town)).all()


def _row(session: Session, town: str, channel: str) -> ChannelRow:
    row = session.get(ChannelRow, channel)
    if row is None or row.town != town:
        raise NotFound("channel", channel)
    return row
