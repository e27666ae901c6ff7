"""Words that are put into templates when they are compiled are the words that would be looked up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.templating import Environment
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import nodes

from api.language import LANGUAGES
from api.spoken import Spoken, Words

from .reader import small_service

SAID = """{{ _("收到") }}{{ pgettext("letter", "早") }}{{ _("%(name)s，您好", name=name) }}
{% set away = _("我来不了") %}{{ away ~ name }}
{{ _("标准字") if name else _("大字版") }}{{ _("、").join([name, name]) }}{{ _(name) }}
{{ ngettext("%(num)s 人", "%(num)s 人", 2) }}<i title="{{ _('带上') }}">{{ name }}</i>"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with small_service(tmp_path_factory.mktemp("spoken"), {}) as made:
        yield made


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_template_says_in_each_language_what_it_would_say_by_looking_up(app: Flask, language: str) -> None:
    env = app.jinja_env
    assert isinstance(env, Spoken)
    blocks = {"trim_blocks": env.trim_blocks, "lstrip_blocks": env.lstrip_blocks}
    plain = Environment(app, autoescape=True, extensions=["jinja2.ext.i18n"], **blocks)
    plain.globals.update(env.globals)
    with app.test_request_context(f"/?lang={language}"):
        spoken, looked_up = env.overlay(autoescape=True).from_string(SAID), plain.from_string(SAID)

        @settings(max_examples=20)
        @given(name=st.text(st.characters(exclude_characters="%"), min_size=1, max_size=8))
        def they_agree(name: str) -> None:
            assert spoken.render(name=name) == looked_up.render(name=name)

        they_agree()


def test_no_template_looks_up_a_word_that_does_not_change(app: Flask) -> None:
    env = app.jinja_env
    assert isinstance(env, Spoken)
    folder = Path(app.root_path, app.template_folder or "")
    for file in folder.rglob("*.html"):
        tree = Words(env.words["en"]).visit(env.parse(file.read_text(encoding="utf-8")))
        calls = {node.node.name for node in tree.find_all(nodes.Call) if isinstance(node.node, nodes.Name)}
        settled = {"_", "pgettext"} & calls
        assert not settled, f"{file.name}: give the word itself, so that it is translated once"


def test_each_language_has_its_own_templates(app: Flask) -> None:
    browser = app.test_client()
    for language, word in (("zh", "登录"), ("en", "Sign in"), ("zh", "登录")):
        assert f">{word}</h1>" in browser.get(f"/sign-in?lang={language}").get_data(as_text=True)
