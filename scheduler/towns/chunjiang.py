"""春江街道: 29 checkpoints, 388 key places on thirteen patrol routes, and a truck inspection that opens overnight.

Every key place lies in the area of one route, is visited on each day and reported on the same day. The truck
post opens on the window's third night; each truck that is let through gets one escort for the way there and
back. A service desk and a commander complete it; 2,000 people.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from .draft import DAY, DAYS, HOUR, Slot
from .laws import usual_law
from .roll import Plan, Roll, area, near, post, staffed, usual_wishes
from .rota import Caps
from .single import single
from .town import Town, rule
from .words import ONE_N_FOUR, SERVICE_DESK, THREE_SHIFTS, Piece, seat, shift, template, terms

IDENTITY = {"id": "chunjiang", "name": "春江街道（示例）", "name_en": "Chunjiang sub-district (demo)"}
PEOPLE, CHECKPOINTS, PLACES, ROUTES = 2_000, 29, 388, 13
TRUCK_NIGHT = 2
"""The day of the window in whose evening the truck post opens."""
TRUCKS_A_NIGHT = 14
ESCORT_MINUTES = 90
MIDDLE = (30.0, 119.95)
CAPS = {
    "staff": ("工作人员约定", "Staff", Caps(hours_week=48, duties=6, nights=3)),
    "volunteer": ("志愿者约定", "Volunteer", Caps(hours_week=40, duties=5, nights=2)),
}
UNITS = terms(
    ("street", "街道办事处", "Street office"),
    ("market-office", "市场监管所", "Market supervision office"),
    ("school-office", "教育指导中心", "Education office"),
    ("police-station", "派出所", "Police station"),
    ("transport-office", "交通运输站", "Transport office"),
    ("clinic", "社区卫生服务中心", "Community clinic"),
    ("residents", "居民志愿者", "Residents"),
    ("companies", "企业志愿者", "Companies' volunteers"),
)
OWNERS = ("market-office", "school-office", "transport-office", "clinic")
"""Who looks after the places of a route by trade; their people do not inspect it."""
PLACE_TYPES = (("药店", "Pharmacy"), ("超市", "Supermarket"), ("旅馆", "Guest house"), ("农贸市场", "Market"),
               ("餐馆", "Restaurant"), ("学校", "School"), ("理发店", "Hairdresser"))  # fmt: skip
ROUTE_DAY: Piece = {
    "id": "route-day", "name": "巡查班（7.5 小时）", "name_en": "Patrol of 7.5 hours",
    "shifts": [shift("patrol", "巡查", "Patrol", "08:30", "16:00")],
}  # fmt: skip
TRUCK_PATTERN: Piece = {
    "id": "truck-night", "name": "货车查验夜班", "name_en": "Truck inspection at night",
    "shifts": [shift("overnight", "夜查", "Overnight", "20:00", "06:00", night=True)],
}  # fmt: skip
PATROL = template("patrol", "场所巡查", "Patrol", seat("inspector", 1, 1, 2, 4),
                  seat("reporter", 1, 1, 1, 3, "recorder"))  # fmt: skip
TRUCK_TEAM = template("truck-inspection", "货车查验", "Truck inspection", seat("leader", 1, 1, 1, 5, "leader"),
                      seat("verifier", 2, 3, 4, 4), seat("recorder", 1, 1, 1, 4, "recorder"))  # fmt: skip
COMMAND = template("command", "指挥", "Command", seat("commander", 1, 1, 1, 5, "point_leader"))
MORE_POSITIONS = terms(
    ("inspector", "巡查员", "Inspector"), ("reporter", "报送员", "Reporter"), ("escort", "押运", "Escort"),
    ("commander", "指挥长", "Commander"),
)  # fmt: skip


def make(random: Random, start: date) -> Town:
    """The sub-district for the week from `start`."""
    areas, posts = _places(random, start)
    roll = _people(random, posts)
    roll.speak(start, 12, lambda p: 0.03 if p.contract == "staff" else 0.05)
    [trucks] = [p for p in posts if p["id"] == "truck-post"]
    owner = {p["id"]: p["unit"] for p in posts if "unit" in p}
    plan = Plan(
        IDENTITY, start, random, roll.people, CAPS, UNITS, areas, posts, [THREE_SHIFTS, ROUTE_DAY, TRUCK_PATTERN],
        [ONE_N_FOUR, PATROL, TRUCK_TEAM, SERVICE_DESK, COMMAND], _rules(),
        singles=_escorts(start, trucks),
        positions=MORE_POSITIONS,
        may_take=lambda person, slot, need: need.position != "inspector" or owner[slot.post or ""] != person.unit,
    )  # fmt: skip
    return plan.finish()


def _places(random: Random, start: date) -> tuple[list[Piece], list[Piece]]:
    areas = [area("street", "春江街道", "Chunjiang sub-district")]
    posts = [
        post("command-post", "指挥部", "Command post", "street", "command", "red", MIDDLE,
             staffed("command", "three-shifts")),
        post("service-desk", "便民服务台", "Service desk", "street", "desk", "white", MIDDLE,
             staffed("service-desk", "three-shifts", "day", "evening")),
        post("truck-post", "货车临时查验点", "Pop-up truck inspection", "street", "checkpoint", "red",
             near(random, MIDDLE, 0.05),
             staffed("truck-inspection", "truck-night", first=start + timedelta(days=TRUCK_NIGHT))),
    ]  # fmt: skip
    for number in range(1, CHECKPOINTS + 1):
        grid = f"grid-{number:02d}"
        areas.append(area(grid, f"第 {number} 网格", f"Grid {number}", "street"))
        posts.append(
            post(f"post-{number:02d}", f"{number} 号卡口", f"Checkpoint {number}", grid, "checkpoint", "yellow",
                 near(random, MIDDLE, 0.04), staffed("1+N+4", "three-shifts"))
        )  # fmt: skip
    for number in range(1, ROUTES + 1):
        route = f"route-{number:02d}"
        areas.append(area(f"{route}-area", f"第 {number} 巡查线路", f"Patrol route {number}", "street"))
        posts.append(
            post(route, f"巡查线路 {number}", f"Patrol route {number}", f"{route}-area", "route", "green",
                 near(random, MIDDLE, 0.03), staffed("patrol", "route-day"), unit=OWNERS[number % len(OWNERS)])
        )  # fmt: skip
    for number in range(PLACES):
        kind, kind_en = PLACE_TYPES[number % len(PLACE_TYPES)]
        name, name_en = f"重点场所 {number + 1}（{kind}）", f"{kind_en}, key place {number + 1}"
        route, at = f"route-{number % ROUTES + 1:02d}-area", near(random, MIDDLE, 0.03)
        posts.append(post(f"place-{number + 1:03d}", name, name_en, route, "key_place", "white", at))
    return areas, posts


def _people(random: Random, posts: list[Piece]) -> Roll:
    roll = Roll(random, "cj", 4)
    roll.add(7, "cadre", "staff", "street", "street", "point_leader", "leader", posts=["command-post"])
    roll.add(6, "worker", "staff", "street", "street", "leader", posts=["service-desk"])
    roll.add(10, "volunteer", "volunteer", "residents", "street", posts=["service-desk"])
    _truck_people(roll)
    routes = [p["id"] for p in posts if p["type"] == "route"]
    for number, route in enumerate(routes):
        pair = [route, routes[number - 1]]
        for unit in (OWNERS[number % len(OWNERS)], OWNERS[(number + 1) % len(OWNERS)]):
            roll.add(3, "worker", "staff", unit, f"{route}-area", "recorder", posts=pair)
        roll.add(5, "volunteer", "volunteer", "companies", f"{route}-area", posts=pair)
    checkpoints = [p for p in posts if p["type"] == "checkpoint" and p["id"] != "truck-post"]
    remaining = PEOPLE - len(roll.people)
    for number, checkpoint in enumerate(checkpoints):
        count = remaining * (number + 1) // len(checkpoints) - remaining * number // len(checkpoints)
        _checkpoint_people(roll, checkpoint, count)
    return roll


def _truck_people(roll: Roll) -> None:
    """The post's own staff, and those who ride along."""
    roll.add(5, "police", "staff", "police-station", "street", "leader", posts=["truck-post"])
    roll.add(16, "worker", "staff", "transport-office", "street", posts=["truck-post"])
    roll.add(6, "worker", "staff", "transport-office", "street", "recorder", posts=["truck-post"])
    roll.add(40, "volunteer", "volunteer", "companies", "street", posts=["truck-post"], tags={"escort"})


def _checkpoint_people(roll: Roll, checkpoint: Piece, count: int) -> None:
    """Cadres who lead, recorders, and volunteers of the grid; some of them have a day job."""
    place, grid = [checkpoint["id"]], checkpoint["area"]
    roll.add(7, "cadre", "staff", "street", grid, "leader", posts=place, tags={"party_member"})
    roll.add(8, "volunteer", "volunteer", "residents", grid, "recorder", posts=place)
    roll.add(10, "volunteer", "volunteer", "companies", grid, posts=place, tags={"day_job"})
    roll.add(4, "volunteer", "volunteer", "residents", grid, posts=place, tags={"first_timer"})
    roll.add(count - 29, "volunteer", "volunteer", "residents", grid, posts=place)


def _escorts(start: date, trucks: Piece) -> list[tuple[Piece, Slot]]:
    """One head rides along with each truck and comes back; trucks leave between 20:30 and 04:00.

    Those that leave after the window's last midnight belong to the next week.
    """
    made = []
    for night in range(TRUCK_NIGHT, DAYS):
        for truck in range(TRUCKS_A_NIGHT):
            leaves = night * DAY + 20 * HOUR + 30 + truck * 450 // TRUCKS_A_NIGHT // 15 * 15
            if leaves < DAYS * DAY:
                id_, name = f"escort-{night + 1}-{truck + 1:02d}", f"第 {truck + 1} 车押运"
                made.append(
                    single(id_, "errand_run", start, (leaves, leaves + ESCORT_MINUTES), trucks,
                           [seat("escort", 1, 1, 1, 3)], shift=("escort", name), night=True)
                )  # fmt: skip
    return made


def _rules() -> list[Piece]:
    return [
        *usual_law(run_hours=1),
        rule("min_max_duties", hard=True, max=1, per="day", kinds=["shift"]),
        rule("min_max_duties", hard=True, max=2, per="day", kinds=["errand_run"]),
        rule("team_mix", hard=True, at_most=2, members={"tags": ["first_timer"]}, kinds=["shift"]),
        rule("inspector_independence", hard=True, positions=["inspector"]),
        *usual_wishes(*CAPS),
        rule("category_order", weight=1, order=["volunteer", "worker", "police", "cadre"]),
    ]
