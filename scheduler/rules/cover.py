"""How many heads each seat gets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..limits import Level, Limit, Tier
from ..problem import MeaningError
from ..text import Text
from . import words
from .base import Case, Rule, parameter

if TYPE_CHECKING:
    from ..problem import Problem


@dataclass(frozen=True, kw_only=True)
class Cover(Rule):
    """Each position of each duty gets at least its minimum and at most its maximum of heads, ideally its ideal.

    A head short of the minimum is a vacancy and weighs 2^(priority − 1) on the first level of the objective; a
    head short of the ideal costs `below_ideal_weight` × priority on the second, a head above it
    `above_ideal_weight` × priority; more than the maximum is forbidden. It counts everybody and is added to a problem
    that does not name it.
    """

    name = "cover"
    title = Text("人数", "Cover")
    zh = "每项勤务的每个岗位不少于最少人数、不多于最多人数，最好达到理想人数。"
    more_zh = (
        "每少最少人数一人即一个缺口，在目标的第一层计 2 的（优先级 − 1）次方；"
        "每少理想人数一人在第二层计 below_ideal_weight × 优先级，每多一人计 above_ideal_weight × 优先级；"
        "超过最多人数是不允许的。人人都算；问题文档没有写时自动加上。"
    )
    always_hard = True

    below_ideal_weight: int = parameter(
        10, "每少理想人数一人的代价，再乘以优先级", "Cost of each head short of the ideal, times the priority",
        "points", 0, 1_000_000_000,
    )  # fmt: skip
    above_ideal_weight: int = parameter(
        0, "每多于理想人数一人的代价，再乘以优先级", "Cost of each head above the ideal, times the priority",
        "points", 0, 1_000_000_000,
    )  # fmt: skip

    def faults(self) -> Iterator[MeaningError]:
        yield from super().faults()
        if not self.population.everybody:
            yield MeaningError("population", "for_everybody")
        if self.waived_by is not None:
            yield MeaningError("waived_by", "for_everybody")

    def limits(self, problem: Problem) -> Iterator[Limit]:
        seats: dict[tuple[tuple[int, int, int, int], str], list[int]] = {}
        bound = set(self.duties(problem).tolist())
        for duty, seat in problem.demands:
            if duty in bound:
                seats.setdefault(((seat.min, seat.ideal, seat.max, seat.priority), seat.position), []).append(duty)
        for ((least, ideal, most, priority), position), duties in sorted(seats.items()):
            price = [Tier("over", most)]
            if least:
                price.append(Tier("under", least, 2 ** (priority - 1), Level.VACANCY))
            if ideal and self.below_ideal_weight:
                price.append(Tier("under", ideal, self.below_ideal_weight * priority, Level.PRICED))
            if self.above_ideal_weight:
                price.append(Tier("over", ideal, self.above_ideal_weight * priority, Level.PRICED))
            yield Limit(
                self.name,
                "seat",
                np.arange(len(problem.people), dtype=np.int64),
                np.array(duties, np.int64),
                tuple(price),
                "heads",
                positions=frozenset([position]),
                about=(("position", position), ("least", least), ("ideal", ideal), ("most", most)),
            )

    def broken(self, case: Case) -> Text:
        where = words.duty(case.problem, case.duties[0])
        seat = words.named(case.problem, "position", case.about["position"])
        heads, tier = words.number(case.excess, "人", "head", "heads"), case.tier
        if tier is None:
            wanted = f"{case.about['least']}/{case.about['ideal']}/{case.about['most']}"
            return Text(
                f"{where.zh} {seat.zh} 的人数与要求（最少/理想/最多 {wanted}）相差 {heads.zh}",
                f"{where.en}, {seat.en}: {heads.en} away from min/ideal/max {wanted}",
            )
        if tier.side == "over" and tier.level is Level.PRICED:
            return Text(
                f"{where.zh} {seat.zh} 多了 {heads.zh}，理想人数 {tier.at} 人",
                f"{where.en}, {seat.en}: {heads.en} above the ideal of {tier.at}",
            )
        if tier.side == "over":
            return Text(
                f"{where.zh} {seat.zh} 多了 {heads.zh}，最多 {tier.at} 人",
                f"{where.en}, {seat.en}: {heads.en} too many, at most {tier.at}",
            )
        return Text(
            f"{where.zh} {seat.zh} 少了 {heads.zh}，应有 {tier.at} 人",
            f"{where.en}, {seat.en}: {heads.en} short of {tier.at}",
        )

    def ground(self, case: Case) -> Text:
        return Text("席位已满", "no seat left")
