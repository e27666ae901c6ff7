"""Who may serve where and when, and at most how often: upper bounds as arrays over people."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from ..entities import MINUTES_A_DAY
from ..problem import Holding, Problem
from ..rules import Rule
from ..rules.counts import MinMaxDuties
from ..rules.hours import CONTRACT_LIMITS, MaxHours
from ..rules.nights import MaxNights
from ..rules.population import lies_in
from ..rules.rest import MinRest
from ..rules.times import minutes_of

NO_LIMIT = 1 << 30
NOWHERE = (None, None)
"""The place of all duties where nobody is bound."""


class Workforce:
    """The people of a problem against its slots: the distinct (start, end, night) of its duties, in order of end.

    Bounds hold for every legal roster: laws that hold on some dates only, and whatever is hard to count, are left
    out, which makes a bound looser and never wrong.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.size = len(problem.people)
        table = np.stack([problem.duty_end, problem.duty_start, problem.duty_night.astype(np.int64)], axis=1)
        slots, of = np.unique(table, axis=0, return_inverse=True)
        self.end, self.start, self.night = slots[:, 0], slots[:, 1], slots[:, 2].astype(bool)
        self.slot_of = of.reshape(-1)
        """int64[duties]: the slot of each duty."""
        self.weeks = -(-problem.days // 7)
        self._allowed: dict[tuple[str | None, str | None], np.ndarray] = {}
        self._fit: dict[tuple[object, ...], np.ndarray] = {}
        self._fit_of: dict[int, np.ndarray] = {}
        self._holders: dict[tuple[tuple[str, ...], int], np.ndarray] = {}

    # --- who may ----------------------------------------------------------------------------------------
    @cached_property
    def free(self) -> np.ndarray:
        """bool[people, slots]: not marked unavailable at any minute of the slot."""
        free = np.ones((self.size, len(self.start)), bool)
        spans = [
            (i, a.start, a.end)
            for i, person in enumerate(self.problem.people)
            for a in person.availability
            if a.status == "unavailable"
        ]
        start = minutes_of(self.problem, [s for _, s, _ in spans])
        end = minutes_of(self.problem, [e for _, _, e in spans])
        person = np.array([i for i, _, _ in spans], np.int64)
        for slot, (begins, ends) in enumerate(zip(self.start.tolist(), self.end.tolist(), strict=True)):
            free[person[(begins < end) & (ends > start)], slot] = False
        return free

    def allowed(self, duty: int) -> np.ndarray:
        """Indices of the people who are not bound to other places than this duty's."""
        problem = self.problem
        post, area = place = self.place(duty)
        if place not in self._allowed:
            mask = np.ones(self.size, bool)
            if place != (None, None):
                to_posts, to_areas = self._bound
                mask[self._anywhere_bound] = False
                mask[to_posts.get(post, [])] = True
                for root, people in to_areas.items():
                    if lies_in(problem, area, [root]):
                        mask[people] = True
            self._allowed[place] = np.flatnonzero(mask)
        return self._allowed[place]

    def place(self, duty: int) -> tuple[str | None, str | None]:
        """The post and area of a duty, where it matters to anybody: without bindings all places are one."""
        return (self.problem.duties[duty].post, self.problem.duty_area[duty]) if len(self._anywhere_bound) else NOWHERE

    @cached_property
    def _bound(self) -> tuple[dict[str | None, np.ndarray], dict[str, np.ndarray]]:
        """Those whom a law binds, by post and by area."""
        persons: set[int] = set()
        for rule in self.laws("bound_posts"):
            persons.update(rule.persons(self.problem).tolist())
        to_posts: dict[str | None, list[int]] = {}
        to_areas: dict[str, list[int]] = {}
        for i in sorted(persons):
            for post in self.problem.people[i].bound_posts:
                to_posts.setdefault(post, []).append(i)
            for area in self.problem.people[i].bound_areas:
                to_areas.setdefault(area, []).append(i)
        return (
            {post: np.array(people, np.int64) for post, people in to_posts.items()},
            {area: np.array(people, np.int64) for area, people in to_areas.items()},
        )

    @cached_property
    def _anywhere_bound(self) -> np.ndarray:
        bound = [people for held in self._bound for people in held.values()]
        return np.unique(np.concatenate(bound)) if bound else np.zeros(0, np.int64)

    def holders(self, qualifications: tuple[str, ...], day: int) -> np.ndarray:
        """bool[people]: hold all of these on a day of the window."""
        key = (qualifications, day)
        if key not in self._holders:
            on, everybody = self.problem.date_of(day), np.ones(self.size, bool)
            for qualification in qualifications:
                held = np.zeros(self.size, bool)
                held[[i for i, h in self._holdings.get(qualification, ()) if h.valid_on(on)]] = True
                everybody &= held
            self._holders[key] = everybody
        return self._holders[key]

    @cached_property
    def _holdings(self) -> dict[str, list[tuple[int, Holding]]]:
        """(person, holding) of each qualification."""
        found: dict[str, list[tuple[int, Holding]]] = {}
        for i, person in enumerate(self.problem.people):
            for held in person.qualifications:
                found.setdefault(held.qualification, []).append((i, held))
        return found

    def fit(self, demand: int) -> np.ndarray:
        """Indices of the people who hold what the seat demands, may serve there, and are free at the time.

        Demands that differ in nothing that matters share one array.
        """
        if demand in self._fit_of:
            return self._fit_of[demand]
        duty, seat = self.problem.demands[demand]
        slot, day = int(self.slot_of[duty]), int(self.problem.duty_day[duty])
        key = (*self.place(duty), slot, seat.qualifications, day if seat.qualifications else 0)
        if key not in self._fit:
            people = self.allowed(duty)
            fits = self.free[people, slot]
            if seat.qualifications:
                fits &= self.holders(seat.qualifications, day)[people]
            self._fit[key] = people[fits]
        self._fit_of[demand] = self._fit[key]
        return self._fit[key]

    # --- how often --------------------------------------------------------------------------------------
    def laws(self, *names: str) -> Iterator[Rule]:
        """Hard rules that hold on all dates."""
        for rule in self.problem.rules:
            if rule.hard and rule.name in names and rule.first_day is None and rule.last_day is None:
                yield rule

    @cached_property
    def rest(self) -> np.ndarray:
        """int64[people]: minutes of rest that are owed between any two duties."""
        least = np.zeros(self.size, np.int64)
        for rule in self.laws("min_rest"):
            if isinstance(rule, MinRest):
                hours = [h for h in (rule.hours, rule.after_night_hours, rule.run_hours) if h is not None]
                persons = rule.persons(self.problem)
                least[persons] = np.maximum(least[persons], 60 * min(hours))
        return least

    def most(self, people: np.ndarray, can: np.ndarray) -> np.ndarray:
        """int64[people]: an upper bound on how many duties each may serve among the slots that `can` marks.

        `people` are indices, `can` is bool[people, slots].
        """
        day = self._in_turn(people, can & ~self.night)
        night = np.minimum(self._in_turn(people, can & self.night), self._most_nights[people])
        turns = self._in_turn(people, can)
        return np.minimum.reduce([turns, day + night, self._by_hours(people, can), self._most_duties[people]])

    def _in_turn(self, people: np.ndarray, can: np.ndarray) -> np.ndarray:
        """The longest chain of slots with rest between, by always taking the slot that ends first."""
        count = np.zeros(len(people), np.int64)
        ready = np.full(len(people), -NO_LIMIT, np.int64)
        rest = self.rest[people]
        for slot in np.flatnonzero(can.any(axis=0)).tolist():
            takes = can[:, slot] & (self.start[slot] >= ready)
            count += takes
            ready = np.where(takes, self.end[slot] + rest, ready)
        return count

    @cached_property
    def _most_nights(self) -> np.ndarray:
        most = np.full(self.size, NO_LIMIT, np.int64)
        for rule in self.laws("max_nights"):
            if isinstance(rule, MaxNights):
                windows = -(-self.problem.days // rule.window_days)
                for figure, persons in rule.by_figure(self.problem, "max_nights", rule.max):
                    most[persons] = np.minimum(most[persons], windows * figure)
        return most

    def _by_hours(self, people: np.ndarray, can: np.ndarray) -> np.ndarray:
        """Whole windows fill the days; what a last duty does after them is counted on top."""
        most = np.full(len(people), NO_LIMIT, np.int64)
        used = np.flatnonzero(can.any(axis=0))
        if not len(used):
            return most
        shortest = int((self.end - self.start)[used].min())
        after = max(0, int(self.end[used].max()) - self.problem.days * MINUTES_A_DAY)
        for minutes in self._most_minutes:
            most = np.minimum(most, (minutes[people] + after) // shortest)
        return most

    @cached_property
    def _most_minutes(self) -> list[np.ndarray]:
        """int64[people] for each law: at most so many minutes in the windows that fill the days."""
        found = []
        for rule in self.laws("max_hours"):
            if isinstance(rule, MaxHours):
                minutes = np.full(self.size, NO_LIMIT * NO_LIMIT, np.int64)
                windows = -(-self.problem.days // rule.window_days)
                own = CONTRACT_LIMITS.get(rule.window_days, "")
                for hours, persons in rule.by_figure(self.problem, own, rule.hours):
                    minutes[persons] = np.minimum(minutes[persons], windows * 60 * hours)
                found.append(minutes)
        return found

    @cached_property
    def _most_duties(self) -> np.ndarray:
        most = np.full(self.size, NO_LIMIT, np.int64)
        days = self.problem.days
        weeks = len({self.problem.date_of(d).isocalendar()[:2] for d in range(days)})
        periods = {"window": 1, "week": weeks, "day": days}
        for rule in self.laws("min_max_duties"):
            if isinstance(rule, MinMaxDuties) and rule.max is not None and not filters(rule):
                own = "max_duties" if rule.per == "window" else ""
                for figure, persons in rule.by_figure(self.problem, own, rule.max):
                    most[persons] = np.minimum(most[persons], periods[rule.per] * figure)
        return most


def filters(rule: MinMaxDuties) -> tuple[tuple[str, ...], ...]:
    """The rule's filters that let only some duties count; empty when all do."""
    given = (rule.kinds, rule.posts, rule.positions, rule.shifts)
    return given if any(given) else ()
