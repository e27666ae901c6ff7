"""Week by week: only the week at hand is known, and what the weeks before it left behind.

Totals and weekends belong to the whole horizon, and a series that is open on Sunday is paid for later. So each week is
rostered together with the rest of the horizon as it is imagined: the weeks that have been seen come again. What a duty
today will cost at the end, and what it costs to stop or go on with a series, then has its true price. Only the first
week of such a roster is kept; the cost that is reported is that of the weeks as they really were.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from .cost import carry
from .model import WEEK, Entry, History, Instance, Roster, Week


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
        step = Step(index, alone, imagined(instance.weeks[: index + 1], alone.weeks_to_come))
        yield step
        carried = step.left_behind()


def imagined(seen: Sequence[Week], count: int) -> tuple[Week, ...]:
    """So many weeks to come, when all that is known of them is what was needed in those `seen`, oldest first.

    The latest comes again, then the one before it, and so on; nobody knows of requests.
    """
    return tuple(replace(seen[-1 - ahead % len(seen)], requests=()) for ahead in range(count))


class Step:
    """What to solve at once, and what came out."""

    def __init__(self, index: int, instance: Instance, ahead: tuple[Week, ...] = ()) -> None:
        self.index = index
        self.instance = instance
        """The weeks of this step, with the history that leads to them."""
        self.foreseen = replace(instance, weeks=instance.weeks + ahead)
        """The same with the weeks ahead as they are imagined: what is to be solved."""
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
