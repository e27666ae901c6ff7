"""`move`: everything from one database into another, such as from SQLite to PostgreSQL, proven."""

from __future__ import annotations

import argparse

from sqlalchemy import Connection, select

from scheduler.text import Text

from .. import schema
from ..database import Database
from ..rows import SolveRow
from ..transfer import Line, Live, NotTheSame, carry, hold
from .frame import (
    DONE,
    WRONG,
    Refusal,
    at_newest,
    complain,
    empty,
    opened,
    shown,
    tell,
    tell_proof,
    with_database,
)
from .reseal import tell_locked

NAME = "move"
SAYS = Text("把全部数据搬到另一个数据库", "carry everything over into another database, and prove it")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--from", required=True, metavar="URL", dest="source", help="现在的数据库  where the data are now"
    )
    with_database(parser, "--to")
    parser.add_argument(
        "--migrate", action="store_true",
        help="目标没有表时先建表  make the tables of a target that has none",
    )  # fmt: skip


def run(asked: argparse.Namespace) -> int:
    """In one transaction of the target: all of it and the same, or nothing. The source stays as it is."""
    with opened(asked.source, exists=True) as source, opened(asked.url, exists=False) as target:
        if source.url == target.url:
            raise Refusal("--from 和 --to 是同一个数据库。", "--from and --to are the same database.")
        try:
            proof = _moved(source, target, asked.migrate)
        except NotTheSame as error:
            tell_proof(error.proof)
            complain(
                f"搬过去的与原来不符：{error.text.zh}。目标没有改动。",
                f"What arrived differs: {error.text.en}. The target was not changed.",
            )
            return WRONG
        tell_proof(proof)
        tell(
            f"{sum(line.rows for line in proof)} 行已从 {shown(source)} 搬到 {shown(target)}，"
            "行数与校验值全部相符。请把 DATABASE_URL 改为新地址，再启动服务。",
            f"{sum(line.rows for line in proof)} rows went from {shown(source)} to {shown(target)}; all counts and "
            "checksums are the same. Set DATABASE_URL to the new address, then start the service.",
        )
        tell_locked(target)
    return DONE


def _moved(source: Database, target: Database, make: bool) -> tuple[Line, ...]:
    with source.read() as session, target.connection() as connection:
        at_newest(session.connection(), shown(source))
        _at_rest(session.connection(), source)
        if make and schema.current_of(connection) is None:
            schema.upgrade_within(target, connection)
        at_newest(connection, shown(target))
        from_there = Live(session.connection())
        names = [shape.name for shape in from_there.shapes]
        hold(connection, names)
        empty(connection, names, shown(target))
        return carry(from_there, connection)


def _at_rest(connection: Connection, source: Database) -> None:
    """No worker may be at it: what it writes from now on would be left behind. Raises Refusal."""
    lease = SolveRow.lease_until
    under_way = select(SolveRow.id).where(SolveRow.state == "running", lease > source.now()).limit(1)
    if connection.execute(under_way).first():
        raise Refusal(
            f"{shown(source)} 仍在使用：有求解正在进行。请先停止网页服务和所有工作进程。",
            f"{shown(source)} is in use: a solve is running. Stop the web service and every worker first.",
        )
