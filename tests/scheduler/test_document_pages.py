"""What ships beside the code says what the code says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from scheduler import document
from scheduler.document import guide

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_shipped_schema_is_the_one_of_the_code() -> None:
    assert json.loads((DOCS / "problem.schema.json").read_text("utf-8")) == document.schema()


def test_the_page_of_the_problem_document_is_up_to_date() -> None:
    assert (DOCS / "problem-document.md").read_text("utf-8") == guide.as_markdown()


def test_every_field_is_on_the_page_with_a_meaning() -> None:
    lines = guide.as_markdown().splitlines()
    for name, of in {"": document.schema(), **document.schema()["$defs"]}.items():
        for field in of.get("properties", {}) if not name.startswith("rule_") else ():
            rows = [line for line in lines if line.startswith(f"| `{field}` |")]
            assert rows, (name, field)
            assert all(row.split(" | ")[3].strip(" |") for row in rows), rows


def test_every_field_of_the_schema_says_what_it_means() -> None:
    definitions = document.schema()["$defs"]

    def described(field: dict[str, Any]) -> bool:
        return bool(field.get("description") or ("$ref" in field and described(definitions[field["$ref"][8:]])))

    for of in (document.schema(), *definitions.values()):
        for name, field in of.get("properties", {}).items():
            assert described(field), name
