"""What a bad problem document gets: every fault with its path, nothing stored, nothing lost."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from .conftest import EAST, V1, Caller, fault_paths
from .towns import MONDAY, document, person

RUN = {"id": "r", "start": f"{MONDAY}T09:00+08:00", "end": f"{MONDAY}T11:00+08:00", "seats": [{"position": "verify"}]}
SPAN = {"start": f"{MONDAY}T08:00+08:00", "end": f"{MONDAY}T12:00+08:00", "status": "unavailable"}

FAULTY: dict[str, tuple[dict[str, Any], set[str]]] = {
    "unknown fields": ({"colour": 1, "errand_runs": [RUN | {"colour": 1}]}, {"colour", "errand_runs[0].colour"}),
    "wrong types": ({"days": "7", "people": {}}, {"days", "people"}),
    "an end before its start": ({"errand_runs": [RUN | {"end": RUN["start"]}]}, {"errand_runs[0].end"}),
    "overlapping availability": ({"people": [person("a", availability=[SPAN, SPAN])]}, {"people[0].availability[1]"}),
    "duplicate ids": ({"people": [person("a"), person("a")]}, {"people[1].id"}),
    "references to nothing": (
        {"people": [person("a", category="x", unit="x", area="x", bound_posts=["x"], contract="x")]},
        {f"people[0].{f}" for f in ("category", "unit", "area", "bound_posts[0]", "contract")},
    ),
    "no people": ({"people": []}, {"people"}),
    "a horizon of no days": ({"days": 0}, {"days"}),
    "a horizon of sixty days": ({"days": 60}, {"days"}),
    "an endless name": ({"people": [person("a", name="名" * 50_000)]}, {"people[0].name"}),
    "a zone that is none": ({"zone": "Mars/Base"}, {"zone"}),
    "another format": ({"format": "other", "version": 2}, {"format", "version"}),
    "an unknown rule": (
        {"rules": [{"rule": "x"}, {"rule": "min_rest", "hours": -1}]},
        {"rules[0].rule", "rules[1].hours"},
    ),
    "a naive time": ({"errand_runs": [RUN | {"start": f"{MONDAY}T09:00"}]}, {"errand_runs[0].start"}),
    "a date that is none": ({"start": "2026-02-30"}, {"start"}),
}


@pytest.mark.parametrize("what", FAULTY)
def test_a_faulty_document_is_refused_with_the_path_of_each_fault(what: str, organiser: Caller) -> None:
    change, paths = FAULTY[what]
    answer = organiser.post(f"{V1}/solves", document() | change)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid")
    assert paths <= set(fault_paths(answer)), fault_paths(answer)
    assert all(f["messages"]["zh"] and f["messages"]["en"] for f in answer.get_json()["faults"])
    assert organiser.get(f"{EAST}/solves").get_json()["total"] == 0


def test_faults_of_many_kinds_come_at_once(organiser: Caller) -> None:
    body = document() | {"colour": 1, "days": 60, "zone": "Mars/Base"}
    body["people"] = [person("a", category="x"), person("a", name=7)]
    found = set(fault_paths(organiser.post(f"{V1}/solves", body)))
    assert {"colour", "days", "zone", "people[0].category", "people[1].name"} <= found


@pytest.mark.parametrize("body", [[], 7, "x", None, {}])
def test_a_document_that_is_none_is_refused(body: Any, organiser: Caller) -> None:
    answer = organiser.client.post(f"{V1}/solves", json=body, headers=organiser.headers)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid")
    assert answer.get_json()["faults"]


@pytest.mark.parametrize("start", ["2026-03-29", "2026-10-25"])
def test_a_window_over_a_clock_change_is_accepted(start: str, organiser: Caller) -> None:
    body = json.loads(json.dumps(document()).replace("Asia/Shanghai", "Europe/Paris").replace(MONDAY, start))
    assert organiser.post(f"{V1}/solves", body).status_code == 202


def test_a_document_with_every_fault_a_thousand_times_is_answered_shortly(organiser: Caller) -> None:
    body = copy.deepcopy(document())
    body["people"] = [person(f"p{i}", category="ghost", colour=1) for i in range(5_000)]
    answer = organiser.post(f"{V1}/solves", body)
    assert answer.status_code == 422
    assert len(answer.get_json()["faults"]) <= 1001


@pytest.mark.parametrize("query", ["seconds=0", "seconds=1e3", "seed=x", "gap=NaN", "gap=inf", "reproducible=2", "x=1"])
def test_faults_of_the_query_are_told_like_those_of_the_body(query: str, organiser: Caller) -> None:
    answer = organiser.post(f"{V1}/solves?{query}", document())
    assert set(fault_paths(answer)) == {f"query.{query.split('=')[0]}"}
