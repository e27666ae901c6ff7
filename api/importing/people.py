"""Rows of people become people: matched, their filled cells put over what is stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from models.privacy import is_masked, masked, masked_email
from scheduler.document import DocumentError

from . import values
from .columns import Table
from .matching import Match, People, Who
from .plan import Entry, Plan
from .retiring import back_in_service
from .rows import Row
from .town import Body, Town
from .values import Unclear

TERMS = {"category": "categories", "unit": "units", "area": "areas", "contract": "contracts"}
LISTS = {"bound_posts": "posts", "bound_areas": "areas"}
FIELDS = {"opt_ins": "nights"}
"""Field of the document → column, where they are not called the same."""


@dataclass
class Taken:
    """Who has a row already, by id; and new people by name and by number."""

    ids: dict[str, int] = field(default_factory=dict)
    new: dict[tuple[str, str], int] = field(default_factory=dict)


def build(table: Table, town: Town, answers: dict[int, str], category: str, plan: Plan) -> None:
    """Notes in `plan` what becomes of every person in the file; `category` is that of new ones without any."""
    people, taken = People(town, answers), Taken()
    for number, cells in table.rows:
        _person(Row(number, cells, table, plan), people, category, taken)
    _missing(people, taken, plan)


def who(row: Row) -> Who:
    name = values.name(row.text("name"))
    text = row.text("phone")
    phone = "" if not text or values.emptied(text) or is_masked(text) else row.read("phone", values.phone) or ""
    return Who("" if values.emptied(row.text("id")) else row.text("id"), name, phone)


def _person(row: Row, people: People, category: str, taken: Taken) -> None:
    town, meant = people.town, who(row)
    if not (meant.id or meant.name or meant.phone):
        row.fault("name", Unclear("who_missing"))
        return
    match = people.find(row.number, meant, row.plan)
    if match.person is not None:
        # Whoever has a row, however faulty, is not missing from the file.
        if _twice(row, taken.ids, match.person["id"]):
            return
    if match.skip:
        row.plan.held.add(row.number)
        return
    before = match.person
    if before is not None:
        body = dict(back_in_service(before, town))
    else:
        body = _new(row, meant, category, match, people, taken)
    _fill(row, body, meant, town, before)
    if row.sound:
        _read(row, town, before, body)


def _twice(row: Row, seen: dict[str, int], key: str) -> bool:
    if key in seen:
        row.fault("name", Unclear("same_twice", {"row": seen[key]}))
        return True
    seen[key] = row.number
    return False


def _new(row: Row, meant: Who, category: str, match: Match, people: People, taken: Taken) -> Body:
    """Somebody new, with as much as is known; says what is missing."""
    town = people.town
    if not match.settled:
        return {"id": "", "name": meant.name, "category": category}
    if not meant.name:
        row.fault("name", Unclear("name_missing"))
    if not category and not row.text("category"):
        row.fault("category", Unclear("category_missing"))
    names = [("name", values.key(meant.name)), ("phone", values.phone_key(meant.phone)), ("id", meant.id)]
    for kind in [n for n in names[1:] if n[1]] or names[:1]:
        if kind[0] == "phone":
            kind = ("phone", f"{kind[1]} {names[0][1]}")
        if kind in taken.new:
            row.fault("name", Unclear("same_twice", {"row": taken.new[kind]}))
            break
        taken.new[kind] = row.number
    if meant.id and meant.id in town.snapshot.taken:
        gone = not any(body["id"] == meant.id for body in town.snapshot.things["people"])
        row.fault("id", Unclear("id_is_gone" if gone else "id_is_taken", {"id": meant.id}))
    return {"id": meant.id or town.new_person(), "name": meant.name, "category": category}


def _fill(row: Row, body: Body, meant: Who, town: Town, before: Body | None) -> None:
    if meant.name:
        body["name"] = meant.name
    _phone(row, body, meant, before)
    _email(row, body, before)
    for column, noun in TERMS.items():
        _one(row, body, column, partial(town.word, noun, row=row.number))
    _one(row, body, "household", str)
    for column, noun in LISTS.items():
        _many(row, body, column, partial(town.words, noun, row=row.number))
    _many(row, body, "tags", lambda text: sorted(values.several(text)))
    _qualifications(row, body, town)
    welcome = row.read("nights", values.flag)
    if welcome is not None:
        word = town.night_word()
        _put(body, "opt_ins", sorted({*body.get("opt_ins", ())} - {word} | ({word} if welcome else set())))


def _phone(row: Row, body: Body, meant: Who, before: Body | None) -> None:
    text = row.text("phone")
    if text and values.emptied(text):
        _put(body, "phone", "")
    elif is_masked(text):
        if before is None or not before.get("phone") or text != masked(before["phone"]):
            row.fault("phone", Unclear("masked_phone", {"value": text}))
    elif meant.phone and values.phone_key(meant.phone) != values.phone_key(str(body.get("phone", ""))):
        body["phone"] = meant.phone


def _email(row: Row, body: Body, before: Body | None) -> None:
    text = row.text("email")
    if text and values.emptied(text):
        _put(body, "email", "")
    elif is_masked(text):
        if before is None or not before.get("email") or text != masked_email(before["email"]):
            row.fault("email", Unclear("masked_email", {"value": text}))
    elif text:
        try:
            body["email"] = values.email(text)
        except Unclear as unclear:
            row.fault("email", unclear)


def _one(row: Row, body: Body, column: str, reader: Callable[[str], str]) -> None:
    if values.emptied(row.text(column)) and column != "category":
        _put(body, column, None)
        return
    found = row.read(column, reader)
    if found is not None:
        body[column] = found


def _many(row: Row, body: Body, column: str, reader: Callable[[str], list[str]]) -> None:
    if values.emptied(row.text(column)):
        _put(body, column, [])
        return
    found = row.read(column, reader)
    if found is not None:
        _put(body, column, found)


def _qualifications(row: Row, body: Body, town: Town) -> None:
    text = row.text("qualifications")
    if values.emptied(text):
        _put(body, "qualifications", [])
        return
    everybody = row.read("valid_until", lambda t: None if values.emptied(t) else values.day(t))
    held = {h["id"]: h for h in body.get("qualifications", ())}
    made: dict[str, Body] = {}
    for name, until in values.dated(text):
        try:
            id_ = town.word("qualifications", name, row.number)
            last = values.day(until) if until else everybody
        except Unclear as unclear:
            row.fault("valid_until" if unclear.code == "bad_date" else "qualifications", unclear)
            continue
        made[id_] = held.get(id_, {"id": id_}) | ({"valid_until": last.isoformat()} if last else {})
    if text:
        _put(body, "qualifications", list(made.values()))
    elif everybody and held:
        _put(body, "qualifications", [h | {"valid_until": everybody.isoformat()} for h in held.values()])


def _put(body: Body, name: str, value: object) -> None:
    """Empty fields are left out, as the store does."""
    if value:
        body[name] = value
    else:
        body.pop(name, None)


def _read(row: Row, town: Town, before: Body | None, body: Body) -> None:
    """Judge what has changed, and note it. Who falls outside the maker's areas is left out."""
    if before is not None and body == before:
        row.plan.entries.append(Entry("unchanged", "people", body["id"], body["name"], (row.number,)))
        return
    try:
        after = town.read("people", body)
    except DocumentError as error:
        row.refused(error, FIELDS)
        return
    if not belongs(town, after):
        row.fault("area", Unclear("outside_areas"))
        return
    if before is not None and town.read("people", before) == after:
        row.plan.entries.append(Entry("unchanged", "people", body["id"], body["name"], (row.number,)))
        return
    row.plan.compared("people", before, after, [row.number])


def belongs(town: Town, body: Body) -> bool:
    """Whether the maker would still see the person."""
    areas, posts = town.limits.get("areas"), town.limits.get("posts")
    if areas is None or posts is None:
        return True
    bound = {*body.get("bound_areas", ())} & areas | {*body.get("bound_posts", ())} & posts
    return body.get("area") in areas or bool(bound)


def _missing(people: People, taken: Taken, plan: Plan) -> None:
    """Whom the file does not name; who may be meant by a question that is open is not missing."""
    meant = {id_ for q in plan.questions if not q.answer for id_ in q.candidates}
    for id_, body in people.by_id.items():
        if id_ not in taken.ids and id_ not in meant:
            plan.entries.append(Entry("missing", "people", id_, body["name"]))
