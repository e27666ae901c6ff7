"""The database server crashes in mid-request and in mid-solve: a sentence meanwhile, and afterwards all goes on."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import text

from models.errors import StoreFull, Unavailable
from models.store import Store
from scheduler import document, towns
from scheduler.check import check
from tests.models.towns import MONDAY, TOWN
from tests.patience import PATIENCE, eventually
from tests.postgres import Server
from tests.worker.conftest import Place

from .conftest import TOWN_PATH, Site

ABSENCE = {"person": "p2", "start": "2026-11-24T00:00:00Z", "end": "2026-11-25T00:00:00Z", "reason": ""}


def asleep(server: Server, url: str) -> bool:
    with psycopg.connect(url) as connection:
        sleeping = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%%' AND datname = %s"
        row = connection.execute(sleeping, [url.rpartition("/")[2]]).fetchone()
    return row == (1,)


def test_a_request_that_loses_its_database_gets_a_sentence_and_the_next_one_an_answer(
    crashing_site: Site, durable_server: Server
) -> None:
    web = crashing_site.web()
    stored = web.post(f"{TOWN_PATH}/absences", ABSENCE, Idempotency_Key="one")
    assert stored.status_code == 201
    with ThreadPoolExecutor() as threads:
        slow = threads.submit(web.get, "/slow?seconds=60&held=1", Accept="application/json")
        eventually(lambda: asleep(durable_server, crashing_site.url), "the slow query")
        durable_server.crash()
        answer = slow.result(PATIENCE)
    assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable")
    assert "数据库" in answer.json()["messages"]["zh"]
    assert answer.headers["Retry-After"]
    away = web.post(f"{TOWN_PATH}/absences", ABSENCE, Idempotency_Key="two")
    assert (away.status_code, away.json()["code"]) == (503, "store_unavailable")
    page = web.get(f"/towns/{TOWN}/weeks/{MONDAY}", Accept="text/html")
    assert (page.status_code, "数据库暂时没有响应" in page.text) == (503, True), "a page for people says it too"
    durable_server.start_again()
    assert web.post(f"{TOWN_PATH}/absences", ABSENCE, Idempotency_Key="one").json() == stored.json()
    assert web.post(f"{TOWN_PATH}/absences", ABSENCE, Idempotency_Key="two").status_code == 201
    assert len(crashing_site.store.absences.list(TOWN)) == 2


def test_a_solve_outlives_its_database_and_counts_once(crashing_site: Site, durable_server: Server) -> None:
    """The real worker and the real solver: they go on, and the result is told when there is somebody to tell."""
    store, town = crashing_site.store, "xincheng"
    store.load_town(towns.make(town, 1, MONDAY))
    problem = store.weeks.problem_document(town, MONDAY)
    solve, _ = store.solves.create(town, "solve", problem, week=MONDAY, seconds=4)
    crashing_site.worker(SANBAN_CORES="1")
    eventually(lambda: store.solves.incumbent(town, solve.id), "the first roster", 2 * PATIENCE)
    durable_server.crash()
    eventually(lambda: '"solve_ended"' in crashing_site.said(), "the solver's own end")
    eventually(lambda: '"report_not_heard"' in crashing_site.said(), "the vain report")
    durable_server.start_again()
    ended = eventually(lambda: found if (found := store.solves.get(town, solve.id)).over else None, "the end")
    assert (ended.state, ended.attempt, ended.roster_number) == ("finished", 1, 1)
    assert check(document.load(problem), store.rosters.get(town, MONDAY, "draft").assignments).legal


@pytest.mark.parametrize("filled_url", ["postgresql"], indirect=True)
def test_connections_that_are_cut_while_it_solves_cost_no_attempt(place: Place) -> None:
    solve = place.solve(seconds=1)
    place.worker(lease=5)
    place.running(solve)
    with psycopg.connect(place.url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    ended = place.over(solve)
    assert (ended.state, ended.attempt, ended.roster_number) == ("finished", 1, 1)


@pytest.mark.parametrize("filled_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("state", "meant"),
    [
        ("53100", StoreFull),
        ("57P01", Unavailable),
        ("40P01", Unavailable),
        ("53300", Unavailable),
        ("55P03", Unavailable),
    ],
)
def test_what_a_server_refuses_for_want_of_room_or_time_has_a_name(town: Store, state: str, meant: type) -> None:
    refusal = f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{state}'; END $$"
    with pytest.raises(meant):
        write(town, refusal)


def write(store: Store, statement: str) -> None:
    with store.database.write() as session:
        session.execute(text(statement))


@pytest.mark.parametrize("filled_url", ["postgresql"], indirect=True)
def test_two_that_wait_for_each_other_get_a_sentence_not_a_crash(town: Store) -> None:
    """A deadlock on the server: one goes through, the other is told to try again."""
    both = threading.Barrier(2)
    told: list[Unavailable] = []

    def lock(first: int, second: int) -> None:
        try:
            with town.database.write() as session:
                session.execute(text(f"SELECT pg_advisory_xact_lock({first})"))
                both.wait(10)
                session.execute(text(f"SELECT pg_advisory_xact_lock({second})"))
        except Unavailable as error:
            told.append(error)

    threads = [threading.Thread(target=lock, args=pair) for pair in ((101, 102), (102, 101))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 1
