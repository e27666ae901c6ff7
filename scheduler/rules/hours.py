"""Hours of duty in rolling windows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..limits import Limit, at_most
from ..problem import MINUTES_A_DAY
from ..text import Text
from . import words
from .base import Case, Rule, parameter
from .times import Past, Slots, slots_of

if TYPE_CHECKING:
    from ..problem import Problem

CONTRACT_LIMITS = {1: "max_hours_24h", 7: "max_hours_7d"}
"""Length of the window in days → the contract's figure that replaces the rule's own."""


@dataclass(frozen=True, kw_only=True)
class MaxHours(Rule):
    """At most {hours} h of duty in any {window_days} × 24 h.

    Duties that lie partly in such a window count by the minute, past duties included. A contract's max_hours_24h
    (window_days 1) or max_hours_7d (window_days 7) replaces the figure. The past alone is never a breach: who
    comes in above the limit may do nothing more until enough time has gone by.
    """

    name = "max_hours"
    title = Text("工时上限", "Most hours")
    zh = "任意连续 {window_days} 个 24 小时内，值勤不超过 {hours} 小时。"
    more_zh = (
        "只有一部分落在时段内的勤务按分钟计，排班期之前的勤务也算。值勤约定里的 max_hours_24h（window_days 为 1 时）或 "
        "max_hours_7d（window_days 为 7 时）代替此数。只有过去的勤务不算违反：来时已超的人要等时间过去才能再排。"
    )
    always_hard = True

    hours: int = parameter(48, "时段内的值勤上限", "Most hours of duty in the window", "hours", 0, 10_000)
    window_days: int = parameter(7, "滚动时段的长度", "Length of the rolling window", "days", 1, 35)

    def days_back(self, problem: Problem) -> int:
        return self.window_days

    def limits(self, problem: Problem) -> Iterator[Limit]:
        slots, past = slots_of(problem, self.duties(problem)), self.past(problem)
        figures = list(self.by_figure(problem, CONTRACT_LIMITS.get(self.window_days, ""), self.hours))
        length = self.window_days * MINUTES_A_DAY
        for opens, weights in _windows(slots, length):
            served = _overlap(past.start, past.end, opens, length)
            for hours, persons in figures:
                yield from self._window(slots, weights, opens, hours, persons, past, served)
        for opens in np.unique(past.start[past.start + length > slots.start.min(initial=0)]).tolist():
            weights = _overlap(slots.start, slots.end, opens, length)
            served = _overlap(past.start, past.end, opens, length)
            begin_here = np.unique(past.person[past.start == opens])
            for hours, persons in figures:
                bound = np.intersect1d(persons, begin_here, assume_unique=True)
                yield from self._window(slots, weights, opens, hours, bound, past, served)

        for hours, persons in figures:
            laden = _laden(past, persons, 60 * hours, length)
            for opens in np.unique(slots.end - length).tolist() if len(laden) else ():
                weights, served = (_overlap(part.start, part.end, opens, length) for part in (slots, past))
                yield from self._window(slots, weights, opens, hours, laden, past, served)

    def _window(
        self,
        slots: Slots,
        weights: np.ndarray,
        opens: int,
        hours: int,
        persons: np.ndarray,
        past: Past,
        served: np.ndarray,
    ) -> Iterator[Limit]:
        """One window for the people who share a figure; `weights` are minutes a slot, `served` minutes a past duty."""
        used = np.flatnonzero(weights)
        if not len(used) or not len(persons):
            return
        base = np.minimum(past.count(persons, served), 60 * hours) if served.any() else np.zeros(0, np.int64)
        yield Limit(
            self.name,
            "person",
            persons,
            slots.duties(used),
            at_most(60 * hours, None),
            "minutes",
            duty_weights=slots.spread(used, weights[used]),
            base=base if base.any() else None,
            about=(("opens", opens), ("hours", hours)),
        )

    def broken(self, case: Case) -> Text:
        opens, hours = case.about["opens"], case.about["hours"]
        since = case.problem.instant(opens)
        on, over, who, length = words.day(since.date()), words.hours(case.excess), case.who, _days(self.window_days)
        return Text(
            f"{who.zh} 自 {on.zh} {since:%H:%M} 起 {length.zh}内值勤超过 {hours} 小时，多 {over.zh}",
            f"{who.en} serves {over.en} more than {hours} h in the {length.en} from {on.en} {since:%H:%M}",
        )

    def ground(self, case: Case) -> Text:
        hours = case.about["hours"]
        if self.window_days == 7:
            return Text(f"本周已满 {hours} 小时", f"at their weekly limit of {hours} h")
        length = _days(self.window_days)
        return Text(f"{length.zh}内已满 {hours} 小时", f"at their limit of {hours} h in {length.en}")


def _days(count: int) -> Text:
    return Text("24 小时", "24 h") if count == 1 else Text(f"{count} 天", f"{count} days")


def _overlap(start: np.ndarray, end: np.ndarray, opens: int, length: int) -> np.ndarray:
    """Minutes of each interval that lie in [opens, opens + length)."""
    return np.maximum(np.minimum(end, opens + length) - np.maximum(start, opens), 0)


def _laden(past: Past, persons: np.ndarray, allowed: int, length: int) -> np.ndarray:
    """People whose past alone is above the limit in some window.

    Theirs is not charged, so the fullest window tells nothing of them: what counts is whether the past has left
    room by the end of a duty, and windows that end with one are looked at too.
    """
    persons = persons[past.count(persons, past.end - past.start) > allowed]
    reached = np.zeros(len(persons), bool)
    for opens in np.unique(past.of(persons).start).tolist():
        reached |= past.count(persons, _overlap(past.start, past.end, opens, length)) > allowed
    return persons[reached]


def _windows(slots: Slots, length: int) -> Iterator[tuple[int, np.ndarray]]:
    """(start, minutes of each slot) for windows that begin with a slot, less those that the one before contains.

    Minutes served reach their maximum in a window that begins with a duty, so no other window need be looked at.
    """
    before: np.ndarray | None = None
    for opens in np.unique(slots.start).tolist():
        weights = _overlap(slots.start, slots.end, opens, length)
        if before is None or (weights > before).any():
            yield opens, weights
        before = weights
