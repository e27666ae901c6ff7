"""Rows of posts become posts: one row a staffing, several rows of the same post together."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from scheduler.document import DocumentError
from scheduler.text import Text

from . import values
from .columns import Table
from .plan import Entry, Plan
from .rows import Row
from .spans import shift_called
from .town import Body, Town
from .values import Unclear

TEXTS = ("name_en", "type", "colour", "directions", "bring")
STAFFING = ("pattern", "template", "shifts", "priority", "first_day", "last_day")
FIELDS = {"latitude": "place", "longitude": "place", "staffing": "template"}


def build(table: Table, town: Town, plan: Plan) -> None:
    """Notes in `plan` what becomes of every post in the file, and the templates that it needs."""
    groups: dict[str, list[Row]] = {}
    by_name: dict[str, list[str]] = {}
    for body in town.things["posts"]:
        by_name.setdefault(values.key(body["name"]), []).append(body["id"])
    stored = {body["id"]: body for body in town.things["posts"]}
    made = Templates(town)
    for number, cells in table.rows:
        row = Row(number, cells, table, plan)
        id_ = _which(row, stored, by_name)
        if id_ is not None:
            groups.setdefault(id_, []).append(row)
    ids: set[str] = set()
    for at, rows in groups.items():
        before = stored.get(at)
        body = dict(before) if before else _new(rows, town, ids)
        ids.add(body["id"])
        _post(rows, town, before, body, made, plan)
    used = {s["template"] for e in plan.entries if e.after for s in e.after.get("staffing", ())}
    for template in (made.new[id_] for id_ in made.new if id_ in used):
        plan.entries.append(Entry("new", "staffing_templates", template["id"], template["name"], (), None, template))
    named = {id_ for id_ in groups if id_ in stored}
    plan.entries += [Entry("missing", "posts", i, body["name"]) for i, body in stored.items() if i not in named]


def _which(row: Row, stored: dict[str, Body], by_name: dict[str, list[str]]) -> str | None:
    """The id of the stored post, or what tells a new one apart; None when it is unclear."""
    id_, name = row.text("id"), values.name(row.text("name"))
    if id_ and id_ in stored:
        return id_
    if not name:
        row.fault("name", Unclear("missing"))
        return None
    held = by_name.get(values.key(name), [])
    if len(held) > 1:
        figures = {"word": name, "kind": Text("点位", "post"), "options": "、".join(held)}
        row.fault("name", Unclear("ambiguous_word", figures))
        return None
    if held and not id_:
        return held[0]
    return f"\n{id_ or values.key(name)}"


def _new(rows: list[Row], town: Town, ids: set[str]) -> Body:
    name = values.name(next((row.text("name") for row in rows if row.text("name")), ""))
    id_ = next((row.text("id") for row in rows if row.text("id")), "")
    return {"id": id_ or town.new_id("posts", name, ids), "name": name}


def _post(rows: list[Row], town: Town, before: Body | None, body: Body, made: Templates, plan: Plan) -> None:
    for row in rows:
        _agrees(row, rows[0])
        _fill(row, body, town)
    if any(row.text(column) for row in rows for column in STAFFING):
        staffing = [entry for row in rows if (entry := _staffing(row, town, made)) is not None]
        body.pop("staffing", None)
        if staffing:
            body["staffing"] = staffing
    if not all(row.sound for row in rows):
        plan.held |= {row.number for row in rows}
        return
    numbers = tuple(row.number for row in rows)
    try:
        after = town.read("posts", body)
        same = before is not None and town.read("posts", before) == after
    except DocumentError as error:
        rows[0].refused(error, FIELDS)
        return
    if before is not None and same:
        plan.entries.append(Entry("unchanged", "posts", before["id"], before["name"], numbers))
    else:
        plan.compared("posts", before, after, numbers)


def _agrees(row: Row, first: Row) -> None:
    """What several rows say of the post itself is the same, or said once."""
    for column in ("name", "area", "unit", "place", "latitude", "longitude", *TEXTS):
        text, other = row.text(column), first.text(column)
        if text and other and values.key(text) != values.key(other):
            row.fault(column, Unclear("differs_from_row", {"row": first.number}))


def _fill(row: Row, body: Body, town: Town) -> None:
    if row.text("name"):
        body["name"] = values.name(row.text("name"))
    for column in TEXTS:
        if row.text(column):
            body[column] = "" if values.emptied(row.text(column)) else row.text(column)
    for column, noun in (("area", "areas"), ("unit", "units")):
        if values.emptied(row.text(column)):
            body.pop(column, None)
            continue
        found = row.read(column, partial(town.word, noun, row=row.number))
        if found is not None:
            body[column] = found
    both = row.read("place", values.place)
    if both is not None:
        body["latitude"], body["longitude"] = both
    for column, most in (("latitude", 90), ("longitude", 180)):
        number = row.read(column, lambda text, most=most: values.number(text, -most, most))  # type: ignore[misc]
        if number is not None:
            body[column] = number


def _staffing(row: Row, town: Town, made: Templates) -> Body | None:
    """What this row says of the post's staffing; None when it says nothing, or nothing sound."""
    if not row.text("pattern") and not row.text("template"):
        if any(row.text(column) for column in STAFFING):
            row.fault("template", Unclear("needs_pattern_and_template"))
        return None
    if not row.text("pattern") or not row.text("template"):
        row.fault("template" if row.text("pattern") else "pattern", Unclear("needs_pattern_and_template"))
        return None
    pattern = row.read("pattern", partial(town.word, "shift_patterns", row=row.number))
    template = row.read("template", partial(town.word, "staffing_templates", row=row.number))
    level = row.read("priority", lambda text: values.number(text, 1, 5))
    days = {name: row.read(name, lambda text: values.day(text, town.today)) for name in ("first_day", "last_day")}
    if pattern is None or template is None:
        return None
    if level is not None:
        template = made.of_priority(template, round(level))
    body: Body = {"template": template, "pattern": pattern}
    shifts = row.read("shifts", partial(_shifts, town.patterns()[pattern]))
    if shifts:
        body["shifts"] = shifts
    return body | {name: day.isoformat() for name, day in days.items() if isinstance(day, date)}


def _shifts(pattern: Body, text: str) -> list[str]:
    """The ids of these shifts of one pattern; none for all of them."""
    if values.key(text) in {"全部", "all"}:
        return []
    found = []
    for word in values.several(text):
        held = shift_called([pattern], word)
        if len(held) != 1:
            options = "、".join(s["name"] for s in pattern["shifts"])
            raise Unclear("no_such_shift", {"value": word, "pattern": f"“{pattern['name']}”", "options": options})
        found.append(held[0]["id"])
    return found if len(found) < len(pattern["shifts"]) else []


class Templates:
    """Staffing templates by priority: a post of another priority gets a template like its own."""

    def __init__(self, town: Town) -> None:
        self.town, self.held = town, town.templates()
        self.new: dict[str, Body] = {}

    def of_priority(self, template: str, level: int) -> str:
        """A template with the same seats, all of this priority: the same, another one, or a new one."""
        known = self.held | self.new
        wanted = self._seats(known[template], level)
        own = known[template]
        for body in (own, *known.values()):
            if self._seats(body) == wanted:
                return str(body["id"])
        name = f"{own['name']}（优先级 {level}）"
        id_ = self.town.new_id("staffing_templates", f"{template}-{level}", self.new)
        self.new[id_] = own | {"id": id_, "name": name, "seats": [s | {"priority": level} for s in own["seats"]]}
        if own.get("name_en"):
            self.new[id_]["name_en"] = f"{own['name_en']} (priority {level})"
        return id_

    @staticmethod
    def _seats(body: Body, level: int | None = None) -> list[tuple[Any, ...]]:
        """What a template asks for, with every default said."""
        found = []
        for seat in body["seats"]:
            least = seat.get("min", 1)
            ideal = seat.get("ideal", least)
            asked = (seat["position"], least, ideal, seat.get("max", ideal), *sorted(seat.get("qualifications", ())))
            found.append((level or seat.get("priority", 3), asked))
        return found
