"""Every address that the service has, filled with plausible values, and what stands in a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from flask import Flask, url_for
from werkzeug.routing import Rule

from tests.api.towns import MONDAY

PAGES = Path(__file__).resolve().parent.parent.parent / "api" / "pages"
SAFE = {"GET", "HEAD", "OPTIONS"}
VALUES = {"town": "east", "person": "p00", "start": MONDAY, "week": MONDAY, "which": "draft", "filename": "js/page.js"}


def rules(app: Flask, *, api: bool) -> list[Rule]:
    """The rules of the JSON interface, or all the others."""
    return [r for r in app.url_map.iter_rules() if r.rule.startswith("/api/") == api and r.endpoint != "static"]


def address(app: Flask, rule: Rule, **values: str) -> str:
    """An address of a rule; what is not known is called "x", or 1 where a number is wanted."""
    with app.test_request_context():
        known = VALUES | values
        kinds = rule._converters
        filled = {
            name: known.get(name, "1" if type(kinds[name]).__name__ == "IntegerConverter" else "x")
            for name in rule.arguments
        }
        return url_for(rule.endpoint, **filled)


def unsafe(app: Flask, *, api: bool) -> Iterator[tuple[Rule, str]]:
    """Each rule with each of its methods that change something."""
    for rule in rules(app, api=api):
        for method in sorted((rule.methods or set()) - SAFE):
            yield rule, method


def query_names() -> list[str]:
    """The names of all query parameters and form fields that the pages read."""
    text = "".join(p.read_text(encoding="utf-8") for p in sorted(PAGES.glob("*.py")))
    return sorted(set(re.findall(r'(?:args|values|form)\.get(?:list)?\("(\w+)"', text)))


@dataclass
class Form:
    method: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """A page as a browser takes it apart: elements, attributes, forms, the text of scripts, all text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.forms: list[Form] = []
        self.scripts: list[str] = []
        self.text = ""
        self._inside = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        self.elements.append((tag, held))
        self._inside = tag
        if tag == "form":
            self.forms.append(Form(held.get("method", "get").lower(), held.get("action", "")))
        elif "name" in held and self.forms:
            self.forms[-1].fields[held["name"]] = held.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._inside in ("script", "style"):
            self.scripts.append(data)
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def addresses(self) -> Iterator[str]:
        """Whatever the page would go to or load."""
        for _, held in self.elements:
            yield from (
                held[name] for name in ("href", "src", "action", "formaction", "data", "poster") if name in held
            )
