"""A small problem document to spoil in every way."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from scheduler import document
from scheduler.document import guide


def small(**changes: Any) -> dict[str, Any]:
    """The example of the documentation, with some top-level fields replaced."""
    return deepcopy(guide.EXAMPLE) | changes


def full() -> dict[str, Any]:
    """A document that uses every list and most fields."""
    body = small(
        units=[{"id": "school", "name": "学校"}],
        areas=[
            {"id": "town", "name": "镇", "latitude": 29.5, "longitude": 119.1},
            {"id": "east", "name": "东村", "parent": "town"},
        ],
        contracts=[{"id": "half", "name": "半勤", "max_hours_7d": 24, "share_percent": 50}],
        vehicles=[
            {
                "id": "van", "name": "小货车", "gearbox": "manual", "type": "van",
                "driver_qualifications": ["recorder"],
            }
        ],
        now="2026-11-23T09:17:33+08:00",
    )
    body["posts"][0] |= {"area": "east", "latitude": 29.5, "longitude": 119.2, "colour": "yellow", "unit": "school"}
    body["errand_runs"][0] |= {"vehicle": "van", "area": "east"}
    body["duties"] = [
        {
            "id": "stores",
            "kind": "task",
            "start": "2026-11-26T08:00+08:00",
            "end": "2026-11-26T12:00+08:00",
            "name": "盘点",
            "seats": [{"position": "run", "min": 0, "ideal": 1, "max": 2}],
        }
    ]
    body["people"][0] |= {
        "unit": "school", "area": "east", "contract": "half", "household": "h1", "tags": ["first-timer"],
        "opt_ins": ["nights-welcome"], "bound_posts": ["bridge"], "bound_areas": ["town"],
    }  # fmt: skip
    body["baseline"] = {
        "assignments": [
            {"person": "p1", "duty": "bridge/2026-11-24/early", "position": "record", "pinned": True},
            {"person": "p2", "duty": "stores", "position": "run"},
        ]
    }
    return body


def faults(body: Any) -> dict[str, str]:
    """path → code of all that is wrong; empty when nothing is."""
    return {fault.path: fault.code for fault in all_faults(body)}


def all_faults(body: Any) -> list[document.Fault]:
    try:
        document.load(body)
    except document.DocumentError as error:
        return error.faults
    return []
