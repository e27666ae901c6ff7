"""Standby, drivers and deputies: what their rules ask for and no roster can give."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..limits import Limit
from ..problem import Problem
from ..rules import words
from ..rules.readiness import Deputies, StandbyCover
from ..rules.vehicles import VehicleRule
from ..text import Text
from .dead import named
from .notice import Notice, error, warning
from .workforce import Workforce


def readiness(force: Workforce) -> Iterator[Notice]:
    """All notices about standby, drivers and deputies."""
    problem = force.problem
    for number, rule in enumerate(problem.rules):
        label = named(rule, number)
        if isinstance(rule, StandbyCover) and rule.at_least is not None:
            yield from _seats(problem, rule, label, rule.at_least)
            yield from _gaps(problem, rule, label)
        elif isinstance(rule, VehicleRule):
            yield from _without_vehicle(problem, rule)
        elif isinstance(rule, Deputies) and rule.hard:
            yield from _all_away(force, rule, label)


def _seats(problem: Problem, rule: StandbyCover, label: Text, least: int) -> Iterator[Notice]:
    """The standby duties that run together have fewer seats than the rule wants heads."""
    short: list[tuple[int, int]] = []
    for limit in rule.limits(problem):
        if limit.each == "group":
            seats = [s for d in limit.duties.tolist() for s in problem.duties[d].seats]
            asked = [s for s in seats if limit.positions is None or s.position in limit.positions]
            room = sum(s.max + len(s.activated) for s in asked)
            if room < least:
                short.append((_number(limit, "moment"), room))
    if short:
        moment, room = min(short)
        when, make = f"{problem.instant(moment):%Y-%m-%d %H:%M}", error if rule.hard else warning
        yield make(
            "standby_seats_too_few",
            f"{label.zh}要求任何时刻至少 {least} 人待命，但有 {len(short)} 个时段的席位不够，"
            f"最早是 {when}，只有 {room} 个：请增加待命席位或改规则。",
            f"{label.en} wants at least {least} on standby at any time, and at {len(short)} time(s) there are fewer "
            f"seats, first {room} at {when}: add standby seats or change the rule.",
        )


def _gaps(problem: Problem, rule: StandbyCover, label: Text) -> Iterator[Notice]:
    """Times between the first and the last standby duty at which none is planned at all."""
    duties = rule.standby(problem)
    order = np.argsort(problem.duty_start[duties], kind="stable")
    start, end = problem.duty_start[duties][order], np.maximum.accumulate(problem.duty_end[duties][order])
    gaps = np.flatnonzero(start[1:] > end[:-1])
    if len(gaps):
        first = int(gaps[0])
        since, until = (f"{problem.instant(int(m)):%Y-%m-%d %H:%M}" for m in (end[first], start[first + 1]))
        yield warning(
            "standby_gap",
            f"{label.zh}：有 {len(gaps)} 段时间没有任何待命勤务，最早是 {since} 至 {until}，规则管不到：请补上勤务。",
            f"{label.en}: for {len(gaps)} stretch(es) no standby duty is planned, first from {since} to {until}, and "
            "the rule cannot look at them: add duties.",
        )


def _without_vehicle(problem: Problem, rule: VehicleRule) -> Iterator[Notice]:
    """Duties with a driver's seat and nothing to drive."""
    bare = [
        d
        for d in rule.duties(problem).tolist()
        if problem.duties[d].vehicle is None and any(problem.duties[d].seat(p) for p in rule.positions)
    ]
    if bare:
        first = words.duty(problem, bare[0])
        yield warning(
            "driver_without_vehicle",
            f"{len(bare)} 项勤务有驾驶席位却没有指定车辆，例如 {first.zh}：请指定车辆。",
            f"{len(bare)} dut(ies) have a driver's seat and no vehicle, for example {first.en}: give them a vehicle.",
        )


def _all_away(force: Workforce, rule: Deputies, label: Text) -> Iterator[Notice]:
    """A group none of whom is free for any duty of some day."""
    problem = force.problem
    for limit in rule.limits(problem):
        slots = np.unique(force.slot_of[limit.duties])
        groups = np.zeros(len(limit.persons), np.int64) if limit.group is None else limit.group
        on = words.dates(problem, _number(limit, "day"), 1)
        for group in np.unique(groups).tolist():
            people = limit.persons[groups == group]
            if not force.free[np.ix_(people, slots)].any():
                names = [problem.people[i].name for i in people.tolist()]
                yield error(
                    "deputies_away",
                    f"{label.zh}：{'、'.join(names)} {on.zh} 都没空，不会有合法的班表：请改请假或规则。",
                    f"{label.en}: {' and '.join(names)} are all away on {on.en}, so that no roster can be legal: "
                    "change an absence or the rule.",
                )


def _number(limit: Limit, fact: str) -> int:
    """One of the facts that a rule gives its limit, as a whole number."""
    return int(str(dict(limit.about)[fact]))
