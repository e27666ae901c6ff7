"""A town's rules in words: switched on and off, changed, tried on the present roster before anything is saved."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from api.access import can, may, store, town_or_404
from api.errors import ApiError, fault, invalid
from api.language import language
from models.errors import Conflict
from scheduler.document import DocumentError, Fault
from scheduler.document.rule_entries import ALWAYS
from scheduler.rules import REGISTRY, Rule
from scheduler.rules.entry import from_json
from scheduler.text import Text

from .routes import blueprint
from .rule_form import POPULATION, Input, Names, entry_of, inputs, population
from .rule_trial import Trial, trial

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One rule of the town as it is listed."""

    entry: Entry
    mark: str
    """The entry itself, by which it is found again whatever has become of the list."""
    title: Text
    sentence: Text
    points: int | None
    """What one unit of excess costs; None for a law."""
    whom: tuple[tuple[Text, str], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """The form of one rule."""

    name: str
    kind: type[Rule]
    entry: Entry
    mark: str
    own: list[Input]
    population: tuple[Input, ...]
    faults: dict[str, list[Text]]
    """Field → what is wrong with it; "" are those of no field."""
    trial: Trial | None = None


@blueprint.get("/towns/<town>/rules")
@may("see_roster")
def rules_panel(town: str) -> ResponseReturnValue:
    """All rules of a town, each with its sentence."""
    held, names = store().rules.get(town), Names(town, language())
    lines = [_line(entry, names) for entry in held.value]
    named = {entry["rule"] for entry in held.value if not entry.get("off")}
    always = [REGISTRY[name] for name in ALWAYS if name not in named]
    kinds = sorted(REGISTRY.values(), key=lambda kind: kind.title.in_language(language()))
    return render_template(
        "rules.html", town=town_or_404(town), lines=lines, always=always, kinds=kinds, may_edit=can("edit_rules")
    )


@blueprint.get("/towns/<town>/rules/one")
@may("edit_rules")
def rule_form(town: str) -> ResponseReturnValue:
    """The form of a rule: of the town's own (?was=) or of a new one (?rule=)."""
    was = request.args.get("was", "")
    entry: Entry = _entry(was) if was else {"rule": request.args.get("rule", "")}
    if entry.get("rule") not in REGISTRY or (was and entry not in store().rules.get(town).value):
        raise ApiError("not_found")
    if not was and REGISTRY[entry["rule"]].always_priced:
        entry["hard"] = False
    return _form(town, _shown(town, entry, was, {}))


@blueprint.post("/towns/<town>/rules/one")
@may("edit_rules")
def save_rule(town: str) -> ResponseReturnValue:
    """Try, save or remove what the form says; nothing that was typed is lost."""
    form, was = request.form, request.form.get("was", "")
    if form.get("do") == "remove":
        return _remove(town, was)
    name = form.get("rule", "")
    if name not in REGISTRY:
        raise ApiError("not_found")
    entry, wrong = entry_of(name, form, Names(town, language()))
    faults = _by_field(wrong)
    if wrong:
        return _form(town, _shown(town, entry, was, faults), 422)
    try:
        if form.get("do") == "try":
            found = trial(town, _with(town, was, entry))
            return _form(town, _shown(town, entry, was, {}, found))
        _store(town, was, entry)
    except DocumentError as error:
        return _form(town, _shown(town, entry, was, _by_field(error.faults)), 422)
    except Conflict:
        return _form(town, _shown(town, entry, was, {"": [_MEANWHILE]}), 409)
    flash(_("规则已保存，下次生成时起作用。"), "ok")
    return redirect(url_for("pages.rules_panel", town=town), 303)


@blueprint.post("/towns/<town>/rules/switch")
@may("edit_rules")
def switch_rule(town: str) -> ResponseReturnValue:
    """Switch a rule off, or on again with the figures that it had."""
    was = request.form.get("was", "")
    entry = _entry(was)
    changed = {key: value for key, value in entry.items() if key != "off"}
    try:
        _store(town, was, changed if entry.get("off") else changed | {"off": True})
    except Conflict:
        flash(say_meanwhile(), "error")
    return redirect(url_for("pages.rules_panel", town=town), 303)


def say_meanwhile() -> str:
    return _MEANWHILE.in_language(language())


_MEANWHILE = Text(
    "这条规则刚刚被别人改过或删掉了，没有保存。请打开规则清单看现在的样子，再决定要不要保存您填的内容。",
    "Somebody has just changed or removed this rule; nothing was saved. Look at the list of rules as it is now, "
    "then decide whether to save what you have entered.",
)


def _remove(town: str, was: str) -> ResponseReturnValue:
    try:
        _store(town, was, None)
    except Conflict:
        flash(say_meanwhile(), "error")
    else:
        flash(_("规则已删除。"), "ok")
    return redirect(url_for("pages.rules_panel", town=town), 303)


def _store(town: str, was: str, entry: Entry | None) -> None:
    """Raises Conflict (the rule is not there as it was), DocumentError."""
    revision = store().rules.get(town).revision
    store().rules.set(town, _with(town, was, entry), revision)


def _with(town: str, was: str, entry: Entry | None) -> list[Entry]:
    """The town's rules with one of them replaced, removed or added. Raises Conflict."""
    held = list(store().rules.get(town).value)
    new = [] if entry is None else [entry]
    if not was:
        return held + new
    before = _entry(was)
    if before not in held:
        raise Conflict("rules", town, None)
    at = held.index(before)
    return held[:at] + new + held[at + 1 :]


def _entry(mark: str) -> Entry:
    """The entry of a mark. Raises ApiError (422) for anything else."""
    try:
        found = json.loads(mark)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise invalid([fault("was", "bad_json")])
    return found


def _mark(entry: Entry) -> str:
    return json.dumps(entry, ensure_ascii=False, sort_keys=True)


def _line(entry: Entry, names: Names) -> Line:
    rule = from_json(entry)
    held: Mapping[str, list[str]] = entry.get("population") or {}
    whom = tuple((POPULATION[key], _some(held[key], names, key)) for key in POPULATION if held.get(key))
    return Line(entry, _mark(entry), rule.title, rule.sentence(), None if rule.hard else rule.weight, whom)


def _some(ids: list[str], names: Names, noun: str, most: int = 6) -> str:
    known = {} if noun == "tags" else names.of(noun)
    said = "、".join(known.get(id_, id_) for id_ in ids[:most])
    return said + (_(" 等 %(count)s 个", count=len(ids)) if len(ids) > most else "")


def _shown(
    town: str, entry: Entry, was: str, faults: dict[str, list[Text]], found: Trial | None = None
) -> Shown:
    names, kind = Names(town, language()), REGISTRY[entry["rule"]]
    own = inputs(kind, entry, names, language())
    return Shown(kind.name, kind, entry, was, own, population(entry.get("population") or {}, names), faults, found)


def _by_field(faults: list[Fault]) -> dict[str, list[Text]]:
    """rules[3].population.units[0] is a matter of population.units."""
    held: dict[str, list[Text]] = {}
    for found in faults:
        path = found.path.partition("].")[2] if found.path.startswith("rules[") else found.path
        parts = [part.partition("[")[0] for part in path.split(".")]
        field = ".".join(parts[:2]) if parts[0] in ("population", "dates", "members") else parts[0]
        held.setdefault(field, []).append(found.text)
    return held


def _form(town: str, shown: Shown, status: int = 200) -> ResponseReturnValue:
    return render_template("rule.html", town=town_or_404(town), rule=shown), status
