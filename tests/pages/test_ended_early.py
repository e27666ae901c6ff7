"""What the board says about a solve that did not go as it should have."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from api import create_app
from models.store import Store
from scheduler.text import Text
from tests.browser import small_town

PASSWORD = "correct horse battery"
NOTE = Text("求解所需内存超过上限 100 MB，已被终止。", "The solve needed more memory than its limit of 100 MB.")


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    made = create_app({"SANBAN_ENV": "test", "DATABASE_URL": f"sqlite:///{tmp_path}/x.sqlite", "LOG_LEVEL": "error"})
    store: Store = made.extensions["sanban_store"]
    store.migrate()
    store.load_town(small_town.document("east"))
    store.accounts.create("east", "名", PASSWORD, "organiser", "east")
    yield made
    store.close()


def board(app: Flask, week: date, language: str) -> str:
    client = app.test_client()
    client.post("/api/v1/session", json={"login": "east", "password": PASSWORD})
    answer = client.get(f"/towns/east/weeks/{week}", headers={"Accept": "text/html", "Accept-Language": language})
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("kept", [True, False])
def test_the_board_says_why_a_solve_ended_before_its_time_until_something_new_is_made(app: Flask, kept: bool) -> None:
    store: Store = app.extensions["sanban_store"]
    week = store.weeks.list("east")[0].start
    solve, _ = store.solves.create("east", "solve", store.weeks.problem_document("east", week), week=week)
    assert store.queue.claim("worker", 10) is not None
    if kept:
        assert store.queue.finish(solve.id, 1, "finished", {"status": "feasible", "assignments": []}, NOTE)
    else:
        assert store.queue.fail(solve.id, 1, NOTE, retry=False)
    assert NOTE.zh in board(app, week, "zh")
    assert NOTE.en in board(app, week, "en")
    assert ("上次生成没有成功" in board(app, week, "zh")) is not kept
    later, _ = store.solves.create("east", "solve", store.weeks.problem_document("east", week), week=week, seed=2)
    assert store.queue.claim("worker", 10) is not None
    assert store.queue.finish(later.id, 1, "finished", {"status": "feasible", "assignments": []})
    assert NOTE.zh not in board(app, week, "zh")
