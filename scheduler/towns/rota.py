"""A plain rotation that fills slots one after the other and keeps every hard law of the demo towns.

It makes a believable week before (so that rest is owed at the border) and goes on through the window
itself: that second week is the witness that the town *can* be staffed. Where nobody is free, the least
loaded person who could serve takes back what they said; so a seat stays empty only where the generator
wanted it (a `firm` absence).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from .draft import DAY, HOUR, Draft, Need, Served, Slot


@dataclass(frozen=True, slots=True)
class Caps:
    """The personal limits of a contract, as the rotation keeps them in any seven days."""

    hours_week: int = 48
    duties: int = 6
    nights: int = 3


@dataclass(frozen=True, slots=True)
class Law:
    """The hard laws of a town, in the figures of its rule set."""

    caps: Mapping[str, Caps]
    rest_hours: int = 11
    after_night_hours: int = 11
    run_hours: int = 11
    hours_in_24: int = 12
    nights_in_a_row: int = 3
    hours_after_nights: int = 24
    """Owed after `nights_in_a_row` nights in a row."""
    a_day: int | None = 1
    nights_by_opt_in: Callable[[Draft], bool] = lambda person: False
    """Whom nights are for only when they said "nights_welcome"."""
    few_of: str = "first_timer"
    few: int = 2
    """At most so many people with the tag `few_of` in one slot."""
    runs_need: str = ""
    """The tag that at least one head of each errand run carries."""


@dataclass
class Rota:
    """Who has served what so far; slots come in order of their start."""

    start: date
    people: list[Draft]
    law: Law
    random: Random
    may_serve: Callable[[Draft, Slot], bool]
    _order: dict[str, float] = field(default_factory=dict)
    _candidates: dict[tuple[object, ...], list[Draft]] = field(default_factory=dict)
    _streakers: frozenset[str] = frozenset()
    _homes: dict[str, list[Draft]] = field(default_factory=lambda: defaultdict(list))
    streaks: Mapping[tuple[str, int, str], Draft] = field(default_factory=dict)
    """(post, day, shift) → who served there before the window whatever the law says of days off."""
    vacant: list[tuple[Slot, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._streakers = frozenset(p.id for p in self.streaks.values())
        self._order = {p.id: self.random.random() for p in self.people}
        for person in self.people:
            if person.household:
                self._homes[person.household].append(person)

    def fill(self, slots: Iterable[Slot]) -> None:
        """Fill every seat of the slots; seats that nobody may take are kept in `vacant`."""
        for slot in sorted(slots, key=lambda s: (s.start, len(s.needs), s.post or "", s.run or "")):
            team: list[Draft] = []
            for need in slot.needs:
                for head in range(need.heads):
                    person = self._pick(slot, need, team, last=head == need.heads - 1 and need is slot.needs[-1])
                    if person is None:
                        self.vacant.append((slot, need.position))
                        continue
                    team.append(person)
                    insort(person.served, Served(slot, need.position), key=lambda s: s.slot.start)

    # --- choice -----------------------------------------------------------------------------------------
    def _pick(self, slot: Slot, need: Need, team: list[Draft], last: bool) -> Draft | None:
        held = self.streaks.get((slot.post or "", slot.day, slot.shift)) if slot.start < 0 else None
        if held is not None and held not in team:
            return held
        day = self.start + timedelta(days=slot.day)
        busy = self._streakers if slot.start < 0 else frozenset()
        pool = [
            p
            for p in self._pool(slot)
            if p not in team and p.id not in busy and all(p.holds(q, day) for q in need.qualifications)
        ]
        if self.law.runs_need and slot.run and last and not any(self.law.runs_need in p.tags for p in team):
            pool = [p for p in pool if self.law.runs_need in p.tags]
        pool.sort(key=lambda p: (self._load(p, need), p.home != slot.post, self._order[p.id]))
        lawful = (p for p in pool if self._lawful(p, slot, team))
        spare: Draft | None = None
        for person in lawful:
            away = person.away(slot.start, slot.end)
            if not away:
                return person
            if spare is None and not any(s.firm for s in away):
                spare = person
        if spare is not None:
            said = spare.away(slot.start, slot.end)
            spare.spans = [s for s in spare.spans if s not in said]
        return spare

    def _pool(self, slot: Slot) -> list[Draft]:
        key = (slot.post, slot.area, bool(slot.run))
        if key not in self._candidates:
            self._candidates[key] = [p for p in self.people if self.may_serve(p, slot)]
        return self._candidates[key]

    @staticmethod
    def _load(person: Draft, need: Need) -> float:
        """Duties so far; people with a skill are spared for the seats that demand it."""
        spared = 1.0 if person.qualifications.keys() - set(need.qualifications) else 0.0
        return round(len(person.served) / person.share + spared, 1)

    # --- law --------------------------------------------------------------------------------------------
    def _lawful(self, person: Draft, slot: Slot, team: list[Draft]) -> bool:
        return (
            self._team_stays_mixed(person, team)
            and self._household_free(person, slot)
            and self._rested(person, slot)
            and self._within_hours(person, slot)
            and self._within_days(person, slot)
            and (not slot.night or self._night_allowed(person, slot))
        )

    def _team_stays_mixed(self, person: Draft, team: list[Draft]) -> bool:
        tag = self.law.few_of
        return tag not in person.tags or sum(tag in p.tags for p in team) < self.law.few

    def _household_free(self, person: Draft, slot: Slot) -> bool:
        others = (p for p in self._homes.get(person.household or "", ()) if p is not person)
        return not any(s.slot.start < slot.end and slot.start < s.slot.end for p in others for s in p.served[-4:])

    def _rested(self, person: Draft, slot: Slot) -> bool:
        if any(slot.start - s.slot.end < self._rest_minutes(s.slot, slot) for s in person.served[-4:]):
            return False
        nights = [s.slot for s in person.served[-8:] if s.slot.night]
        row = self.law.nights_in_a_row
        in_a_row = len(nights) >= row and nights[-1].day - nights[-row].day == row - 1
        return not in_a_row or slot.start - nights[-1].end >= self.law.hours_after_nights * HOUR

    def _rest_minutes(self, earlier: Slot, later: Slot) -> int:
        hours = self.law.rest_hours
        if earlier.run or later.run:
            hours = max(self.law.run_hours, self.law.after_night_hours if earlier.night else 0)
        elif earlier.night:
            hours = self.law.after_night_hours
        return hours * HOUR

    def _within_hours(self, person: Draft, slot: Slot) -> bool:
        week = HOUR * self.law.caps[person.contract].hours_week
        length = slot.end - slot.start
        return (
            self._worked(person, slot.end - 7 * DAY, slot.end) + length <= week
            and self._worked(person, slot.end - DAY, slot.end) + length <= self.law.hours_in_24 * HOUR
        )

    @staticmethod
    def _worked(person: Draft, start: int, end: int) -> int:
        first = bisect_left(person.served, start - DAY, key=lambda s: s.slot.start)
        return sum(max(0, min(s.slot.end, end) - max(s.slot.start, start)) for s in person.served[first:])

    def _within_days(self, person: Draft, slot: Slot) -> bool:
        """Duties a day, duties in seven days, and a day off in any seven."""
        week = self._days(person, slot, 7)
        today = week.count(slot.day)
        return (
            (self.law.a_day is None or today < self.law.a_day)
            and len(week) < self.law.caps[person.contract].duties
            and len(set(week) | {slot.day}) <= 6
        )

    @staticmethod
    def _days(person: Draft, slot: Slot, days: int, nights_only: bool = False) -> list[int]:
        """The day of each duty within the `days` days that end with the slot's."""
        first = bisect_left(person.served, (slot.day - days + 1) * DAY, key=lambda s: s.slot.start)
        return [s.slot.day for s in person.served[first:] if s.slot.night or not nights_only]

    def _night_allowed(self, person: Draft, slot: Slot) -> bool:
        if self.law.nights_by_opt_in(person) and "nights_welcome" not in person.opt_ins:
            return False
        nights = self._days(person, slot, 7, nights_only=True)
        if len(nights) >= self.law.caps[person.contract].nights:
            return False
        row = self.law.nights_in_a_row
        return not set(range(slot.day - row, slot.day)) <= set(nights)
