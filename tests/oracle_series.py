"""Naive twins of the rules about series of days, weekends and minutes; see tests/oracle.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import groupby

from scheduler.problem import Person

from .oracle_view import Charge, View, Work, local_day

DAY = timedelta(days=1)


def window(v: View) -> list[date]:
    return [v.problem.start + i * DAY for i in range(v.problem.days)]


def offered(v: View) -> set[date]:
    """Dates on which a duty of the rule starts; for series of a shift, one of that shift."""
    shifts = getattr(v.rule, "shifts", ())
    return {local_day(v.problem, d.start) for d in v.duties if not shifts or d.shift in shifts}


def one_duty_a_day(v: View) -> Iterator[Charge]:
    for p in v.people:
        for count in Counter(w.day for w in v.planned(p)).values():
            yield from v.ordinary(count - 1)


def run_length(v: View) -> Iterator[Charge]:
    """Walks through the window run by run, with what history brings to the first."""
    rule, days, possible = v.rule, window(v), offered(v)

    def counts(w: Work) -> bool:
        return rule.of != "shift" or w.shift in rule.shifts

    for p in v.people:
        served = {w.day for w in v.works[p.id] if counts(w)}
        past = {w.day for w in v.past(p) if counts(w)}
        mine = [day for day in days if (day in served) != (rule.of == "days_off")]
        carried = _carried(past, v.problem.start, rule.of == "days_off")
        if days[0] not in mine:  # what ran into the window stops at its border
            lacking = (rule.min or 0) - (carried or 0)
            if carried and not rule.borders_exempt and (rule.of == "days_off" or days[0] in possible):
                yield from v.ordinary(lacking)
        for run in _in_a_row(mine):
            before = (carried or 0) if run[0] == days[0] else 0
            for n, day in enumerate(run, 1):
                if rule.max is not None and before + n > rule.max:
                    looked_at = {day - i * DAY for i in range(rule.max + 1)} & set(days)
                    yield from v.ordinary(rule.of != "days_off" or bool(looked_at & possible))
            exempt = run[0] == days[0] and (rule.borders_exempt or carried is None)
            if run[-1] != days[-1] and not exempt:
                yield from v.ordinary((rule.min or 0) - before - len(run))


def _in_a_row(days: list[date]) -> Iterator[list[date]]:
    """The days, which are in order, in parts without a gap."""
    for _, part in groupby(enumerate(days), lambda item: item[1] - item[0] * DAY):
        yield [day for _, day in part]


def _carried(past: set[date], start: date, off: bool) -> int | None:
    """Days that a series has run when the window opens; None: nothing is known."""
    if off and not past:
        return None
    length, day = 0, start - DAY
    while (day in past) != off:
        length, day = length + 1, day - DAY
    return length


def forbidden_succession(v: View) -> Iterator[Charge]:
    for p in v.people:
        for first, *after in v.rule.pairs:
            for day in [v.problem.start - DAY, *window(v)]:
                former = any(w.shift == first and w.day == day for w in v.works[p.id])
                latter = any(w.shift in after and w.day == day + DAY for w in v.planned(p))
                yield from v.ordinary(former and latter)


def weekends(v: View) -> Iterator[Charge]:
    days = window(v)

    def looks_at(day: date) -> bool:
        return (v.rule.first_day is None or v.rule.first_day <= day) and (
            v.rule.last_day is None or day <= v.rule.last_day
        )

    for p in v.people:
        planned, everything = {w.day for w in v.planned(p)}, {w.day for w in v.works[p.id]}
        saturdays = {day - (day.weekday() - 5) * DAY for day in planned if day.weekday() >= 5}
        if v.rule.max is not None:
            yield from v.ordinary(len(saturdays) - v.rule.max)
        if not v.rule.complete:
            continue
        for saturday in (day for day in [v.problem.start - DAY, *days] if day.weekday() == 5):
            sunday = saturday + DAY
            if saturday in days:
                whole = sunday in days and looks_at(saturday) and looks_at(sunday)
            else:
                whole = sunday in offered(v)
            if whole:
                yield from v.ordinary((saturday in everything) != (sunday in everything))


def min_max_minutes(v: View) -> Iterator[Charge]:
    rule = v.rule

    def period(day: date) -> object:
        return {"window": None, "week": day.isocalendar()[:2], "day": day}[rule.per]

    def minutes(p: Person, this: object, past: bool) -> int:
        works = v.past(p) if past else v.planned(p)
        return sum(w.end - w.start for w in works if period(w.day) == this)

    for p in v.people:
        for this in {period(day) for day in offered(v)}:
            carried = minutes(p, this, past=True) if rule.per == "week" else 0
            total = carried + minutes(p, this, past=False)
            if rule.max is not None:
                yield from v.ordinary(total - max(carried, rule.max))
            if rule.min is not None:
                yield from v.ordinary(rule.min - total)


TWINS: dict[str, Callable[[View], Iterator[Charge]]] = {
    twin.__name__: twin for twin in (one_duty_a_day, run_length, forbidden_succession, weekends, min_max_minutes)
}
