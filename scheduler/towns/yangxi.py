"""洋溪街道: fifteen compound grids with four named roles each, coloured posts, and an expressway exit of eight sources.

On the map red is goods, yellow a checkpoint, green testing, white a restricted lane. The second expressway exit
is held day and night by 120 volunteers whom eight organisations send, fifteen each.
"""

from __future__ import annotations

from datetime import date
from random import Random

from .laws import usual_law
from .roll import Plan, Roll, area, near, post, staffed, usual_wishes
from .rota import Caps
from .town import Town, rule
from .words import EXPRESSWAY, GATE, GRID_FOUR, GRID_ROLES, THREE_SHIFTS, Piece, seat, shift, template, terms

IDENTITY = {"id": "yangxi", "name": "洋溪街道（示例）", "name_en": "Yangxi sub-district (demo)"}
GRIDS = 15
A_SOURCE = 15
SOURCES = (
    ("youth-league", "团市委志愿者", "Youth league"), ("militia-company", "民兵连", "Militia company"),
    ("rescue-team", "曙光救援队", "Dawn rescue team"), ("school", "中学教师", "School teachers"),
    ("power-company", "供电公司", "Power company"), ("bank", "农商银行", "Rural bank"),
    ("veterans", "退役军人服务站", "Veterans' service"), ("chamber", "青年商会", "Young merchants"),
)  # fmt: skip
MIDDLE = (29.47, 119.28)
CAPS = {
    "named": ("网格四人约定", "Named role", Caps(hours_week=48, duties=6, nights=0)),
    "volunteer": ("志愿者约定", "Volunteer", Caps(hours_week=32, duties=4, nights=2)),
    "medic": ("医务约定", "Medic", Caps(hours_week=40, duties=5, nights=0)),
}
GRID_DAY: Piece = {
    "id": "grid-day", "name": "网格日班（8 小时）", "name_en": "Grid day of 8 hours",
    "shifts": [shift("day", "日班", "Day", "08:30", "16:30")],
}  # fmt: skip
GOODS = template("goods", "物资交接", "Goods", seat("sorter", 1, 2, 3, 3))
TESTING = template("testing", "采样点", "Testing", seat("medic", 1, 1, 1, 5, "medic"),
                   seat("recorder", 1, 1, 1, 4, "recorder"), seat("guide", 1, 1, 2, 2))  # fmt: skip
LANE = template("lane", "限行通道", "Restricted lane", seat("guard", 1, 1, 1, 3))
EXIT = {**EXPRESSWAY, "id": "second-exit", "name": "高速二出口", "name_en": "Second expressway exit"}


def make(random: Random, start: date) -> Town:
    """The sub-district for the week from `start`."""
    areas, posts = _places(random)
    roll, pairs = _people(random)
    roll.speak(start, 8, lambda p: 0.03 if p.contract == "named" else 0.05)
    units = terms(("street", "街道办事处", "Street office"), ("residents", "居民志愿者", "Residents"),
                  ("clinic", "卫生服务中心", "Clinic"), *SOURCES)  # fmt: skip
    plan = Plan(
        IDENTITY, start, random, roll.people, CAPS, units, areas, posts, [THREE_SHIFTS, GRID_DAY],
        [GRID_FOUR, GATE, GOODS, TESTING, LANE, EXIT], _rules(pairs),
        positions=terms(*GRID_ROLES), qualifications=terms(*GRID_ROLES),
    )  # fmt: skip
    return plan.finish()


def _places(random: Random) -> tuple[list[Piece], list[Piece]]:
    """Each grid with its desk and its yellow gate; every other one with goods, every third with testing or a lane."""
    areas = [area("street", "洋溪街道", "Yangxi sub-district"), area("exit", "高速二出口", "Second exit", "street")]
    posts = [post("post-exit", "高速二出口卡口", "Second expressway exit", "exit", "checkpoint", "yellow",
                  near(random, MIDDLE, 0.03), staffed("second-exit", "three-shifts"))]  # fmt: skip
    for number in range(1, GRIDS + 1):
        grid, middle = f"grid-{number:02d}", near(random, MIDDLE, 0.02)
        areas.append(area(grid, f"第 {number} 小区网格", f"Compound grid {number}", "street"))
        rows = [("desk", "网格值班", "grid desk", "desk", "blue", staffed("grid-four", "grid-day")),
                ("gate", "卡口", "checkpoint", "checkpoint", "yellow", staffed("gate", "three-shifts"))]  # fmt: skip
        if number % 2 == 0:
            how = staffed("goods", "three-shifts", "day", "evening")
            rows.append(("goods", "物资点", "goods", "goods", "red", how))
        if number % 3 == 0:
            rows.append(("testing", "采样点", "testing", "testing", "green", staffed("testing", "grid-day")))
        if number % 3 == 1:
            how = staffed("lane", "three-shifts", "day")
            rows.append(("lane", "限行通道", "restricted lane", "lane", "white", how))
        for key, zh, en, kind, colour, how in rows:
            at, name_en = near(random, middle, 0.003), f"Compound grid {number}, {en}"
            posts.append(post(f"{key}-{number:02d}", f"第 {number} 网格{zh}", name_en, grid, kind, colour, at, how))
    return areas, posts


def _people(random: Random) -> tuple[Roll, list[list[str]]]:
    """The people, and the pairs of holder and deputy."""
    roll, pairs = Roll(random, "yx", 9), []
    for number in range(1, GRIDS + 1):
        grid = f"grid-{number:02d}"
        for role, _, _ in GRID_ROLES:
            category = "worker" if role == "social_worker" else "cadre"
            holders = roll.add(2, category, "named", "street", grid, role, posts=[f"desk-{number:02d}"])
            pairs.append([p.id for p in holders])
        roll.add(5, "volunteer", "volunteer", "residents", grid, "recorder", areas=[grid])
        roll.add(10, "volunteer", "volunteer", "residents", grid, areas=[grid])
    roll.add(12, "medic", "medic", "clinic", "street", "medic", areas=["street"])
    for source, _, _ in SOURCES:
        category = "militia" if source == "militia-company" else "volunteer"
        team = roll.add(A_SOURCE, category, "volunteer", source, "exit", posts=["post-exit"])
        for person in team[:4]:
            person.hold("leader")
        for person in team[4:10]:
            person.hold("recorder")
    return roll, pairs


def _rules(pairs: list[list[str]]) -> list[Piece]:
    return [
        *usual_law(),
        rule("min_max_duties", hard=True, max=1, per="day"),
        rule("deputies", hard=True, groups=pairs),
        rule("team_mix", hard=False, weight=3, same_unit_at_most=3, posts=["post-exit"]),
        *usual_wishes(*CAPS),
        rule("unit_share", weight=1, measure="duties", population={"units": [s for s, _, _ in SOURCES]}),
    ]
