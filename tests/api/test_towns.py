"""Towns, their rules, accounts, the catalogue, checks of whole documents."""

from __future__ import annotations

import pytest

from scheduler.towns import basics

from .conftest import ACCOUNTS, EAST, LIMITED, PASSWORD, V1, Caller, Service, fault_paths
from .towns import document, roster

TOWNS = f"{V1}/towns"


def test_everybody_lists_the_towns_they_may_see(
    admin: Caller, organiser: Caller, volunteer: Caller, service: Service
) -> None:
    seen = [c.get(TOWNS).get_json() for c in (admin, organiser, volunteer, service.caller("town-admin"))]
    assert [[t["id"] for t in page["items"]] for page in seen] == [["east", "west"], ["east"], ["east"], ["east"]]
    assert seen[0]["total"] == 2


def test_an_administrator_of_the_platform_adds_and_renames_a_town(admin: Caller) -> None:
    made = admin.post(TOWNS, {"id": "north", "name": "北镇", "zone": "Asia/Urumqi"})
    assert made.status_code == 201
    where = made.headers["Location"]
    renamed = admin.put(where, {"id": "north", "name": "新北镇", "name_en": "North"}, match=made.headers["ETag"])
    assert renamed.get_json() == {"id": "north", "name": "新北镇", "name_en": "North", "zone": "Asia/Shanghai"}
    assert admin.put(where, {"id": "north", "name": "x"}, match=made.headers["ETag"]).status_code == 412
    assert admin.put(where, {"id": "north", "name": "x"}).status_code == 428
    assert admin.post(TOWNS, {"id": "north", "name": "x"}).status_code == 409


def test_a_town_may_begin_with_the_usual_basics(admin: Caller) -> None:
    made = admin.post(TOWNS, {"id": "basic", "name": "新镇", "zone": "Asia/Urumqi", "basics": True})
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    found = {n: admin.get(f"{TOWNS}/basic/{n}").get_json()["total"] for n in ("staffing-templates", "people", "posts")}
    assert found == {"staffing-templates": len(basics.TEMPLATES), "people": 0, "posts": 0}
    assert len(admin.get(f"{TOWNS}/basic/rules").get_json()["rules"]) == len(basics.RULES)
    assert admin.post(TOWNS, {"id": "basic", "name": "x", "basics": True}).status_code == 409
    assert fault_paths(admin.post(TOWNS, {"id": "b", "name": "x", "basics": 1})) == {"basics": "not_a_boolean"}
    assert fault_paths(admin.post(TOWNS, {"id": "new", "name": "x"})) == {"id": "bad_id"}
    where = made.headers["Location"]
    body = {"id": "basic", "name": "y", "basics": True}
    assert fault_paths(admin.put(where, body, match='"1"')) == {"basics": "unknown_field"}


def test_a_town_with_faults_is_refused(admin: Caller) -> None:
    assert fault_paths(admin.post(TOWNS, {"id": "n", "name": "n", "zone": "Mars/Base"})) == {"zone": "unknown_zone"}
    assert fault_paths(admin.post(TOWNS, {"id": "a/b", "name": "n"})) == {"id": "bad_id"}
    assert set(fault_paths(admin.post(TOWNS, {"id": "", "nom": 1}))) == {"id", "name", "nom"}


def test_only_administrators_change_towns(organiser: Caller, volunteer: Caller, service: Service) -> None:
    town_admin = service.caller("town-admin")
    for caller in (organiser, volunteer, town_admin):
        assert caller.post(TOWNS, {"id": "x", "name": "x"}).status_code == 403
        assert caller.post(f"{TOWNS}/import", document("x")).status_code == 403
    assert organiser.put(EAST, {"id": "east", "name": "x"}, match=1).status_code == 403
    revision = town_admin.get(EAST).headers["ETag"]
    assert town_admin.put(EAST, {"id": "east", "name": "大东镇"}, match=revision).status_code == 200


def test_a_document_becomes_a_town(admin: Caller) -> None:
    made = admin.post(f"{TOWNS}/import", document("south", "南镇"))
    assert made.status_code == 201, made.get_json()
    assert admin.get(f"{TOWNS}/south/people").get_json()["total"] == 18
    bad = admin.post(f"{TOWNS}/import", document("bad") | {"days": 0, "people": []})
    assert "days" in fault_paths(bad)
    assert admin.get(f"{TOWNS}/bad").status_code == 404


def test_a_town_s_rules_are_replaced_as_a_whole(service: Service) -> None:
    organiser = service.caller("town-admin")
    before = organiser.get(f"{EAST}/rules")
    assert [r["rule"] for r in before.get_json()["rules"]] == ["min_rest"]
    rules = [{"rule": "min_rest", "hours": 12}, {"rule": "max_hours", "hours": 40}]
    assert organiser.put(f"{EAST}/rules", {"rules": rules}).status_code == 428
    saved = organiser.put(f"{EAST}/rules", {"rules": rules}, match=before.headers["ETag"])
    assert saved.status_code == 200, saved.get_json()
    assert organiser.get(f"{EAST}/rules").get_json()["rules"] == saved.get_json()["rules"]
    assert organiser.put(f"{EAST}/rules", {"rules": []}, match=before.headers["ETag"]).status_code == 412


def test_all_faults_of_rules_come_at_once(service: Service) -> None:
    organiser = service.caller("town-admin")
    revision = organiser.get(f"{EAST}/rules").headers["ETag"]
    rules = [{"rule": "ghost"}, {"rule": "min_rest", "hours": "x"}, 7, {"rule": "min_rest", "colour": 1}]
    answer = organiser.put(f"{EAST}/rules", {"rules": rules, "extra": 1}, match=revision)
    assert answer.status_code == 422
    assert fault_paths(answer) == {"extra": "unknown_field"}
    answer = organiser.put(f"{EAST}/rules", {"rules": rules}, match=revision)
    assert answer.status_code == 422
    assert {p.split("]")[0] for p in fault_paths(answer)} == {"rules[0", "rules[1", "rules[2", "rules[3"}
    population = [{"rule": "min_rest", "population": {"people": ["ghost"]}}]
    answer = organiser.put(f"{EAST}/rules", {"rules": population}, match=revision)
    assert answer.status_code == 422
    assert organiser.get(f"{EAST}/rules").headers["ETag"] == revision


def test_the_catalogue_of_rules_is_open_to_all(service: Service) -> None:
    rules = service.caller().get(f"{V1}/rules").get_json()["rules"]
    assert {"min_rest", "cover", "availability", "fair_share"} <= {r["name"] for r in rules}
    assert all(r["sentence"]["zh"] and r["sentence"]["en"] for r in rules)


def test_a_roster_is_checked_against_a_document_and_nothing_is_stored(organiser: Caller) -> None:
    problem = organiser.get(f"{EAST}/weeks/2026-03-02/problem").get_json()
    assignments = roster(problem["duties"])
    clean = organiser.post(f"{V1}/check", {"problem": problem, "roster": {"assignments": assignments}})
    assert (clean.status_code, clean.get_json()["legal"]) == (200, True), clean.get_json()
    tired = [a | {"person": "p00"} if i < 6 else a for i, a in enumerate(assignments)]
    broken = organiser.post(f"{V1}/check", {"problem": problem, "roster": {"assignments": tired}}).get_json()
    assert not broken["legal"]
    assert {v["person"] for v in broken["violations"]} == {"p00"}
    missing = organiser.post(f"{V1}/check", {"problem": problem, "roster": {"assignments": assignments[1:]}})
    assert len(missing.get_json()["vacancies"]) == 1
    assert missing.get_json()["explained"]
    assert missing.get_json()["vacancies"][0]["reasons"]["en"]
    assert organiser.get(f"{EAST}/solves").get_json()["total"] == 0


def test_accounts_are_kept_by_administrators_within_their_town(
    service: Service, admin: Caller, organiser: Caller
) -> None:
    new = {"login": "li", "name": "李", "password": "long enough 1", "role": "organiser", "town": "east"}
    town_admin = service.caller("town-admin")
    made = town_admin.post(f"{V1}/accounts", new)
    assert made.status_code == 201, made.get_json()
    where = made.headers["Location"]
    assert set(made.get_json()) == {"id", "login", "name", "role", "town", "active", "areas"}
    assert {a["town"] for a in town_admin.get(f"{V1}/accounts").get_json()["items"]} == {"east"}
    assert admin.get(f"{V1}/accounts").get_json()["total"] == len(ACCOUNTS) + len(LIMITED) + 1
    assert organiser.get(f"{V1}/accounts").status_code == 403
    assert organiser.patch(where, {"active": False}).status_code == 403
    for town in ("west", None):
        refused = town_admin.post(f"{V1}/accounts", new | {"login": "x", "role": "organiser", "town": town})
        assert fault_paths(refused) == {"town": "unknown_id"}
    west = next(a for a in admin.get(f"{V1}/accounts").get_json()["items"] if a["town"] == "west")
    assert town_admin.get(f"{V1}/accounts/{west['id']}").status_code == 404
    assert town_admin.patch(f"{V1}/accounts/{west['id']}", {"active": False}).status_code == 404


def test_an_account_with_faults_is_refused(admin: Caller) -> None:
    answer = admin.post(f"{V1}/accounts", {"login": "", "password": "short", "role": "king"})
    assert fault_paths(answer) == {
        "login": "too_short",
        "name": "required",
        "password": "too_short",
        "role": "not_one_of",
    }
    homeless = {"login": "x", "name": "x", "password": "long enough 1", "role": "organiser"}
    assert fault_paths(admin.post(f"{V1}/accounts", homeless)) == {"town": "required"}
    assert fault_paths(admin.post(f"{V1}/accounts", homeless | {"town": "ghost"})) == {"town": "unknown_id"}
    taken = homeless | {"login": "Organiser", "town": "east"}
    assert admin.post(f"{V1}/accounts", taken).status_code == 409


def test_a_password_is_changed_and_an_account_switched_off(service: Service, admin: Caller) -> None:
    other = next(a for a in admin.get(f"{V1}/accounts").get_json()["items"] if a["login"] == "other")
    where = f"{V1}/accounts/{other['id']}"
    assert admin.patch(where, {"password": "another password"}).status_code == 200
    login = {"login": "other", "password": "another password"}
    assert service.caller().post(f"{V1}/session", login).status_code == 200
    assert service.caller().post(f"{V1}/session", login | {"password": PASSWORD}).status_code == 401
    assert admin.patch(where, {"active": False}).get_json()["active"] is False
    assert service.caller().post(f"{V1}/session", login).status_code == 401
    assert fault_paths(admin.patch(where, {"active": 1, "colour": "x"})) == {
        "active": "not_a_boolean",
        "colour": "unknown_field",
    }


@pytest.mark.parametrize("page", ["page=2", "page_size=1&page=2"])
def test_a_page_past_the_end_is_empty_or_the_last(page: str, admin: Caller) -> None:
    found = admin.get(f"{TOWNS}?{page}").get_json()
    assert found["total"] == 2
    assert len(found["items"]) <= 1
