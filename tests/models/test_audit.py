"""The log of changes: nothing that is written goes past it, and nothing in it can be taken back."""

from __future__ import annotations

import ast
import inspect
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, text, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.exc import DBAPIError

import models
from models.audit import AuditEntry, AuditFilter
from models.audit_context import acting, because
from models.audit_entries import MOST_PARTS
from models.audit_rules import LOGGED, SILENT, rule_of
from models.columns import Base
from models.privacy import HIDDEN
from models.rows import AbsenceRow, AssignmentRow, LinkRow, PersonRow
from models.store import Store
from scheduler import document
from scheduler.problem import Assignment
from tests.conftest import Clock
from tests.effort import statements

from . import towns
from .office import changed, office
from .towns import MONDAY, TOWN

FOLDER = Path(inspect.getfile(models)).parent
PHONE = "15400001234"


def log(store: Store, **wanted: Any) -> list[AuditEntry]:
    return list(store.audit.all(AuditFilter(**wanted)))


def test_every_table_is_logged_or_says_why_not() -> None:
    """A new table is logged with everything hidden until somebody has decided: say it in models/audit_rules.py."""
    tables = set(Base.metadata.tables)
    assert tables - set(LOGGED) - set(SILENT) == set()
    assert (set(LOGGED) | set(SILENT)) - tables == set()
    assert set(LOGGED) & set(SILENT) == set()
    for name, rule in LOGGED.items():
        columns = set(Base.metadata.tables[name].columns.keys())
        named = {*rule.thing, *rule.silent, *rule.names, *([rule.person] if rule.person else [])}
        assert named - columns == set(), name


def test_a_table_that_nobody_has_decided_about_tells_that_it_changed_and_nothing_else() -> None:
    rule = rule_of("a_table_of_next_year")
    assert rule is not None
    assert rule.rest("a secret") == HIDDEN


def test_a_change_says_who_when_from_what_to_what_and_why(town: Store, clock: Clock) -> None:
    before = datetime.now(UTC)
    with acting("account-7", "moved house", "request-9"):
        changed(town, unit="idle", tags=["early"])
    (entry,) = log(town, town=TOWN, noun="person", action="change")
    assert (entry.actor, entry.reason, entry.request) == ("account-7", "moved house", "request-9")
    assert (entry.thing, entry.person) == ("p1", "p1")
    assert entry.changes == {"unit": ["school", "idle"], "tags": [None, ["early"]]}
    assert before - timedelta(seconds=1) < entry.at < datetime.now(UTC) + timedelta(seconds=1)


def test_names_numbers_secrets_and_reasons_of_absence_never_reach_the_log(town: Store) -> None:
    changed(town, name="王五六", phone=PHONE)
    changed(town, name="赵七八", phone="15400009999")
    town.links.issue(TOWN, "p1")
    town.accounts.create("li", "李雷雷", "a long password", "organiser", TOWN)
    start = datetime(2026, 11, 24, tzinfo=UTC)
    town.absences.report(TOWN, "p1", start, start + timedelta(hours=8), "发烧，去医院", by="person:p1")
    with because("新来的孙小美"):
        town.things.add(
            TOWN, "people", document.entity_from_json("people", towns.person(60, name="孙小美"), towns.ZONE)
        )
    with because(f"桃花2号 called from {PHONE}"):
        changed(town, tags=["x"])
    with town.database.read() as session:
        rows = session.execute(text("SELECT * FROM audit")).all()
    written = "\n".join(map(str, rows))
    for word in ("王五六", "赵七八", PHONE, "15400009999", "李雷雷", "发烧", "桃花2号", "孙小美", "argon2"):
        assert word not in written, word
    assert "王*" in written
    assert "154****1234" in written
    (last,) = [e for e in log(town) if "tags" in e.changes]
    assert last.reason == "桃* called from 154****1234"


def test_a_rule_change_is_an_entry_of_the_rules(town: Store) -> None:
    held = town.rules.get(TOWN)
    town.rules.set(TOWN, [{"rule": "min_rest", "hours": 12}], held.revision)
    (entry,) = log(town, noun="rules", action="change")[-1:]
    assert entry.thing == TOWN
    assert [rules[0]["hours"] for rules in entry.changes["rules"]] == [11, 12]


def test_a_whole_roster_is_one_entry_and_a_hand_edit_is_told_seat_by_seat(town: Store) -> None:
    town.weeks.make(TOWN, towns.NEXT)
    seats = [stored.value for stored in town.weeks.duties(TOWN, MONDAY)]
    many = [Assignment(f"p{i}", duty.id, duty.seats[0].position) for duty in seats for i in range(4)]
    assert len(many) > MOST_PARTS
    draft = town.rosters.save_draft(TOWN, MONDAY, many, origin="edit", by="organiser")
    (whole,) = [e for e in log(town, noun="roster") if "assignments" in e.changes]
    assert (whole.thing, whole.changes) == (f"{MONDAY}/{draft.number}", {"assignments": [0, len(many)]})
    assert log(town, noun="assignment") == []
    moved = [*draft.assignments[1:]]
    town.rosters.save_draft(TOWN, MONDAY, moved, origin="edit", revision=draft.revision)
    (entry,) = log(town, noun="assignment")
    gone = draft.assignments[0]
    assert (entry.action, entry.person, entry.thing) == ("remove", gone.person, f"{MONDAY}/{draft.number}/{gone.duty}")
    assert entry.changes["position"] == [gone.position, None]


def test_a_publication_is_logged_with_its_reason_but_without_names(town: Store) -> None:
    draft = towns.drafted(town)
    town.rosters.publish(
        TOWN, MONDAY, draft.number, draft.revision, by="a", report=towns.BROKEN, override_reason="桃花3号 agreed"
    )
    (entry,) = log(town, noun="roster", action="change")
    assert entry.changes == {"state": ["draft", "published"], "override_reason": [None, "桃* agreed"]}
    assert town.rosters.get(TOWN, MONDAY, "published").override_reason == "桃* agreed"


def test_what_was_refused_is_not_in_the_log(town: Store) -> None:
    count = len(log(town))
    with pytest.raises(document.DocumentError):
        changed(town, category="nobody-knows")
    with pytest.raises(RuntimeError), town.database.write() as session:  # noqa: PT012 - all of it is taken back
        session.get_one(PersonRow, (TOWN, "p1")).revision = 7
        session.add(LinkRow(token_hash="h", town=TOWN, person="p1", created_at=town.database.now(),
                            expires_at=town.database.now(), revoked_at=None))  # fmt: skip
        session.flush()
        raise RuntimeError
    assert len(log(town)) == count


def test_statements_on_many_rows_are_told_row_by_row(town: Store) -> None:
    for person in ("p1", "p1", "p2"):
        town.links.issue(TOWN, person)
    count = len(log(town, noun="link"))
    now = town.database.now()
    with town.database.write() as session:
        session.execute(update(LinkRow).where(LinkRow.person == "p1").values(revoked_at=now))
    told = log(town, noun="link")[count:]
    assert [(e.person, e.action) for e in told] == [("p1", "change")] * 2
    assert all(e.changes["revoked_at"][0] is None and e.changes["revoked_at"][1] for e in told)
    with town.database.write() as session:
        session.execute(delete(LinkRow))
        row = {"id": "a", "town": TOWN, "person": "p1", "starts_at": now, "ends_at": now + timedelta(hours=1),
               "reason": "", "state": "reported", "reported_by": "x", "created_at": now}  # fmt: skip
        session.execute(insert(AbsenceRow).values(**row))
        session.execute(insert(AbsenceRow), [row | {"id": "b"}, row | {"id": "c"}])
    assert [e.action for e in log(town, noun="link")[count + 2 :]] == ["remove"] * 3
    assert [e.thing for e in log(town, noun="absence")] == ["a", "b", "c"]


def test_a_write_that_the_log_cannot_follow_is_refused(town: Store) -> None:
    row = {"town": TOWN, "week": MONDAY, "number": 1, "duty": "d", "person": "p1", "position": "v", "pinned": False}
    with town.database.write() as session:
        with pytest.raises(NotImplementedError):
            session.execute(upsert(AssignmentRow).values(**row).on_conflict_do_nothing())
        with pytest.raises(NotImplementedError):
            session.execute(insert(AssignmentRow).values([row, row]))
        with pytest.raises(NotImplementedError):
            session.bulk_insert_mappings(AssignmentRow, [row])


def test_the_database_itself_refuses_to_change_or_delete_an_entry(town: Store) -> None:
    statements = ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"]
    if not town.database.sqlite:
        statements.append("TRUNCATE audit")
    for statement in statements:
        with pytest.raises(DBAPIError, match="only grows"), town.database.connection() as connection:
            connection.execute(text(statement))
    assert log(town)


def test_entries_are_found_by_town_person_actor_noun_thing_and_time(town: Store, clock: Clock) -> None:
    clock.advance(days=1)
    noon = clock()
    with acting("account-1"):
        changed(town, "p1", tags=["a"])
    with acting("account-2"):
        changed(town, "p2", tags=["a"])
    clock.advance(days=1)
    changed(town, "p1", tags=["b"])
    assert len(log(town, town=TOWN, person="p1", start=noon)) == 2
    assert len(log(town, person="p1", start=noon, end=clock() - timedelta(hours=1))) == 1
    assert [e.person for e in log(town, actor="account-2")] == ["p2"]
    assert len(log(town, noun="person", thing="p1", action="change")) == 2
    assert log(town, town="elsewhere") == []
    page = town.audit.page(AuditFilter(town=TOWN, action="change", noun="person"), 1, 2)
    assert page.total == 3
    assert [e.changes["tags"][1] for e in page.items] == [["b"], ["a"]]
    assert "person" in town.audit.nouns(TOWN)
    assert town.audit.nouns("elsewhere") == []


UNTOLD = {
    "solves", "queue", "sessions", "attempts", "acknowledgements", "calls", "outbox", "posting", "presence", "handover",
}  # fmt: skip
"""Parts of the store that write to silent tables; what a queue's end makes is a roster and is told."""
QUIET = {
    "amendments.hold", "proposals.dismiss", "callouts.hold", "gaps.hold",
    "imports.keep", "imports.compared_again", "imports.discard",
    "webhooks.emit", "webhooks.claim", "webhooks.answered", "webhooks.refused",
}  # fmt: skip
"""Methods that only keep others from writing until their unit of work ends, or change a silent table alone."""


def test_whatever_the_store_writes_is_told(town: Store, clock: Clock) -> None:
    """The walk over all methods that write: a new one has to take its place in the office, or among the untold."""
    clock.ahead = datetime(2026, 11, 23, tzinfo=UTC) - datetime.now(UTC)
    writing = {
        f"{name}.{method}"
        for name, part in vars(town).items()
        for method, function in inspect.getmembers(type(part), inspect.isfunction)
        if name != "database" and not method.startswith("_") and "_db.write()" in inspect.getsource(function)
    }
    steps = office(town)
    assert {method for method in writing if method.split(".")[0] not in UNTOLD} - QUIET - set(steps) == set()
    for method, step in steps.items():
        count = len(log(town))
        step()
        assert len(log(town)) > count, method


def modules() -> list[Path]:
    return [p for p in sorted(FOLDER.rglob("*.py")) if "versions" not in p.parts and "__pycache__" not in p.parts]


def test_nobody_writes_to_a_logged_table_past_the_session() -> None:
    """No SQL in words that writes, and no write on a bare connection: what carries databases over is apart."""
    own = ("database.py", "unit.py")
    carriers = {"transfer.py", "counters.py", "audit_capture.py"}
    found = []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and path.name not in carriers:
                words = node.value.split()
                if len(words) > 2 and words[0] in ("INSERT", "UPDATE", "DELETE"):
                    found.append(f"{path.name}: {node.value[:60]}")
            if isinstance(node, ast.Attribute) and node.attr == "_writing" and path.name not in own:
                found.append(f"{path.name}: its own connection")
    assert found == []


def test_two_thousand_people_at_once_are_told_one_by_one_and_written_together(town: Store) -> None:
    people = [document.entity_from_json("people", towns.person(1000 + i), towns.ZONE) for i in range(2000)]
    with statements() as count:
        town.things.add_many(TOWN, "people", people)
    assert count.statements < 40
    assert len(log(town, noun="person", action="add")) == towns.PEOPLE + 2000
