"""The forms of people and posts: everything wrong at its field, nothing lost, what is not on the form stays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from models.audit import AuditFilter
from models.records import Role, Stored
from models.store import Store

from .reader import PASSWORD, Reader, signed_in, small_service

LOGINS: dict[str, tuple[Role, str | None]] = {
    "li": ("organiser", "east"),
    "leader": ("point_leader", "east"),
    "west": ("organiser", "west"),
}
PEOPLE, POSTS, IMPORT = "/towns/east/people", "/towns/east/posts", "/towns/east/import"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with small_service(tmp_path_factory.mktemp("forms"), LOGINS, ("east", "west")) as made:
        store = made.extensions["sanban_store"]
        store.accounts.create("near", "名near", PASSWORD, "organiser", "east", areas=["east"])
        yield made


@pytest.fixture
def li(app: Flask) -> Reader:
    return signed_in(app, "li")


def fields(page: str) -> dict[str, Any]:
    """What a form would send: the values of its fields, ticked boxes as lists."""
    page = page[page.index('<form method="post" autocomplete="off" novalidate>') :]
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]+>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and 'type="checkbox"' in tag:
            found.setdefault(name[1], []).extend([value[1]] if value and " checked" in tag else [])
        elif name:
            found[name[1]] = value[1] if value else ""
    found |= dict(re.findall(r'<textarea id="(\w+)".*?>(.*?)</textarea>', page, re.DOTALL))
    for name_, body in re.findall(r'<select id="(\w+)".*?>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', body)
        found[name_] = chosen[1] if chosen else ""
    return found


def wrong(page: str) -> dict[str, str]:
    """Field → what stands beside it."""
    return dict(re.findall(r'id="wrong-(\w+)"><span>([^<]+)', page))


def held(store: Store, noun: str, id_: str) -> Stored[Any]:
    return store.things.get("east", noun, id_)


def test_a_post_gets_its_way_and_what_to_bring_and_keeps_its_staffing(li: Reader, store: Store) -> None:
    before = held(store, "posts", "bridge")
    sent = fields(li.get(f"{POSTS}/bridge").get_data(as_text=True))
    bad = li.post(f"{POSTS}/bridge", **sent | {"name": " ", "latitude": "91", "longitude": "x", "area": "nowhere"})
    page = bad.get_data(as_text=True)
    assert bad.status_code == 422
    assert set(wrong(page)) == {"name", "latitude", "longitude"}
    assert 'value="91"' in page
    assert held(store, "posts", "bridge") == before
    unknown = li.post(f"{POSTS}/bridge", **sent | {"area": "nowhere", "directions": "东" * 201}).get_data(as_text=True)
    assert set(wrong(unknown)) == {"directions"}
    assert set(wrong(li.post(f"{POSTS}/bridge", **sent | {"area": "x"}).get_data(as_text=True))) == {"area"}
    good = sent | {
        "directions": "坐 3 路到桥头，\r\n往南 200 米",
        "bring": "反光背心",
        "latitude": "29.36",
        "longitude": "119.2",
    }
    done = li.post(f"{POSTS}/bridge", **good)
    assert done.status_code == 303, wrong(done.get_data(as_text=True))
    after = held(store, "posts", "bridge").value
    assert (after.directions, after.bring) == ("坐 3 路到桥头， 往南 200 米", "反光背心")
    assert (after.latitude, after.longitude, after.staffing) == (29.36, 119.2, before.value.staffing)
    assert "没写怎么走" in li.get(POSTS).get_data(as_text=True)
    assert [e.thing for e in changes(store, "post") if "directions" in e.changes] == ["bridge"]


def changes(store: Store, noun: str) -> list[Any]:
    """Who changed what of a noun, by the log."""
    return [*store.audit.page(AuditFilter(town="east", noun=noun), 1, 200).items]


def test_a_person_s_number_stays_masked_and_all_faults_are_told_at_once(li: Reader, store: Store) -> None:
    before = held(store, "people", "p07")
    page = li.get(f"{PEOPLE}/p07/edit").get_data(as_text=True)
    sent = fields(page)
    assert sent["phone"] == "154****0007"
    assert before.value.phone not in page
    bad = sent | {"name": "", "phone": "12", "email": "x@", "until-recorder": "2026-02-30"}
    refused = li.post(f"{PEOPLE}/p07/edit", **bad).get_data(as_text=True)
    assert set(wrong(refused)) == {"name", "phone", "email", "qualifications"}
    assert 'value="12"' in refused
    foreign = li.post(f"{PEOPLE}/p07/edit", **sent | {"phone": "154****9999"}).get_data(as_text=True)
    assert set(wrong(foreign)) == {"phone"}
    assert held(store, "people", "p07") == before
    good = sent | {
        "email": "jn@example.org",
        "unit": "town-hall",
        "until-recorder": "2027-06-30",
        "nights": "1",
        "tags": "新人、党员",
    }
    assert li.post(f"{PEOPLE}/p07/edit", **good).status_code == 303
    after = held(store, "people", "p07").value
    assert (after.phone, after.email, after.unit) == (before.value.phone, "jn@example.org", "town-hall")
    assert (after.availability, after.tags) == (before.value.availability, frozenset({"新人", "党员"}))
    assert [str(h.valid_until) for h in after.qualifications] == ["2027-06-30"]
    assert len(after.opt_ins) == 1
    shown = li.get(f"{PEOPLE}/p07/data").get_data(as_text=True)
    assert "愿上夜班" in shown
    logged = str(changes(store, "person"))
    assert "jn@example.org" not in logged
    assert li.post(f"{PEOPLE}/p07/edit", **good | {"phone": "", "email": "", "nights": ""}).status_code == 422  # stale
    again = fields(li.get(f"{PEOPLE}/p07/edit").get_data(as_text=True)) | {"phone": "", "email": "", "nights": ""}
    assert li.post(f"{PEOPLE}/p07/edit", **again).status_code == 303
    emptied = held(store, "people", "p07").value
    assert (emptied.phone, emptied.email, emptied.opt_ins) == ("", "", frozenset())


def test_who_was_overtaken_keeps_what_they_typed_and_may_save_it_then(li: Reader, app: Flask, store: Store) -> None:
    other = signed_in(app, "li")
    mine = fields(li.get(f"{PEOPLE}/p08/edit").get_data(as_text=True))
    theirs = fields(other.get(f"{PEOPLE}/p08/edit").get_data(as_text=True))
    assert other.post(f"{PEOPLE}/p08/edit", **theirs | {"household": "陆家"}).status_code == 303
    page = li.post(f"{PEOPLE}/p08/edit", **mine | {"tags": "骨干"}).get_data(as_text=True)
    assert "别人改过" in page
    assert held(store, "people", "p08").value.household == "陆家"
    again = fields(page)
    assert again["tags"] == "骨干"
    assert li.post(f"{PEOPLE}/p08/edit", **again).status_code == 303
    assert held(store, "people", "p08").value.tags == frozenset({"骨干"})


def test_somebody_new_gets_a_free_number_and_a_post_its_name(li: Reader, store: Store) -> None:
    sent = fields(li.get(f"{PEOPLE}/new").get_data(as_text=True))
    empty = li.post(f"{PEOPLE}/new", **sent)
    assert set(wrong(empty.get_data(as_text=True))) == {"name", "category"}
    assert set(wrong(li.post(f"{PEOPLE}/new", **sent | {"name": "林小满", "category": "volunteer", "id": "p01"})
                     .get_data(as_text=True))) == {"id"}  # fmt: skip
    made = [li.post(f"{PEOPLE}/new", **sent | {"name": "林 小 满", "category": "volunteer"}) for _ in range(2)]
    ids = [answer.location.split("/")[-2] for answer in made]
    assert ids == ["p0026", "p0027"]
    assert held(store, "people", "p0026").value.name == "林小满"
    new = fields(li.get(f"{POSTS}/new").get_data(as_text=True))
    for _ in range(2):
        assert li.post(f"{POSTS}/new", **new | {"name": "北门/小区"}).status_code == 303
    assert held(store, "posts", "北门-小区-2").value.name == "北门/小区"


def test_forms_are_for_who_may_and_for_their_own_areas(app: Flask, store: Store) -> None:
    leader, far, near = (signed_in(app, login) for login in ("leader", "west", "near"))
    for path in (f"{PEOPLE}/p07/edit", f"{PEOPLE}/new", f"{POSTS}/bridge", f"{POSTS}/new"):
        assert leader.get(path).status_code == 403
        assert far.get(path).status_code == 404
    assert near.get(f"{POSTS}/bridge").status_code == 403
    assert near.get(f"{PEOPLE}/p09/edit").status_code == 404
    sent = fields(near.get(f"{PEOPLE}/new").get_data(as_text=True)) | {"name": "周立夏", "category": "volunteer"}
    before = len(store.things.all("east", "people"))
    assert "片区" in near.post(f"{PEOPLE}/new", **sent).get_data(as_text=True)
    assert len(store.things.all("east", "people")) == before
    assert near.post(f"{PEOPLE}/new", **sent | {"area": "east"}).status_code == 303
    listed = near.get(POSTS).get_data(as_text=True)
    assert "桥头卡口" in listed
    assert "西门卡口" not in listed


def test_what_is_downloaded_changes_nothing_when_it_is_handed_in_again(li: Reader, app: Flask, store: Store) -> None:
    from .test_imports import hand_in

    for kind in ("people", "availability", "posts"):
        for ending in ("xlsx", "csv"):
            file = li.client.get(f"{IMPORT}/current/{kind}.{ending}", headers={"Accept-Language": "en"})
            assert file.status_code == 200
            page = li.get(hand_in(li, file.data, kind).location).get_data(as_text=True)
            counts = re.findall(r'<li[^>]*><b class="num">(\d+)</b>', page)
            assert (counts[0], counts[1], counts[-1]) == ("0", "0", "0"), (kind, ending)
            assert int(counts[2]) > 0
    phone = held(store, "people", "p10").value.phone
    assert phone.encode() not in li.get(f"{IMPORT}/current/people.csv").data
    assert li.get(f"{IMPORT}/current/people.csv?phones=full").status_code == 422
    whole = li.get(f"{IMPORT}/current/people.csv?phones=full&reason=核对号码")
    assert phone.encode() in whole.data
    assert store.audit.page(AuditFilter(action="reveal")).items[0].reason == "核对号码"
    assert signed_in(app, "leader").get(f"{IMPORT}/current/people.csv").status_code == 403
    assert signed_in(app, "west").get(f"{IMPORT}/current/people.csv").status_code == 404
    assert li.get(f"{IMPORT}/current/signups.csv").status_code == 404
