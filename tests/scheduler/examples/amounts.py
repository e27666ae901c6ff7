"""How much: hours, duties, nights, days off."""

from __future__ import annotations

from datetime import date

from ... import factories as f
from .told import (
    EARLY,
    LATE,
    LATE_NIGHT,
    LED,
    MINUTE,
    NEXT_EARLY,
    NEXT_LATE,
    NIGHT,
    NIGHTS,
    ann,
    costs,
    illegal,
    legal,
)

SIXTEEN = f.law("max_hours", hours=16, window_days=1)
WEEK = tuple(f.shift(f"e{day}", day, "early") for day in range(8))
MAX_HOURS = [
    legal("sixteen hours in a day", SIXTEEN, (EARLY, LATE), "ann early", "ann late"),
    illegal(
        "a minute more", SIXTEEN, (EARLY, LATE, f.run("r", 0, 23, MINUTE)), "ann early", "ann late", "ann r run"
    ),
    legal(
        "parts count by the minute: what lies beyond the window does not",
        SIXTEEN, (EARLY, LATE, f.duty("b", 1, 6, 4)), "ann early", "ann late", "ann b",
    ),
    illegal(
        "and what lies within does",
        SIXTEEN, (EARLY, LATE, f.duty("b", 1, 6 - MINUTE, 4)), "ann early", "ann late", "ann b",
    ),
    illegal(
        "with a past duty it is too much",
        f.law("max_hours", hours=15, window_days=1), (EARLY,), "ann early", people=ann(history=LATE_NIGHT),
    ),
    legal(
        "to the minute it is not",
        SIXTEEN, (EARLY,), "ann early", people=ann(history=LATE_NIGHT),
    ),
    legal(
        "the past alone is never a breach",
        f.law("max_hours", hours=4, window_days=1), (LATE,), people=ann(history=LATE_NIGHT),
    ),
    illegal(
        "but leaves no room until time has gone by",
        f.law("max_hours", hours=8, window_days=1), (f.duty("b", 0, 21, 1 + MINUTE),), "ann b",
        people=ann(history=LATE_NIGHT),
    ),
    legal(
        "after which there is room",
        f.law("max_hours", hours=8, window_days=1), (f.duty("b", 0, 22, 8),), "ann b", people=ann(history=LATE_NIGHT),
    ),
    illegal(
        "who comes in above it may not begin when only some of that has gone by",
        f.law("max_hours", hours=4, window_days=1), (f.run("r", 0, 22, 0.5),), "ann r run",
        people=ann(history=LATE_NIGHT),
    ),
    illegal(
        "nor a minute before enough of it has",
        f.law("max_hours", hours=4, window_days=1), (f.run("r", 1, 2 - MINUTE, 0.5),), "ann r run",
        people=ann(history=LATE_NIGHT),
    ),
    legal(
        "but then",
        f.law("max_hours", hours=4, window_days=1), (f.run("r", 1, 2, 0.5),), "ann r run",
        people=ann(history=LATE_NIGHT),
    ),
    legal("forty-eight hours in seven days", f.law("max_hours"), WEEK, *(f"ann e{day}" for day in range(6)), days=8),
    illegal("fifty-six are too many", f.law("max_hours"), WEEK, *(f"ann e{day}" for day in range(7)), days=8),
    illegal(
        "a contract's figure replaces the rule's",
        f.law("max_hours"), WEEK, "ann e0", "ann e1", "ann e2", people=ann(contract="short"), days=8,
    ),
    legal("for 24 h as well", SIXTEEN, (EARLY,), "ann early", people=ann(contract="short")),
    illegal("which is less here", SIXTEEN, (EARLY, LATE), "ann early", "ann late", people=ann(contract="short")),
    legal(
        "and for no other length",
        f.law("max_hours", hours=24, window_days=2), (EARLY, LATE), "ann early", "ann late",
        people=ann(contract="short"),
    ),
]  # fmt: skip

SUNDAY = {"start": date(2026, 3, 8), "days": 3}
SUN, MON, TUE = (f.shift(name, day, "early", start=date(2026, 3, 8)) for day, name in enumerate(("sun", "mon", "tue")))
SATURDAY_PAST = (f.past(-1, 6, 8, start=date(2026, 3, 8), post="bridge", position="verify"),)
MIN_MAX = [
    legal("as many as allowed", f.law("min_max_duties", max=2), (EARLY, LATE), "ann early", "ann late"),
    illegal("one more", f.law("min_max_duties", max=1), (EARLY, LATE), "ann early", "ann late"),
    illegal("fewer than asked", f.law("min_max_duties", min=2), (EARLY, LATE), "ann early"),
    legal("as many as asked", f.law("min_max_duties", min=1), (EARLY, LATE), "ann early"),
    legal("one a day", f.law("min_max_duties", max=1, per="day"), (EARLY, NEXT_EARLY), "ann early", "ann early1"),
    illegal("two on a day", f.law("min_max_duties", max=1, per="day"), (EARLY, LATE), "ann early", "ann late"),
    legal(
        "a week ends on Sunday",
        f.law("min_max_duties", max=1, per="week"), (SUN, MON, TUE), "ann sun", "ann mon", **SUNDAY,
    ),
    illegal(
        "and begins on Monday",
        f.law("min_max_duties", max=1, per="week"), (SUN, MON, TUE), "ann mon", "ann tue", **SUNDAY,
    ),
    illegal(
        "past duties of the week count",
        f.law("min_max_duties", max=1, per="week"), (SUN,), "ann sun", people=ann(history=SATURDAY_PAST), **SUNDAY,
    ),
    legal(
        "past duties at other posts do not when posts are named",
        f.law("min_max_duties", max=1, per="week", posts=["market"]),
        (f.shift("sun", 0, "early", post="market", start=date(2026, 3, 8)),), "ann sun",
        people=ann(history=SATURDAY_PAST), **SUNDAY,
    ),
    legal(
        "nor when shifts are named, which a past duty does not tell",
        f.law("min_max_duties", max=1, per="week", shifts=["early"]), (SUN,), "ann sun",
        people=ann(history=SATURDAY_PAST), **SUNDAY,
    ),
    legal(
        "only duties that pass the filters count",
        f.law("min_max_duties", max=0, kinds=["errand_run"]), (EARLY,), "ann early",
    ),
    illegal(
        "by position too", f.law("min_max_duties", max=0, positions=["lead"]), (LED,), "ann d lead",
    ),
    legal("another position does not count", f.law("min_max_duties", max=0, positions=["lead"]), (LED,), "ann d"),
    illegal(
        "a contract's figure replaces the rule's",
        f.law("min_max_duties", max=9), (EARLY, NIGHT, NEXT_LATE), "ann early", "ann night", "ann late1",
        people=ann(contract="half"),
    ),
    costs(
        10, "priced, each duty too many costs",
        f.priced("min_max_duties", 5, max=0), (EARLY, LATE), "ann early", "ann late",
    ),
    costs(10, "and each too few", f.priced("min_max_duties", 5, min=2), (EARLY, LATE)),
]  # fmt: skip

TWO_A_WEEK = f.law("max_nights", max=2)
TWO_IN_A_ROW = f.law("max_nights", max=None, in_a_row=2)
NIGHT_BEFORE = (f.past(-1, 22, 8, night=True),)
MAX_NIGHTS = [
    legal("two nights in seven days", TWO_A_WEEK, NIGHTS, "ann n0", "ann n4", days=5),
    illegal("three", TWO_A_WEEK, NIGHTS, "ann n0", "ann n2", "ann n4", days=5),
    illegal("a past night counts", TWO_A_WEEK, NIGHTS, "ann n0", "ann n4", people=ann(history=NIGHT_BEFORE), days=5),
    legal(
        "one that is seven dates away does not",
        TWO_A_WEEK, NIGHTS, "ann n3", "ann n4", people=ann(history=(f.past(-4, 22, 8, night=True),)), days=5,
    ),
    illegal(
        "one that is six dates away does",
        TWO_A_WEEK, NIGHTS, "ann n2", "ann n1", people=ann(history=(f.past(-4, 22, 8, night=True),)), days=5,
    ),
    legal(
        "past nights alone are no breach",
        TWO_A_WEEK, NIGHTS, people=ann(history=tuple(f.past(-d, 22, 8, night=True) for d in (1, 2, 3))), days=5,
    ),
    illegal(
        "a contract's figure replaces the rule's",
        TWO_A_WEEK, NIGHTS, "ann n0", "ann n3", people=ann(contract="half"), days=5,
    ),
    legal("two in a row", TWO_IN_A_ROW, NIGHTS, "ann n0", "ann n1", "ann n3", "ann n4", days=5),
    illegal("three in a row", TWO_IN_A_ROW, NIGHTS, "ann n0", "ann n1", "ann n2", days=5),
    illegal(
        "a past night begins the row",
        TWO_IN_A_ROW, NIGHTS, "ann n0", "ann n1", people=ann(history=NIGHT_BEFORE), days=5,
    ),
    legal("days are no nights", f.law("max_nights", max=0), (EARLY, LATE), "ann early", "ann late"),
    costs(
        2, "priced, a night too many costs in each window",
        f.priced("max_nights", 2, max=1, window_days=2), NIGHTS[:2], "ann n0", "ann n1",
    ),
    costs(
        9, "truncated windows and those that begin before included",
        f.priced("max_nights", 3, max=0, window_days=3), NIGHTS[:1], "ann n0",
    ),
    costs(
        4, "priced, each row too long costs",
        f.priced("max_nights", 4, max=None, in_a_row=1), NIGHTS, "ann n0", "ann n1",
    ),
]  # fmt: skip

WEEKLY = f.law("day_off")
WORKED = tuple(f.past(-day, 6, 8) for day in (1, 2, 3))
DAY_OFF = [
    legal("six days of seven", WEEKLY, WEEK, *(f"ann e{day}" for day in range(6)), days=8),
    illegal("seven in a row", WEEKLY, WEEK, *(f"ann e{day}" for day in range(7)), days=8),
    illegal("past days count", WEEKLY, WEEK, *(f"ann e{d}" for d in range(4)), people=ann(history=WORKED), days=8),
    legal(
        "up to the free day before them",
        WEEKLY, WEEK, *(f"ann e{d}" for d in range(3)), people=ann(history=WORKED), days=8,
    ),
    legal(
        "a night that runs into a day leaves it free",
        f.law("day_off", window_days=2), (NIGHT,), "ann night",
    ),
    illegal("two duties on two days", f.law("day_off", window_days=2), (NIGHT, NEXT_LATE), "ann night", "ann late1"),
    legal("two duties on one day are one day", f.law("day_off", window_days=2), (EARLY, LATE), "ann early", "ann late"),
    costs(
        6, "priced, each day short costs in each window",
        f.priced("day_off", 3, window_days=2), WEEK[:3], "ann e0", "ann e1", "ann e2",
    ),
]  # fmt: skip

EXAMPLES = {
    "max_hours": MAX_HOURS,
    "min_max_duties": MIN_MAX,
    "max_nights": MAX_NIGHTS,
    "day_off": DAY_OFF,
}
