"""The basics of a new town: complete, in two languages, a sound document."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from scheduler import document, towns
from scheduler.preflight import preflight
from scheduler.towns import basics

MONDAY = date(2026, 11, 23)
SHIPPED = {
    "1+N+4": ["leader", "guide", "verifier", "recorder", "diverter"],
    "expressway": ["leader", "guide", "verifier", "recorder"],
    "point-leader": ["point_leader"],
    "one-head-three-officers": ["grid_head", "registrar", "medic", "buyer"],
    "2+N": ["grid_worker", "police_assistant", "team_member"],
    "four-teams-two-officers": [
        "information_officer", "mediator", "publicist", "patroller", "volunteer", "vanguard",
    ],
    "1+1+N": ["grid_head", "grid_worker", "team_member"],
    "gate": ["guard"],
    "gate-relieved": ["guard", "reliever"],
    "grid-staffing": ["department_cadre", "street_cadre", "social_worker", "secretary", "stair_head"],
}  # fmt: skip
"""The staffing templates that every town can have, with their positions."""


def made() -> dict[str, Any]:
    return basics.document({"id": "north", "name": "北镇"}, "Asia/Shanghai", MONDAY)


def populated() -> dict[str, Any]:
    """A post of every template and somebody for every seat of it."""
    doc = made()
    doc["posts"] = [
        {"id": f"post-{i}", "name": t["name"], "staffing": [{"template": t["id"], "pattern": "three-shifts"}]}
        for i, t in enumerate(doc["staffing_templates"])
    ]
    held = [{"id": q["id"]} for q in doc["qualifications"]]
    doc["people"] = [
        {"id": f"p{i}", "name": f"人{i}", "category": "worker", "qualifications": held} for i in range(600)
    ]
    return doc


def test_every_template_that_towns_use_is_there_with_its_positions() -> None:
    found = {t["id"]: [s["position"] for s in t["seats"]] for t in basics.TEMPLATES}
    assert SHIPPED.items() <= found.items()


@pytest.mark.parametrize(
    "noun", ["categories", "qualifications", "positions", "contracts", "shift_patterns", "staffing_templates"]
)
def test_everything_has_a_name_in_both_languages_and_an_id_of_its_own(noun: str) -> None:
    entries = [*made()[noun], *(s for p in made()[noun] for s in p.get("shifts", ()))]
    assert all(e["name"] and e["name_en"] for e in entries)
    ids = [e["id"] for e in made()[noun]]
    assert len(set(ids)) == len(ids) >= 5


def test_the_basics_are_a_sound_document_of_which_only_people_and_duties_are_missing() -> None:
    problem = document.load(made(), nobody_yet=True)
    assert [n.code for n in preflight(problem)] == ["no_people", "no_duties"]
    with pytest.raises(document.DocumentError) as caught:
        document.load(made())
    assert [f.code for f in caught.value.faults] == ["no_people"]


def test_once_there_are_people_and_posts_no_rule_is_dead_and_nothing_is_impossible() -> None:
    notices = preflight(document.load(populated()))
    assert {n.code for n in notices} <= {"no_history"}


def test_a_day_is_covered_by_each_pattern_as_its_name_says() -> None:
    spans = {p["id"]: [(s["start"], s["end"]) for s in p["shifts"]] for p in basics.PATTERNS}
    for pattern in ("three-shifts", "four-shifts"):
        assert [end for _, end in spans[pattern]] == [*[start for start, _ in spans[pattern][1:]], "00:00"]
    assert spans["unequal-shifts"] == [("08:00", "15:00"), ("15:00", "22:00"), ("22:00", "08:00")]


def test_each_example_says_what_it_is() -> None:
    assert list(towns.ABOUT) == list(towns.DEMO_KEYS)
