"""Week by week: only the week at hand is known, and what the weeks before it left behind.

Totals and weekends belong to the whole horizon, and a series that is open on Sunday is paid for later. So each week is
rostered together with an imagined one, in which the latest week comes again, and by the end of these two everybody
owes the part of what is left of their totals and weekends that is due by then. Only the first week of such a roster
is kept; the cost that is reported is that of the weeks as they really were.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from .cost import carry
from .model import WEEK, Carried, Contract, Entry, History, Instance, Nurse, Roster, Week

AHEAD = 1
"""Weeks that are imagined. More of them take time from the week at hand and are no more likely to come true."""


def steps(instance: Instance, week_by_week: bool) -> Iterator[Step]:
    """What to solve one after the other; each must get its roster before the next is asked for.

    Week by week a step is a week; otherwise the only step is the whole.
    """
    if not week_by_week:
        yield Step(0, instance)
        return
    carried = instance.history
    for index, week in enumerate(instance.weeks):
        alone = Instance(instance.scenario, carried, (week,))
        ahead = imagined(instance.weeks[: index + 1], min(AHEAD, alone.weeks_to_come))
        step = Step(index, alone, due(replace(alone, weeks=alone.weeks + ahead)))
        yield step
        carried = step.left_behind()


def imagined(seen: Sequence[Week], count: int) -> tuple[Week, ...]:
    """So many weeks to come, when all that is known of them is what was needed in those `seen`, oldest first.

    The latest comes again, then the one before it, and so on; nobody knows of requests.
    """
    return tuple(replace(seen[-1 - ahead % len(seen)], requests=()) for ahead in range(count))


def due(instance: Instance) -> Instance:
    """The instance as if the horizon ended with its last week: of everybody's totals and weekends the part due by then.

    Parts are proportional to the weeks, and rounded so that they bind less: the least down, the most up.
    """
    scenario, here = instance.scenario, len(instance.weeks)
    ends = instance.history.week + here
    contracts: dict[str, Contract] = {}
    nurses = []
    for nurse in scenario.nurses:
        carried = instance.history.nurses[nurse.name]
        mine = _due(scenario.contract_of[nurse.name], carried, here, here + instance.weeks_to_come)
        contracts[mine.name] = mine
        nurses.append(Nurse(nurse.name, mine.name, nurse.skills))
    short = replace(scenario, weeks=ends, contracts=tuple(contracts.values()), nurses=tuple(nurses))
    return replace(instance, scenario=short)


def _due(contract: Contract, carried: Carried, weeks: int, of: int) -> Contract:
    """A contract over `weeks` of the `of` weeks that are left; its name says its figures."""
    least = carried.assignments + max(0, contract.min_total - carried.assignments) * weeks // of
    most = carried.assignments - (-max(0, contract.max_total - carried.assignments) * weeks // of)
    weekends = carried.weekends - (-max(0, contract.max_weekends - carried.weekends) * weeks // of)
    name = f"{contract.name}:{least}-{most}:{weekends}"
    return replace(contract, name=name, min_total=least, max_total=most, max_weekends=weekends)


class Step:
    """What to solve at once, and what came out."""

    def __init__(self, index: int, instance: Instance, foreseen: Instance | None = None) -> None:
        self.index = index
        self.instance = instance
        """The weeks of this step, with the history that leads to them."""
        self.foreseen = instance if foreseen is None else foreseen
        """What is to be solved: the same with what is imagined of the weeks to come."""
        self._roster: Roster | None = None

    def take(self, roster: Roster) -> None:
        """The roster of what is foreseen, its days counted from its first Monday; only this step's own are kept."""
        self._roster = tuple(entry for entry in roster if entry.day < self.instance.days)

    def left_behind(self) -> History:
        """The history for the next step. Raises RuntimeError before this step has its roster."""
        return carry(self.instance, self._taken)

    def in_horizon(self) -> Roster:
        """This step's roster, its days counted over all weeks at hand. Raises RuntimeError before it has one."""
        return tuple(Entry(e.nurse, e.day + WEEK * self.index, e.shift, e.skill) for e in self._taken)

    @property
    def _taken(self) -> Roster:
        if self._roster is None:
            raise RuntimeError(f"step {self.index} has no roster yet")
        return self._roster
