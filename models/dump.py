"""A backup: one compressed file of JSON lines, the same for both databases, that proves itself when it is read.

The first line says version, form of the tables and their columns; then come the rows, table by table, each table
closed by its count and checksum; the last line says that nothing is missing.
"""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from .database import dumps
from .transfer import MOST_ROWS, ROOM, Shape, Source, Tally, TransferError

FORMAT, VERSION = "sanban-backup", 1
SUFFIX = ".sanban.gz"


class Damaged(TransferError):
    """A file that is no backup, or not the whole of one; `text` says where it stops being one."""


def write(source: Source, path: Path, revision: str, made_at: datetime) -> tuple[tuple[str, Tally], ...]:
    """Write a backup beside its place and put it there when it is complete, readable by its owner only.

    Raises OSError; FileExistsError when there is such a file already: no backup is ever overwritten.
    """
    if path.exists():
        raise FileExistsError(path)
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with gzip.open(file, "wt", encoding="utf-8", newline="\n", compresslevel=6) as lines:
                tallies = _write(source, lines, revision, made_at)
            file.flush()
            os.fsync(file.fileno())
        os.link(part, path)  # unlike a rename it overwrites nothing
    finally:
        part.unlink(missing_ok=True)
    _keep_name(path.parent)
    return tallies


def _write(source: Source, lines: IO[str], revision: str, made_at: datetime) -> tuple[tuple[str, Tally], ...]:
    tables = [{"name": s.name, "columns": s.columns, "key": s.key} for s in source.shapes]
    head = {
        "format": FORMAT,
        "version": VERSION,
        "revision": revision,
        "made_at": made_at.isoformat(),
        "tables": tables,
        "counters": dict(source.counters),
    }
    lines.write(dumps(head) + "\n")
    tallies = []
    for shape in source.shapes:
        count = Tally()
        for batch in source.rows(shape):
            for row in batch:
                count.add(row)
                lines.write(dumps([row[name] for name, _ in shape.columns]) + "\n")
        lines.write(dumps({"table": shape.name, "rows": count.rows, "checksum": count.checksum}) + "\n")
        tallies.append((shape.name, count))
    lines.write(dumps({"end": FORMAT}) + "\n")
    return tuple(tallies)


def _keep_name(folder: Path) -> None:
    """The new name survives a loss of power too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@dataclass
class File:
    """An opened backup. Its tables are read once and in their order; what does not add up raises Damaged."""

    lines: Iterator[tuple[int, Any]]
    """Each with its length."""
    revision: str = field(init=False)
    made_at: str = field(init=False)
    shapes: Sequence[Shape] = field(init=False)
    counters: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        _, head = next(self.lines, (0, None))
        if not isinstance(head, dict) or head.get("format") != FORMAT:
            raise Damaged("不是三班的备份", "it is not a backup of Sanban")
        if head.get("version") != VERSION:
            version = head.get("version")
            raise Damaged(f"不认识的备份版本 {version}", f"its version {version} is not known here")
        try:
            self.revision, self.made_at, self.counters = head["revision"], head["made_at"], head["counters"]
            self.shapes = tuple(
                Shape(t["name"], tuple((n, kind) for n, kind in t["columns"]), tuple(t["key"])) for t in head["tables"]
            )
        except (KeyError, TypeError, ValueError) as error:
            raise Damaged("第 1 行", "line 1") from error

    def rows(self, shape: Shape) -> Iterator[list[dict[str, Any]]]:
        names = [name for name, _ in shape.columns]
        count, room = Tally(), ROOM
        batch: list[dict[str, Any]] = []
        for length, line in self.lines:
            if isinstance(line, dict):
                if line != {"table": shape.name, "rows": count.rows, "checksum": count.checksum}:
                    raise Damaged(
                        f"表 {shape.name} 的 {count.rows} 行与校验值不符",
                        f"the {count.rows} rows of {shape.name} do not match their checksum",
                    )
                if batch:
                    yield batch
                if shape == self.shapes[-1]:
                    self._end()
                return
            if not isinstance(line, list) or len(line) != len(names):
                raise Damaged(f"表 {shape.name} 第 {count.rows + 1} 行", f"row {count.rows + 1} of {shape.name}")
            row = dict(zip(names, line, strict=True))
            count.add(row)
            batch.append(row)
            room -= length
            if len(batch) == MOST_ROWS or room < 0:
                yield batch
                batch, room = [], ROOM
        raise Damaged(f"文件在表 {shape.name} 中间结束", f"the file ends in the middle of {shape.name}")

    def _end(self) -> None:
        if next(self.lines, (0, None))[1] != {"end": FORMAT}:
            raise Damaged("缺少结尾", "its end is missing")


@contextmanager
def opened(path: Path) -> Iterator[File]:
    """A backup to read from. Raises OSError, Damaged."""
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        yield File(_values(lines))


def _no_number(said: str) -> None:
    raise ValueError(said)


def _values(lines: IO[str]) -> Iterator[tuple[int, Any]]:
    number = 0
    try:
        for line in lines:
            number += 1
            yield len(line), json.loads(line, parse_constant=_no_number)
    except (gzip.BadGzipFile, EOFError, zlib.error, ValueError) as error:
        raise Damaged(f"第 {number + 1} 行", f"line {number + 1}") from error
