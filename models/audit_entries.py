"""Rows of the log, made of changes of rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from . import audit_context
from .audit_context import Act
from .audit_rules import Logged, rule_of
from .privacy import everywhere, shortened, without_mobiles
from .rows import AccountRow, PersonRow

MOST_PARTS = 50
"""More parts of one whole (duties of a week, assignments of a roster) in one step are counted, not listed."""
LONGEST_REASON = 500
NAMES = "names"
"""Key of a session's info."""
Row = Mapping[str, Any]
Fields = dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Change:
    """A row before and after; None when it was not there, or is there no more."""

    table: str
    before: Row | None
    after: Row | None

    @property
    def action(self) -> str:
        if self.before is None:
            return "add"
        return "remove" if self.after is None else "change"

    @property
    def row(self) -> Row:
        return cast(Row, self.before if self.after is None else self.after)


class Names:
    """The names of a town's people, looked up once a session, and only when a text has to be read for them."""

    def __init__(self, session: Session) -> None:
        self._session, self._held, self._new = session, dict[str | None, set[str]](), set[str]()

    @classmethod
    def of(cls, session: Session) -> Names:
        """Those of this session."""
        kept: Names = session.info.setdefault(NAMES, cls(session))
        return kept

    def learn(self, changes: Sequence[Change]) -> None:
        """Names that are about to come or to go count too: the reason may be about them."""
        people = (change for change in changes if change.table == PersonRow.__tablename__)
        self._new |= {row["name"] for change in people for row in (change.before, change.after) if row is not None}

    def short(self, town: str | None, text: str) -> str:
        """The text without full names and mobile numbers."""
        return without_mobiles(shortened(text, self._of(town)))

    def sentences(self, town: str | None, value: Any) -> Any:
        """A document whose sentences are without them; a text that is nothing but a name is an id and stays."""
        return everywhere(value, lambda text: text if text in self._of(town) else self.short(town, text))

    def _of(self, town: str | None) -> set[str]:
        if town not in self._held:
            table = cast(Table, PersonRow.__table__)
            rows = self._session.connection().execute(select(table.c.name).where(table.c.town == town))
            self._held[town] = {name for (name,) in rows}
        self._held[town] |= self._new
        return self._held[town]


def entries(session: Session, changes: Sequence[Change], now: datetime) -> list[dict[str, Any]]:
    """What is to be written into the table of the log."""
    act, names = audit_context.current(), Names.of(session)
    names.learn(changes)
    made = []
    for change in _gathered(changes):
        row = change if isinstance(change, dict) else _entry(session, change, names)
        if row is not None:
            made.append(_by(row, act, names) | {"at": now})
    return made


def explicit(
    town: str | None, action: str, noun: str, thing: str, person: str | None = None, changes: Fields | None = None
) -> dict[str, Any]:
    """An entry about something that changes no row, such as the sight of a number."""
    return {
        "town": town, "action": action, "noun": noun, "thing": thing, "person": person, "changes": changes or {},
    }  # fmt: skip


def signed(session: Session, entry: dict[str, Any], now: datetime) -> dict[str, Any]:
    """An explicit entry with who, why and when."""
    return _by(entry, audit_context.current(), Names.of(session)) | {"at": now}


def _by(entry: dict[str, Any], act: Act, names: Names) -> dict[str, Any]:
    reason = None if not act.reason else names.short(entry["town"], act.reason)[:LONGEST_REASON]
    return entry | {"actor": act.actor, "reason": reason, "request": act.request}


def _gathered(changes: Sequence[Change]) -> Iterator[Change | dict[str, Any]]:
    """The changes, those of many parts of one whole as one entry with their number."""
    wholes = Counter(whole for change in changes if (whole := _whole(change)) is not None)
    told = set()
    for change in changes:
        whole = _whole(change)
        if whole is None or wholes[whole] <= MOST_PARTS:
            yield change
        elif whole not in told:
            told.add(whole)
            town, noun, thing, field, action = whole
            count = wholes[whole]
            figures: list[Any] = {"add": [0, count], "remove": [count, 0]}.get(action, [count, count])
            yield explicit(town, "change", noun, thing, changes={field: figures})


def _whole(change: Change) -> tuple[str, str, str, str, str] | None:
    rule = rule_of(change.table)
    if rule is None or rule.parts_of is None:
        return None
    noun, columns, field = rule.parts_of
    return change.row["town"], noun, _joined(change.row, columns), field, change.action


def _entry(session: Session, change: Change, names: Names) -> dict[str, Any] | None:
    """None when nothing has changed that is worth telling."""
    rule = rule_of(change.table)
    if rule is None:
        return None
    town = _town(session, rule, change.row)
    fields = _fields(rule, change, partial(names.short, town))
    if change.action == "change" and not fields:
        return None
    rules_alone = change.table == "town" and set(fields) == {"rules"} and change.action == "change"
    return explicit(
        town,
        change.action,
        "rules" if rules_alone else rule.noun,
        _joined(change.row, rule.thing),
        None if rule.person is None else change.row[rule.person],
        fields,
    )


def _fields(rule: Logged, change: Change, short: Any) -> Fields:
    before, after = _flat(change.before or {}), _flat(change.after or {})
    skipped = {*rule.silent, *rule.thing, rule.town, rule.person}
    told: Fields = {}
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if old == new or name in skipped:
            continue
        clean = rule.clean.get(name, rule.rest)
        pair = [_json(clean(old)), _json(clean(new))]
        told[name] = everywhere(pair, short) if name in rule.names else pair
    return told


def _flat(row: Row) -> dict[str, Any]:
    """A row with the keys of its body in place of the body."""
    body = row.get("body")
    if not isinstance(body, Mapping):
        return dict(row)
    return {name: value for name, value in row.items() if name != "body"} | dict(body)


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (datetime, date)) else value


def _joined(row: Row, columns: Sequence[str]) -> str:
    """The id of a row: its columns, with slashes between them."""
    return "/".join(str(_json(row[column])) for column in columns)


def _town(session: Session, rule: Logged, row: Row) -> str | None:
    if rule.town is not None:
        return cast("str | None", row[rule.town])
    if "account" not in row:
        return cast("str | None", row.get("town"))
    table = cast(Table, AccountRow.__table__)
    return session.connection().execute(select(table.c.town).where(table.c.id == row["account"])).scalar()
