"""The rules of a document: their references, those that always hold, and the way in and out of each entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import Field, fields
from typing import Any

from ..problem import MeaningError
from ..rules import REGISTRY, Population, Rule, RuleError, as_json, from_json
from ..rules.entry import parameters_of
from .faults import Faults, Path
from .read import Reader
from .references import References
from .sentences import SENTENCES
from .verdict import iter_entries, judge_entry

ALWAYS = ("cover", "one_duty_at_a_time", "qualification", "availability")
"""Rules that hold in every problem; the loader adds them when the document leaves them out."""


def read_rules(document: dict[str, Any], refs: References, reader: Reader) -> tuple[Rule, ...]:
    """The document's rules, without those that are off, and those that always hold."""
    held: list[Rule] = []
    ids: dict[str, int] = {}
    for i, body in iter_entries(document, "rules"):
        path: Path = ("rules", i)
        sound = judge_entry("rules", body, path, reader.faults)
        if not isinstance(body, dict):
            continue
        _check_references(body, refs, path)
        id_ = body.get("id")
        if isinstance(id_, str) and ids.setdefault(id_, i) != i:
            reader.faults.add((*path, "id"), "duplicate_id", id=id_, first=f"rules[{ids[id_]}]")
        rule = read_rule(body, path, reader) if sound else None
        if rule is not None and not body.get("off"):
            _alone(rule, held, path, reader.faults)
            held.append(rule)
    return (*held, *_missing(held))


def read_rule(body: dict[str, Any], path: Path, reader: Reader) -> Rule | None:
    """The rule of one well-shaped entry; None when its meaning is at fault."""
    before = len(reader.faults)
    reader.dates(body.get("dates") or {}, (*path, "dates"), "from", "to")
    if len(reader.faults) > before:
        return None
    try:
        return from_json({k: _whole(v) for k, v in body.items()})
    except RuleError as error:
        for fault in error.faults:
            _tell(fault, path, reader.faults)
    return None


def _tell(fault: MeaningError, path: Path, faults: Faults) -> None:
    known = fault.code in SENTENCES
    details = fault.details if known else {"problem": fault.code.replace("_", " ")}
    faults.add((*path, fault.field_name), fault.code if known else "rule_meaning", **details)


def _whole(value: Any) -> Any:
    """JSON Schema counts 2.0 among the whole numbers; a rule does not."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def rule_json(rule: Rule) -> dict[str, Any]:
    """The entry that reads back as this rule."""
    body = as_json(rule)
    return body if rule.weight == 1 else body | {"weight": rule.weight}


def _check_references(body: dict[str, Any], refs: References, path: Path) -> None:
    _population(body.get("population"), refs, (*path, "population"))
    kind = REGISTRY.get(str(body.get("rule")))
    for parameter in parameters_of(kind) if kind is not None else ():
        value, here = body.get(parameter.name), (*path, parameter.name)
        noun = parameter.metadata.get("refers")
        if noun == "shifts" and not refs.ids["shift_patterns"]:
            continue  # duties are listed one by one: a shift that none of them has is no mistake
        if noun:
            _ids(value, noun, refs, here)
        elif isinstance(value, dict):
            _population(value, refs, here)


def _population(value: Any, refs: References, path: Path) -> None:
    if isinstance(value, dict):
        for field in _naming(Population):
            _ids(value.get(field.name), field.metadata["refers"], refs, (*path, field.name))


def _naming(kind: type) -> Iterator[Field[Any]]:
    return (f for f in fields(kind) if f.metadata.get("refers"))


def _ids(value: Any, noun: str, refs: References, path: Path) -> None:
    """An id, or a list of them, or lists in a list."""
    if isinstance(value, list):
        for i, entry in enumerate(value):
            _ids(entry, noun, refs, (*path, i))
    elif isinstance(value, str) and value not in refs.ids[noun]:
        refs.missing(value, noun, path)


def unrestricted(rule: Rule) -> bool:
    """True when the rule speaks for everybody on all dates, and nobody is exempt."""
    return rule.population.everybody and rule.first_day is None and rule.last_day is None and rule.waived_by is None


def _alone(rule: Rule, before: list[Rule], path: Path, faults: Faults) -> None:
    """Cover is one rule for all: two of them would count a vacancy twice."""
    if rule.name == "cover":
        if not unrestricted(rule):
            faults.add(path, "rule_for_all", rule="cover")
        if any(r.name == "cover" for r in before):
            faults.add(path, "rule_twice", rule="cover")


def _missing(held: list[Rule]) -> list[Rule]:
    """The rules that always hold and are not there for everybody; prices that are there for some are not doubled."""
    added = []
    for name in ALWAYS:
        if any(r.name == name and unrestricted(r) for r in held):
            continue
        partly = name == "availability" and any(r.name == name for r in held)
        free = {"avoid_weight": 0, "prefer_weight": 0} if partly else {}
        added.append(from_json({"rule": name, **free}))
    return added
