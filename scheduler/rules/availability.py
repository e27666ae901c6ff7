"""When people can, would rather not, and would like to serve."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..limits import Limit, Price, at_least, at_most
from ..text import Text
from . import words
from .base import Case, Rule, parameter
from .times import Slots, minutes_of, slots_of

if TYPE_CHECKING:
    from ..problem import Availability, Problem


@dataclass(frozen=True)
class Spans:
    """What the rule's persons said, flat: whose, and which slots it meets.

    A slot meets a span when they overlap. `meets[i]` is a mask over slots.
    """

    person: np.ndarray
    meets: np.ndarray


@dataclass(frozen=True, kw_only=True)
class AvailabilityRule(Rule):
    """Nobody serves in a span marked unavailable; each duty in a span marked avoid costs {avoid_weight}; a span
    marked prefer in which there is a duty and the person serves none costs {prefer_weight}.

    Overlapping by a minute is enough in all three.
    """

    name = "availability"
    same_ground = True
    title = Text("可用时间", "Availability")
    zh = (
        "标为没空的时段不派班；标为尽量避免的时段每派一班计 {avoid_weight}；"
        "标为希望的时段内有勤务而一班未派计 {prefer_weight}。"
    )
    more_zh = "三种情况都是重叠一分钟即算。"
    always_hard = True

    avoid_weight: int = parameter(
        5, "在尽量避免的时段里每派一班的代价", "Cost of each duty that meets an avoid span", "points", 0, 1_000_000_000
    )
    prefer_weight: int = parameter(
        2, "希望的时段里一班未派的代价", "Cost of each prefer span without a duty", "points", 0, 1_000_000_000
    )

    def limits(self, problem: Problem) -> Iterator[Limit]:
        slots = slots_of(problem, self.duties(problem))
        if not len(slots):
            return
        said: dict[str, list[tuple[int, Availability]]] = {}
        for i in self.persons(problem).tolist():
            for span in problem.people[i].availability:
                said.setdefault(span.status, []).append((i, span))

        def spans(status: str) -> Spans:
            return self._spans(problem, slots, said.get(status, []))

        yield from self._each_slot(slots, spans("unavailable"), at_most(0, None), "unavailable")
        if self.avoid_weight:
            yield from self._each_slot(slots, spans("avoid"), at_most(0, self.avoid_weight), "avoid")
        if self.prefer_weight:
            yield from self._each_wish(slots, spans("prefer"))

    def _spans(self, problem: Problem, slots: Slots, found: list[tuple[int, Availability]]) -> Spans:
        start = minutes_of(problem, [a.start for _, a in found])
        end = minutes_of(problem, [a.end for _, a in found])
        meets = (slots.start[None, :] < end[:, None]) & (slots.end[None, :] > start[:, None])
        return Spans(np.array([i for i, _ in found], np.int64), meets)

    def _each_slot(self, slots: Slots, spans: Spans, price: Price, status: str) -> Iterator[Limit]:
        """One limit for all slots that keep out the same people."""
        same: dict[bytes, tuple[np.ndarray, list[int]]] = {}
        for slot in np.flatnonzero(spans.meets.any(axis=0)).tolist():
            persons = np.unique(spans.person[spans.meets[:, slot]])
            same.setdefault(persons.tobytes(), (persons, []))[1].append(slot)
        for persons, which in same.values():
            duties = slots.duties(np.array(which, np.int64))
            yield Limit(self.name, "person", persons, duties, price, about=(("status", status),))

    def _each_wish(self, slots: Slots, spans: Spans) -> Iterator[Limit]:
        """One limit for all spans that meet the same slots; a person's second such span weighs once more."""
        same: dict[bytes, tuple[np.ndarray, list[int]]] = {}
        for row in np.flatnonzero(spans.meets.any(axis=1)).tolist():
            same.setdefault(spans.meets[row].tobytes(), (spans.meets[row], []))[1].append(int(spans.person[row]))
        for mask, people in same.values():
            persons, times = np.unique(np.array(people, np.int64), return_counts=True)
            for often in np.unique(times).tolist():
                yield Limit(
                    self.name,
                    "person",
                    persons[times == often],
                    slots.duties(mask),
                    at_least(1, self.prefer_weight * often),
                    about=(("status", "prefer"),),
                )

    def broken(self, case: Case) -> Text:
        who, what, status = case.who, case.what, case.about["status"]
        if status == "unavailable":
            return Text(f"{who.zh} 没空，却排在 {what.zh}", f"{who.en} is unavailable for {what.en}")
        if status == "avoid":
            return Text(f"{who.zh} 希望避开 {what.zh}", f"{who.en} would rather not serve {what.en}")
        wish = words.duty(case.problem, int(case.limit.duties[0]))
        return Text(
            f"{who.zh} 希望的时段（如 {wish.zh}）没有派班", f"{who.en} wished to serve at a time like {wish.en}"
        )

    def ground(self, case: Case) -> Text:
        return Text("已请假/没空", "unavailable")
