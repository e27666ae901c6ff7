"""What is wrong with a document is told all at once, each with its path, a code and a sentence in two languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scheduler import document
from scheduler.document import MAX_DUTIES, MAX_PEOPLE
from scheduler.document.faults import MAX_FAULTS
from scheduler.document.sentences import SENTENCES

from .documents import all_faults, faults, full, small

Spoil = Callable[[dict[str, Any]], object]
SHIFT = {"id": "x", "name": "班", "start": "08:00", "end": "16:00"}


def put(*path: str | int, value: Any) -> Spoil:
    """Sets the value at a path of the document."""

    def spoil(body: dict[str, Any]) -> None:
        held: Any = body
        for step in path[:-1]:
            held = held[step]
        held[path[-1]] = value

    return spoil


def drop(*path: str | int) -> Spoil:
    def spoil(body: dict[str, Any]) -> None:
        held: Any = body
        for step in path[:-1]:
            held = held[step]
        del held[path[-1]]

    return spoil


def add(*path: str | int, value: Any) -> Spoil:
    """Appends to the list at a path, which is made when it is missing."""

    def spoil(body: dict[str, Any]) -> None:
        held: Any = body
        for step in path[:-1]:
            held = held[step]
        held.setdefault(path[-1], []).append(value) if isinstance(held, dict) else held[path[-1]].append(value)

    return spoil


def span(start: str, end: str, status: str = "unavailable") -> dict[str, str]:
    return {"start": f"2026-11-{start}+08:00", "end": f"2026-11-{end}+08:00", "status": status}


CASES: list[tuple[str, Spoil, str, str]] = [
    # shape
    ("an unknown field", put("people", 0, "age", value=7), "people[0].age", "unknown_field"),
    ("an unknown field at the top", put("color", value=1), "color", "unknown_field"),
    ("an odd field name", put("a b", value=1), '["a b"]', "unknown_field"),
    ("a missing field", drop("people", 0, "category"), "people[0].category", "missing_field"),
    ("a missing zone", drop("zone"), "zone", "missing_field"),
    ("a wrong type", put("people", 0, "name", value=7), "people[0].name", "wrong_type"),
    ("people that are no list", put("people", value={}), "people", "wrong_type"),
    ("a person that is no object", put("people", 1, value="p2"), "people[1]", "wrong_type"),
    ("a truth value for a number", put("days", value=True), "days", "wrong_type"),
    ("a broken number of days", put("days", value=6.5), "days", "wrong_type"),
    ("another format", put("format", value="other"), "format", "not_this"),
    ("a future version", put("version", value=2), "version", "not_this"),
    ("a horizon of no days", put("days", value=0), "days", "too_small"),
    ("a horizon of sixty days", put("days", value=60), "days", "too_large"),
    ("an endless number", put("people", 0, "history", "duties", value=10**400),
     "people[0].history.duties", "too_large"),
    ("a status that is none", put("people", 0, "availability", 0, "status", value="busy"),
     "people[0].availability[0].status", "not_an_option"),
    ("a kind that is none", put("duties", 0, "kind", value="party"), "duties[0].kind", "not_an_option"),
    ("an endless name", put("people", 0, "name", value="名" * 50_000), "people[0].name", "too_long"),
    ("an empty name", put("people", 0, "name", value=""), "people[0].name", "too_short"),
    ("an empty id", put("people", 0, "id", value=""), "people[0].id", "too_short"),
    ("a long id", put("people", 0, "id", value="i" * 81), "people[0].id", "too_long"),
    ("a bar in an id", put("posts", 0, "id", value="a|b"), "posts[0].id", "bad_characters"),
    ("a line feed at the end of an id", put("posts", 0, "id", value="a\n"), "posts[0].id", "bad_characters"),
    ("a zero byte in a name", put("posts", 0, "name", value="a\0b"), "posts[0].name", "bad_characters"),
    ("a lone surrogate", put("posts", 0, "name", value="\ud800"), "posts[0].name", "bad_characters"),
    ("a team without seats", put("staffing_templates", 0, "seats", value=[]), "staffing_templates[0].seats", "too_few"),
    ("too many people", put("people", value=[{}] * (MAX_PEOPLE + 1)), "people", "too_many"),
    ("NaN", put("posts", 0, "latitude", value=float("nan")), "posts[0].latitude", "not_finite"),
    ("infinity", put("posts", 0, "latitude", value=float("inf")), "posts[0].latitude", "too_large"),
    ("no latitude at all", put("posts", 0, "latitude", value=91), "posts[0].latitude", "too_large"),
    # times
    ("a time without offset", put("errand_runs", 0, "start", value="2026-11-24T09:30"),
     "errand_runs[0].start", "naive_datetime"),
    ("a time that is none", put("errand_runs", 0, "end", value="noon"), "errand_runs[0].end", "not_a_datetime"),
    ("a day that does not exist", put("errand_runs", 0, "end", value="2026-02-30T09:30+08:00"),
     "errand_runs[0].end", "not_a_datetime"),
    ("an hour that does not exist", put("errand_runs", 0, "end", value="2026-11-24T25:30+08:00"),
     "errand_runs[0].end", "not_a_datetime"),
    ("seconds", put("errand_runs", 0, "end", value="2026-11-24T11:00:30+08:00"),
     "errand_runs[0].end", "not_a_whole_minute"),
    ("the year 9999", put("people", 0, "availability", 0, "end", value="9999-12-31T00:00-12:00"),
     "people[0].availability[0].end", "out_of_calendar"),
    ("a start in the year 1", put("start", value="0001-01-01"), "start", "out_of_calendar"),
    ("a date that is none", put("start", value="2026-13-01"), "start", "not_a_date"),
    ("a date with a time", put("start", value="2026-11-23T00:00"), "start", "not_a_date"),
    ("a clock time that is none", put("shift_patterns", 0, "shifts", 0, "start", value="24:00"),
     "shift_patterns[0].shifts[0].start", "not_a_clock_time"),
    ("an end before its start", put("errand_runs", 0, "end", value="2026-11-24T09:29+08:00"),
     "errand_runs[0].end", "end_before_start"),
    ("an end at its start", put("people", 0, "availability", 0, "end", value="2026-11-24T16:00Z"),
     "people[0].availability[0].end", "end_before_start"),
    ("a duty of eight days", put("duties", 0, "end", value="2026-12-04T08:01+08:00"), "duties[0].end", "duty_too_long"),
    ("a duty before the window", put("duties", 0, "start", value="2026-11-22T23:59+08:00"),
     "duties[0].start", "outside_window"),
    ("a run after the window", put("errand_runs", 0, value={
        "id": "r", "start": "2026-11-30T00:00+08:00", "end": "2026-11-30T01:00+08:00", "seats": [{"position": "run"}]}),
     "errand_runs[0].start", "outside_window"),
    ("a past duty in the window", add("people", 0, "history", "recent", value={
        "start": "2026-11-23T00:00+08:00", "end": "2026-11-23T08:00+08:00"}),
     "people[0].history.recent[1].start", "not_before_window"),
    ("spans that overlap by a minute", add("people", 0, "availability", value=span("25T23:59", "26T08:00", "avoid")),
     "people[0].availability[1]", "overlapping_availability"),
    ("a validity that ends before it begins", put("people", 0, "qualifications", 0, value={
        "id": "recorder", "valid_from": "2026-12-02", "valid_until": "2026-12-01"}),
     "people[0].qualifications[0].valid_until", "first_after_last"),
    ("staffing that ends before it begins", put("posts", 0, "staffing", 0, value={
        "template": "desk", "pattern": "three", "first_day": "2026-11-25", "last_day": "2026-11-24"}),
     "posts[0].staffing[0].last_day", "first_after_last"),
    ("an unknown zone", put("zone", value="Mars/Olympus"), "zone", "unknown_zone"),
    ("a zone that is a folder", put("zone", value="Asia"), "zone", "unknown_zone"),
    ("a zone that climbs out", put("zone", value="../../etc/passwd"), "zone", "unknown_zone"),
    # meaning
    ("more wanted than allowed", put("errand_runs", 0, "seats", 0, "max", value=1),
     "errand_runs[0].seats[0].min", "min_ideal_max_order"),
    ("a position twice in a team", add("errand_runs", 0, "seats", value={"position": "run"}),
     "errand_runs[0].seats[1].position", "duplicate_position"),
    ("a shift twice in a pattern", add("shift_patterns", 0, "shifts", value=SHIFT | {"id": "night"}),
     "shift_patterns[0].shifts[3].id", "duplicate_id"),
    ("the same person twice", add("people", value={"id": "p1", "name": "林", "category": "volunteer"}),
     "people[2].id", "duplicate_id"),
    ("a duty and a run of one id", put("errand_runs", 0, "id", value="stores"), "errand_runs[0].id", "duplicate_id"),
    ("a duty with the id of one from a post", put("duties", 0, "id", value="bridge/2026-11-23/early"),
     "duties[0].id", "duplicate_id"),
    ("two staffings for one shift", add("posts", 0, "staffing", value={"template": "desk", "pattern": "three"}),
     "posts[0].staffing", "staffed_twice"),
    ("an area above itself", put("areas", 0, "parent", value="east"), "areas[0].parent", "area_cycle"),
    ("a person twice in one duty of the baseline", add("baseline", "assignments", value={
        "person": "p2", "duty": "stores", "position": "run"}), "baseline.assignments[2]", "duplicate_assignment"),
    ("a seat that the duty does not have", put("baseline", "assignments", 1, "position", value="record"),
     "baseline.assignments[1].position", "position_not_in_duty"),
    # references
    ("an unknown category", put("people", 0, "category", value="volonteer"), "people[0].category", "unknown_reference"),
    ("an unknown unit", put("people", 0, "unit", value="x"), "people[0].unit", "unknown_reference"),
    ("an unknown home", put("people", 0, "area", value="x"), "people[0].area", "unknown_reference"),
    ("an unknown contract", put("people", 0, "contract", value="x"), "people[0].contract", "unknown_reference"),
    ("an unknown qualification", put("people", 0, "qualifications", 0, "id", value="x"),
     "people[0].qualifications[0].id", "unknown_reference"),
    ("bound to an unknown post", put("people", 0, "bound_posts", value=["bridge", "x"]),
     "people[0].bound_posts[1]", "unknown_reference"),
    ("bound to an unknown area", put("people", 0, "bound_areas", value=["x"]),
     "people[0].bound_areas[0]", "unknown_reference"),
    ("a post in an unknown area", put("posts", 0, "area", value="x"), "posts[0].area", "unknown_reference"),
    ("an unknown area above", put("areas", 1, "parent", value="x"), "areas[1].parent", "unknown_reference"),
    ("an unknown template", put("posts", 0, "staffing", 0, "template", value="x"),
     "posts[0].staffing[0].template", "unknown_reference"),
    ("an unknown pattern", put("posts", 0, "staffing", 0, "pattern", value="x"),
     "posts[0].staffing[0].pattern", "unknown_reference"),
    ("a shift that the pattern does not have", put("posts", 0, "staffing", 0, "shifts", value=["dawn"]),
     "posts[0].staffing[0].shifts[0]", "unknown_shift"),
    ("an unknown position", put("staffing_templates", 0, "seats", 0, "position", value="x"),
     "staffing_templates[0].seats[0].position", "unknown_reference"),
    ("an unknown demand", put("staffing_templates", 0, "seats", 0, "qualifications", value=["x"]),
     "staffing_templates[0].seats[0].qualifications[0]", "unknown_reference"),
    ("an unknown vehicle", put("errand_runs", 0, "vehicle", value="x"), "errand_runs[0].vehicle", "unknown_reference"),
    ("a post of an unknown unit", put("posts", 0, "unit", value="x"), "posts[0].unit", "unknown_reference"),
    ("an unknown licence", put("vehicles", 0, "driver_qualifications", value=["x"]),
     "vehicles[0].driver_qualifications[0]", "unknown_reference"),
    ("an area off the globe", put("areas", 0, "longitude", value=181), "areas[0].longitude", "too_large"),
    ("a duty at an unknown post", put("duties", 0, "post", value="x"), "duties[0].post", "unknown_reference"),
    ("an unknown person of the baseline", put("baseline", "assignments", 0, "person", value="x"),
     "baseline.assignments[0].person", "unknown_reference"),
    ("an unknown duty of the baseline", put("baseline", "assignments", 0, "duty", value="bridge/2026-11-30/early"),
     "baseline.assignments[0].duty", "unknown_reference"),
    # rules
    ("an unknown rule", add("rules", value={"rule": "min_rset"}), "rules[3].rule", "not_an_option"),
    ("a rule that is no object", add("rules", value=7), "rules[3]", "wrong_type"),
    ("standby without a figure", add("rules", value={"rule": "standby_cover"}), "rules[3].at_least",
     "no_standby_figure"),
    ("an unknown parameter", put("rules", 0, "hour", value=11), "rules[0].hour", "unknown_field"),
    ("a parameter of the wrong type", put("rules", 0, "hours", value="11"), "rules[0].hours", "wrong_type"),
    ("a negative weight", put("rules", 2, "weight", value=-1), "rules[2].weight", "too_small"),
    ("a price for a law", add("rules", value={"rule": "qualification", "hard": False}), "rules[3].hard", "not_this"),
    ("a population that does not exist", put("rules", 0, "population", value={"categories": ["x"]}),
     "rules[0].population.categories[0]", "unknown_reference"),
    ("a group with a stranger", add("rules", value={"rule": "apart", "groups": [["p1", "x"]]}),
     "rules[3].groups[0][1]", "unknown_reference"),
    ("an order with a stranger", add("rules", value={"rule": "category_order", "hard": False, "order": ["x"]}),
     "rules[3].order[0]", "unknown_reference"),
    ("members that do not exist", add("rules", value={"rule": "team_mix", "at_most": 1, "members": {"units": ["x"]}}),
     "rules[3].members.units[0]", "unknown_reference"),
    ("a rule at an unknown post", add("rules", value={"rule": "min_max_duties", "max": 1, "posts": ["x"]}),
     "rules[3].posts[0]", "unknown_reference"),
    ("a rule on an unknown shift", add("rules", value={"rule": "min_max_duties", "max": 1, "shifts": ["x"]}),
     "rules[3].shifts[0]", "unknown_reference"),
    ("a rule that ends before it begins", put("rules", 0, "dates", value={"from": "2026-11-25", "to": "2026-11-24"}),
     "rules[0].dates.to", "first_after_last"),
    ("a rule on no date", put("rules", 0, "dates", value={"from": "2026-11-31"}), "rules[0].dates.from", "not_a_date"),
    ("two rules of one id", lambda b: [r.update(id="same") for r in b["rules"][:2]], "rules[1].id", "duplicate_id"),
    ("cover twice", lambda b: b["rules"].extend([{"rule": "cover"}, {"rule": "cover"}]), "rules[4]", "rule_twice"),
    ("cover for some", add("rules", value={"rule": "cover", "dates": {"from": "2026-11-24"}}),
     "rules[3]", "rule_for_all"),
    ("a least a day", add("rules", value={"rule": "min_max_duties", "min": 1, "per": "day"}),
     "rules[3].min", "no_least_per_day"),
    # emptiness
    ("nobody", put("people", value=[]), "people", "no_people"),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "path", "code"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_a_fault_is_told_with_its_path_and_code(spoil: Spoil, path: str, code: str) -> None:
    body = full()
    spoil(body)
    assert faults(body).get(path) == code, all_faults(body)


def test_the_unspoilt_documents_have_no_fault() -> None:
    assert faults(full()) == {}
    assert faults(small()) == {}


@pytest.mark.parametrize("body", [None, [], "x", 7, {}], ids=["null", "list", "text", "number", "empty"])
def test_what_is_no_document_is_refused(body: Any) -> None:
    assert faults(body)


def test_a_town_without_duties_is_told_so() -> None:
    body = small(posts=[], errand_runs=[])
    assert faults(body) == {"duties": "no_duties"}


def test_too_many_duties_are_refused_before_they_are_made() -> None:
    body = small(days=35)
    body["posts"] = [body["posts"][0] | {"id": f"p{i}"} for i in range(200)]
    body["rules"] = []
    body["people"][0].pop("history")
    assert MAX_DUTIES < 200 * 3 * 35
    assert faults(body) == {"posts": "too_many_duties"}


def test_a_chain_of_areas_that_is_too_deep_is_refused() -> None:
    body = small(areas=[{"id": f"a{i}", "name": "片", "parent": f"a{i - 1}" if i else None} for i in range(2000)])
    assert set(faults(body).values()) == {"area_too_deep", "more_faults"}


def test_all_faults_come_at_once_those_of_shape_meaning_and_reference_together() -> None:
    body = full()
    for spoil in (
        put("days", value=0),
        put("zone", value="Nowhere"),
        put("people", 0, "nmae", value="x"),
        put("people", 0, "unit", value="gone"),
        add("people", 0, "availability", value=span("24T09:00", "24T08:00")),
        add("people", 1, "availability", value=span("24T09:00", "24T08:00")),
        put("errand_runs", 0, "vehicle", value="bike"),
        put("errand_runs", 0, "seats", 0, "max", value=0),
        put("rules", 0, "hours", value=-1),
        put("baseline", "assignments", 1, "person", value="p9"),
    ):
        spoil(body)
    assert faults(body) == {
        "days": "too_small",
        "zone": "unknown_zone",
        "people[0].nmae": "unknown_field",
        "people[0].unit": "unknown_reference",
        "people[0].availability[1].end": "end_before_start",
        "people[1].availability[0].end": "end_before_start",
        "errand_runs[0].vehicle": "unknown_reference",
        "errand_runs[0].seats[0].min": "min_ideal_max_order",
        "rules[0].hours": "too_small",
        "baseline.assignments[1].person": "unknown_reference",
    }


def test_a_reference_to_a_badly_shaped_entity_is_not_a_second_fault() -> None:
    body = full()
    body["units"][0]["name"] = 7
    body["duties"][0]["night"] = "yes"
    assert faults(body) == {"units[0].name": "wrong_type", "duties[0].night": "wrong_type"}


def test_a_misspelt_word_gets_a_hint() -> None:
    body = full()
    body["people"][0]["categroy"] = "x"
    body["people"][0]["unit"] = "scool"
    texts = {fault.path: fault.text for fault in all_faults(body)}
    assert 'Did you mean "category"?' in texts["people[0].categroy"].en
    assert "是否指“school”？" in texts["people[0].unit"].zh


def test_endless_faults_are_counted_and_not_listed() -> None:
    body = small()
    body["people"] = [{"id": f"p{i}"} for i in range(MAX_FAULTS)]
    found = all_faults(body)
    assert len(found) == MAX_FAULTS + 1
    assert found[-1].code == "more_faults"
    assert "more faults" in found[-1].text.en


def test_hostile_words_never_get_into_a_sentence_whole() -> None:
    body = small()
    body["people"][0]["\ud800\x07" + "k" * 10_000] = 1
    body["people"][0]["category"] = "\x1b[31m" + "x" * 50
    for fault in all_faults(body):
        assert len(fault.text.en) < 400
        assert fault.text.en.isprintable()
        assert (fault.path + fault.text.zh).encode()


def test_every_sentence_exists_in_both_languages_and_asks_for_the_same_details() -> None:
    for code, (zh, en) in SENTENCES.items():
        assert zh.endswith(("。", "}")), code
        assert en.endswith((".", "}")), code
        assert re.search("[\u4e00-\u9fff]", zh), code
        assert set(re.findall(r"{(\w+)}", zh)) == set(re.findall(r"{(\w+)}", en)), code


def test_every_code_that_a_rule_or_entity_can_raise_has_a_sentence() -> None:
    root = Path(document.__file__).parent.parent
    sources = [root / "entities.py", *sorted((root / "rules").glob("*.py"))]
    codes = {c for path in sources for c in re.findall(r'MeaningError\(\s*[^,]+,\s*"(\w+)"', path.read_text("utf-8"))}
    assert "end_before_start" in codes
    assert codes - set(SENTENCES) - {"unknown_rule"} == set()
