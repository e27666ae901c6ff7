"""`make docs`: write the pages that are made from the code."""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scheduler import document  # noqa: E402 - the project's root must be on the path first
from scheduler.document import guide  # noqa: E402
from scheduler.rules.catalogue import as_markdown  # noqa: E402


def pages() -> dict[Path, str]:
    """Each generated page with its text."""
    schema = json.dumps(document.schema(), ensure_ascii=False, indent=2, sort_keys=True)
    return {
        ROOT / "docs" / "rules.md": as_markdown(),
        ROOT / "docs" / "problem-document.md": guide.as_markdown(),
        ROOT / "docs" / "problem.schema.json": schema + "\n",
    }


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(ROOT))
