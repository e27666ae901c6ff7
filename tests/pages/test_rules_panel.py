"""The rules panel: every rule in words, its form there and back, tried before it is saved, nothing lost."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from api.pages.rule_form import Input, Names, entry_of, inputs, population
from models.store import Store
from scheduler.rules import REGISTRY
from scheduler.rules.entry import as_json, from_json
from tests.scheduler.examples import EXAMPLES

from .reader import Reader, small_service

RULES = "/towns/east/rules"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    logins: dict[str, Any] = {"boss": ("town_administrator", "east"), "li": ("organiser", "east")}
    with small_service(tmp_path_factory.mktemp("rules"), logins) as made:
        yield made


@pytest.fixture
def boss(app: Flask) -> Reader:
    reader = Reader(app.test_client())
    reader.sign_in("boss")
    return reader


def rules(store: Store) -> list[dict[str, Any]]:
    return list(store.rules.get("east").value)


def mark(entry: dict[str, Any]) -> str:
    return json.dumps(entry, ensure_ascii=False, sort_keys=True)


def test_every_rule_is_told_in_words(boss: Reader, store: Store) -> None:
    page = boss.get(RULES).get_data(as_text=True)
    for entry in rules(store):
        assert html.escape(from_json(entry).sentence().zh) in page
    english = boss.get(RULES, "en").get_data(as_text=True)
    for entry in rules(store):
        assert html.escape(from_json(entry).sentence().en, quote=False) in html.unescape(english).replace("'", "'")


def test_an_organiser_reads_and_changes_nothing(app: Flask, store: Store) -> None:
    reader = Reader(app.test_client())
    reader.sign_in("li")
    page = reader.get(RULES)
    assert page.status_code == 200
    assert "镇街管理员来做" in page.get_data(as_text=True)
    before = rules(store)
    assert reader.get(f"{RULES}/one?rule=min_rest").status_code == 403
    assert reader.post(f"{RULES}/switch", was=mark(before[0])).status_code == 403
    assert rules(store) == before


def test_a_rule_is_switched_off_and_on_again(boss: Reader, store: Store) -> None:
    before = rules(store)
    boss.get(RULES)
    assert boss.post(f"{RULES}/switch", was=mark(before[0])).status_code == 303
    assert rules(store) == [before[0] | {"off": True}, *before[1:]]
    assert "已关闭" in boss.get(RULES).get_data(as_text=True)
    assert boss.post(f"{RULES}/switch", was=mark(rules(store)[0])).status_code == 303
    assert rules(store) == before


def test_a_new_rule_is_tried_saved_changed_and_removed(boss: Reader, store: Store) -> None:
    before = rules(store)
    assert boss.get(f"{RULES}/one?rule=max_nights").status_code == 200
    form = {"rule": "max_nights", "was": "", "hard": "1", "max": "1", "in_a_row": "", "window_days": "7", "id": "trial"}
    tried = boss.post(f"{RULES}/one", **form, do="try").get_data(as_text=True)
    assert "试一试的结果" in tried
    assert 'value="trial"' in tried
    assert rules(store) == before
    assert boss.post(f"{RULES}/one", **form, do="save").status_code == 303
    (added,) = rules(store)[len(before) :]
    assert (added["rule"], added["hard"], added["max"], added["id"]) == ("max_nights", True, 1, "trial")
    changed = form | {"was": mark(added), "hard": "0", "weight": "3", "dates.from": "2026-11-24"}
    assert boss.post(f"{RULES}/one", **changed, do="save").status_code == 303
    (now,) = rules(store)[len(before) :]
    assert (now["hard"], now["weight"], now["dates"]) == (False, 3, {"from": "2026-11-24"})
    assert boss.post(f"{RULES}/one", was=mark(now), do="remove").status_code == 303
    assert rules(store) == before


def test_faults_are_told_at_their_fields_and_nothing_is_lost_or_stored(boss: Reader, store: Store) -> None:
    before = rules(store)
    boss.get(f"{RULES}/one?rule=max_hours")
    form = {"rule": "max_hours", "was": "", "hard": "1", "hours": "many", "window_days": "99", "do": "save"}
    answer = boss.post(f"{RULES}/one", **form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "什么都没有保存" in page
    form |= {"hours": "-4", "window_days": "99", "dates.from": "2026-11-30", "dates.to": "2026-11-01"}
    answer = boss.post(f"{RULES}/one", **form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert page.count('role="alert"') >= 3
    assert 'value="-4"' in page
    assert 'value="99"' in page
    assert 'value="2026-11-30"' in page
    assert rules(store) == before


def test_a_rule_that_somebody_else_has_changed_is_not_overwritten(boss: Reader, store: Store) -> None:
    held = store.rules.get("east")
    boss.get(RULES)
    stale = mark(held.value[0] | {"id": "as-it-was"})
    answer = boss.post(f"{RULES}/one", rule="min_rest", was=stale, hours="10", do="save")
    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "刚刚被别人改过" in page
    assert 'value="10"' in page
    assert store.rules.get("east") == held


@pytest.mark.parametrize("was", ["", "[]", "{", "null", '{"rule": "nonsense"}'])
def test_a_form_that_was_tampered_with_is_refused(boss: Reader, store: Store, was: str) -> None:
    before = store.rules.get("east")
    boss.get(RULES)
    assert boss.post(f"{RULES}/switch", was=was).status_code in (303, 422)
    assert boss.post(f"{RULES}/one", rule="nonsense", was=was).status_code == 404
    assert store.rules.get("east") == before


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_whatever_a_form_shows_comes_back_as_it_was(app: Flask, boss: Reader, name: str) -> None:
    """Each example of each rule, through its form."""
    kind = REGISTRY[name]
    with app.test_request_context():
        names = Names("east", "zh")
        for example in EXAMPLES[name]:
            entry = as_json(example.rule)
            form = _filled([*inputs(kind, entry, names, "zh"), *population(entry.get("population") or {}, names)])
            form.setlist("hard", ["1" if entry["hard"] else "0"])
            for key in ("weight", "id", "waived_by"):
                if key in entry:
                    form.add(key, str(entry[key]))
            for key, day in (entry.get("dates") or {}).items():
                form.add(f"dates.{key}", day)
            known = _named(entry)
            back, faults = entry_of(name, form, names)
            assert faults == []
            if known:
                assert from_json(back) == example.rule


def _named(entry: dict[str, Any]) -> bool:
    """Whether a form can hold it: lists of choices only know what the town has."""
    nouns = "posts|positions|shifts|categories|units|contracts|areas|qualifications"
    return not re.search(rf'"({nouns})": \[', json.dumps(entry))


def _filled(fields: list[Input] | tuple[Input, ...]) -> MultiDict[str, str]:
    """What a browser sends for these fields."""
    form: MultiDict[str, str] = MultiDict()
    for f in fields:
        if f.shape == "population":
            form.update(_filled(f.parts))
        elif f.shape == "flag":
            if f.value:
                form.add(f.name, "1")
        elif f.shape == "several":
            form.setlist(f.name, [v for v in f.value if v in dict(f.options)])
        elif f.shape == "groups":
            form.add(f.name, "\n".join(" ".join(group) for group in f.value))
        elif f.shape == "lines":
            form.add(f.name, "，".join(f.value))
        else:
            form.add(f.name, "" if f.value is None else str(f.value))
    return form
