"""One duty at a time, and rest between duties."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ..limits import Limit, at_most
from ..text import Text
from . import words
from .base import Case, Rule, parameter
from .times import Past, Slots, cliques, slots_of, whole_days, without_contained

if TYPE_CHECKING:
    from ..problem import Problem


@dataclass(frozen=True, kw_only=True)
class OneDutyAtATime(Rule):
    """Nobody holds two overlapping duties.

    Two seats of one duty overlap too; a duty that begins when another ends does not.
    """

    name = "one_duty_at_a_time"
    title = Text("同一时间一个勤务", "One duty at a time")
    zh = "任何人不得同时承担两个时间重叠的勤务。"
    more_zh = "同一勤务的两个席位也算重叠；一班结束的时刻开始另一班不算。"
    always_hard = True

    def limits(self, problem: Problem) -> Iterator[Limit]:
        persons, slots = self.persons(problem), slots_of(problem, self.duties(problem))
        for together in cliques(slots.start, slots.end):
            yield Limit(self.name, "person", persons, slots.duties(together), at_most(1, None))
        past = self.past(problem)
        for end in np.unique(past.end[past.end > 0]).tolist():
            still_on = np.unique(past.person[past.end == end])
            begun = slots.duties(slots.start < end)
            yield Limit(self.name, "person", still_on, begun, at_most(0, None), about=(("until", end),))

    def broken(self, case: Case) -> Text:
        who, what = case.who, case.what
        if "until" in case.about:
            clock = f"{case.problem.instant(case.about['until']):%H:%M}"
            return Text(
                f"{who.zh} 的上一班到 {clock} 才结束，却排在 {what.zh}",
                f"{who.en} is on a duty until {clock} and serves {what.en}",
            )
        return Text(f"{who.zh} 同时排在 {what.zh}", f"{who.en} serves at the same time: {what.en}")

    def ground(self, case: Case) -> Text:
        others = [d for d in case.duties if d != case.duties[-1]]
        if not others:
            return Text("同一时间已在值勤", "on duty at the time")
        busy = words.busy(case.problem, others[0])
        return Text(f"同一时间{busy.zh}", f"{busy.en} at the time")


@dataclass(frozen=True, kw_only=True)
class MinRest(Rule):
    """At least {hours} h of rest between the end of one duty and the start of the next.

    Rest is elapsed time, so a night on which the clock changes gives no hour away. After a night the figure may be
    another, and next to an errand run as well; after a night next to a run the larger of these two holds.
    Excess: pairs of duties that are too close, past duties included; overlapping duties are the business of
    one_duty_at_a_time.
    """

    name = "min_rest"
    title = Text("班间休息", "Minimum rest")
    zh = "一班结束到下一班开始，至少休息 {hours} 小时。"
    more_zh = (
        "休息按实际经过的时间算，钟表调快调慢的夜里也一样。夜班之后、与跑腿相邻时可以另定；夜班与跑腿相邻时取两者中较大的。"
        "超出的单位：间隔不足的勤务对数，排班期之前的勤务也算；重叠的勤务归 one_duty_at_a_time 管。"
    )

    hours: int = parameter(11, "两班之间的休息", "Rest between two duties", "hours", 0, 720)
    after_night_hours: int | None = parameter(
        None,
        "前一班是夜班时的休息；不填则与其他班相同",
        "Rest when the earlier duty is a night; as usual when left out",
        "hours", 0, 720,
    )  # fmt: skip
    run_hours: int | None = parameter(
        None,
        "两班之一是跑腿时的休息；不填则与其他班相同",
        "Rest when either duty is an errand run; as usual when left out",
        "hours", 0, 720,
    )  # fmt: skip

    def clauses(self) -> Iterator[Text]:
        if self.after_night_hours is not None:
            yield Text(f"夜班之后 {self.after_night_hours} 小时", f"after a night {self.after_night_hours} h")
        if self.run_hours is not None:
            yield Text(f"前后有跑腿时 {self.run_hours} 小时", f"next to an errand run {self.run_hours} h")

    def days_back(self, problem: Problem) -> int:
        return whole_days(max(self.hours, self.after_night_hours or 0, self.run_hours or 0))

    def limits(self, problem: Problem) -> Iterator[Limit]:
        persons, slots = self.persons(problem), slots_of(problem, self.duties(problem))
        for together in self._cliques(slots) if self.hard else self._pairs(slots):
            yield Limit(self.name, "person", persons, slots.duties(together), at_most(1, self.price_weight))
        yield from self._after_past(slots, self.past(problem))

    def _gaps(self, night: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Minutes owed after duties (a mask says which are nights): when neither is a run, when either is."""
        shift = np.full(night.shape, self.hours, np.int64)
        if self.after_night_hours is not None:
            shift[night] = self.after_night_hours
        if self.run_hours is None:
            return 60 * shift, 60 * shift
        beside_run = np.full(night.shape, self.run_hours, np.int64)
        if self.after_night_hours is not None:
            beside_run[night] = max(self.run_hours, self.after_night_hours)
        return 60 * shift, 60 * beside_run

    def _cliques(self, slots: Slots) -> list[np.ndarray]:
        """Sets of slots of which a person may serve one: each conflict lies in a set, and every set is all conflict."""
        after_shift, beside_run = self._gaps(slots.night)
        shifts = np.flatnonzero(~slots.run)
        found = [shifts[c] for c in cliques(slots.start[shifts], (slots.end + after_shift)[shifts])]
        if slots.run.any():
            sure = np.where(slots.run, beside_run, np.minimum(after_shift, beside_run))
            found += cliques(slots.start, slots.end + sure)
            for run in np.flatnonzero(slots.run).tolist():
                # shifts that bar this run only because it is a run: they need not bar one another
                gap = slots.start[run] - slots.end
                late = shifts[((gap >= after_shift) & (gap < beside_run))[shifts]]
                for c in cliques(slots.start[late], (slots.end + after_shift)[late]):
                    found.append(np.append(late[c], run))
        return [c for c in without_contained(found) if len(c) > 1]

    def _pairs(self, slots: Slots) -> Iterator[np.ndarray]:
        after_shift, beside_run = self._gaps(slots.night)
        gap = slots.start[None, :] - slots.end[:, None]
        owed = np.where(slots.run[:, None] | slots.run[None, :], beside_run[:, None], after_shift[:, None])
        return (np.array(pair) for pair in np.argwhere((gap >= 0) & (gap < owed)))

    def _after_past(self, slots: Slots, past: Past) -> Iterator[Limit]:
        """Whoever ended a past duty at the same minute is kept off the same duties."""
        after_shift, beside_run = self._gaps(past.night)
        duties = np.stack([past.end, past.day, past.night, after_shift, beside_run], axis=1)
        recent = past.end + np.maximum(after_shift, beside_run) > 0
        for end, day, night, shift, run in np.unique(duties[recent], axis=0).tolist():
            gap = slots.start - end
            too_soon = slots.duties((gap >= 0) & (gap < np.where(slots.run, run, shift)))
            tired = np.unique(past.person[(past.end == end) & (past.day == day) & (past.night == night)])
            about = (("end", end), ("day", day), ("night", bool(night)))
            yield Limit(self.name, "person", tired, too_soon, at_most(0, self.price_weight), about=about)

    def broken(self, case: Case) -> Text:
        problem, who, later = case.problem, case.who, case.duties[0]
        if "end" in case.about:
            ended, night, run = case.about["end"], case.about["night"], False
            before = words.shift_of_day(problem.date_of(case.about["day"]), night)
        else:
            earlier, later = self._closest(problem, case.duties)
            ended, night = int(problem.duty_end[earlier]), problem.duties[earlier].night
            before, run = words.duty(problem, earlier), problem.duties[earlier].kind == "errand_run"
        rest, what = int(problem.duty_start[later]) - ended, words.duty(problem, later)
        if rest < 0:
            return Text(f"{who.zh} 的 {before.zh} 与 {what.zh} 重叠", f"{who.en} has {before.en} overlap {what.en}")
        gaps = self._gaps(np.array([night]))
        need = words.hours(int(gaps[run or problem.duties[later].kind == "errand_run"][0]))
        took = words.hours(rest)
        return Text(
            f"{who.zh} 在 {before.zh} 后只休息 {took.zh}就上 {what.zh}，需要 {need.zh}",
            f"{who.en} rests only {took.en} between {before.en} and {what.en}, needs {need.en}",
        )

    def _closest(self, problem: Problem, duties: tuple[int, ...]) -> tuple[int, int]:
        """The two neighbours with the least rest between them."""
        pairs = list(pairwise(duties)) or [(duties[0], duties[0])]
        return min(pairs, key=lambda pair: problem.duty_start[pair[1]] - problem.duty_end[pair[0]])

    def ground(self, case: Case) -> Text:
        problem, tried = case.problem, case.duties[-1]
        if "end" in case.about:
            return words.resting(problem.date_of(case.about["day"]), case.about["night"])
        others = [d for d in case.duties if d != tried]
        for other in reversed(others):
            if problem.duty_start[other] <= problem.duty_start[tried]:
                return words.resting(problem.date_of(int(problem.duty_day[other])), problem.duties[other].night)
        on = problem.date_of(int(problem.duty_day[others[0]])) if others else problem.start
        return Text(f"{on.day} 日另有一班，间隔不足", f"on duty again too soon, on the {words.ordinal(on.day)}")
