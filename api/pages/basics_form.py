"""The form of one of a town's basics: what a field shows, and what was typed as a document.

What comes back as it was shown leaves the document as it is, so that nobody changes what they did not touch.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from api.importing import values
from api.importing.sentences import text_of
from api.importing.values import Unclear
from scheduler.document.faults import sentence

from .basics_fields import Basic, Field
from .data_form import Body, Form, ids_of

Sent = MultiDict[str, str]
MOST_ROWS = 60
"""Rows of one form that are read: more than the document takes, so that too many are told as such."""


def shown(field: Field, body: Mapping[str, Any]) -> str:
    """What a field that holds one value shows."""
    held = body.get(field.name)
    held = field.default if held is None else held
    return "" if held is None else str(held)


def fill(form: Form, basic: Basic, sent: Sent, known: Callable[[str], frozenset[str]]) -> None:
    """Take over what was sent, with its faults; `known` says the ids of a noun that may be chosen."""
    reading = _Reading(form, sent, known)
    form.body = reading.piece(basic.fields, "", "", form.body) | {"id": form.body.get("id", "")}
    if "latitude" in {field.name for field in basic.fields}:
        _both_or_none(form)


def without_row(sent: Sent, name: str, index: str) -> Sent:
    """What was sent, less one row."""
    return MultiDict((k, v) for k, v in sent.items(multi=True) if not k.startswith(f"{name}-{index}-"))


def _both_or_none(form: Form) -> None:
    place = {"latitude", "longitude"}
    here = place & form.body.keys()
    if len(here) == 1 and place & form.typed.keys() and not place & form.faults.keys():
        form.fault("longitude" if "latitude" in here else "latitude", text_of("missing"))


class _Reading:
    """One form that was sent: `place` is where a field stands when the form is shown again, `prefix` as it was sent."""

    def __init__(self, form: Form, sent: Sent, known: Callable[[str], frozenset[str]]) -> None:
        self._form, self._sent, self._known = form, sent, known

    def piece(self, fields: Sequence[Field], prefix: str, place: str, before: Body) -> Body:
        """What the fields say; whatever else was there stays."""
        body = dict(before)
        for field in fields:
            value = self._value(field, prefix + field.name, place + field.name, before)
            if value is None or (value in ("", []) and field.shape != "rows"):
                body.pop(field.name, None)
            else:
                body[field.name] = value
            wanted = field.needed and field.shape not in ("rows", "id")
            if wanted and field.name not in body and place + field.name not in self._form.faults:
                self._form.fault(place + field.name, text_of("missing"))
        return body

    def _value(self, field: Field, name: str, place: str, before: Body) -> Any:
        if field.shape == "flag":
            return bool(self._sent.get(name)) or None
        if field.shape == "several":
            return self._several(field, name, place, before.get(field.name, []))
        if field.shape == "rows":
            return self._rows(field, before.get(field.name, []))
        return self._scalar(field, name, place, before)

    def _scalar(self, field: Field, name: str, place: str, before: Body) -> Any:
        typed = self._sent.get(name, "")
        if typed == shown(field, before):
            return before.get(field.name)
        self._form.typed[place] = typed
        try:
            return self._read(field, typed) if typed.strip() else None
        except Unclear as unclear:
            self._form.fault(place, text_of(unclear.code, **unclear.figures))
            return None

    def _read(self, field: Field, typed: str) -> Any:
        """The value of what was typed. Raises Unclear."""
        match field.shape:
            case "name":
                return values.name(typed)
            case "whole" | "scale":
                return _whole(typed, field)
            case "number":
                return values.number(typed, field.least or 0, field.most or 0)
            case "clock":
                found = values.clock(typed)
                return "00:00" if found is None else found.isoformat("minutes")
            case "choice":
                return self._one_of(field, typed)
            case "id":
                return typed
        return " ".join(typed.split())

    def _one_of(self, field: Field, id_: str) -> str:
        """Raises Unclear for what cannot be chosen."""
        if id_ not in self._known(field.of):
            raise Unclear("gone", {"id": id_})
        return id_

    def _several(self, field: Field, name: str, place: str, before: list[str]) -> list[str]:
        """Ticked ids: those that were there in their order, then the new ones in that of the list."""
        ticked = list(dict.fromkeys(self._sent.getlist(name)))
        if set(ticked) == set(before):
            return before
        for id_ in ticked:
            if id_ not in self._known(field.of):
                self._form.fault(place, text_of("gone", id=id_))
        return [*(id_ for id_ in before if id_ in ticked), *(id_ for id_ in ticked if id_ not in before)]

    def _rows(self, field: Field, before: list[Body]) -> list[Body]:
        """The rows in which something stands; what is not on the form stays with the row of the same key."""
        asked = (re.fullmatch(rf"{field.name}-([0-9]{{1,4}})-\w+", name) for name in self._sent)
        held = {row.get(field.key): row for row in before}
        found: list[Body] = []
        for index in sorted({int(match[1]) for match in asked if match})[:MOST_ROWS]:
            prefix = f"{field.name}-{index}-"
            if self._stands(field, prefix):
                key = self._sent.get(prefix + field.key, "")
                if not key:  # shown again, a new row is still without the id that it gets from its name
                    self._form.typed[f"{field.name}-{len(found)}-{field.key}"] = ""
                found.append(self.piece(field.parts, prefix, f"{field.name}-{len(found)}-", held.get(key, {})))
        if field.key == "id":
            _give_ids(found)
        return found

    def _stands(self, field: Field, prefix: str) -> bool:
        """Whether anything was entered into a row."""
        plain = (part for part in field.parts if part.shape not in ("flag", "several"))
        ticks = (part for part in field.parts if part.shape in ("flag", "several"))
        return any(self._sent.get(prefix + p.name, "").strip() not in ("", shown(p, {})) for p in plain) or any(
            self._sent.getlist(prefix + p.name) for p in ticks
        )


def _give_ids(rows: list[Body]) -> None:
    """New rows are called as they are named, as far as an address can hold it."""
    used = {row["id"] for row in rows if "id" in row}
    for row in rows:
        if "id" not in row:
            free = (id_ for id_ in ids_of(row.get("name", ""), "shift") if id_ not in used)
            row["id"] = next(free, f"shift-{len(used)}")
            used.add(row["id"])


def _whole(typed: str, field: Field) -> int:
    """Raises Unclear."""
    digits = unicodedata.normalize("NFKC", typed).strip()
    if not re.fullmatch(r"[+-]?[0-9]{1,9}", digits, re.ASCII):
        raise Unclear("not_whole", {"value": typed})
    least, most = int(field.least or 0), int(field.most or 0)
    if not least <= int(digits) <= most:
        raise Unclear("out_of_range", {"value": digits, "least": least, "most": most})
    return int(digits)


def refuse_loops(form: Form, below: frozenset[str]) -> None:
    """An area is not put below itself, or below one of its own."""
    if form.body.get("parent") in below:
        form.fault("parent", sentence("area_cycle", id=form.body["id"]))
