"""Pages about whole posts and weeks, as somebody without scripts uses them: copy last week, see what a check finds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from models.store import Store
from scheduler import document
from scheduler.problem import Assignment
from tests.browser import small_town

from .reader import Reader, signed_in, small_service

WEEK = small_town.coming_monday()
NEXT = WEEK + timedelta(days=7)
HERE = f"/towns/east/weeks/{WEEK}"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder: Path = tmp_path_factory.mktemp("posts")
    with small_service(folder, {"li": ("organiser", "east"), "du": ("inspector", "east")}) as made:
        yield made


@pytest.fixture(scope="module")
def li(app: Flask) -> Reader:
    return signed_in(app, "li")


def test_a_check_of_the_board_says_what_is_wrong_and_why_seats_are_empty(store: Store, li: Reader) -> None:
    assert "这一周还没有班表" in li.get(f"{HERE}/findings").get_data(as_text=True)
    problem = document.load(store.weeks.problem_document("east", WEEK))
    made = small_town.roster(problem)
    twice = next(d for d in problem.duties if d.id.endswith("/evening"))
    there = next(a.person for a in made if a.duty == twice.id.replace("/evening", "/day"))
    made = [a for a in made if a.duty != twice.id] + [Assignment(there, twice.id, twice.seats[0].position)]
    store.rosters.save_draft("east", WEEK, made, origin="edit", by="li")
    page = li.get(f"{HERE}/findings").get_data(as_text=True)
    assert "违反" in page
    assert f'data-jump="{twice.id}"' in page
    assert "录入培训资质" in page, "why the recorder's seat is empty"
    english = li.get(f"{HERE}/findings?part=1", "en").get_data(as_text=True)
    assert "Hard rules broken" in english or "hard rule" in english


def test_last_week_s_people_are_copied_by_one_button(store: Store, li: Reader) -> None:
    store.weeks.make("east", NEXT)
    page = f"/towns/east/weeks/{NEXT}"
    assert "照搬上一周的人" in li.get(page).get_data(as_text=True)
    answer = li.post(f"{page}/copy")
    assert answer.status_code == 303
    assert "已照搬上一周的人，放在草稿 v1" in li.get(page).get_data(as_text=True)
    assert len(store.rosters.get("east", NEXT, "draft").assignments) > 50
    assert li.post(f"{page}/copy").status_code == 409


def test_a_form_that_says_nothing_useful_comes_back_with_what_was_typed(li: Reader) -> None:
    li.get(f"{HERE}/posts/open")
    answer = li.post(f"{HERE}/posts/open", name="南渡口", template="pair", start="", end="")
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert 'value="南渡口"' in page
    assert "请填写从几点到几点" in page
    li.get(f"{HERE}/posts/close")
    late = li.post(f"{HERE}/posts/close", post="bridge", moment="2031-01-01T00:00")
    assert late.status_code == 422
    assert "这一周之内" in late.get_data(as_text=True)


def test_an_inspector_reads_the_board_and_opens_nothing(app: Flask, li: Reader) -> None:
    reader = signed_in(app, "du")
    page = reader.get(HERE).get_data(as_text=True)
    assert "data-editable" not in page
    assert "点位与勤务" not in page
    assert reader.get(f"{HERE}/posts/open").status_code == 403
    assert reader.get(f"{HERE}/compare?duty=x&position=y&one=a&two=b").status_code == 403
    assert li.get(f"{HERE}/compare?duty=x&position=y&one=a&two=b").status_code == 422
