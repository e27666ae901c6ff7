"""The problems that a process keeps: bounded, and made once however many look at a week at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from threading import Thread
from typing import Any

import pytest

from api import problems
from models.kept import Kept
from scheduler import document
from scheduler.problem import Problem

from .conftest import WEEK, Service
from .towns import MONDAY
from .towns import document as town


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Kept[problems.Key, Problem]:
    """Nothing is kept yet."""
    fresh: Kept[problems.Key, Problem] = Kept(problems.weight, problems.KEPT)
    monkeypatch.setattr(problems, "_kept", fresh)
    return fresh


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The towns of the documents that are loaded from here on."""
    load: Callable[..., Problem] = document.load
    heard: list[str] = []

    def listened(body: dict[str, Any], **options: bool) -> Problem:
        heard.append(body["town"]["id"])
        return load(body, **options)

    monkeypatch.setattr(problems.document, "load", listened)
    return heard


def test_many_who_open_a_week_at_once_make_its_problem_once(
    service: Service, kept: Kept[problems.Key, Problem], loads: list[str]
) -> None:
    found: list[Problem] = []

    def look() -> None:
        with service.app.app_context():
            found.append(problems.problem_of("east", date.fromisoformat(MONDAY)))

    threads = [Thread(target=look) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert loads == ["east"]
    assert len(found) == 12
    assert all(one is found[0] for one in found)
    assert len(kept) == 1


def test_a_week_that_changes_again_and_again_holds_no_more_than_the_bound(
    service: Service, kept: Kept[problems.Key, Problem], loads: list[str]
) -> None:
    body = town("east")
    with service.app.app_context():
        for n in range(3 * problems.MOST):
            problems.loaded(body | {"town": body["town"] | {"name": f"东镇{n}"}})
            assert len(kept) <= problems.MOST
            assert kept.weight <= problems.KEPT
    assert len(loads) == 3 * problems.MOST
    assert len(kept) == problems.MOST
    assert service.caller("organiser").get(f"{WEEK}/preflight").status_code == 200
    assert len(kept) == problems.MOST
