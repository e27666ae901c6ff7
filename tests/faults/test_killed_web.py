"""kill -9 of the web at every moment of a publication: nothing has happened, or all of it, and never twice."""

from __future__ import annotations

import os
from datetime import datetime
from typing import Any

import pytest

from models.records import Solve
from tests.models.towns import MONDAY, TOWN, drafted, published, roster

from .conftest import TOWN_PATH, WEEK, Died, Site, Web

MOST_MOMENTS = 400
EVERY_MOMENT = "FAULTS_EVERY_MOMENT" in os.environ
"""Set by `make test-faults`; otherwise some moments in between are left out."""
TIMES = {"start": "2026-11-24T00:00:00Z", "end": "2026-11-25T00:00:00Z"}


def insisting(web: Web, path: str, body: Any, step: int, **headers: str) -> tuple[Any, int]:
    """Sends the same call again and again, each time to be killed a moment later, until it is answered.

    Returns the answer and how often the process died.
    """
    deaths = 0
    for moment in range(1, MOST_MOMENTS, 1 if EVERY_MOMENT else step):
        try:
            return web.post(path, body, X_Die_At=str(moment), **headers), deaths
        except Died:
            deaths += 1
    raise AssertionError("it was never answered")


def repaired(site: Site) -> Solve:
    """A finished repair of a published week, for somebody who is absent."""
    store = site.store
    base = published(store)
    start, end = (datetime.fromisoformat(TIMES[name]) for name in ("start", "end"))
    absence = store.absences.report(TOWN, "p1", start, end, "", by="organiser")
    spans = {"absences": [{"person": "p1", "start": absence.start.isoformat(), "end": absence.end.isoformat()}]}
    problem = store.weeks.problem_document(TOWN, MONDAY, baseline=base.number)
    solve, _ = store.solves.create(TOWN, "repair", problem, week=MONDAY, absences=spans)
    claim = store.queue.claim("hand", 60)
    assert claim is not None
    duties = [stored.value for stored in store.weeks.duties(TOWN, MONDAY)]
    listed = [{"person": a.person, "duty": a.duty, "position": a.position} for a in roster(duties, shift=1)]
    result = {"status": "feasible", "alternatives": [{"assignments": listed, "changes": []}]}
    assert store.queue.finish(solve.id, claim.solve.attempt, "finished", result)
    return solve


def states(site: Site) -> list[str]:
    return [version.state for version in site.store.rosters.versions(TOWN, MONDAY)]


def test_a_repair_that_is_published_is_published_once_with_all_that_belongs_to_it(site: Site) -> None:
    solve = repaired(site)
    web = site.web("--preload")
    body = {"alternative": 1, "publish": True, "override_reason": "无人可替"}
    path = f"{TOWN_PATH}/repairs/{solve.id}/accept"
    answer, deaths = insisting(web, path, body, 23, Idempotency_Key="publish-1")
    assert answer.status_code == 200, answer.text
    assert deaths > 10, "it was killed at many moments"
    assert states(site) == ["published", "superseded"]
    assert answer.json()["number"] == 2
    assert [a.state for a in site.store.absences.list(TOWN)] == ["covered"]
    again = web.post(path, body, Idempotency_Key="publish-1")
    assert (again.status_code, again.json()) == (200, answer.json())
    assert again.headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
def test_a_publication_that_was_killed_without_a_key_has_not_half_happened(site: Site) -> None:
    draft = drafted(site.store)
    web = site.web("--preload")
    body = {"published": None, "override_reason": "人手不足"}
    answer, deaths = insisting(web, f"{WEEK}/rosters/draft/publish", body, 15, If_Match=f'"{draft.revision}"')
    assert answer.status_code in (200, 409), "the second time it says that somebody was faster"
    assert deaths > 5
    assert states(site) == ["published"]
    assert site.store.rosters.get(TOWN, MONDAY, "published").assignments == draft.assignments


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
def test_a_drop_out_and_a_solve_are_stored_once_however_often_the_web_dies(site: Site) -> None:
    web = site.web("--preload")
    absence, deaths = insisting(
        web, f"{TOWN_PATH}/absences", {"person": "p2", "reason": "", **TIMES}, 7, Idempotency_Key="absence"
    )
    assert (absence.status_code, deaths > 5) == (201, True), absence.text
    assert [a.id for a in site.store.absences.list(TOWN)] == [absence.json()["id"]]
    solve, deaths = insisting(web, f"{WEEK}/solves", {"seconds": 5}, 9, Idempotency_Key="solve")
    assert (solve.status_code, deaths > 5) == (202, True), solve.text
    assert [s.id for s in site.store.solves.list(TOWN).items] == [solve.json()["id"]]
