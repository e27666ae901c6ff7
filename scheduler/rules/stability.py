"""Changes to what is already published cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..limits import Limit, at_least, at_most
from ..problem import MINUTES_A_DAY
from ..text import Text
from . import words
from .base import Case, Rule, parameter
from .times import slots_of

if TYPE_CHECKING:
    from ..problem import Problem

Seat = tuple[int, str]
"""(duty, position)"""


@dataclass(frozen=True, kw_only=True)
class Stability(Rule):
    """A published assignment that is not kept costs {move_weight}, a new one of somebody who holds any costs
    {add_weight}; both four times as much within 24 h, three and two times on the two days after.

    Reckoned from `now`, or from the window's start; needs a baseline and says nothing without.
    """

    name = "stability"
    title = Text("保持稳定", "Stability")
    zh = (
        "已发布的派班每改一处计 {move_weight}，已有派班的人每加一处计 {add_weight}；24 小时内四倍，其后两天三倍、两倍。"
    )
    more_zh = "从 now 算起，没有则从排班期开始算起；没有已发布的班表时不起作用。"
    always_priced = True
    reads_baseline = True

    hard: bool = False
    move_weight: int = parameter(
        10, "每改动一处已有派班的代价", "Cost of each baseline assignment not kept", "points", 0, 1_000_000_000
    )
    add_weight: int = parameter(
        2, "已有派班的人每新增一处的代价", "Cost of each new assignment of somebody who holds any",
        "points", 0, 1_000_000_000,
    )  # fmt: skip

    def limits(self, problem: Problem) -> Iterator[Limit]:
        persons, duties = self.persons(problem), self.duties(problem)
        bound, looked_at = set(persons.tolist()), set(duties.tolist())
        seats: dict[int, dict[int, set[str]]] = {}
        for a in problem.baseline:
            person, duty = problem.person_index[a.person], problem.duty_index[a.duty]
            if person in bound:
                seats.setdefault(person, {}).setdefault(duty, set()).add(a.position)
        yield from self._kept(problem, seats, looked_at)
        slots = slots_of(problem, duties)
        holders = np.array(sorted(seats), np.int64)
        for members in slots.members if self.add_weight and len(holders) else ():
            yield from self._added(problem, seats, holders, members)

    def _nearness(self, problem: Problem, duty: int) -> int:
        days = (int(problem.duty_start[duty]) - (problem.now_minute or 0)) // MINUTES_A_DAY
        return max(1, 4 - max(0, days))

    def _kept(self, problem: Problem, seats: dict[int, dict[int, set[str]]], looked_at: set[int]) -> Iterator[Limit]:
        """One limit for everybody who held the same seat."""
        held: dict[Seat, list[int]] = {}
        for person, mine in sorted(seats.items()):
            for duty, positions in mine.items():
                for position in positions if duty in looked_at else ():
                    held.setdefault((duty, position), []).append(person)
        for (duty, position), people in sorted(held.items()) if self.move_weight else ():
            yield Limit(
                self.name,
                "person",
                np.array(people, np.int64),
                np.array([duty], np.int64),
                at_least(1, self.move_weight * self._nearness(problem, duty)),
                positions=frozenset([position]),
                about=(("kept", True),),
            )

    def _added(
        self, problem: Problem, seats: dict[int, dict[int, set[str]]], holders: np.ndarray, members: np.ndarray
    ) -> Iterator[Limit]:
        """Everything in one slot that is not in the baseline, grouped by what is."""
        price = at_most(0, self.add_weight * self._nearness(problem, int(members[0])))
        here = set(members.tolist())
        elsewhere: dict[frozenset[int], list[int]] = {}
        otherwise: dict[tuple[int, frozenset[str]], list[int]] = {}
        for person in holders.tolist():
            mine = seats[person]
            own = here & mine.keys()
            elsewhere.setdefault(frozenset(own), []).append(person)
            for duty in own:
                otherwise.setdefault((duty, frozenset(mine[duty])), []).append(person)
        for kept, people in elsewhere.items():
            others = members[~np.isin(members, list(kept))] if kept else members
            yield Limit(self.name, "person", np.array(people, np.int64), others, price)
        for (duty, positions), people in otherwise.items():
            new = frozenset(s.position for s in problem.duties[duty].seats) - positions
            if new:
                where = np.array([duty], np.int64)
                yield Limit(self.name, "person", np.array(people, np.int64), where, price, positions=new)

    def broken(self, case: Case) -> Text:
        who = case.who
        if "kept" in case.about:
            what = words.duties(case.problem, case.limit.duties.tolist())
            return Text(f"{who.zh} 不再值 {what.zh}", f"{who.en} no longer serves {what.en}")
        return Text(f"{who.zh} 新增 {case.what.zh}", f"{who.en} newly serves {case.what.en}")
