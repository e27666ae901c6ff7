"""What production refuses to start with, all of it at once, the same for service and worker."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from scheduler.text import Text

from . import schema
from .database import Database
from .environment import TRUE, faults, text
from .place import database_url
from .vault import SETTING, SHORTEST_KEY, listed_keys

SHORTEST_SECRET = 32
FEWEST_LETTERS = 8
KNOWN_WORDS = ("secret", "change", "example", "password", "sanban", "placeholder")
"""Parts of secrets that were copied from somewhere; none of them turns up in random characters."""
SHARES = frozenset({
    "nfs", "nfs3", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "ncpfs", "afs", "ceph", "lustre", "beegfs", "davfs",
    "glusterfs", "fuse.glusterfs", "fuse.sshfs", "fuse.rclone", "fuse.s3fs", "fuse.ceph", "fuse.davfs2", "gpfs",
})  # fmt: skip
"""Kinds of file system that lie on another machine: SQLite's locks and its shared memory do not work there."""
MOUNTS = Path("/proc/self/mountinfo")
NO_KEY = Text(
    f"须设 {SETTING} 或 SECRET_KEY，与网页服务相同：渠道的密钥是用它加密的。",
    f"{SETTING} or SECRET_KEY must be set, the same as the web service's: it seals what channels keep.",
)


def refusals(
    environ: Mapping[str, str], database: Database | None = None, *, signs: bool = True, mounts: Path = MOUNTS
) -> list[Text]:
    """Why production must not start; empty when it may. Faults of single settings are among them.

    Who never signs anything (`signs`), such as the worker, need not have a secret, but not a bad one either, and a
    key that opens what channels keep.
    """
    secret = text(environ, "SECRET_KEY")
    found = [*faults(environ), *_debug(environ), *_share(environ, mounts), *_vault(environ)]
    if signs or secret:
        found += _secret(secret)
    elif not listed_keys(environ):
        found.append(NO_KEY)
    if database is not None:
        found += _tables(database)
    return found


def _secret(secret: str) -> list[Text]:
    known = any(word in secret.lower() for word in KNOWN_WORDS) or len(set(secret)) < FEWEST_LETTERS
    if len(secret) >= SHORTEST_SECRET and not known:
        return []
    how = 'python -c "import secrets; print(secrets.token_hex(32))"'
    return [Text(
        f"生产环境须设 SECRET_KEY，至少 {SHORTEST_SECRET} 个随机字符，不能是现成的；例如用：{how}",
        f"SECRET_KEY must be set to at least {SHORTEST_SECRET} random characters in production and not be one "
        f"copied from somewhere; make one by: {how}",
    )]  # fmt: skip


def _vault(environ: Mapping[str, str]) -> list[Text]:
    if all(len(key) >= SHORTEST_KEY and len(set(key)) >= FEWEST_LETTERS for key in listed_keys(environ)):
        return []
    return [Text(
        f"{SETTING} 的每个密钥都须至少 {SHORTEST_KEY} 个随机字符。",
        f"Each key of {SETTING} must have at least {SHORTEST_KEY} random characters.",
    )]  # fmt: skip


def _debug(environ: Mapping[str, str]) -> list[Text]:
    if environ.get("FLASK_DEBUG", "").lower() not in (*TRUE, "on"):
        return []
    return [Text(
        "FLASK_DEBUG 已打开：生产环境不得调试运行，请取消此变量。",
        "FLASK_DEBUG is on: production must not run in debug mode; take this variable away.",
    )]  # fmt: skip


def _share(environ: Mapping[str, str], mounts: Path) -> list[Text]:
    try:
        url = make_url(database_url(environ))
    except ArgumentError:
        return [Text(
            "DATABASE_URL 不是数据库地址，应为 sqlite:///文件 或 postgresql+psycopg://用户:口令@主机/库。",
            "DATABASE_URL is not an address of a database: sqlite:///FILE or postgresql+psycopg://user:password@host/name.",
        )]  # fmt: skip
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return []
    kind = file_system(Path(url.database), mounts)
    if kind not in SHARES:
        return []
    return [Text(
        f"DATABASE_URL 的 SQLite 文件在网络共享（{kind}）上，会损坏数据：请放到本机磁盘，或改用 PostgreSQL。",
        f"The SQLite file of DATABASE_URL lies on a network share ({kind}), which damages it: use a local disk or "
        "PostgreSQL.",
    )]  # fmt: skip


def file_system(path: Path, mounts: Path = MOUNTS) -> str | None:
    """The kind of file system that holds a path, as the kernel calls it; None where nothing can be known."""
    if not mounts.exists():
        return None
    held, kind = Path(), None
    for line in mounts.read_text(encoding="utf-8").splitlines():
        before, _, after = line.partition(" - ")
        point = Path(before.split()[4].encode().decode("unicode_escape"))
        if path.resolve().is_relative_to(point) and len(point.parts) >= len(held.parts):
            held, kind = point, after.split()[0]
    return kind


def _tables(database: Database) -> list[Text]:
    """A database that does not answer is no reason: it may come up later, and /readyz says so until then."""
    try:
        at, newest = schema.current(database), schema.newest()
    except SQLAlchemyError:
        return []
    return [] if at == newest else [old_tables(at, newest)]


def old_tables(at: str | None, newest: str) -> Text:
    """What to do about tables that are not in the newest form."""
    how = "python -m models migrate"
    return Text(
        f"数据库的表为 {at or '空'}，需要 {newest}：先备份，再运行 {how} 。",
        f"The tables of the database are at {at or 'nothing'} and must be at {newest}: back up, then run: {how}",
    )
