"""A town that is at work at this very moment: two posts with three shifts, of which one began two hours ago."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from models.records import RosterVersion
from models.store import Store
from scheduler.problem import Assignment
from scheduler.roster import Report

from .service import PASSWORD
from .small_town import CADRES, VOLUNTEERS, ZONE, seat

HOURS_BEFORE = 2
SHIFT_HOURS = 8
POSTS = (("bridge", "桥头卡口", "Bridge checkpoint", "east"), ("gate", "西门卡口", "West gate", "west"))
SEATS = (("leader", 1), ("verify", 2), ("record", 1))
LEGAL = Report(violations=(), costs={}, objective=0, vacancy_objective=0, vacancies=())


def begins() -> datetime:
    """When the shift under way began: a full hour, at least two hours ago."""
    now = datetime.now(ZoneInfo(ZONE))
    return now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=HOURS_BEFORE)


def document(town: str, posts: tuple[tuple[str, str, str, str], ...] = POSTS) -> dict[str, Any]:
    """Four days around now; in each shift seven hours are left, or six."""
    first = begins()
    hours = [(first.hour + i * SHIFT_HOURS) % 24 for i in range(3)]
    names = ("早班", "中班", "夜班")
    order = sorted(hours, key=lambda h: (h < 5, h))  # whatever starts in the small hours is the night's
    kinds = {hour: (i, name) for i, (hour, name) in enumerate(zip(order, names, strict=True))}
    shifts = [
        {
            "id": f"s{i}",
            "name": kinds[hour][1],
            "start": f"{hour:02}:00",
            "end": f"{(hour + SHIFT_HOURS) % 24:02}:00",
            "night": kinds[hour][0] == 2,
        }
        for i, hour in enumerate(hours)
    ]
    start = (first - timedelta(days=1)).date()
    return {
        "format": "sanban-problem",
        "version": 1,
        "town": {"id": town, "name": "小镇（示例）", "name_en": "Small town (demo)"},
        "zone": ZONE,
        "start": start.isoformat(),
        "days": 4,
        "categories": [{"id": "volunteer", "name": "志愿者", "name_en": "Volunteer"}],
        "positions": [
            {"id": "leader", "name": "组长", "name_en": "Team leader"},
            {"id": "verify", "name": "查验", "name_en": "Verifier"},
            {"id": "record", "name": "录入", "name_en": "Recorder"},
        ],
        "areas": [
            {"id": "town", "name": "小镇", "name_en": "Small town"},
            {"id": "east", "name": "东片", "name_en": "East side", "parent": "town"},
            {"id": "west", "name": "西片", "name_en": "West side", "parent": "town"},
        ],
        "shift_patterns": [{"id": "three", "name": "三班", "shifts": shifts}],
        "staffing_templates": [
            {"id": "team", "name": "一加三", "seats": [seat(p) | {"ideal": n, "max": n} for p, n in SEATS]}
        ],
        "posts": [
            {"id": id_, "name": name, "name_en": english, "area": area,
             "staffing": [{"template": "team", "pattern": "three"}]}
            for id_, name, english, area in posts
        ],
        "people": [
            {"id": f"p{i:02}", "name": name, "category": "volunteer", "phone": f"1540000{i:04}"}
            for i, name in enumerate((*CADRES, *VOLUNTEERS), 1)
        ],
        "rules": [{"rule": "one_duty_at_a_time"}],
    }  # fmt: skip


def at_work(store: Store, town: str, **more: Any) -> RosterVersion:
    """The town with a published roster, its organiser (of the same name) and a leader."""
    made = document(town, **more)
    store.load_town(made)
    store.accounts.create(town, "刘组织", PASSWORD, "organiser", town)
    store.accounts.create(f"{town}-leader", "赵点长", PASSWORD, "point_leader", town)
    week = store.weeks.list(town)[0].start
    duties = sorted((d.value for d in store.weeks.duties(town, week)), key=lambda d: (d.start, d.id))
    people = len(made["people"])
    taken, seats = 0, []
    for duty in duties:
        for demand in duty.seats:
            for _ in range(demand.ideal):
                seats.append(Assignment(f"p{taken % people + 1:02}", duty.id, demand.position))
                taken += 1
    draft = store.rosters.save_draft(town, week, seats, origin="edit", by="test")
    return store.rosters.publish(town, week, draft.number, draft.revision, by="test", report=LEGAL)
