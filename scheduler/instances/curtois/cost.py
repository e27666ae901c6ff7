"""What the published rules say of a roster, counted from its entries and nothing else."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from .model import Employee, Instance, Roster

SATURDAY, SUNDAY, WEEK = 5, 6, 7


@dataclass(frozen=True)
class Verdict:
    """Breaches of each hard rule in its own unit, and what each wish costs; what is kept is not listed.

    Hard: one_a_day, succession, max_shifts, minutes, max_run, min_run, min_days_off, weekends, days_off.
    Soft: wanted, unwanted, under, over.
    """

    hard: dict[str, int]
    soft: dict[str, int]

    @property
    def legal(self) -> bool:
        return not self.hard

    @property
    def cost(self) -> int:
        return sum(self.soft.values())


def evaluate(instance: Instance, roster: Roster) -> Verdict:
    """Hard and soft rules of the whole horizon. Somebody's second shift of a day breaks one_a_day; runs see the day."""
    hard: Counter[str] = Counter()
    soft: Counter[str] = Counter()
    shifts_of: dict[str, list[tuple[int, str]]] = {e.id: [] for e in instance.staff}
    for entry in roster:
        shifts_of[entry.employee].append((entry.day, entry.shift))
        hard["days_off"] += (entry.employee, entry.day) in instance.days_off
    for employee in instance.staff:
        _personal(instance, employee, sorted(shifts_of[employee.id]), hard)
    works = {(e.employee, e.day, e.shift) for e in roster}
    for request in instance.wanted:
        soft["wanted"] += request.weight * ((request.employee, request.day, request.shift) not in works)
    for request in instance.unwanted:
        soft["unwanted"] += request.weight * ((request.employee, request.day, request.shift) in works)
    there = Counter((e.day, e.shift) for e in roster)
    for place, need in instance.cover.items():
        soft["under"] += need.under * max(0, need.heads - there[place])
        soft["over"] += need.over * max(0, there[place] - need.heads)
    return Verdict({k: n for k, n in hard.items() if n}, {k: n for k, n in soft.items() if n})


def _personal(instance: Instance, who: Employee, mine: list[tuple[int, str]], hard: Counter[str]) -> None:
    by_id = {shift.id: shift for shift in instance.shifts}
    a_day = Counter(day for day, _ in mine)
    hard["one_a_day"] += sum(count - 1 for count in a_day.values())
    hard["succession"] += sum(
        (today + 1, after) in mine for today, before in mine for after in by_id[before].never_before
    )
    a_shift = Counter(shift for _, shift in mine)
    hard["max_shifts"] += sum(max(0, count - who.max_shifts[shift]) for shift, count in a_shift.items())
    minutes = sum(by_id[shift].minutes for _, shift in mine)
    hard["minutes"] += max(0, minutes - who.max_minutes) + max(0, who.min_minutes - minutes)
    weekends = sum(m + SATURDAY in a_day or m + SUNDAY in a_day for m in range(0, instance.days, WEEK))
    hard["weekends"] += max(0, weekends - who.max_weekends)
    for first, last, working in _runs([day in a_day for day in range(instance.days)]):
        length, at_border = last - first + 1, first == 0 or last == instance.days - 1
        if working:
            hard["max_run"] += max(0, length - who.max_run)
        if not at_border:
            least = who.min_run if working else who.min_days_off
            hard["min_run" if working else "min_days_off"] += max(0, least - length)


def _runs(marks: list[bool]) -> list[tuple[int, int, bool]]:
    """(first day, last day, working) of every run."""
    runs: list[tuple[int, int, bool]] = []
    for day, mark in enumerate(marks):
        if runs and runs[-1][2] == mark:
            runs[-1] = (runs[-1][0], day, mark)
        else:
            runs.append((day, day, mark))
    return runs
