"""Somebody is always there: deputies for one another, drivers and crews on standby."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..limits import Limit, at_least, at_most
from ..problem import Duty, MeaningError
from ..text import Text
from . import words
from .base import Case, Rule, parameter
from .stretches import stretches, stretches_from_past
from .team import layers_of
from .times import slots_of, whole_days

if TYPE_CHECKING:
    from ..problem import Problem


@dataclass(frozen=True, kw_only=True)
class Deputies(Rule):
    """Those who stand in for one another are not all off on one day: a duty of one of them starts on it.

    It looks at the days on which duties start at all. A group of whom the rule speaks for fewer than two is left out.
    Excess: days on which a group is off.
    """

    name = "deputies"
    title = Text("正副不同休", "Deputies")
    zh = "互为正副的人员不在同一天都休息：每天至少有其中一人的勤务开始。"
    more_zh = "只看有勤务开始的日子。规则所指不足两人的组不计。超出的单位：全组都休息的天数。"

    groups: tuple[tuple[str, ...], ...] = parameter(
        (), "各组互为正副的人员", "Groups of people who stand in for one another", refers="people"
    )

    def limits(self, problem: Problem) -> Iterator[Limit]:
        duties = self.duties(problem)
        day = problem.duty_day[duties]
        for persons, group in layers_of(self._groups(problem)):
            for today in np.unique(day).tolist():
                yield Limit(
                    self.name,
                    "group",
                    persons,
                    duties[day == today],
                    at_least(1, self.price_weight),
                    "heads",
                    group=group,
                    about=(("day", today),),
                )

    def _groups(self, problem: Problem) -> list[list[int]]:
        bound = set(self.persons(problem).tolist())
        found = [sorted({problem.person_index[p] for p in group if p in problem.person_index}) for group in self.groups]
        return [kept for group in found if len(kept := [i for i in group if i in bound]) > 1]

    def broken(self, case: Case) -> Text:
        on = words.dates(case.problem, case.about["day"], 1)
        people = case.limit.persons
        if case.instance is not None and case.limit.group is not None:
            people = people[case.limit.group == case.instance]
        names = [case.problem.people[i].name for i in people.tolist()]
        return Text(f"{'、'.join(names)} {on.zh} 都休息", f"{' and '.join(names)} are all off on {on.en}")


@dataclass(frozen=True, kw_only=True)
class StandbyCover(Rule):
    """Whenever somebody is to stand by, enough people do, and nobody stands by for too long without a break.

    It looks at duties of kind standby. at_least counts heads, at every moment at which one of the duties that the
    filters leave runs; with the driver's position and a type of vehicle it counts ready vehicles. Whoever was
    activated, that is called from standby to serve, counts to the end of that standby: it is used, not missing.
    Excess: heads short, for each smallest set of duties that run together. max_hours holds for duties of which each
    begins as the last ends, past ones known as standby included. Excess: shortest stretches that are too long.
    """

    name = "standby_cover"
    title = Text("待命", "Standby")
    zh = "需要待命的时候，待命的人足够，也没有人不间断地待命太久。"
    more_zh = (
        "只看 standby 类的勤务。at_least 在筛选后的任一勤务进行的每个时刻计人数；写明驾驶岗位和车型即为待命车辆数；"
        "从待命被叫去值班的人（activated）到这次待命结束都算人数：待命是用上了，不是缺了；"
        "超出的单位：每个最小的同时进行的勤务集合所缺的人数。"
        "max_hours 计首尾相接的待命，注明为待命的过去勤务也算；超出的单位：过长的最短连续段的数目。"
    )

    at_least: int | None = parameter(None, "任何时刻至少几人待命", "People on standby at any time", "heads", 1, 1000)
    max_hours: int | None = parameter(
        None, "不间断待命的上限", "Longest standby without a break", "hours", 1, 720
    )
    positions: tuple[str, ...] = parameter(
        (), "at_least 只看这些岗位；为空则全部", "at_least: only these positions; all when empty", refers="positions"
    )
    posts: tuple[str, ...] = parameter(
        (), "at_least 只看这些点位；为空则全部", "at_least: only these posts; all when empty", refers="posts"
    )
    vehicle_types: tuple[str, ...] = parameter(
        (), "at_least 只看这些车型；为空则全部", "at_least: only duties with such vehicles; all when empty"
    )

    def faults(self) -> Iterator[MeaningError]:
        yield from super().faults()
        if self.at_least is None and self.max_hours is None:
            yield MeaningError("at_least", "no_standby_figure")

    def clauses(self) -> Iterator[Text]:
        if self.at_least is not None:
            yield Text(f"任何时刻至少 {self.at_least} 人", f"at least {self.at_least} at any time")
        if self.max_hours is not None:
            yield Text(f"不间断最多 {self.max_hours} 小时", f"at most {self.max_hours} h without a break")

    def days_back(self, problem: Problem) -> int:
        return whole_days(self.max_hours or 0)

    def limits(self, problem: Problem) -> Iterator[Limit]:
        if self.at_least is not None:
            yield from self._ready(problem, self.standby(problem), self.at_least)
        if self.max_hours is not None:
            standby = [d for d in self.duties(problem).tolist() if problem.duties[d].kind == "standby"]
            yield from self._breaks(problem, np.array(standby, np.int64), 60 * self.max_hours)

    def standby(self, problem: Problem) -> np.ndarray:
        """Indices of the standby duties at which at_least looks."""
        type_of = {v.id: v.type for v in problem.vehicles}
        duties = ((d, problem.duties[d]) for d in self.duties(problem).tolist())
        wanted = [d for d, duty in duties if duty.kind == "standby" and self._looks_at(duty, type_of)]
        return np.array(wanted, np.int64)

    def _looks_at(self, duty: Duty, type_of: dict[str, str]) -> bool:
        return (
            (not self.positions or any(duty.seat(p) for p in self.positions))
            and (not self.posts or duty.post in self.posts)
            and (not self.vehicle_types or type_of.get(duty.vehicle or "") in self.vehicle_types)
        )

    def _ready(self, problem: Problem, duties: np.ndarray, least: int) -> Iterator[Limit]:
        persons = self.persons(problem)
        for running in _smallest_running(problem.duty_start[duties], problem.duty_end[duties]):
            left = max(0, least - self._activated(problem, persons, duties[running]))
            yield Limit(
                self.name,
                "group",
                persons,
                duties[running],
                at_least(left, self.price_weight),
                "heads",
                positions=frozenset(self.positions) or None,
                group=np.zeros(len(persons), np.int64),
                about=(("moment", int(problem.duty_start[duties[running]].max())),),
            )

    def _activated(self, problem: Problem, persons: np.ndarray, duties: np.ndarray) -> int:
        """How many of these people were called from the seats that at_least counts."""
        seats = [seat for d in duties.tolist() for seat in problem.duties[d].seats]
        called = [p for s in seats if not self.positions or s.position in self.positions for p in s.activated]
        bound = set(persons.tolist()) if called else set()
        return sum(problem.person_index.get(p, -1) in bound for p in called)

    def _breaks(self, problem: Problem, duties: np.ndarray, most: int) -> Iterator[Limit]:
        slots = slots_of(problem, duties)
        past = self.past(problem)
        found = [(path, self.persons(problem)) for path in stretches(slots, most)]
        found += stretches_from_past(slots, past.where(past.kind == "standby"), most)
        for path, persons in found:
            price = at_most(len(path) - 1, self.price_weight)
            yield Limit(self.name, "person", persons, slots.duties(np.array(path, np.int64)), price, "times")

    def broken(self, case: Case) -> Text:
        if case.person is None:
            moment = case.problem.instant(case.about["moment"])
            on, short = words.day(moment.date()), words.number(case.excess, "人", "head", "heads")
            return Text(
                f"{on.zh} {moment:%H:%M} 起待命少了 {short.zh}，至少 {self.at_least} 人",
                f"From {moment:%H:%M} on {on.en} standby is {short.en} short of {self.at_least}",
            )
        return Text(
            f"{case.who.zh} 不间断待命超过 {self.max_hours} 小时：{case.what.zh}",
            f"{case.who.en} stands by for more than {self.max_hours} h without a break: {case.what.en}",
        )

    def ground(self, case: Case) -> Text:
        return Text(
            f"不间断待命不超过 {self.max_hours} 小时", f"on standby for up to {self.max_hours} h without a break"
        )


def _smallest_running(start: np.ndarray, end: np.ndarray) -> list[np.ndarray]:
    """The sets of half-open intervals that run at some moment and hold no other such set, as indices."""
    moments = np.unique(np.concatenate([start, end]))
    sets = {tuple(np.flatnonzero((start <= m) & (end > m)).tolist()) for m in moments.tolist()} - {()}
    smallest = [s for s in sets if not any(set(other) < set(s) for other in sets)]
    return [np.array(s, np.int64) for s in sorted(smallest)]
