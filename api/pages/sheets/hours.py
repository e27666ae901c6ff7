"""The ledger of service hours: who served what when, by published rosters and by who was seen there; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from models.presence_figures import Served
from models.presence_states import CAME, State
from models.records import Named
from scheduler.problem import Person

Names = Mapping[tuple[str, str], Named]
"""(noun, id) → what it is called."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One duty of one person that is over; times are local."""

    person: str
    name: str
    unit: str
    category: str
    duty: str
    project: str
    place: str
    start: datetime
    end: datetime
    night: bool
    planned: int
    """Minutes by the roster."""
    confirmed: int | None
    """Minutes by who was seen there; None where nobody kept presence."""
    state: State

    @property
    def minutes(self) -> int:
        """Those that count: confirmed ones where presence was kept, else the roster's."""
        return self.planned if self.confirmed is None else self.confirmed


@dataclass(frozen=True, slots=True)
class Total:
    """What one person's entries add up to, in minutes."""

    person: str
    name: str
    unit: str
    duties: int
    nights: int
    minutes: int
    confirmed: int


def entries(
    served: Iterable[Served], people: Mapping[str, Person], names: Names, zone: ZoneInfo, lang: str, now: datetime
) -> list[Entry]:
    """By person as they are listed, then by start; of people who are in `people`, duties that are over alone."""
    order = {id_: n for n, id_ in enumerate(people)}
    kept = [one for one in served if one.person in people and one.duty.end <= now]
    kept.sort(key=lambda one: (order[one.person], one.duty.start, one.duty.id))
    return [_entry(one, people[one.person], names, zone, lang) for one in kept]


def totals(held: Iterable[Entry]) -> list[Total]:
    """One a person, in the order of their entries."""
    by_person: dict[str, list[Entry]] = {}
    for entry in held:
        by_person.setdefault(entry.person, []).append(entry)
    return [
        Total(
            person,
            own[0].name,
            own[0].unit,
            sum(entry.minutes > 0 for entry in own),
            sum(entry.night and entry.minutes > 0 for entry in own),
            sum(entry.minutes for entry in own),
            sum(entry.confirmed or 0 for entry in own),
        )
        for person, own in by_person.items()
    ]


def _entry(one: Served, person: Person, names: Names, zone: ZoneInfo, lang: str) -> Entry:
    duty = one.duty
    position = _named(names, "positions", one.position, lang)
    where = _named(names, "posts", duty.post, lang) if duty.post else duty.name or duty.place or duty.id
    project = f"{where}（{position}）" if lang == "zh" else f"{where} ({position})"
    return Entry(
        person=person.id,
        name=person.name,
        unit=_named(names, "units", person.unit, lang) if person.unit else "",
        category=_named(names, "categories", person.category, lang),
        duty=duty.id,
        project=project,
        place=where if duty.post else duty.place or where,
        start=duty.start.astimezone(zone),
        end=duty.end.astimezone(zone),
        night=duty.night,
        planned=int((duty.end - duty.start).total_seconds()) // 60,
        confirmed=_confirmed(one),
        state=one.state,
    )


def _confirmed(one: Served) -> int | None:
    if one.state in CAME:
        return one.minutes
    return 0 if one.state in ("no_show", "excused") else None


def _named(names: Names, noun: str, id_: str, lang: str) -> str:
    found = names.get((noun, id_))
    if found is None:
        return id_
    return (found.name_en or found.name) if lang == "en" else found.name
