"""`make docs`: write the pages that are made from the code."""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from api import create_app, permissions  # noqa: E402 - the project's root must be on the path first
from models import environment, presence_states  # noqa: E402
from scheduler import document  # noqa: E402
from scheduler.document import guide  # noqa: E402
from scheduler.rules.catalogue import as_markdown  # noqa: E402

SETTINGS = "<!-- from models/environment.py: make docs -->\n", "<!-- settings end -->"
STATES = "<!-- from models/presence_states.py: make docs -->\n", "<!-- states end -->"
NOWHERE = "sqlite:///artefacts/never-opened.sqlite"


@cache
def pages() -> dict[Path, str]:
    """Each generated page with its text."""
    app = create_app({"SANBAN_ENV": "test", "SECRET_KEY": "to ask which addresses there are", "DATABASE_URL": NOWHERE})
    schema = json.dumps(document.schema(), ensure_ascii=False, indent=2, sort_keys=True)
    return {
        ROOT / "docs" / "rules.md": as_markdown(),
        ROOT / "docs" / "permissions.md": permissions.as_markdown(app),
        ROOT / "docs" / "operations.md": _with(ROOT / "docs" / "operations.md", SETTINGS, environment.as_markdown()),
        ROOT / "docs" / "presence.md": _with(ROOT / "docs" / "presence.md", STATES, presence_states.as_markdown()),
        ROOT / "docs" / "problem-document.md": guide.as_markdown(),
        ROOT / "docs" / "problem.schema.json": schema + "\n",
    }


def _with(page: Path, marks: tuple[str, str], table: str) -> str:
    """A page that people write, with a table in its place. Raises ValueError when the place is not there."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(marks[0])
    _, end, after = rest.partition(marks[1])
    if not begin or not end:
        raise ValueError(f"{page.name} has lost the marks around its table")
    return before + begin + table + end + after


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(ROOT))
