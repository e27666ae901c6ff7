"""How many duties, and how many free days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ..limits import Limit, at_least, at_most
from ..problem import DutyKind, MeaningError
from ..text import Text
from . import words
from .base import Case, Rule, parameter
from .nights import rolling

if TYPE_CHECKING:
    from ..problem import Problem

PERIODS = {
    "window": Text("整个排班期", "the whole window"),
    "week": Text("每周（周一至周日）", "each week from Monday to Sunday"),
    "day": Text("每天", "each day"),
}
Per = Literal["window", "week", "day"]


def first_days(problem: Problem, per: Per, days: np.ndarray) -> np.ndarray:
    """The period of each day, as the first day of it that could lie in the window."""
    if per == "day":
        return days
    return (days + problem.start.weekday()) // 7 * 7 if per == "week" else np.zeros_like(days)


def period_in_words(problem: Problem, per: Per, period: int) -> Text:
    """ "11月23日至29日" / "in 23–29 Nov"."""
    if per == "window":
        return Text("整个排班期", "in the whole window")
    if per == "day":
        on = words.dates(problem, period, 1)
        return Text(on.zh, f"on {on.en}")
    week = words.dates(problem, period - problem.start.weekday(), 7)
    return Text(week.zh, f"in {week.en}")


@dataclass(frozen=True, kw_only=True)
class MinMaxDuties(Rule):
    """Everybody serves a number of duties between a least and a most.

    Counted over the whole window, each ISO week or each local date; only duties that pass the filters count, and an
    empty filter lets all pass. In a week that began before the window past duties count, unless duties are filtered
    by kind or shift, which a past duty does not tell. Over the whole window and without filters a contract's
    max_duties replaces `max`. A least per day makes no sense.
    """

    name = "min_max_duties"
    title = Text("班数上下限", "Fewest and most duties")
    zh = "每人的班数在下限与上限之间。"
    more_zh = (
        "按整个排班期、ISO 周或当地日期计；只计通过筛选的勤务，空的筛选不限。"
        "排班期之前已经开始的那一周，过去的勤务也算，除非按种类或班次筛选（过去的勤务没有这两项）。"
        "按整个排班期且没有筛选时，值勤约定里的 max_duties 代替 max。每天的下限没有意义。"
    )

    min: int | None = parameter(None, "下限；为空则不限", "Fewest; null for no limit", "duties", 0, 1000)
    max: int | None = parameter(None, "上限；为空则不限", "Most; null for no limit", "duties", 0, 1000)
    per: Literal["window", "week", "day"] = parameter(
        "window", "按整个排班期、周或天计", "Counted over the window, an ISO week or a day"
    )
    kinds: tuple[DutyKind, ...] = parameter((), "只计这些种类的勤务", "Only duties of these kinds")
    posts: tuple[str, ...] = parameter((), "只计这些点位", "Only at these posts", refers="posts")
    positions: tuple[str, ...] = parameter((), "只计这些岗位", "Only in these positions", refers="positions")
    shifts: tuple[str, ...] = parameter((), "只计这些班次", "Only these shifts", refers="shifts")

    def faults(self) -> Iterator[MeaningError]:
        yield from super().faults()
        if self.min is not None and self.per == "day":
            yield MeaningError("min", "no_least_per_day")

    def clauses(self) -> Iterator[Text]:
        per = PERIODS[self.per]
        if self.min is not None:
            yield Text(f"{per.zh}至少 {self.min} 班", f"at least {self.min} in {per.en}")
        if self.max is not None:
            yield Text(f"{per.zh}最多 {self.max} 班", f"at most {self.max} in {per.en}")
        said = [v for values in (self.kinds, self.posts, self.positions, self.shifts) for v in values]
        if said:
            yield Text(f"只计 {'、'.join(said)}", f"counting only {', '.join(said)}")

    def days_back(self, problem: Problem) -> int:
        return problem.start.weekday() if self.per == "week" and not (self.kinds or self.shifts) else 0

    def limits(self, problem: Problem) -> Iterator[Limit]:
        duties = np.array([d for d in self.duties(problem).tolist() if self._counts(problem, d)], np.int64)
        period = first_days(problem, self.per, problem.duty_day[duties])
        past = self.past(problem)
        if self.per != "week" or self.kinds or self.shifts:
            past = past.where(np.zeros(len(past), bool))
        if self.posts:
            past = past.where(np.isin(past.post, self.posts))
        if self.positions:
            past = past.where(np.isin(past.position, self.positions))
        past_period = first_days(problem, self.per, past.day)
        positions = frozenset(self.positions) or None
        contract = "" if self.per != "window" or positions or self.kinds or self.posts or self.shifts else "max_duties"
        for this in np.unique(period).tolist():
            mine, before = duties[period == this], past.where(past_period == this)
            about = (("period", this),)
            for most, persons in [] if self.max is None else self.by_figure(problem, contract, self.max):
                base = np.minimum(before.count(persons), most) if len(before) else None
                price = at_most(most, self.price_weight)
                said = (*about, ("most", most))
                yield Limit(self.name, "person", persons, mine, price, positions=positions, base=base, about=said)
            if self.min:
                persons = self.persons(problem)
                base = before.count(persons) if len(before) else None
                price = at_least(self.min, self.price_weight)
                yield Limit(self.name, "person", persons, mine, price, positions=positions, base=base, about=about)

    def _counts(self, problem: Problem, index: int) -> bool:
        duty = problem.duties[index]
        return (
            (not self.kinds or duty.kind in self.kinds)
            and (not self.posts or duty.post in self.posts)
            and (not self.shifts or duty.shift in self.shifts)
            and (not self.positions or any(duty.seat(p) for p in self.positions))
        )

    def broken(self, case: Case) -> Text:
        who, dates = case.who, period_in_words(case.problem, self.per, case.about["period"])
        count = words.number(case.excess, "班", "duty", "duties")
        if "most" in case.about:
            return Text(
                f"{who.zh} 在 {dates.zh} 多了 {count.zh}，最多 {case.about['most']} 班：{case.what.zh}",
                f"{who.en} has {count.en} too many {dates.en}, at most {case.about['most']}: {case.what.en}",
            )
        return Text(
            f"{who.zh} 在 {dates.zh} 少了 {count.zh}，至少 {self.min} 班",
            f"{who.en} has {count.en} too few {dates.en}, at least {self.min}",
        )

    def ground(self, case: Case) -> Text:
        most = words.number(case.about.get("most", 0), "班", "duty", "duties")
        if not case.about.get("most"):
            return Text("不派这类班", "not for such duties")
        spell = {"window": ("本期", ""), "week": ("本周", " a week"), "day": ("当天", " a day")}[self.per]
        return Text(f"{spell[0]}已满 {most.zh}", f"at their limit of {most.en}{spell[1]}")


@dataclass(frozen=True, kw_only=True)
class DayOff(Rule):
    """Days off: at least {min} in any {window_days} consecutive dates.

    A day is free when no duty of the person starts on it. Dates before the window count, and are free unless the
    history says otherwise; dates beyond the window are not looked at. Excess: days short.
    """

    name = "day_off"
    title = Text("休息日", "Days off")
    zh = "任意连续 {window_days} 天内至少有 {min} 天不排班。"
    more_zh = (
        "没有勤务在当天开始即为休息日。排班期之前的日期也算，历史里没有勤务即为休息；"
        "排班期之后的日期不看。超出的单位：少休的天数。"
    )

    min: int = parameter(1, "至少休息几天", "Fewest free days", "days", 0, 35)
    window_days: int = parameter(7, "滚动时段的长度", "Length of the rolling window", "days", 1, 35)

    def faults(self) -> Iterator[MeaningError]:
        yield from super().faults()
        if self.min > self.window_days:
            yield MeaningError("min", "more_than_window_days", value=self.min, limit=self.window_days)

    def days_back(self, problem: Problem) -> int:
        return self.window_days - 1

    def limits(self, problem: Problem) -> Iterator[Limit]:
        duties = self.duties(problem)
        day, most = problem.duty_day[duties], self.window_days - self.min
        past = self.past(problem).days_worked()
        persons = self.persons(problem)
        windows = rolling(self.window_days, problem.days, persons, past, every=not self.hard, truncated=False)
        for first, bound in windows:
            within = (day >= first) & (day < first + self.window_days)
            carried = past.where((past.day >= first) & (past.day < first + self.window_days)).count(bound)
            able = carried + len(np.unique(day[within])) > most
            base = np.minimum(carried[able], most)
            yield Limit(
                self.name,
                "person",
                bound[able],
                duties[within],
                at_most(most, self.price_weight),
                "days",
                buckets=day[within],
                base=base if base.any() else None,
                about=(("first", first),),
            )

    def broken(self, case: Case) -> Text:
        dates = words.dates(case.problem, case.about["first"], self.window_days)
        free = max(0, self.min - case.excess)
        days = words.number(free, "天", "free day", "free days")
        return Text(
            f"{case.who.zh} 在 {dates.zh} 只休息 {days.zh}，至少 {self.min} 天",
            f"{case.who.en} has only {days.en} in {dates.en}, at least {self.min}",
        )

    def ground(self, case: Case) -> Text:
        return Text(f"{self.window_days} 天内须休 {self.min} 天", f"due a day off within {self.window_days} days")
