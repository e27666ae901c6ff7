"""What the rules let one person do, asked of a problem of that person alone: quick, for hundreds of seats.

The problem of a whole town answers about one seat in milliseconds; of one person, in a fraction of one. Limits that
tie people together (a team, a household) are not seen here: whoever acts on an answer asks `check.consequences` too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

from models.records import Ahead
from scheduler import check
from scheduler.problem import Assignment, Duty, History, PastDuty, Person, Problem
from scheduler.roster import Violation

LOOKS_BACK_DAYS = 14
"""A week that begins later than this after another one does not see its single duties."""


class Alone:
    """One person's week: what they serve, and which of some duties they could serve besides.

    `without` is what they would no longer serve. Raises KeyError for somebody whom the problem does not know.
    """

    def __init__(
        self,
        problem: Problem,
        assignments: Iterable[Assignment],
        person: str,
        duties: Collection[str],
        without: Collection[Assignment] = (),
    ) -> None:
        me = problem.people[problem.person_index[person]]
        self.person = person
        self.serving = [a for a in assignments if a.person == person and a not in without]
        self._busy = {a.duty for a in self.serving}
        named = self._busy | set(duties)
        self.problem = replace(
            problem, people=(me,), duties=tuple(d for d in problem.duties if d.id in named), baseline=()
        )

    def may_take(self, duty: str, position: str) -> bool:
        """Whether none of the limits about this person alone keeps them off the seat."""
        if duty in self._busy:
            return False
        index = self.problem.duty_index[duty]
        found = check.obstacles(self.problem, self.serving, index, position)
        return not any(limit.each == "person" and mask.any() for _, limit, mask in found)

    def cost(self, duty: str, position: str) -> int:
        """What the priced rules charge for it: the way, the wishes, the share."""
        taken = Assignment(self.person, duty, position)
        return check.consequences(self.problem, self.serving, (), [taken]).cost_change


Seats = Sequence[tuple[Duty, str]]
"""Duties with the position held in each."""


def later_breaches(
    problem: Problem,
    before: Sequence[Assignment],
    after: Sequence[Assignment],
    person: str,
    ahead: Ahead,
    anew: Mapping[date, Seats] = MappingProxyType({}),
) -> list[Violation]:
    """What a change of somebody's week would newly break in the published weeks after it, such as the rest.

    `ahead` is what the person serves by published rosters from the end of the problem's window on; `anew` what they
    will serve in those of the weeks that change, too.
    """
    me = problem.people[problem.person_index[person]]
    was, is_now = _served(problem, before, person), _served(problem, after, person)
    found: list[Violation] = []
    for first, last in ahead.weeks:
        held = [(one.duty, one.position) for one in ahead.duties if one.week == first]
        will = anew.get(first, held)
        if first <= problem.start or not (held or will) or (first - _last_day(problem)).days > LOOKS_BACK_DAYS:
            continue
        duties = tuple({duty.id: duty for duty, _ in (*held, *will)}.values())
        there = replace(problem, start=first, days=(last - first).days + 1, duties=duties, baseline=(), now=None)
        old, new = (
            check.check(replace(there, people=(_with_past(me, past, problem),)), _seats(person, own)).violations
            for past, own in ((was, held), (is_now, will))
        )
        known = {(v.rule, v.duties): v.excess for v in old if v.person == person}
        found += [v for v in new if v.person == person and v.excess > known.get((v.rule, v.duties), 0)]
        was = [*was, *(_past(*one) for one in held)]
        is_now = [*is_now, *(_past(*one) for one in will)]
    return found


def _seats(person: str, held: Seats) -> list[Assignment]:
    return [Assignment(person, duty.id, position) for duty, position in held]


def reach(problem: Problem) -> tuple[date, date]:
    """First day after this window, and the last one of the weeks that may see its single duties."""
    last = _last_day(problem)
    return last + timedelta(days=1), last + timedelta(days=LOOKS_BACK_DAYS + 8)


def _last_day(problem: Problem) -> date:
    return problem.start + timedelta(days=problem.days - 1)


def _served(problem: Problem, assignments: Iterable[Assignment], person: str) -> list[PastDuty]:
    duties = problem.duties
    return [_past(duties[problem.duty_index[a.duty]], a.position) for a in assignments if a.person == person]


def _past(duty: Duty, position: str) -> PastDuty:
    return PastDuty(duty.start, duty.end, duty.night, duty.post, position, duty.kind, duty.shift)


def _with_past(person: Person, served: Sequence[PastDuty], problem: Problem) -> Person:
    """Somebody with duties of earlier weeks behind them, in the order of time."""
    held = person.history
    days = [past.start.astimezone(problem.tz).date() for past in served]
    weekends = {day - timedelta(days=day.weekday() - 5) for day in days if day.weekday() >= 5}
    recent = sorted((*held.recent, *served), key=lambda past: past.start.timestamp())
    return replace(
        person,
        history=History(
            recent=tuple(recent),
            duties=held.duties + len(served),
            nights=held.nights + sum(past.night for past in served),
            weekends=held.weekends + len(weekends),
            minutes=held.minutes + sum(int((p.end.timestamp() - p.start.timestamp()) // 60) for p in served),
        ),
    )
