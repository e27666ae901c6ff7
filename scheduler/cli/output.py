"""Saying things: sentences on standard error, results as files that are whole or not there."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from ..document import Fault
from ..text import Text

FINE, RULES_BROKEN, BAD_INPUT, NOTHING_LEGAL, BUG = range(5)


class InputError(Exception):
    """Something the caller must change; `text` says what."""

    code = BAD_INPUT

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(zh, en)


@dataclass
class Teller:
    """Speaks on standard error, in one language; with `jsonl` every line is a JSON object."""

    language: str = "zh"
    jsonl: bool = False

    @classmethod
    def of(cls, argv: Sequence[str]) -> Teller:
        """Known before the arguments are parsed, for even their errors are told in the caller's language."""
        words = " ".join(argv).replace("=", " ").split()
        after = dict(pairwise(words))
        return cls(after.get("--lang", "zh"), after.get("--progress") == "jsonl")

    def say(self, text: Text) -> None:
        self.line(text.in_language(self.language))

    def line(self, words: str) -> None:
        sys.stderr.buffer.write(words.encode("utf-8", "replace") + b"\n")
        sys.stderr.buffer.flush()

    def record(self, body: dict[str, Any]) -> None:
        self.line(json.dumps(body, ensure_ascii=False, allow_nan=False))

    def error(self, text: Text) -> None:
        self.record({"error": text.as_json()}) if self.jsonl else self.say(text)

    def faults(self, faults: list[Fault]) -> None:
        """All faults of a document, one a line."""
        for fault in faults:
            where = f"{fault.path}: " if fault.path else ""
            self.error(Text(where + fault.text.zh, where + fault.text.en))

    def trace(self, words: str) -> None:
        """The trace of a bug."""
        self.record({"trace": words}) if self.jsonl else self.line(words)


def read(path: str) -> bytes:
    """The bytes of a file; "-" is standard input."""
    if path == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"无法读取 {path}：{error.strerror}。", f"Cannot read {path}: {error.strerror}.") from None


def write_json(path: str | None, body: Any) -> None:
    """Indented JSON to a file that is whole or not there; to standard output without a path or with "-"."""
    words = json.dumps(body, ensure_ascii=False, allow_nan=False, indent=1).encode("utf-8", "replace") + b"\n"
    if path is None or path == "-":
        _to_stdout(words)
        return
    write_bytes(path, words)


def write_bytes(path: str, words: bytes) -> None:
    """A file that is whole or not there."""
    try:
        _replace(path, words)
    except OSError as error:
        raise InputError(f"无法写入 {path}：{error.strerror}。", f"Cannot write {path}: {error.strerror}.") from None


def write_text(words: str) -> None:
    """Words to standard output."""
    _to_stdout(words.encode("utf-8", "replace"))


def _to_stdout(words: bytes) -> None:
    sys.stdout.buffer.write(words)
    sys.stdout.buffer.flush()


def writable(path: str | None) -> None:
    """Raises InputError when a result could not be written later, before minutes are spent on it."""
    if path is None or path == "-":
        return
    folder = Path(path).resolve().parent
    if not folder.is_dir():
        raise InputError(f"文件夹 {folder} 不存在：请先建立。", f"The folder {folder} does not exist: make it first.")
    if Path(path).is_dir() or not os.access(path if _special(path) else folder, os.W_OK):
        raise InputError(f"无法写入 {path}：请换一个位置。", f"Cannot write {path}: choose another place.")


def _special(path: str) -> bool:
    """True for a device or pipe, which is written to and never replaced."""
    try:
        return not stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return False


def _replace(path: str, words: bytes) -> None:
    if _special(path):
        Path(path).write_bytes(words)
        return
    target = Path(path).resolve()
    aside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        aside.write_bytes(words)
        os.replace(aside, target)
    finally:
        aside.unlink(missing_ok=True)
