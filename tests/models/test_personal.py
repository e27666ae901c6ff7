"""One person's data: shown with a reason, handed out whole, and gone when they are to be gone."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from models.audit import AuditFilter
from models.calls import Asked, Kept
from models.columns import Base
from models.errors import AlreadyExists, InUse, NotFound
from models.privacy import (
    ERASED_NAME,
    is_masked,
    masked,
    public_name,
    shortened,
    with_masked_phones,
    without_mobiles,
    without_phones,
)
from models.store import Store
from scheduler import document
from scheduler.document import DocumentError
from tests.conftest import Clock

from . import towns
from .towns import MONDAY, TOWN

NAME, PHONE = "欧阳望舒", "15400007788"
LAST = datetime(2026, 12, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("15400000001", "154****0001"),
        ("+86 154 0000 0001", "154****0001"),
        ("0571-8888 1234", "057****1234"),
        ("88881234", "****34"),
        ("110", "****"),
        ("call my mother", "****"),
        ("", ""),
    ],
)
def test_a_masked_number_can_be_recognised_and_not_called(phone: str, shown: str) -> None:
    assert masked(phone) == shown
    assert is_masked(masked(phone)) or not phone


@given(st.text(max_size=40))
def test_at_least_four_digits_of_any_number_are_hidden_and_masking_again_changes_little(phone: str) -> None:
    digits = [c for c in phone if c.isdigit()]
    shown = [c for c in masked(phone) if c.isdigit()]
    assert len(shown) <= 7
    assert len(shown) <= max(0, len(digits) - 4)


@pytest.mark.parametrize(
    ("name", "shown"),
    [("张三", "张*"), ("张", "张*"), ("欧阳望舒", "欧阳*"), ("欧阳", "欧*"), ("  李四 ", "李*"), ("Li Lei", "L*"),
     ("", "*")],
)  # fmt: skip
def test_public_sheets_show_no_more_than_the_family_name(name: str, shown: str) -> None:
    assert public_name(name) == shown


@given(st.text("张三王五明华 ab", max_size=30), st.sets(st.text("张三王五明华", min_size=2, max_size=4), max_size=5))
def test_a_text_is_shortened_until_no_name_is_left(said: str, names: set[str]) -> None:
    assert not any(name in shortened(said, names) for name in names)


def test_a_name_inside_a_longer_name_is_left_to_its_owner() -> None:
    taken = shortened("王明和王明华", {"王明", "王明华"}, lambda name: "*" if name == "王明" else name)
    assert taken == "*和王明华"
    assert shortened("Annabel and Ann", {"Ann"}) == "Annabel and A*"


def test_mobile_numbers_are_masked_wherever_somebody_typed_them() -> None:
    assert without_mobiles("打 154 0000 0001 或 +86-15400000002，编号 915400000003") == (
        "打 154****0001 或 154****0002，编号 915400000003"
    )


def test_a_document_without_numbers_is_otherwise_the_same() -> None:
    body = towns.document(people=[towns.person(0, phone=PHONE), towns.person(1)])
    bare = without_phones(body)
    assert PHONE not in json.dumps(bare)
    assert [set(a) - set(b) for a, b in zip(body["people"], bare["people"], strict=True)] == [{"phone"}, set()]
    assert with_masked_phones(body) == []
    assert with_masked_phones(towns.document(people=[towns.person(0), towns.person(1, phone="154****0001")])) == [1]


def settled(store: Store, clock: Clock) -> None:
    """Somebody who served in a published week that is over and left traces, and a colleague with a like name."""
    clock.ahead = datetime(2026, 11, 20, tzinfo=UTC) - datetime.now(UTC)
    for id_, name, phone in (("p1", NAME, PHONE), ("p2", NAME + "华", "15400009999")):
        held = store.things.get(TOWN, "people", id_)
        body = document.entity_to_json("people", held.value) | {"name": name, "phone": phone}
        store.things.change(TOWN, "people", document.entity_from_json("people", body, towns.ZONE), held.revision)
    draft = towns.drafted(store)
    why = f"{NAME}（{PHONE}）同意连班"
    store.rosters.publish(TOWN, MONDAY, draft.number, draft.revision, by="a", report=towns.BROKEN, override_reason=why)
    problem = store.weeks.problem_document(TOWN, MONDAY)
    problem["people"][1]["phone"] = PHONE  # as an older program would have frozen it
    solve, _ = store.solves.create(TOWN, "repair", problem, week=MONDAY)
    claim = store.queue.claim("worker", 60)
    assert claim is not None
    store.queue.finish(solve.id, claim.solve.attempt, "finished", {"text": f"{NAME}改上夜班，{NAME}华不变"})
    store.links.issue(TOWN, "p1")
    day = datetime(2026, 11, 24, tzinfo=UTC)
    store.absences.report(TOWN, "p1", day, day + timedelta(hours=8), "家里有事", by="person:p1")
    store.absences.report(TOWN, "p2", day, day + timedelta(hours=8), f"陪{NAME}看病 {PHONE}", by="person:p2")
    mine = next(a for a in draft.assignments if a.person == "p1")
    store.acknowledgements.acknowledge(TOWN, MONDAY, "p1", mine.duty)
    held_call = store.calls.begin(Asked(TOWN, "a", "key", "POST /people", "digest"), 30)
    store.calls.keep(held_call, Kept(201, {}, json.dumps({"name": NAME, "phone": PHONE}, ensure_ascii=False)))  # type: ignore[arg-type]
    store.weeks.make(TOWN, towns.NEXT, source="previous", with_roster=True)
    draft = store.rosters.get(TOWN, towns.NEXT, "draft")
    store.rosters.save_draft(
        TOWN, towns.NEXT, draft.assignments, origin="edit", revision=draft.revision, summary={"s": f"{NAME}太累"}
    )
    clock.ahead = LAST - datetime.now(UTC)


def everything(store: Store) -> str:
    """Every value of every table, as text."""
    with store.database.read() as session:
        return "\n".join(
            json.dumps([str(v) if not isinstance(v, (dict, list)) else v for v in row], ensure_ascii=False)
            for table in Base.metadata.sorted_tables
            for row in session.execute(select(table))
        )


def test_an_erased_person_is_nowhere_in_the_database(town: Store, clock: Clock) -> None:
    settled(town, clock)
    before = everything(town)
    assert before.count(NAME) > 5
    assert before.count(PHONE) >= 2
    published = town.rosters.get(TOWN, MONDAY, "published")
    served = [a for a in published.assignments if a.person == "p1"]
    done = town.personal.erase(TOWN, "p1", "asked in writing")
    assert done.remains == ()
    filled = {"draft", "solve_paper", "reason", "kept_call", "link", "absence", "acknowledgement"}
    assert {name for name, n in done.counts.items() if n} >= filled
    after = everything(town).replace(NAME + "华", "")
    assert NAME not in after
    assert PHONE not in after
    assert "欧阳*" in after
    assert ERASED_NAME in after
    assert NAME + "华" in everything(town)  # the colleague
    kept = town.rosters.get(TOWN, MONDAY, "published")
    assert kept == published
    assert [a for a in kept.assignments if a.person == "p1"] == served
    assert all(a.person != "p1" for a in town.rosters.get(TOWN, towns.NEXT, "draft").assignments)
    with pytest.raises(NotFound):
        town.things.get(TOWN, "people", "p1")
    (entry,) = town.audit.page(AuditFilter(town=TOWN, action="erase")).items
    assert (entry.thing, entry.reason) == ("p1", "asked in writing")


def test_nor_in_the_bytes_of_the_file(town: Store, clock: Clock) -> None:
    if not town.database.sqlite:
        with town.database.read() as session:  # a server's dead rows are for its own vacuum
            assert session.scalar(text("SELECT current_setting('autovacuum')")) == "on"
        return
    settled(town, clock)
    file = Path(str(town.database.url.database))
    town.personal.erase(TOWN, "p1", "asked")
    town.close()
    sqlite3.connect(file).execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
    raw = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    assert (NAME + "华").encode() in raw
    assert NAME.encode() not in raw.replace((NAME + "华").encode(), b"")
    assert PHONE.encode() not in raw


def test_what_an_erasure_may_not_touch_is_named(town: Store, clock: Clock) -> None:
    """A duty that was named after somebody has been published: nobody may change it, so somebody must know."""
    settled(town, clock)
    account = town.accounts.create("same", NAME, "a long password", "organiser", TOWN)
    assert town.personal.erase(TOWN, "p1", "asked").remains == (("account", account.id),)


def test_the_town_goes_on_without_them(town: Store, clock: Clock) -> None:
    settled(town, clock)
    town.personal.erase(TOWN, "p1", "asked")
    problem = document.load(town.weeks.problem_document(TOWN, towns.NEXT))
    assert "p1" not in problem.person_index
    with pytest.raises(AlreadyExists):
        town.things.add(TOWN, "people", document.entity_from_json("people", towns.person(1), towns.ZONE))
    town.load_town(towns.document())
    with pytest.raises(NotFound):
        town.things.get(TOWN, "people", "p1")
    with pytest.raises(NotFound):
        town.personal.erase(TOWN, "p1", "again")


def test_somebody_who_is_still_needed_is_not_erased(town: Store, clock: Clock) -> None:
    settled(town, clock)
    clock.ahead = datetime(2026, 11, 23, tzinfo=UTC) - datetime.now(UTC)
    with pytest.raises(InUse) as refused:
        town.personal.erase(TOWN, "p1", "asked")
    assert refused.value.used_by == (("roster", MONDAY.isoformat()),)
    clock.ahead = LAST - datetime.now(UTC)
    town.rules.set(TOWN, [{"rule": "min_rest", "hours": 11, "population": {"people": ["p1"]}}], 1)
    solve, _ = town.solves.create(TOWN, "solve", {"any": 1})
    with pytest.raises(InUse) as refused:
        town.personal.erase(TOWN, "p1", "asked")
    assert {noun for noun, _ in refused.value.used_by} == {"rule", "solve"}
    assert town.things.get(TOWN, "people", "p1").value.name == NAME
    assert solve.id in {id_ for _, id_ in refused.value.used_by}


def test_the_dossier_holds_everything_about_one_person_and_nobody_else(town: Store, clock: Clock) -> None:
    settled(town, clock)
    found = town.personal.dossier(TOWN, "p1", "asked for it")
    assert (found["person"]["name"], found["person"]["phone"]) == (NAME, PHONE)
    assert [a["reason"] for a in found["absences"]] == ["家里有事"]
    assert len(found["links"]) == len(found["acknowledgements"]) == len(found["copies_in_solves"]) == 1
    assert {a["state"] for a in found["assignments"]} == {"published", "draft"}
    assert found["log"][-1]["action"] == "export"
    written = json.dumps(found, ensure_ascii=False)
    assert "15400009999" not in written
    assert "token_hash" not in written


def test_a_number_is_shown_for_a_reason_and_the_log_says_so(town: Store, clock: Clock) -> None:
    settled(town, clock)
    assert town.personal.reveal_phone(TOWN, "p1", "nobody at the gate") == PHONE
    (entry,) = town.audit.page(AuditFilter(action="reveal")).items
    assert (entry.person, entry.reason, entry.changes) == ("p1", "nobody at the gate", {})
    for bad in ("", "  ", "x" * 501):
        with pytest.raises(DocumentError):
            town.personal.reveal_phone(TOWN, "p1", bad)
    with pytest.raises(NotFound):
        town.personal.reveal_phone(TOWN, "nobody", "a reason")


def test_a_problem_document_carries_no_numbers(town: Store, clock: Clock) -> None:
    settled(town, clock)
    written = json.dumps(town.weeks.problem_document(TOWN, MONDAY), ensure_ascii=False)
    assert NAME in written
    assert PHONE not in written
    body: dict[str, Any] = {"people": [{"id": "a", "name": "甲", "phone": PHONE}]}
    solve, _ = town.solves.create(TOWN, "solve", body)
    assert town.solves.problem(TOWN, solve.id) == {"people": [{"id": "a", "name": "甲"}]}
