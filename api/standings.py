"""A published week as it stands, and changes of one or two such weeks: judged together, put in force together.

A change of two weeks is one thing: what the earlier week becomes is the past of the later one. Weeks are held by date.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from models.errors import BrokenRules
from models.records import RosterVersion
from scheduler import activation
from scheduler.problem import Assignment, Duty, Problem
from scheduler.roster import Report, Violation
from scheduler.rules import words
from scheduler.text import Text

from .access import store
from .alone import LOOKS_BACK_DAYS, later_breaches
from .amending import after, new_breaches, problem_of_version, refuse_pinned, refuse_untimely
from .errors import ApiError
from .problems import problem_for


@dataclass(frozen=True)
class Standing:
    """A published week as it stands, with the problem by which it is judged."""

    problem: Problem
    version: RosterVersion

    @property
    def week(self) -> date:
        return self.version.week

    @property
    def last_day(self) -> date:
        return self.problem.start + timedelta(days=self.problem.days - 1)

    def duty(self, id_: str) -> Duty:
        """Raises ApiError (409) for a duty that the roster does not have."""
        index = self.problem.duty_index.get(id_)
        if index is None:
            raise ApiError("not_there_any_more")
        return self.problem.duties[index]

    def seat_of(self, person: str, duty: str) -> Assignment:
        """What somebody serves on a duty. Raises ApiError (409) when it is not theirs."""
        found = next((a for a in self.version.assignments if a.person == person and a.duty == duty), None)
        if found is None:
            raise ApiError("not_there_any_more")
        return found

    def said(self, seat: Assignment) -> Text:
        """A seat in words: "11月25日 夜班 大桥卡口（录入）"."""
        when = words.duty(self.problem, self.problem.duty_index[self.duty(seat.duty).id])
        what = words.named(self.problem, "position", seat.position)
        return Text(f"{when.zh}（{what.zh}）", f"{when.en} ({what.en})")

    def again(self) -> Standing:
        """The roster as it is now that it is held, so that it stays so until the unit of work ends."""
        town, week = self.version.town, self.week
        number = store().amendments.hold(town, week).number
        version = store().rosters.get(town, week, number)
        return Standing(problem_of_version(town, version, self.problem), version)


def standing(town: str, week: date) -> Standing:
    """Raises ApiError (409) when nothing is published for the week."""
    version = store().rosters.find(town, week, "published")
    if version is None:
        raise ApiError("not_there_any_more")
    return Standing(problem_for(town, week, version), version)


@dataclass(frozen=True)
class Part:
    """What a change does in one week."""

    here: Standing
    remove: Sequence[Assignment]
    add: Sequence[Assignment]

    def again(self) -> Part:
        return replace(self, here=self.here.again())

    def of(self, person: str) -> tuple[list[Assignment], list[Assignment]]:
        """What somebody serves before and afterwards."""
        before = [a for a in self.here.version.assignments if a.person == person]
        return before, [*(a for a in before if a not in self.remove), *(a for a in self.add if a.person == person)]


def held(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The parts with their weeks held, the earliest first, so that no two changes wait for one another."""
    return tuple(part.again() for part in sorted(parts, key=lambda part: part.here.week))


def refuse_impossible(parts: Sequence[Part]) -> None:
    """Raises ApiError (409) when these seats are no longer to be had or to be given, or one is pinned."""
    for part in parts:
        refuse_untimely(part.here.problem, part.here.version, part.remove, part.add, store().database.now())
        refuse_pinned(part.here.version, part.remove)


def breaches(parts: Sequence[Part]) -> tuple[Violation, ...]:
    """The hard breaches that a change of one week or of two would add, in them and in the published weeks after."""
    first, *others = sorted(parts, key=lambda part: part.here.week)
    town, version = first.here.version.town, first.here.version
    if not others:
        return new_breaches(town, first.here.problem, version.assignments, first.remove, first.add)
    (second,) = others
    people = {a.person for part in parts for a in (*part.remove, *part.add)}
    found, later = list(_within(first)), _within(second)
    found += [v for v in later if v.person not in people]
    for person in sorted(people):
        found += _of_person(town, first, second, person, [v for v in later if v.person == person])
    return tuple(found)


def _within(part: Part) -> tuple[Violation, ...]:
    """What a part breaks in its own week, with the past as it is without the other part."""
    assignments = part.here.version.assignments
    return activation.consequences(part.here.problem, assignments, part.remove, part.add, assignments).violations


def _of_person(town: str, first: Part, second: Part, person: str, apart: list[Violation]) -> list[Violation]:
    """What both parts break for somebody from the second week on; `apart`: what the second breaks by itself."""
    reached = (second.here.week - first.here.last_day).days <= LOOKS_BACK_DAYS
    ahead, (before, then) = after(town, first.here.problem, person), first.of(person)
    anew = {second.here.week: [(second.here.duty(a.duty), a.position) for a in second.of(person)[1]]}
    found = later_breaches(first.here.problem, before, then, person, ahead, anew)
    far = after(town, second.here.problem, person)
    beyond = [w for w in far.weeks if not reached or (w[0] - first.here.last_day).days > LOOKS_BACK_DAYS]
    before, then = second.of(person)
    found += later_breaches(second.here.problem, before, then, person, replace(far, weeks=tuple(beyond)))
    return found if reached else found + apart


def put_in_force(parts: Sequence[Part], by: str) -> None:
    """All parts or none, in the caller's unit of work. Raises ApiError (409), BrokenRules (422)."""
    there = held(parts)
    refuse_impossible(there)
    found = breaches(there)
    if found:
        raise BrokenRules(Report(found, {}, 0, 0, ()))
    for part in there:
        version = part.here.version
        store().amendments.amend(version.town, version.week, version.number, part.remove, part.add, by=by)
