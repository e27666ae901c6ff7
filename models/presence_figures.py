"""What presence adds up to: figures of a week, hours that were served, how often somebody did not come; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from scheduler.problem import Duty

from .presence_facts import DutyPresence, Standing
from .presence_states import CAME, HERE, LATE_AFTER, State


@dataclass(frozen=True, slots=True)
class Figures:
    """People on duties: those that are under way, and no-shows of the whole week so far."""

    expected: int = 0
    """Of duties under way, who should be there (nobody who is excused or has left)."""
    present: int = 0
    late: int = 0
    """Of those present."""
    overdue: int = 0
    """Half an hour after the start, and not here yet."""
    no_shows: int = 0
    """Of duties that are over, or said of one under way."""

    @property
    def exceptions(self) -> int:
        """在岗异常: who should be there and is not, and who did not come."""
        return self.overdue + self.no_shows


@dataclass(frozen=True, slots=True)
class Served:
    """How one person's duty went. `start` to `end` is the time that counts, None when they did not come or nobody
    looked (`state` planned or confirmed after the end: presence is not kept there)."""

    person: str
    week: date
    duty: Duty
    position: str
    state: State
    minutes_late: int
    start: datetime | None
    end: datetime | None
    said_to_leave: bool
    """Whether somebody said when they left; else they count to the end."""

    @property
    def minutes(self) -> int:
        """Whole minutes that count."""
        return 0 if self.start is None or self.end is None else int((self.end - self.start).total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class Rate:
    """Of duties that are over and at which presence was kept: how many, and to how many somebody did not come."""

    duties: int = 0
    no_shows: int = 0

    @property
    def percent(self) -> int:
        """Rounded; 0 when there is nothing to count."""
        return round(100 * self.no_shows / self.duties) if self.duties else 0


def figures(found: Iterable[DutyPresence], now: datetime) -> Figures:
    """Those of a week's duties that have begun."""
    count: Counter[str] = Counter()
    for held in found:
        running = held.duty.start <= now < held.duty.end
        for one in held.team:
            count["no_shows"] += one.state == "no_show"
            if running:
                count["expected"] += one.state not in ("excused", "left")
                count["present"] += one.state in HERE
                count["late"] += one.state == "late"
                count["overdue"] += one.overdue
    return Figures(**count)


def served(held: DutyPresence) -> list[Served]:
    """Everybody on one duty."""
    return [one_served(held.week, held.duty, one) for one in held.team]


def one_served(week: date, duty: Duty, one: Standing) -> Served:
    """Who came in time counts from the start, who was late from when they came; to the end, or when they left."""
    start = end = None
    if one.state in CAME:
        start = max(duty.start, one.came_at) if one.minutes_late and one.came_at else duty.start
        left = one.left_at if one.left_at is not None and duty.end - one.left_at > LATE_AFTER else duty.end
        end = max(start, left)
    return Served(
        one.person, week, duty, one.position, one.state, one.minutes_late, start, end, one.left_at is not None
    )


def rates(past: Iterable[Served]) -> dict[str, Rate]:
    """Person → rate. Who was excused, and duties at which nobody looked, count neither way."""
    duties, missed = Counter[str](), Counter[str]()
    for one in past:
        if one.state in CAME or one.state == "no_show":
            duties[one.person] += 1
            missed[one.person] += one.state == "no_show"
    return {person: Rate(count, missed[person]) for person, count in duties.items()}
