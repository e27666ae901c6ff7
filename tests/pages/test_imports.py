"""Importing without scripts: forms as a browser sends them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from models.records import Role
from tests.importing.files import csv, workbook

from .reader import Reader, signed_in, small_service, store_of

LOGINS: dict[str, tuple[Role, str | None]] = {"li": ("organiser", "east"), "leader": ("point_leader", "east")}
AT = "/towns/east/import"
ROWS = [
    ["姓名", "电话", "类别", "单位"],
    ["沈佳宁", "15499990000", "", "东村"],
    ["新人", "15499990001", "志愿者", "西村"],
]


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    with small_service(tmp_path, LOGINS) as made:
        yield made


def hand_in(reader: Reader, data: bytes, kind: str = "people", **form: Any) -> Any:
    reader.get(f"{AT}?kind={kind}")
    sent = {"csrf_token": reader.token, "kind": kind, "file": (io.BytesIO(data), "名单.csv")} | form
    return reader.client.post(AT, data=sent, headers={"Accept": "text/html"}, content_type="multipart/form-data")


def test_an_organiser_hands_in_a_file_answers_and_confirms(app: Flask) -> None:
    li, store = signed_in(app, "li"), store_of(app)
    assert AT in li.get("/towns/east/people").get_data(as_text=True)
    answer = hand_in(li, csv(ROWS))
    assert answer.status_code == 303
    page = li.get(answer.location)
    text = page.get_data(as_text=True)
    assert "西村" in text
    assert "电话不同" in text
    assert "15499990000" not in text
    assert "跳过要处理的 2 行" not in text or "没有变化" in text
    here = answer.location
    answered = li.post(f"{here}/answers", add="units|西村", **{"who-2": "p07"})
    assert answered.status_code == 303
    text = li.get(here).get_data(as_text=True)
    assert "154****0000" in text
    assert "确认，写入 3 项" in text
    revision = re.search(r'name="revision" value="(\d+)"', text)
    assert revision is not None
    assert li.post(f"{here}/confirm", revision="1").status_code == 409
    done = li.post(f"{here}/confirm", revision=revision[1])
    assert done.status_code == 303
    assert "人员已导入：新增 1 项，改动 1 项" in li.get(done.location).get_data(as_text=True)
    assert store.things.get("east", "people", "p07").value.phone == "15499990000"  # type: ignore[union-attr]
    gone = li.get(here)
    assert gone.status_code == 404
    assert "这次导入已不在" in gone.get_data(as_text=True)


def test_a_bad_file_is_told_on_the_page_and_a_change_meanwhile_offers_to_compare_again(app: Flask) -> None:
    li, store = signed_in(app, "li"), store_of(app)
    refused = hand_in(li, workbook(ROWS, merged=["A2:A3"]))
    assert refused.status_code == 422
    assert "A2:A3" in refused.get_data(as_text=True)
    assert hand_in(li, b"").status_code == 422
    here = hand_in(li, csv([ROWS[0], ["新人", "", "志愿者", ""]])).location
    li.get(here)
    held = store.things.get("east", "people", "p25")
    store.things.remove("east", "people", "p25", held.revision)
    outdated = li.post(f"{here}/confirm", revision="1")
    assert outdated.status_code == 409
    assert "重新对比" in outdated.get_data(as_text=True)
    assert li.post(f"{here}/answers").status_code == 303
    assert li.post(f"{here}/discard").status_code == 303
    assert "什么也没有写入" in li.get(f"{AT}?kind=people").get_data(as_text=True)
    assert len(store.things.all("east", "people")) == 24


def test_many_doubts_are_answered_at_once(app: Flask) -> None:
    li = signed_in(app, "li")
    names = ["沈佳宁", "陆明哲", "高云舟", "夏知行", "何建平"]
    here = hand_in(li, csv([["姓名", "电话"], *([name, f"1549999{i:04}"] for i, name in enumerate(names))])).location
    assert "还没答的 5 处" in li.get(here).get_data(as_text=True)
    li.post(f"{here}/answers", all="skip", **{"who-3": "p08"})
    page = li.get(here).get_data(as_text=True)
    assert "确认，写入 1 项" in page
    assert "还没答的" not in page
    li.post(f"{here}/answers", **{"who-3": ""})
    assert "没有变化，不用确认" in li.get(here).get_data(as_text=True)
    again = hand_in(li, csv([["姓名", "电话"], *([name, f"1549999{i:04}"] for i, name in enumerate(names))])).location
    li.get(again)
    li.post(f"{again}/answers", all="same")
    assert "确认，写入 5 项" in li.get(again).get_data(as_text=True)


def test_a_doubtful_line_is_put_right_on_the_page(app: Flask) -> None:
    li, store = signed_in(app, "li"), store_of(app)
    li.get(f"{AT}?kind=signups")
    text = "#接龙\n1. 沈佳宁 周三夜班\n2. 陆明哲 下个月吧"
    here = li.post(AT, kind="signups", text=text, week="2026-11-23", category="volunteer").location
    assert "看不懂" in li.get(here).get_data(as_text=True)
    assert 'name="line-2"' in li.get(f"{here}?edit=2").get_data(as_text=True)
    li.post(f"{here}/answers", **{"line-3": "2. 陆明哲 周四早班", "line-2": "1. 沈佳宁 周三夜班"})
    page = li.get(here).get_data(as_text=True)
    assert "周四早班" in page
    assert "跳过要处理的" not in page
    revision = re.search(r'name="revision" value="(\d+)"', page)
    assert revision is not None
    assert li.post(f"{here}/confirm", revision=revision[1]).status_code == 303
    person: Any = store.things.get("east", "people", "p08").value
    assert "prefer" in {span.status for span in person.availability}


def test_every_kind_has_its_page_and_its_templates(app: Flask) -> None:
    li = signed_in(app, "li")
    for language in ("zh", "en"):
        for kind in ("people", "availability", "posts"):
            assert 'name="file"' in li.get(f"{AT}?kind={kind}", language).get_data(as_text=True)
            for ending in ("xlsx", "csv"):
                template = li.client.get(f"{AT}/template/{kind}.{ending}", headers={"Accept-Language": language})
                assert template.status_code == 200
                assert hand_in(li, template.data, kind).status_code == 303
    assert 'name="text"' in li.get(f"{AT}?kind=signups").get_data(as_text=True)
    assert li.get(f"{AT}/template/signups.csv").status_code == 404
    assert signed_in(app, "leader").get(f"{AT}?kind=people").status_code == 403
