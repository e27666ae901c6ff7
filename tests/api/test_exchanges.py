"""Exchanges as JSON: people for themselves, organisers and point leaders for what is theirs to decide."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.exchange_kinds import ExchangePolicy
from scheduler.problem import Assignment
from tests.browser import small_town
from tests.models.towns import LEGAL

from .conftest import PASSWORD, Caller, Service, fault_paths, session_of

TOWN = "brook"
BASE = f"/api/v1/towns/{TOWN}"


@pytest.fixture
def brook(service: Service) -> Service:
    """A town whose coming week is published with two guides at the bridge, and its organiser and limited leader."""
    service.store.load_town(small_town.document(TOWN))
    monday = small_town.coming_monday()
    seats = [Assignment("p10", duty(0), "guide"), Assignment("p11", duty(2), "guide")]
    draft = service.store.rosters.save_draft(TOWN, monday, seats, origin="edit", by="test")
    service.store.rosters.publish(TOWN, monday, draft.number, draft.revision, by="test", report=LEGAL)
    service.store.accounts.create("brook", "溪组织", PASSWORD, "organiser", TOWN)
    service.store.accounts.create("west-leader", "西点长", PASSWORD, "point_leader", TOWN, ["west"])
    for login in ("brook", "west-leader"):
        service.sessions[login] = session_of(service.caller().sign_in(login))
    return service


def duty(day: int, shift: str = "day", post: str = "bridge") -> str:
    return f"{post}/{small_town.coming_monday() + timedelta(days=day)}/{shift}"


def own(person: str) -> str:
    return f"{BASE}/people/{person}"


def wish(kind: str, of: str, **more: str) -> dict[str, str]:
    return {"kind": kind, "week": small_town.coming_monday().isoformat(), "duty": of} | more


def volunteer(service: Service, person: str) -> Caller:
    return service.volunteer(person, TOWN)


def test_somebody_finds_a_seat_takes_it_and_has_it_among_their_duties(brook: Service) -> None:
    me = volunteer(brook, "p12")
    found = me.get(f"{own('p12')}/open-seats").get_json()
    assert len(found["items"]) == 10
    assert found["more"] is True
    seat = found["items"][0]
    answer = me.post(f"{own('p12')}/exchanges", wish("claim", seat["duty"]["id"], position=seat["position"]))
    assert answer.status_code == 201, answer.get_json()
    body = answer.get_json()
    assert (body["state"], body["person_name"], body["partner"]) == ("done", small_town.VOLUNTEERS[5], None)
    assert body["about"]["zh"].endswith("）")
    start, end = seat["duty"]["start"], seat["duty"]["end"]
    held = me.client.get(f"{own('p12')}/duties", query_string={"start": start, "end": end}, headers=me.headers)
    assert [d["duty"]["id"] for d in held.get_json()["items"]] == [seat["duty"]["id"]]
    again = me.post(f"{own('p12')}/exchanges", wish("claim", seat["duty"]["id"], position=seat["position"]))
    assert (again.status_code, again.get_json()["code"]) == (409, "seat_taken")


def test_a_tap_that_is_sent_twice_takes_one_seat(brook: Service) -> None:
    me, key = volunteer(brook, "p12"), {"Idempotency-Key": "one-tap"}
    body = wish("claim", duty(3, "evening"), position="guide")
    first, second = (me.post(f"{own('p12')}/exchanges", body, headers=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert first.get_json() == second.get_json()
    assert len(me.get(f"{own('p12')}/exchanges").get_json()["items"]) == 1


def test_a_second_tap_on_the_page_finds_ones_own_seat_and_who_comes_later_a_sentence(brook: Service) -> None:
    page = f"/v/{brook.store.links.issue(TOWN, 'p12')}"
    body = wish("claim", duty(3, "evening"), position="guide")
    client = brook.app.test_client()
    for _ in range(2):
        answer = client.post(f"{page}/seats/take", data=body)
        assert (answer.status_code, answer.location) == (303, f"{page}?done=taken")
    assert len(brook.store.exchanges.list(TOWN)) == 1
    late = client.post(f"/v/{brook.store.links.issue(TOWN, 'p13')}/seats/take", data=body)
    assert late.status_code == 409
    assert "刚刚有人了" in late.get_data(as_text=True)
    assert client.post(f"{page}/exchange/nothing/withdraw").status_code == 404
    assert client.post(f"{page}/exchange/nothing/burn").status_code == 404


def test_a_swap_goes_from_hand_to_hand(brook: Service) -> None:
    me, partner = volunteer(brook, "p10"), volunteer(brook, "p11")
    week = small_town.coming_monday().isoformat()
    found = me.client.get(
        f"{own('p10')}/swaps", query_string={"week": week, "duty": duty(0)}, headers=me.headers
    ).get_json()
    assert [(p["person"], p["duty"]["id"], p["position"]) for p in found["items"]] == [("p11", duty(2), "guide")]
    body = wish("swap", duty(0), partner="p11", partner_duty=duty(2))
    made = me.post(f"{own('p10')}/exchanges", body).get_json()
    assert made["state"] == "requested"
    assert partner.get(f"{own('p11')}/exchanges").get_json()["items"][0]["id"] == made["id"]
    assert me.post(f"{own('p10')}/exchanges/{made['id']}/accept").status_code == 404
    assert partner.post(f"{own('p11')}/exchanges/{made['id']}/accept").get_json()["state"] == "done"
    listed = brook.caller("brook").get(f"{BASE}/exchanges?state=done").get_json()
    assert [(e["id"], e["partner"]) for e in listed["items"]] == [(made["id"], "p11")]


def test_nobody_sees_or_moves_what_is_not_theirs(brook: Service) -> None:
    me, stranger = volunteer(brook, "p10"), volunteer(brook, "p13")
    made = me.post(f"{own('p10')}/exchanges", wish("offer", duty(0), partner="p12")).get_json()
    assert stranger.get(f"{own('p10')}/exchanges").status_code == 404
    assert stranger.get(f"{own('p13')}/exchanges").get_json() == {"items": []}
    assert stranger.post(f"{own('p10')}/exchanges", wish("offer", duty(0))).status_code == 404
    for step in ("accept", "decline", "withdraw"):
        assert stranger.post(f"{own('p13')}/exchanges/{made['id']}/{step}").status_code == 404
    assert stranger.get(f"{BASE}/exchanges").status_code == 403
    assert brook.caller("organiser").get(f"{BASE}/exchanges").status_code == 404
    assert brook.caller("brook").post(f"{BASE}/exchanges/{made['id']}/approve").get_json()["code"] == "exchange_over"
    assert "phone" not in str(me.get(f"{own('p10')}/exchanges").get_json())


def test_a_point_leader_decides_in_their_own_areas_alone(brook: Service) -> None:
    brook.store.exchanges.set_policy(TOWN, ExchangePolicy(claims="approval"), 1)
    made = {}
    for person, post in (("p12", "bridge"), ("p13", "west-gate")):
        answer = volunteer(brook, person).post(
            f"{own(person)}/exchanges", wish("claim", duty(4, "evening", post), position="guide")
        )
        assert answer.get_json()["state"] == "accepted"
        made[post] = answer.get_json()["id"]
    leader = brook.caller("west-leader")
    assert [e["id"] for e in leader.get(f"{BASE}/exchanges").get_json()["items"]] == [made["west-gate"]]
    assert leader.post(f"{BASE}/exchanges/{made['bridge']}/approve").status_code == 404
    assert leader.post(f"{BASE}/exchanges/{made['west-gate']}/approve").get_json()["state"] == "done"
    organiser = brook.caller("brook")
    refused = organiser.post(f"{BASE}/exchanges/{made['bridge']}/refuse", {"reason": ""})
    assert fault_paths(refused) == {"reason": "too_short"}
    refused = organiser.post(f"{BASE}/exchanges/{made['bridge']}/refuse", {"reason": "已经够了"})
    assert (refused.get_json()["state"], refused.get_json()["reason"]["zh"]) == ("refused", "已经够了")


def test_a_wish_that_lacks_something_says_what(brook: Service) -> None:
    me = volunteer(brook, "p10")
    assert fault_paths(me.post(f"{own('p10')}/exchanges", wish("claim", duty(0)))) == {"position": "required"}
    swap = fault_paths(me.post(f"{own('p10')}/exchanges", wish("swap", duty(0))))
    assert swap == {"partner": "required", "partner_duty": "required"}
    assert me.post(f"{own('p10')}/exchanges", wish("offer", "nothing")).get_json()["code"] == "not_there_any_more"


def test_the_policy_is_read_by_all_and_set_by_the_administrator(service: Service) -> None:
    administrator, address = service.caller("town-admin"), "/api/v1/towns/east/exchange-policy"
    held = administrator.get(address)
    assert held.get_json() == {"claims": "direct", "offers": "direct", "swaps": "direct"}
    wanted = {"claims": "off", "offers": "approval", "swaps": "direct"}
    assert service.caller("organiser").put(address, wanted, match=held.headers["ETag"]).status_code == 403
    assert administrator.put(address, wanted | {"swaps": "maybe"}, match=held.headers["ETag"]).status_code == 422
    assert administrator.put(address, wanted, match=held.headers["ETag"]).get_json() == wanted
    assert administrator.put(address, wanted, match=held.headers["ETag"]).status_code == 412
    assert service.volunteer().get(address).get_json() == wanted


def test_the_page_of_an_organiser_decides_and_sets_the_same(brook: Service) -> None:
    brook.store.exchanges.set_policy(TOWN, ExchangePolicy(claims="approval"), 1)
    me, organiser = volunteer(brook, "p12"), brook.caller("brook")
    asked = me.post(f"{own('p12')}/exchanges", wish("claim", duty(4, "evening"), position="guide")).get_json()
    page = f"/towns/{TOWN}/exchanges"
    token = organiser.headers["X-CSRF-Token"]
    shown = organiser.get(page).get_data(as_text=True)
    assert small_town.VOLUNTEERS[5] in shown
    assert "按现在的班表和规则可以办" in shown

    def sent(to: str, **form: str) -> int:
        answer = organiser.client.post(to, data=form | {"csrf_token": token}, headers={"Accept": "text/html"})
        return answer.status_code

    assert sent(f"{page}/{asked['id']}/refuse", reason=" ") == 422
    assert sent(f"{page}/{asked['id']}/approve") == 303
    assert brook.store.exchanges.get(TOWN, asked["id"]).state == "done"
    assert sent(f"{page}/{asked['id']}/approve") == 409
    assert sent(f"/towns/{TOWN}/exchange-policy", revision="2", claims="off", offers="off", swaps="off") == 403
    administrator = brook.caller("admin")
    token, organiser = administrator.headers["X-CSRF-Token"], administrator
    assert sent(f"/towns/{TOWN}/exchange-policy", revision="2", claims="off", offers="maybe", swaps="off") == 422
    assert sent(f"/towns/{TOWN}/exchange-policy", revision="2", claims="off", offers="off", swaps="off") == 303
    assert brook.store.exchanges.policy(TOWN).value == ExchangePolicy("off", "off", "off")
    assert "由组织者安排补位" in me.get(f"/v/{brook.store.links.issue(TOWN, 'p12')}/seats").get_data(as_text=True)
