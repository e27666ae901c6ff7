"""Importing over the API: compared, answered, confirmed; whoever may not, sees and writes nothing."""

from __future__ import annotations

import base64
from typing import Any

from werkzeug.test import TestResponse

from tests.effort import statements
from tests.importing.files import csv, workbook

from .conftest import EAST, WEST, Caller, Service, fault_paths

IMPORTS = f"{EAST}/imports"
HEADER = ["姓名", "编号", "电话", "类别", "单位"]


def hand_in(caller: Caller, data: bytes, kind: str = "people", where: str = IMPORTS, **more: Any) -> TestResponse:
    content = base64.b64encode(data).decode()
    return caller.post(where, {"kind": kind, "name": "../名单.csv", "content": content} | more)


def confirm(caller: Caller, answer: TestResponse, **body: Any) -> TestResponse:
    path = f"{IMPORTS}/{answer.get_json()['id']}/confirm"
    return caller.post(path, body, match=answer.headers["ETag"])


def people(caller: Caller) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = caller.get(f"{EAST}/people?page_size=500").get_json()["items"]
    return found


def test_a_file_is_compared_answered_confirmed_and_then_changes_nothing(organiser: Caller) -> None:
    data = csv([HEADER, ["人员p00", "p00", "15400000001", "", ""], ["新人", "", "15400000002", "志愿者", "医院"]])
    before = people(organiser)
    made = hand_in(organiser, data)
    assert made.status_code == 201
    body = made.get_json()
    assert (body["name"], body["counts"]["changed"], body["counts"]["faults"]) == ("名单.csv", 1, 1)
    assert [(t["row"], t["column"], t["letter"]) for t in body["troubles"]] == [(3, "单位", "E")]
    assert body["items"][0]["changes"] == [{"field": "phone", "before": None, "after": "154****0001"}]
    assert people(organiser) == before
    refused = confirm(organiser, made)
    assert (refused.status_code, refused.get_json()["code"]) == (422, "import_unfinished")
    path = f"{IMPORTS}/{body['id']}"
    add = {"add": [{"noun": "units", "name": "医院"}]}
    answered = organiser.patch(path, add, match=made.headers["ETag"])
    assert answered.get_json()["counts"]["new"] == 1
    assert organiser.patch(path, {}, match=made.headers["ETag"]).status_code == 412
    assert organiser.get(f"{path}?what=new").get_json()["total"] == 2
    assert people(organiser) == before
    done = confirm(organiser, answered)
    assert (done.status_code, done.get_json()["counts"]["new"]) == (200, 1)
    assert len(people(organiser)) == len(before) + 1
    assert organiser.get(path).get_json()["code"] == "import_gone"
    again = hand_in(organiser, data).get_json()
    assert (again["counts"]["unchanged"], again["counts"]["new"], again["counts"]["changed"]) == (2, 0, 0)


def test_what_changes_meanwhile_refuses_the_confirmation_and_a_new_comparison_goes_on(organiser: Caller) -> None:
    made = hand_in(organiser, csv([HEADER, ["人员p00", "p00", "15400000001", "", ""]]))
    organiser.post(f"{EAST}/people", {"id": "p99", "name": "人员p99", "category": "volunteer"})
    refused = confirm(organiser, made)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "import_outdated")
    assert not any(p.get("phone") for p in people(organiser))
    again = organiser.patch(f"{IMPORTS}/{made.get_json()['id']}", {}, match=made.headers["ETag"])
    assert again.status_code == 200
    # Somebody's availability is nobody else's business: it does not stand in the way of a list of numbers.
    held = organiser.get(f"{EAST}/people/p01/availability")
    span = {"start": "2026-03-02T00:00+08:00", "end": "2026-03-03T00:00+08:00", "status": "unavailable"}
    organiser.put(f"{EAST}/people/p01/availability", {"availability": [span]}, match=held.headers["ETag"])
    assert confirm(organiser, again).status_code == 200


def test_bad_files_are_told_and_nothing_is_kept(organiser: Caller) -> None:
    before = people(organiser)
    for data in (b"", b"PK\x03\x04 nothing", csv([["什么"], ["x"]]), workbook([HEADER, ["=A1"]]), b"\xff\xfe\x00\xd8"):
        refused = hand_in(organiser, data)
        assert refused.status_code == 422
        assert refused.get_json()["faults"]
    assert hand_in(organiser, b"x", content="not base64!").status_code == 422
    assert hand_in(organiser, csv([HEADER, ["x"]]), category="none").get_json()["faults"][0]["path"] == "category"
    assert organiser.get(IMPORTS).get_json()["items"] == []
    assert people(organiser) == before


def test_a_sign_up_list_becomes_wishes(organiser: Caller) -> None:
    text = "#接龙\n1. 人员p00 周三夜班\n2. 新来的 15400000003 周六日都行\n3. 王五+1"
    body = {"kind": "signups", "text": text, "week": "2026-03-02", "category": "volunteer"}
    made = organiser.post(IMPORTS, body)
    assert made.get_json()["counts"] | {"missing": 0} == made.get_json()["counts"]
    assert [line["row"] for line in made.get_json()["lines"] if line["doubts"]] == [4]
    assert confirm(organiser, made, leave_out=True).status_code == 200
    spans = organiser.get(f"{EAST}/people/p00/availability").get_json()["availability"]
    assert [(s["start"][:16], s["status"]) for s in spans] == [("2026-03-04T22:00", "prefer")]
    assert organiser.post(IMPORTS, body | {"pattern": "none"}).status_code == 422
    written = organiser.post(IMPORTS, body | {"text": "人员p01 明天夜班", "said_on": "2026-03-04"}).get_json()["lines"]
    assert [s["start"][:16] for s in written[0]["said"]] == ["2026-03-05T22:00"]
    assert fault_paths(organiser.post(IMPORTS, body | {"said_on": "today"})) == {"said_on": "not_a_date"}


def test_nobody_else_sees_confirms_or_discards_an_import(service: Service, organiser: Caller) -> None:
    made = hand_in(organiser, csv([HEADER, ["人员p00", "p00", "15400000001", "", ""]]))
    path = f"{IMPORTS}/{made.get_json()['id']}"
    for login in ("town-admin", "admin", "other"):
        caller = service.caller(login)
        assert caller.get(path).status_code == 404
        assert caller.delete(path).status_code == 404
        assert caller.post(f"{path}/confirm", {}, match=1).status_code == 404
    assert service.caller("other").get(path.replace("/east/", "/west/")).status_code == 404
    assert hand_in(service.caller("leader"), b"x").status_code == 403
    assert hand_in(organiser, b"x", where=f"{WEST}/imports").status_code == 404
    assert organiser.delete(path).status_code == 204
    assert organiser.get(path).status_code == 404


def test_a_limited_account_imports_into_its_areas_and_no_basics(service: Service) -> None:
    limited = service.caller("organiser of village")
    assert hand_in(limited, csv([["名称"], ["新点位"]]), kind="posts").status_code == 403
    rows = [[*HEADER, "片区"], ["新人", "", "", "志愿者", "医院", "村"], ["外人", "", "", "志愿者", "", ""]]
    found = hand_in(limited, csv([*rows, ["人员p00", "p00", "", "志愿者", "", "村"]]), category="volunteer").get_json()
    assert found["additions"] == []
    assert {t["code"] for t in found["troubles"]} >= {"unknown_word_here", "outside_areas"}
    assert all(item["what"] != "missing" for item in found["items"])


def test_two_thousand_people_are_compared_and_written_together_and_not_one_by_one(organiser: Caller) -> None:
    rows = [[f"人{i:05}", f"n{i:05}", f"154{i:08}", "志愿者", "学校", "医务(2027-06-30)"] for i in range(2_000)]
    data = workbook([[*HEADER, "资质"], *rows])
    with statements() as count:
        made = hand_in(organiser, data)
        assert made.get_json()["counts"]["new"] == 2_000
        assert confirm(organiser, made).status_code == 200
    assert count.statements < 150
    assert organiser.get(f"{EAST}/people").get_json()["total"] == 2_018
