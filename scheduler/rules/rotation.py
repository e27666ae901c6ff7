"""Changing positions: nobody does the same work time after time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..limits import Limit, at_most
from ..text import Text
from . import words
from .base import Case, Rule, parameter
from .nights import rolling
from .times import Past

if TYPE_CHECKING:
    from ..problem import Problem


@dataclass(frozen=True, kw_only=True)
class Rotation(Rule):
    """Nobody holds the same position more than {max} times in any {window_days} consecutive dates.

    Each position counts by itself, on the dates on which its duties start; past duties count if their position is
    known. With window_days one more than `max` it reads: not more than so many days in a row. Excess: times too many,
    summed over the spans when priced. It tells every person's seats apart: in a large town give it a population.
    """

    name = "rotation"
    title = Text("岗位轮换", "Rotation")
    zh = "任意连续 {window_days} 天内，同一岗位最多担任 {max} 次。"
    more_zh = (
        "各岗位分别计，算在勤务开始的那一天；过去的勤务写明岗位的也算。"
        "window_days 比 max 多一天，就是不连续超过 max 天。"
        "超出的单位：多出的次数；计价时为各个时段之和。它要逐人区分席位，人多的镇街请写明 population。"
    )

    max: int = parameter(3, "时段内同一岗位最多几次", "Most times in one position", "duties", 1, 100)
    window_days: int = parameter(7, "滚动时段的长度", "Length of the rolling window", "days", 1, 35)
    positions: tuple[str, ...] = parameter(
        (), "只看这些岗位；为空则全部", "Only these positions; all when empty", refers="positions"
    )

    def days_back(self, problem: Problem) -> int:
        return self.window_days - 1

    def limits(self, problem: Problem) -> Iterator[Limit]:
        past = self.past(problem)
        for position, duties in sorted(self._held(problem).items()):
            yield from self._of_position(problem, position, np.array(duties, np.int64), past)

    def _held(self, problem: Problem) -> dict[str, list[int]]:
        """Position → the duties that have a seat for it."""
        held: dict[str, list[int]] = {}
        for d in self.duties(problem).tolist():
            for seat in problem.duties[d].seats:
                if not self.positions or seat.position in self.positions:
                    held.setdefault(seat.position, []).append(d)
        return held

    def _of_position(self, problem: Problem, position: str, duties: np.ndarray, past: Past) -> Iterator[Limit]:
        past = past.where(past.position == position)
        day, persons = problem.duty_day[duties], self.persons(problem)
        for first, bound in rolling(self.window_days, problem.days, persons, past, every=not self.hard):
            within = (day >= first) & (day < first + self.window_days)
            carried = past.where((past.day >= first) & (past.day < first + self.window_days)).count(bound)
            able = carried + int(within.sum()) > self.max
            base = np.minimum(carried[able], self.max)
            yield Limit(
                self.name,
                "person",
                bound[able],
                duties[within],
                at_most(self.max, self.price_weight),
                "times",
                positions=frozenset([position]),
                base=base if base.any() else None,
                about=(("first", first), ("position", position)),
            )

    def broken(self, case: Case) -> Text:
        dates = words.dates(case.problem, case.about["first"], self.window_days)
        position = words.named(case.problem, "position", case.about["position"])
        over = words.number(case.excess, "次", "time", "times")
        return Text(
            f"{case.who.zh} 在 {dates.zh} 担任{position.zh}多了 {over.zh}，最多 {self.max} 次：{case.what.zh}",
            f"{case.who.en} is {position.en} {over.en} too often in {dates.en}, at most {self.max}: {case.what.en}",
        )

    def ground(self, case: Case) -> Text:
        position = words.named(case.problem, "position", case.about["position"])
        return Text(
            f"{self.window_days} 天内担任{position.zh}已满 {self.max} 次",
            f"due a change from {position.en} within {self.window_days} days",
        )
