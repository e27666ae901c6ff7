"""A small invented town that uses every kind of master data, and rosters of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from models.store import Store
from scheduler.problem import Assignment, Duty
from scheduler.roster import Report, Violation
from scheduler.text import Text

TOWN = "taohua"
MONDAY = date(2026, 11, 23)
NEXT = date(2026, 11, 30)
ZONE = "Asia/Shanghai"
PEOPLE = 9
LEGAL = Report(violations=(), costs={}, objective=0, vacancy_objective=0, vacancies=())
BROKEN = Report(
    violations=(
        Violation("min_rest", "p0", ("gate/2026-11-23/day",), 60, "minutes", True, Text("休息不足", "too little rest")),
    ),
    costs={},
    objective=0,
    vacancy_objective=0,
    vacancies=(),
)


def person(i: int, **more: Any) -> dict[str, Any]:
    return {"id": f"p{i}", "name": f"桃花{i}号", "category": "volunteer", "unit": "school", "area": "lane"} | more


def document(town: str = TOWN, zone: str = ZONE, start: date = MONDAY, **changes: Any) -> dict[str, Any]:
    """Two posts with a day and a night shift, one task, nine people."""
    day = start.isoformat()
    body: dict[str, Any] = {
        "format": "sanban-problem",
        "version": 1,
        "town": {"id": town, "name": "桃花镇", "name_en": "Taohua"},
        "zone": zone,
        "start": day,
        "days": 7,
        "categories": [{"id": "volunteer", "name": "志愿者"}, {"id": "cadre", "name": "干部", "name_en": "cadre"}],
        "units": [{"id": "school", "name": "学校"}, {"id": "idle", "name": "无人单位"}],
        "qualifications": [{"id": "recorder", "name": "录入员"}],
        "positions": [{"id": "verify", "name": "查验"}, {"id": "record", "name": "录入"}],
        "areas": [{"id": "town", "name": "全镇"}, {"id": "lane", "name": "巷子", "parent": "town"}],
        "contracts": [{"id": "half", "name": "半勤", "share_percent": 50}],
        "vehicles": [{"id": "van", "name": "面包车", "gearbox": "manual"}],
        "shift_patterns": [
            {
                "id": "two",
                "name": "两班",
                "shifts": [
                    {"id": "day", "name": "白班", "start": "08:00", "end": "20:00"},
                    {"id": "night", "name": "夜班", "start": "20:00", "end": "08:00", "night": True},
                ],
            }
        ],
        "staffing_templates": [
            {
                "id": "team",
                "name": "查验组",
                "seats": [
                    {"position": "verify", "min": 1, "ideal": 1, "max": 2},
                    {"position": "record", "min": 1, "ideal": 1, "max": 1, "qualifications": ["recorder"]},
                ],
            }
        ],
        "posts": [
            {"id": "gate", "name": "东门", "area": "lane", "staffing": [{"template": "team", "pattern": "two"}]},
            {
                "id": "bridge",
                "name": "大桥",
                "staffing": [{"template": "team", "pattern": "two", "shifts": ["day"]}],
            },
        ],
        "duties": [
            {
                "id": "stores",
                "kind": "task",
                "start": f"{day}T09:00+08:00",
                "end": f"{day}T12:00+08:00",
                "name": "盘点",
                "area": "town",
                "vehicle": "van",
                "seats": [{"position": "verify", "min": 0, "ideal": 1, "max": 2}],
            }
        ],
        "people": [
            person(
                0,
                contract="half",
                qualifications=[{"id": "recorder"}],
                bound_posts=["gate"],
                bound_areas=["town"],
                history={
                    "recent": [{"start": "2026-11-22T08:00+08:00", "end": "2026-11-22T20:00+08:00", "post": "gate"}],
                    "duties": 3,
                    "minutes": 2160,
                },
            ),
            *(person(i, qualifications=[{"id": "recorder"}] if i < 5 else []) for i in range(1, PEOPLE)),
        ],
        "rules": [{"rule": "min_rest", "hours": 11, "population": {"categories": ["volunteer"]}}],
    }
    return body | changes


def filled(store: Store, town: str = TOWN) -> Store:
    store.load_town(document(town))
    return store


def roster(duties: Iterable[Duty], shift: int = 0) -> list[Assignment]:
    """Somebody on each position of each duty; `shift` gives another one. Not necessarily legal."""
    seats = [(duty.id, seat.position) for duty in sorted(duties, key=lambda d: (d.start, d.id)) for seat in duty.seats]
    return [Assignment(f"p{(i + shift) % PEOPLE}", duty, position) for i, (duty, position) in enumerate(seats)]


def drafted(store: Store, week: date = MONDAY, town: str = TOWN, shift: int = 0) -> Any:
    """A draft of a whole roster of the week."""
    duties = [stored.value for stored in store.weeks.duties(town, week)]
    return store.rosters.save_draft(town, week, roster(duties, shift), origin="edit", by="organiser", replace=True)


def published(store: Store, week: date = MONDAY, town: str = TOWN, shift: int = 0) -> Any:
    draft = drafted(store, week, town, shift)
    return store.rosters.publish(town, week, draft.number, draft.revision, by="organiser", report=LEGAL)
