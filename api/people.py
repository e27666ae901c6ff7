"""What belongs to one person: availability and published duties. The person is in things.py, the links in links.py."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask.views import MethodView

from models.records import Stored
from scheduler import document
from scheduler.problem import Person

from .access import may, store, town_or_404
from .body import Blueprint
from .conditions import expected, tag, versioned
from .errors import fault, invalid
from .schemas.people import (
    AvailabilityBody,
    AvailabilityOut,
    Between,
    BetweenQuery,
    PublishedDutiesOut,
)
from .things import Answer
from .wire import published_duty_json

blueprint = Blueprint(
    "person", __name__, url_prefix="/api/v1/towns/<town>/people/<person>", description="Availability, duties"
)


def person_of(town: str, person: str) -> Stored[Person]:
    """Raises NotFound."""
    held: Any = store().things.get(town, "people", person)
    return held


def availability_json(person: Person) -> dict[str, Any]:
    return {"availability": document.entity_to_json("people", person).get("availability", [])}


@blueprint.route("/availability")
class Availability(MethodView):
    @may("see_people", "own_matters")
    @versioned
    @blueprint.response(200, AvailabilityOut)
    def get(self, town: str, person: str) -> Answer:
        """When somebody cannot, would rather not, or likes to serve"""
        held = person_of(town, person)
        return availability_json(held.value), 200, tag(held.revision)

    @may("edit_people", "own_matters")
    @versioned
    @blueprint.arguments(AvailabilityBody)
    @blueprint.response(200, AvailabilityOut)
    def put(self, body: dict[str, Any], town: str, person: str) -> Answer:
        """Replace all spans of availability"""
        revision = expected()
        whole = document.entity_to_json("people", person_of(town, person).value) | body
        read: Person = document.entity_from_json("people", whole, town_or_404(town).zone)
        changed = replace(person_of(town, person).value, availability=read.availability)
        saved: Any = store().things.change(town, "people", changed, revision)
        return availability_json(saved.value), 200, tag(saved.revision)


@blueprint.route("/duties")
class Duties(MethodView):
    @may("see_people", "own_matters")
    @blueprint.arguments(BetweenQuery, location="query")
    @blueprint.response(200, PublishedDutiesOut)
    def get(self, query: Between, town: str, person: str) -> dict[str, Any]:
        """What somebody serves according to published rosters"""
        if query.end <= query.start:
            raise invalid([fault("query.end", "end_before_start")])
        person_of(town, person)
        held = store().rosters.duties_of(town, person, query.start, query.end)
        return {"items": [published_duty_json(one) for one in held]}
