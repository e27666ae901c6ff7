"""The load between the organisations that send people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ..limits import Level, Limit, Price, Tier, Unit
from ..text import Text
from . import words
from .base import Case, Rule, parameter
from .fairness import FEWEST_TIERS, MOST_CARRIED, most_apart

if TYPE_CHECKING:
    from ..problem import Problem

MEASURES: dict[str, Text] = {
    "duties": Text("班数", "duties"),
    "nights": Text("夜班数", "nights"),
    "hours": Text("小时数", "hours"),
}
UNITS: dict[str, Unit] = {"duties": "duties", "nights": "nights", "hours": "times"}


@dataclass(frozen=True)
class _Sender:
    """A sending unit, as far as the rule speaks for its people."""

    persons: list[int]
    offer: int
    """What its people offered together, in per cent of a full share."""
    carried: int
    """What they carry in, in the measure."""


@dataclass(frozen=True, kw_only=True)
class UnitShare(Rule):
    """The {measure} are shared evenly between the sending units, each by what its people offered: a unit's next one
    costs more than the one before.

    A unit offers the sum of its people's share_percent. What it carries in beyond the least loaded unit, measured by
    what each offered, is h (20 for each full share at most). Load is told apart in quarters for each full share: with
    q = (h + k − 1) × 400 / offer, the k-th one of the window costs weight × (2q + 4) / 4, both rounded down. An hour
    that has begun counts. People without a unit are not counted.
    """

    name = "unit_share"
    title = Text("单位分担", "Shares of units")
    zh = "{measure} 在来源单位之间按各自投入均匀分担：一个单位每多一个，代价递增。"
    more_zh = (
        "一个单位的投入是其人员 share_percent 之和；按投入折算，历史比负担最轻的单位多 h 个（每份全额最多算 20 个）。"
        "负担按每份全额的四分之一分档：q = (h + k − 1) × 400 ÷ 投入，本期第 k 个计 weight × (2q + 4) ÷ 4，都舍去小数。"
        "不足一小时按一小时计。没有来源单位的人不计。"
    )
    always_priced = True

    hard: bool = False
    measure: Literal["duties", "nights", "hours"] = parameter(
        "duties", "分担什么：班数、夜班或小时", "What is shared"
    )
    history: bool = parameter(True, "计入排班期之前的累计", "Count what people carry in from before the window")

    def sentence(self) -> Text:
        what = MEASURES[self.measure]
        return Text(
            f"{what.zh}在来源单位之间按各自投入均匀分担：一个单位每多一个，代价递增。",
            f"The {what.en} are shared evenly between the sending units, each by what its people offered: a unit's "
            "next one costs more than the one before.",
        )

    def limits(self, problem: Problem) -> Iterator[Limit]:
        duties = self.duties(problem)
        if self.measure == "nights":
            duties = duties[problem.duty_night[duties]]
        hours = -(-(problem.duty_end[duties] - problem.duty_start[duties]) // 60) if self.measure == "hours" else None
        alike: dict[Price, list[list[int]]] = {}
        for sender, ahead in self._ahead(self._senders(problem)):
            price = self._price(ahead, sender.offer, self._most(problem, duties, hours, len(sender.persons)))
            alike.setdefault(price, []).append(sender.persons)
        for price, units in alike.items():
            label = {person: number for number, persons in enumerate(units) for person in persons}
            people = np.array(sorted(label), np.int64)
            yield Limit(
                self.name,
                "group",
                people,
                duties,
                price,
                UNITS[self.measure],
                duty_weights=hours,
                group=np.array([label[p] for p in people.tolist()], np.int64),
            )

    def _senders(self, problem: Problem) -> list[_Sender]:
        by_unit: dict[str, list[int]] = {}
        for i in self.persons(problem).tolist():
            unit = problem.people[i].unit
            if unit is not None:
                by_unit.setdefault(unit, []).append(i)
        return [
            _Sender(persons, sum(_share(problem, i) for i in persons), sum(self._carried(problem, i) for i in persons))
            for _, persons in sorted(by_unit.items())
        ]

    def _carried(self, problem: Problem, person: int) -> int:
        held = problem.people[person].history
        if not self.history:
            return 0
        return held.minutes // 60 if self.measure == "hours" else int(getattr(held, self.measure))

    def _ahead(self, senders: list[_Sender]) -> Iterator[tuple[_Sender, int]]:
        """Each unit with what it carries in beyond the least loaded, whose load is scaled to what this one offered."""
        if senders:
            least = min(senders, key=lambda s: s.carried / s.offer)
            for sender in senders:
                even = sender.offer * least.carried // least.offer
                yield sender, min(MOST_CARRIED * sender.offer // 100, sender.carried - even)

    def _most(self, problem: Problem, duties: np.ndarray, hours: np.ndarray | None, people: int) -> int:
        """How much a unit of so many people could serve in a legal roster, and a little beyond."""
        seats = sum(seat.max for d in duties.tolist() for seat in problem.duties[d].seats)
        served = min(seats, people * most_apart(problem.duty_start[duties], problem.duty_end[duties]))
        each = 1 if hours is None else int(hours.max(initial=1))
        return max(served, people * FEWEST_TIERS) * each

    def _price(self, ahead: int, offer: int, most: int) -> Price:
        """Tiers whose sum over the k-th one is the cost of the sentence; convex, for none is cheaper than the last."""
        quarters = (ahead + np.arange(most, dtype=np.int64)) * 400 // offer
        cost = self.weight * (2 * quarters + 4) // 4
        steps = np.diff(cost, prepend=0)
        rises = np.flatnonzero(steps)
        return tuple(Tier("over", int(k), int(steps[k]), Level.PRICED) for k in rises)

    def broken(self, case: Case) -> Text:
        problem = case.problem
        person = int(case.limit.persons[0])
        if case.instance is not None and case.limit.group is not None:
            person = int(case.limit.persons[case.limit.group == case.instance][0])
        unit = words.named(problem, "unit", problem.people[person].unit)
        what = MEASURES[self.measure]
        return Text(f"{unit.zh} 分担的{what.zh}：{case.what.zh}", f"{unit.en} has a share of {what.en}: {case.what.en}")


def _share(problem: Problem, person: int) -> int:
    contract = problem.contract_by_id.get(problem.people[person].contract or "")
    return 100 if contract is None else contract.share_percent
