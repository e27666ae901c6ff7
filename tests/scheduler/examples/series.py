"""Series of days, successions of shifts, weekends, one duty a day, minutes."""

from __future__ import annotations

from datetime import date
from typing import Any

from scheduler.problem import History, Person

from ... import factories as f
from .told import EARLY, LATE, NEXT_EARLY, NIGHT, ann, costs, illegal, legal

WEEK = tuple(f.shift(f"e{day}", day, "early") for day in range(7))
MIXED = (*WEEK, *(f.shift(f"n{day}", day, "night") for day in range(7)))
SEVEN = {"days": 7}


def on(*days: int) -> tuple[str, ...]:
    """Ann serves the early shift on these days."""
    return tuple(f"ann e{day}" for day in days)


def worked(*days: int, shift: str | None = None) -> tuple[Person, ...]:
    """Ann served the early hours on these past days."""
    return ann(history=History(tuple(f.past(day, 6, 8, shift=shift) for day in days)))


def duty_days(weight: int = 30, **more: Any) -> Any:
    return f.priced("run_length", weight, min=3, max=5, **more)


def days_off(**more: Any) -> Any:
    return f.priced("run_length", 30, of="days_off", min=2, max=3, **more)


EARLIES = f.priced("run_length", 15, of="shift", shifts=["early"], min=2, max=3)
EXEMPT = f.law("run_length", min=3, max=4, borders_exempt=True)
FREE_PAIRS = f.law("run_length", of="days_off", min=2, borders_exempt=True)
RUN_LENGTH = [
    legal("five days in a row", f.law("run_length", max=5), WEEK, *on(0, 1, 2, 3, 4), **SEVEN),
    illegal("a sixth is one too many", f.law("run_length", max=5), WEEK, *on(0, 1, 2, 3, 4, 5), **SEVEN),
    legal("a day off breaks the series", f.law("run_length", max=5), WEEK, *on(0, 1, 2, 3, 5, 6), **SEVEN),
    illegal("a single day between days off", f.law("run_length", min=2), WEEK, *on(1), **SEVEN),
    legal("two of them", f.law("run_length", min=2), WEEK, *on(1, 2), **SEVEN),
    legal("two duties on a day are one day", f.law("run_length", max=1), MIXED, "ann e1", "ann n1", **SEVEN),
    costs(0, "three to five days", duty_days(), WEEK, *on(1, 2, 3), **SEVEN),
    costs(60, "two days too many cost twice", duty_days(), WEEK, *on(0, 1, 2, 3, 4, 5, 6), **SEVEN),
    costs(60, "two days short cost twice", duty_days(), WEEK, *on(2), **SEVEN),
    costs(90, "each series is charged for itself", duty_days(), WEEK, *on(0, 2, 3, 5, 6), **SEVEN),
    costs(0, "a series still open at the end is not short", duty_days(), WEEK, *on(6), **SEVEN),
    costs(60, "one that begins with the window is", duty_days(), WEEK, *on(0), **SEVEN),
    costs(0, "unless history carries it", duty_days(), WEEK, *on(0), people=worked(-1, -2), **SEVEN),
    costs(30, "carried days count for the most", duty_days(), WEEK, *on(0, 1, 2), people=worked(-1, -2, -3), **SEVEN),
    costs(
        90, "when history has used them up, each day that follows is charged",
        duty_days(), WEEK, *on(0, 1, 2), people=worked(*range(-1, -9, -1)), **SEVEN,
    ),
    costs(60, "a series that stops at the border is short", duty_days(), WEEK, people=worked(-1), **SEVEN),
    costs(30, "and a little less when a day is added", duty_days(), WEEK, *on(0), people=worked(-1), **SEVEN),
    costs(0, "a series that ended before is over", duty_days(), WEEK, people=worked(-2), **SEVEN),
    costs(
        0, "nothing could have continued it: no charge", duty_days(), WEEK[1:], people=worked(-1), **SEVEN
    ),
    legal("two days at the first border are exempt where they may be", EXEMPT, WEEK, *on(0, 1), **SEVEN),
    legal("and at the last", EXEMPT, WEEK, *on(5, 6), **SEVEN),
    illegal("but not in between", EXEMPT, WEEK, *on(4, 5), **SEVEN),
    illegal("nor are they exempt from the most", EXEMPT, WEEK, *on(0, 1, 2, 3, 4), **SEVEN),
    costs(0, "two or three days off", days_off(), WEEK, *on(0, 1, 4, 5, 6), **SEVEN),
    costs(30, "a single day off", days_off(), WEEK, *on(0, 1, 3, 4, 5, 6), **SEVEN),
    costs(60, "five days off are two too many", days_off(), WEEK, *on(0, 6), **SEVEN),
    costs(0, "a last day off may be the first of many", days_off(), WEEK, *on(0, 1, 2, 3, 4, 5), **SEVEN),
    costs(0, "so may a first one, when the past is unknown", days_off(), WEEK, *on(*range(1, 7)), **SEVEN),
    costs(
        30, "when it is known the first day off stands alone",
        days_off(), WEEK, *on(*range(1, 7)), people=worked(-1), **SEVEN,
    ),
    costs(
        30, "a single day off before the window counts when the window opens with a duty",
        days_off(), WEEK, *on(*range(7)), people=worked(-2), **SEVEN,
    ),
    costs(
        90, "days off add to those before the window",
        days_off(), WEEK, *on(3, 4, 5, 6), people=worked(-6), **SEVEN,
    ),
    illegal("a single day off is against the law", FREE_PAIRS, WEEK, *on(0, 1, 3, 4), **SEVEN),
    legal("but not at the border", FREE_PAIRS, WEEK, *on(*range(1, 7)), **SEVEN),
    costs(0, "two early shifts in a row", EARLIES, MIXED, "ann e1", "ann e2", "ann n3", **SEVEN),
    costs(15, "one", EARLIES, MIXED, "ann n1", "ann e2", "ann n3", **SEVEN),
    costs(15, "four", EARLIES, MIXED, *on(0, 1, 2, 3), "ann n4", **SEVEN),
    costs(0, "past ones count when they were early", EARLIES, MIXED, *on(0), people=worked(-1, shift="early"), **SEVEN),
    costs(15, "and not otherwise", EARLIES, MIXED, *on(0), people=worked(-1, shift="night"), **SEVEN),
    costs(
        15, "one that ends with the window's border is short",
        EARLIES, MIXED, "ann n0", people=worked(-1, shift="early"), **SEVEN,
    ),
]  # fmt: skip

AFTER_NIGHT = f.law("forbidden_succession", pairs=[["night", "early", "late"], ["late", "early"]])
FORBIDDEN = [
    legal("early after early", AFTER_NIGHT, (EARLY, NEXT_EARLY), "ann early", "ann early1"),
    illegal("early after a night", AFTER_NIGHT, (NIGHT, NEXT_EARLY), "ann night", "ann early1"),
    illegal("early after late", AFTER_NIGHT, (LATE, NEXT_EARLY), "ann late", "ann early1"),
    legal("on the same day it is another matter", AFTER_NIGHT, (EARLY, LATE, NIGHT), "ann early", "ann late"),
    legal("a day off in between", AFTER_NIGHT, (NIGHT, f.shift("e2", 2, "early")), "ann night", "ann e2"),
    illegal(
        "after a past night", AFTER_NIGHT, (EARLY,), "ann early",
        people=ann(history=History((f.past(-1, 22, 8, night=True, shift="night"),))),
    ),
    legal("after a past duty of unknown shift", AFTER_NIGHT, (EARLY,), "ann early", people=worked(-1)),
    costs(
        4, "priced, once for each such day",
        f.priced("forbidden_succession", 4, pairs=[["night", "early", "late"]]),
        (NIGHT, NEXT_EARLY, f.shift("late1", 1, "late")), "ann night", "ann early1", "ann late1",
    ),
]  # fmt: skip

SAT, SUN, NEXT_SAT = f.shift("sat", 5, "early"), f.shift("sun", 6, "early"), f.shift("sat2", 12, "early")
ENDS = (SAT, SUN, NEXT_SAT)
SUNDAY = date(2026, 3, 8)
FIRST_SUN = f.shift("sun", 0, "early", start=SUNDAY)
ON_EVE = ann(history=History((f.past(-1, 6, 8, start=SUNDAY),)))
WHOLE = f.law("weekends", complete=True)
WEEKENDS = [
    legal("both days of one weekend", f.law("weekends", max=1), ENDS, "ann sat", "ann sun", days=14),
    illegal("a day of another", f.law("weekends", max=1), ENDS, "ann sun", "ann sat2", days=14),
    costs(7, "priced, for each weekend too many", f.priced("weekends", 7, max=1), ENDS, "ann sat", "ann sat2", days=14),
    legal("whole weekends", WHOLE, ENDS, "ann sat", "ann sun", days=7),
    illegal("Saturday alone is half of one", WHOLE, ENDS, "ann sat", days=7),
    illegal("so is Sunday", WHOLE, ENDS, "ann sun", days=7),
    costs(30, "priced", f.priced("weekends", 30, complete=True), ENDS, "ann sun", days=7),
    legal("the window's last day is a Saturday", WHOLE, (SAT,), "ann sat", days=6),
    legal("Saturday was worked before the window", WHOLE, (FIRST_SUN,), "ann sun", people=ON_EVE, start=SUNDAY),
    illegal("and Sunday is not", WHOLE, (FIRST_SUN,), people=ON_EVE, start=SUNDAY),
    illegal("Saturday was free and Sunday is worked", WHOLE, (FIRST_SUN,), "ann sun", start=SUNDAY),
]  # fmt: skip

ONE_A_DAY = f.law("one_duty_a_day")
ONE_DUTY_A_DAY = [
    legal("one a day", ONE_A_DAY, (EARLY, NEXT_EARLY), "ann early", "ann early1"),
    illegal("two on a day", ONE_A_DAY, (EARLY, NIGHT), "ann early", "ann night"),
    legal("a night belongs to the day on which it starts", ONE_A_DAY, (NIGHT, NEXT_EARLY), "ann night", "ann early1"),
    costs(
        10, "priced, each duty too many costs", f.priced("one_duty_a_day", 5), (EARLY, LATE, NIGHT),
        "ann early", "ann late", "ann night",
    ),
]  # fmt: skip

MONDAY_WEEK = {"start": date(2026, 3, 4), "days": 3}
MIDWEEK = f.shift("e", 0, "early", start=date(2026, 3, 4))
TUESDAY = ann(history=History((f.past(-1, 6, 8, start=date(2026, 3, 4)),)))
MIN_MAX_MINUTES = [
    legal("to the minute", f.law("min_max_minutes", max=960), (EARLY, LATE), "ann early", "ann late"),
    illegal("a minute more", f.law("min_max_minutes", max=959), (EARLY, LATE), "ann early", "ann late"),
    illegal("too few", f.law("min_max_minutes", min=481), (EARLY, LATE), "ann early"),
    legal("enough", f.law("min_max_minutes", min=480), (EARLY, LATE), "ann early"),
    illegal("not a minute", f.law("min_max_minutes", max=0), (EARLY,), "ann early"),
    legal("none at all are asked for", f.law("min_max_minutes", min=0), (EARLY,)),
    illegal("by day", f.law("min_max_minutes", max=480, per="day"), (EARLY, LATE), "ann early", "ann late"),
    illegal(
        "a week that began before the window",
        f.law("min_max_minutes", max=900, per="week"), (MIDWEEK,), "ann e", people=TUESDAY, **MONDAY_WEEK,
    ),
    legal(
        "over the window the past does not count",
        f.law("min_max_minutes", max=900), (MIDWEEK,), "ann e", people=TUESDAY, **MONDAY_WEEK,
    ),
    costs(60, "priced by the minute", f.priced("min_max_minutes", 2, min=510), (EARLY,), "ann early"),
]  # fmt: skip

EXAMPLES = {
    "run_length": RUN_LENGTH,
    "forbidden_succession": FORBIDDEN,
    "weekends": WEEKENDS,
    "one_duty_a_day": ONE_DUTY_A_DAY,
    "min_max_minutes": MIN_MAX_MINUTES,
}
