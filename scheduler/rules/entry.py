"""One rule's entry in the problem document: its shape, and the way in and out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from datetime import date
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from ..problem import MeaningError
from .base import Population, Rule, RuleError
from .registry import REGISTRY

Schema = dict[str, Any]
MAX_ID = 80
MAX_ITEMS = 20_000
_COMMON = ("id", "hard", "weight", "waived_by")
"""Fields of every rule that are in the entry under their own names."""


def types_of(rule_class: type[Rule]) -> dict[str, Any]:
    """Field → type of a rule's dataclass."""
    return get_type_hints(rule_class)


def parameters_of(rule_class: type[Rule]) -> list[Field[Any]]:
    """The rule's own fields, those beyond what all rules have."""
    return [f for f in fields(rule_class) if f.metadata.get("parameter")]


def default_of(f: Field[Any]) -> Any:
    """The default as it stands in JSON."""
    return _plain(f.default if f.default_factory is MISSING else f.default_factory())


def parameter_schema(rule_class: type[Rule]) -> dict[str, Schema]:
    """JSON Schema of each of the rule's own fields; `hard` is among them when the rule leaves no choice.

    These are the properties of the rule's entry beside those that all rules have; nothing else is allowed there.
    """
    types = types_of(rule_class)
    own: dict[str, Schema] = {}
    if rule_class.always_hard or rule_class.always_priced:
        words = "Always law." if rule_class.always_hard else "Always a price."
        own["hard"] = {"const": rule_class.always_hard, "default": rule_class.always_hard, "description": words}
    for f in parameters_of(rule_class):
        held = _schema(types[f.name])
        for bound in ("minimum", "maximum"):
            if f.metadata[bound] is not None:
                held[bound] = f.metadata[bound]
        unit = f" ({f.metadata['unit']})" if f.metadata["unit"] else ""
        own[f.name] = held | {"default": default_of(f), "description": f"{f.metadata['en']}{unit}."}
    return own


def _schema(kind: Any) -> Schema:
    """The JSON Schema of a field's type."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        held = _schema(next(t for t in inner if t is not NoneType))
        return held | {"type": [held["type"], "null"]}
    if origin is Literal:
        return {"type": "string", "enum": list(inner)}
    if origin in (tuple, frozenset):
        return {"type": "array", "items": _schema(inner[0]), "maxItems": MAX_ITEMS}
    if kind is Population:
        types = get_type_hints(Population)
        properties = {f.name: _schema(types[f.name]) for f in fields(Population)}
        return {"type": "object", "additionalProperties": False, "properties": properties}
    if kind is bool:
        return {"type": "boolean"}
    if kind is int:
        return {"type": "integer"}
    if kind is str:
        return {"type": "string", "minLength": 1, "maxLength": MAX_ID}
    raise TypeError(f"no JSON shape is known for {kind}")


def from_json(body: Mapping[str, Any]) -> Rule:
    """The rule of an entry that has the right shape.

    Raises RuleError, a MeaningError whose `faults` names every field at fault: an unknown rule or field, a date
    that is none, figures that contradict one another.
    """
    rule_class = REGISTRY.get(str(body.get("rule")))
    if rule_class is None:
        raise RuleError([MeaningError("rule", "unknown_rule", value=str(body.get("rule")))])
    own = {f.name for f in parameters_of(rule_class)}
    known = own | {"rule", "population", "dates", "off", *_COMMON}
    faults = [MeaningError(str(field), "unknown_field", field=str(field)) for field in body if field not in known]
    given: dict[str, Any] = {"hard": not rule_class.always_priced}
    types = types_of(rule_class)
    for name in body:
        if name in own:
            given[name] = _domain(types[name], body[name])
        elif name in _COMMON and (body[name] is not None or name == "waived_by"):
            given[name] = body[name]
    given["population"] = _domain(Population, body.get("population") or {})
    dates = body.get("dates") or {}
    for name, key in (("first_day", "from"), ("last_day", "to")):
        try:
            given[name] = None if dates.get(key) is None else date.fromisoformat(dates[key])
        except ValueError:
            faults.append(MeaningError("dates", "not_a_date", value=str(dates[key])))
    if faults:
        raise RuleError(faults)
    return rule_class(**given)


def _domain(kind: Any, value: Any) -> Any:
    """A JSON value as the type of a field."""
    if kind is Population:
        return Population(**{key: frozenset(held) for key, held in value.items()})
    if get_origin(kind) is tuple and isinstance(value, list):
        inner = get_args(kind)[0]
        return tuple(_domain(inner, item) for item in value)
    return value


def as_json(rule: Rule) -> dict[str, Any]:
    """The rule's entry: its own parameters in full, what all rules have only where it says something."""
    body: dict[str, Any] = {"rule": rule.name, "hard": rule.hard}
    if not rule.hard:
        body["weight"] = rule.weight
    for f in parameters_of(type(rule)):
        body[f.name] = _plain(getattr(rule, f.name))
    if not rule.population.everybody:
        body["population"] = _plain(rule.population)
    dates = {"from": rule.first_day, "to": rule.last_day}
    if any(dates.values()):
        body["dates"] = {key: day.isoformat() for key, day in dates.items() if day}
    for name in ("id", "waived_by"):
        if getattr(rule, name):
            body[name] = getattr(rule, name)
    return body


def _plain(value: Any) -> Any:
    """A field's value as JSON."""
    if isinstance(value, Population):
        return {f.name: sorted(getattr(value, f.name)) for f in fields(value) if getattr(value, f.name)}
    if isinstance(value, (tuple, frozenset)):
        return [_plain(v) for v in (value if isinstance(value, tuple) else sorted(value))]
    return value
