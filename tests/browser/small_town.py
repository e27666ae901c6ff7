"""A hand-made town for the browser: two checkpoints, one errand run a day, twenty-five people.

The week is the coming Monday's, so that its duties lie ahead of whoever looks. One seat cannot be filled: on
Wednesday night the west gate asks for a recorder, and all three recorders said that they are away.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from scheduler import substitutes
from scheduler.problem import Assignment, Problem

TOWN = "xiaozhen"
ZONE = "Asia/Shanghai"
DAYS = 7
WEDNESDAY = 2
SHIFTS = (("day", "早班", "08:00", "16:00"), ("evening", "中班", "14:00", "22:00"), ("night", "夜班", "22:00", "06:00"))
RECORDERS = ("p07", "p08", "p09")
CADRES = ("何晓岚", "程立群", "罗子谦", "唐雨桐", "魏长青", "姚书琪")
VOLUNTEERS = (
    "沈佳宁", "陆明哲", "高云舟", "夏知行", "何建平", "吴思远", "方一鸣", "顾小满", "邵一帆", "蒋文博",
    "苏映雪", "梁望舒", "韩青禾", "曹子安", "董新月", "田野", "任远帆", "白露", "石磊",
)  # fmt: skip


def coming_monday() -> date:
    today = datetime.now(ZoneInfo(ZONE)).date()
    return today + timedelta(days=7 - today.weekday())


def instant(day: date, hour: int) -> str:
    midnight = datetime.combine(day, datetime.min.time(), ZoneInfo(ZONE))
    return (midnight + timedelta(hours=hour)).isoformat()


def people(monday: date) -> list[dict[str, Any]]:
    away = monday + timedelta(days=WEDNESDAY)
    found = []
    for i, name in enumerate((*CADRES, *VOLUNTEERS), 1):
        person: dict[str, Any] = {
            "id": f"p{i:02d}",
            "name": name,
            "category": "cadre" if i <= len(CADRES) else "volunteer",
            "unit": "town-hall" if i <= len(CADRES) else "village",
            "phone": f"1540000{i:04d}",
        }
        if i <= len(CADRES):
            person["qualifications"] = [{"id": "leader"}]
        if person["id"] in RECORDERS:
            person["qualifications"] = [{"id": "recorder"}]
            span = {"start": instant(away, 12), "end": instant(away, 36), "status": "unavailable"}
            person["availability"] = [span]
        found.append(person)
    return found


def seat(position: str, priority: int = 3, qualification: str = "") -> dict[str, Any]:
    return {
        "position": position,
        "min": 1,
        "ideal": 1,
        "max": 1,
        "priority": priority,
        "qualifications": [qualification] if qualification else [],
    }


def document(town: str = TOWN) -> dict[str, Any]:
    """The problem document of the coming week, under any id."""
    monday = coming_monday()
    pattern = {"pattern": "three"}
    return {
        "format": "sanban-problem",
        "version": 1,
        "town": {"id": town, "name": "小镇（示例）", "name_en": "Small town (demo)"},
        "zone": ZONE,
        "start": monday.isoformat(),
        "days": DAYS,
        "categories": [
            {"id": "cadre", "name": "干部", "name_en": "Cadre"},
            {"id": "volunteer", "name": "志愿者", "name_en": "Volunteer"},
        ],
        "units": [
            {"id": "town-hall", "name": "镇政府", "name_en": "Town hall"},
            {"id": "village", "name": "东村", "name_en": "East village"},
        ],
        "qualifications": [
            {"id": "leader", "name": "组长资格", "name_en": "Team leader"},
            {"id": "recorder", "name": "录入培训", "name_en": "Recorder training"},
        ],
        "positions": [
            {"id": "leader", "name": "组长", "name_en": "Team leader"},
            {"id": "guide", "name": "引导", "name_en": "Guide"},
            {"id": "recorder", "name": "录入", "name_en": "Recorder"},
            {"id": "runner", "name": "跑腿", "name_en": "Runner"},
        ],
        "areas": [
            {"id": "town", "name": "小镇", "name_en": "Small town"},
            {"id": "east", "name": "东片", "name_en": "East side", "parent": "town"},
            {"id": "west", "name": "西片", "name_en": "West side", "parent": "town"},
        ],
        "shift_patterns": [
            {
                "id": "three",
                "name": "三班",
                "shifts": [{"id": i, "name": n, "start": s, "end": e, "night": i == "night"} for i, n, s, e in SHIFTS],
            }
        ],
        "staffing_templates": [
            {"id": "pair", "name": "一加一", "seats": [seat("leader", 4, "leader"), seat("guide")]},
            {"id": "guides", "name": "一人", "seats": [seat("guide")]},
            {"id": "recorded", "name": "一加录入", "seats": [seat("guide"), seat("recorder", 4, "recorder")]},
        ],
        "posts": [
            {
                "id": "bridge",
                "name": "桥头卡口",
                "name_en": "Bridge checkpoint",
                "area": "east",
                "staffing": [
                    {"template": "pair", **pattern, "shifts": ["day"]},
                    {"template": "guides", **pattern, "shifts": ["evening", "night"]},
                ],
            },
            {
                "id": "west-gate",
                "name": "西门卡口",
                "name_en": "West gate",
                "area": "west",
                "staffing": [
                    {"template": "guides", **pattern, "shifts": ["day", "evening"]},
                    {"template": "recorded", **pattern, "shifts": ["night"]},
                ],
            },
        ],
        "errand_runs": [
            {
                "id": f"run-{i + 1}",
                "name": "买菜送药",
                "start": instant(monday + timedelta(days=i), 9),
                "end": instant(monday + timedelta(days=i), 11),
                "place": "粮油店 → 东村",
                "area": "east",
                "seats": [seat("runner")],
            }
            for i in range(DAYS)
        ],
        "people": people(monday),
        "rules": [
            {"rule": "one_duty_at_a_time"},
            {"rule": "min_rest", "hours": 11},
            {"rule": "availability"},
            {"rule": "qualification"},
            {"rule": "cover"},
            {"rule": "max_hours", "hours": 40, "window_days": 7},
            {"rule": "max_nights", "max": 3, "window_days": 7},
            {"rule": "fair_share", "measure": "duties", "weight": 1},
            {"rule": "fair_share", "measure": "nights", "weight": 2},
            {"rule": "stability"},
        ],
    }


def roster(problem: Problem) -> list[Assignment]:
    """Everybody's duties by hand: seat after seat the best who may, as an organiser with patience would do it."""
    made: list[Assignment] = []
    for duty in sorted(problem.duties, key=lambda d: (d.start, d.id)):
        for demand in duty.seats:
            best = substitutes.rank(problem, made, duty.id, demand.position, limit=1).candidates
            made += [Assignment(c.person, duty.id, demand.position) for c in best]
    return made
