"""Writers of the competition's text format."""

from __future__ import annotations

from .model import DAYS, NOTHING, WEEK, History, Instance, Roster


def solution(instance: Instance, roster: Roster, index: int) -> str:
    """The solution file of one week; `index` counts among the weeks at hand. Days off are not mentioned."""
    order = {nurse.name: i for i, nurse in enumerate(instance.scenario.nurses)}
    mine = sorted((e for e in roster if e.day // WEEK == index), key=lambda e: (order[e.nurse], e.day))
    rows = [f"{e.nurse} {DAYS[e.day % WEEK]} {e.shift} {e.skill}" for e in mine]
    head = ["SOLUTION", f"{instance.history.week + index} {instance.scenario.name}", "", f"ASSIGNMENTS = {len(rows)}"]
    return "\n".join([*head, *rows, ""])


def solution_name(instance: Instance, index: int) -> str:
    """A file name for that week: the scenario and the number of the week, from 0."""
    return f"Sol-{instance.scenario.name}-{instance.history.week + index}.txt"


def history(carried: History) -> str:
    """The history file that a further week starts from."""
    rows = [
        f"{name} {c.assignments} {c.weekends} {c.last_shift or NOTHING} {c.shift_run} {c.work_run} {c.off_run}"
        for name, c in carried.nurses.items()
    ]
    return "\n".join(["HISTORY", f"{carried.week} {carried.scenario}", "", "NURSE_HISTORY", *rows, ""])
