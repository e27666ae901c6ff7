"""How people of the demo towns live: day jobs, school, days away, what they would rather do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from .draft import DAY, DAYS, HOUR, Draft


def say_week(
    person: Draft,
    start: date,
    random: Random,
    bands: Sequence[tuple[int, int]],
    *,
    job: bool = False,
    away: float = 0.06,
    avoid: float = 0.05,
    prefer: float = 0.04,
) -> None:
    """Note a person's week. `bands` are the shifts of a day as minutes from midnight; the chances are per band.

    A day away takes the whole day. With `job`, Monday to Friday 08:00 to 16:00 is taken.
    """
    for day in range(DAYS):
        midnight = day * DAY
        if random.random() < away:
            person.say(midnight, midnight + DAY, "unavailable")
            continue
        if job and (start + timedelta(days=day)).weekday() < 5:
            person.say(midnight + 8 * HOUR, midnight + 16 * HOUR, "unavailable")
        for first, last in bands:
            chance = random.random()
            if chance < avoid:
                person.say(midnight + first, midnight + last, "avoid")
            elif chance < avoid + prefer:
                person.say(midnight + first, midnight + last, "prefer")


def avoid_nights(person: Draft, night: tuple[int, int]) -> None:
    """Somebody who would rather sleep: every night of the week is to be avoided."""
    for day in range(DAYS):
        person.say(day * DAY + night[0], day * DAY + night[1], "avoid")


def pair_households(people: Sequence[Draft], prefix: str, count: int, random: Random) -> None:
    """Make `count` households of two out of people who live in one area."""
    by_area: dict[str | None, list[Draft]] = {}
    for person in people:
        by_area.setdefault(person.area, []).append(person)
    areas = [a for a, members in by_area.items() if len(members) > 1]
    for number, area in enumerate(random.sample(areas, min(count, len(areas))), 1):
        for person in random.sample(by_area[area], 2):
            person.household = f"{prefix}-{number:02d}"
