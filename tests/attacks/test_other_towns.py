"""Another town's ids in bodies and ETags: they mean nothing here, and nothing there changes.

The walk over all addresses with another town's ids in the path is in `tests/api/test_separation.py`.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.conftest import EAST, V1, WEEK, Service, duties_of
from tests.api.towns import MONDAY, document

NORTH = f"{V1}/towns/north"
MARK = "zz"


def north() -> dict[str, Any]:
    """A third town in which every id and name is its own."""
    text = json.dumps(document("north", "北镇zz"), ensure_ascii=False)
    ids = [
        "volunteer",
        "cadre",
        "school",
        "medic",
        "verify",
        "village",
        "full",
        "van",
        "three",
        "team",
        "bridge",
        "market",
    ]
    for id_ in [*ids, *(f"p{i:02d}" for i in range(18))]:
        text = text.replace(f'"{id_}"', f'"zz-{id_}"')
    return json.loads(text)


@pytest.fixture
def both(service: Service) -> Service:
    """The service with the third town and its week."""
    service.store.load_town(north())
    return service


def frozen(service: Service) -> str:
    """All of the third town that an export holds."""
    admin = service.caller("admin")
    kept = [admin.get(f"{NORTH}/weeks/{MONDAY}/problem").get_json(), admin.get(f"{NORTH}/absences").get_json()]
    kept.append(admin.get(f"{NORTH}/weeks/{MONDAY}/rosters").get_json())
    return json.dumps(kept, sort_keys=True)


BODIES: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", f"{EAST}/people", {"id": "n", "name": "n", "category": "zz-volunteer"}),
    ("POST", f"{EAST}/people", {"id": "n", "name": "n", "category": "volunteer", "unit": "zz-school"}),
    ("POST", f"{EAST}/people", {"id": "n", "name": "n", "category": "volunteer", "area": "zz-village"}),
    ("POST", f"{EAST}/people", {"id": "n", "name": "n", "category": "volunteer", "contract": "zz-full"}),
    ("POST", f"{EAST}/people", {"id": "n", "name": "n", "category": "volunteer", "bound_posts": ["zz-bridge"]}),
    ("POST", f"{EAST}/people", {"id": "n", "name": "n", "category": "volunteer", "bound_areas": ["zz-village"]}),
    (
        "POST",
        f"{EAST}/people",
        {"id": "n", "name": "n", "category": "volunteer", "qualifications": [{"id": "zz-medic"}]},
    ),
    ("POST", f"{EAST}/areas", {"id": "n", "name": "n", "parent": "zz-village"}),
    ("POST", f"{EAST}/posts", {"id": "n", "name": "n", "area": "zz-village"}),
    ("POST", f"{EAST}/posts", {"id": "n", "name": "n", "staffing": [{"template": "zz-team", "pattern": "three"}]}),
    ("POST", f"{EAST}/posts", {"id": "n", "name": "n", "staffing": [{"template": "team", "pattern": "zz-three"}]}),
    ("POST", f"{EAST}/vehicles", {"id": "n", "name": "n", "driver_qualifications": ["zz-medic"]}),
    ("POST", f"{EAST}/staffing-templates", {"id": "n", "name": "n", "seats": [{"position": "zz-verify"}]}),
    ("POST", f"{EAST}/absences", {"person": "zz-p00", "start": "2026-03-03T00:00:00Z", "end": "2026-03-04T00:00:00Z"}),
    ("PATCH", f"{WEEK}/rosters/draft", {"add": [{"person": "zz-p00", "duty": "DUTY", "position": "verify"}]}),
    ("PATCH", f"{WEEK}/rosters/draft", {"add": [{"person": "p00", "duty": "NORTHERN", "position": "verify"}]}),
    (
        "POST",
        f"{WEEK}/rosters/draft/consequences",
        {"add": [{"person": "zz-p00", "duty": "DUTY", "position": "verify"}]},
    ),
    ("POST", f"{WEEK}/acknowledgements", {"duty": "NORTHERN"}),
    ("POST", f"{WEEK}/repairs", {"absences": ["NORTHERN ABSENCE"]}),
    ("PUT", f"{EAST}/rules", {"rules": [{"rule": "min_rest", "hours": 11, "for": {"people": ["zz-p00"]}}]}),
]


@pytest.mark.parametrize(("method", "path", "body"), BODIES, ids=lambda v: v if isinstance(v, str) else "")
def test_another_town_s_id_in_a_body_means_nothing(
    method: str, path: str, body: dict[str, Any], both: Service, published: Any
) -> None:
    admin, caller = both.caller("admin"), both.caller("town-admin")
    span = {"person": "zz-p00", "start": "2026-03-03T00:00:00Z", "end": "2026-03-04T00:00:00Z"}
    absence = admin.post(f"{NORTH}/absences", span).get_json()["id"]
    theirs = duties_of(admin, f"{NORTH}/weeks/{MONDAY}")[0]["id"]
    ours = duties_of(caller)[0]["id"]
    caller.post(f"{WEEK}/rosters", {"from": 1, "source": 1})
    text = json.dumps(body).replace("NORTHERN ABSENCE", absence).replace("NORTHERN", theirs).replace("DUTY", ours)
    before = frozen(both)
    answer = caller(method, path, json.loads(text), match=1)
    assert answer.status_code in (403, 404, 409, 412, 422), answer.get_json()
    assert "北镇" not in answer.get_data(as_text=True)
    assert frozen(both) == before


def test_no_list_of_a_town_holds_anything_of_another(both: Service, published: Any) -> None:
    caller = both.caller("organiser")
    nouns = ("people", "posts", "units", "areas", "categories", "positions", "contracts", "vehicles", "shift-patterns")
    for path in (
        *(f"{EAST}/{noun}" for noun in nouns),
        f"{EAST}/absences",
        f"{EAST}/solves",
        f"{V1}/towns",
        f"{WEEK}/problem",
    ):
        text = caller.get(f"{path}?page_size=500" if "problem" not in path else path).get_data(as_text=True)
        assert "zz-" not in text, path
        assert "北镇" not in text, path


@pytest.mark.parametrize("tag", ['"1"', "*", '"2"', 'W/"1"'])
@pytest.mark.parametrize("header", ["If-Match", "If-None-Match"])
def test_an_etag_of_another_town_says_nothing_about_it(header: str, tag: str, both: Service) -> None:
    """Neither 304 nor 412 nor 428, which would say that the thing exists."""
    caller = both.caller("organiser")
    before = frozen(both)
    for path in (
        f"{NORTH}/people/zz-p00",
        f"{NORTH}/units/zz-school",
        f"{NORTH}/weeks/{MONDAY}",
        f"{NORTH}/rules",
        NORTH,
    ):
        for method in ("GET", "PUT", "PATCH", "DELETE"):
            answer = caller(method, path, None if method == "GET" else {}, headers={header: tag})
            unknown = caller(
                method, path.replace("north", "nowhere"), None if method == "GET" else {}, headers={header: tag}
            )
            assert answer.status_code in (404, 405), (method, path)
            assert answer.status_code == unknown.status_code
            assert answer.headers.get("ETag") is None
    assert frozen(both) == before


def test_a_revision_of_another_town_s_thing_changes_ours_only_when_it_is_ours_too(both: Service) -> None:
    admin, caller = both.caller("admin"), both.caller("organiser")
    theirs = admin.get(f"{NORTH}/units/zz-school")
    assert (
        admin.put(
            f"{NORTH}/units/zz-school", {"id": "zz-school", "name": "a"}, match=theirs.headers["ETag"]
        ).status_code
        == 200
    )
    theirs = admin.get(f"{NORTH}/units/zz-school")
    ours = caller.get(f"{EAST}/units/school")
    assert theirs.headers["ETag"] != ours.headers["ETag"]
    stale = caller.put(f"{EAST}/units/school", {"id": "school", "name": "b"}, match=theirs.headers["ETag"])
    assert stale.status_code == 412
    assert caller.get(f"{EAST}/units/school").get_json() == ours.get_json()
