"""What docs/deploying.md tells people to type, for typing it."""

from __future__ import annotations

import re
from pathlib import Path

GUIDE = Path(__file__).resolve().parent.parent.parent / "docs" / "deploying.md"
FENCED = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(heading: str) -> list[str]:
    """The commands under a heading of the second level, a text for each block; fails when there is no such heading."""
    parts = re.split(r"^## ", GUIDE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    (part,) = (part for part in parts if part.partition("\n")[0] == heading)
    return FENCED.findall(part)


def block(heading: str, word: str) -> str:
    """The only block under a heading that has a word in it."""
    (found,) = (text for text in blocks(heading) if word in text)
    return found
