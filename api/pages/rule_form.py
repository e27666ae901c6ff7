"""A rule's entry as fields of a form, and back: made from what the rule says of its own parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Literal

from werkzeug.datastructures import MultiDict

from api.access import store
from api.errors import fault
from scheduler.document import Fault
from scheduler.problem import ShiftPattern
from scheduler.rules import REGISTRY, Population, Rule
from scheduler.rules.entry import default_of, parameter_schema, parameters_of
from scheduler.text import Text

from .people import label

Shape = Literal["whole", "flag", "choice", "several", "lines", "groups", "population"]
KINDS: dict[str, Text] = {
    "shift": Text("班次", "shifts"),
    "errand_run": Text("跑腿", "errand runs"),
    "standby": Text("待命", "standby"),
    "task": Text("任务", "tasks"),
    "block": Text("占用", "blocks"),
}
WORDS: dict[str, Text] = {
    **KINDS,
    "duty": Text("勤务", "the duty"),
    "window": Text("整个排班期", "the whole window"),
    "week": Text("每周", "each week"),
    "day": Text("每天", "each day"),
    "duty_days": Text("值勤日", "days on duty"),
    "days_off": Text("休息日", "days off"),
    "duties": Text("班数", "duties"),
    "nights": Text("夜班", "nights"),
    "weekends": Text("周末", "weekends"),
    "hours": Text("小时", "hours"),
}
"""Options of a parameter in words."""
UNITS: dict[str, Text] = {
    "hours": Text("小时", "h"),
    "minutes": Text("分钟", "min"),
    "days": Text("天", "days"),
    "nights": Text("夜", "nights"),
    "weekends": Text("个周末", "weekends"),
    "duties": Text("班", "duties"),
    "heads": Text("人", "people"),
    "kilometres": Text("公里", "km"),
    "points": Text("分", "points"),
}
POPULATION: dict[str, Text] = {
    "categories": Text("类别", "Categories"),
    "units": Text("来源单位", "Units"),
    "contracts": Text("值勤约定", "Contracts"),
    "areas": Text("居住片区（含下级）", "Home areas, with all below"),
    "qualifications": Text("资质", "Qualifications"),
    "tags": Text("标签", "Tags"),
    "people": Text("指定的人", "Certain people"),
}
MOST_OPTIONS = 5000
LONGEST_LIST = 20_000


@dataclass(frozen=True, slots=True)
class Input:
    """One field; `value` is what it shows, `options` are (value, label)."""

    name: str
    shape: Shape
    meaning: Text
    value: Any
    unit: Text | None = None
    least: int | None = None
    most: int | None = None
    needed: bool = False
    options: tuple[tuple[str, str], ...] = ()
    parts: tuple[Input, ...] = ()
    """The fields of a population."""


class Names:
    """What a town calls its things, looked up when a field names them."""

    def __init__(self, town: str, lang: str) -> None:
        self._town, self._lang = town, lang
        self._kept: dict[str, dict[str, str]] = {}

    def of(self, noun: str) -> dict[str, str]:
        """Id → name of all things of a noun; shifts are those of all patterns."""
        if noun not in self._kept:
            self._kept[noun] = self._shifts if noun == "shifts" else self._things(noun)
        return self._kept[noun]

    def _things(self, noun: str) -> dict[str, str]:
        return {thing.id: label(thing) for thing in store().things.all(self._town, noun)}

    @cached_property
    def _shifts(self) -> dict[str, str]:
        patterns = store().things.all(self._town, "shift_patterns")
        return {s.id: s.name for pattern in patterns if isinstance(pattern, ShiftPattern) for s in pattern.shifts}

    def options(self, noun: str) -> tuple[tuple[str, str], ...]:
        return tuple(self.of(noun).items())[:MOST_OPTIONS]

    def ids(self, noun: str, written: Iterable[str]) -> list[str]:
        """Ids for ids and for names that only one thing has; what is unknown stays, to be told as a fault."""
        known = self.of(noun)
        by_name: dict[str, list[str]] = {}
        for id_, name in known.items():
            by_name.setdefault(name, []).append(id_)
        return [w if w in known or len(by_name.get(w, ())) != 1 else by_name[w][0] for w in written]


def inputs(kind: type[Rule], body: Mapping[str, Any], names: Names, lang: str) -> list[Input]:
    """The rule's own parameters as fields, with the entry's figures or their defaults."""
    schema = parameter_schema(kind)
    return [
        _input(f.name, schema[f.name], f.metadata, body.get(f.name, default_of(f)), names, lang)
        for f in parameters_of(kind)
    ]


def _input(
    name: str, shape: Mapping[str, Any], about: Mapping[str, Any], value: Any, names: Names, lang: str
) -> Input:
    meaning, unit = Text(about["zh"], about["en"]), UNITS.get(about["unit"])
    types = shape["type"] if isinstance(shape["type"], list) else [shape["type"]]
    if "integer" in types:
        least, most = about["minimum"], about["maximum"]
        return Input(name, "whole", meaning, value, unit, least, most, needed="null" not in types)
    if "boolean" in types:
        return Input(name, "flag", meaning, bool(value))
    if "object" in types:
        return Input(name, "population", meaning, value, parts=population(value or {}, names, f"{name}."))
    if "string" in types:
        return Input(name, "choice", meaning, value, options=_said(shape["enum"], lang))
    items = shape["items"]
    if items["type"] == "array":
        known = names.of(about["refers"])
        return Input(name, "groups", meaning, [[known.get(id_, id_) for id_ in group] for group in value or ()])
    if "enum" in items:
        return Input(name, "several", meaning, list(value or ()), options=_said(items["enum"], lang))
    if about["refers"] and name != "order":
        return Input(name, "several", meaning, list(value or ()), options=names.options(about["refers"]))
    known = names.of(about["refers"]) if about["refers"] else {}
    return Input(name, "lines", meaning, [known.get(id_, id_) for id_ in value or ()])


def population(held: Mapping[str, Any], names: Names, prefix: str = "population.") -> tuple[Input, ...]:
    """For whom a rule is, as one field for each kind of group."""
    found = []
    for f in fields(Population):
        value, noun = list(held.get(f.name, ())), f.metadata.get("refers")
        meaning = POPULATION[f.name]
        if noun and noun != "people":
            options = names.options(noun)
            if options:
                found.append(Input(prefix + f.name, "several", meaning, value, options=options))
        else:
            known = names.of("people") if noun and value else {}
            found.append(Input(prefix + f.name, "lines", meaning, [known.get(id_, id_) for id_ in value]))
    order = list(POPULATION)
    return tuple(sorted(found, key=lambda i: order.index(i.name.removeprefix(prefix))))


def _said(options: Sequence[str], lang: str) -> tuple[tuple[str, str], ...]:
    return tuple((o, WORDS[o].in_language(lang) if o in WORDS else o) for o in options)


# --- and back -------------------------------------------------------------------------------------------


def entry_of(name: str, form: MultiDict[str, str], names: Names) -> tuple[dict[str, Any], list[Fault]]:
    """The entry that a form says, with nothing in it that is a default, and what is wrong with its figures."""
    kind, faults = REGISTRY[name], list[Fault]()
    body: dict[str, Any] = {"rule": name}
    for key in ("id", "waived_by"):
        if form.get(key, "").strip():
            body[key] = form[key].strip()
    if not (kind.always_hard or kind.always_priced):
        body["hard"] = form.get("hard", "1") == "1"
    elif kind.always_priced:
        body["hard"] = False
    if not body.get("hard", True) and form.get("weight", "").strip():
        body["weight"] = _whole("weight", form["weight"], faults)
    dates = {key: form[f"dates.{key}"].strip() for key in ("from", "to") if form.get(f"dates.{key}", "").strip()}
    held = _population("population.", form, names)
    body |= ({"dates": dates} if dates else {}) | ({"population": held} if held else {})
    schema = parameter_schema(kind)
    for f in parameters_of(kind):
        value = _value(f.name, schema[f.name], f.metadata, form, names, faults)
        if value != default_of(f):
            body[f.name] = value
    if form.get("off") == "1":
        body["off"] = True
    return body, faults


def _value(
    name: str,
    shape: Mapping[str, Any],
    about: Mapping[str, Any],
    form: MultiDict[str, str],
    names: Names,
    faults: list[Fault],
) -> Any:
    types = shape["type"] if isinstance(shape["type"], list) else [shape["type"]]
    if "integer" in types:
        return _whole(name, form.get(name, ""), faults, needed="null" not in types)
    if "boolean" in types:
        return form.get(name) == "1"
    if "object" in types:
        return _population(f"{name}.", form, names)
    if "string" in types:
        return form.get(name, "")
    items, noun = shape["items"], about["refers"]
    if items["type"] == "array":
        groups = [_words(line) for line in form.get(name, "").splitlines()[:LONGEST_LIST]]
        return [names.ids(noun, group) for group in groups if group]
    if "enum" in items or (noun and name != "order"):
        return form.getlist(name)
    written = _words(form.get(name, ""))
    return names.ids(noun, written) if noun else written


def _population(prefix: str, form: MultiDict[str, str], names: Names) -> dict[str, list[str]]:
    held: dict[str, list[str]] = {}
    for f in fields(Population):
        noun = f.metadata.get("refers")
        if noun and noun != "people":
            found = form.getlist(prefix + f.name)
        else:
            found = _words(form.get(prefix + f.name, ""))
            found = names.ids("people", found) if noun and found else found
        if found:
            held[f.name] = found
    return held


def _words(text: str) -> list[str]:
    """Words between spaces, commas and new lines, in Chinese writing too."""
    for comma in "，、；,;\t\n\r":
        text = text.replace(comma, " ")
    return text.split()[:LONGEST_LIST]


def _whole(name: str, text: str, faults: list[Fault], needed: bool = True) -> int | None:
    text = text.strip()
    if not text and not needed:
        return None
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    if not (digits.isascii() and digits.isdigit() and len(digits) < 12):
        faults.append(fault(name, "not_an_integer"))
        return None
    return int(sign + digits)
