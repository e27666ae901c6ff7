"""A town in which every text that somebody can enter, and every id, tries to be a script."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from models.store import Store
from scheduler import check
from scheduler import document as documents
from scheduler.problem import Assignment
from tests.api.conftest import PASSWORD
from tests.api.towns import DAYS, document

MARK = "sanbanmark"
PAYLOAD = f"\"'><{MARK} onclick={MARK}()>{{{{9973*9967}}}}</script><script>{MARK}(1)</script>"
SHORT = f"\"'><{MARK} a=`>{{{{9973*9967}}}}"
ADDRESS = f"javascript:{MARK}()"
CALCULATED = str(9973 * 9967)
"""Long enough not to stand in a page by chance."""
TEXTS = {
    "name": PAYLOAD, "name_en": PAYLOAD, "shift_name": PAYLOAD, "place": PAYLOAD, "type": SHORT, "colour": SHORT,
    "gearbox": SHORT, "phone": ADDRESS, "email": PAYLOAD, "directions": PAYLOAD, "bring": PAYLOAD,
}  # fmt: skip
"""Free text of the problem document, and what stands in it here."""
LISTS = {"tags": [SHORT], "opt_ins": [SHORT]}
IDS = ("volunteer", "school", "medic", "verify", "village", "full", "van", "three", "team", "bridge", "early", "p00")
TOWN, LOGIN = "poisoned", "poisoned"


def monday() -> date:
    """Of this week, so that the volunteer's page has duties ahead."""
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    return today - timedelta(days=today.weekday())


def id_of(id_: str) -> str:
    return f'{id_}"><{MARK}>'


def poisoned() -> dict[str, Any]:
    """The document: the small town of the tests, every text of every entity replaced."""
    whole = document(TOWN, PAYLOAD) | {"start": monday().isoformat(), "days": DAYS}
    text = json.dumps(whole)
    for id_ in IDS:
        text = text.replace(f'"{id_}"', json.dumps(id_of(id_)))
    made: dict[str, Any] = json.loads(text)
    shapes = documents.schema()["$defs"]
    for noun, shape in (
        ("people", "person"), ("posts", "post"), ("areas", "area"), ("units", "term"), ("categories", "term"),
        ("qualifications", "term"), ("positions", "term"), ("contracts", "contract"), ("vehicles", "vehicle"),
        ("shift_patterns", "shift_pattern"), ("staffing_templates", "staffing_template"),
    ):  # fmt: skip
        for entity in made[noun]:
            entity.update({k: v for k, v in (TEXTS | LISTS).items() if k in shapes[shape]["properties"]})
    for shift in made["shift_patterns"][0]["shifts"]:
        shift.update(name=PAYLOAD[:100], name_en=PAYLOAD[:100])
    made["town"].update(name=PAYLOAD, name_en=PAYLOAD)
    return made


def stored(store: Store) -> None:
    """The town with a published roster that broke a rule for a reason, a draft, a drop-out, and its organiser."""
    store.load_town(poisoned())
    store.accounts.create(LOGIN, PAYLOAD, PASSWORD, "organiser", TOWN)
    week = monday()
    problem = documents.load(store.weeks.problem_document(TOWN, week))
    people = [p.id for p in problem.people]
    verify = id_of("verify")
    duties = sorted(problem.duties, key=lambda d: (d.start, d.id))
    made = [Assignment(people[i % len(people)], duty.id, verify) for i, duty in enumerate(duties[:-1])]
    draft = store.rosters.save_draft(TOWN, week, made, origin="edit", by=PAYLOAD)
    report = check.check(problem, made)
    store.rosters.publish(TOWN, week, draft.number, draft.revision, by=PAYLOAD, report=report, override_reason=PAYLOAD)
    store.rosters.save_draft(TOWN, week, made[:-3], origin="edit", by=PAYLOAD)
    span = (problem.duties[0].start, problem.duties[0].start + timedelta(days=7))
    store.absences.report(TOWN, id_of("p00"), *span, PAYLOAD, by=PAYLOAD)
