"""Who serves with whom: the mix of a team, people kept apart, people kept together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

from ..limits import Limit, Price, at_least, at_most
from ..problem import DutyKind, MeaningError
from ..text import Text
from . import words
from .base import Case, Population, Rule, parameter
from .population import EVERYBODY
from .times import cliques, slots_of

if TYPE_CHECKING:
    from ..problem import Problem


@dataclass(frozen=True, kw_only=True)
class TeamMix(Rule):
    """Each duty's team is mixed as asked.

    `members` says whom the figures at_least and at_most mean. As law, at_least never fails an understaffed team: it
    keeps seats free, so that a team without enough members stays below its minimum and the vacancy is seen. As a
    price, every member short costs, on an empty duty too. same_unit_at_most counts the heads of each unit; people
    without a unit are free.
    """

    name = "team_mix"
    title = Text("编组构成", "Team mix")
    zh = "每项勤务的编组符合要求的构成。"
    more_zh = (
        "members 说明 at_least 和 at_most 指哪些人。必须遵守时，at_least 不会让人手不足的编组排不出来：它把席位留着，"
        "所指的人不够时编组就达不到最少人数，缺口看得见。计价时每少一人计一次，空的勤务也计。"
        "same_unit_at_most 按来源单位计人数，没有来源单位的人不受限。"
    )

    at_least: int | None = parameter(None, "至少几名所指人员", "At least so many of the members", "heads", 0, 1000)
    at_most: int | None = parameter(None, "至多几名所指人员", "At most so many of the members", "heads", 0, 1000)
    members: Population = parameter(  # noqa: RUF009 - it is a field, and frozen
        EVERYBODY, "所指人员；写法同 population", "Who is meant, as a population"
    )
    posts: tuple[str, ...] = parameter(
        (), "只看这些点位；为空则全部", "Only these posts; all when empty", refers="posts"
    )
    kinds: tuple[DutyKind, ...] = parameter(
        ("shift",), "只看这些种类的勤务；为空则全部", "Only duties of these kinds; all when empty"
    )
    same_unit_at_most: int | None = parameter(
        None, "同一来源单位至多几人", "At most so many people of one unit", "heads", 0, 1000
    )

    def faults(self) -> Iterator[MeaningError]:
        yield from super().faults()
        if self.at_least is None and self.at_most is None and self.same_unit_at_most is None:
            yield MeaningError("at_least", "nothing_asked")

    def clauses(self) -> Iterator[Text]:
        meant = words.population(self.members)
        if self.at_least is not None:
            yield Text(f"{meant.zh}至少 {self.at_least} 人", f"at least {self.at_least} of {meant.en}")
        if self.at_most is not None:
            yield Text(f"{meant.zh}至多 {self.at_most} 人", f"at most {self.at_most} of {meant.en}")
        if self.same_unit_at_most is not None:
            yield Text(f"同一单位至多 {self.same_unit_at_most} 人", f"at most {self.same_unit_at_most} of one unit")

    def limits(self, problem: Problem) -> Iterator[Limit]:
        persons = self.persons(problem)
        duties = np.array([d for d in self.duties(problem).tolist() if self._looks_at(problem, d)], np.int64)
        member = np.isin(persons, self.members.indices(problem))
        if self.at_most is not None:
            price = at_most(self.at_most, self.price_weight)
            yield Limit(self.name, "duty", persons[member], duties, price, "heads", about=(("asks", "at_most"),))
        if self.at_least is not None and self.hard:
            yield from self._seats_kept_free(problem, persons, duties, member)
        elif self.at_least is not None:
            price = at_least(self.at_least, self.weight)
            yield Limit(self.name, "duty", persons[member], duties, price, "heads", about=(("asks", "at_least"),))
        if self.same_unit_at_most is not None:
            price = at_most(self.same_unit_at_most, self.price_weight)
            units = np.array([problem.people[i].unit for i in persons.tolist()], object)
            for unit in sorted({u for u in units.tolist() if u is not None}):
                about = (("asks", "same_unit"), ("unit", unit))
                yield Limit(self.name, "duty", persons[units == unit], duties, price, "heads", about=about)

    def _looks_at(self, problem: Problem, index: int) -> bool:
        duty = problem.duties[index]
        return (not self.kinds or duty.kind in self.kinds) and (not self.posts or duty.post in self.posts)

    def _seats_kept_free(
        self, problem: Problem, persons: np.ndarray, duties: np.ndarray, member: np.ndarray
    ) -> Iterator[Limit]:
        """Others may come up to the minimum less the members still missing; every member makes room for more.

        With m and M the team's least and most heads and k members wanted: k·others − (M − m)·members ≤ k·(m − k).
        A team with fewer seats than that is asked for what it has.
        """
        alike: dict[tuple[int, int, int], list[int]] = {}
        for d in duties.tolist():
            seats = problem.duties[d].seats
            most = sum(s.max for s in seats)
            wanted = min(self.at_least or 0, most)
            alike.setdefault((wanted, max(wanted, sum(s.min for s in seats)), most), []).append(d)
        for (wanted, least, most), same in sorted(alike.items()):
            if wanted:
                yield Limit(
                    self.name,
                    "duty",
                    persons,
                    np.array(same, np.int64),
                    at_most(wanted * (least - wanted), None),
                    "heads",
                    person_weights=np.where(member, least - most, wanted),
                    about=(("asks", "at_least"),),
                )

    def broken(self, case: Case) -> Text:
        where, asks = words.duty(case.problem, case.duties[0]), case.about["asks"]
        if asks == "same_unit":
            unit = words.named(case.problem, "unit", case.about["unit"])
            over = words.number(case.excess, "人", "head", "heads")
            return Text(
                f"{where.zh} 的{unit.zh}人员多了 {over.zh}，同一单位至多 {self.same_unit_at_most} 人",
                f"{where.en} has {over.en} of {unit.en} too many, at most {self.same_unit_at_most} of one unit",
            )
        meant = words.population(self.members, case.problem)
        if asks == "at_most":
            over = words.number(case.excess, "人", "head", "heads")
            return Text(
                f"{where.zh} 的{meant.zh}多了 {over.zh}，至多 {self.at_most} 人",
                f"{where.en} has {over.en} too many of {meant.en}, at most {self.at_most}",
            )
        return Text(
            f"{where.zh} 缺{meant.zh}，至少 {self.at_least} 人",
            f"{where.en} lacks {meant.en}, at least {self.at_least}",
        )

    def ground(self, case: Case) -> Text:
        asks = case.about["asks"]
        if asks == "same_unit":
            return Text("本班同一单位的人已满", "enough of their unit are on the duty")
        meant = words.population(self.members, case.problem)
        if asks == "at_most":
            return Text(f"本班{meant.zh}已满", f"enough of {meant.en} are on the duty")
        return Text(f"余下的席位留给{meant.zh}", f"the seats left are kept for {meant.en}")


@dataclass(frozen=True, kw_only=True)
class Apart(Rule):
    """People of one group never serve at the same time.

    Groups are those listed and, with households, every household. Scope shift: never in overlapping duties, a past
    duty that still runs included; scope duty: never in the same duty. Excess: heads beyond the first, for each
    largest set of overlapping duties (scope shift) or each duty (scope duty).
    """

    name = "apart"
    title = Text("错开", "Apart")
    zh = "同组人员不同时值勤。"
    more_zh = (
        "组是列出的各组；households 为 true 时每户也是一组。"
        "scope 为 shift：不在时间重叠的勤务，还没结束的过去勤务也算；"
        "为 duty：不在同一勤务。超出的单位：每个最大的重叠勤务集合（shift）或每项勤务（duty）中第一人以外的人数。"
    )

    groups: tuple[tuple[str, ...], ...] = parameter((), "各组人员", "Groups of people", refers="people")
    households: bool = parameter(True, "同住一户的人也算一组", "Members of one household are a group too")
    scope: Literal["shift", "duty"] = parameter(
        "shift", "不在时间重叠的勤务，或不在同一勤务", "Never in overlapping duties, or never in the same duty"
    )

    def limits(self, problem: Problem) -> Iterator[Limit]:
        layers = list(layers_of(self._groups(problem)))
        duties = self.duties(problem)
        price = at_most(1, self.price_weight)
        if self.scope == "duty":
            sets = [np.array([d]) for d in duties.tolist()]
        else:
            slots = slots_of(problem, duties)
            sets = [slots.duties(c) for c in cliques(slots.start, slots.end)]
        for persons, group in layers:
            for together in sets:
                yield Limit(self.name, "group", persons, together, price, "heads", group=group)
            if self.scope == "shift":
                yield from self._still_running(problem, persons, group, duties)

    def _groups(self, problem: Problem) -> list[list[int]]:
        """Persons of each group that has at least two of the rule's."""
        bound = set(self.persons(problem).tolist())
        found = [sorted({problem.person_index[p] for p in group if p in problem.person_index}) for group in self.groups]
        if self.households:
            homes: dict[str, list[int]] = {}
            for i in sorted(bound):
                household = problem.people[i].household
                if household is not None:
                    homes.setdefault(household, []).append(i)
            found += homes.values()
        return [kept for group in found if len(kept := [i for i in group if i in bound]) > 1]

    def _still_running(
        self, problem: Problem, persons: np.ndarray, group: np.ndarray, duties: np.ndarray
    ) -> Iterator[Limit]:
        """While somebody's past duty runs into the window, the others of the group stay off."""
        past = self.past(problem)
        running = past.where(past.end > 0)
        until: dict[int, int] = dict.fromkeys(persons.tolist(), 0)
        for person, end in zip(running.person.tolist(), running.end.tolist(), strict=True):
            if person in until:
                label = group[np.searchsorted(persons, person)]
                for other in persons[group == label].tolist():
                    if other != person:
                        until[other] = max(until[other], end)
        for end in sorted({e for e in until.values() if e > 0}):
            waiting = np.array([p for p, e in until.items() if e == end], np.int64)
            begun = duties[problem.duty_start[duties] < end]
            yield Limit(
                self.name, "person", waiting, begun, at_most(0, self.price_weight), "heads", about=(("until", end),)
            )

    def broken(self, case: Case) -> Text:
        what = case.what
        if case.person is not None:
            return Text(
                f"{case.who.zh} 的同组人员还在值上一班，却排在 {what.zh}",
                f"{case.who.en} serves {what.en} while another of the group is still on duty",
            )
        group = self._named_group(case)
        return Text(f"{group.zh}同时排在 {what.zh}", f"{group.en} serve at the same time: {what.en}")

    def _named_group(self, case: Case) -> Text:
        if case.instance is None or case.limit.group is None:
            return Text("同组人员", "People who are to be kept apart")
        people = case.limit.persons[case.limit.group == case.instance].tolist()
        names = [case.problem.people[i].name for i in people]
        return Text("、".join(names) + " 应错开，却", ", ".join(names) + " are to be kept apart and")

    def ground(self, case: Case) -> Text:
        if self.households and not self.groups:
            return Text("同住的人在同一时段值勤", "somebody of the household is on duty at the time")
        return Text("须错开的人在同一时段值勤", "somebody to be kept apart from is on duty at the time")


def layers_of(groups: list[list[int]]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(persons, label of each) such that within one layer everybody is in one group only."""
    layers: list[dict[int, int]] = []
    for group in groups:
        layer = next((held for held in layers if held.keys().isdisjoint(group)), None)
        if layer is None:
            layers.append(layer := {})
        label = max(layer.values(), default=-1) + 1
        layer.update(dict.fromkeys(group, label))
    for layer in layers:
        persons = sorted(layer)
        yield np.array(persons, np.int64), np.array([layer[p] for p in persons], np.int64)


@dataclass(frozen=True, kw_only=True)
class Together(Rule):
    """People of one group serve the same duties.

    Excess: for each two neighbours in a group's list, the duties that one of them serves and the other does not.
    """

    name = "together"
    title = Text("同班", "Together")
    zh = "同组人员值同样的班。"
    more_zh = "超出的单位：名单上相邻的两人中，一人值而另一人不值的勤务数。"

    groups: tuple[tuple[str, ...], ...] = parameter((), "各组人员", "Groups of people", refers="people")

    def limits(self, problem: Problem) -> Iterator[Limit]:
        bound, duties = set(self.persons(problem).tolist()), self.duties(problem)
        price: Price = at_most(0, self.price_weight)
        for group in self.groups:
            known = [problem.person_index[p] for p in group if p in problem.person_index]
            for a, b in pairwise([i for i in known if i in bound]):
                for alone, other in ((a, b), (b, a)):
                    yield Limit(
                        self.name,
                        "duty",
                        np.array(sorted((a, b)), np.int64),
                        duties,
                        price,
                        person_weights=np.array([1 if i == alone else -1 for i in sorted((a, b))], np.int64),
                        about=(("alone", alone), ("other", other)),
                    )

    def broken(self, case: Case) -> Text:
        alone = words.person(case.problem, case.about["alone"])
        other, what = words.person(case.problem, case.about["other"]), case.what
        return Text(
            f"{alone.zh} 排在 {what.zh}，而应同班的 {other.zh} 没有",
            f"{alone.en} serves {what.en} without {other.en}",
        )

    def ground(self, case: Case) -> Text:
        return Text("须与同组人员同班", "serves only together with their group")
