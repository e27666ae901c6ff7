"""A small town for the service's tests, and a roster of it that keeps every rule."""

from __future__ import annotations

from typing import Any

MONDAY = "2026-03-02"
DAYS = 7
SHIFTS = (("early", "早班", "06:00", "14:00"), ("late", "中班", "14:00", "22:00"), ("night", "夜班", "22:00", "06:00"))
POSTS = ("bridge", "market")
PEOPLE = 18


def person(id_: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "name": f"人员{id_}", "category": "volunteer", "unit": "school"} | more


def document(town: str = "east", name: str = "东镇") -> dict[str, Any]:
    """Two posts, three shifts a day, one verifier each, eighteen people: six seats a day."""
    staffing = [{"template": "team", "pattern": "three"}]
    return {
        "format": "sanban-problem",
        "version": 1,
        "town": {"id": town, "name": name},
        "zone": "Asia/Shanghai",
        "start": MONDAY,
        "days": DAYS,
        "categories": [{"id": "volunteer", "name": "志愿者"}, {"id": "cadre", "name": "干部"}],
        "units": [{"id": "school", "name": "学校"}],
        "qualifications": [{"id": "medic", "name": "医务"}],
        "positions": [{"id": "verify", "name": "查验", "name_en": "verifier"}],
        "areas": [{"id": "village", "name": "村"}],
        "contracts": [{"id": "full", "name": "全勤"}],
        "vehicles": [{"id": "van", "name": "面包车"}],
        "shift_patterns": [
            {
                "id": "three",
                "name": "三班",
                "shifts": [{"id": i, "name": n, "start": s, "end": e, "night": i == "night"} for i, n, s, e in SHIFTS],
            }
        ],
        "staffing_templates": [{"id": "team", "name": "查验组", "seats": [{"position": "verify"}]}],
        "posts": [{"id": p, "name": f"{p}卡口", "area": "village", "staffing": staffing} for p in POSTS],
        "people": [person(f"p{i:02d}") for i in range(PEOPLE)],
        "rules": [{"rule": "min_rest", "hours": 11}],
    }


def roster(duties: list[Any]) -> list[dict[str, Any]]:
    """One verifier a duty, each person every third day: legal whatever the rest."""
    ordered = sorted(duties, key=lambda d: (d["start"], d["id"]))
    return [{"person": f"p{i % PEOPLE:02d}", "duty": d["id"], "position": "verify"} for i, d in enumerate(ordered)]
