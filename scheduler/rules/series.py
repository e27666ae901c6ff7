"""Series of days: how long they last, and which shift may follow which."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ..limits import Level, Limit, Price, Tier, Unit, at_least, at_most
from ..problem import MeaningError
from ..text import Text
from . import words
from .base import Case, Rule, parameter

if TYPE_CHECKING:
    from ..problem import Problem

OF = {
    "duty_days": Text("连续值勤", "duty days in a row"),
    "days_off": Text("连续休息", "days off in a row"),
    "shift": Text("连续班次", "days in a row with shift"),
}
UNKNOWN = -1
"""How long a series has run for somebody of whose past nothing is known."""


@dataclass(frozen=True)
class Days:
    """The duties that make a day a served one, by day, and how limits over days are said."""

    rule: Rule
    count: int
    """Days of the window."""
    duties: np.ndarray
    day: np.ndarray

    @classmethod
    def of(cls, rule: Rule, problem: Problem, shifts: Collection[str] = ()) -> Days:
        """All of the rule's duties, or only those of some shifts."""
        duties = rule.duties(problem)
        if shifts:
            duties = duties[np.array([problem.duties[d].shift in shifts for d in duties.tolist()], bool)]
        return cls(rule, problem.days, duties, problem.duty_day[duties])

    def can_serve(self, days: Collection[int]) -> bool:
        """Whether a duty starts on each of these days."""
        return bool(np.isin(list(days), self.day).all())

    def limit(
        self,
        persons: np.ndarray,
        more: Collection[int],
        less: Collection[int],
        price: Price,
        unit: Unit = "days",
        **about: object,
    ) -> Iterator[Limit]:
        """Served days of `more`, less served days of `less`, at a price; nothing when it could not be charged."""
        sign = np.isin(self.day, list(more)).astype(np.int64) - np.isin(self.day, list(less))
        counts = sign != 0
        if len(persons) and counts.any():
            yield Limit(
                self.rule.name,
                "person",
                persons,
                self.duties[counts],
                price,
                unit,
                duty_weights=sign[counts] if len(less) else None,
                buckets=self.day[counts],
                about=tuple(about.items()),
            )


@dataclass(frozen=True, kw_only=True)
class RunLength(Rule):
    """Series of consecutive days of one kind are neither too short nor too long.

    A day on which a duty that counts starts is served, any other is off; with of = shift only duties of `shifts`
    count. History counts: a series that ran into the window goes on, each of its days beyond `max` is charged, and
    one that stopped at the border lacks what it lacks. A series that still runs on the window's last day is not
    charged for its minimum; with borders_exempt neither is one that touches the first. Whoever has no past duty has
    an unknown past: no days off are carried in, and those from the first day on may be few. Nothing is charged where
    there was no choice: for `max` + 1 days off without a duty that counts, or for stopping at the border on a day
    without one. Excess: days too many, days too few.
    """

    name = "run_length"
    title = Text("连续天数", "Days in a row")
    zh = "同类日子连续的天数既不过少也不过多。"
    more_zh = (
        "当天有所计的勤务开始即为值勤日，否则为休息日；of 为 shift 时只计 shifts 所列班次。计入历史："
        "从排班期之前延续而来的接着数，其中超过 max 的每一天都计；恰在交界处中断的，差几天计几天。"
        "到排班期最后一天仍未结束的不计最少天数；选了 borders_exempt 时，含第一天的也不计。"
        "没有任何过去勤务的人视为过去不明：不带入休息日，从第一天开始的休息也不嫌少。"
        "无从选择的不计：连续 max + 1 天休息而其间没有所计的勤务，或在交界处中断而当天没有所计的勤务。"
        "超出的单位：多出或不足的天数。"
    )

    min: int | None = parameter(
        None, "最少连续几天；为空则不限", "Fewest days in a row; null for no limit", "days", 0, 35
    )
    max: int | None = parameter(
        None, "最多连续几天；为空则不限", "Most days in a row; null for no limit", "days", 1, 35
    )
    of: Literal["duty_days", "days_off", "shift"] = parameter(
        "duty_days", "哪类日子：值勤日、休息日、有某些班次的日子", "Which days: with a duty, off, with certain shifts"
    )
    shifts: tuple[str, ...] = parameter(
        (), "of 为 shift 时计哪些班次", "Which shifts count; given when of is shift and only then", refers="shifts"
    )
    borders_exempt: bool = parameter(
        False, "含第一天的不计最少天数", "A series that touches the first day is not charged for its minimum"
    )

    def faults(self) -> Iterator[MeaningError]:
        yield from super().faults()
        if (self.of == "shift") != bool(self.shifts):
            yield MeaningError("shifts", "shifts_of_what")
        if self.min is not None and self.max is not None and self.min > self.max:
            yield MeaningError("min", "more_than_max", value=self.min, limit=self.max)

    @property
    def what(self) -> Text:
        """The kind of days in a row."""
        said = OF[self.of]
        return Text(f"{said.zh} {'、'.join(self.shifts)}".rstrip(), f"{said.en} {', '.join(self.shifts)}".rstrip())

    def clauses(self) -> Iterator[Text]:
        if self.min is not None:
            yield Text(f"{self.what.zh} 至少 {self.min} 天", f"at least {self.min} {self.what.en}")
        if self.max is not None:
            yield Text(f"{self.what.zh} 最多 {self.max} 天", f"at most {self.max} {self.what.en}")

    def days_back(self, problem: Problem) -> int:
        return max(self.min or 0, self.max or 0)

    def limits(self, problem: Problem) -> Iterator[Limit]:
        days, persons, carried = Days.of(self, problem, self.shifts), self.persons(problem), self._carried(problem)
        if self.max is not None:
            for first in range(-self.max, days.count - self.max):
                yield from self._too_long(days, self.max, first, persons if first >= 0 else persons[carried >= -first])
        for length in range(1, self.min or 0):
            for first in range(1, days.count - length):
                yield from self._exactly(days, persons, range(first, first + length), (first - 1, first + length), 0)
        if self.min and not self.borders_exempt:
            for before in np.unique(carried[(carried >= 0) & (carried < self.min)]).tolist():
                for end in range(0 if before else 1, min(self.min - before, days.count)):
                    yield from self._exactly(days, persons[carried == before], range(end), (end,), before)

    def _carried(self, problem: Problem) -> np.ndarray:
        """int64[persons]: for how many days a series has run when the window opens."""
        persons, past = self.persons(problem), self.past(problem)
        if self.of == "shift":
            past = past.where(np.array([shift in self.shifts for shift in past.shift], bool))
        served: dict[int, set[int]] = {person: set() for person in persons.tolist()}
        for person, day in zip(past.person.tolist(), past.day.tolist(), strict=True):
            served[person].add(day)
        return np.array([self._run(days) for days in served.values()], np.int64)

    def _run(self, served: set[int]) -> int:
        if self.of == "days_off":
            return -1 - max(served) if served else UNKNOWN
        return next(length for length in range(len(served) + 1) if -1 - length not in served)

    def _too_long(self, days: Days, most: int, first: int, persons: np.ndarray) -> Iterator[Limit]:
        """The `most` + 1 days from `first` on; those before the window are over."""
        within = range(max(0, first), first + most + 1)
        about: dict[str, Any] = {"long": True, "first": first, "length": most + 1}
        if self.of == "days_off":
            yield from days.limit(persons, within, (), at_least(1, self.price_weight), **about)
        elif days.can_serve(within):
            yield from days.limit(persons, within, (), at_most(len(within) - 1, self.price_weight), **about)

    def _exactly(
        self, days: Days, persons: np.ndarray, run: range, around: tuple[int, ...], before: int
    ) -> Iterator[Limit]:
        """A series of just these days, and of `before` more in the past: the days `around` it are of another kind."""
        length = before + len(run)
        about: dict[str, Any] = {"long": False, "first": run.start - before, "length": length}
        if self.of == "days_off" and days.can_serve(around):
            yield from days.limit(persons, around, run, self._short("over", len(around) - 1, length), **about)
        elif self.of != "days_off" and not run:
            yield from days.limit(persons, around, (), self._short("under", 1, length), **about)
        elif self.of != "days_off" and days.can_serve(run):
            yield from days.limit(persons, run, around, self._short("over", len(run) - 1, length), **about)

    def _short(self, side: Literal["over", "under"], at: int, length: int) -> Price:
        """A pattern of days that is there or not, charged for all the days that it lacks."""
        lacks = (self.min or 0) - length
        return (Tier(side, at, lacks) if self.hard else Tier(side, at, lacks * self.weight, Level.PRICED),)

    def broken(self, case: Case) -> Text:
        length, who = case.about["length"], case.who
        dates = words.dates(case.problem, case.about["first"], length)
        days = words.number(length, "天", "day", "days")
        if case.about["long"]:
            return Text(
                f"{who.zh} 在 {dates.zh} {self.what.zh} {days.zh}，最多 {self.max} 天",
                f"{who.en} has {length} {self.what.en} in {dates.en}, at most {self.max}",
            )
        return Text(
            f"{who.zh} 在 {dates.zh} {self.what.zh} 只有 {days.zh}，至少 {self.min} 天",
            f"{who.en} has only {length} {self.what.en} in {dates.en}, at least {self.min}",
        )

    def ground(self, case: Case) -> Text:
        if case.about["long"]:
            return Text(f"{self.what.zh} 最多 {self.max} 天", f"at their limit of {self.max} {self.what.en}")
        return Text(f"{self.what.zh} 至少 {self.min} 天", f"due at least {self.min} {self.what.en}")


@dataclass(frozen=True, kw_only=True)
class ForbiddenSuccession(Rule):
    """Some shifts do not start on the day after certain others.

    Each of `pairs` names a shift and then those that do not follow it on the very next date; a day off in between
    lets anything follow. Past duties count where their shift is known. Excess: dates on which such a shift is
    followed so, for each of `pairs`.
    """

    name = "forbidden_succession"
    title = Text("班次衔接", "Forbidden successions")
    zh = "某些班次不能在另一些班次的次日开始。"
    more_zh = (
        "pairs 的每一项先写一个班次，再写次日不得开始的班次；隔一天即不限。过去的勤务在写明班次时也算。"
        "超出的单位：这样相接的日期数，逐项分别计。"
    )

    pairs: tuple[tuple[str, ...], ...] = parameter(
        (), "先一个班次，再列次日不得接的班次", "A shift, then those that may not follow it", refers="shifts"
    )

    def faults(self) -> Iterator[MeaningError]:
        yield from super().faults()
        if any(len(pair) < 2 for pair in self.pairs):
            yield MeaningError("pairs", "shift_without_followers")

    def clauses(self) -> Iterator[Text]:
        for first, *after in self.pairs:
            yield Text(f"{first} 之后不接 {'、'.join(after)}", f"after {first} no {' or '.join(after)}")

    def days_back(self, problem: Problem) -> int:
        return 1 if self.pairs else 0

    def limits(self, problem: Problem) -> Iterator[Limit]:
        persons, past = self.persons(problem), self.past(problem)
        for first, *after in self.pairs:
            former, latter = Days.of(self, problem, (first,)), Days.of(self, problem, after)
            tired = np.unique(past.person[(past.shift == first) & (past.day == -1)])
            yield from latter.limit(tired, (0,), (), at_most(0, self.price_weight), "times", after=first, day=-1)
            for day in np.intersect1d(former.day, latter.day - 1).tolist():
                one, two = former.duties[former.day == day], latter.duties[latter.day == day + 1]
                duties = np.sort(np.concatenate([one, two]))
                yield Limit(
                    self.name,
                    "person",
                    persons,
                    duties,
                    at_most(1, self.price_weight),
                    "times",
                    buckets=problem.duty_day[duties],
                    about=(("after", first), ("day", day)),
                )

    def broken(self, case: Case) -> Text:
        what, after, who = words.duty(case.problem, case.duties[-1]), case.about["after"], case.who
        return Text(f"{who.zh} 在 {after} 的次日上 {what.zh}", f"{who.en} has {what.en} on the day after shift {after}")

    def ground(self, case: Case) -> Text:
        day, problem = case.about["day"], case.problem
        tried = int(problem.duty_day[case.duties[-1]])
        on = words.dates(problem, day if tried > day else day + 1, 1)
        if tried > day:
            return Text(f"{on.zh}有不能接本班的班次", f"on a shift on {on.en} that this one may not follow")
        return Text(f"{on.zh}有不能接在本班之后的班次", f"on a shift on {on.en} that may not follow this one")
