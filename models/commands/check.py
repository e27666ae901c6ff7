"""`check`: whether a database, or a backup, is whole."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, text

from scheduler.text import Text

from .. import dump
from ..database import Database
from ..transfer import Live, survey
from .frame import DONE, WRONG, at_newest, complain, existing, opened, shown, tell, tell_tallies, with_database

NAME = "check"
SAYS = Text(
    "检查数据库（或一份备份）是否完好",
    "look whether the database, or a backup, is whole; show rows and checksums",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE", help="备份文件  a backup, instead of a database")
    with_database(parser)


def run(asked: argparse.Namespace) -> int:
    """Says everything that is wrong."""
    return _backup(asked.file) if asked.file else _database(asked.url)


def _backup(path: Path) -> int:
    try:
        with dump.opened(existing(path)) as file:
            tell_tallies(survey(file))
    except dump.Damaged as error:
        complain(f"备份 {path} 已损坏：{error.text.zh}。", f"The backup {path} is damaged: {error.text.en}.")
        return WRONG
    tell(
        f"{path} 是 {file.made_at} 的备份，表为 {file.revision}，完好。",
        f"{path} is a backup of {file.made_at}, form {file.revision}, and whole.",
    )
    return DONE


def _database(url: str | None) -> int:
    with opened(url, exists=True) as database:
        with database.read() as session:
            connection = session.connection()
            revision = at_newest(connection, shown(database))
            faults = list(_faults(connection, database))
            tell_tallies(survey(Live(connection)))
        for fault in faults:
            complain(fault.zh, fault.en)
        if faults:
            return WRONG
        tell(f"{shown(database)} 完好，表为 {revision}。", f"{shown(database)} is whole, its tables are at {revision}.")
    return DONE


def _faults(connection: Connection, database: Database) -> Iterator[Text]:
    if not database.sqlite:
        yield from _resting_guards(connection)
        return
    for (said,) in connection.exec_driver_sql("PRAGMA integrity_check"):
        if said != "ok":
            yield Text(f"数据库文件已损坏：{said}。请从备份恢复。", f"The file is damaged: {said}. Restore a backup.")
    for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield Text(
            f"{table} 第 {row} 行指向 {parent} 中没有的东西。", f"Row {row} of {table} points to nothing in {parent}."
        )


def _resting_guards(connection: Connection) -> Iterator[Text]:
    """A server keeps its references itself; what somebody can switch off are the triggers."""
    resting = text(
        "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND t.tgenabled IN ('D', 'R')"
    )
    for table, name in connection.execute(resting):
        yield Text(
            f"表 {table} 的触发器 {name} 被停用：运行 ALTER TABLE {table} ENABLE TRIGGER {name} 。",
            f"The trigger {name} of {table} is switched off: run ALTER TABLE {table} ENABLE TRIGGER {name}",
        )
