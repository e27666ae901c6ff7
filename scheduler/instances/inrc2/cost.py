"""What the competition's rules say of a roster, counted from its assignments and nothing else.

Maximum runs charge the days of the present horizon only; minimum runs are charged when they end within it, also when
history's run is cut on the first day; a run that is still on at the end is not charged for its minimum. So the sum of
single weeks with carried history is the cost of the whole.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from .model import SATURDAY, SUNDAY, WEEK, Carried, Contract, Entry, History, Instance, Roster, Scenario

WEIGHTS = {"S1": 30, "S2a": 30, "S2b": 15, "S3": 30, "S4": 10, "S5": 30, "S6": 20, "S7": 30}
"""Price of a unit of each wish: optimal cover, runs of work, of a shift and of days off, requests, whole weekends,
total assignments, weekends."""


@dataclass(frozen=True)
class Verdict:
    """Breaches of the hard rules H1–H4 by number, and what each soft rule costs; rules that are kept are not listed."""

    hard: dict[str, int]
    soft: dict[str, int]

    @property
    def legal(self) -> bool:
        return not self.hard

    @property
    def cost(self) -> int:
        return sum(self.soft.values())


def total(verdicts: Iterable[Verdict]) -> Verdict:
    """Several weeks together."""
    hard: Counter[str] = Counter()
    soft: Counter[str] = Counter()
    for verdict in verdicts:
        hard.update(verdict.hard)
        soft.update(verdict.soft)
    return Verdict(dict(hard), dict(soft))


def evaluate(instance: Instance, roster: Roster) -> Verdict:
    """All weeks at hand at once; totals and weekends are charged when they end the scenario's horizon.

    Somebody's second assignment of a day breaks H1 and counts for cover and requests; runs see the first.
    """
    scenario = instance.scenario
    hard: Counter[str] = Counter()
    amounts: Counter[str] = Counter()
    _cover(instance, roster, hard, amounts)
    _requests(instance, roster, amounts)
    skills = {nurse.name: set(nurse.skills) for nurse in scenario.nurses}
    hard["H4"] = sum(e.skill not in skills[e.nurse] for e in roster)
    days = _days(instance, roster, hard)
    for nurse in scenario.nurses:
        carried, own = instance.history.nurses[nurse.name], days[nurse.name]
        _successions(scenario, carried, own, hard)
        _runs(scenario, scenario.contract_of[nurse.name], carried, own, amounts)
        _weekends(instance, scenario.contract_of[nurse.name], carried, own, amounts)
    soft = {name: WEIGHTS[name] * amounts[name] for name in WEIGHTS if amounts[name]}
    return Verdict({name: n for name, n in sorted(hard.items()) if n}, soft)


def evaluate_weeks(instance: Instance, roster: Roster) -> list[Verdict]:
    """Each week for itself, with the history that the weeks before it leave behind."""
    verdicts, carried = [], instance.history
    for index, week in enumerate(instance.weeks):
        one = Instance(instance.scenario, carried, (week,))
        mine = week_of(roster, index)
        verdicts.append(evaluate(one, mine))
        carried = carry(one, mine)
    return verdicts


def week_of(roster: Roster, index: int) -> Roster:
    """The entries of one week, its days counted from its own Monday."""
    return tuple(Entry(e.nurse, e.day - WEEK * index, e.shift, e.skill) for e in roster if e.day // WEEK == index)


def carry(instance: Instance, roster: Roster) -> History:
    """The history after the weeks at hand."""
    days = _days(instance, roster, Counter())
    held = {
        nurse.name: _after(instance.history.nurses[nurse.name], days[nurse.name]) for nurse in instance.scenario.nurses
    }
    return History(instance.history.week + len(instance.weeks), instance.history.scenario, held)


def _after(before: Carried, days: list[str | None]) -> Carried:
    last, shift_run, work_run, off_run = before.last_shift, before.shift_run, before.work_run, before.off_run
    for shift in days:
        if shift is None:
            shift_run, work_run, off_run = 0, 0, off_run + 1
        else:
            shift_run, work_run, off_run = (shift_run + 1 if shift == last else 1), work_run + 1, 0
        last = shift
    worked = sum(shift is not None for shift in days)
    weekends = sum(any(weekend) for weekend in _saturdays_and_sundays(days))
    return Carried(before.assignments + worked, before.weekends + weekends, last, shift_run, work_run, off_run)


def _days(instance: Instance, roster: Roster, hard: Counter[str]) -> dict[str, list[str | None]]:
    """Nurse → the shift of each day; H1 is counted on the way."""
    days: dict[str, list[str | None]] = defaultdict(lambda: [None] * instance.days)
    for entry in roster:
        if days[entry.nurse][entry.day] is None:
            days[entry.nurse][entry.day] = entry.shift
        else:
            hard["H1"] += 1
    return days


def _cover(instance: Instance, roster: Roster, hard: Counter[str], amounts: Counter[str]) -> None:
    """H2 and S1."""
    there = Counter((e.day, e.shift, e.skill) for e in roster)
    for index, week in enumerate(instance.weeks):
        for (day, shift, skill), (minimum, optimum) in week.cover.items():
            heads = there[WEEK * index + day, shift, skill]
            hard["H2"] += max(0, minimum - heads)
            amounts["S1"] += max(0, optimum - heads)


def _requests(instance: Instance, roster: Roster, amounts: Counter[str]) -> None:
    """S4: each assignment that somebody asked to be spared, once."""
    asked = {
        (r.nurse, WEEK * index + r.day, r.shift) for index, week in enumerate(instance.weeks) for r in week.requests
    }
    for e in roster:
        amounts["S4"] += bool({(e.nurse, e.day, e.shift), (e.nurse, e.day, None)} & asked)


def _successions(scenario: Scenario, carried: Carried, days: list[str | None], hard: Counter[str]) -> None:
    """H3, from the last shift before the horizon on."""
    before = carried.last_shift
    for shift in days:
        hard["H3"] += (before, shift) in scenario.forbidden
        before = shift


def _runs(
    scenario: Scenario, contract: Contract, carried: Carried, days: list[str | None], amounts: Counter[str]
) -> None:
    """S2a, S2b and S3."""
    working = [shift is not None for shift in days]
    amounts["S2a"] += _run_excess(working, carried.work_run, contract.min_work, contract.max_work)
    amounts["S3"] += _run_excess([not w for w in working], carried.off_run, contract.min_off, contract.max_off)
    for kind in scenario.shifts:
        before = carried.shift_run if carried.last_shift == kind.name else 0
        amounts["S2b"] += _run_excess([shift == kind.name for shift in days], before, kind.min_run, kind.max_run)


def _run_excess(marks: list[bool], before: int, least: int, most: int) -> int:
    """Days over the most, and short of the least in runs that end; `before` days are already behind."""
    excess, run = 0, before
    for mark in marks:
        if mark:
            run += 1
            excess += run > most
        elif run:
            excess += max(0, least - run)
            run = 0
    return excess


def _saturdays_and_sundays(days: list[str | None]) -> list[tuple[bool, bool]]:
    """Whether each weekend's two days are worked."""
    return [(days[m + SATURDAY] is not None, days[m + SUNDAY] is not None) for m in range(0, len(days), WEEK)]


def _weekends(
    instance: Instance, contract: Contract, carried: Carried, days: list[str | None], amounts: Counter[str]
) -> None:
    """S5, and at the end of the horizon S6 and S7."""
    weekends = _saturdays_and_sundays(days)
    if contract.complete_weekends:
        amounts["S5"] += sum(saturday != sunday for saturday, sunday in weekends)
    if instance.ends_horizon:
        worked = carried.assignments + sum(shift is not None for shift in days)
        amounts["S6"] += max(0, worked - contract.max_total) + max(0, contract.min_total - worked)
        amounts["S7"] += max(0, carried.weekends + sum(any(w) for w in weekends) - contract.max_weekends)
