"""Master data: list, add, get, replace, remove, for every noun."""

from __future__ import annotations

import pytest

from .conftest import EAST, Caller, fault_paths
from .towns import person

NEW = {
    "people": person("new", phone="15400000000", availability=[]),
    "qualifications": {"id": "new", "name": "驾驶"},
    "categories": {"id": "new", "name": "民兵"},
    "units": {"id": "new", "name": "单位"},
    "areas": {"id": "new", "name": "网格", "parent": "village"},
    "positions": {"id": "new", "name": "引导"},
    "contracts": {"id": "new", "name": "半勤", "share_percent": 50},
    "vehicles": {"id": "new", "name": "货车"},
    "posts": {"id": "new", "name": "新卡口", "area": "village"},
    "shift-patterns": {
        "id": "new",
        "name": "两班",
        "shifts": [{"id": "d", "name": "日", "start": "08:00", "end": "20:00"}],
    },
    "staffing-templates": {
        "id": "new",
        "name": "双人",
        "seats": [{"position": "verify", "min": 1, "ideal": 2, "max": 2}],
    },
}


@pytest.mark.parametrize("noun", NEW)
def test_a_thing_is_added_read_replaced_and_removed(noun: str, organiser: Caller) -> None:
    added = organiser.post(f"{EAST}/{noun}", NEW[noun])
    assert added.status_code == 201
    where = added.headers["Location"]
    got = organiser.get(where)
    assert got.get_json()["id"] == "new"
    assert got.headers["ETag"] == added.headers["ETag"] == '"1"'
    replaced = organiser.put(where, NEW[noun] | {"name": "改名"}, match=1)
    assert (replaced.status_code, replaced.headers["ETag"]) == (200, '"2"')
    assert organiser.get(where).get_json()["name"] == "改名"
    listed = organiser.get(f"{EAST}/{noun}?search=改名").get_json()
    assert [i["id"] for i in listed["items"]] == ["new"]
    assert listed["revisions"] == {"new": 2}
    assert organiser.delete(where, match=2).status_code == 204
    assert organiser.get(where).status_code == 404


@pytest.mark.parametrize("noun", NEW)
def test_a_second_thing_of_the_same_id_is_refused(noun: str, organiser: Caller) -> None:
    organiser.post(f"{EAST}/{noun}", NEW[noun])
    again = organiser.post(f"{EAST}/{noun}", NEW[noun])
    assert (again.status_code, again.get_json()["code"]) == (409, "already_exists")


@pytest.mark.parametrize("noun", NEW)
def test_what_was_read_can_be_put_back_as_it_is(noun: str, organiser: Caller) -> None:
    where = organiser.post(f"{EAST}/{noun}", NEW[noun]).headers["Location"]
    body = organiser.get(where).get_json()
    assert organiser.put(where, body, match=1).get_json() == body


@pytest.mark.parametrize("noun", NEW)
def test_all_faults_of_a_thing_come_at_once_and_nothing_is_stored(noun: str, organiser: Caller) -> None:
    answer = organiser.post(f"{EAST}/{noun}", {"id": "", "surprise": 1, "name": 7})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid")
    paths = fault_paths(answer)
    assert paths["surprise"] == "unknown_field"
    assert {"id", "name"} <= set(paths)
    assert organiser.get(f"{EAST}/{noun}?search=surprise").get_json()["total"] == 0


def test_pages_have_figures_and_no_overlap(organiser: Caller) -> None:
    pages = [organiser.get(f"{EAST}/people?page={n}&page_size=7").get_json() for n in (1, 2, 3, 4)]
    assert [len(p["items"]) for p in pages] == [7, 7, 4, 0]
    assert {p["total"] for p in pages} == {18}
    assert len({i["id"] for p in pages for i in p["items"]}) == 18


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("page=0", "query.page"),
        ("page=x", "query.page"),
        ("page_size=501", "query.page_size"),
        ("pgae=1", "query.pgae"),
    ],
)
def test_a_bad_query_names_the_parameter(query: str, path: str, organiser: Caller) -> None:
    answer = organiser.get(f"{EAST}/people?{query}")
    assert answer.status_code == 422
    assert set(fault_paths(answer)) == {path}


def test_a_reference_to_what_does_not_exist_is_named(organiser: Caller) -> None:
    bad = person("new", category="ghost", unit="ghost", contract="ghost", qualifications=[{"id": "ghost"}])
    answer = organiser.post(f"{EAST}/people", bad)
    assert answer.status_code == 422
    assert set(fault_paths(answer)) == {"category", "unit", "contract", "qualifications[0].id"}


def test_what_is_used_cannot_be_removed(organiser: Caller) -> None:
    answer = organiser.delete(f"{EAST}/categories/volunteer", match=1)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "in_use")
    assert answer.get_json()["details"]["count"] >= 18


def test_a_change_without_its_revision_is_asked_for_it(organiser: Caller) -> None:
    where = f"{EAST}/units/school"
    assert organiser.put(where, {"id": "school", "name": "一中"}).status_code == 428
    assert organiser.delete(where).status_code == 428


@pytest.mark.parametrize("match", ['"7"', 'W/"7"', '"abc"', '"1", W/"2"', '"1", "2"', "*", '"-1"'])
def test_a_stale_or_foreign_tag_changes_nothing(match: str, organiser: Caller) -> None:
    where = f"{EAST}/units/school"
    answer = organiser.put(where, {"id": "school", "name": "一中"}, match=match)
    assert answer.status_code in (412, 428)
    assert organiser.get(where).get_json()["name"] == "学校"


def test_a_tag_that_a_proxy_has_weakened_names_its_revision(organiser: Caller) -> None:
    """nginx does so to every answer that it compresses."""
    where = f"{EAST}/units/school"
    assert organiser.put(where, {"id": "school", "name": "一中"}, match='W/"1"').status_code == 200
    assert organiser.put(where, {"id": "school", "name": "二中"}, match='W/"1"').status_code == 412


def test_the_second_of_two_changes_is_told_the_revision_in_force(organiser: Caller) -> None:
    where = f"{EAST}/units/school"
    assert organiser.put(where, {"id": "school", "name": "一中"}, match=1).status_code == 200
    answer = organiser.put(where, {"id": "school", "name": "二中"}, match=1)
    assert answer.status_code == 412
    assert answer.get_json()["details"] == {"revision": 2}
    assert answer.headers["ETag"] == '"2"'
    assert organiser.get(where).get_json()["name"] == "一中"


def test_an_unchanged_thing_is_not_sent_again(organiser: Caller) -> None:
    answer = organiser.get(f"{EAST}/units/school", headers={"If-None-Match": '"1"'})
    assert (answer.status_code, answer.data) == (304, b"")


def test_the_id_in_the_body_must_be_the_one_in_the_address(organiser: Caller) -> None:
    answer = organiser.put(f"{EAST}/units/school", {"id": "other", "name": "一中"}, match=1)
    assert fault_paths(answer) == {"id": "id_mismatch"}


@pytest.mark.parametrize("id_", ["a?b", "a#b", "a%2Fb", "a\\b", "a b", "甲", "a&b=c", "+"])
def test_an_id_of_strange_characters_can_be_found_again(id_: str, organiser: Caller) -> None:
    where = organiser.post(f"{EAST}/units", {"id": id_, "name": "x"}).headers["Location"]
    assert organiser.get(where).get_json()["id"] == id_


@pytest.mark.parametrize("id_", ["a/b", "..", ".", "/"])
def test_an_id_that_cannot_stand_in_an_address_is_refused(id_: str, organiser: Caller) -> None:
    answer = organiser.post(f"{EAST}/units", {"id": id_, "name": "x"})
    assert fault_paths(answer) == {"id": "bad_id"}


@pytest.mark.parametrize("name", ["王伟", "Ольга", "محمد", "O'Neil-Ñandú", "𠮷野家", "👩‍👩‍👧", "e\u0301"])
def test_names_in_any_script_come_back_as_they_went(name: str, organiser: Caller) -> None:
    where = organiser.post(f"{EAST}/people", person("n-1", name=name)).headers["Location"]
    assert organiser.get(where).get_json()["name"] == name


def test_a_name_of_fifty_thousand_characters_is_refused(organiser: Caller) -> None:
    answer = organiser.post(f"{EAST}/people", person("n-1", name="王" * 50_000))
    assert fault_paths(answer) == {"name": "too_long"}
    assert len(answer.data) < 5_000


def span(start: str, end: str) -> dict[str, str]:
    return {"start": f"2026-03-02T{start}+08:00", "end": f"2026-03-02T{end}+08:00", "status": "unavailable"}


def test_overlapping_spans_of_availability_are_refused(organiser: Caller) -> None:
    spans = [span("08:00", "12:00"), span("11:00", "13:00"), span("15:00", "18:00"), span("17:59", "20:00")]
    answer = organiser.post(f"{EAST}/people", person("n-1", availability=spans))
    assert answer.status_code == 422
    assert set(fault_paths(answer).values()) == {"overlapping_availability"}
    assert len(fault_paths(answer)) == 2


def test_a_span_that_ends_before_it_starts_is_refused_with_its_path(organiser: Caller) -> None:
    spans = [span("08:00", "12:00"), span("15:00", "14:00"), span("16:00", "16:00")]
    answer = organiser.post(f"{EAST}/people", person("n-1", availability=spans))
    assert fault_paths(answer) == dict.fromkeys(["availability[1].end", "availability[2].end"], "end_before_start")
