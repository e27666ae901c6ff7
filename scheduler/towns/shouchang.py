"""寿昌镇: 28 village posts by 1+N+4 and one expressway checkpoint, three shifts, about 600 people.

2,940 village seats a week at five a team. Villagers serve in their own village, militia and the cadres who
look after a cluster serve in its seven villages, the expressway has people of its own.
Two seats cannot be filled, on purpose: in one village every recorder is away for a night, in another the
recorders' training has expired or they are away for an evening.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from .draft import DAY, DAYS, HOUR, Draft, Slot
from .habits import avoid_nights, pair_households, say_week
from .names import Names
from .rota import Caps, Law, Rota
from .shouchang_rules import TRAINING_DAY, rules
from .town import Town, assemble, earlier_totals, slots_of, witness_of
from .words import CONTRACTS, EXPRESSWAY, ONE_N_FOUR, POINT_DAY, POINT_LEADER, THREE_SHIFTS, Piece, terms

IDENTITY = {"id": "shouchang", "name": "寿昌镇（示例）", "name_en": "Shouchang town (demo)"}
TOWN_AREA, EXIT_AREA, EXIT_POST = "town", "exit", "post-exit"
CLUSTERS = terms(
    ("east", "城东片", "East cluster"),
    ("west", "城西片", "West cluster"),
    ("north", "城北片", "North cluster"),
    ("south", "城南片", "South cluster"),
)
VILLAGES = {
    "east": (
        ("石溪", "Shixi"), ("柳塘", "Liutang"), ("桥下", "Qiaoxia"), ("乌岩", "Wuyan"),
        ("卜家", "Bujia"), ("大塘", "Datang"), ("杏岸", "Xing'an"),
    ),
    "west": (
        ("绿荷", "Lühe"), ("十八桥", "Shibaqiao"), ("山峰", "Shanfeng"), ("陈垄", "Chenlong"),
        ("余坞", "Yuwu"), ("河南里", "Henanli"), ("童家", "Tongjia"),
    ),
    "north": (
        ("周家", "Zhoujia"), ("石马", "Shima"), ("白艾", "Bai'ai"), ("南浦", "Nanpu"),
        ("金桥", "Jinqiao"), ("翠坑", "Cuikeng"), ("小江", "Xiaojiang"),
    ),
    "south": (
        ("航头", "Hangtou"), ("高桥", "Gaoqiao"), ("梅岭", "Meiling"), ("柏坑", "Baikeng"),
        ("灵山", "Lingshan"), ("溪沿", "Xiyan"), ("新桥", "Xinqiao"),
    ),
}  # fmt: skip
UNITS = terms(
    ("party-office", "镇党政办", "Town party and government office"),
    ("construction-office", "镇村建办", "Town construction office"),
    ("finance-office", "镇财政所", "Town finance office"),
    ("agriculture-office", "镇农业办", "Town agriculture office"),
    ("clinic", "镇卫生院", "Town clinic"),
    ("militia-company", "镇民兵连", "Militia company"),
    ("school", "镇初级中学", "Town middle school"),
    ("rescue-team", "蓝盾救援队", "Blue Shield rescue team"),
)
BANDS = ((0, 8 * HOUR), (8 * HOUR, 16 * HOUR), (16 * HOUR, 24 * HOUR))
CAPS = {
    "cadre": Caps(hours_week=56, duties=6),
    "militia": Caps(hours_week=56, duties=6),
    "volunteer": Caps(hours_week=48, duties=6, nights=3),
    "student": Caps(hours_week=24, duties=3, nights=1),
    "medic": Caps(hours_week=40, duties=5, nights=2),
}
SHARE = {"cadre": 1.0, "militia": 1.05, "volunteer": 1.0, "student": 0.5, "medic": 0.9}


@dataclass
class _Making:
    """What grows while the town is made."""

    random: Random
    start: date
    names: Names = field(init=False)
    people: list[Draft] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.names = Names(self.random, 1)

    def person(self, category: str, contract: str, area: str, unit: str | None = None) -> Draft:
        made = Draft(
            f"sc{len(self.people) + 1:03d}", self.names.person(), category, contract, unit, area,
            phone=self.names.phone(), share=SHARE[contract],
        )  # fmt: skip
        self.people.append(made)
        return made


def make(random: Random, start: date) -> Town:
    """The town for the week from `start`."""
    making = _Making(random, start)
    areas, posts = _places(random)
    villages = [p for p in posts if p["id"] != EXIT_POST]
    for post in villages:
        _villagers(making, post)
    for key in VILLAGES:
        _cluster_people(making, key, [p["id"] for p in villages if p["id"].startswith(f"post-{key}")])
    _expressway_people(making)
    _habits(making)
    _shortages(making, villages)
    rota = _rota(making)
    templates, patterns = [ONE_N_FOUR, EXPRESSWAY, POINT_LEADER], [THREE_SHIFTS, POINT_DAY]
    rota.fill(slots_of(posts, patterns, templates, -DAYS, DAYS))
    earlier_totals(making.people, random, 2, {name: caps.duties - 1 for name, caps in CAPS.items()})
    document = assemble(
        IDENTITY, start, making.people, posts, rules(start, making.people), [*UNITS, *_village_units()], areas,
        CONTRACTS, patterns, templates,
    )  # fmt: skip
    vacant = tuple((s.post or "", s.start, position) for s, position in rota.vacant if s.start >= 0)
    return Town(document, witness_of(making.people), vacant)


# --- places ---------------------------------------------------------------------------------------------
def _village_rows() -> list[tuple[str, str, str, str]]:
    """(cluster, key, name, name_en) of each village."""
    return [
        (cluster, f"{cluster}-{number}", name, name_en)
        for cluster, villages in VILLAGES.items()
        for number, (name, name_en) in enumerate(villages, 1)
    ]


def _village_units() -> list[Piece]:
    return terms(*((f"village-{key}", f"{name}村", f"{name_en} village") for _, key, name, name_en in _village_rows()))


def _places(random: Random) -> tuple[list[Piece], list[Piece]]:
    areas: list[Piece] = [{"id": TOWN_AREA, "name": "寿昌镇", "name_en": "Shouchang town"}]
    areas += [{"id": EXIT_AREA, "name": "高速出口", "name_en": "Expressway exit", "parent": TOWN_AREA}]
    areas += [{**cluster, "parent": TOWN_AREA} for cluster in CLUSTERS]
    posts: list[Piece] = [_post(EXIT_POST, "高速出口卡口", "Expressway checkpoint", EXIT_AREA, "red", random)]
    posts[0]["staffing"] = [
        {"template": "point-leader", "pattern": "point-day"},
        {"template": "expressway", "pattern": "three-shifts"},
    ]
    for cluster, key, name, name_en in _village_rows():
        areas.append({"id": key, "name": f"{name}村", "name_en": f"{name_en} village", "parent": cluster})
        post = _post(f"post-{key}", f"{name}村口", f"{name_en} village entrance", key, "yellow", random)
        post["staffing"] = [{"template": "1+N+4", "pattern": "three-shifts"}]
        posts.append(post)
    return areas, posts


def _post(id_: str, name: str, name_en: str, area: str, colour: str, random: Random) -> Piece:
    return {
        "id": id_, "name": name, "name_en": name_en, "area": area, "type": "checkpoint", "colour": colour,
        "latitude": round(29.36 + random.uniform(-0.05, 0.05), 5),
        "longitude": round(119.22 + random.uniform(-0.06, 0.06), 5),
    }  # fmt: skip


# --- people ---------------------------------------------------------------------------------------------
def _villagers(making: _Making, post: Piece) -> None:
    """Two village cadres and fourteen or so villagers, bound to their own village."""
    random, area = making.random, post["area"]
    unit = f"village-{area}"
    team = [making.person("cadre", "cadre", area, unit) for _ in range(2)]
    for cadre in team:
        cadre.hold("leader")
        cadre.tags |= {"party_member"}
    volunteers = [making.person("volunteer", "volunteer", area, unit) for _ in range(14)]
    for person in volunteers[:3]:
        person.hold("leader")
        person.tags |= {"party_member"}
    for person in volunteers[3:10]:
        person.hold("recorder")
    for person in volunteers[10:]:
        if random.random() < 0.25:
            person.tags |= {"day_job"}
        if random.random() < 0.15:
            person.tags |= {"first_timer"}
        if random.random() < 0.25:
            person.tags |= {"party_member"}
    team += volunteers
    if random.random() < 0.75:
        student = making.person("volunteer", "student", area, "school")
        student.tags |= {"student"}
        if random.random() < 0.3:
            student.opt_ins |= {"nights_welcome"}
        team.append(student)
    for person in team:
        person.bound_areas, person.home = [area], post["id"]


def _cluster_people(making: _Making, cluster: str, posts: list[str]) -> None:
    """Militia and town cadres who serve in all villages of a cluster."""
    groups = [("militia", "militia", "militia-company")] * 14 + [("volunteer", "volunteer", "rescue-team")] * 3
    offices = ("construction-office", "finance-office", "agriculture-office")
    groups += [("cadre", "cadre", offices[i % 3]) for i in range(13)]
    for number, (category, contract, unit) in enumerate(groups):
        person = making.person(category, contract, cluster, unit)
        person.bound_areas, person.home = [cluster], posts[number % len(posts)]
        if category == "cadre":
            person.hold("leader")
            person.tags |= {"party_member"}
        if category == "militia" and making.random.random() < 0.3:
            person.tags |= {"party_member"}


def _expressway_people(making: _Making) -> None:
    """The checkpoint's own people: four point leaders, team leaders, recorders, medics, rescue volunteers."""
    rows = (
        (4, "cadre", "cadre", "party-office", ("point_leader", "leader")),
        (9, "cadre", "cadre", "party-office", ("leader", "recorder")),
        (6, "cadre", "cadre", "finance-office", ("recorder",)),
        (6, "medic", "medic", "clinic", ("medic",)),
        (12, "volunteer", "volunteer", "rescue-team", ()),
        (5, "militia", "militia", "militia-company", ()),
    )
    for count, category, contract, unit, held in rows:
        for _ in range(count):
            person = making.person(category, contract, EXIT_AREA, unit)
            person.bound_posts, person.home = [EXIT_POST], EXIT_POST
            person.hold(*held)
            if category == "cadre":
                person.tags |= {"party_member"}


def _habits(making: _Making) -> None:
    random = making.random
    pair_households([p for p in making.people if p.category == "volunteer"], "hh", 24, random)
    for person in making.people:
        if "student" in person.tags:
            for day in range(DAYS):
                if (making.start + timedelta(days=day)).weekday() < 5:
                    person.say(day * DAY + 8 * HOUR, day * DAY + 16 * HOUR, "unavailable")
        if person.category != "cadre" and random.random() < 0.12:
            avoid_nights(person, BANDS[0])
        if random.random() < 0.1:
            person.opt_ins |= {"nights_welcome"}
        away = 0.02 if person.category in ("cadre", "militia") else 0.04
        say_week(person, making.start, random, BANDS, job="day_job" in person.tags, away=away)


def _shortages(making: _Making, villages: list[Piece]) -> None:
    """The two seats that nobody can take."""
    random = making.random
    first, second = random.sample([p["area"] for p in villages], 2)
    night, evening = TRAINING_DAY * DAY, (TRAINING_DAY + 2) * DAY + 16 * HOUR
    for person in _recorders(making, first):
        _away(person, night, night + 8 * HOUR)
    for number, person in enumerate(_recorders(making, second)):
        if number == 0:
            person.qualifications["recorder"] = (None, making.start + timedelta(days=evening // DAY - 1))
        else:
            _away(person, evening, evening + 8 * HOUR)


def _recorders(making: _Making, area: str) -> list[Draft]:
    return [p for p in making.people if p.area == area and "recorder" in p.qualifications]


def _away(person: Draft, start: int, end: int) -> None:
    """Away for certain; whatever they had said of that time gives way."""
    person.spans = [s for s in person.spans if not s.overlaps(start, end)]
    person.say(start, end, "unavailable", firm=True)


def _rota(making: _Making) -> Rota:
    def may_serve(person: Draft, slot: Slot) -> bool:
        cluster = (slot.area or "").split("-")[0]
        return slot.post in person.bound_posts or slot.area in person.bound_areas or cluster in person.bound_areas

    law = Law(
        CAPS,
        after_night_hours=12,
        nights_by_opt_in=lambda p: p.contract == "student",
    )
    return Rota(making.start, making.people, law, making.random, may_serve)


