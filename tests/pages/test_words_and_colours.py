"""Every word is there in both languages; every colour can be read on its ground; nothing comes from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from scripts import translate

API = Path(__file__).resolve().parent.parent.parent / "api"
OURS = [p for kind in ("templates/**/*.html", "static/css/*.css", "static/js/*.js") for p in API.glob(kind)]
TRANSLATING = {"_", "gettext", "ngettext", "pgettext"}
LEAST_CONTRAST = 4.5
READ_ON = [
    ("ink", "paper"), ("ink", "card"), ("ink", "shade"), ("ink", "stripe"), ("ink", "day-bg"), ("ink", "night-bg"),
    ("mute", "paper"), ("mute", "card"), ("mute", "shade"), ("mute", "stripe"), ("mute", "day-bg"), ("mute", "eve-bg"),
    ("mute", "night-bg"), ("mute", "run-bg"), ("day", "day-bg"), ("eve", "eve-bg"), ("night", "night-bg"),
    ("run", "run-bg"), ("day", "shade"), ("eve", "shade"), ("night", "shade"), ("run", "shade"), ("gap", "gap-bg"),
    ("gap", "gap-row"), ("gap", "card"), ("gap", "paper"), ("gap", "shade"), ("ok", "card"), ("ok", "ok-bg"),
    ("warn", "card"), ("warn", "day-bg"), ("warn", "eve-bg"), ("warn", "night-bg"), ("warn", "run-bg"),
    ("brand-ink", "brand"), ("brand-deep", "brand-bg"), ("brand", "card"), ("brand", "paper"),
]  # fmt: skip


def test_every_word_of_the_pages_is_there_in_both_languages() -> None:
    assert list(translate.faults(translate.extracted(), translate.english())) == []


def test_the_compiled_catalogue_is_what_the_readable_one_says() -> None:
    assert translate.MO.read_bytes() == translate.compiled(translate.english())


@pytest.mark.parametrize("path", sorted((API / "templates").rglob("*.html")), ids=lambda p: p.name)
def test_no_chinese_stands_in_a_template_outside_a_translation(path: Path) -> None:
    tree = Environment(autoescape=True, extensions=["jinja2.ext.i18n"]).parse(path.read_text())
    assert [text for text in untranslated(tree) if re.search(r"[\u4e00-\u9fff]", text)] == []


def untranslated(node: nodes.Node) -> Iterator[str]:
    """All text below a node that no translation is asked for, but for a language's own name."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in TRANSLATING:
        yield from (text for argument in node.kwargs for text in untranslated(argument))
    elif isinstance(node, nodes.TemplateData):
        yield node.data
    elif isinstance(node, nodes.Const) and isinstance(node.value, str) and node.value != "中文":
        yield node.value
    else:
        yield from (text for child in node.iter_child_nodes() for text in untranslated(child))


def test_every_colour_can_be_read_on_the_grounds_it_stands_on() -> None:
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", (API / "static/css/sanban.css").read_text()))
    found = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in READ_ON}
    assert {pair: c for pair, c in found.items() if c < LEAST_CONTRAST} == {}


def test_the_phone_uses_the_same_colours_as_the_desk() -> None:
    desk, phone = (
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", (API / "static/css" / name).read_text()))
        for name in ("sanban.css", "phone.css")
    )
    assert {name: colour for name, colour in phone.items() if desk[name] != colour} == {}


@pytest.mark.parametrize("path", OURS, ids=lambda p: p.name)
def test_no_page_asks_another_server_for_anything(path: Path) -> None:
    foreign = re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}[^\s'\"]*", path.read_text())
    assert [found for found in foreign if "www.w3.org/2000/svg" not in found] == []


@pytest.mark.parametrize("path", sorted((API / "templates").rglob("*.html")), ids=lambda p: p.name)
def test_templates_have_no_inline_scripts_styles_or_handlers(path: Path) -> None:
    text = path.read_text()
    assert re.findall(r"\s(on[a-z]+|style)=\"", text) == []
    assert re.findall(r"<script(?![^>]*\ssrc=)", text) == []
    assert "<style" not in text


def contrast(one: str, other: str) -> float:
    """WCAG's contrast of two colours."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = digits if len(digits) == 6 else "".join(2 * c for c in digits)
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
