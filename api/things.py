"""Master data: the same five calls for every noun."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import marshmallow as ma
from flask import url_for
from flask.views import MethodView

from models.records import Page, Stored, Thing

from .access import may, scope, store
from .body import Blueprint
from .conditions import expected, tag, versioned
from .errors import ApiError, fault, invalid
from .numbers import kept_number
from .rights import Right
from .schemas.entities import entity
from .schemas.paging import Search, SearchQuery, page_of

REVISIONS = ma.fields.Dict(
    keys=ma.fields.String(),
    values=ma.fields.Integer(),
    required=True,
    metadata={"description": "The revision of each item, by id: what If-Match must name to change it"},
)
Answer = tuple[Any, int, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Noun:
    """A kind of master data: its key in the document, its place in addresses, its name in sentences."""

    key: str
    path: str
    one: str
    many: str


NOUNS = (
    Noun("people", "people", "person", "people"),
    Noun("qualifications", "qualifications", "qualification", "qualifications"),
    Noun("categories", "categories", "category", "categories"),
    Noun("units", "units", "unit", "units"),
    Noun("areas", "areas", "area", "areas"),
    Noun("positions", "positions", "position", "positions"),
    Noun("contracts", "contracts", "contract", "contracts"),
    Noun("vehicles", "vehicles", "vehicle", "vehicles"),
    Noun("posts", "posts", "post", "posts"),
    Noun("shift_patterns", "shift-patterns", "shift pattern", "shift patterns"),
    Noun("staffing_templates", "staffing-templates", "staffing template", "staffing templates"),
)


def listed(page: Page[Stored[Thing]]) -> dict[str, Any]:
    """A page as it is answered: the things themselves, and their revisions beside them."""
    return {
        "items": [held.value for held in page.items],
        "revisions": {held.value.id: held.revision for held in page.items},
        "page": page.page,
        "page_size": page.page_size,
        "total": page.total,
    }


def addressable(id_: str, parts: bool = False) -> None:
    """Refuses an id that cannot stand in an address; with `parts` it may have slashes inside."""
    if {".", "..", ""} & set(id_.split("/")) or ("/" in id_ and not parts):
        raise invalid([fault("id", "bad_id")])


def same_id(id_: str, in_address: str) -> None:
    """Refuses a body whose id is not the one in the address."""
    if id_ != in_address:
        raise invalid([fault("id", "id_mismatch", id=in_address)])


def seen(town: str, noun: Noun, key: str) -> Stored[Thing]:
    """A thing that the caller sees. Raises NotFound, ApiError (404)."""
    held = store().things.get(town, noun.key, key)
    if not scope().sees(noun.key, held.value):
        raise ApiError("not_found")
    return held


def stays_inside(noun: Noun, thing: Thing) -> None:
    """Refuses to put a thing where the caller would not see it any more."""
    if not scope().sees(noun.key, thing):
        raise ApiError("outside_areas")


def views(noun: Noun) -> Blueprint:
    """The blueprint of one noun."""
    schema = entity(noun.key)
    paged = page_of(f"{schema.component}Page{noun.key.title().replace('_', '')}", schema, revisions=REVISIONS)
    people = noun.key == "people"
    see: Right = "see_people" if people else "see_roster"
    edit: Right = "edit_people" if people else "edit_data"
    blueprint = Blueprint(
        noun.key, __name__, url_prefix=f"/api/v1/towns/<town>/{noun.path}", description=f"The town's {noun.many}"
    )

    @blueprint.route("")
    class Many(MethodView):
        @may(see)
        @blueprint.doc(summary=f"List {noun.many}")
        @blueprint.arguments(SearchQuery, location="query")
        @blueprint.response(200, paged)
        def get(self, query: Search, town: str) -> dict[str, Any]:
            only = scope().only(noun.key)
            return listed(store().things.page(town, noun.key, query.page, query.page_size, query.search, only))

        @may(edit)
        @versioned
        @blueprint.doc(summary=f"Add a {noun.one}")
        @blueprint.arguments(schema)
        @blueprint.response(201, schema)
        def post(self, thing: Thing, town: str) -> Answer:
            addressable(thing.id)
            stays_inside(noun, thing)
            added = store().things.add(town, noun.key, kept_number(thing))
            where = url_for(f"{noun.key}.One", town=town, key=thing.id)
            return added.value, 201, {"Location": where, **tag(added.revision)}

    @blueprint.route("/<key>")
    class One(MethodView):
        @may(see)
        @versioned
        @blueprint.doc(summary=f"Get a {noun.one}")
        @blueprint.response(200, schema)
        def get(self, town: str, key: str) -> Answer:
            held = seen(town, noun, key)
            return held.value, 200, tag(held.revision)

        @may(edit)
        @versioned
        @blueprint.doc(summary=f"Replace a {noun.one}")
        @blueprint.arguments(schema)
        @blueprint.response(200, schema)
        def put(self, thing: Thing, town: str, key: str) -> Answer:
            revision = expected()
            same_id(thing.id, key)
            before = seen(town, noun, key).value
            stays_inside(noun, thing)
            held = store().things.change(town, noun.key, kept_number(thing, before), revision)
            return held.value, 200, tag(held.revision)

        @may(edit)
        @versioned
        @blueprint.doc(summary=f"Remove a {noun.one} that nothing refers to")
        @blueprint.response(204)
        def delete(self, town: str, key: str) -> None:
            revision = expected()
            seen(town, noun, key)
            store().things.remove(town, noun.key, key, revision)

    return blueprint


blueprints = tuple(views(noun) for noun in NOUNS)
