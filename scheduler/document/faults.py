"""Everything that can be wrong with a problem document: where, a machine code, and a sentence in both languages."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..text import Text
from .sentences import SENTENCES

Path = tuple[str | int, ...]
MAX_FAULTS = 1000
"""More faults than this are counted, not listed."""
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: `path` as in `people[3].availability[0].end` ("" is the document itself)."""

    path: str
    code: str
    text: Text

    def as_json(self, language: str = "zh") -> dict[str, Any]:
        return {
            "path": self.path,
            "code": self.code,
            "sentence": self.text.in_language(language),
            "text": self.text.as_json(),
        }


class DocumentError(ValueError):
    """A document that cannot be used, with *all* that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: list[Fault] = list(faults)
        super().__init__("; ".join(f"{f.path or '(document)'}: {f.text.en}" for f in self.faults[:5]))


class Faults:
    """Collects faults, each once, in the order found."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str, str], Fault] = {}
        self._more = 0

    def __len__(self) -> int:
        return len(self._held) + self._more

    def __bool__(self) -> bool:
        return bool(self._held)

    def add(self, path: Path, code: str, **details: object) -> None:
        if self.full:
            self._more += 1
            return
        fault = Fault(written(path), code, sentence(code, **details))
        self._held.setdefault((fault.path, code, fault.text.en), fault)

    @property
    def full(self) -> bool:
        """True when further faults are only counted."""
        return len(self._held) >= MAX_FAULTS

    def count_one_more(self) -> None:
        """A fault that need not be explained, for there are more than enough."""
        self._more += 1

    def as_list(self) -> list[Fault]:
        faults = list(self._held.values())
        if self._more:
            faults.append(Fault("", "more_faults", sentence("more_faults", count=self._more)))
        return faults

    def raise_if_any(self) -> None:
        if self._held:
            raise DocumentError(self.as_list())


def written(path: Path) -> str:
    """The path as people write it: `people[3].availability[0].end`."""
    parts: list[str] = []
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif _PLAIN.fullmatch(step):
            parts.append(f".{step}" if parts else step)
        else:
            parts.append(f'["{shown(step)}"]')
    return "".join(parts)


def shown(value: object) -> str:
    """A value of the document for a sentence: short, one line, and always encodable."""
    text = value if isinstance(value, str) else repr(value)[: 2 * _SHOWN]
    text = "".join(c if c.isprintable() else "�" for c in text[: _SHOWN + 1])
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def listed(values: Iterable[object], limit: int = 12) -> str:
    """Some values in a row, for "one of …"."""
    held = [shown(v) for v in values]
    return ", ".join(held[:limit]) + ("…" if len(held) > limit else "")


def nearest(word: str, known: Iterable[str]) -> Text:
    """A hint " — did you mean …?" when something close is known, else nothing."""
    close = difflib.get_close_matches(word[:80], list(known)[:2000], n=1)
    return Text(f"是否指“{close[0]}”？", f' Did you mean "{close[0]}"?') if close else Text("", "")


def sentence(code: str, **details: object) -> Text:
    """The sentence for a code; strings among `details` are cut to a readable length."""
    zh, en = SENTENCES[code]
    return Text(zh.format(**_words(details, "zh")), en.format(**_words(details, "en")))


def _words(details: dict[str, object], language: str) -> dict[str, object]:
    return {
        key: value.in_language(language)
        if isinstance(value, Text)
        else shown(value)
        if isinstance(value, str)
        else value
        for key, value in details.items()
    }
