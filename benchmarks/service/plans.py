"""How PostgreSQL answers the hottest queries: EXPLAIN of what the program really sends, on the filled database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import event

from models.store import Store

from .filling import Filled


def hottest(store: Store, filled: Filled) -> dict[str, Callable[[], object]]:
    """The calls behind the pages and the queue that are made most often."""
    town, week, token = filled.town, filled.start, filled.tokens[0]
    now = datetime.now(UTC)
    opened = store.links.open(token)
    assert opened is not None
    person = opened.person.id
    post = filled.document["posts"][0]["id"]
    wanted = {"posts": [post], "people": [person], "positions": [filled.document["positions"][0]["id"]]}
    solve = store.solves.list(town, week, "solve", 1, 1)
    ids = [(town, item.id) for item in solve.items] or [(town, "none")]
    return {
        "a personal link": lambda: store.links.open(token),
        "a look at a page": lambda: store.own_pages.look(token, 14),
        "what lies ahead of a person": lambda: store.rosters.ahead(town, person, now, now + timedelta(days=14)),
        "a person's absences": lambda: store.absences.list(town, person=person, start=now, end=now + timedelta(14)),
        "names": lambda: store.things.named(town, wanted),
        "followed solves": lambda: store.solves.several(ids),
        "an open session": lambda: store.sessions.account_of("nobody's"),
        "versions of a week": lambda: store.rosters.versions(town, week),
        "the published roster": lambda: store.rosters.find(town, week, "published"),
        "the week's problem": lambda: store.weeks.problem_unless_known(town, week, lambda _mark: True),
        "who said 收到": lambda: store.acknowledgements.list(town, week),
        "solves under way": lambda: store.solves.under_way(town, week),
        "the queue": lambda: store.queue.claim("nobody", 1.0, ("repair",)),
        "the attempts to sign in": lambda: store.attempts.count("nobody's"),
    }


def plans(store: Store, filled: Filled) -> dict[str, list[dict[str, Any]]]:
    """Call → of each of its statements: its cost, the indexes that there are for it, the tables that have none.

    Where one town is nearly all of a table, PostgreSQL rightly reads the table; so the indexes are those that it takes
    when it is told that reading a whole table is dear.
    """
    with store.database.connection() as connection:
        connection.exec_driver_sql("ANALYZE")
    found = {}
    for name, call in hottest(store, filled).items():
        with _heard(store) as said:
            call()
        found[name] = [_plan(store, statement, parameters) for statement, parameters in said]
    return found


@contextmanager
def _heard(store: Store) -> Iterator[list[tuple[str, Any]]]:
    """What is read inside."""
    said: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith(("SELECT", "WITH", "UPDATE")):
            said.append((statement, parameters))

    for engine in store.database.engines:
        event.listen(engine, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        for engine in store.database.engines:
            event.remove(engine, "before_cursor_execute", hear)


def _plan(store: Store, statement: str, parameters: Any) -> dict[str, Any]:
    asked = f"EXPLAIN (FORMAT JSON) {statement}"
    with store.database.connection() as connection:
        cost = connection.exec_driver_sql(asked, parameters).scalar_one()[0]["Plan"]["Total Cost"]
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        nodes = list(_nodes(connection.exec_driver_sql(asked, parameters).scalar_one()[0]["Plan"]))
    return {
        "statement": " ".join(statement.split())[:160],
        "cost": cost,
        "indexes": sorted({n["Index Name"] for n in nodes if "Index Name" in n}),
        "without_index": sorted({n["Relation Name"] for n in nodes if n["Node Type"] == "Seq Scan"}),
    }


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)
