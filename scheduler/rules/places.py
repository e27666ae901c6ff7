"""Where people serve: not far from home, and not as inspectors of their own unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..limits import Limit, at_most
from ..text import Text
from ..travel import metres_from_home
from . import words
from .base import Case, Rule, parameter

if TYPE_CHECKING:
    from ..problem import Problem


@dataclass(frozen=True, kw_only=True)
class Distance(Rule):
    """Nobody serves at a post more than {km} km from their home area.

    The way is measured as the crow flies, to the metre, from the middle of the home area: its own coordinates, else
    the mean of its posts'. Free are people whose home area is not on the map, and posts that are not. Excess: duties
    too far; as a price, every begun step_km kilometres beyond. One law and one price give a cap and a wish.
    """

    name = "distance"
    title = Text("就近", "Distance")
    zh = "不到离家所在片区超过 {km} 公里的点位值勤。"
    more_zh = (
        "按直线距离计，精确到米，从所在片区的中心算起：片区自己的坐标，没有则取其点位坐标的平均。"
        "片区不在地图上的人不受限，不在地图上的点位也不受限。"
        "超出的单位：太远的班数；计价时每超出 step_km 公里计一次，不足的也算。一条必须遵守、一条计价，就是上限加偏好。"
    )

    km: int = parameter(5, "离家多远以内不算远", "Distance from home that is still fine", "kilometres", 0, 20_000)
    step_km: int = parameter(
        1, "计价时每多少公里算一次", "As a price: kilometres that count once", "kilometres", 1, 20_000
    )

    def limits(self, problem: Problem) -> Iterator[Limit]:
        duties = self.duties(problem)
        number = {p.id: i for i, p in enumerate(problem.posts)}
        post = np.array([number.get(problem.duties[d].post or "", -1) for d in duties.tolist()], np.int64)
        alike: dict[bytes, tuple[np.ndarray, list[int]]] = {}
        for area, people in self._by_home(problem).items():
            beyond = metres_from_home(problem, area) - 1000 * self.km
            steps = np.append(np.maximum(0, -(-beyond // (1000 * self.step_km))), 0)  # a duty without a post: 0
            alike.setdefault(steps.tobytes(), (steps, []))[1].extend(people)
        for steps, people in alike.values():
            by_duty = steps[post]
            far = by_duty > 0
            yield Limit(
                self.name,
                "person",
                np.array(sorted(people), np.int64),
                duties[far],
                at_most(0, self.price_weight),
                "duties" if self.hard else "times",
                duty_weights=None if self.hard else by_duty[far],
            )

    def _by_home(self, problem: Problem) -> dict[str, list[int]]:
        homes: dict[str, list[int]] = {}
        for i in self.persons(problem).tolist():
            area = problem.people[i].area
            if area is not None:
                homes.setdefault(area, []).append(i)
        return homes

    def broken(self, case: Case) -> Text:
        far = self._farthest(case)
        return Text(
            f"{case.who.zh} 离家 {far} 公里，超过 {self.km} 公里：{case.what.zh}",
            f"{case.who.en} serves {far} km from home, more than {self.km} km: {case.what.en}",
        )

    def _farthest(self, case: Case) -> str:
        """Kilometres to the farthest of the duties, to one decimal."""
        problem, posts = case.problem, {problem_post.id: i for i, problem_post in enumerate(case.problem.posts)}
        area = None if case.person is None else problem.people[case.person].area
        metres = metres_from_home(problem, area)
        return f"{max((int(metres[posts[problem.duties[d].post or '']]) for d in case.duties), default=0) / 1000:.1f}"

    def ground(self, case: Case) -> Text:
        return Text(f"离家超过 {self.km} 公里", f"more than {self.km} km from home")


@dataclass(frozen=True, kw_only=True)
class InspectorIndependence(Rule):
    """Nobody holds the position {positions} at a post of their own unit.

    A post says which unit it belongs to; posts and people without a unit are free.
    """

    name = "inspector_independence"
    title = Text("检查回避", "Independent inspectors")
    zh = "本单位的点位，不由本单位的人担任 {positions}。"
    more_zh = "点位写明属于哪个单位；没有写明单位的点位和人员不受限。"

    positions: tuple[str, ...] = parameter(
        ("inspect",), "要回避的岗位", "Positions that are independent", refers="positions"
    )

    def limits(self, problem: Problem) -> Iterator[Limit]:
        owner = {p.id: p.unit for p in problem.posts if p.unit is not None}
        inspected: dict[str, list[int]] = {}
        for d in self.duties(problem).tolist():
            duty = problem.duties[d]
            unit = owner.get(duty.post or "")
            if unit is not None and any(duty.seat(p) for p in self.positions):
                inspected.setdefault(unit, []).append(d)
        persons = self.persons(problem)
        units = np.array([problem.people[i].unit for i in persons.tolist()], object)
        for unit, duties in sorted(inspected.items()):
            yield Limit(
                self.name,
                "person",
                persons[units == unit],
                np.array(duties, np.int64),
                at_most(0, self.price_weight),
                positions=frozenset(self.positions),
                about=(("unit", unit),),
            )

    def broken(self, case: Case) -> Text:
        unit = words.named(case.problem, "unit", case.about["unit"])
        return Text(
            f"{case.who.zh} 来自{unit.zh}，却检查本单位的点位：{case.what.zh}",
            f"{case.who.en} is of {unit.en} and inspects its own post: {case.what.en}",
        )

    def ground(self, case: Case) -> Text:
        return Text("不能检查本单位的点位", "may not inspect the own unit's post")
