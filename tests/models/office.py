"""A day at the office, in order: each method of the store that changes something that the log tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from models.imports import Change
from models.links import LinkPolicy
from models.records import Town
from models.staffing_plans import Choice
from models.store import Store
from scheduler import document
from scheduler.problem import Demand, StaffingTemplate

from . import telling_steps, towns
from .own_office import own_matters
from .towns import MONDAY, TOWN


def changed(store: Store, id_: str = "p1", **fields: Any) -> None:
    held = store.things.get(TOWN, "people", id_)
    body = document.entity_to_json("people", held.value) | fields
    value = document.entity_from_json("people", body, towns.ZONE)
    store.things.change(TOWN, "people", value, held.revision)


def office(store: Store) -> dict[str, Callable[[], Any]]:
    """A day at the office, in order: each method of the store that changes something that the log tells."""
    start, made = datetime(2026, 11, 24, tzinfo=UTC), dict[str, Any]()

    def thing(noun: str, body: dict[str, Any]) -> Any:
        return document.entity_from_json(noun, body, towns.ZONE)

    def duty() -> Any:
        return store.weeks.duty(TOWN, MONDAY, "stores")

    def solved() -> None:
        solve, _ = store.solves.create(TOWN, "solve", {"any": 1}, week=MONDAY)
        claim = store.queue.claim("worker", 60)
        assert claim is not None
        seat = {"person": "p1", "duty": "gate/2026-11-23/day", "position": "verify"}
        store.queue.finish(solve.id, claim.solve.attempt, "finished", {"assignments": [seat]})

    def kept(name: str, value: Any) -> None:
        made[name] = value

    def revision() -> int:
        return int(store.rosters.get(TOWN, MONDAY, "draft").revision)

    return {
        "towns.add": lambda: store.towns.add(Town("new", "新镇", "New", towns.ZONE)),
        "towns.change": lambda: store.towns.change(Town("new", "旧镇", "Old", towns.ZONE), 1),
        "rules.set": lambda: store.rules.set(TOWN, [], 1),
        "things.add": lambda: store.things.add(TOWN, "units", thing("units", {"id": "u", "name": "新"})),
        "things.add_many": lambda: store.things.add_many(TOWN, "people", [thing("people", towns.person(77))]),
        "things.change": lambda: changed(store, tags=["x"]),
        "things.remove": lambda: store.things.remove(TOWN, "units", "u", 1),
        "weeks.make": lambda: store.weeks.make(TOWN, towns.NEXT),
        "weeks.remove": lambda: store.weeks.remove(TOWN, towns.NEXT, 1),
        "weeks.save_duty": lambda: store.weeks.save_duty(TOWN, MONDAY, replace(duty().value, name="清点"), 1),
        "rosters.save_draft": lambda: towns.drafted(store),
        "rosters.discard_draft": lambda: store.rosters.discard_draft(TOWN, MONDAY, revision()),
        "weeks.remove_duty": lambda: store.weeks.remove_duty(TOWN, MONDAY, "stores", 2),
        "queue.finish": solved,
        "rosters.publish": lambda: towns.published(store),
        "amendments.amend": lambda: amended(store),
        "proposals.accept": lambda: accepted(store),
        "accounts.create": lambda: kept("li", store.accounts.create("li", "李", "a long password", "organiser", TOWN)),
        "accounts.change": lambda: store.accounts.change(made["li"].id, role="inspector"),
        "tokens.issue": lambda: kept("token", store.tokens.issue(made["li"].id, "script", ["see_roster"], 9)[0]),
        "tokens.revoke": lambda: store.tokens.revoke(made["li"].id, made["token"].id),
        "tokens.revoke_all": lambda: (
            store.tokens.issue(made["li"].id, "other", ["see_roster"], 9), store.tokens.revoke_all(made["li"].id)
        ),
        "identities.join": lambda: store.identities.join(made["li"].id, "https://id.invalid", "subject-1"),
        "identities.part": lambda: store.identities.part(made["li"].id, "https://id.invalid"),
        "links.issue": lambda: store.links.issue(TOWN, "p3"),
        "links.revoke": lambda: store.links.revoke(TOWN, "p3"),
        "links.make_code": lambda: store.links.make_code(TOWN, "p3"),
        "links.drop_code": lambda: store.links.drop_code(TOWN, "p3"),
        "links.set_policy": lambda: store.links.set_policy(TOWN, LinkPolicy(30), 1),
        "absences.report": lambda: kept(
            "absence", store.absences.report(TOWN, "p3", start, start + timedelta(hours=2), "", by="x").id
        ),
        "absences.cover": lambda: store.absences.cover(TOWN, made["absence"]),
        "absences.withdraw": lambda: store.absences.withdraw(TOWN, made["absence"]),
        **telling_steps.steps(store, made),
        **own_matters(store),
        "weeks.copy_people": lambda: (store.weeks.make(TOWN, towns.NEXT), store.weeks.copy_people(TOWN, towns.NEXT)),
        "staffing.apply": lambda: restaffed(store),
        "staffing.close": lambda: store.staffing.close(TOWN, "bridge", start, by="x"),
        "imports.confirm": lambda: confirmed(store),
        "personal.reveal_phones": lambda: store.personal.reveal_phones(TOWN, ["p3"], "sheet", "to call"),
        "personal.reveal_phone": lambda: store.personal.reveal_phone(TOWN, "p3", "to call"),
        "personal.dossier": lambda: store.personal.dossier(TOWN, "p3", "asked for it"),
        "personal.erase": lambda: store.personal.erase(TOWN, "p77", "asked for it"),
    }  # fmt: skip


def restaffed(store: Store) -> None:
    store.things.add(TOWN, "staffing_templates", StaffingTemplate("pair", "两人", (Demand("verify", 2, 2, 2),)))
    store.staffing.apply(TOWN, MONDAY, Choice(("bridge",), "pair", "two", MONDAY, onwards=True), by="x")


def confirmed(store: Store) -> None:
    held = store.imports.keep(TOWN, "people", "x.csv", "li", store.imports.snapshot(TOWN).mark, {}, {})
    store.imports.confirm(held, [Change("units", "bureau", None, {"id": "bureau", "name": "局"})])


def accepted(store: Store) -> None:
    solve, _ = store.solves.create(TOWN, "solve", {"any": 2}, week=MONDAY, beside=True)
    assert store.queue.claim("worker", 60) is not None
    seat = {"person": "p1", "duty": "gate/2026-11-23/day", "position": "verify"}
    store.queue.finish(solve.id, 1, "finished", {"assignments": [seat]})
    store.proposals.accept(TOWN, solve.id, None, by="x")


def amended(store: Store) -> None:
    version = store.rosters.get(TOWN, MONDAY, "published")
    seat = version.assignments[0]
    store.amendments.amend(TOWN, MONDAY, version.number, [seat], [], by="x")
