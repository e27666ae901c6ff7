"""What the larger demo towns are put together from: places, a roll of people, usual law, and the finished town."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random
from typing import Any

from .draft import DAYS, HOUR, Draft, Need, Slot
from .habits import avoid_nights, pair_households, say_week
from .names import Names
from .queues import QueuedRota, pools_of
from .rota import Caps, Law
from .town import Town, assemble, earlier_totals, rule, slots_of, witness_of
from .words import POSITIONS, QUALIFICATIONS, Piece, contract

BANDS = ((0, 8 * HOUR), (8 * HOUR, 16 * HOUR), (16 * HOUR, 24 * HOUR))


def area(id_: str, name: str, name_en: str, parent: str | None = None, at: tuple[float, float] | None = None) -> Piece:
    """An area of the town's tree, with its middle (latitude, longitude) where the way to it matters."""
    body: Piece = {"id": id_, "name": name, "name_en": name_en}
    if parent is not None:
        body["parent"] = parent
    return body if at is None else {**body, "latitude": round(at[0], 5), "longitude": round(at[1], 5)}


def post(
    id_: str, name: str, name_en: str, area_id: str, kind: str, colour: str, at: tuple[float, float],
    *staffing: Piece, unit: str | None = None,
) -> Piece:  # fmt: skip
    """A post on the map; without staffing it is a place that others visit, or that single duties staff."""
    body: Piece = {
        "id": id_, "name": name, "name_en": name_en, "area": area_id, "type": kind, "colour": colour,
        "latitude": round(at[0], 5), "longitude": round(at[1], 5), "staffing": list(staffing),
    }  # fmt: skip
    return body if unit is None else {**body, "unit": unit}


def staffed(template_id: str, pattern: str, *shifts: str, first: date | None = None, last: date | None = None) -> Piece:
    """How a post is staffed: in these shifts (all when left out), from `first` to `last`."""
    body: Piece = {"template": template_id, "pattern": pattern}
    if shifts:
        body["shifts"] = list(shifts)
    if first is not None:
        body["first_day"] = first.isoformat()
    return body if last is None else {**body, "last_day": last.isoformat()}


def near(random: Random, middle: tuple[float, float], degrees: float) -> tuple[float, float]:
    """Somewhere around a middle."""
    return middle[0] + random.uniform(-degrees, degrees), middle[1] + random.uniform(-degrees, degrees)


@dataclass
class Roll:
    """The people of a town while they are being enlisted."""

    random: Random
    prefix: str
    phone_block: int
    people: list[Draft] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._names = Names(self.random, self.phone_block)

    def add(
        self,
        count: int,
        category: str,
        contract_id: str,
        unit: str,
        area_id: str,
        *qualifications: str,
        posts: Sequence[str] = (),
        areas: Sequence[str] = (),
        tags: Iterable[str] = (),
        share: float = 1.0,
    ) -> list[Draft]:
        """People who are alike at first, bound to the given posts and areas."""
        said, added = frozenset(tags), []
        for _ in range(count):
            person = Draft(
                f"{self.prefix}{len(self.people) + 1:04d}", self._names.person(), category, contract_id, unit, area_id,
                phone=self._names.phone(), tags=set(said), bound_posts=list(posts), bound_areas=list(areas),
                share=share, home=posts[0] if posts else None,
            )  # fmt: skip
            person.hold(*qualifications)
            self.people.append(person)
            added.append(person)
        return added

    def speak(
        self, start: date, households: int, away: Callable[[Draft], float], sleepers: float = 0.08, owls: float = 0.1
    ) -> None:
        """Households, then everybody's week: absences, wishes, nights unloved or welcome."""
        pair_households([p for p in self.people if p.category == "volunteer"], "hh", households, self.random)
        for person in self.people:
            if self.random.random() < sleepers:
                avoid_nights(person, BANDS[0])
            elif self.random.random() < owls:
                person.opt_ins |= {"nights_welcome"}
            job = "day_job" in person.tags
            say_week(person, start, self.random, BANDS, job=job, away=away(person), avoid=0.03, prefer=0.02)


def stay_away(person: Draft, start: int, end: int) -> None:
    """Away for certain; whatever they had said of that time gives way."""
    person.spans = [s for s in person.spans if not s.overlaps(start, end)]
    person.say(start, end, "unavailable", firm=True)


def mean_it(person: Draft) -> None:
    """What the person said stays, even where it leaves a seat empty."""
    person.spans = [replace(s, firm=True) for s in person.spans]


def contracts_of(caps: Mapping[str, tuple[str, str, Caps]]) -> list[Piece]:
    """Contracts out of id → (name, English name, limits); at most twelve hours in any 24."""
    return [
        contract(id_, name, name_en, max_hours_24h=12, max_hours_7d=c.hours_week, max_nights=c.nights,
                 max_duties=c.duties)
        for id_, (name, name_en, c) in caps.items()
    ]  # fmt: skip


def usual_wishes(*contracts: str) -> list[Piece]:
    """The priced rules that these towns share; the load is even within each contract."""
    return [
        rule("continuity", weight=1),
        rule("day_off", hard=False, weight=3, min=2, window_days=7),
        rule("max_nights", hard=False, weight=4, max=2, in_a_row=2, window_days=7, waived_by="nights_welcome"),
        *(rule("fair_share", weight=2, measure="duties", population={"contracts": [c]}, id=f"{c}_share")
          for c in contracts),
        *(rule("fair_share", weight=3, measure="nights", population={"contracts": [c]}, id=f"{c}_nights")
          for c in contracts),
        rule("stability", move_weight=10, add_weight=2),
    ]  # fmt: skip


@dataclass
class Plan:
    """Everything a town is made of; `finish` runs the rotation over it."""

    identity: Piece
    start: date
    random: Random
    people: list[Draft]
    caps: Mapping[str, tuple[str, str, Caps]]
    units: list[Piece]
    areas: list[Piece]
    posts: list[Piece]
    patterns: list[Piece]
    templates: list[Piece]
    rules: list[Piece]
    singles: list[tuple[Piece, Slot]] = field(default_factory=list)
    """Single duties, those of the week before included."""
    vehicles: list[Piece] = field(default_factory=list)
    positions: list[Piece] = field(default_factory=list)
    """Beside the common ones."""
    qualifications: list[Piece] = field(default_factory=list)
    """Beside the common ones."""
    law: dict[str, Any] = field(default_factory=dict)
    """Figures of `Law` that differ from the usual ones."""
    may_take: Callable[[Draft, Slot, Need], bool] = lambda person, slot, need: True
    """What the town's own rules ask of whoever takes a seat."""

    def finish(self, last_week: Callable[[Slot], bool] = lambda slot: True) -> Town:
        """The town; before the window only those slots were served of which `last_week` says so."""
        caps = {id_: c for id_, (_, _, c) in self.caps.items()}
        law = Law(caps, **{"after_night_hours": 12, **self.law})
        pools = pools_of(self.people, self.posts, self.areas)
        rota = QueuedRota(
            self.start, self.people, law, self.random, lambda person, slot: True, pools=pools, may_take=self.may_take
        )
        slots = slots_of(self.posts, self.patterns, self.templates, -DAYS, DAYS, self.start)
        slots += [slot for _, slot in self.singles]
        rota.fill(s for s in slots if s.start >= 0 or last_week(s))
        earlier_totals(self.people, self.random, 2, {id_: max(1, c.duties - 2) for id_, c in caps.items()})
        document = assemble(
            self.identity, self.start, self.people, self.posts, self.rules, self.units, self.areas,
            contracts_of(self.caps), self.patterns, self.templates, vehicles=self.vehicles,
            duties=[piece for piece, slot in self.singles if slot.start >= 0],
            positions=[*POSITIONS, *self.positions], qualifications=[*QUALIFICATIONS, *self.qualifications],
        )  # fmt: skip
        vacant = tuple((s.post or "", s.start, position) for s, position in rota.vacant if s.start >= 0)
        return Town(document, witness_of(self.people), vacant)
