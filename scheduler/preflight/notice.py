"""What a pre-flight check says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from ..text import Text

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing known before solving. An error cannot work as it stands; a warning is probably not meant."""

    severity: Severity
    code: str
    text: Text

    def as_json(self, language: str = "zh") -> dict[str, Any]:
        return {
            "severity": self.severity,
            "code": self.code,
            "sentence": self.text.in_language(language),
            "text": self.text.as_json(),
        }


def error(code: str, zh: str, en: str) -> Notice:
    return Notice("error", code, Text(zh, en))


def warning(code: str, zh: str, en: str) -> Notice:
    return Notice("warning", code, Text(zh, en))


def some(names: list[Text], most: int = 3) -> Text:
    """The first few of many names."""
    zh, en = "、".join(n.zh for n in names[:most]), ", ".join(n.en for n in names[:most])
    return Text(zh + "等", en + " …") if len(names) > most else Text(zh, en)
