"""A rule's entry in the document ⇄ the rule, whatever its parameters are."""

from __future__ import annotations

from dataclasses import MISSING, fields
from datetime import date
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from ..problem import MeaningError
from ..rules import REGISTRY
from ..rules.base import Population, Rule
from .faults import Faults, Path
from .read import Reader
from .references import References
from .shape_rules import POPULATION_FIELDS
from .verdict import iter_entries, judge_entry

_SHARED = ("id", "hard", "weight", "population", "first_day", "last_day", "waived_by")
_NAMES_IDS_OF = {"posts": "posts", "positions": "positions", "shifts": "shifts", "order": "categories"}
"""Parameters whose values are ids, and the noun they belong to."""
ALWAYS = ("cover", "one_duty_at_a_time", "qualification", "availability")
"""Rules that hold in every problem; the loader adds them when the document leaves them out."""


def read_rules(document: dict[str, Any], refs: References, reader: Reader) -> tuple[Rule, ...]:
    """The document's rules and those that always hold."""
    faults = reader.faults
    held: list[Rule] = []
    ids: dict[str, int] = {}
    for i, body in iter_entries(document, "rules"):
        path: Path = ("rules", i)
        if not isinstance(body, dict):
            judge_entry("rules", body, path, faults)
            continue
        _check_references(body, refs, path)
        id_ = body.get("id")
        if isinstance(id_, str) and id_ in ids:
            faults.add((*path, "id"), "duplicate_id", id=id_, first=f"rules[{ids[id_]}]")
        if isinstance(id_, str):
            ids.setdefault(id_, i)
        if judge_entry("rules", body, path, faults):
            rule = read_rule(body, path, reader)
            if rule is not None:
                _alone(rule, held, path, faults)
                held.append(rule)
    return (*held, *_missing(held))


def read_rule(body: dict[str, Any], path: Path, reader: Reader) -> Rule | None:
    """The rule of one well-shaped entry; None when its meaning is at fault."""
    kind = REGISTRY[body["rule"]]
    dates = body.get("dates") or {}
    first, last = reader.dates(dates, (*path, "dates"), "from", "to")
    hints = _hints(kind)
    values = {k: _value(hints[k], v) for k, v in body.items() if k in hints and v is not None}
    values |= {"first_day": first, "last_day": last}
    if "hard" not in values and kind.always_priced:
        values["hard"] = False
    try:
        return kind(**values)
    except MeaningError as error:
        reader.faults.add((*path, error.field_name), "rule_meaning", problem=error.code)
    except ValueError as error:
        reader.faults.add(path, "rule_meaning", problem=str(error))
    return None


def rule_json(rule: Rule) -> dict[str, Any]:
    """The entry that reads back as this rule; what equals the default is left out."""
    body: dict[str, Any] = {"rule": rule.name}
    for field in fields(rule):
        default = field.default if field.default_factory is MISSING else field.default_factory()
        value = getattr(rule, field.name)
        if field.name in ("first_day", "last_day") or (value == default and field.name != "hard"):
            continue
        body[field.name] = _json(value)
    dates = {"from": rule.first_day, "to": rule.last_day}
    if rule.first_day or rule.last_day:
        body["dates"] = {k: v.isoformat() for k, v in dates.items() if v is not None}
    return body


@cache
def _hints(kind: type[Rule]) -> dict[str, Any]:
    hints = get_type_hints(kind, vars(__import__(kind.__module__, fromlist=["_"])) | {"date": date})
    return {f.name: hints[f.name] for f in fields(kind)}


def _value(hint: Any, value: Any) -> Any:
    """JSON's lists and objects as the tuples, sets and populations that the rule's field wants."""
    if isinstance(value, dict):
        return Population(**{k: frozenset(v) for k, v in value.items()})
    if isinstance(value, list):
        options = [h for h in (hint, *get_args(hint)) if get_origin(h) in (tuple, frozenset)]
        if options and get_origin(options[0]) is frozenset:
            return frozenset(value)
        return tuple(tuple(v) if isinstance(v, list) else v for v in value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _json(value: Any) -> Any:
    if isinstance(value, Population):
        return {f.name: sorted(getattr(value, f.name)) for f in fields(value) if getattr(value, f.name)}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_json(v) for v in value]
    return value


def _check_references(body: dict[str, Any], refs: References, path: Path) -> None:
    for name in ("population", "members"):
        population = body.get(name)
        if isinstance(population, dict):
            for field, (noun, _) in POPULATION_FIELDS.items():
                if noun:
                    refs.many(population, field, noun, (*path, name))
    for field, noun in _NAMES_IDS_OF.items():
        refs.many(body, field, noun, path)
    groups = body.get("groups")
    if isinstance(groups, list):
        for k, group in enumerate(groups):
            _group(group, refs, (*path, "groups", k))


def _group(group: Any, refs: References, path: Path) -> None:
    for i, id_ in enumerate(group if isinstance(group, list) else ()):
        if isinstance(id_, str) and id_ not in refs.ids["people"]:
            refs.missing(id_, "people", (*path, i))


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
        added.append(REGISTRY[name](**({"avoid_weight": 0, "prefer_weight": 0} if partly else {})))
    return added
