"""A town of eight people and four days, in which seats can be taken, offered and swapped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from flask import Flask

from models.records import RosterVersion
from models.store import Store
from scheduler import check, document
from scheduler.problem import Assignment, Problem
from tests.conftest import Clock

from . import towns

TOWN = "quay"
MONDAY = date(2026, 3, 2)
BEFORE = datetime(2026, 3, 1, 4, tzinfo=UTC)
"""Noon of the day before the week begins."""
PEOPLE = tuple(f"p{i}" for i in range(8))
FIRST = "quay/2026-03-02/early"


def body() -> dict[str, Any]:
    """One post with three shifts a day; each asks for one verifier and would like two. Only p7 is a medic."""
    made = towns.document(TOWN, "码头镇") | {"start": MONDAY.isoformat(), "days": 4}
    staffing = made["posts"][0]["staffing"]
    seats = [
        {"position": "verify", "min": 1, "ideal": 2, "max": 2, "priority": 4},
        {"position": "medic", "min": 0, "ideal": 1, "max": 1, "qualifications": ["medic"]},
    ]
    return made | {
        "positions": [*made["positions"], {"id": "medic", "name": "医务", "name_en": "medic"}],
        "posts": [{"id": "quay", "name": "码头卡口", "area": "village", "staffing": staffing}],
        "staffing_templates": [{"id": "team", "name": "查验组", "seats": seats}],
        "people": [towns.person(p, qualifications=[{"id": "medic"}] if p == "p7" else []) for p in PEOPLE],
        "rules": [
            {"rule": "one_duty_at_a_time"},
            {"rule": "min_rest", "hours": 11},
            {"rule": "qualification"},
            {"rule": "availability"},
            {"rule": "min_max_duties", "max": 4},
            {"rule": "cover"},
        ],
    }


class Morning(Clock):
    """The day before the week, and as much later as a test says."""

    def __call__(self) -> datetime:
        return BEFORE + self.ahead


@contextmanager
def serving(app: Flask, url: str, morning: Morning) -> Iterator[Store]:
    """The town in a database with the newest tables, served by the application."""
    store = Store(url, morning, morning.elapsed)
    store.load_town(body())
    app.extensions["sanban_store"] = store
    with app.app_context():
        yield store
    store.close()


def problem(store: Store, week: date = MONDAY) -> Problem:
    return document.load(store.weeks.problem_document(TOWN, week))


def published(store: Store, *assignments: Assignment, week: date = MONDAY) -> RosterVersion:
    """Publish these, which must be legal."""
    report = check.check(problem(store, week), assignments)
    assert report.legal, report.violations
    draft = store.rosters.save_draft(TOWN, week, assignments, origin="edit", by="one")
    return store.rosters.publish(TOWN, week, draft.number, draft.revision, by="one", report=report)


def in_force(store: Store, week: date = MONDAY) -> set[Assignment]:
    return set(store.rosters.get(TOWN, week, "published").assignments)


def seat(person: str, day: int, shift: str, position: str = "verify") -> Assignment:
    """On the day so many days after Monday."""
    return Assignment(person, f"quay/2026-03-{2 + day:02d}/{shift}", position)
