"""Who could take one seat: ranked, with reasons and consequences, and what keeps each of the others off it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from .check import added, limits_by_duty, looks_at
from .explain import blocked
from .limits import Level, Limit
from .problem import Assignment, MeaningError, Problem
from .rules import all_limits, words
from .tally import Served
from .text import Text
from .travel import kilometres_from_home

MAX_CONSEQUENCES = 4
REST_WORTH_SAYING = 48 * 60


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may take the seat; `score` is what the priced rules save by it, so the larger the better."""

    person: str
    score: int
    reasons: list[Text]
    consequences: list[Text]


@dataclass(frozen=True, slots=True)
class Excluded:
    """Somebody who may not, and the first rule that says so."""

    person: str
    rule: str
    text: Text


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates best first; the excluded in the order of the rules, the nearest to possible first."""

    candidates: list[Candidate]
    excluded: list[Excluded]


def rank(problem: Problem, assignments: Iterable[Assignment], duty: str, position: str, limit: int = 10) -> Ranking:
    """The best `limit` people for a seat that `assignments` leaves open, and everybody who is kept off it.

    Ranked by the change of priced cost, then by fewer hours in the window, then by the way from home. Members of
    the team appear nowhere. Raises MeaningError for a duty or position that the problem does not know.
    """
    index = problem.duty_index.get(duty)
    if index is None:
        raise MeaningError("duty", "unknown_duty", id=duty)
    if (index, position) not in problem.demand_index:
        raise MeaningError("position", "unknown_position", id=position, duty=duty)
    seat = _Seat(problem, Served.of(problem, assignments), index, position)
    free, kept_off = blocked(problem, seat.served, index, position)
    return Ranking(seat.best(free, limit), seat.excluded(kept_off))


@dataclass
class _Seat:
    """One open seat and the roster around it."""

    problem: Problem
    served: Served
    duty: int
    position: str

    def best(self, free: np.ndarray, limit: int) -> list[Candidate]:
        """The first `limit` of those who are free, ranked."""
        charges = list(self._charges())
        cost = np.zeros(len(self.problem.people), np.int64)
        for priced, change in charges:
            cost[priced.persons] += change
        minutes = np.zeros(len(self.problem.people), np.int64)
        np.add.at(minutes, self.served.persons, (self.problem.duty_end - self.problem.duty_start)[self.served.duties])
        away = np.array([self._kilometres(i) or 0.0 for i in free.tolist()])
        order = free[np.lexsort((free, away, minutes[free], cost[free]))]
        return [
            Candidate(
                self.problem.people[i].id, -int(cost[i]), list(self._reasons(i)), list(self._consequences(i, charges))
            )
            for i in order[:limit].tolist()
        ]

    def _charges(self) -> Iterator[tuple[Limit, np.ndarray]]:
        """Each limit whose price changes for somebody who takes the seat, and by how much for each of its persons."""
        demand = self.problem.demand_index[self.duty, self.position]
        limits = all_limits(self.problem)
        for i in limits_by_duty(self.problem)[self.duty]:
            limit = limits[i]
            if any(t.level is Level.PRICED for t in limit.price) and looks_at(self.problem, limit, demand):
                change = added(self.served, limit, self.duty, demand, Level.PRICED)
                if change.any():
                    yield limit, change

    def excluded(self, kept_off: Iterator[tuple[int, str, Text]]) -> list[Excluded]:
        """Everybody outside the team whom a rule keeps off, by the first rule that does, the unfit last."""
        near: list[Excluded] = []
        unfit: list[Excluded] = []
        for person, rule, clause in kept_off:
            group = unfit if rule in ("qualification", "bound_posts") else near
            group.append(Excluded(self.problem.people[person].id, rule, clause))
        return near + unfit

    # --- words ------------------------------------------------------------------------------------------
    def _reasons(self, i: int) -> Iterator[Text]:
        """What speaks for a person."""
        problem, person, duty = self.problem, self.problem.people[i], self.problem.duties[self.duty]
        start, end = int(problem.duty_start[self.duty]), int(problem.duty_end[self.duty])
        said = {a.status for a in person.availability if self._meets(problem.minute(a.start), problem.minute(a.end))}
        if "prefer" in said:
            yield Text("希望在这个时段值勤", "likes to serve at this time")
        if duty.night and any(r.waived_by in person.opt_ins for r in problem.rules if r.name == "max_nights"):
            yield Text("愿意多值夜班", "has volunteered for nights")
        if duty.post is not None and duty.post in person.bound_posts:
            yield Text("包干本点位", "bound to this post")
        elif duty.post is not None and any(p.post == duty.post for p in person.history.recent):
            yield Text("熟悉本点位", "knows this post")
        if person.area is not None and person.area == problem.duty_area[self.duty]:
            yield Text("家在本片区", "lives in the area")
        away = self._kilometres(i)
        if away is not None and away >= 0.5:
            yield Text(f"离家约 {away:.0f} 公里" if away >= 1 else "离家不到 1 公里", _away(away))
        before, after = self._rest(i, start, end)
        if before is not None:
            held = words.hours(before)
            yield Text(f"此前已休息 {held.zh}", f"rested for {held.en} before")
        if after is not None:
            held = words.hours(after)
            yield Text(f"此后{held.zh}才上下一班", f"next duty {held.en} later")
        count = len(self.served.duties_of(i))
        yield Text(f"本期已排 {count} 班", f"{count} {'duty' if count == 1 else 'duties'} in this window")

    def _rest(self, i: int, start: int, end: int) -> tuple[int | None, int | None]:
        """Minutes of rest before and after, where a duty is near enough to speak of."""
        problem = self.problem
        mine = self.served.duties_of(i)
        ends = [*problem.duty_end[mine].tolist(), *(problem.minute(p.end) for p in problem.people[i].history.recent)]
        before = min((start - e for e in ends if e <= start), default=REST_WORTH_SAYING + 1)
        after = min((s - end for s in problem.duty_start[mine].tolist() if s >= end), default=REST_WORTH_SAYING + 1)
        return (
            before if before <= REST_WORTH_SAYING else None,
            after if after <= REST_WORTH_SAYING else None,
        )

    def _consequences(self, i: int, charges: list[tuple[Limit, np.ndarray]]) -> Iterator[Text]:
        """What would be worse: the night count, and each breach of a wish that this would add."""
        said: list[Text] = []
        if self.problem.duties[self.duty].night:
            said.append(self._night(i))
        for limit, change in charges:
            at = int(np.searchsorted(limit.persons, i))
            if at < len(limit.persons) and limit.persons[at] == i and change[at] > 0:
                text = self._breach(i, limit, int(change[at]))
                if text is not None and text not in said:
                    said.append(text)
        yield from said[:MAX_CONSEQUENCES]

    def _breach(self, i: int, limit: Limit, change: int) -> Text | None:
        """A new breach in the rule's words; None for shares, of which every duty is a part, and for the ideal."""
        tiers = [t for t in limit.price if t.level is Level.PRICED]
        if len(tiers) != 1 or limit.each not in ("person", "group", "duty"):
            return None
        looks = np.zeros(len(self.problem.duties), bool)
        looks[limit.duties] = True
        mine = [d for d in self.served.duties_of(i).tolist() if looks[d]] if limit.each == "person" else []
        duties = sorted({*mine, self.duty}, key=lambda d: (self.problem.duty_start[d], d))
        rule = self.problem.rules[limit.rule_index]
        person = i if limit.each == "person" else None
        return rule.breach(self.problem, limit, person, duties, max(1, change // tiers[0].weight), tiers[0])

    def _night(self, i: int) -> Text:
        """ "本周第 2 个夜班": the nights of the local week of the duty, past ones included."""
        problem = self.problem
        day = problem.date_of(int(problem.duty_day[self.duty]))
        week = day.isocalendar()[:2]
        nights = [problem.date_of(int(problem.duty_day[d])) for d in self.served.duties_of(i) if problem.duty_night[d]]
        nights += [p.start.astimezone(problem.tz).date() for p in problem.people[i].history.recent if p.night]
        count = 1 + sum(n.isocalendar()[:2] == week for n in nights)
        return Text(f"本周第 {count} 个夜班", f"{words.ordinal(count)} night of the week")

    def _meets(self, start: int, end: int) -> bool:
        return start < self.problem.duty_end[self.duty] and self.problem.duty_start[self.duty] < end

    def _kilometres(self, i: int) -> float | None:
        return kilometres_from_home(self.problem, self.problem.people[i].area, self.problem.duties[self.duty].post)


def _away(kilometres: float) -> str:
    return f"about {kilometres:.0f} km from home" if kilometres >= 1 else "less than 1 km from home"
