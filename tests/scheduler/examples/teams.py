"""Cover, and who serves with whom."""

from __future__ import annotations

from ... import factories as f
from .told import EARLY, LATE, LATE_NIGHT, MINUTE, TWO, ann, costs, illegal, legal, two

THREE_PEOPLE = tuple(f.person(n) for n in ("ann", "bao", "chen"))
WANTED = f.shift("d", 0, "early", (f.seat(min=1, ideal=2, max=2, priority=3),))
SPARE = f.shift("d", 0, "early", (f.seat(min=1, ideal=1, max=3, priority=2),))
COVER = [
    legal("as many as allowed", f.law("cover"), (WANTED,), "ann d", "bao d", people=THREE_PEOPLE),
    illegal("one more is too many", f.law("cover"), (WANTED,), "ann d", "bao d", "chen d", people=THREE_PEOPLE),
    costs(30, "a head short of the ideal costs ten times its priority", f.law("cover"), (WANTED,), "ann d"),
    costs(60, "below the minimum every head short of the ideal costs", f.law("cover"), (WANTED,)),
    costs(3, "the figure can be another", f.law("cover", below_ideal_weight=1), (WANTED,), "ann d"),
    costs(0, "above the ideal is free", f.law("cover"), (SPARE,), "ann d", "bao d", people=THREE_PEOPLE),
    costs(
        14, "unless it has a price", f.law("cover", above_ideal_weight=7), (SPARE,), "ann d", "bao d",
        people=THREE_PEOPLE,
    ),
]  # fmt: skip

CADRE = {"categories": ["cadre"]}
MIXED = (f.person("ann"), f.person("bao"), f.person("cao", "cadre"), f.person("dai", "cadre"))
PAIR = f.shift("d", 0, "early", TWO)
ROOMY = f.shift("d", 0, "early", (f.seat(min=1, ideal=1, max=3),))
ONE_CADRE = f.law("team_mix", at_least=1, members=CADRE)
TEAM_MIX = [
    legal("a team with its cadre", ONE_CADRE, (PAIR,), "ann d", "cao d", people=MIXED),
    illegal("a full team without", ONE_CADRE, (PAIR,), "ann d", "bao d", people=MIXED),
    legal("an unfinished team that leaves the seat free", ONE_CADRE, (PAIR,), "ann d", people=MIXED),
    legal("an empty team", ONE_CADRE, (PAIR,), people=MIXED),
    illegal("no team reaches its minimum without", ONE_CADRE, (ROOMY,), "ann d", people=MIXED),
    legal("with a cadre it may be filled", ONE_CADRE, (ROOMY,), "ann d", "bao d", "cao d", people=MIXED),
    legal(
        "runs are not looked at unless asked",
        ONE_CADRE, (f.run("r", 0, 8),), "ann r run", people=MIXED,
    ),
    illegal(
        "all kinds are looked at when none is named",
        f.law("team_mix", at_least=1, members=CADRE, kinds=[]), (f.run("r", 0, 8),), "ann r run", people=MIXED,
    ),
    legal(
        "other posts are not looked at",
        f.law("team_mix", at_least=1, members=CADRE, posts=["market"]), (PAIR,), "ann d", "bao d", people=MIXED,
    ),
    legal("as many as allowed", f.law("team_mix", at_most=1, members=CADRE), (PAIR,), "ann d", "cao d", people=MIXED),
    illegal("one more", f.law("team_mix", at_most=1, members=CADRE), (PAIR,), "cao d", "dai d", people=MIXED),
    legal(
        "two of different units",
        f.law("team_mix", same_unit_at_most=1), (PAIR,), "ann d", "bao d",
        people=(f.person("ann", unit="school"), f.person("bao", unit="bureau")),
    ),
    illegal(
        "two of one unit",
        f.law("team_mix", same_unit_at_most=1), (PAIR,), "ann d", "bao d", people=two(unit="school"),
    ),
    legal(
        "people without a unit are free",
        f.law("team_mix", same_unit_at_most=1), (PAIR,), "ann d", "bao d", people=two(),
    ),
    costs(
        7, "priced, every missing member costs",
        f.priced("team_mix", 7, at_least=1, members=CADRE), (PAIR,), "ann d", "bao d", people=MIXED,
    ),
    costs(14, "in an empty team too", f.priced("team_mix", 7, at_least=2, members=CADRE), (PAIR,), people=MIXED),
    costs(
        7, "and when there is no such member",
        f.priced("team_mix", 7, at_least=1, members=CADRE), (PAIR,), people=two(),
    ),
    costs(
        5, "priced, every member too many costs",
        f.priced("team_mix", 5, at_most=1, members=CADRE), (PAIR,), "cao d", "dai d", people=MIXED,
    ),
]  # fmt: skip

HOME = two(household="h")
TOGETHER_AT = (EARLY, f.shift("m", 0, "early", TWO, post="market"), LATE)
APART = [
    illegal("one household in one shift", f.law("apart"), TOGETHER_AT, "ann early", "bao m", people=HOME),
    illegal("or in one duty", f.law("apart"), TOGETHER_AT, "ann m", "bao m", people=HOME),
    legal("one after the other", f.law("apart"), TOGETHER_AT, "ann early", "bao late", people=HOME),
    illegal(
        "a minute at the same time",
        f.law("apart"), (EARLY, f.duty("b", 0, 14 - MINUTE, 2)), "ann early", "bao b", people=HOME,
    ),
    legal("strangers may", f.law("apart"), TOGETHER_AT, "ann early", "bao m", people=two()),
    legal("households may when told so", f.law("apart", households=False), TOGETHER_AT, "ann m", "bao m", people=HOME),
    illegal(
        "people who are listed may not",
        f.law("apart", groups=[["ann", "bao"]], households=False), TOGETHER_AT, "ann early", "bao m", people=two(),
    ),
    legal(
        "with scope duty only the same duty counts",
        f.law("apart", scope="duty"), TOGETHER_AT, "ann early", "bao m", people=HOME,
    ),
    illegal("and it counts", f.law("apart", scope="duty"), TOGETHER_AT, "ann m", "bao m", people=HOME),
    illegal(
        "a past duty that still runs counts",
        f.law("apart"), (f.duty("b", 0, 6 - MINUTE, 2),), "bao b",
        people=(*ann(household="h", history=LATE_NIGHT), f.person("bao", household="h")),
    ),
    legal(
        "one that has ended does not",
        f.law("apart"), (EARLY,), "bao early",
        people=(*ann(household="h", history=LATE_NIGHT), f.person("bao", household="h")),
    ),
    costs(
        6, "priced, each head beyond the first costs",
        f.priced("apart", 6), TOGETHER_AT, "ann early", "bao m", people=HOME,
    ),
    costs(
        12, "in each group that they share",
        f.priced("apart", 6, groups=[["ann", "bao"]]), TOGETHER_AT, "ann early", "bao m", people=HOME,
    ),
]  # fmt: skip

WITH = {"groups": [["ann", "bao"]]}
TOGETHER = [
    legal("both on a duty", f.law("together", **WITH), (PAIR,), "ann d", "bao d", people=two()),
    legal("neither", f.law("together", **WITH), (PAIR,), people=two()),
    illegal("one alone", f.law("together", **WITH), (PAIR,), "bao d", people=two()),
    costs(
        6, "priced, each duty that only one serves costs",
        f.priced("together", 3, **WITH), (PAIR, LATE), "ann d", "bao late", people=two(),
    ),
    costs(
        3, "in a group of three neighbours in the list are compared",
        f.priced("together", 3, groups=[["ann", "bao", "chen"]]), (PAIR,), "ann d", "bao d", people=THREE_PEOPLE,
    ),
]  # fmt: skip

EXAMPLES = {
    "cover": COVER,
    "team_mix": TEAM_MIX,
    "apart": APART,
    "together": TOGETHER,
}
