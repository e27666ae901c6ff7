"""Vehicles and their drivers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..limits import Limit, at_most
from ..text import Text
from . import words
from .base import Case, Rule, parameter
from .eligibility import people_lacking
from .times import cliques

if TYPE_CHECKING:
    from ..problem import Problem


@dataclass(frozen=True, kw_only=True)
class VehicleRule(Rule):
    """Whoever drives ({positions}) a duty's vehicle holds what it demands of its driver on the day, and duties that
    overlap on one vehicle have one driver among them.

    What a vehicle demands, such as the licence for its gearbox, stands in its driver_qualifications. Which vehicle a
    duty takes is said in the problem, not chosen here.
    """

    name = "vehicle"
    title = Text("车辆与驾驶", "Vehicles and drivers")
    zh = (
        "在用车的勤务里担任 {positions} 的人，当天具备该车对驾驶员要求的资质；"
        "同一辆车时间重叠的勤务之间只有一名驾驶员。"
    )
    more_zh = (
        "车辆的要求（如与变速箱相应的驾照）写在 driver_qualifications 里。"
        "勤务用哪辆车由问题文档写明，这里不作选择。"
    )
    always_hard = True

    positions: tuple[str, ...] = parameter(("driver",), "驾驶的岗位", "Positions that drive", refers="positions")

    def limits(self, problem: Problem) -> Iterator[Limit]:
        driven = self._driven(problem)
        yield from self._licences(problem, driven)
        for vehicle, duties in driven.items():
            yield from self._one_driver(problem, vehicle, np.array(duties, np.int64))

    def _driven(self, problem: Problem) -> dict[str, list[int]]:
        """Vehicle → the duties with it that have a seat for its driver."""
        driven: dict[str, list[int]] = {}
        for d in self.duties(problem).tolist():
            duty = problem.duties[d]
            if duty.vehicle is not None and any(duty.seat(p) for p in self.positions):
                driven.setdefault(duty.vehicle, []).append(d)
        return dict(sorted(driven.items()))

    def _licences(self, problem: Problem, driven: dict[str, list[int]]) -> Iterator[Limit]:
        """One limit for all duties whose vehicles demand the same, and the people who lack it on the same days."""
        demanded: dict[str, list[int]] = {}
        for vehicle in problem.vehicles:
            for qualification in set(vehicle.driver_qualifications):
                demanded.setdefault(qualification, []).extend(driven.get(vehicle.id, ()))
        for qualification, on in sorted(demanded.items()):
            duties = np.array(sorted(on), np.int64)
            for persons, days in people_lacking(problem, self.persons(problem), qualification):
                yield Limit(
                    self.name,
                    "person",
                    persons,
                    duties if days is None else duties[days[problem.duty_day[duties]]],
                    at_most(0, None),
                    positions=frozenset(self.positions),
                    about=(("qualification", qualification),),
                )

    def _one_driver(self, problem: Problem, vehicle: str, duties: np.ndarray) -> Iterator[Limit]:
        """Only where duties overlap, which the pre-flight check reports: seats without a driver are vacancies."""
        persons = self.persons(problem)
        for clique in cliques(problem.duty_start[duties], problem.duty_end[duties]):
            if len(clique) > 1:
                yield Limit(
                    self.name,
                    "group",
                    persons,
                    duties[clique],
                    at_most(1, None),
                    "heads",
                    positions=frozenset(self.positions),
                    group=np.zeros(len(persons), np.int64),
                    about=(("vehicle", vehicle),),
                )

    def broken(self, case: Case) -> Text:
        problem, what = case.problem, case.what
        if "vehicle" in case.about:
            name = _named(problem, case.about["vehicle"])
            return Text(f"车辆{name} 同时用于 {what.zh}", f"The vehicle {name} is used at the same time for {what.en}")
        why = self.ground(case)
        return Text(f"{case.who.zh} {why.zh}，却在 {what.zh} 驾驶", f"{case.who.en} drives {what.en}: {why.en}")

    def ground(self, case: Case) -> Text:
        if "vehicle" in case.about:
            return Text("车辆同一时间已有驾驶员", "the vehicle is driven elsewhere at the time")
        name = words.named(case.problem, "qualification", case.about["qualification"])
        return Text(f"没有该车要求的{name.zh}资质", f"lacks {name.en}, which the vehicle demands")


def _named(problem: Problem, vehicle: str) -> str:
    return next((v.name for v in problem.vehicles if v.id == vehicle), vehicle)
