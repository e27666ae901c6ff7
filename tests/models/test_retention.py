"""What is older than its period goes with the purge, and nothing else; a trial only counts."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest

from models.audit import AuditFilter
from models.commands import main
from models.environment import BY_NAME
from models.errors import NotFound
from models.retention import Retention, from_environment, purge
from models.store import Store
from scheduler import document
from tests.conftest import Clock

from . import towns
from .towns import MONDAY, TOWN

DAY = datetime(2026, 11, 24, tzinfo=UTC)


def aged(store: Store, clock: Clock) -> dict[str, str]:
    """Something of every kind that grows old, made now."""
    clock.ahead = DAY - datetime.now(UTC)
    made = {}
    for name, week in (("stateless", None), ("week", MONDAY)):
        solve, _ = store.solves.create(TOWN, "solve", {"any": name}, week=week)
        claim = store.queue.claim("worker", 60)
        assert claim is not None
        store.queue.finish(solve.id, claim.solve.attempt, "finished", {"status": "feasible"})
        made[name] = solve.id
    waiting, _ = store.solves.create(TOWN, "solve", {"any": "waiting"})
    made["waiting"] = waiting.id
    made["absence"] = store.absences.report(TOWN, "p1", DAY, DAY + timedelta(hours=8), "", by="x").id
    store.links.issue(TOWN, "p1", 3)
    held = store.things.get(TOWN, "people", "p2")
    span = {"start": "2026-11-24T08:00+08:00", "end": "2026-11-24T20:00+08:00", "status": "unavailable"}
    body = document.entity_to_json("people", held.value) | {"availability": [span]}
    store.things.change(TOWN, "people", document.entity_from_json("people", body, towns.ZONE), held.revision)
    return made


def test_young_things_stay(town: Store, clock: Clock) -> None:
    aged(town, clock)
    clock.advance(days=29)
    assert set(purge(town.database, Retention()).values()) == {0}


def test_old_things_go_each_after_its_own_period(town: Store, clock: Clock) -> None:
    made = aged(town, clock)
    clock.advance(days=31)
    assert purge(town.database, Retention())["solve"] == 1
    with pytest.raises(NotFound):
        town.solves.get(TOWN, made["stateless"])
    clock.advance(days=5)
    assert {k: v for k, v in purge(town.database, Retention()).items() if v} == {"link": 1}
    clock.advance(days=60)
    assert {k: v for k, v in purge(town.database, Retention()).items() if v} == {"person": 2}
    person = town.things.get(TOWN, "people", "p2")
    assert (person.value.availability, person.revision) == ((), 3)
    past = town.things.get(TOWN, "people", "p0").value.history
    assert (past.recent, past.duties, past.minutes) == ((), 3, 2160)
    clock.advance(days=400)
    assert {k: v for k, v in purge(town.database, Retention()).items() if v} == {"solve_paper": 2, "absence": 1}
    assert town.solves.get(TOWN, made["week"]).state == "finished"
    assert town.solves.result(TOWN, made["week"]) is None
    assert town.solves.get(TOWN, made["waiting"]).state == "queued"
    told = town.audit.all(AuditFilter(town=TOWN, action="remove"))
    assert {(entry.noun, entry.actor, entry.reason) for entry in told} == {
        ("link", "system", "purge"), ("absence", "system", "purge"),
    }  # fmt: skip
    assert set(purge(town.database, Retention()).values()) == {0}


def test_a_trial_counts_the_same_and_changes_nothing(town: Store, clock: Clock) -> None:
    made = aged(town, clock)
    clock.advance(days=1000)
    entries = town.audit.page(AuditFilter()).total
    counted = purge(town.database, Retention(), dry=True)
    assert sum(counted.values()) == 7
    assert town.solves.get(TOWN, made["stateless"]).over
    assert town.audit.page(AuditFilter()).total == entries
    assert purge(town.database, Retention()) == counted


def test_the_periods_come_from_documented_settings() -> None:
    assert from_environment({}) == Retention()
    names = {f"SANBAN_KEEP_{field.name.upper()}_DAYS" for field in fields(Retention)}
    assert {name for name in BY_NAME if name.startswith("SANBAN_KEEP_")} == names
    assert from_environment({"SANBAN_KEEP_PAPERS_DAYS": "7"}).papers == 7


def test_the_command_says_what_it_did(
    filled_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANBAN_KEEP_HISTORY_DAYS", "35")
    store = Store(filled_url)
    recent = {"recent": [{"start": "2020-01-01T08:00Z", "end": "2020-01-01T20:00Z"}]}
    store.things.add(TOWN, "people", document.entity_from_json("people", towns.person(50, history=recent), towns.ZONE))
    store.close()
    assert main(["purge", "--dry-run", "--database", filled_url]) == 0
    said = capsys.readouterr().out
    assert "nothing was deleted" in said
    assert "people who lost old history" in said
    assert main(["purge", "--database", filled_url]) == 0
    assert "This was deleted." in capsys.readouterr().out
    assert main(["purge", "--dry-run", "--database", filled_url]) == 0
    assert not any(line.split()[0] not in ("0", "只是试算，什么也没有删除。", "Only") for line in
                   capsys.readouterr().out.splitlines())  # fmt: skip
    monkeypatch.setenv("SANBAN_KEEP_HISTORY_DAYS", "3")
    assert main(["purge", "--database", filled_url]) == 2
    assert "SANBAN_KEEP_HISTORY_DAYS" in capsys.readouterr().err
