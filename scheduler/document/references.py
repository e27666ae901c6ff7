"""Every id that is named must exist. Reads the raw document and tolerates bad shapes, which others report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..text import Text
from .faults import Faults, Path, nearest
from .shape import NOUNS
from .verdict import iter_entries

KINDS: dict[str, Text] = {
    "categories": Text("类别", "category"),
    "units": Text("来源单位", "unit"),
    "qualifications": Text("资质", "qualification"),
    "positions": Text("岗位", "position"),
    "areas": Text("片区", "area"),
    "contracts": Text("值勤约定", "contract"),
    "shift_patterns": Text("班制", "shift pattern"),
    "staffing_templates": Text("编组", "staffing template"),
    "posts": Text("点位", "post"),
    "vehicles": Text("车辆", "vehicle"),
    "duties": Text("勤务", "duty"),
    "people": Text("人员", "person"),
    "shifts": Text("班次", "shift"),
}
MAX_AREA_LEVELS = 30
MAX_HINTS = 50
"""Looking for a close word among thousands takes time; a document with more faults than this is not a misspelling."""


class References:
    """The ids of a document by noun, and the question whether one exists."""

    def __init__(self, document: dict[str, Any], faults: Faults) -> None:
        self.faults = faults
        self.ids: dict[str, dict[str, int]] = {noun: {} for noun in NOUNS}
        for noun in NOUNS:
            held = self.ids[noun]
            for i, body in iter_entries(document, noun):
                id_ = body.get("id") if isinstance(body, dict) else None
                if not isinstance(id_, str):
                    continue
                if id_ in held:
                    faults.add((noun, i, "id"), "duplicate_id", id=id_, first=f"{noun}[{held[id_]}]")
                held.setdefault(id_, i)
        self.ids["shifts"] = {s["id"]: 0 for p in self._bodies(document, "shift_patterns") for s in _dicts(p, "shifts")}
        own = (d.get("shift") for d in self._bodies(document, "duties"))
        self.ids["shifts"] |= {shift: 0 for shift in own if isinstance(shift, str)}

    def one(self, body: Any, field: str, noun: str, path: Path) -> None:
        """Checks `body[field]`, an id or nothing."""
        value = body.get(field)
        if isinstance(value, str) and value not in self.ids[noun]:
            self.missing(value, noun, (*path, field))

    def many(self, body: Any, field: str, noun: str, path: Path) -> None:
        """Checks `body[field]`, a list of ids or nothing."""
        values = body.get(field)
        if isinstance(values, list):
            known = self.ids[noun]
            for i, value in enumerate(values):
                if isinstance(value, str) and value not in known:
                    self.missing(value, noun, (*path, field, i))

    def missing(self, id_: str, noun: str, path: Path) -> None:
        hint = nearest(id_, self.ids[noun]) if len(self.faults) < MAX_HINTS else Text("", "")
        where = "shift_patterns" if noun == "shifts" else noun
        self.faults.add(path, "unknown_reference", id=id_, kind=KINDS[noun], where=where, hint=hint)

    def _bodies(self, document: dict[str, Any], noun: str) -> Iterator[dict[str, Any]]:
        return (body for _, body in iter_entries(document, noun) if isinstance(body, dict))


def check(document: dict[str, Any], refs: References) -> None:
    """Adds a fault for each id in the lists of entities that points nowhere."""
    areas(document, refs)
    for noun, i, body in _entries(document, "staffing_templates", "duties", "errand_runs"):
        path: Path = (noun, i)
        for field, target in (("post", "posts"), ("area", "areas"), ("vehicle", "vehicles")):
            refs.one(body, field, target, path)
        _seats(body, refs, path)
    for noun, i, body in _entries(document, "posts"):
        refs.one(body, "area", "areas", (noun, i))
        refs.one(body, "unit", "units", (noun, i))
        _staffing(document, body, refs, (noun, i))
    for noun, i, body in _entries(document, "vehicles"):
        refs.many(body, "driver_qualifications", "qualifications", (noun, i))
    for noun, i, body in _entries(document, "people"):
        _person(body, refs, (noun, i))


def areas(document: dict[str, Any], refs: References) -> None:
    """Parents exist, nobody is above themselves, and the tree is not deeper than `MAX_AREA_LEVELS`."""
    parent = {b["id"]: b.get("parent") for _, _, b in _entries(document, "areas") if isinstance(b.get("id"), str)}
    for noun, i, body in _entries(document, "areas"):
        refs.one(body, "parent", "areas", (noun, i))
        above, levels = body.get("parent"), 1
        while isinstance(above, str) and above != body.get("id") and levels <= MAX_AREA_LEVELS:
            above, levels = parent.get(above), levels + 1
        if isinstance(above, str):
            cycle = above == body.get("id")
            code = "area_cycle" if cycle else "area_too_deep"
            refs.faults.add((noun, i, "parent"), code, id=str(body.get("id")), limit=MAX_AREA_LEVELS)


def _seats(body: dict[str, Any], refs: References, path: Path) -> None:
    for i, seat in _indexed(body, "seats"):
        refs.one(seat, "position", "positions", (*path, "seats", i))
        refs.many(seat, "qualifications", "qualifications", (*path, "seats", i))


def _staffing(document: dict[str, Any], body: dict[str, Any], refs: References, path: Path) -> None:
    for i, staffing in _indexed(body, "staffing"):
        here: Path = (*path, "staffing", i)
        refs.one(staffing, "template", "staffing_templates", here)
        refs.one(staffing, "pattern", "shift_patterns", here)
        at = refs.ids["shift_patterns"].get(str(staffing.get("pattern")))
        if at is None or not isinstance(staffing.get("shifts"), list):
            continue
        known = {s["id"] for s in _dicts(document["shift_patterns"][at], "shifts")}
        for k, shift in enumerate(staffing["shifts"]):
            if isinstance(shift, str) and shift not in known:
                pattern = str(staffing["pattern"])
                refs.faults.add((*here, "shifts", k), "unknown_shift", id=shift, pattern=pattern)


def _person(body: dict[str, Any], refs: References, path: Path) -> None:
    refs.one(body, "category", "categories", path)
    refs.one(body, "unit", "units", path)
    refs.one(body, "area", "areas", path)
    refs.one(body, "contract", "contracts", path)
    refs.many(body, "bound_posts", "posts", path)
    refs.many(body, "bound_areas", "areas", path)
    for i, holding in _indexed(body, "qualifications"):
        refs.one(holding, "id", "qualifications", (*path, "qualifications", i))


def _entries(document: dict[str, Any], *nouns: str) -> Iterator[tuple[str, int, dict[str, Any]]]:
    for noun in nouns:
        for i, body in iter_entries(document, noun):
            if isinstance(body, dict):
                yield noun, i, body


def _indexed(body: dict[str, Any], field: str) -> Iterator[tuple[int, dict[str, Any]]]:
    entries = body.get(field)
    if isinstance(entries, list):
        yield from ((i, entry) for i, entry in enumerate(entries) if isinstance(entry, dict))


def _dicts(body: dict[str, Any], field: str) -> Iterator[dict[str, Any]]:
    """The entries of a list that are objects with an id."""
    return (entry for _, entry in _indexed(body, field) if isinstance(entry.get("id"), str))
