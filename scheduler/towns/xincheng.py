"""新城社区: one large community of 20,000 residents whose single-exit compounds are held by 168 seconded cadres.

Three units send 56 cadres each. 26 compound gates are guarded in three shifts, the eight largest have a
reliever by day and in the evening; a service desk is open from 08:00 to midnight, and every evening callers
ring forty households each. Nights are for those who said that nights are welcome. Nine people come out of
ten or more days in a row: the rule set owes them a day off at the border of the window.
"""

from __future__ import annotations

from datetime import date
from random import Random

from .draft import DAY, DAYS, HOUR, Draft
from .habits import avoid_nights, pair_households, say_week
from .names import Names
from .rota import Caps, Law, Rota
from .town import Town, assemble, earlier_totals, rule, run_piece, run_slot, slots_of, witness_of
from .words import GATE, GATE_RELIEVED, SERVICE_DESK, THREE_SHIFTS, Piece, contract, seat, terms

IDENTITY = {"id": "xincheng", "name": "新城社区（示例）", "name_en": "Xincheng community (demo)"}
UNITS = terms(
    ("housing-bureau", "区住建局", "District housing bureau"),
    ("culture-bureau", "区文旅局", "District culture and tourism bureau"),
    ("market-bureau", "区市场监管局", "District market supervision bureau"),
)
A_UNIT = 56
GRIDS = terms(
    ("grid-1", "东苑网格", "East garden grid"),
    ("grid-2", "西苑网格", "West garden grid"),
    ("grid-3", "南苑网格", "South garden grid"),
    ("grid-4", "北苑网格", "North garden grid"),
)
COMPOUNDS = (
    "锦绣", "澜庭", "翠湖", "和风", "春晓", "映月", "听松", "观澜", "兰桂", "枫林", "碧水", "云栖", "晴川",
    "桃源", "梧桐", "望山", "银杏", "朝阳", "紫薇", "丹桂", "怡景", "安澜", "沁园", "明珠", "玉兰", "长风",
)  # fmt: skip
LARGE = 8
HISTORY_DAYS = 14
STREAKS = 9
CALLERS = "电话随访（每人 40 户）"
BANDS = ((0, 8 * HOUR), (8 * HOUR, 16 * HOUR), (16 * HOUR, 24 * HOUR))
CAPS = {"cadre": Caps(hours_week=48, duties=6, nights=3), "part-time": Caps(hours_week=32, duties=4, nights=2)}
CONTRACTS = [
    contract("cadre", "下沉干部约定", "Seconded cadre", max_hours_24h=12, max_hours_7d=48),
    contract("part-time", "半脱产约定", "Half-time seconded", max_hours_24h=12, max_hours_7d=32, max_duties=4,
             share_percent=60),
]  # fmt: skip


def make(random: Random, start: date) -> Town:
    """The community for the week from `start`."""
    areas, posts = _places(random)
    people = _people(random, start)
    runs = [_call_round(start, day) for day in range(DAYS)]
    templates = [GATE, GATE_RELIEVED, SERVICE_DESK]
    gates = [p["id"] for p in posts if p["id"].startswith("gate-")]
    streaks = _streaks(random, people, gates)
    law = Law(CAPS, run_hours=2, nights_by_opt_in=lambda person: True)
    rota = Rota(start, people, law, random, lambda person, slot: True, streaks=streaks)
    slots = slots_of(posts, [THREE_SHIFTS], templates, -HISTORY_DAYS, DAYS)
    rota.fill(slots + [run_slot(run, d * DAY + 19 * HOUR, d * DAY + 21 * HOUR) for d, run in enumerate(runs)])
    earlier_totals(people, random, 2, {"cadre": 4, "part-time": 4})
    document = assemble(
        IDENTITY, start, people, posts, _rules(people), UNITS, areas, CONTRACTS, [THREE_SHIFTS], templates,
        errand_runs=runs,
    )  # fmt: skip
    vacant = tuple((s.post or s.run or "", s.start, position) for s, position in rota.vacant if s.start >= 0)
    return Town(document, witness_of(people), vacant)


def _places(random: Random) -> tuple[list[Piece], list[Piece]]:
    areas: list[Piece] = [{"id": "community", "name": "新城社区", "name_en": "Xincheng community"}]
    areas += [{**grid, "parent": "community"} for grid in GRIDS]
    posts: list[Piece] = [
        {
            "id": "desk", "name": "社区服务台", "name_en": "Community service desk", "area": "community",
            "type": "desk", "colour": "white", "latitude": 30.305, "longitude": 120.105,
            "staffing": [{"template": "service-desk", "pattern": "three-shifts", "shifts": ["day", "evening"]}],
        }
    ]  # fmt: skip
    for number, name in enumerate(COMPOUNDS, 1):
        area = GRIDS[number % len(GRIDS)]["id"]
        large = number <= LARGE
        staffing: list[Piece] = [{"template": "gate", "pattern": "three-shifts"}]
        if large:
            staffing = [
                {"template": "gate-relieved", "pattern": "three-shifts", "shifts": ["day", "evening"]},
                {"template": "gate", "pattern": "three-shifts", "shifts": ["night"]},
            ]
        posts.append({
            "id": f"gate-{number:02d}", "name": f"{name}小区出口", "name_en": f"Compound {number} gate", "area": area,
            "type": "gate", "colour": "yellow",
            "latitude": round(30.3 + random.uniform(-0.01, 0.01), 5),
            "longitude": round(120.1 + random.uniform(-0.01, 0.01), 5),
            "staffing": staffing,
        })  # fmt: skip
    return areas, posts


def _people(random: Random, start: date) -> list[Draft]:
    names, people = Names(random, 2), list[Draft]()
    gates = [f"gate-{number:02d}" for number in range(1, len(COMPOUNDS) + 1)]
    for unit in UNITS:
        for member in range(A_UNIT):
            number = len(people) + 1
            contract_id = "part-time" if member % 7 == 6 else "cadre"
            person = Draft(
                f"xc{number:03d}", names.person(), "cadre", contract_id, unit["id"],
                GRIDS[number % len(GRIDS)]["id"], phone=names.phone(), share=0.6 if contract_id == "part-time" else 1.0,
                home=gates[number % len(gates)],
            )  # fmt: skip
            if member % 6 == 0:
                person.hold("leader")
            if random.random() < 0.55:
                person.opt_ins |= {"nights_welcome"}
            if random.random() < 0.12:
                person.tags |= {"first_timer"}
            people.append(person)
    pair_households(people, "hh", 4, random)
    for person in people:
        if "nights_welcome" in person.opt_ins and random.random() < 0.1:
            avoid_nights(person, BANDS[0])
        say_week(person, start, random, BANDS, away=0.05)
    return people


def _streaks(random: Random, people: list[Draft], gates: list[str]) -> dict[tuple[str, int, str], Draft]:
    """Nine people who have stood at one gate by day for ten to twelve days up to the border."""
    tired = random.sample([p for p in people if p.contract == "cadre" and not p.household], STREAKS)
    return {
        (gate, day, "day"): person
        for person, gate in zip(tired, random.sample(gates, STREAKS), strict=True)
        for day in range(-random.randint(10, 12), 0)
    }


def _call_round(start: date, day: int) -> Piece:
    minutes = (day * DAY + 19 * HOUR, day * DAY + 21 * HOUR)
    seats = [seat("caller", 4, 6, 8, 2)]
    return run_piece(f"calls-{day + 1}", CALLERS, start, minutes, "社区服务中心", "community", None, seats)


def _rules(people: list[Draft]) -> list[Piece]:
    tandem = [p.id for p in people if p.unit == "culture-bureau" and "leader" in p.qualifications][:2]
    deputies = [p.id for p in people if p.unit == "housing-bureau" and "leader" in p.qualifications][:2]
    return [
        rule("one_duty_at_a_time"),
        rule("min_rest", hours=11, run_hours=2),
        rule("rest_after_nights", nights=3, hours=24),
        rule("availability", avoid_weight=5, prefer_weight=2),
        rule("qualification"),
        rule("cover", below_ideal_weight=20),
        rule("max_hours", hard=True, hours=48, window_days=7),
        rule("max_hours", hard=True, hours=12, window_days=1),
        rule("max_nights", hard=True, max=3, in_a_row=3, window_days=7),
        rule("max_nights", hard=True, max=0, window_days=7, id="nights_by_choice", waived_by="nights_welcome"),
        rule("min_max_duties", hard=True, max=1, per="day", kinds=["shift"]),
        rule("min_max_duties", hard=True, max=6, per="window"),
        rule("day_off", hard=True, min=1, window_days=7),
        rule("apart", hard=True, households=True, scope="shift"),
        rule("apart", hard=False, weight=5, groups=[deputies], households=False, scope="shift"),
        rule("together", hard=False, weight=2, groups=[tandem]),
        rule("team_mix", hard=False, weight=3, same_unit_at_most=4, kinds=["errand_run"]),
        rule("team_mix", hard=True, at_most=2, members={"tags": ["first_timer"]}, kinds=["shift", "errand_run"]),
        rule("max_nights", hard=False, weight=4, max=2, in_a_row=2, window_days=7),
        rule("min_max_duties", hard=False, weight=4, min=2, per="window", population={"contracts": ["cadre"]}),
        rule("day_off", hard=False, weight=3, min=2, window_days=7),
        rule("continuity", weight=2),
        rule("fair_share", weight=2, measure="duties", population={"contracts": ["cadre"]}),
        rule("fair_share", weight=2, measure="duties", population={"contracts": ["part-time"]}, id="half_time_share"),
        rule("fair_share", weight=3, measure="nights", population={"contracts": ["cadre"]}),
        rule("fair_share", weight=2, measure="weekends", population={"contracts": ["cadre"]}),
        rule("stability", move_weight=10, add_weight=2),
    ]
