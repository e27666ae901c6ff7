"""仙桃市: more than 1,100 cadres arrive in forty communities over five days, and 165 village teams of 3.7 people.

The communities open one gate after the other as people arrive, and can be staffed. The villages cannot: 603
people hold 165 posts for 24 hours by two heads a shift, which is 42 turns a week for teams of three or four.
That is so on purpose: the pre-flight check has to say it before anything is solved.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from .draft import DAY, HOUR, Draft, Need, Slot
from .laws import usual_law
from .roll import Plan, Roll, area, mean_it, near, post, staffed, stay_away, usual_wishes
from .rota import Caps
from .town import Town, rule
from .words import GATE, SERVICE_DESK, THREE_SHIFTS, Piece, seat, template, terms

IDENTITY = {"id": "xiantao", "name": "仙桃市（示例）", "name_en": "Xiantao city (demo)"}
COMMUNITIES, CADRES = 40, 1_120
ARRIVALS = (0.36, 0.2, 0.18, 0.16, 0.1)
"""The share of the cadres that arrives on each of the first days, at noon of the day before they may serve."""
VILLAGES, VILLAGERS = 165, 603
SECOND_GATE, PAIRS = 2, 3
"""The days from which the second gate is held, and from which gates are held by two."""
MIDDLE = (30.36, 113.45)
CAPS = {
    "cadre": ("下沉干部约定", "Seconded cadre", Caps(hours_week=48, duties=6, nights=3)),
    "community": ("社区工作者约定", "Community worker", Caps(hours_week=48, duties=6, nights=2)),
    "village": ("村工作队约定", "Village team", Caps(hours_week=48, duties=6, nights=3)),
}
BUREAUS = (("finance", "市财政局", "City finance bureau"), ("education", "市教育局", "City education bureau"),
           ("water", "市水利局", "City water bureau"), ("housing", "市住建局", "City housing bureau"),
           ("trade", "市商务局", "City trade bureau"), ("culture", "市文旅局", "City culture bureau"))  # fmt: skip
PAIR = template("gate-pair", "小区双岗", "Compound gate held by two", seat("guard", 1, 2, 2, 4))
VILLAGE_POST = template("village-post", "村口值守", "Village entrance", seat("guard", 2, 2, 2, 4))


def make(random: Random, start: date) -> Town:
    """The city for the week from `start`."""
    areas, posts = _places(random, start)
    roll = Roll(random, "xt", 5)
    _communities(roll)
    _villages(roll)
    roll.speak(start, 0, lambda p: 0.03)
    _arrive(roll.people, random)
    units = terms(*BUREAUS, ("communities", "社区居委会", "Residents' committees"),
                  ("villages", "村工作队", "Village teams"))  # fmt: skip
    plan = Plan(
        IDENTITY, start, random, roll.people, CAPS, units, areas, posts, [THREE_SHIFTS],
        [GATE, PAIR, SERVICE_DESK, VILLAGE_POST], _rules(), may_take=_may_take,
    )  # fmt: skip
    return plan.finish(last_week=lambda slot: not (slot.post or "").startswith("gate-"))


def _may_take(person: Draft, slot: Slot, _: Need) -> bool:
    """Nobody served before they came."""
    return slot.start >= 0 or person.category != "cadre"


def _places(random: Random, start: date) -> tuple[list[Piece], list[Piece]]:
    areas = [area("city", "仙桃市", "Xiantao city"), area("country", "乡村", "Countryside", "city")]
    posts: list[Piece] = []
    paired, before = start + timedelta(days=PAIRS), start + timedelta(days=PAIRS - 1)
    opens = start + timedelta(days=SECOND_GATE)
    for number in range(1, COMMUNITIES + 1):
        community, name, name_en = f"community-{number:02d}", f"第 {number} 社区", f"Community {number}"
        middle = near(random, MIDDLE, 0.05)
        areas.append(area(community, name, name_en, "city", middle))
        for side, zh, en, first in (("north", "北门", "north gate", None), ("south", "南门", "south gate", opens)):
            posts.append(
                post(f"gate-{number:02d}-{side}", f"{name}{zh}", f"{name_en}, {en}", community, "gate", "yellow",
                     near(random, middle, 0.004), staffed("gate", "three-shifts", first=first, last=before),
                     staffed("gate-pair", "three-shifts", first=paired))
            )  # fmt: skip
        posts.append(
            post(f"desk-{number:02d}", f"{name}服务台", f"{name_en}, desk", community, "desk", "white",
                 near(random, middle, 0.004), staffed("service-desk", "three-shifts", "day", "evening"))
        )  # fmt: skip
    for number in range(1, VILLAGES + 1):
        posts.append(
            post(f"village-{number:03d}", f"{number} 号村口", f"Village entrance {number}", "country", "checkpoint",
                 "yellow", near(random, MIDDLE, 0.3), staffed("village-post", "three-shifts"))
        )  # fmt: skip
    return areas, posts


def _communities(roll: Roll) -> None:
    """Seven workers of its own in each community, and the cadres who are sent there."""
    for number in range(COMMUNITIES):
        community = f"community-{number + 1:02d}"
        own = roll.add(7, "worker", "community", "communities", community, areas=[community])
        for person in own[:4]:
            person.hold("leader")
        for cadre in range(CADRES * number // COMMUNITIES, CADRES * (number + 1) // COMMUNITIES):
            bureau = BUREAUS[cadre % len(BUREAUS)][0]
            [person] = roll.add(1, "cadre", "cadre", bureau, community, areas=[community], tags={"party_member"})
            if cadre % 5 == 0:
                person.hold("leader")


def _villages(roll: Roll) -> None:
    """Teams of three or four, 3.7 on average, each bound to its own village's entrance."""
    for number in range(VILLAGES):
        members = VILLAGERS * (number + 1) // VILLAGES - VILLAGERS * number // VILLAGES
        roll.add(members, "volunteer", "village", "villages", "country", posts=[f"village-{number + 1:03d}"])


def _arrive(people: list[Draft], random: Random) -> None:
    """Cadres cannot serve before they arrive; in the villages what people say stays said."""
    for person in people:
        if person.category == "cadre":
            [day] = random.choices(range(len(ARRIVALS)), ARRIVALS)
            person.tags |= {f"arrives_day_{day + 1}"}
            if day:
                stay_away(person, 0, (day - 1) * DAY + 12 * HOUR)
        elif person.contract == "village":
            mean_it(person)


def _rules() -> list[Piece]:
    return [
        *usual_law(),
        rule("min_max_duties", hard=True, max=1, per="day"),
        *usual_wishes(*CAPS),
        rule("category_order", weight=1, order=["cadre", "worker"]),
        rule("team_mix", hard=False, weight=2, same_unit_at_most=1, kinds=["shift"],
             population={"categories": ["cadre"]}),
    ]  # fmt: skip
