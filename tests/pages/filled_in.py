"""A form as a browser would send it, and what stands beside its fields."""

from __future__ import annotations

from html.parser import HTMLParser

from werkzeug.datastructures import MultiDict

from .reader import Reader


class Shown(HTMLParser):
    """What a browser would send of the form with a revision, and what stands beside which field."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: MultiDict[str, str] = MultiDict()
        self.wrong: dict[str, str] = {}
        self.text = ""
        self._inside = self._template = False
        self._select, self._fault = "", ""
        self._options: list[tuple[str, bool]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = "novalidate" in held
        elif tag == "template":
            self._template = True
        elif tag == "span" and held.get("class") == "wrong":
            self._fault = held["id"].removeprefix("wrong-")
        if not self._inside or self._template:
            return
        if tag == "input" and (held.get("type") != "checkbox" or "checked" in held):
            self.sent.add(held["name"], held.get("value", ""))
        elif tag == "select":
            self._select, self._options = held["name"], []
        elif tag == "option":
            self._options.append((held.get("value", ""), "selected" in held))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "template":
            self._template = False
        elif tag == "select" and self._select and self._options:
            chosen = [value for value, selected in self._options if selected]
            self.sent.add(self._select, (chosen or [self._options[0][0]])[0])
            self._select = ""
        elif tag == "p":
            self._fault = ""

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._fault and data.strip():
            self.wrong.setdefault(self._fault, data.strip())


def form(reader: Reader, path: str, language: str = "zh") -> MultiDict[str, str]:
    return Shown(reader.get(path, language).get_data(as_text=True)).sent


def send(reader: Reader, path: str, sent: MultiDict[str, str], **changes: str | list[str]) -> tuple[int, Shown]:
    """Post a form with some fields changed; one changed to an empty list is not sent at all."""
    data = MultiDict(sent)
    for name, value in changes.items():
        data.setlist(name.replace("__", "-"), [value] if isinstance(value, str) else value)
    answer = reader.client.post(path, data=data, headers={"Accept": "text/html"})
    return answer.status_code, Shown(answer.get_data(as_text=True))
