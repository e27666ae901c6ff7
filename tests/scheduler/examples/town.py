"""Places, positions, sending units, vehicles and standby."""

from __future__ import annotations

from dataclasses import replace

from scheduler.problem import History, Holding, PastDuty, Person

from ... import factories as f
from .told import EARLY, LATE, MARKET, MINUTE, NEXT_EARLY, NIGHT, TWO, ann, costs, illegal, legal, two

# --- places ---------------------------------------------------------------------------------------------------
IN_TOWN, AT_GATE = ann(area="town"), ann(area="gate")
TENT = f.shift("t", 0, "early", post="tent")
DISTANCE = [
    legal("near enough", f.law("distance", km=6), (EARLY, MARKET), "ann early", people=IN_TOWN),
    illegal("too far", f.law("distance", km=6), (EARLY, MARKET), "ann m", people=IN_TOWN),
    illegal("too far by half a kilometre", f.law("distance", km=5), (EARLY,), "ann early", people=IN_TOWN),
    legal("an area without coordinates lies where its posts are", f.law("distance", km=0), (EARLY,), "ann early",
          people=AT_GATE),
    illegal("and no farther", f.law("distance", km=2), (MARKET,), "ann m", people=AT_GATE),
    legal("an area that is not on the map", f.law("distance", km=0), (MARKET,), "ann m", people=ann(area="east")),
    legal("nobody knows where home is", f.law("distance", km=0), (MARKET,), "ann m"),
    legal("a post that is not on the map", f.law("distance", km=0), (TENT,), "ann t", people=IN_TOWN),
    legal("a duty without a post", f.law("distance", km=0), (f.run("r", 0, 8),), "ann r run", people=IN_TOWN),
    costs(6, "priced, each begun kilometre beyond costs", f.priced("distance", 3, km=6), (MARKET,), "ann m",
          people=IN_TOWN),
    costs(24, "eight of them from the door", f.priced("distance", 3, km=0), (MARKET,), "ann m", people=IN_TOWN),
    costs(9, "or each begun three", f.priced("distance", 3, km=0, step_km=3), (MARKET,), "ann m", people=IN_TOWN),
    costs(18, "each duty by itself", f.priced("distance", 3, km=4), (EARLY, MARKET, TENT),
          "ann early", "ann m", "ann t", people=IN_TOWN),
    costs(0, "what is near is free", f.priced("distance", 3, km=8), (MARKET,), "ann m", people=IN_TOWN),
]  # fmt: skip

OF_SCHOOL = ann(unit="school")
CHECKED = f.shift("c", 0, "early", (f.seat("verify"), f.seat("lead")), post="market")
INSPECTS = {"positions": ["verify"]}
INSPECTOR_INDEPENDENCE = [
    illegal("the own unit's post", f.law("inspector_independence", **INSPECTS), (CHECKED,), "ann c", people=OF_SCHOOL),
    legal("another unit's", f.law("inspector_independence", **INSPECTS), (EARLY,), "ann early", people=OF_SCHOOL),
    legal(
        "another position at the own unit's",
        f.law("inspector_independence", **INSPECTS), (CHECKED,), "ann c lead", people=OF_SCHOOL,
    ),
    legal("a post of no unit", f.law("inspector_independence", **INSPECTS), (TENT,), "ann t", people=OF_SCHOOL),
    legal("somebody of no unit", f.law("inspector_independence", **INSPECTS), (CHECKED,), "ann c"),
    legal("the position is named", f.law("inspector_independence"), (CHECKED,), "ann c", people=OF_SCHOOL),
    costs(
        4, "priced, each duty costs",
        f.priced("inspector_independence", 4, **INSPECTS), (CHECKED, EARLY), "ann c", people=OF_SCHOOL,
    ),
]  # fmt: skip

# --- positions ------------------------------------------------------------------------------------------------
BOTH = (f.seat("verify"), f.seat("lead"))
DAYS = tuple(f.shift(f"d{day}", day, "early", BOTH) for day in range(5))
TWICE = f.law("rotation", max=2, window_days=3)
VERIFIED = ann(history=(f.past(-1, 6, 8, position="verify"),))
LED_BEFORE = ann(history=(f.past(-1, 6, 8, position="lead"),))
ROTATION = [
    legal("as often as allowed", TWICE, DAYS, "ann d0", "ann d1", days=5),
    illegal("once more", TWICE, DAYS, "ann d0", "ann d1", "ann d2", days=5),
    legal("in another position", TWICE, DAYS, "ann d0", "ann d1", "ann d2 lead", days=5),
    legal("a day later", TWICE, DAYS, "ann d0", "ann d1", "ann d3", days=5),
    illegal("two on one day are two", TWICE, (EARLY, LATE, NEXT_EARLY), "ann early", "ann late", "ann early1"),
    illegal("what was done before counts", TWICE, DAYS, "ann d0", "ann d1", people=VERIFIED, days=5),
    legal("in its own position", TWICE, DAYS, "ann d0", "ann d1", people=LED_BEFORE, days=5),
    legal("and while it is within the span", TWICE, DAYS, "ann d1", "ann d2", people=VERIFIED, days=5),
    legal(
        "the past alone is no breach",
        f.law("rotation", max=1, window_days=3), DAYS, "ann d2",
        people=ann(history=tuple(f.past(-day, 6, 8, position="verify") for day in (2, 1))), days=5,
    ),
    legal(
        "other positions are not looked at",
        f.law("rotation", max=1, window_days=5, positions=["lead"]), DAYS, "ann d0", "ann d1", days=5,
    ),
    costs(
        3, "priced, each time too many costs in each span",
        f.priced("rotation", 3, max=2, window_days=3), DAYS, "ann d0", "ann d1", "ann d2", days=5,
    ),
    costs(
        6, "a fourth in a row costs once more",
        f.priced("rotation", 3, max=2, window_days=3), DAYS, "ann d0", "ann d1", "ann d2", "ann d3", days=5,
    ),
]  # fmt: skip

# --- units ----------------------------------------------------------------------------------------------------
SHARED = f.priced("unit_share", 1)
ONE_UNIT, TWO_UNITS = two(unit="school"), (f.person("ann", unit="school"), f.person("bao", unit="bureau"))


def burdened(**totals: int) -> tuple[Person, ...]:
    """Ann of a unit with a history, and Bao of one without."""
    return (f.person("ann", unit="school", history=History((), **totals)), f.person("bao", unit="bureau"))


UNIT_SHARE = [
    costs(1, "the first duty of a unit of one costs one", SHARED, (EARLY, LATE), "ann early", people=TWO_UNITS),
    costs(2, "one duty of each of two", SHARED, (EARLY, LATE), "ann early", "bao late", people=TWO_UNITS),
    costs(4, "two of one", SHARED, (EARLY, LATE), "ann early", "ann late", people=TWO_UNITS),
    costs(3, "two of a unit of two", SHARED, (EARLY, LATE), "ann early", "bao late", people=ONE_UNIT),
    costs(3, "whoever of it serves", SHARED, (EARLY, LATE), "ann early", "ann late", people=ONE_UNIT),
    costs(6, "two of a unit that offered half", SHARED, (EARLY, LATE), "ann early", "ann late",
          people=ann(unit="school", contract="half")),
    costs(7, "what a unit carries in makes the next dearer", SHARED, (EARLY,), "ann early",
          people=burdened(duties=3)),
    costs(41, "up to twenty a full share", SHARED, (EARLY,), "ann early", people=burdened(duties=99)),
    costs(1, "what all units carry in does not", SHARED, (EARLY,), "ann early", people=burdened(duties=3)[:1]),
    costs(1, "nor when history is not asked", f.priced("unit_share", 1, history=False), (EARLY,), "ann early",
          people=burdened(duties=3)),
    costs(0, "people without a unit are not counted", SHARED, (EARLY,), "ann early"),
    costs(3, "nights only", f.priced("unit_share", 3, measure="nights"), (EARLY, NIGHT), "ann early", "ann night",
          people=TWO_UNITS),
    costs(4, "hours", f.priced("unit_share", 1, measure="hours"), (f.run("r", 0, 8),), "ann r run", people=TWO_UNITS),
    costs(9, "begun ones too", f.priced("unit_share", 1, measure="hours"), (f.run("r", 0, 8, 2 + MINUTE),),
          "ann r run", people=TWO_UNITS),
]  # fmt: skip

# --- groups ---------------------------------------------------------------------------------------------------
PAIRED = {"groups": [["ann", "bao"]]}
ONE_DAY, TWO_DAYS = (EARLY, LATE), (EARLY, LATE, NEXT_EARLY)
DEPUTIES = [
    legal("one of them is there", f.law("deputies", **PAIRED), ONE_DAY, "ann early", people=two()),
    legal("both are", f.law("deputies", **PAIRED), ONE_DAY, "ann early", "bao late", people=two()),
    illegal("both are off", f.law("deputies", **PAIRED), ONE_DAY, people=two()),
    illegal("on one of the days", f.law("deputies", **PAIRED), TWO_DAYS, "ann early", "bao late", people=two()),
    legal("they take turns", f.law("deputies", **PAIRED), TWO_DAYS, "ann early", "bao early1", people=two()),
    illegal("somebody else does not count", f.law("deputies", **PAIRED), ONE_DAY, "chen early",
            people=(*two(), f.person("chen"))),
    legal("a group of one is none", f.law("deputies", groups=[["ann"]]), ONE_DAY, people=two()),
    costs(12, "priced, each day costs", f.priced("deputies", 6, **PAIRED), TWO_DAYS, people=two()),
    costs(0, "for which nothing is owed", f.priced("deputies", 6, **PAIRED), ONE_DAY, "bao late", people=two()),
]  # fmt: skip

# --- vehicles -------------------------------------------------------------------------------------------------
DRIVES = f.law("vehicle", positions=["run"])
BY_VAN = f.run("r", 0, 8, vehicle="van")
NO_LICENCE = ann(qualifications=(Holding("recorder"),))
VEHICLE = [
    legal("a driver with the licence", DRIVES, (BY_VAN,), "ann r run"),
    illegal("a driver without", DRIVES, (BY_VAN,), "ann r run", people=NO_LICENCE),
    illegal("one that has expired", DRIVES, (BY_VAN,), "ann r run", people=ann(qualifications=(
        Holding("leader", None, f.at(-1, 0).date()),))),
    legal("one that ends on the day", DRIVES, (BY_VAN,), "ann r run", people=ann(qualifications=(
        Holding("leader", None, f.MONDAY),))),
    illegal("both licences of a vehicle that asks for two", DRIVES, (f.run("r", 0, 8, vehicle="cart"),), "ann r run",
            people=ann(qualifications=(Holding("leader"),))),
    legal("a run without a vehicle", DRIVES, (f.run("r", 0, 8),), "ann r run", people=NO_LICENCE),
    legal("another seat than the driver's", f.law("vehicle"), (BY_VAN,), "ann r run", people=NO_LICENCE),
    illegal("one vehicle in two places", DRIVES, (BY_VAN, f.run("s", 0, 9, vehicle="van")), "ann r run", "bao s run",
            people=two()),
    legal("one after the other", DRIVES, (BY_VAN, f.run("s", 0, 10, vehicle="van")), "ann r run", "bao s run",
          people=two()),
    legal("two vehicles", DRIVES, (BY_VAN, f.run("s", 0, 9, vehicle="cart")), "ann r run", "bao s run", people=two()),
    legal("one of them stays empty", DRIVES, (BY_VAN, f.run("s", 0, 9, vehicle="van")), "bao s run", people=two()),
]  # fmt: skip

# --- standby --------------------------------------------------------------------------------------------------
READY = tuple(f.shift(f"s{i}", i // 3, name, TWO, kind="standby", vehicle="van")
              for i, name in enumerate(("early", "late", "night", "early", "late")))  # fmt: skip
OVERLAPPING = (f.duty("a", 0, 6, 8, TWO, kind="standby"), f.duty("b", 0, 10, 8, TWO, kind="standby"))
CALLED = (f.shift("s0", 0, "early", (replace(TWO[0], max=3).with_activated(["ann"]), f.seat("lead")), kind="standby"),)
AT_LEAST, NO_LONGER = f.law("standby_cover", at_least=1), f.law("standby_cover", max_hours=16)


def stood(day: int, starts: float, hours: float) -> PastDuty:
    return f.past(day, starts, hours, kind="standby")


STANDBY_COVER = [
    legal("somebody at any time", AT_LEAST, READY[:2], "ann s0", "bao s1", people=two()),
    illegal("nobody for some of it", AT_LEAST, READY[:2], "ann s0", people=two()),
    legal("other duties are not looked at", AT_LEAST, (EARLY,)),
    legal("one duty may cover for another", f.law("standby_cover", at_least=2), OVERLAPPING[:1], "ann a", "bao a",
          people=two()),
    illegal("but not before it begins", AT_LEAST, OVERLAPPING, "bao b", people=two()),
    legal("only the position asked", f.law("standby_cover", at_least=1, positions=["lead"]), READY[:1]),
    legal("only the vehicles asked", f.law("standby_cover", at_least=1, vehicle_types=["cart"]), READY[:1]),
    illegal("which count", f.law("standby_cover", at_least=1, vehicle_types=["van"]), READY[:1]),
    legal("only the posts asked", f.law("standby_cover", at_least=1, posts=["market"]), READY[:1]),
    costs(10, "priced, each head short costs", f.priced("standby_cover", 5, at_least=2), READY[:1]),
    costs(15, "in each set that runs", f.priced("standby_cover", 5, at_least=2), READY[:2], "ann s0"),
    legal("whoever was activated counts", AT_LEAST, CALLED, people=two()),
    legal("beside those who still stand by", f.law("standby_cover", at_least=2), CALLED, "bao s0", people=two()),
    illegal("and once only", f.law("standby_cover", at_least=2), CALLED, people=two()),
    illegal("when the rule speaks for them", f.law("standby_cover", at_least=1, population={"people": ["bao"]}), CALLED,
            people=two()),
    illegal("and from the position asked", f.law("standby_cover", at_least=1, positions=["lead"]), CALLED,
            people=two()),
    legal("as long as allowed", NO_LONGER, READY, "ann s0", "ann s1"),
    illegal("longer", NO_LONGER, READY, "ann s0", "ann s1", "ann s2"),
    legal("with a break", NO_LONGER, READY, "ann s0", "ann s1", "ann s3"),
    illegal("one that is too long by itself", NO_LONGER, (f.duty("x", 0, 6, 16 + MINUTE, kind="standby"),), "ann x"),
    illegal("what began before counts", NO_LONGER, READY, "ann s0", "ann s1", people=ann(history=(stood(-1, 22, 8),))),
    legal("before a break it does not", NO_LONGER, READY, "ann s0", "ann s1", people=ann(history=(stood(-1, 21, 8),))),
    legal("nor if it was something else", NO_LONGER, READY, "ann s0", "ann s1",
          people=ann(history=(f.past(-1, 22, 8, night=True),))),
    legal("the past alone is no breach", NO_LONGER, READY, "ann s1",
          people=ann(history=(stood(-1, 6, 8), stood(-1, 14, 8), stood(-1, 22, 8)))),
    costs(5, "priced, each shortest stretch too long costs", f.priced("standby_cover", 5, max_hours=16), READY,
          "ann s0", "ann s1", "ann s2"),
    costs(10, "one more is two", f.priced("standby_cover", 5, max_hours=16), READY,
          "ann s0", "ann s1", "ann s2", "ann s3"),
]  # fmt: skip

EXAMPLES = {
    "distance": DISTANCE,
    "inspector_independence": INSPECTOR_INDEPENDENCE,
    "rotation": ROTATION,
    "unit_share": UNIT_SHARE,
    "deputies": DEPUTIES,
    "vehicle": VEHICLE,
    "standby_cover": STANDBY_COVER,
}
