"""Compile the kernels ahead of time: `python -m scheduler.search.compile`, so that no user waits for it.

Numba keeps the machine code beside the module (or where NUMBA_CACHE_DIR says) and loads it from there.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from ..entities import Assignment, Demand, Duty, Person
from ..problem import Problem
from ..program import build
from ..routing import compile as routing
from ..rules.counts import MinMaxDuties
from .lagrangian import Lagrangian
from .local import LocalSearch


def smallest_problem() -> Problem:
    """Two people, two duties and a law that allows one of them: enough to call every kernel once."""
    start = datetime(2026, 1, 5, 8, tzinfo=ZoneInfo("UTC"))
    duties = tuple(
        Duty(f"duty-{i}", start + timedelta(days=i), start + timedelta(days=i, hours=8), (Demand("guide"),))
        for i in range(2)
    )
    people = tuple(Person(f"person-{i}", f"Person {i}", "volunteer") for i in range(2))
    return Problem("town", "Town", "UTC", date(2026, 1, 5), 2, people, duties, (MinMaxDuties(max=1),))


def compile_kernels() -> None:
    """Call every kernel once with the types it is used with."""
    program = build(smallest_problem())
    search = LocalSearch(program, 1)
    search.construct()
    search.offer([Assignment("person-0", "duty-0", "guide")])
    search.anneal(10, 1.0, 0.1)
    search.chain(1, 1.0)
    lagrangian = Lagrangian(program)
    lagrangian.at(np.zeros(lagrangian.rows), 1.0, 0.0)
    lagrangian.at(np.zeros(lagrangian.rows), 1.0, 0.0, vacancies_only=True)
    lagrangian.detours(np.zeros(lagrangian.rows))
    nobody = lagrangian.weeks(np.zeros(lagrangian.rows), np.zeros(0, np.int64))
    lagrangian.weeks_of(nobody.serves, nobody.flow)
    lagrangian.near(np.zeros(lagrangian.rows), 1.0, 10)
    lagrangian.narrowed(np.zeros(lagrangian.rows), 0)
    routing.compile_kernels()


if __name__ == "__main__":
    compile_kernels()
