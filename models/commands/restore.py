"""`restore`: a backup into an empty database, proven."""

from __future__ import annotations

import argparse
from pathlib import Path

from sqlalchemy import Connection

from scheduler.text import Text

from .. import dump, schema
from ..columns import Base
from ..database import Database
from ..transfer import Line, NotTheSame, carry, hold, shapes
from .frame import DONE, WRONG, Refusal, complain, empty, existing, opened, shown, tell, tell_proof, with_database
from .reseal import tell_locked

NAME = "restore"
SAYS = Text("把备份恢复到空的数据库", "put a backup into an empty database of either kind, and prove it")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="备份文件  the backup")
    with_database(parser)


def run(asked: argparse.Namespace) -> int:
    """In one transaction: all of it, equal to the checksums of the file, or nothing."""
    try:
        with dump.opened(existing(asked.file)) as file, opened(asked.url, exists=False) as database:
            proof = _restored(file, database)
            where = shown(database)
            tell_locked(database)
    except NotTheSame as error:
        tell_proof(error.proof)
        complain(
            f"写入的与备份不符：{error.text.zh}。没有改动任何数据。",
            f"What was written differs: {error.text.en}. Nothing was changed.",
        )
        return WRONG
    except dump.Damaged as error:
        complain(
            f"备份 {asked.file} 已损坏（{error.text.zh}）。没有改动任何数据，请用另一份。",
            f"The backup {asked.file} is damaged ({error.text.en}). Nothing was changed; take another one.",
        )
        return WRONG
    tell_proof(proof)
    tell(
        f"{file.made_at} 的备份已恢复到 {where}，行数与校验值全部相符。",
        f"The backup of {file.made_at} is in {where}; all counts and checksums are the same.",
    )
    return DONE


def _restored(file: dump.File, database: Database) -> tuple[Line, ...]:
    if file.revision not in schema.all_forms():
        raise Refusal(
            f"备份的表是 {file.revision}，比本程序（{schema.newest()}）新：请先升级程序。",
            f"The backup is of form {file.revision}, newer than this program ({schema.newest()}): "
            "upgrade the program first.",
        )
    with database.connection() as connection:
        _ready(file, database, connection)
        proof = carry(file, connection)
        schema.upgrade_within(database, connection)
    return proof


def _ready(file: dump.File, database: Database, connection: Connection) -> None:
    """Tables of the backup's own form, with nothing in them: an old backup grows with the migrations."""
    at = schema.current_of(connection)
    if at is None:
        schema.upgrade_within(database, connection, file.revision)
    elif at != file.revision:
        raise Refusal(
            f"备份的表是 {file.revision}，{shown(database)} 的表是 {at}：请给一个没有表的空数据库。",
            f"The backup is of form {file.revision} and the tables of {shown(database)} are at {at}: "
            "give a database without tables.",
        )
    names = [shape.name for shape in shapes(connection, {shape.name for shape in file.shapes})]
    left_out = set(Base.metadata.tables) - set(names) if file.revision == schema.newest() else set()
    if left_out:
        raise dump.Damaged(f"缺少表 {'、'.join(sorted(left_out))}", f"it lacks {', '.join(sorted(left_out))}")
    hold(connection, names)
    empty(connection, names, shown(database))
