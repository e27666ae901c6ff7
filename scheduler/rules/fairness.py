"""The load is shared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ..limits import Level, Limit, Price, Tier, Unit
from ..text import Text
from . import words
from .base import Case, Rule, parameter

if TYPE_CHECKING:
    from ..problem import Problem

MOST_CARRIED = 20
"""History beyond this many units above the least loaded weighs no more: prices stay of one size."""

FEWEST_TIERS = 24
"""Prices tell at least so many units apart, so that even a roster with overlapping duties is priced as said."""

MEASURES: dict[str, Text] = {
    "duties": Text("班数", "duties"),
    "nights": Text("夜班数", "nights"),
    "weekends": Text("周末数", "weekends"),
}


@dataclass(frozen=True, kw_only=True)
class FairShare(Rule):
    """The {measure} are shared evenly: everybody's next one costs more than the one before.

    With h units in the history above the least loaded of the rule's people (20 at most), the k-th unit of the window
    costs weight × (2(h + k) − 1) × 100 / share_percent, rounded down; half a share makes each unit twice as dear. A
    weekend is a Saturday with its Sunday and counts once if a duty starts on either.
    """

    name = "fair_share"
    title = Text("公平分担", "Fair share")
    zh = "{measure} 均匀分担：每人每多一个，代价递增。"
    more_zh = (
        "历史比规则所指的人里最少者多 h 个（最多算 20 个）时，"
        "本期第 k 个计 weight × (2(h + k) − 1) × 100 ÷ share_percent，舍去小数；"
        "承担一半的人每个贵一倍。周六与其周日算一个周末，任一天有勤务开始即算一个。"
    )
    always_priced = True

    hard: bool = False
    measure: Literal["duties", "nights", "weekends"] = parameter(
        "duties", "分担什么：班数、夜班或周末", "What is shared"
    )
    history: bool = parameter(True, "计入排班期之前的累计", "Count what people carry in from before the window")

    def sentence(self) -> Text:
        what = MEASURES[self.measure]
        return Text(
            f"{what.zh}均匀分担：每人每多一个，代价递增。",
            f"The {what.en} are shared evenly: everybody's next one costs more than the one before.",
        )

    def limits(self, problem: Problem) -> Iterator[Limit]:
        duties = self.duties(problem)
        label = self._weekend(problem, duties) if self.measure == "weekends" else None
        if label is not None:
            duties, label = duties[label >= 0], label[label >= 0]
        elif self.measure == "nights":
            duties = duties[problem.duty_night[duties]]
        if label is not None:
            units = len(np.unique(label))
        else:
            seats = sum(len(problem.duties[d].seats) for d in duties.tolist())
            apart = most_apart(problem.duty_start[duties], problem.duty_end[duties])
            units = min(seats, max(apart, FEWEST_TIERS))
        unit: Unit = self.measure
        for (carried, share), persons in sorted(self._alike(problem).items()):
            price = self._price(carried, share, units)
            people = np.array(persons, np.int64)
            yield Limit(self.name, "person", people, duties, price, unit, buckets=label, about=(("carried", carried),))

    def _alike(self, problem: Problem) -> dict[tuple[int, int], list[int]]:
        """(history above the least, share in percent) → persons."""
        persons = self.persons(problem).tolist()
        carried = [getattr(problem.people[i].history, self.measure) if self.history else 0 for i in persons]
        least = min(carried, default=0)
        alike: dict[tuple[int, int], list[int]] = {}
        for i, units in zip(persons, carried, strict=True):
            contract = problem.contract_by_id.get(problem.people[i].contract or "")
            share = 100 if contract is None else contract.share_percent
            alike.setdefault((min(MOST_CARRIED, units - least), share), []).append(i)
        return alike

    def _price(self, carried: int, share: int, units: int) -> Price:
        """Tiers whose sum over the k-th unit is the cost of the sentence; convex, for each unit is dearer."""
        cost = [(2 * (carried + k) - 1) * 100 * self.weight // share for k in range(1, units + 1)]
        steps = np.diff(np.array([0, *cost], np.int64)).tolist()
        return tuple(Tier("over", k, step, Level.PRICED) for k, step in enumerate(steps) if step)

    def _weekend(self, problem: Problem, duties: np.ndarray) -> np.ndarray:
        """Number of the weekend on which each duty starts, −1 on working days."""
        weekday = problem.duty_day[duties] + problem.start.weekday()
        return np.where(weekday % 7 >= 5, weekday // 7, -1)

    def broken(self, case: Case) -> Text:
        what, who = words.number(case.excess, MEASURES[self.measure].zh[:-1], "unit", "units"), case.who
        return Text(f"{who.zh} 分担 {what.zh}", f"{who.en} has a share of {what.en}")


def most_apart(start: np.ndarray, end: np.ndarray) -> int:
    """How many of these intervals one person could serve: the most that do not overlap."""
    count, free = 0, None
    for s, e in sorted(set(zip(start.tolist(), end.tolist(), strict=True)), key=lambda i: i[1]):
        if free is None or s >= free:
            count, free = count + 1, e
    return count
