"""Who may take which seat: qualifications, and posts to which people are bound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..limits import Limit, at_most
from ..text import Text
from . import words
from .base import Case, Rule
from .population import lies_in

if TYPE_CHECKING:
    from ..problem import Problem


@dataclass(frozen=True, kw_only=True)
class Qualification(Rule):
    """A seat's demanded qualifications are held, and valid on the day on which the duty starts."""

    name = "qualification"
    title = Text("资质", "Qualification")
    zh = "席位要求的资质必须具备，并在勤务开始当天有效。"
    always_hard = True

    def limits(self, problem: Problem) -> Iterator[Limit]:
        bound = np.zeros(len(problem.duties), bool)
        bound[self.duties(problem)] = True
        seats: dict[str, dict[str, list[int]]] = {}
        for duty, seat in problem.demands:
            for qualification in set(seat.qualifications) if bound[duty] else ():
                seats.setdefault(qualification, {}).setdefault(seat.position, []).append(duty)
        for qualification, by_position in sorted(seats.items()):
            lacking = list(people_lacking(problem, self.persons(problem), qualification))
            for positions, duties in _same_duties(by_position):
                for persons, days in lacking:
                    yield Limit(
                        self.name,
                        "person",
                        persons,
                        duties if days is None else duties[days[problem.duty_day[duties]]],
                        at_most(0, None),
                        positions=positions,
                        about=(("qualification", qualification),),
                    )

    def broken(self, case: Case) -> Text:
        who, what, why = case.who, case.what, self.ground(case)
        return Text(f"{who.zh} {why.zh}，却排在 {what.zh}", f"{who.en} serves {what.en}: {why.en}")

    def ground(self, case: Case) -> Text:
        problem, qualification = case.problem, case.about["qualification"]
        name = words.named(problem, "qualification", qualification)
        day = problem.date_of(int(problem.duty_day[case.duties[-1]]))
        people = [] if case.person is None else [problem.people[case.person]]
        held = [h for p in people for h in p.qualifications if h.qualification == qualification]
        ended = [h.valid_until for h in held if h.valid_until and h.valid_until < day]
        if ended:
            on = words.month_day(max(ended))
            return Text(f"{name.zh}资质已于 {on.zh} 到期", f"{name.en} qualification expired on {on.en}")
        starts = [h.valid_from for h in held if h.valid_from and day < h.valid_from]
        if starts:
            on = words.month_day(min(starts))
            return Text(f"{name.zh}资质自 {on.zh} 起才有效", f"{name.en} qualification valid only from {on.en}")
        return Text(f"没有{name.zh}资质", f"not qualified as {name.en}")


def people_lacking(
    problem: Problem, persons: np.ndarray, qualification: str
) -> Iterator[tuple[np.ndarray, np.ndarray | None]]:
    """(persons, bool[days] on which they lack it): None for never holding it in the window."""
    without = np.ones(len(problem.people), bool)
    partly: dict[bytes, tuple[np.ndarray, list[int]]] = {}
    for i in persons.tolist():
        held = [h for h in problem.people[i].qualifications if h.qualification == qualification]
        if any(h.valid_from is None and h.valid_until is None for h in held):
            without[i] = False
            continue
        if not held:
            continue
        lacks = np.array([not any(h.valid_on(problem.date_of(d)) for h in held) for d in range(problem.days)])
        without[i] = lacks.all()
        if lacks.any() and not lacks.all():
            partly.setdefault(lacks.tobytes(), (lacks, []))[1].append(i)
    yield persons[without[persons]], None
    for lacks, people in partly.values():
        yield np.array(people, np.int64), lacks


def _same_duties(by_position: dict[str, list[int]]) -> Iterator[tuple[frozenset[str], np.ndarray]]:
    """Positions that are demanded on exactly the same duties go into one limit."""
    same: dict[tuple[int, ...], list[str]] = {}
    for position, duties in sorted(by_position.items()):
        same.setdefault(tuple(duties), []).append(position)
    for on, positions in same.items():
        yield frozenset(positions), np.array(on, np.int64)


@dataclass(frozen=True, kw_only=True)
class BoundPosts(Rule):
    """A person bound to posts or areas serves only there.

    Areas include their subtrees. Duties with neither post nor area are free to all, and so are people without
    a binding.
    """

    name = "bound_posts"
    same_ground = True
    title = Text("包干", "Bound posts")
    zh = "包干到点位或片区的人员只在那里值勤。"
    more_zh = "片区包含其下级。既无点位又无片区的勤务人人可去，没有包干的人哪里都可去。"

    def limits(self, problem: Problem) -> Iterator[Limit]:
        groups: dict[tuple[frozenset[str], frozenset[str]], list[int]] = {}
        for i in self.persons(problem).tolist():
            person = problem.people[i]
            if person.bound_posts or person.bound_areas:
                groups.setdefault((frozenset(person.bound_posts), frozenset(person.bound_areas)), []).append(i)
        duties = self.duties(problem)
        posts = np.array([problem.duties[d].post for d in duties], object)
        areas = np.array([problem.duty_area[d] for d in duties], object)
        placed = np.array([p is not None or a is not None for p, a in zip(posts, areas, strict=True)], bool)
        for (bound_posts, bound_areas), persons in groups.items():
            within = {a for a in set(areas.tolist()) if lies_in(problem, a, bound_areas)}
            here = np.isin(posts, list(bound_posts)) | np.isin(areas, list(within))
            elsewhere = duties[placed & ~here]
            yield Limit(
                self.name,
                "person",
                np.array(persons, np.int64),
                elsewhere,
                at_most(0, self.price_weight),
                about=(("posts", tuple(sorted(bound_posts))), ("areas", tuple(sorted(bound_areas)))),
            )

    def broken(self, case: Case) -> Text:
        bound, what = self._there(case), case.what
        return Text(f"{case.who.zh} {bound.zh}，却排在 {what.zh}", f"{case.who.en} is {bound.en} and serves {what.en}")

    def ground(self, case: Case) -> Text:
        return Text("包干在别处", "bound to other posts")

    def _there(self, case: Case) -> Text:
        """ "包干 东门、西门" / "bound to East Gate, West Gate"."""
        about = case.about
        there = [words.named(case.problem, "post", p) for p in about["posts"]]
        there += [words.named(case.problem, "area", a) for a in about["areas"]]
        return Text(f"包干 {'、'.join(t.zh for t in there)}", f"bound to {', '.join(t.en for t in there)}")
