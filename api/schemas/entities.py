"""The town's things, loaded into the scheduler's own dataclasses; their shape is the problem document's."""

from __future__ import annotations

from typing import Any, ClassVar

import marshmallow as ma
from flask import g

from models.privacy import masked_person
from scheduler import document

DOCUMENT = "ProblemDocument"


def component_name(definition: str) -> str:
    """The name in the OpenAPI document of a definition of the problem document."""
    return "".join(word.capitalize() for word in definition.split("_"))


class FromScheduler(ma.Schema):
    """A schema whose shape is a definition of the problem document's JSON Schema."""

    component: ClassVar[str]


class Entity(FromScheduler):
    """One thing of a noun, telephone numbers masked. Loading raises DocumentError with all faults."""

    noun: ClassVar[str]

    def load(self, data: Any, **_: Any) -> Any:
        return document.entity_from_json(self.noun, data, g.town.zone)

    def dump(self, obj: Any, *, many: bool | None = None) -> Any:
        if many:
            return [self.dump(one) for one in obj]
        body = document.entity_to_json(self.noun, obj)
        return masked_person(body) if self.noun == "people" else body


class AsItIs(FromScheduler):
    """Passed on unjudged: whoever takes it judges it together with what it refers to."""

    def load(self, data: Any, **_: Any) -> Any:
        return data

    def dump(self, obj: Any, **_: Any) -> Any:
        return obj


class Document(AsItIs):
    """A whole problem document, for `document.load` to judge."""

    component = DOCUMENT


class Span(AsItIs):
    """A span of availability, judged with the person."""

    component = component_name("availability")


class Rule(AsItIs):
    """A rule with its figures, judged with the town that it speaks of."""

    component = component_name("rule")


def entity(noun: str) -> type[Entity]:
    """The schema of a noun's things."""
    component = component_name(document.NOUNS[noun])
    return type(component, (Entity,), {"noun": noun, "component": component})


Person = entity("people")
Duty = entity("duties")
