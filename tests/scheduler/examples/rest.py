"""One duty at a time, rest, rest after nights."""

from __future__ import annotations

from datetime import date
from typing import Any

from scheduler.problem import Duty

from ... import factories as f
from .told import EARLY, LATE, LATE_NIGHT, MINUTE, NEXT_EARLY, NIGHT, NIGHTS, ann, costs, illegal, legal, two

ONE = f.law("one_duty_at_a_time")
ONE_DUTY = [
    legal("a duty may begin when another ends", ONE, (EARLY, LATE), "ann early", "ann late"),
    illegal(
        "a minute of overlap is too much", ONE, (EARLY, f.duty("b", 0, 14 - MINUTE, 2)), "ann early", "ann b"
    ),
    illegal(
        "two seats of one duty overlap",
        ONE, (f.shift("d", 0, "early", (f.seat("lead"), f.seat())),), "ann d lead", "ann d",
    ),
    legal("two people may serve at once", ONE, (EARLY, f.run("r", 0, 8)), "ann early", "bao r run", people=two()),
    illegal(
        "a past duty that still runs counts", ONE, (f.duty("b", 0, 6 - MINUTE, 2),), "ann b",
        people=ann(history=LATE_NIGHT),
    ),
    legal("a past duty that has just ended does not", ONE, (EARLY,), "ann early", people=ann(history=LATE_NIGHT)),
    legal(
        "who has waived a rule is exempt",
        f.law("one_duty_at_a_time", waived_by="long_hours"),
        (EARLY, f.run("r", 0, 8)),
        "ann early", "ann r run",
        people=ann(opt_ins=frozenset(["long_hours"])),
    ),
    legal(
        "a rule for others does not bind",
        f.law("one_duty_at_a_time", population={"categories": ["cadre"]}),
        (EARLY, f.run("r", 0, 8)),
        "ann early", "ann r run",
    ),
]  # fmt: skip

ELEVEN = f.law("min_rest", hours=11)
AFTER_LATE = (f.past(-1, 14, 8),)
WIDE_RUNS = f.law("min_rest", hours=8, run_hours=14)
BERLIN = {"zone": "Europe/Berlin"}
SPRING, AUTUMN = date(2026, 3, 28), date(2026, 10, 24)


def evening_and_morning(first: date, morning: float) -> tuple[Duty, ...]:
    """14–22 on the eve of the clock change, and a duty on the morning after."""
    place: dict[str, Any] = {"start": first, "zone": "Europe/Berlin"}
    return (f.shift("late", 0, "late", **place), f.duty("b", 1, morning, 4, **place))


MIN_REST = [
    legal("eleven hours to the minute are enough", ELEVEN, (LATE, f.duty("b", 1, 9, 4)), "ann late", "ann b"),
    illegal("a minute less is not", ELEVEN, (LATE, f.duty("b", 1, 9 - MINUTE, 4)), "ann late", "ann b"),
    legal("two people owe each other no rest", ELEVEN, (EARLY, LATE), "ann early", "bao late", people=two()),
    legal(
        "rest after a past duty to the minute",
        ELEVEN, (f.duty("b", 0, 9, 4),), "ann b", people=ann(history=AFTER_LATE),
    ),
    illegal(
        "a minute less after a past duty", ELEVEN, (f.duty("b", 0, 9 - MINUTE, 4),), "ann b",
        people=ann(history=AFTER_LATE),
    ),
    legal(
        "a past duty binds nobody else", ELEVEN, (EARLY,), "bao early",
        people=(*ann(history=AFTER_LATE), f.person("bao")),
    ),
    legal(
        "after a night its own figure holds, met to the minute",
        f.law("min_rest", hours=8, after_night_hours=12), (NIGHT, f.duty("b", 1, 18, 4)), "ann night", "ann b",
    ),
    illegal(
        "and missed by a minute",
        f.law("min_rest", hours=8, after_night_hours=12), (NIGHT, f.duty("b", 1, 18 - MINUTE, 4)), "ann night", "ann b",
    ),
    illegal(
        "after a past night as well",
        f.law("min_rest", hours=8, after_night_hours=12), (f.duty("b", 0, 18 - MINUTE, 4),), "ann b",
        people=ann(history=LATE_NIGHT),
    ),
    legal(
        "before a run its own figure holds",
        f.law("min_rest", hours=11, run_hours=2), (EARLY, f.run("r", 0, 16)), "ann early", "ann r run",
    ),
    illegal(
        "and missed by a minute before a run",
        f.law("min_rest", hours=11, run_hours=2), (EARLY, f.run("r", 0, 16 - MINUTE)), "ann early", "ann r run",
    ),
    illegal(
        "after a run too",
        f.law("min_rest", hours=11, run_hours=2),
        (f.run("r", 0, 12 + MINUTE), f.duty("b", 0, 16, 4)), "ann r run", "ann b",
    ),
    illegal(
        "between a night and a run the larger figure holds",
        f.law("min_rest", hours=8, after_night_hours=12, run_hours=2),
        (NIGHT, f.run("r", 1, 18 - MINUTE)), "ann night", "ann r run",
    ),
    legal("a wide gap beside runs leaves two shifts alone", WIDE_RUNS, (EARLY, NIGHT), "ann early", "ann night"),
    legal("a wide gap beside a run met to the minute", WIDE_RUNS, (EARLY, f.run("r", 1, 4)), "ann early", "ann r run"),
    illegal(
        "a wide gap beside a run missed by a minute",
        WIDE_RUNS, (EARLY, f.run("r", 1, 4 - MINUTE)), "ann early", "ann r run",
    ),
    illegal(
        "a wide gap before a run after a past duty",
        WIDE_RUNS, (f.run("r", 0, 12 - MINUTE),), "ann r run", people=ann(history=AFTER_LATE),
    ),
    legal(
        "duties that start on other dates are not looked at",
        f.law("min_rest", hours=11, dates={"from": "2026-03-02", "to": "2026-03-02"}),
        (NIGHT, NEXT_EARLY), "ann night", "ann early1",
    ),
    illegal(
        "past duties count whatever their date",
        f.law("min_rest", hours=11, dates={"from": "2026-03-02"}), (EARLY,), "ann early",
        people=ann(history=AFTER_LATE),
    ),
    illegal(
        "the clock's lost hour is no rest",
        ELEVEN, evening_and_morning(SPRING, 9), "ann late", "ann b", start=SPRING, **BERLIN,
    ),
    legal(
        "the clock's extra hour is rest",
        ELEVEN, evening_and_morning(AUTUMN, 8), "ann late", "ann b", start=AUTUMN, **BERLIN,
    ),
    costs(3, "one close pair costs its weight", f.priced("min_rest", 3), (EARLY, NIGHT), "ann early", "ann night"),
    costs(0, "a wide pair costs nothing", f.priced("min_rest", 3, hours=8), (EARLY, NIGHT), "ann early", "ann night"),
    costs(
        4, "three duties in a row are two close pairs",
        f.priced("min_rest", 2, hours=8), (EARLY, LATE, NIGHT), "ann early", "ann late", "ann night",
    ),
    costs(
        2, "a past duty is part of a pair", f.priced("min_rest", 2), (EARLY,), "ann early",
        people=ann(history=AFTER_LATE),
    ),
]  # fmt: skip

AFTER_THREE = f.law("rest_after_nights", nights=3, hours=24)
LONG_REST = f.law("rest_after_nights", nights=2, hours=72)
REST_AFTER_NIGHTS = [
    legal("three nights in a row are allowed", AFTER_THREE, NIGHTS, "ann n0", "ann n1", "ann n2", days=5),
    illegal("a fourth follows too soon", AFTER_THREE, NIGHTS, "ann n0", "ann n1", "ann n2", "ann n3", days=5),
    legal("a night off breaks the series", AFTER_THREE, NIGHTS, "ann n0", "ann n1", "ann n3", "ann n4", days=5),
    legal(
        "twenty-four hours to the minute are enough",
        AFTER_THREE, (*NIGHTS, f.duty("b", 4, 6, 4)), "ann n0", "ann n1", "ann n2", "ann b", days=5,
    ),
    illegal(
        "a minute less is not",
        AFTER_THREE, (*NIGHTS, f.duty("b", 4, 6 - MINUTE, 4)), "ann n0", "ann n1", "ann n2", "ann b", days=5,
    ),
    illegal(
        "a series that began before the window counts",
        AFTER_THREE, NIGHTS, "ann n0", "ann n1",
        people=ann(history=tuple(f.past(-day, 22, 8, night=True) for day in (1, 2))), days=5,
    ),
    legal(
        "nights before the window that do not reach its eve are no part of the series",
        AFTER_THREE, NIGHTS, "ann n0", "ann n1",
        people=ann(history=tuple(f.past(-day, 22, 8, night=True) for day in (2, 3))), days=5,
    ),
    illegal(
        "a series that ended before the window asks for its rest",
        AFTER_THREE, (f.duty("b", 1, 6 - MINUTE, 4),), "ann b",
        people=ann(history=tuple(f.past(-day, 22, 8, night=True) for day in (1, 2, 3))),
    ),
    legal(
        "and no more than that",
        AFTER_THREE, (f.duty("b", 1, 6, 4),), "ann b",
        people=ann(history=tuple(f.past(-day, 22, 8, night=True) for day in (1, 2, 3))),
    ),
    illegal(
        "a long rest reaches over several days",
        LONG_REST, (*NIGHTS[:2], f.duty("b", 4, 20, 4)), "ann n0", "ann n1", "ann b", days=5,
    ),
    costs(
        4, "each later duty that is too soon costs",
        f.priced("rest_after_nights", 2, nights=2, hours=24),
        (*NIGHTS[:2], f.run("r", 2, 8), f.run("q", 2, 12)), "ann n0", "ann n1", "ann r run", "ann q run",
    ),
    costs(
        2, "four nights hold two series of three, of which one is followed",
        f.priced("rest_after_nights", 2), NIGHTS, "ann n0", "ann n1", "ann n2", "ann n3", days=5,
    ),
]  # fmt: skip

EXAMPLES = {
    "one_duty_at_a_time": ONE_DUTY,
    "min_rest": MIN_REST,
    "rest_after_nights": REST_AFTER_NIGHTS,
}
