"""Nights: how many, how many in a row, and the rest that a series of them asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..limits import Limit, at_most
from ..text import Text
from . import words
from .base import Case, Rule, parameter
from .times import Past, Slots, cliques, slots_of, whole_days

if TYPE_CHECKING:
    from ..problem import Problem


@dataclass(frozen=True)
class Series:
    """Some consecutive dates, each with a night: as far as they lie in the window, and who did the part before it."""

    last: int
    """The last date, as a day of the window."""
    carried: int
    """How many of the dates lie before the window."""
    persons: np.ndarray
    """Those who served a night on each of the carried dates; everybody when there are none."""
    nights: np.ndarray
    """Slots: the nights on the dates within the window; there is one on each."""


def series_of(slots: Slots, past: Past, persons: np.ndarray, length: int, days: int) -> Iterator[Series]:
    """Every series of `length` dates that ends in the window of `days` days and that somebody could serve."""
    night_days = set(slots.day[slots.night].tolist())
    for last in range(days):
        first = last - length + 1
        within = range(max(0, first), last + 1)
        if night_days.issuperset(within):
            carried = max(0, -first)
            able = persons if not carried else _served_all(past, range(-carried, 0))
            nights = np.flatnonzero(slots.night & (slots.day >= within.start) & (slots.day <= last))
            if len(able):
                yield Series(last, carried, able, nights)


def _served_all(past: Past, dates: range) -> np.ndarray:
    """Sorted: who served a night on each of these dates."""
    nights = past.where(past.night & (past.day >= dates.start) & (past.day < dates.stop)).days_worked()
    persons, count = np.unique(nights.person, return_counts=True)
    return persons[count == len(dates)]


@dataclass(frozen=True, kw_only=True)
class RestAfterNights(Rule):
    """After {nights} consecutive dates with a night, no duty starts less than {hours} h after the end of the last.

    The series may have begun before the window. Excess: pairs of a series of exactly so many dates and a later duty.
    """

    name = "rest_after_nights"
    title = Text("连续夜班后休息", "Rest after nights")
    zh = "连续 {nights} 天有夜班之后，最后一个夜班结束起 {hours} 小时内不再开始新的勤务。"
    more_zh = "连续的夜班可以从排班期之前开始。超出的单位：恰好这么多天的一串夜班与其后一班，各成一对。"

    nights: int = parameter(3, "连续夜班的天数", "Consecutive dates with a night", "days", 1, 35)
    hours: int = parameter(24, "最后一个夜班结束后的休息", "Rest after the end of the last night", "hours", 0, 720)

    def days_back(self, problem: Problem) -> int:
        return self.nights + whole_days(self.hours)

    def limits(self, problem: Problem) -> Iterator[Limit]:
        persons, slots = self.persons(problem), slots_of(problem, self.duties(problem))
        past = self.past(problem)
        for series in series_of(slots, past, persons, self.nights, problem.days):
            yield from self._after(slots, series)
        yield from self._after_past(slots, past)

    def _after(self, slots: Slots, series: Series) -> Iterator[Limit]:
        """The nights of a series and one more duty soon after them: one too many."""
        lasts = series.nights[slots.day[series.nights] == series.last]
        earlier = series.nights[slots.day[series.nights] < series.last]
        gap = slots.start[None, :] - slots.end[lasts][:, None]
        soon = (gap >= 0) & (gap < 60 * self.hours)
        alike: dict[bytes, list[int]] = {}
        for later in np.flatnonzero(soon.any(axis=0)).tolist():
            alike.setdefault(soon[:, later].tobytes(), []).append(later)
        for which in alike.values():
            nights = np.concatenate([earlier, lasts[soon[:, which[0]]]])
            for chosen in self._at_once(slots, np.array(which, np.int64)):
                used = np.concatenate([nights, chosen])
                label = np.concatenate([slots.day[nights], np.full(len(chosen), series.last + 1, np.int64)])
                yield Limit(
                    self.name,
                    "person",
                    series.persons,
                    slots.duties(used),
                    at_most(self.nights - series.carried, self.price_weight),
                    buckets=slots.spread(used, label),
                )

    def _at_once(self, slots: Slots, later: np.ndarray) -> Iterator[np.ndarray]:
        """Later slots that may share a limit: as law those that exclude each other, as a price each alone."""
        if not self.hard:
            return (later[i : i + 1] for i in range(len(later)))
        return (later[c] for c in cliques(slots.start[later], slots.end[later]))

    def _after_past(self, slots: Slots, past: Past) -> Iterator[Limit]:
        """Whoever ended a series before the window at the same minute is kept off the same duties."""
        nights: dict[int, dict[int, int]] = {}
        for person, day, end in np.stack([past.person, past.day, past.end], axis=1)[past.night].tolist():
            mine = nights.setdefault(person, {})
            mine[day] = max(end, mine.get(day, end))
        tired: dict[tuple[int, int], list[int]] = {}
        for person, mine in sorted(nights.items()):
            for last, end in mine.items():
                if end + 60 * self.hours > 0 and all(last - i in mine for i in range(self.nights)):
                    tired.setdefault((end, last), []).append(person)
        for (end, last), people in sorted(tired.items()):
            gap = slots.start - end
            soon = slots.duties((gap >= 0) & (gap < 60 * self.hours))
            about = (("end", end), ("day", last))
            yield Limit(
                self.name, "person", np.array(people, np.int64), soon, at_most(0, self.price_weight), about=about
            )

    def broken(self, case: Case) -> Text:
        problem, later = case.problem, case.duties[-1]
        ended = case.about.get("end")
        if ended is None:
            ended = max((int(problem.duty_end[d]) for d in case.duties[:-1]), default=0)
        rest, what = words.hours(max(0, int(problem.duty_start[later]) - ended)), words.duty(problem, later)
        who = case.who
        return Text(
            f"{who.zh} 连续 {self.nights} 个夜班后只休息 {rest.zh}就上 {what.zh}，需要 {self.hours} 小时",
            f"{who.en} rests only {rest.en} after {self.nights} nights in a row before {what.en}, needs {self.hours} h",
        )

    def ground(self, case: Case) -> Text:
        nights = words.number(self.nights, "个夜班", "night", "nights in a row")
        return Text(f"连续 {nights.zh}后需休息", f"resting after {nights.en}")


@dataclass(frozen=True, kw_only=True)
class MaxNights(Rule):
    """At most {max} nights in any {window_days} consecutive dates.

    With in_a_row also at most so many consecutive dates with a night. A night belongs to the date on which it starts;
    nights before the window count. A contract's max_nights replaces `max`. Excess: nights too many, summed over
    the windows when priced; each in_a_row + 1 dates in a row are one.
    """

    name = "max_nights"
    title = Text("夜班上限", "Most nights")
    zh = "任意连续 {window_days} 天内最多 {max} 个夜班。"
    more_zh = (
        "填了 in_a_row 时，连续有夜班的日期也不超过这么多天。夜班算在开始的那一天，排班期之前的也算。"
        "值勤约定里的 max_nights 代替 max。超出的单位：计价时为各个时段超出的夜班数之和；每连续 in_a_row + 1 天算一次。"
    )

    max: int | None = parameter(
        2, "时段内的夜班上限；为空则不限", "Most nights in the window; null for no limit", "nights", 0, 35
    )
    in_a_row: int | None = parameter(
        None, "连续夜班的天数上限；为空则不限", "Most consecutive dates with a night; null for no limit", "days", 1, 35
    )
    window_days: int = parameter(7, "滚动时段的长度", "Length of the rolling window", "days", 1, 35)

    def sentence(self) -> Text:
        parts = []
        if self.max is not None:
            nights = words.number(self.max, "个夜班", "night", "nights")
            dates = "date" if self.window_days == 1 else f"{self.window_days} consecutive dates"
            chinese = f"任意连续 {self.window_days} 天内最多 {nights.zh}"
            parts.append(Text(chinese, f"at most {nights.en} in any {dates}"))
        if self.in_a_row is not None:
            nights = words.number(self.in_a_row, "个夜班", "night", "nights")
            parts.append(Text(f"最多连续 {nights.zh}", f"at most {nights.en} in a row"))
        english = "; ".join(p.en for p in parts) or "any number of nights"
        return Text(("；".join(p.zh for p in parts) or "夜班不限") + "。", english[0].upper() + english[1:] + ".")

    def days_back(self, problem: Problem) -> int:
        return max(0 if self.max is None else self.window_days - 1, self.in_a_row or 0)

    def limits(self, problem: Problem) -> Iterator[Limit]:
        slots, past = slots_of(problem, self.duties(problem)), self.past(problem)
        if self.max is not None:
            for most, persons in self.by_figure(problem, "max_nights", self.max):
                yield from self._windows(slots, past, persons, most, problem.days)
        if self.in_a_row is not None:
            persons = self.persons(problem)
            for series in series_of(slots, past, persons, self.in_a_row + 1, problem.days):
                duties = slots.duties(series.nights)
                label = slots.spread(series.nights, slots.day[series.nights])
                several = len(np.unique(label)) > 1
                yield Limit(
                    self.name,
                    "person",
                    series.persons,
                    duties,
                    at_most(self.in_a_row - series.carried, self.price_weight),
                    "nights",
                    buckets=label if several else None,
                    about=(("in_a_row", True),),
                )

    def _windows(self, slots: Slots, past: Past, persons: np.ndarray, most: int, days: int) -> Iterator[Limit]:
        past = past.where(past.night).of(persons)
        for first, bound in rolling(self.window_days, days, persons, past, every=not self.hard):
            stop = first + self.window_days
            nights = slots.duties(slots.night & (slots.day >= first) & (slots.day < stop))
            carried = past.where((past.day >= first) & (past.day < stop)).count(bound)
            yield Limit(
                self.name,
                "person",
                bound,
                nights,
                at_most(most, self.price_weight),
                "nights",
                base=np.minimum(carried, most) if carried.any() else None,
                about=(("first", first), ("most", most)),
            )

    def broken(self, case: Case) -> Text:
        who, what = case.who, case.what
        if "in_a_row" in case.about:
            return Text(
                f"{who.zh} 连续夜班超过 {self.in_a_row} 个：{what.zh}",
                f"{who.en} has too many nights in a row, more than {self.in_a_row}: {what.en}",
            )
        dates = words.dates(case.problem, case.about["first"], self.window_days)
        over = words.number(case.excess, "个夜班", "night", "nights")
        most = case.about["most"]
        return Text(
            f"{who.zh} 在 {dates.zh} 多了 {over.zh}，最多 {most} 个：{what.zh}",
            f"{who.en} has {over.en} too many in {dates.en}, at most {most}: {what.en}",
        )

    def ground(self, case: Case) -> Text:
        if "in_a_row" in case.about:
            return Text(f"夜班不得连续超过 {self.in_a_row} 个", f"at their limit of {self.in_a_row} nights in a row")
        if not case.about["most"]:
            return Text("不值夜班", "not for nights")
        most = words.number(case.about["most"], "个", "night", "nights")
        days = self.window_days
        return Text(f"{days} 天内夜班已满 {most.zh}", f"at their limit of {most.en} in {days} days")


def rolling(
    length: int, days: int, persons: np.ndarray, past: Past, *, every: bool, truncated: bool = True
) -> Iterator[tuple[int, np.ndarray]]:
    """(first date, persons) of the windows of `length` dates that meet the window of `days` days.

    With `every`, all of them for all persons (those that go beyond the last day only if `truncated`). Else only as
    needed for a law: a window that begins before the first day adds to the next one only for those who have a past
    duty on its first date, and one that goes beyond the last day adds nothing to the one before.
    """
    last = days - length
    for first in range(1 - length, (days if every and truncated else last + 1)):
        if every or first >= min(0, last):
            yield first, persons
        else:
            yield first, np.unique(past.person[past.day == first])
