"""The pages about one person's data and about who changed what, in both languages and without a script."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from flask import Flask

from models.audit import AuditFilter
from models.records import Role
from models.store import Store

from .reader import PASSWORD, Reader, signed_in, small_service

LOGINS: dict[str, tuple[Role, str | None]] = {
    "keeper": ("town_administrator", "east"),
    "li": ("organiser", "east"),
    "inspector": ("inspector", "east"),
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with small_service(tmp_path_factory.mktemp("privacy"), LOGINS) as made:
        yield made


@pytest.fixture
def keeper(app: Flask) -> Reader:
    return signed_in(app, "keeper")


def someone(store: Store) -> tuple[str, str, str]:
    """Id, name and number of somebody of the town."""
    person = next(p for p in store.things.all("east", "people") if getattr(p, "phone", ""))
    return person.id, person.name, person.phone  # type: ignore[union-attr]


def test_a_number_is_masked_until_somebody_says_why(keeper: Reader, store: Store) -> None:
    id_, name, phone = someone(store)
    at = f"/towns/east/people/{id_}"
    page = keeper.get(f"{at}/data").get_data(as_text=True)
    assert name in page
    assert f"{phone[:3]}****{phone[-4:]}" in page
    assert phone not in page
    refused = keeper.post(f"{at}/phone", reason=" ")
    assert refused.status_code == 422
    assert phone not in refused.get_data(as_text=True)
    shown = keeper.post(f"{at}/phone", reason="找不到人")
    assert phone in shown.get_data(as_text=True)
    assert shown.headers["Cache-Control"] == "no-store"
    entry = store.audit.page(AuditFilter(action="reveal")).items[0]
    assert (entry.person, entry.reason) == (id_, "找不到人")


def test_an_organiser_sees_numbers_but_erases_nobody_and_an_inspector_neither(app: Flask, store: Store) -> None:
    id_, _, phone = someone(store)
    organiser, inspector = signed_in(app, "li"), signed_in(app, "inspector")
    inspector.get("/")
    page = organiser.get(f"/towns/east/people/{id_}/data").get_data(as_text=True)
    assert "显示完整号码" in page
    assert "彻底删除" not in page
    assert "显示完整号码" not in inspector.get(f"/towns/east/people/{id_}/data").get_data(as_text=True)
    assert inspector.post(f"/towns/east/people/{id_}/phone", reason="x").status_code == 403
    assert organiser.post(f"/towns/east/people/{id_}/erase", reason="x").status_code == 403
    assert organiser.get("/towns/east/audit").status_code == 403
    assert inspector.get("/towns/east/audit").status_code == 200
    assert phone not in inspector.get("/towns/east/audit").get_data(as_text=True)


@pytest.mark.parametrize(("language", "words"), [
    ("zh", ("操作记录", "查看电话", "人员", "找人")), ("en", ("Log of changes", "Saw the number", "Person", "找人")),
])  # fmt: skip
def test_the_log_is_read_in_both_languages(keeper: Reader, store: Store, language: str, words: tuple[str, ...]) -> None:
    id_, name, _ = someone(store)
    keeper.get(f"/towns/east/people/{id_}/data")
    keeper.post(f"/towns/east/people/{id_}/phone", reason="找人")
    page = keeper.get(f"/towns/east/audit?person={id_}&action=reveal", language).get_data(as_text=True)
    assert [word for word in (*words, name, "名keeper") if word not in page] == []


def test_the_log_is_filtered_turned_over_and_taken_out(keeper: Reader, store: Store) -> None:
    first = keeper.get("/towns/east/audit").get_data(as_text=True)
    assert 'rel="next"' in first
    second = re.search(r'rel="next" href="([^"]+)"', first)
    assert second is not None
    assert 'rel="prev"' in keeper.get(second[1].replace("&amp;", "&")).get_data(as_text=True)
    none = keeper.get("/towns/east/audit?start=2099-01-01&noun=person").get_data(as_text=True)
    assert "没有记录" in none
    assert keeper.get("/towns/east/audit?start=nonsense&end=9999-12-31&page=x").status_code == 200
    chosen = keeper.get("/towns/east/audit?noun=unit").get_data(as_text=True)
    table = re.search(r'href="(/api/v1/towns/east/audit\.csv[^"]*)"', chosen)
    assert table is not None
    lines = keeper.client.get(table[1].replace("&amp;", "&")).get_data(as_text=True).splitlines()
    assert len(lines) == 1 + store.audit.page(AuditFilter(town="east", noun="unit")).total


def test_a_dossier_is_a_file_and_an_erased_person_is_gone(keeper: Reader, store: Store) -> None:
    people = [p for p in store.things.all("east", "people") if p.id != someone(store)[0]]
    person = people[-1]
    at = f"/towns/east/people/{person.id}"
    keeper.get(f"{at}/data")
    file = keeper.post(f"{at}/dossier", reason="本人要求")
    assert file.headers["Content-Disposition"] == 'attachment; filename="person.json"'
    assert json.loads(file.get_data())["person"]["id"] == person.id
    solve, _ = store.solves.create("east", "solve", {"any": 1})
    refused = keeper.post(f"{at}/erase", reason="本人要求")
    assert refused.status_code == 422
    assert solve.id in refused.get_data(as_text=True)
    store.solves.request_stop("east", solve.id)
    done = keeper.post(f"{at}/erase", reason="本人要求")
    assert done.status_code == 303
    assert person.id in keeper.get(done.headers["Location"]).get_data(as_text=True)
    assert keeper.get(f"{at}/data").status_code == 404
    assert person.name not in keeper.get("/towns/east/people").get_data(as_text=True)


def test_the_platforms_log_is_for_who_looks_after_the_platform(keeper: Reader, store: Store, app: Flask) -> None:
    assert keeper.get("/audit").headers["Location"] == "/towns/east/audit"
    store.accounts.create("root", "名root", PASSWORD, "platform_administrator", None)
    page = signed_in(app, "root").get("/audit?noun=account").get_data(as_text=True)
    assert "名keeper" not in page  # the name is shortened for good
    assert "keeper" in page
