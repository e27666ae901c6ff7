"""The pages over HTTP without a browser: who may see what, where forms lead, how errors look, how much work it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from models.records import Role
from models.store import Store
from scheduler import check, document, towns
from scheduler.problem import Assignment
from tests.browser import small_town
from tests.effort import effort, statements

from .reader import PASSWORD, Reader, small_service

LOGINS: dict[str, tuple[Role, str | None]] = {
    "east": ("organiser", "east"),
    "west": ("organiser", "west"),
    "admin": ("platform_administrator", None),
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Two small towns, an organiser in each and an administrator of the platform."""
    with small_service(tmp_path_factory.mktemp("pages"), LOGINS, ("east", "west")) as made:
        yield made


@pytest.fixture
def reader(app: Flask) -> Reader:
    return Reader(app.test_client())


def week() -> str:
    return f"/towns/east/weeks/{small_town.coming_monday()}"


def test_the_home_page_leads_everybody_to_their_work(app: Flask) -> None:
    nobody, organiser, admin = (Reader(app.test_client()) for _ in range(3))
    assert nobody.get("/").location == "/sign-in"
    organiser.sign_in("east")
    assert organiser.get("/").location == "/towns/east"
    assert organiser.get("/towns/east").location == week()
    admin.sign_in("admin")
    assert admin.get("/").location == "/towns"
    assert "小镇" in admin.get("/towns").get_data(as_text=True)


@pytest.mark.parametrize(
    "wanted", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_to_another_site(reader: Reader, wanted: str) -> None:
    answer = reader.sign_in("east", following=wanted)
    assert (answer.status_code, answer.location) == (303, "/")


def test_signing_in_leads_back_to_the_page_that_was_asked_for(reader: Reader) -> None:
    refused = reader.get(week())
    assert refused.status_code == 401
    assert f'value="{week()}"' in refused.get_data(as_text=True)
    assert reader.sign_in("east", following=week()).location == week()


def test_a_wrong_password_is_refused_in_the_same_words_as_an_unknown_name(reader: Reader) -> None:
    wrong, unknown = reader.sign_in("east", "no"), reader.sign_in("nobody", "no")
    assert wrong.status_code == unknown.status_code == 401
    for answer in (wrong, unknown):
        assert "用户名或密码不正确" in answer.get_data(as_text=True)


def test_signing_out_needs_the_token_and_forgets(reader: Reader) -> None:
    reader.sign_in("east")
    assert reader.client.post("/sign-out", headers={"Accept": "text/html"}).status_code == 403
    reader.get(week())
    assert reader.post("/sign-out").location == "/sign-in"
    assert reader.get(week()).status_code == 401


@pytest.mark.parametrize("rest", ["", "?view=people", "/seat?duty=x", "/generate", "/publish", "/repair"])
def test_another_towns_pages_do_not_exist(reader: Reader, rest: str) -> None:
    reader.sign_in("west")
    assert reader.get(week() + rest).status_code == 404


@pytest.mark.parametrize("action", ["edits", "generate", "publish", "repair", "discard", "make"])
def test_another_towns_week_cannot_be_changed(reader: Reader, action: str) -> None:
    reader.sign_in("west")
    reader.get(f"/towns/west/weeks/{small_town.coming_monday()}")
    assert reader.post(f"{week()}/{action}").status_code == 404


@pytest.mark.parametrize(
    ("action", "form"),
    [
        ("edits", {"revision": "0", "action": "teleport", "duty": "x", "position": "y", "person": "z"}),
        ("generate", {"time": "forever"}),
        ("publish", {"revision": "two"}),
        ("discard", {"revision": "−1"}),
        ("make", {"source": "thin air"}),
    ],
)
def test_a_form_that_nobody_made_is_refused_with_its_faults(reader: Reader, action: str, form: dict[str, str]) -> None:
    reader.sign_in("east")
    reader.get(week())
    answer = reader.post(f"{week()}/{action}", **form)
    assert answer.status_code == 422
    assert "填写有误" in answer.get_data(as_text=True)


def test_an_edit_of_a_stale_version_changes_nothing(reader: Reader, store: Store) -> None:
    reader.sign_in("east")
    reader.get(week())
    answer = reader.post(f"{week()}/edits", revision="7", action="add", duty="run-1", position="runner", person="p10")
    assert answer.status_code in (409, 412)
    assert store.rosters.versions("east", small_town.coming_monday()) == []


def test_an_edit_adds_replaces_pins_and_removes_one_assignment(reader: Reader, store: Store) -> None:
    reader.sign_in("west")
    monday = small_town.coming_monday()
    path = f"/towns/west/weeks/{monday}"
    reader.get(path)
    seat = {"duty": "run-1", "position": "runner"}

    def edited(revision: int, action: str, person: str, **more: str) -> list[tuple[str, bool]]:
        form = seat | {"revision": str(revision), "action": action, "person": person} | more
        assert reader.post(f"{path}/edits", **form).status_code == 303
        return [(a.person, a.pinned) for a in store.rosters.get("west", monday, "draft").assignments]

    def revision() -> int:
        return store.rosters.get("west", monday, "draft").revision

    assert edited(0, "add", "p10") == [("p10", False)]
    assert edited(revision(), "replace", "p11", instead="p10") == [("p11", False)]
    assert edited(revision(), "pin", "p11") == [("p11", True)]
    assert edited(revision(), "remove", "p11") == []
    reader.get(path)
    assert reader.post(f"{path}/discard", revision=str(revision())).status_code == 303


def test_generating_freezes_what_is_pinned_shows_progress_and_can_be_stopped(reader: Reader, store: Store) -> None:
    reader.sign_in("west")
    monday = small_town.coming_monday()
    path = f"/towns/west/weeks/{monday}"
    made = [Assignment("p10", "run-2", "runner", pinned=True), Assignment("p11", "run-3", "runner")]
    store.rosters.save_draft("west", monday, made, origin="edit", replace=True)
    reader.get(path)
    assert reader.post(f"{path}/generate", time="best").status_code == 303
    solve = store.solves.under_way("west", monday)[0]
    assert solve.seconds == 60
    frozen = store.solves.problem("west", solve.id)
    assert [a["person"] for a in frozen["baseline"]["assignments"]] == ["p10"]
    assert f'data-solve="/api/v1/solves/{solve.id}/events"' in reader.get(path).get_data(as_text=True)
    assert reader.post(f"{path}/stop/{solve.id}").location == path
    assert store.solves.get("west", solve.id).state == "stopped"
    assert reader.post(f"{path}/stop/{solve.id}", back="//evil.example").location == path, "stopping again is no error"
    assert "data-solve" not in reader.get(path).get_data(as_text=True)
    store.rosters.discard_draft("west", monday, store.rosters.get("west", monday, "draft").revision)


def test_a_published_week_is_generated_again_around_what_was_published(reader: Reader, store: Store) -> None:
    town = store.load_town(small_town.document("north")).id
    store.accounts.create("north", "名north", PASSWORD, "organiser", town)
    monday = small_town.coming_monday()
    problem = document.load(store.weeks.problem_document(town, monday))
    made = [Assignment("p10", "run-1", "runner")]
    draft = store.rosters.save_draft(town, monday, made, origin="edit")
    report = check.check(problem, made)
    store.rosters.publish(town, monday, draft.number, draft.revision, by="test", report=report)
    reader.sign_in(town)
    path = f"/towns/{town}/weeks/{monday}"
    reader.get(path)
    assert reader.post(f"{path}/generate", time="quick").status_code == 303
    frozen = store.solves.problem(town, store.solves.under_way(town, monday)[0].id)
    assert [a["person"] for a in frozen["baseline"]["assignments"]] == ["p10"]
    assert "now" in frozen


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_that_is_not_there_says_so_in_the_readers_language(reader: Reader, language: str) -> None:
    answer = reader.get("/no/such/page", language)
    assert answer.status_code == 404
    said = {"zh": "找不到这个页面", "en": "This page does not exist"}[language]
    assert said in answer.get_data(as_text=True)


def test_whoever_asks_for_json_gets_json_errors_from_pages_too(app: Flask) -> None:
    answer = app.test_client().get("/no/such/page", headers={"Accept": "application/json"})
    assert answer.get_json()["code"] == "not_found"


@pytest.mark.parametrize("token", ["unknown", "x" * 500, "无"])
def test_a_personal_link_that_is_no_good_is_gone(reader: Reader, token: str) -> None:
    assert reader.get(f"/v/{token}").status_code == 410


def test_a_volunteer_cannot_speak_for_another_persons_duty(reader: Reader, store: Store) -> None:
    token = store.links.issue("east", "p10")
    for action in ("received", "absence", "withdraw"):
        answer = reader.client.post(f"/v/{token}/{action}", data={"duty": "run-1"}, headers={"Accept": "text/html"})
        assert answer.status_code == 404
    assert store.absences.list("east") == []


def test_a_link_is_never_in_the_address_of_a_page_that_shows_it(reader: Reader) -> None:
    reader.sign_in("east")
    reader.get("/towns/east/people")
    answer = reader.post("/towns/east/people/p10/link")
    found = re.search(r"/v/([\w-]+)", answer.get_data(as_text=True))
    assert answer.status_code == 200
    assert found is not None
    assert answer.headers["Cache-Control"] == "no-store"
    assert found[1] not in reader.get("/towns/east/people").get_data(as_text=True)


def test_names_in_any_script_are_shown_as_text(reader: Reader, store: Store) -> None:
    held = store.things.get("east", "people", "p25")
    store.things.change("east", "people", replace(held.value, name='<b onclick="x">Ünal 王 عمر</b>'), held.revision)
    reader.sign_in("east")
    page = reader.get("/towns/east/people?q=Ünal").get_data(as_text=True)
    assert "&lt;b onclick=" in page
    assert "<b onclick" not in page


def test_the_board_says_what_would_fill_the_vacancies_until_the_draft_is_edited(reader: Reader, store: Store) -> None:
    town = store.load_town(small_town.document("south")).id
    store.accounts.create("south", "名south", PASSWORD, "organiser", town)
    monday = small_town.coming_monday()
    said = [{"zh": f"缺人，或放宽第 {n} 条。", "en": f"Lacking, or relax rule {n}."} for n in range(4)]
    entries: list[list[dict[str, int]]] = [[], [{"number": 1}], [{"number": 2}], [{"number": 3}]]
    summary = {"relaxations": [{"text": t, "entries": e} for t, e in zip(said, entries, strict=True)]}
    draft = store.rosters.save_draft(town, monday, [], origin="solve", summary=summary)
    reader.sign_in("south")
    page = f"/towns/{town}/weeks/{monday}"
    assert re.findall(r"或放宽第 (\d) 条。", reader.get(page).get_data(as_text=True)) == ["0", "1", "2"]
    assert re.findall(r"or relax rule (\d)\.", reader.get(page, "en").get_data(as_text=True)) == ["0", "1", "2"]
    store.rosters.save_draft(town, monday, [], origin="edit", revision=draft.revision)
    assert "或放宽" not in reader.get(page).get_data(as_text=True)


def test_the_board_of_a_whole_town_takes_little_work(app: Flask, store: Store, reader: Reader) -> None:
    made = towns.make("shouchang", 1, start=date(2026, 11, 23))
    store.load_town(made)
    store.accounts.create("shouchang", "刘组织", PASSWORD, "organiser", "shouchang")
    problem = document.load(store.weeks.problem_document("shouchang", date(2026, 11, 23)))
    people = [p.id for p in problem.people]
    filled = [
        Assignment(people[(7 * i + 31 * j) % len(people)], d.id, s.position)
        for i, d in enumerate(problem.duties)
        for j, s in enumerate(d.seats)
    ]
    store.rosters.save_draft("shouchang", date(2026, 11, 23), list(dict.fromkeys(filled)), origin="edit")
    reader.sign_in("shouchang")
    path = "/towns/shouchang/weeks/2026-11-23"
    assert reader.get(path).status_code == 200
    with statements() as asked, effort() as count:
        answer = reader.get(path)
    assert asked.statements < 80, "not one for each duty"
    assert count.calls < 3000 * len(problem.duties)
    assert answer.get_data(as_text=True).count('class="band') == len(problem.duties)


def test_every_file_of_a_page_may_be_kept_because_its_address_changes_with_it(reader: Reader) -> None:
    page = reader.get("/sign-in").get_data(as_text=True)
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert files
    for file in files:
        assert re.search(r"\?v=[0-9a-f]{12}$", file)
        with reader.get(file) as answer:
            assert answer.status_code == 200
            assert "immutable" in answer.headers["Cache-Control"]


def test_pages_name_every_static_file_that_exists_and_no_other(app: Flask) -> None:
    folder = Path(app.static_folder or "")
    named: set[str] = set()
    for template in (Path(app.root_path) / "templates").rglob("*.html"):
        named.update(re.findall(r"asset\('([^']+)'\)", template.read_text()))
    for code in Path(app.root_path).rglob("pages/*.py"):
        named.update(re.findall(r"""asset\(["']([^"']+)["']\)""", code.read_text()))
    scripts = [name for name in named if name.endswith(".js")]
    for name in scripts:  # grows: a script names those that it imports
        imported = re.findall(r'from "\./([^"]+)"|import "\./([^"]+)"', (folder / name).read_text())
        scripts += [f"js/{one or other}" for one, other in imported if f"js/{one or other}" not in scripts]
    kinds = [folder, folder / "css", folder / "js"]
    ours = {str(p.relative_to(folder)) for kind in kinds for p in kind.iterdir() if p.is_file()}
    from_the_phone = {"js/saved.js", "icon-512.png"}  # put together in pages/on_the_phone.py
    assert named | set(scripts) | from_the_phone == ours
