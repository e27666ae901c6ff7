"""All versions of a week in words, and the way back to any of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from models.store import Store
from scheduler import check, document
from scheduler.problem import Assignment
from tests.browser import small_town

from .reader import Reader, small_service

WEEK = small_town.coming_monday()
BOARD = f"/towns/east/weeks/{WEEK}"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with small_service(tmp_path_factory.mktemp("versions"), {"li": ("organiser", "east")}) as made:
        yield made


@pytest.fixture
def organiser(app: Flask) -> Reader:
    reader = Reader(app.test_client())
    reader.sign_in("li")
    return reader


def publish(store: Store, roster: list[Assignment]) -> int:
    problem = document.load(store.weeks.problem_document("east", WEEK))
    draft = store.rosters.save_draft("east", WEEK, roster, origin="edit", by="test", replace=True)
    report = check.check(problem, roster)
    version = store.rosters.publish(
        "east", WEEK, draft.number, draft.revision, by="test", report=report, override_reason="演练"
    )
    return version.number


def test_one_goes_back_to_an_earlier_version_and_looks_before_publishing(organiser: Reader, store: Store) -> None:
    problem = document.load(store.weeks.problem_document("east", WEEK))
    whole = list(small_town.roster(problem))
    first, second = publish(store, whole), publish(store, whole[1:])
    page = organiser.get(f"{BOARD}/versions").get_data(as_text=True)
    name = next(p.name for p in problem.people if p.id == whole[0].person)
    assert f"已发布 v{second}" in page
    assert f"旧版 v{first}" in page
    assert f"与 v{first} 相比，1 人有变动" in page
    assert f"{name} 不再值" in page
    assert "第一版。" in page

    stale = organiser.post(f"{BOARD}/versions/{first}/restore", draft="77")
    assert stale.status_code == 303
    assert store.rosters.find("east", WEEK, "draft") is None
    back = organiser.post(f"{BOARD}/versions/{first}/restore", draft="")
    assert (back.status_code, back.headers["Location"]) == (303, f"{BOARD}/publish")
    draft = store.rosters.get("east", WEEK, "draft")
    assert (set(draft.assignments), draft.based_on) == (set(whole), first)
    look = organiser.get(f"{BOARD}/publish").get_data(as_text=True)
    assert f"{name} 加值" in look
    assert "看看会发什么消息" in look
    assert "发给个人" in look

    form = {"revision": str(draft.revision), "published": str(second)}
    assert organiser.post(f"{BOARD}/publish", **form).status_code == 303
    assert set(store.rosters.get("east", WEEK, "published").assignments) == set(whole)


@pytest.mark.parametrize(("number", "draft", "status"), [("99", "", 404), ("1", "x", 422)])
def test_what_is_not_there_is_not_restored(organiser: Reader, number: str, draft: str, status: int) -> None:
    organiser.get(f"{BOARD}/versions")
    assert organiser.post(f"{BOARD}/versions/{number}/restore", draft=draft).status_code == status


def test_a_page_that_is_not_there_is_empty(organiser: Reader) -> None:
    assert organiser.get(f"{BOARD}/versions?page=99").status_code == 200
