"""Who may sit where: availability, qualification, bound posts."""

from __future__ import annotations

from datetime import date

from scheduler.problem import Availability, Holding, Person

from ... import factories as f
from .told import EARLY, LATE, LEADER, LED, LED_NIGHT, MARKET, MINUTE, NIGHT, ann, costs, illegal, legal

FREE = f.law("availability", avoid_weight=5, prefer_weight=2)


def said(*spans: Availability) -> tuple[Person, ...]:
    return ann(availability=spans)


AVAILABILITY = [
    legal("a duty may end when an absence begins", FREE, (EARLY,), "ann early", people=said(f.away(0, 14, 8))),
    illegal(
        "it may not end a minute later", FREE, (f.duty("b", 0, 6, 8 + MINUTE),), "ann b", people=said(f.away(0, 14, 8))
    ),
    legal("it may begin when the absence ends", FREE, (NIGHT,), "ann night", people=said(f.away(0, 14, 8))),
    illegal(
        "nor begin a minute earlier",
        FREE, (f.duty("b", 0, 22 - MINUTE, 2),), "ann b", people=said(f.away(0, 14, 8)),
    ),
    legal("somebody else may", FREE, (EARLY,), "bao early", people=(*said(f.away(0, 6, 8)), f.person("bao"))),
    costs(5, "a duty in a span to avoid costs", FREE, (EARLY,), "ann early", people=said(f.away(0, 13, 8, "avoid"))),
    costs(
        5, "a duty that meets two such spans costs once",
        FREE, (EARLY,), "ann early", people=said(f.away(0, 6, 1, "avoid"), f.away(0, 9, 1, "avoid")),
    ),
    costs(
        10, "two duties in such spans cost twice",
        FREE, (EARLY, LATE), "ann early", "ann late", people=said(f.away(0, 13, 2, "avoid")),
    ),
    costs(2, "a wish that is not met costs", FREE, (EARLY, LATE), "ann late", people=said(f.away(0, 7, 2, "prefer"))),
    costs(0, "a wish that is met does not", FREE, (EARLY, LATE), "ann early", people=said(f.away(0, 7, 2, "prefer"))),
    costs(0, "a wish for a time without duties does not", FREE, (EARLY,), people=said(f.away(0, 20, 2, "prefer"))),
    costs(
        4, "two wishes that one duty could meet cost twice",
        FREE, (EARLY,), people=said(f.away(0, 6, 1, "prefer"), f.away(0, 9, 1, "prefer")),
    ),
]  # fmt: skip

HELD = f.law("qualification")


def holding(*held: Holding) -> tuple[Person, ...]:
    return ann(qualifications=held)


QUALIFICATION = [
    legal("who holds it may", HELD, (LED,), "ann d lead", people=holding(Holding("leader"))),
    illegal("who does not may not", HELD, (LED,), "ann d lead", people=holding(Holding("recorder"))),
    legal("another seat of the duty does not ask for it", HELD, (LED,), "ann d", people=holding()),
    legal("the last valid day is valid", HELD, (LED,), "ann d lead", people=holding(Holding("leader", None, f.MONDAY))),
    illegal(
        "the day after is not", HELD, (f.shift("d", 1, "early", LEADER),), "ann d lead",
        people=holding(Holding("leader", None, f.MONDAY)),
    ),
    legal(
        "a night belongs to the day on which it starts",
        HELD, (LED_NIGHT,), "ann n lead", people=holding(Holding("leader", None, f.MONDAY)),
    ),
    illegal(
        "a qualification to come is not held yet",
        HELD, (LED,), "ann d lead", people=holding(Holding("leader", date(2026, 3, 3))),
    ),
    legal(
        "a renewed one is held",
        HELD, (f.shift("d", 1, "early", LEADER),), "ann d lead",
        people=holding(Holding("leader", None, f.MONDAY), Holding("leader", date(2026, 3, 3))),
    ),
    illegal(
        "every demanded one is needed",
        HELD, (f.shift("d", 0, "early", (f.seat(qualifications=("leader", "recorder")),)),), "ann d",
        people=holding(Holding("leader")),
    ),
]  # fmt: skip

BOUND = f.law("bound_posts")
BOUND_POSTS = [
    legal("at one's post", BOUND, (EARLY,), "ann early", people=ann(bound_posts=("bridge",))),
    illegal("at another", BOUND, (MARKET,), "ann m", people=ann(bound_posts=("bridge",))),
    legal("people without a binding are free", BOUND, (MARKET,), "ann m"),
    legal("an area includes those below it", BOUND, (EARLY,), "ann early", people=ann(bound_areas=("town",))),
    illegal("but not its neighbours", BOUND, (MARKET,), "ann m", people=ann(bound_areas=("town",))),
    legal(
        "a run without an area is free",
        BOUND, (f.run("r", 0, 8),), "ann r run", people=ann(bound_posts=("bridge",)),
    ),
    illegal(
        "a run in another area is not",
        BOUND, (f.run("r", 0, 8, area="west"),), "ann r run", people=ann(bound_areas=("east",)),
    ),
    costs(
        8, "priced, each duty elsewhere costs",
        f.priced("bound_posts", 4), (MARKET, f.shift("m1", 1, "early", post="market"), EARLY), "ann m", "ann m1",
        people=ann(bound_posts=("bridge",)),
    ),
]  # fmt: skip

EXAMPLES = {
    "availability": AVAILABILITY,
    "qualification": QUALIFICATION,
    "bound_posts": BOUND_POSTS,
}
