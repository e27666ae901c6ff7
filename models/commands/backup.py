"""`backup`: everything that is stored, in one file, while the service runs."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path

from scheduler.text import Text

from .. import dump
from ..transfer import Live
from .frame import DONE, Refusal, at_newest, opened, shown, tell, tell_tallies, with_database

NAME = "backup"
SAYS = Text(
    "备份到一个文件（服务可继续运行）",
    "write everything into one file while the service runs; into a folder under a name with the date",
)
KEPT = "sanban-*" + dump.SUFFIX


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="新文件，或文件夹  a new file, or a folder")
    parser.add_argument(
        "--keep", type=_some, metavar="N",
        help="在文件夹中只留最新的 N 份  in a folder, keep only the newest N",
    )  # fmt: skip
    with_database(parser)


def run(asked: argparse.Namespace) -> int:
    """One moment of the database, whole. An existing file is never overwritten."""
    folder = asked.file if asked.file.is_dir() else None
    if asked.keep and folder is None:
        raise Refusal(
            f"--keep 需要一个文件夹，{asked.file} 不是。", f"--keep needs a folder, and {asked.file} is none."
        )
    with opened(asked.url, exists=True) as database:
        now = database.now()
        path = folder / name_at(now) if folder else asked.file
        try:
            with database.read() as session:
                connection = session.connection()
                revision = at_newest(connection, shown(database))
                tallies = dump.write(Live(connection), path, revision, now)
        except FileExistsError as error:
            raise Refusal(
                f"{path} 已经存在：备份不覆盖任何文件，请换一个名字。",
                f"{path} exists: a backup overwrites nothing, give another name.",
            ) from error
    tell_tallies(tallies)
    tell(
        f"已备份到 {path}（{path.stat().st_size} 字节）。其中有个人信息和口令的哈希，请妥善保管。",
        f"Written to {path} ({path.stat().st_size} bytes). It holds personal data and hashes of passwords: "
        "keep it safe.",
    )
    if folder and asked.keep:
        _forget(folder, asked.keep)
    return DONE


def name_at(moment: datetime) -> str:
    """A name that sorts by time, to the second and in UTC."""
    return f"sanban-{moment:%Y-%m-%dT%H%M%SZ}{dump.SUFFIX}"


def _forget(folder: Path, keep: int) -> None:
    for old in sorted(folder.glob(KEPT))[:-keep]:
        old.unlink()
        tell(f"已删除旧备份 {old.name} 。", f"The old backup {old.name} was deleted.")


def _some(written: str) -> int:
    if not written.isascii() or not written.isdigit() or int(written) < 1:
        raise argparse.ArgumentTypeError(f"应为不小于 1 的整数  must be a whole number of at least 1: {written!r}")
    return int(written)
