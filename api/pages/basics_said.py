"""What a list says of each of a town's basics: the thing in a few words, and how many use it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from api.access import scope, store
from models.records import Thing
from scheduler.problem import Area, Contract, Demand, ShiftPattern, StaffingTemplate, Vehicle
from scheduler.text import Text

from .areas import in_tree
from .basics_fields import CONTRACT, Basic
from .people import label
from .shift_day import Day, day_of
from .users import MANY

Names = Callable[[str], Mapping[str, str]]
"""Noun → id → name."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing in the list."""

    id: str
    name: str
    other: str
    """The name in the other language, where there is one."""
    depth: int
    said: tuple[Text, ...]
    day: Day | None
    uses: tuple[tuple[Text, int], ...]


def things_of(town: str, noun: str) -> list[tuple[Thing, int]]:
    """What the caller sees of a noun, each with its depth in the tree of areas, which is 0 for all others."""
    only = scope().only(noun)
    seen = [t for t in store().things.all(town, noun) if only is None or t.id in only]
    if noun == "areas":
        return [(area, depth) for area, depth in in_tree([t for t in seen if isinstance(t, Area)])]
    return [(t, 0) for t in seen]


def rows(town: str, basic: Basic, things: Iterable[tuple[Thing, int]], names: Names) -> list[Row]:
    """The things as the list shows them; only users whom the caller sees are counted."""
    seen = {noun: scope().only(noun) for noun in ("people", "posts", "areas")}
    counts = store().things.counted(town, basic.noun, seen)
    return [_row(thing, depth, counts.get(thing.id, {}), names) for thing, depth in things]


def _row(thing: Thing, depth: int, counts: Mapping[str, int], names: Names) -> Row:
    shown, names_of = label(thing), (thing.name, getattr(thing, "name_en", ""))
    day = day_of(thing) if isinstance(thing, ShiftPattern) else None
    uses = tuple((word, counts[noun]) for noun, word in MANY.items() if counts.get(noun))
    other = next((n for n in names_of if n and n != shown), "")
    return Row(thing.id, shown, other, depth, said(thing, names), day, uses)


def said(thing: Thing, names: Names) -> tuple[Text, ...]:
    """What there is to say of a thing besides its name."""
    match thing:
        case Area(latitude=float() | int(), longitude=float() | int()):
            return (_same(f"{thing.latitude:g}, {thing.longitude:g}"),)
        case Contract():
            return _contract(thing)
        case ShiftPattern():
            return tuple(
                Text(f"{s.name} {s.start:%H:%M}–{s.end:%H:%M}", f"{s.name_en or s.name} {s.start:%H:%M}–{s.end:%H:%M}")
                for s in thing.shifts
            )
        case StaffingTemplate():
            return tuple(_seat(seat, names) for seat in thing.seats)
        case Vehicle():
            held = names("qualifications")
            words = (thing.type, thing.gearbox, *(held.get(q, q) for q in thing.driver_qualifications))
            return tuple(_same(word) for word in words if word)
    return ()


def _contract(contract: Contract) -> tuple[Text, ...]:
    found = []
    for field in CONTRACT:
        value: Any = getattr(contract, field.name)
        if value is not None and field.unit is not None and (field.name != "share_percent" or value != 100):
            found.append(
                Text(f"{field.title.zh} {value} {field.unit.zh}", f"{field.title.en}: {value} {field.unit.en}")
            )
    return tuple(found) or (Text("没有另设上限", "no limits of its own"),)


def _seat(seat: Demand, names: Names) -> Text:
    heads = str(seat.min) if seat.min == seat.max else f"{seat.min}–{seat.max}"
    held = names("qualifications")
    demanded = "、".join(held.get(q, q) for q in seat.qualifications)
    said_name = names("positions").get(seat.position, seat.position)
    return Text(
        f"{said_name} {heads} 人{f'（{demanded}）' if demanded else ''}",
        f"{said_name} {heads}{f' ({demanded})' if demanded else ''}",
    )


def _same(words: str) -> Text:
    return Text(words, words)
