"""安国路社区: 29 core staff and 200 volunteers hold thirteen compounds and run errands, in one problem.

Gates are held in three unequal shifts (08–15, 15–22, 22–08). Sixty orders a day become about twelve errand
runs from one distribution point, with four cargo tricycles; three areas are disinfected three times a day.
Whoever is on a run is not at a gate, and rest is owed for both.
"""

from __future__ import annotations

from datetime import date
from random import Random

from .draft import DAYS, HOUR, Draft, Slot
from .habits import avoid_nights, pair_households, say_week
from .names import Names
from .orders import disinfection_runs, errand_runs, orders
from .rota import Caps, Law, Rota
from .town import Town, assemble, earlier_totals, rule, run_slot, slots_of, witness_of
from .words import DISTRIBUTION, GATE, GATE_RELIEVED, NIGHT_DUTY, ONE_HEAD_THREE, UNEQUAL_SHIFTS, Piece, contract, terms

IDENTITY = {"id": "anguolu", "name": "安国路社区（示例）", "name_en": "Anguolu community (demo)"}
UNITS = terms(
    ("community", "社区居委会", "Residents' committee"),
    ("property", "物业公司", "Property company"),
    ("youth-league", "区团委青年突击队", "District youth league team"),
    ("residents", "居民志愿者", "Residents"),
    ("health-station", "社区卫生服务站", "Community health station"),
)
COMPOUND_NAMES = [f"{number} 号院" for number in range(1, 14)]
COMPOUNDS = [f"compound-{number:02d}" for number in range(1, 14)]
PARTS = (
    ("part-north", "安国路北片", "North part", COMPOUNDS[:5]),
    ("part-middle", "安国路中片", "Middle part", COMPOUNDS[5:9]),
    ("part-south", "安国路南片", "South part", COMPOUNDS[9:]),
)
VEHICLES = [{"id": f"tricycle-{number}", "name": f"电动三轮车 {number} 号"} for number in range(1, 5)]
BANDS = ((8 * HOUR, 15 * HOUR), (15 * HOUR, 22 * HOUR), (22 * HOUR, 24 * HOUR))
CAPS = {
    "core": Caps(hours_week=52, duties=7, nights=3),
    "volunteer": Caps(hours_week=40, duties=5, nights=2),
    "student": Caps(hours_week=24, duties=4, nights=2),
}
CONTRACTS = [
    contract("core", "核心工作人员约定", "Core staff", max_hours_24h=12, max_hours_7d=52, max_nights=3, max_duties=7),
    contract("volunteer", "志愿者约定", "Volunteer", max_hours_24h=12, max_hours_7d=40, max_nights=2, max_duties=5,
             share_percent=80),
    contract("student", "学生约定", "Student", max_hours_24h=10, max_hours_7d=24, max_duties=4, share_percent=50),
]  # fmt: skip


def make(random: Random, start: date) -> Town:
    """The community for the week from `start`."""
    areas, posts = _places(random)
    people = _people(random, start)
    home_area = {c: part for part, _, _, compounds in PARTS for c in compounds}
    runs = errand_runs(
        orders(random, len(COMPOUNDS)), start, COMPOUND_NAMES, [home_area[c] for c in COMPOUNDS],
        [v["id"] for v in VEHICLES],
    )  # fmt: skip
    runs += disinfection_runs(start, [(part, name) for part, name, _, _ in PARTS])
    templates = [GATE, GATE_RELIEVED, DISTRIBUTION, ONE_HEAD_THREE, NIGHT_DUTY]
    law = Law(
        CAPS, after_night_hours=12, run_hours=1, a_day=2, runs_need="experienced", few=3,
        nights_by_opt_in=lambda p: p.contract == "student",
    )  # fmt: skip
    rota = Rota(start, people, law, random, _may_serve)
    slots = slots_of(posts, [UNEQUAL_SHIFTS], templates, -DAYS, DAYS)
    rota.fill(slots + [run_slot(*run) for run in runs])
    earlier_totals(people, random, 2, {"core": 5, "volunteer": 3, "student": 3})
    document = assemble(
        IDENTITY, start, people, posts, _rules(people), UNITS, areas, CONTRACTS, [UNEQUAL_SHIFTS], templates,
        vehicles=VEHICLES, errand_runs=[piece for piece, _, _ in runs],
    )  # fmt: skip
    vacant = tuple((s.post or s.run or "", s.start, position) for s, position in rota.vacant if s.start >= 0)
    return Town(document, witness_of(people), vacant)


def _may_serve(person: Draft, slot: Slot) -> bool:
    """A few volunteers help at their own compound's gate only."""
    return not person.bound_posts or slot.post in person.bound_posts


def _places(random: Random) -> tuple[list[Piece], list[Piece]]:
    areas: list[Piece] = [{"id": "anguolu", "name": "安国路社区", "name_en": "Anguolu community"}]
    posts = [
        _post("office", "社区值班室", "Community office", "anguolu", "desk", "white", random, [
            {"template": "one-head-three-officers", "pattern": "unequal-shifts", "shifts": ["day"]},
            {"template": "night-duty", "pattern": "unequal-shifts", "shifts": ["evening", "night"]},
        ]),
        _post("distribution", "物资分拨点", "Distribution point", "anguolu", "distribution", "red", random, [
            {"template": "distribution", "pattern": "unequal-shifts", "shifts": ["day", "evening"]},
        ]),
    ]  # fmt: skip
    for part, name, name_en, compounds in PARTS:
        areas.append({"id": part, "name": name, "name_en": name_en, "parent": "anguolu"})
        for compound in compounds:
            number = COMPOUNDS.index(compound)
            areas.append(
                {"id": compound, "name": COMPOUND_NAMES[number], "name_en": f"Compound {number + 1}", "parent": part}
            )
            relieved = [
                {"template": "gate-relieved", "pattern": "unequal-shifts", "shifts": ["day", "evening"]},
                {"template": "gate", "pattern": "unequal-shifts", "shifts": ["night"]},
            ]
            staffing = relieved if number % 3 == 0 else [{"template": "gate", "pattern": "unequal-shifts"}]
            title, title_en = f"{COMPOUND_NAMES[number]}小门", f"Gate of compound {number + 1}"
            posts.append(_post(f"gate-{number + 1:02d}", title, title_en, compound, "gate", "yellow", random, staffing))
    return areas, posts


def _post(
    id_: str, name: str, name_en: str, area: str, kind: str, colour: str, random: Random, staffing: list[Piece]
) -> Piece:
    return {
        "id": id_, "name": name, "name_en": name_en, "area": area, "type": kind, "colour": colour,
        "latitude": round(30.25 + random.uniform(-0.006, 0.006), 5),
        "longitude": round(120.17 + random.uniform(-0.006, 0.006), 5),
        "staffing": staffing,
    }  # fmt: skip


def _people(random: Random, start: date) -> list[Draft]:
    names, people = Names(random, 3), list[Draft]()
    rows = (
        (22, "worker", "core", "community"),
        (7, "medic", "core", "health-station"),
        (30, "worker", "volunteer", "property"),
        (40, "volunteer", "student", "youth-league"),
        (130, "volunteer", "volunteer", "residents"),
    )
    for count, category, contract_id, unit in rows:
        for member in range(count):
            number = len(people)
            person = Draft(
                f"ag{number + 1:03d}", names.person(), category, contract_id, unit, COMPOUNDS[number % len(COMPOUNDS)],
                phone=names.phone(), share={"core": 1.4, "volunteer": 0.8, "student": 0.5}[contract_id],
                home=f"gate-{number % len(COMPOUNDS) + 1:02d}",
            )  # fmt: skip
            _skills(person, member, random)
            people.append(person)
    pair_households([p for p in people if p.unit == "residents"], "hh", 8, random)
    for person in people:
        if person.unit == "residents" and random.random() < 0.2:
            avoid_nights(person, (22 * HOUR, 32 * HOUR))
        if random.random() < 0.12:
            person.opt_ins |= {"nights_welcome"}
        core = person.contract == "core"
        say_week(person, start, random, BANDS, job="day_job" in person.tags, away=0.03 if core else 0.08)
    return people


def _skills(person: Draft, member: int, random: Random) -> None:
    """What a person can do, by where they come from."""
    if person.unit == "community":
        person.hold("leader", *(("recorder",) if member < 16 else ("driver",)))
        person.tags |= {"experienced"}
        person.home = "office"
    elif person.unit == "health-station":
        person.hold("medic", "disinfection")
        person.tags |= {"experienced"}
        person.home = "office"
    elif person.unit == "property":
        person.hold("disinfection", "driver")
        person.tags |= {"experienced"}
    else:
        _volunteer_skills(person, random)


def _volunteer_skills(person: Draft, random: Random) -> None:
    if random.random() < 0.3:
        person.hold("driver")
    if random.random() < 0.2:
        person.hold("disinfection")
    if random.random() < 0.45:
        person.tags |= {"experienced"}
    elif random.random() < 0.3:
        person.tags |= {"first_timer"}
    if person.contract == "volunteer" and random.random() < 0.25:
        person.tags |= {"day_job"}
    elif person.contract == "volunteer" and random.random() < 0.15 and person.home:
        person.bound_posts = [person.home]


def _rules(people: list[Draft]) -> list[Piece]:
    friends = [p.id for p in people if p.unit == "youth-league"][:2]
    heads = [p.id for p in people if p.unit == "community" and "leader" in p.qualifications][:2]
    return [
        rule("one_duty_at_a_time"),
        rule("min_rest", hours=11, after_night_hours=12, run_hours=1),
        rule("rest_after_nights", nights=3, hours=24),
        rule("availability", avoid_weight=5, prefer_weight=2),
        rule("qualification"),
        rule("bound_posts", hard=True),
        rule("cover", below_ideal_weight=20),
        rule("max_hours", hard=True, hours=40, window_days=7),
        rule("max_hours", hard=True, hours=12, window_days=1),
        rule("max_nights", hard=True, max=3, in_a_row=3, window_days=7),
        rule("max_nights", hard=True, max=0, window_days=7, id="students_sleep", waived_by="nights_welcome",
             population={"contracts": ["student"]}),
        rule("min_max_duties", hard=True, max=2, per="day"),
        rule("min_max_duties", hard=True, max=7, per="window"),
        rule("day_off", hard=True, min=1, window_days=7),
        rule("apart", hard=True, households=True, scope="shift"),
        rule("apart", hard=False, weight=4, groups=[heads], households=False, scope="duty"),
        rule("together", hard=False, weight=2, groups=[friends]),
        rule("team_mix", hard=True, at_least=1, members={"tags": ["experienced"]}, kinds=["errand_run"]),
        rule("team_mix", hard=True, at_most=3, members={"tags": ["first_timer"]}, kinds=["shift", "errand_run"]),
        rule("min_max_duties", hard=False, weight=2, max=3, per="window", kinds=["errand_run"]),
        rule("min_max_duties", hard=False, weight=3, min=3, per="window", population={"contracts": ["core"]}),
        rule("max_nights", hard=False, weight=6, max=1, in_a_row=2, window_days=7,
             population={"categories": ["volunteer"]}),
        rule("day_off", hard=False, weight=3, min=2, window_days=7),
        rule("continuity", weight=1),
        rule("category_order", weight=2, order=["volunteer", "worker", "medic"], kinds=["errand_run"]),
        *(
            rule("fair_share", weight=2, measure="duties", population={"contracts": [c]}, id=f"{c}_share")
            for c in CAPS
        ),
        rule("fair_share", weight=3, measure="nights", population={"categories": ["volunteer", "worker"]}),
        rule("fair_share", weight=2, measure="weekends", population={"contracts": ["volunteer"]}),
        rule("stability", move_weight=10, add_weight=2),
    ]  # fmt: skip
