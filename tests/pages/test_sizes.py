"""What the heavy pages may cost at the size of a sub-district: bytes and statements, not seconds."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import cycle
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

from api import create_app
from models.store import Store
from scheduler import document, towns
from scheduler.problem import Assignment
from tests.models.towns import LEGAL

KEY, PASSWORD = "yinhu", "correct horse battery"
MOST_PACKED = 500_000
MOST_STATEMENTS = 2
"""Of a volunteer's page: one look, and what is on the card (models/own_page.py)."""


@dataclass
class District:
    """A sub-district whose week is published, and a link of somebody who serves in it."""

    app: Flask
    store: Store
    start: date
    token: str
    said: list[str]
    """Statements that were sent to the database."""

    def get(self, path: str) -> TestResponse:
        self.said.clear()
        answer = self.client.get(path)
        assert answer.status_code == 200
        return answer

    def __post_init__(self) -> None:
        self.client = self.app.test_client()
        signed = self.client.post("/api/v1/session", json={"login": "admin", "password": PASSWORD})
        assert signed.status_code == 200


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[District]:
    file = tmp_path_factory.mktemp("sizes") / "sanban.sqlite"
    app = create_app({"SANBAN_ENV": "test", "DATABASE_URL": f"sqlite:///{file}", "LOG_LEVEL": "error"})
    store: Store = app.extensions["sanban_store"]
    store.migrate()
    store.accounts.create("admin", "管理员", PASSWORD, "platform_administrator")
    start = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    body = towns.make(KEY, 1, start)
    store.load_town(body)
    problem = document.load(body)
    people = cycle(p.id for p in problem.people)
    roster = [
        Assignment(next(people), d.id, s.position) for d in problem.duties for s in d.seats for _ in range(s.ideal)
    ]
    draft = store.rosters.save_draft(KEY, start, roster, origin="edit")
    store.rosters.publish(KEY, start, draft.number, draft.revision, by="admin", report=LEGAL)
    said: list[str] = []
    event.listen(store.database.engine, "before_cursor_execute", lambda _c, _k, statement, *_: said.append(statement))
    yield District(app, store, start, store.links.issue(KEY, roster[-1].person), said)
    store.close()


def test_the_board_of_a_sub_district_is_small_when_packed(district: District) -> None:
    page = district.get(f"/towns/{KEY}/weeks/{district.start}").data
    assert page.count(b'class="band') > 2373
    assert len(gzip.compress(page, 5)) <= MOST_PACKED
    assert len(page) <= 1_000_000


def test_the_board_takes_as_many_statements_whatever_the_size(district: District) -> None:
    path = f"/towns/{KEY}/weeks/{district.start}"
    district.get(path)
    district.get(path)
    assert len(district.said) <= 60


def test_the_json_of_a_roster_is_small_when_packed(district: District) -> None:
    body = district.get(f"/api/v1/towns/{KEY}/weeks/{district.start}/rosters/published").data
    assert len(gzip.compress(body, 5)) <= MOST_PACKED


def test_a_volunteer_s_page_takes_two_statements_and_no_password_hash(district: District) -> None:
    for path in (f"/v/{district.token}", f"/v/{district.token}?lang=en"):
        district.get(path)  # the published roster is read by the first one
        page = district.get(path).data
        spoken = [statement for statement in district.said if not statement.startswith("BEGIN")]
        assert len(spoken) <= MOST_STATEMENTS, spoken
        assert len(page) <= 12_000
        assert b'class="next' in page
