"""Numbers are masked wherever they are answered; the log tells who changed what, and who saw what."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from urllib.parse import quote

import pytest

from .conftest import EAST, V1, WEEK, WEST, Caller, Service, fault_paths
from .towns import document, person

PHONE, MASKED = "15400004321", "154****4321"


@pytest.fixture
def known(organiser: Caller) -> str:
    """Somebody with a number; the revision as If-Match wants it."""
    answer = organiser.post(f"{EAST}/people", person("new", phone=PHONE))
    assert answer.status_code == 201
    return str(answer.headers["ETag"])


def entries(caller: Caller, query: str = "") -> list[dict[str, Any]]:
    answer = caller.get(f"{EAST}/audit?page_size=500&{query}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    items: list[dict[str, Any]] = answer.get_json()["items"]
    return items


def test_no_answer_and_no_page_shows_a_number(organiser: Caller, known: str) -> None:
    """Every address without further ids that may be read: pages, JSON, problem documents."""
    rules = organiser.client.application.url_map.iter_rules()
    named = {"town": "east", "person": "new", "key": "new", "week": "2026-03-02", "start": "2026-03-02"}
    adapter = organiser.client.application.url_map.bind("localhost")
    seen = 0
    for rule in rules:
        if "GET" not in (rule.methods or ()) or not set(rule.arguments) <= set(named) or rule.endpoint == "static":
            continue
        if "metrics" in rule.rule or rule.endpoint.endswith("Events"):
            continue
        answer = organiser.get(adapter.build(rule.endpoint, {k: named[k] for k in rule.arguments}))
        assert PHONE not in answer.get_data(as_text=True), rule.rule
        seen += answer.status_code == 200
    assert seen > 25
    assert organiser.get(f"{EAST}/people/new").get_json()["phone"] == MASKED
    assert MASKED in organiser.get(f"{EAST}/people?search=new").get_data(as_text=True)


def test_a_masked_number_that_comes_back_keeps_the_stored_one(organiser: Caller, service: Service, known: str) -> None:
    body = organiser.get(f"{EAST}/people/new").get_json()
    answer = organiser.put(f"{EAST}/people/new", body | {"tags": ["early"]}, match=known)
    assert (answer.status_code, answer.get_json()["phone"]) == (200, MASKED)
    held = service.store.things.get("east", "people", "new").value
    assert (held.phone, held.tags) == (PHONE, {"early"})
    wrong = organiser.put(f"{EAST}/people/new", body | {"phone": "154****9999"}, match=answer.headers["ETag"])
    assert fault_paths(wrong) == {"phone": "masked_phone"}
    changed = organiser.put(f"{EAST}/people/new", body | {"phone": "15400001111"}, match=answer.headers["ETag"])
    assert changed.get_json()["phone"] == "154****1111"
    without = {k: v for k, v in body.items() if k != "phone"}
    assert "phone" not in organiser.put(f"{EAST}/people/new", without, match=changed.headers["ETag"]).get_json()
    again = organiser.put(f"{EAST}/people/new", body, match=3)
    assert again.status_code in (412, 422)
    assert service.store.things.get("east", "people", "new").value.phone == ""


def test_a_masked_number_is_nobodys_first_number(organiser: Caller, admin: Caller) -> None:
    assert fault_paths(organiser.post(f"{EAST}/people", person("x", phone=MASKED))) == {"phone": "masked_phone"}
    body = document("north", "北镇")
    body["people"][2]["phone"] = MASKED
    assert fault_paths(admin.post(f"{V1}/towns/import", body)) == {"people[2].phone": "masked_phone"}


def test_availability_changes_leave_the_number_alone(organiser: Caller, service: Service, known: str) -> None:
    span = {"start": "2026-03-02T08:00+08:00", "end": "2026-03-02T10:00+08:00", "status": "avoid"}
    answer = organiser.put(f"{EAST}/people/new/availability", {"availability": [span]}, match=known)
    assert answer.status_code == 200
    assert service.store.things.get("east", "people", "new").value.phone == PHONE


def test_a_number_is_shown_to_who_needs_it_and_says_why(service: Service, organiser: Caller, known: str) -> None:
    address = f"{EAST}/people/new/phone"
    answer = organiser.post(address, {"reason": "nobody at the bridge"})
    assert answer.get_json() == {"phone": PHONE}
    assert fault_paths(organiser.post(address, {"reason": ""})) == {"reason": "too_short"}
    assert fault_paths(organiser.post(address, {})) == {"reason": "required"}
    assert service.volunteer("p00").post(address, {"reason": "x"}).status_code in (403, 404)
    assert service.caller("other").post(address, {"reason": "x"}).status_code == 404
    assert service.caller().post(address, {"reason": "x"}).status_code == 401
    (entry,) = entries(service.caller("town-admin"), "action=reveal")
    account = next(a for a in service.store.accounts.list("east") if a.login == "organiser")
    assert (entry["actor"], entry["person"], entry["reason"]) == (account.id, "new", "nobody at the bridge")
    assert entry["request"] == answer.headers["X-Request-Id"]


def test_the_log_knows_who_why_and_in_which_request(service: Service, organiser: Caller) -> None:
    headers = {"X-Reason": quote("人员p03 要求"), "X-Request-Id": "request-0001"}
    organiser.post(f"{EAST}/units", {"id": "u", "name": "新单位"}, headers=headers)
    (entry,) = entries(service.caller("town-admin"), "noun=unit&thing=u")
    account = next(a for a in service.store.accounts.list("east") if a.login == "organiser")
    assert (entry["actor"], entry["action"], entry["request"]) == (account.id, "add", "request-0001")
    assert entry["changes"]["name"] == [None, "新单位"]
    assert entry["reason"] == "人* 要求"
    volunteer = service.volunteer("p00")
    body = {"person": "p00", "start": "2026-03-03T08:00+08:00", "end": "2026-03-03T18:00+08:00", "reason": "发烧"}
    assert volunteer.post(f"{EAST}/absences", body).status_code == 201
    (entry,) = entries(service.caller("town-admin"), "noun=absence")
    assert (entry["actor"], entry["person"]) == ("person:p00", "p00")
    assert "发烧" not in json.dumps(entry, ensure_ascii=False)


def test_two_requests_do_not_share_an_actor(service: Service, organiser: Caller) -> None:
    organiser.post(f"{EAST}/units", {"id": "u1", "name": "一"})
    service.caller("other").post(f"{WEST}/units", {"id": "u2", "name": "二"})
    service.store.things.remove("east", "units", "u1", 1)
    made = {e["thing"] + e["action"]: e["actor"] for e in entries(service.caller("town-admin"), "noun=unit")}
    assert made["u1remove"] == "system" != made["u1add"]
    assert "u2add" not in made


def test_only_who_may_reads_the_log_and_each_in_their_own_town(service: Service, organiser: Caller) -> None:
    assert organiser.get(f"{EAST}/audit").status_code == 403
    keeper, everywhere = service.caller("town-admin"), service.caller("admin")
    assert keeper.get(f"{WEST}/audit").status_code == 404
    assert {e["town"] for e in keeper.get(f"{V1}/audit?page_size=500").get_json()["items"]} == {"east"}
    assert {e["town"] for e in everywhere.get(f"{V1}/audit?page_size=500").get_json()["items"]} >= {"east", "west"}
    assert everywhere.get(f"{WEST}/audit").status_code == 200


def test_the_log_is_filtered_and_paged(service: Service, organiser: Caller) -> None:
    keeper = service.caller("town-admin")
    for i in range(5):
        organiser.post(f"{EAST}/units", {"id": f"u{i}", "name": "一"})
    first = keeper.get(f"{EAST}/audit?noun=unit&action=add&page_size=3").get_json()
    second = keeper.get(f"{EAST}/audit?noun=unit&action=add&page_size=3&page=2").get_json()
    assert first["total"] == 6  # with the school of the beginning
    assert [e["thing"] for e in first["items"] + second["items"]] == ["u4", "u3", "u2", "u1", "u0", "school"]
    assert entries(keeper, "start=2099-01-01T00:00Z") == []
    assert keeper.get(f"{EAST}/audit?action=nonsense").status_code == 422


def test_the_log_leaves_as_json_lines_and_as_a_table_without_formulas(service: Service, organiser: Caller) -> None:
    organiser.post(f"{EAST}/units", {"id": "=1+1", "name": '=HYPERLINK("http://evil.invalid")'})
    keeper = service.caller("town-admin")
    lines = keeper.get(f"{EAST}/audit.jsonl")
    told = [json.loads(line) for line in lines.get_data(as_text=True).splitlines()]
    assert told == entries(keeper)[::-1]
    table = keeper.get(f"{EAST}/audit.csv?noun=unit&action=add")
    assert table.headers["Content-Disposition"] == 'attachment; filename="audit.csv"'
    rows = list(csv.DictReader(io.StringIO(table.get_data(as_text=True).removeprefix("\ufeff"))))
    assert [row["thing"] for row in rows] == ["school", "'=1+1"]
    assert json.loads(rows[1]["changes"])["name"][1].startswith("=HYPERLINK")
    assert not rows[1]["changes"].startswith("=")
    for path in (f"{V1}/audit.csv", f"{V1}/audit.jsonl"):
        assert service.caller("admin").get(path).status_code == 200
        assert organiser.get(path).status_code == 403


def test_a_dossier_is_handed_out_and_a_person_erased(service: Service, organiser: Caller, known: str) -> None:
    keeper = service.caller("town-admin")
    reason = {"reason": "asked in writing"}
    for path in ("dossier", "erase"):
        assert organiser.post(f"{EAST}/people/new/{path}", reason).status_code == 403
        assert service.caller("other").post(f"{EAST}/people/new/{path}", reason).status_code == 404
        assert keeper.post(f"{EAST}/people/nobody/{path}", reason).status_code == 404
    dossier = keeper.post(f"{EAST}/people/new/dossier", reason).get_json()
    assert (dossier["person"]["phone"], dossier["town"]) == (PHONE, "east")
    answer = keeper.post(f"{EAST}/people/new/erase", reason)
    assert (answer.status_code, answer.get_json()["remains"]) == (200, [])
    assert organiser.get(f"{EAST}/people/new").status_code == 404
    assert organiser.post(f"{EAST}/people", person("new")).status_code == 409


def test_somebody_whom_a_rule_names_is_not_erased(service: Service, known: str) -> None:
    keeper = service.caller("town-admin")
    rules = [{"rule": "min_rest", "hours": 11, "population": {"people": ["new"]}}]
    revision = keeper.get(f"{EAST}/rules").headers["ETag"]
    assert keeper.put(f"{EAST}/rules", {"rules": rules}, match=revision).status_code == 200
    refused = keeper.post(f"{EAST}/people/new/erase", {"reason": "x"})
    assert (refused.status_code, refused.get_json()["code"]) == (409, "in_use")
    assert refused.get_json()["details"]["used_by"] == [{"noun": "rule", "id": "min_rest"}]


def test_weeks_and_solves_give_documents_without_numbers(service: Service, organiser: Caller, known: str) -> None:
    written = organiser.get(f"{WEEK}/problem").get_json()
    assert all("phone" not in p for p in written["people"])
    body = document()
    body["people"][0]["phone"] = PHONE
    solve = organiser.post(f"{V1}/solves?seconds=1", body).get_json()
    frozen = organiser.get(f"{V1}/solves/{solve['id']}/problem")
    assert frozen.status_code == 200
    assert PHONE not in frozen.get_data(as_text=True)
