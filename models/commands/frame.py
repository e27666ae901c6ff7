"""What the commands share: opening databases, refusals, and the table that shows a proof."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from scheduler.text import Text

from .. import schema
from ..database import Database
from ..place import database_url
from ..transfer import Line, Tally, filled

DONE, WRONG, REFUSED, FAILED = 0, 1, 2, 3
SHOWN = 16
"""Digits of a checksum that a report shows."""


class Refusal(Exception):
    """Why a command does not begin, and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(zh, en)


def with_database(parser: argparse.ArgumentParser, option: str = "--database") -> None:
    """The option that names a database; without it, that of the environment."""
    parser.add_argument(
        option, metavar="URL", default=None, dest="url",
        help="数据库地址，缺省为 DATABASE_URL  address of the database, by default DATABASE_URL",
    )  # fmt: skip


@contextmanager
def opened(url: str | None, *, exists: bool) -> Iterator[Database]:
    """A database, closed at the end; with `exists` a missing file is refused rather than made."""
    database = Database(url or database_url(os.environ), lambda: datetime.now(UTC))
    try:
        if exists and database.sqlite and not Path(database.url.database or "").is_file():
            raise Refusal(
                f"没有数据库文件 {database.url.database}：请检查地址。",
                f"There is no database file {database.url.database}: check the address.",
            )
        yield database
    finally:
        database.close()


def existing(path: Path) -> Path:
    """A backup that is there. Raises Refusal."""
    if not path.is_file():
        raise Refusal(f"没有文件 {path}：请检查名字。", f"There is no file {path}: check the name.")
    return path


def shown(database: Database) -> str:
    """A database's address without its password."""
    return database.url.render_as_string(hide_password=True)


def at_newest(connection: Connection, where: str) -> str:
    """The form of the tables, which must be the newest. Raises Refusal."""
    at, newest = schema.current_of(connection), schema.newest()
    if at == newest:
        return newest
    if at is not None and at not in schema.all_forms():
        raise Refusal(
            f"{where} 的表是 {at}，比本程序（{newest}）新：请先升级程序。",
            f"The tables of {where} are at {at}, newer than this program ({newest}): upgrade the program first.",
        )
    raise Refusal(
        f"{where} 的表是 {at or '空的'}，需要 {newest}：先运行 DATABASE_URL=… python -m models migrate 。",
        f"The tables of {where} are at {at or 'nothing'} and must be at {newest}: "
        "run first DATABASE_URL=… python -m models migrate",
    )


def empty(connection: Connection, names: Iterable[str], where: str) -> None:
    """Nothing may be there already. Raises Refusal."""
    there = filled(connection, names)
    if there:
        raise Refusal(
            f"{where} 不是空的（{'、'.join(there)} 有数据）：请给一个空的数据库，现有数据不会被覆盖。",
            f"{where} is not empty (there is something in {', '.join(there)}): "
            "give an empty database, nothing that exists is overwritten.",
        )


def tell(zh: str, en: str) -> None:
    """One sentence of what was done."""
    sys.stdout.write(f"{zh}\n{en}\n")


def complain(zh: str, en: str) -> None:
    """One sentence of what went wrong."""
    sys.stderr.write(f"{zh}\n{en}\n")


def tell_tallies(tallies: Sequence[tuple[str, Tally]]) -> None:
    """Every table with its rows and the beginning of its checksum."""
    for name, tally in tallies:
        sys.stdout.write(f"{name:<24}{tally.rows:>10}  {tally.checksum[:SHOWN]}\n")


def tell_proof(proof: Sequence[Line]) -> None:
    """Every table with what was given and what was found."""
    for line in proof:
        told = f"{line.table:<24}{line.rows:>10}  {line.checksum[:SHOWN]}"
        if line.same:
            sys.stdout.write(f"{told}  =\n")
        else:
            sys.stdout.write(f"{told}  ≠ {line.found_rows:>8}  {line.found_checksum[:SHOWN]}\n")


def reason(error: Exception) -> str:
    """What a database or a disk says about itself, in one line."""
    said = str(getattr(error, "orig", None) or error).strip()
    return said.splitlines()[0] if said else type(error).__name__
