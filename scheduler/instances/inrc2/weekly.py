"""Week by week: only the week at hand is known, and what the weeks before it left behind.

Totals and weekends belong to the whole horizon. Until its last week everybody is held to the part of them that is due
by then, at the same prices; the competition charges them only at the end, and so does the cost that is reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .cost import carry
from .model import WEEK, Contract, Entry, History, Instance, Roster


def steps(instance: Instance, week_by_week: bool) -> Iterator[Step]:
    """What to solve one after the other; each must get its roster before the next is asked for.

    Week by week a step is a week; otherwise the only step is the whole.
    """
    if not week_by_week:
        yield Step(0, instance)
        return
    carried = instance.history
    for index, week in enumerate(instance.weeks):
        step = Step(index, Instance(instance.scenario, carried, (week,)))
        yield step
        carried = step.left_behind()


class Step:
    """What to solve at once, and what came out."""

    def __init__(self, index: int, instance: Instance) -> None:
        self.index = index
        self.instance = instance
        """The weeks of this step, with the history that leads to them."""
        self._roster: Roster | None = None

    @property
    def due(self) -> Instance:
        """The step as if the horizon ended with it, under contracts that ask for the part due by then."""
        scenario = self.instance.scenario
        passed = self.instance.history.week + len(self.instance.weeks)
        if passed >= scenario.weeks:
            return self.instance
        contracts = tuple(_part(c, passed, scenario.weeks) for c in scenario.contracts)
        return replace(self.instance, scenario=replace(scenario, weeks=passed, contracts=contracts))

    def take(self, roster: Roster) -> None:
        """The roster of this step, its days counted from its own first Monday."""
        self._roster = roster

    def left_behind(self) -> History:
        """The history for the next step. Raises RuntimeError before this step has its roster."""
        if self._roster is None:
            raise RuntimeError(f"step {self.index} has no roster yet")
        return carry(self.instance, self._roster)

    def in_horizon(self) -> Roster:
        """This step's roster, its days counted over all weeks at hand."""
        return tuple(Entry(e.nurse, e.day + WEEK * self.index, e.shift, e.skill) for e in self._roster or ())


def _part(contract: Contract, passed: int, weeks: int) -> Contract:
    """What is due after some of the weeks: the least rounded down, the most rounded up."""
    return replace(
        contract,
        min_total=contract.min_total * passed // weeks,
        max_total=-(-contract.max_total * passed // weeks),
        max_weekends=-(-contract.max_weekends * passed // weeks),
    )
