"""A pasted sign-up list becomes spans of people, line by line; somebody new becomes a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from scheduler.document import DocumentError
from scheduler.problem import AvailabilityStatus

from . import availability
from .columns import Table
from .matching import People, Who
from .people import belongs
from .plan import Plan
from .rows import Row
from .sentences import refused, text_of
from .signup_days import Calendar
from .signup_lines import Line, Meaning, understood
from .spans import Said, contradiction, over
from .town import Body, Town
from .values import Unclear, key, phone_key

MOST_LINES = 1_000
NO_TABLE = Table("", {}, {}, (), ())


def lines_of(text: str) -> list[tuple[int, str]]:
    """The lines of a text with their numbers. Raises ApiError (422) when there are none, or too many."""
    found = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not found:
        raise refused("empty_file")
    if len(found) > MOST_LINES:
        raise refused("too_many_rows", rows=MOST_LINES)
    return found


def usual_pattern(things: Mapping[str, Sequence[Body]]) -> str:
    """The shift pattern that most posts have; the first one when no post has any, "" when there is none."""
    count = Counter(s["pattern"] for post in things["posts"] for s in post.get("staffing", ()))
    patterns = [body["id"] for body in things["shift_patterns"]]
    return max(patterns, key=lambda id_: count[id_], default="")


def build(
    source: Mapping[str, Any], edited: Mapping[int, str], town: Town, answers: dict[int, str], plan: Plan
) -> None:
    """Notes in `plan` what every line means and what it would change."""
    people = People(town, answers)
    meaning = _meaning(source, town, people)
    new: dict[tuple[str, str], tuple[Body, list[Said]]] = {}
    said: dict[str, list[Said]] = {}
    for number, original in source["lines"]:
        line = understood(number, edited.get(number, original), meaning)
        person, fresh = (None, False) if line.heading else _who(line, people, source["category"], plan)
        if person is not None and not line.doubts:
            said.setdefault(person["id"], []).extend(line.said)
        elif fresh and not line.doubts:
            at = key(line.name), phone_key(line.phone)
            body = {"id": "", "name": line.name, "category": source["category"]}
            held = new.setdefault(at, (body | ({"phone": line.phone} if line.phone else {}), []))
            held[1].extend(line.said)
        plan.lines.append(_shown(line, person, fresh, line.text != original))
    for id_, spans in said.items():
        row = Row(spans[0].row, {}, NO_TABLE, plan)
        availability.apply(people.by_id[id_], spans, row, town, plan)
    for body, spans in new.values():
        _new(body | {"id": town.new_person()}, spans, town, plan)


def _meaning(source: Mapping[str, Any], town: Town, people: People) -> Meaning:
    pattern = town.patterns().get(source["pattern"])
    yes: AvailabilityStatus | None = "prefer" if source["yes"] == "prefer" else None
    names = {key(name) for name in people.names()}
    said_on = date.fromisoformat(source["said_on"]) if "said_on" in source else town.today
    calendar = Calendar(date.fromisoformat(source["week"]), said_on)
    return Meaning(calendar, town.zone, pattern["shifts"] if pattern else [], names, yes)


def _who(line: Line, people: People, category: str, plan: Plan) -> tuple[Body | None, bool]:
    """The stored person of a line, or whether it is somebody new."""
    for doubt in line.doubts:
        plan.trouble(line.number, doubt)
    if not line.name and not line.phone:
        return None, False
    match = people.find(line.number, Who("", line.name, line.phone), plan)
    if match.skip:
        plan.held.add(line.number)
    if match.person is not None or not match.settled or match.skip or not line.name:
        return match.person, False
    if not category:
        doubt = Unclear("category_missing")
        line.doubts.append(doubt)
        plan.trouble(line.number, doubt)
    return None, True


def _new(body: Body, spans: list[Said], town: Town, plan: Plan) -> None:
    found = contradiction(spans)
    row = Row(spans[-1].row, {}, NO_TABLE, plan)
    if found is not None:
        row.fault("", Unclear("contradicts", {"row": found[0].row}))
        return
    made = over((), spans, town.zone)
    try:
        after = town.read("people", body | ({"availability": made} if made else {}))
    except DocumentError as error:
        row.refused(error, {})
        return
    if not belongs(town, after):
        row.fault("", Unclear("outside_areas"))
        return
    plan.compared("people", None, after, sorted({s.row for s in spans}))


def _shown(line: Line, person: Body | None, fresh: bool, edited: bool) -> dict[str, Any]:
    return {
        "row": line.number,
        "text": line.text,
        "edited": edited,
        "heading": line.heading,
        "name": line.name,
        "person": person["id"] if person else None,
        "new": fresh,
        "said": [{"start": s.start.isoformat(), "end": s.end.isoformat(), "status": s.status} for s in line.said],
        "doubts": [{"code": d.code, "text": text_of(d.code, **d.figures).as_json()} for d in line.doubts],
    }
