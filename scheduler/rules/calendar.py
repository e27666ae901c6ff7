"""Rules of the calendar: one duty a day, minutes by period, weekends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ..limits import Limit, at_least, at_most
from ..problem import MeaningError
from ..text import Text
from . import words
from .base import Case, Rule, parameter
from .counts import PERIODS, first_days, period_in_words
from .series import Days

if TYPE_CHECKING:
    from ..problem import Problem

SATURDAY = 5


@dataclass(frozen=True, kw_only=True)
class OneDutyADay(Rule):
    """At most one duty starts on a calendar day.

    A night belongs to the day on which it starts. Excess: duties too many on a day.
    """

    name = "one_duty_a_day"
    title = Text("一天一班", "One duty a day")
    zh = "同一天最多开始一班。"
    more_zh = "夜班算在开始的那一天。超出的单位：一天里多出的班数。"

    def limits(self, problem: Problem) -> Iterator[Limit]:
        persons, duties = self.persons(problem), self.duties(problem)
        day = problem.duty_day[duties]
        for today in np.unique(day).tolist():
            price = at_most(1, self.price_weight)
            yield Limit(self.name, "person", persons, duties[day == today], price, about=(("day", today),))

    def broken(self, case: Case) -> Text:
        on = words.dates(case.problem, case.about["day"], 1)
        return Text(
            f"{case.who.zh} 在 {on.zh} 排了多班：{case.what.zh}", f"{case.who.en} has {case.what.en} on {on.en}"
        )

    def ground(self, case: Case) -> Text:
        return Text("当天已有班", "on duty already that day")


@dataclass(frozen=True, kw_only=True)
class MinMaxMinutes(Rule):
    """Everybody serves a number of minutes between a least and a most.

    Counted over the whole window, each ISO week or each local date; a duty counts whole where it starts. In a week
    that began before the window past duties count. A least per day makes no sense. Excess: minutes.
    """

    name = "min_max_minutes"
    title = Text("时长上下限", "Fewest and most minutes")
    zh = "每人的值勤时长在下限与上限之间。"
    more_zh = (
        "按整个排班期、ISO 周或当地日期计；一班的全部时长算在开始的那一天。"
        "排班期之前已经开始的那一周，过去的勤务也算。每天的下限没有意义。超出的单位：分钟。"
    )

    min: int | None = parameter(None, "下限；为空则不限", "Fewest; null for no limit", "minutes", 0, 1_000_000)
    max: int | None = parameter(None, "上限；为空则不限", "Most; null for no limit", "minutes", 0, 1_000_000)
    per: Literal["window", "week", "day"] = parameter(
        "window", "按整个排班期、周或天计", "Counted over the window, an ISO week or a day"
    )

    def faults(self) -> Iterator[MeaningError]:
        yield from super().faults()
        if self.min is not None and self.per == "day":
            yield MeaningError("min", "no_least_per_day")
        if self.min is not None and self.max is not None and self.min > self.max:
            yield MeaningError("min", "more_than_max", value=self.min, limit=self.max)

    def clauses(self) -> Iterator[Text]:
        per = PERIODS[self.per]
        if self.min is not None:
            least = words.hours(self.min)
            yield Text(f"{per.zh}至少 {least.zh}", f"at least {least.en} in {per.en}")
        if self.max is not None:
            most = words.hours(self.max)
            yield Text(f"{per.zh}最多 {most.zh}", f"at most {most.en} in {per.en}")

    def days_back(self, problem: Problem) -> int:
        return problem.start.weekday() if self.per == "week" else 0

    def limits(self, problem: Problem) -> Iterator[Limit]:
        persons, duties, past = self.persons(problem), self.duties(problem), self.past(problem)
        minutes = problem.duty_end[duties] - problem.duty_start[duties]
        period = first_days(problem, self.per, problem.duty_day[duties])
        past = past if self.per == "week" else past.where(np.zeros(len(past), bool))
        past_period = first_days(problem, self.per, past.day)
        for this in np.unique(period).tolist():
            mine, before = period == this, past.where(past_period == this)
            carried = before.count(persons, before.end - before.start)
            for side, figure in (("most", self.max), ("least", self.min)):
                if figure is None or (side == "least" and not figure):
                    continue
                price = (at_most if side == "most" else at_least)(figure, self.price_weight)
                base = np.minimum(carried, figure) if side == "most" else carried
                yield Limit(
                    self.name,
                    "person",
                    persons,
                    duties[mine],
                    price,
                    "minutes",
                    duty_weights=minutes[mine],
                    base=base if base.any() else None,
                    about=(("period", this), ("side", side)),
                )

    def broken(self, case: Case) -> Text:
        who, excess = case.who, words.hours(case.excess)
        dates = period_in_words(case.problem, self.per, case.about["period"])
        if case.about["side"] == "most":
            most = words.hours(self.max or 0)
            return Text(
                f"{who.zh} 在 {dates.zh} 多了 {excess.zh}，最多 {most.zh}：{case.what.zh}",
                f"{who.en} has {excess.en} too many {dates.en}, at most {most.en}: {case.what.en}",
            )
        least = words.hours(self.min or 0)
        return Text(
            f"{who.zh} 在 {dates.zh} 少了 {excess.zh}，至少 {least.zh}",
            f"{who.en} has {excess.en} too few {dates.en}, at least {least.en}",
        )

    def ground(self, case: Case) -> Text:
        most = words.hours(self.max or 0)
        spell = {"window": ("本期", ""), "week": ("本周", " a week"), "day": ("当天", " a day")}[self.per]
        return Text(f"{spell[0]}最多值勤 {most.zh}", f"at their limit of {most.en}{spell[1]}")


@dataclass(frozen=True, kw_only=True)
class Weekends(Rule):
    """Weekends are not worked too often, nor by halves.

    A weekend is a Saturday with its Sunday and is worked when a duty starts on either. At most `max` of the window's
    weekends are worked, whatever the history; with `complete` both days of a weekend are worked or neither. When the
    window opens on a Sunday the history says whether the Saturday was worked; a weekend that the window or the
    rule's dates cut otherwise is not held to be half. Excess: weekends.
    """

    name = "weekends"
    title = Text("周末", "Weekends")
    zh = "周末不过多值勤，也不只值半个。"
    more_zh = (
        "周六与其周日算一个周末，任一天有勤务开始即为值勤。排班期内值勤的周末最多 max 个，与历史无关；"
        "选了 complete 时，一个周末要么两天都值，要么都不值。排班期从周日开始时，周六是否值勤看历史；"
        "被排班期或规则日期切开的其他周末不算半个。超出的单位：周末数。"
    )

    max: int | None = parameter(
        None, "最多值几个周末；为空则不限", "Most weekends worked; null for no limit", "weekends", 0, 60
    )
    complete: bool = parameter(False, "周末要么值两天，要么不值", "Both days of a weekend or neither")

    def clauses(self) -> Iterator[Text]:
        if self.max is not None:
            count = words.number(self.max, "个周末", "weekend", "weekends")
            yield Text(f"最多值 {count.zh}", f"at most {count.en}")
        if self.complete:
            yield Text("周六与周日都值或都不值", "Saturday and Sunday both or neither")

    def limits(self, problem: Problem) -> Iterator[Limit]:
        persons, days = self.persons(problem), Days.of(self, problem)
        saturday = days.day - (days.day + problem.start.weekday() - SATURDAY) % 7
        at_weekend = days.day - saturday < 2
        if self.max is not None:
            price = at_most(self.max, self.price_weight)
            duties, label = days.duties[at_weekend], saturday[at_weekend]
            yield Limit(self.name, "person", persons, duties, price, "weekends", buckets=label - label.min(initial=0))
        for first in np.unique(saturday[at_weekend]).tolist() if self.complete else ():
            if first == -1:
                yield from self._after_past(problem, days)
            elif all(0 <= day < problem.days and self._looks_at(problem, day) for day in (first, first + 1)):
                for one, other in ((first, first + 1), (first + 1, first)):
                    if days.can_serve((one,)):
                        price = at_most(0, self.price_weight)
                        yield from days.limit(persons, (one,), (other,), price, "weekends", saturday=first)

    def _after_past(self, problem: Problem, days: Days) -> Iterator[Limit]:
        """The window opens on a Sunday: whoever served on the Saturday before serves today, the others do not."""
        persons, past = self.persons(problem), self.past(problem)
        served = np.isin(persons, past.person[past.day == -1])
        yield from days.limit(persons[served], (0,), (), at_least(1, self.price_weight), "weekends", saturday=-1)
        yield from days.limit(persons[~served], (0,), (), at_most(0, self.price_weight), "weekends", saturday=-1)

    def _looks_at(self, problem: Problem, day: int) -> bool:
        on = problem.date_of(day)
        return (self.first_day is None or self.first_day <= on) and (self.last_day is None or on <= self.last_day)

    def broken(self, case: Case) -> Text:
        who = case.who
        if "saturday" in case.about:
            dates = words.dates(case.problem, case.about["saturday"], 2)
            return Text(f"{who.zh} 在周末 {dates.zh} 只值一天", f"{who.en} works half of the weekend of {dates.en}")
        count = words.number(case.excess, "个周末", "weekend", "weekends")
        return Text(
            f"{who.zh} 多值了 {count.zh}，最多 {self.max} 个：{case.what.zh}",
            f"{who.en} works {count.en} too many, at most {self.max}: {case.what.en}",
        )

    def ground(self, case: Case) -> Text:
        if "saturday" in case.about:
            return Text("周末须值两天或不值", "due whole weekends or none")
        most = words.number(self.max or 0, "个", "weekend", "weekends")
        return Text(f"周末已满 {most.zh}", f"at their limit of {most.en}")
