"""Sessions that write down every change of theirs in the transaction of the change itself.

Whatever is flushed, and every insert, update and delete that goes through such a session, becomes rows of the log:
no noun has to remember it. Rows that the database itself deletes with their parent are told by the parent's entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NoReturn, cast

from sqlalchemy import Table, event, insert, inspect, select, tuple_
from sqlalchemy.engine import Result
from sqlalchemy.orm import ORMExecuteState, Session

from .audit_entries import Change, Fields, entries, explicit, signed
from .audit_rows import AuditRow
from .audit_rules import rule_of

Row = Mapping[str, Any]
NOW = "now"
"""Key of a session's info: the clock."""
AT_ONCE = 200
"""Rows that are asked for in one statement."""


class RecordingSession(Session):
    """A session for writing; `info["now"]` is the clock."""

    def bulk_save_objects(self, *_: Any, **__: Any) -> NoReturn:
        raise NotImplementedError("goes past the log of changes: use add_all or execute(insert(...), rows)")

    bulk_insert_mappings = bulk_update_mappings = bulk_save_objects


def note(session: Session, changes: Sequence[Change]) -> None:
    """Write changes into the log, in this session's transaction."""
    rows = entries(session, changes, session.info[NOW]())
    if rows:
        session.connection().execute(insert(cast(Table, AuditRow.__table__)), rows)


def note_that(
    session: Session,
    town: str | None,
    action: str,
    noun: str,
    thing: str,
    person: str | None = None,
    changes: Fields | None = None,
) -> None:
    """Write down what changes no row, such as the sight of a number."""
    row = signed(session, explicit(town, action, noun, thing, person, changes), session.info[NOW]())
    session.connection().execute(insert(cast(Table, AuditRow.__table__)), [row])


@event.listens_for(RecordingSession, "before_flush")
def _flushing(session: Session, *_: Any) -> None:
    with session.no_autoflush:
        note(session, [*_of_objects(session)])


@event.listens_for(RecordingSession, "do_orm_execute")
def _executing(state: ORMExecuteState) -> Result[Any] | None:
    if not (state.is_insert or state.is_update or state.is_delete):
        return None
    table = getattr(state.statement, "table", None)
    if not isinstance(table, Table) or rule_of(table.name) is None:
        return None
    state.session.flush()
    if state.is_insert:
        note(state.session, [Change(table.name, None, row) for row in _inserted(state)])
        return None
    before = _rows(state.session, table, state.statement.whereclause)  # type: ignore[attr-defined]
    result = state.invoke_statement()
    after = _again(state.session, table, list(before)) if state.is_update else {}
    note(state.session, [Change(table.name, row, after.get(key)) for key, row in before.items()])
    return result


def _of_objects(session: Session) -> Iterator[Change]:
    for found, kind in ((session.new, "add"), (session.dirty, "change"), (session.deleted, "remove")):
        for thing in found:
            table = inspect(thing).mapper.local_table.name
            if rule_of(table) is not None and (kind != "change" or session.is_modified(thing)):
                yield _of_object(table, thing, cast(Literal["add", "change", "remove"], kind))


def _of_object(table: str, thing: Any, kind: Literal["add", "change", "remove"]) -> Change:
    state = inspect(thing)
    names = [attribute.key for attribute in state.mapper.column_attrs]
    now = {name: getattr(thing, name) for name in names}
    if kind == "add":
        return Change(table, None, now)
    before = dict(now)
    for name in names:
        history = state.attrs[name].history
        if history.has_changes():
            before[name] = history.deleted[0] if history.deleted else None
    return Change(table, before, None if kind == "remove" else now)


def _inserted(state: ORMExecuteState) -> Sequence[Row]:
    """The rows of an insert; refused where they could not be told before it runs."""
    statement: Any = state.statement
    if statement._post_values_clause is not None or statement._multi_values or statement.select is not None:
        raise NotImplementedError("an insert that the log of changes cannot follow: use plain rows")
    if state.parameters:
        return [state.parameters] if isinstance(state.parameters, Mapping) else list(state.parameters)
    return [statement.compile().params]


def _rows(session: Session, table: Table, where: Any) -> dict[tuple[Any, ...], Row]:
    """Key → row of those that a statement will touch, held until it has."""
    wanted = select(table) if where is None else select(table).where(where)
    found = session.connection().execute(wanted.with_for_update()).mappings()
    return {tuple(row[column.name] for column in table.primary_key): row for row in found}  # type: ignore[misc]


def _again(session: Session, table: Table, keys: list[tuple[Any, ...]]) -> dict[tuple[Any, ...], Row]:
    """The same rows as they are now."""
    found: dict[tuple[Any, ...], Row] = {}
    for first in range(0, len(keys), AT_ONCE):
        found |= _rows(session, table, tuple_(*table.primary_key).in_(keys[first : first + AT_ONCE]))
    return found
