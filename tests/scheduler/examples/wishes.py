"""Wishes, shares and stability."""

from __future__ import annotations

from datetime import date

from scheduler.problem import History, Person

from ... import factories as f
from .told import EARLY, LATE, LED, MARKET, MINUTE, NIGHT, ann, costs, two

AT_BRIDGE = ann(history=(f.past(-2, 6, 8, post="bridge"),))
CONTINUITY = [
    costs(0, "the usual post costs nothing", f.priced("continuity", 4), (EARLY, MARKET), "ann early", people=AT_BRIDGE),
    costs(4, "another post costs", f.priced("continuity", 4), (EARLY, MARKET), "ann m", people=AT_BRIDGE),
    costs(0, "newcomers are free", f.priced("continuity", 4), (EARLY, MARKET), "ann m"),
    costs(
        0, "a duty without a post is free",
        f.priced("continuity", 4), (f.run("r", 0, 8),), "ann r run", people=AT_BRIDGE,
    ),
]  # fmt: skip

ORDER = f.priced("category_order", 3, order=["volunteer", "medic", "cadre"])
CATEGORY_ORDER = [
    costs(0, "the first category costs nothing", ORDER, (EARLY,), "ann early"),
    costs(3, "the second costs once", ORDER, (EARLY,), "ann early", people=ann(category="medic")),
    costs(6, "the third costs twice", ORDER, (EARLY,), "ann early", people=ann(category="cadre")),
    costs(
        0, "a category that is not listed costs nothing",
        f.priced("category_order", 3, order=["volunteer"]), (EARLY,), "ann early", people=ann(category="cadre"),
    ),
    costs(
        0, "other kinds are not looked at",
        f.priced("category_order", 3, kinds=["errand_run"]), (EARLY,), "ann early", people=ann(category="cadre"),
    ),
]  # fmt: skip


def carrying(**totals: int) -> tuple[Person, ...]:
    """Ann with a history, and Bao without."""
    return (f.person("ann", history=History((), **totals)), f.person("bao"))


FAIR = f.priced("fair_share", 1)
WEEKEND = {"start": date(2026, 3, 7), "days": 9}
SAT, SUN_TOO, SAT_AFTER = (f.shift(f"s{day}", day, "early", start=date(2026, 3, 7)) for day in (0, 1, 7))
FAIR_SHARE = [
    costs(1, "the first duty costs one", FAIR, (EARLY, LATE), "ann early"),
    costs(4, "two of one person cost four", FAIR, (EARLY, LATE), "ann early", "ann late"),
    costs(2, "two of two persons cost two", FAIR, (EARLY, LATE), "ann early", "bao late", people=two()),
    costs(7, "what one carries in makes the next dearer", FAIR, (EARLY,), "ann early", people=carrying(duties=3)),
    costs(41, "up to twenty units", FAIR, (EARLY,), "ann early", people=carrying(duties=99)),
    costs(1, "what all carry in does not", FAIR, (EARLY,), "ann early", people=carrying(duties=3)[:1]),
    costs(
        1, "nor when history is not asked", f.priced("fair_share", 1, history=False), (EARLY,), "ann early",
        people=carrying(duties=3),
    ),
    costs(2, "half a share makes each twice as dear", FAIR, (EARLY,), "ann early", people=ann(contract="half")),
    costs(1, "fractions are dropped", FAIR, (EARLY,), "ann early", people=ann(contract="short")),
    costs(
        5, "nights only", f.priced("fair_share", 5, measure="nights"), (EARLY, NIGHT), "ann early", "ann night"
    ),
    costs(
        1, "Saturday and Sunday are one weekend",
        f.priced("fair_share", 1, measure="weekends"), (SAT, SUN_TOO, SAT_AFTER), "ann s0", "ann s1", **WEEKEND,
    ),
    costs(
        4, "two weekends are two",
        f.priced("fair_share", 1, measure="weekends"), (SAT, SUN_TOO, SAT_AFTER), "ann s0", "ann s7", **WEEKEND,
    ),
]  # fmt: skip

STABLE = f.priced("stability", move_weight=10, add_weight=2)
PLAN = {"baseline": f.serves("ann early")}
FAR = tuple(f.shift(f"e{day}", day, "early") for day in range(5))
STABILITY = [
    costs(0, "what is kept costs nothing", STABLE, (EARLY, LATE), "ann early", **PLAN),
    costs(40, "what is not kept costs four times within a day", STABLE, (EARLY, LATE), **PLAN),
    costs(8, "what is added to it costs less", STABLE, (EARLY, LATE), "ann early", "ann late", **PLAN),
    costs(48, "a move is both", STABLE, (EARLY, LATE), "ann late", **PLAN),
    costs(0, "somebody new costs nothing", STABLE, (EARLY, LATE), "ann early", "bao late", people=two(), **PLAN),
    costs(
        48, "another seat of the duty is a move",
        STABLE, (LED,), "ann d", baseline=f.serves("ann d lead"),
    ),
    costs(0, "without a baseline nothing is said", STABLE, (EARLY, LATE), "ann early"),
    *(
        costs(10 * times, f"day {day} counts {times} times", STABLE, FAR, baseline=f.serves(f"ann e{day}"), days=5)
        for day, times in ((1, 3), (2, 2), (3, 1), (4, 1))
    ),
    costs(
        30, "a whole day away to the minute",
        STABLE, FAR, baseline=f.serves("ann e1"), days=5, now=f.at(0, 6),
    ),
    costs(
        40, "less than a day away by a minute",
        STABLE, FAR, baseline=f.serves("ann e1"), days=5, now=f.at(0, 6 + MINUTE),
    ),
]  # fmt: skip

EXAMPLES = {
    "continuity": CONTINUITY,
    "category_order": CATEGORY_ORDER,
    "fair_share": FAIR_SHARE,
    "stability": STABILITY,
}
