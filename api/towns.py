"""Towns, the tenants."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.views import MethodView

from models.records import Town

from . import new_towns
from .access import may, sees, store
from .body import Blueprint, takes_documents
from .conditions import expected, tag, versioned
from .numbers import refuse_masked
from .schemas.entities import Document
from .schemas.paging import Paging, PagingQuery, cut
from .schemas.towns import NewTown, NewTownBody, TownBody, TownOut, TownPage
from .things import Answer, addressable, same_id

blueprint = Blueprint("towns", __name__, url_prefix="/api/v1/towns", description="Towns, the tenants")


@blueprint.route("")
class Towns(MethodView):
    @may("see_roster", "own_matters")
    @blueprint.arguments(PagingQuery, location="query")
    @blueprint.response(200, TownPage)
    def get(self, query: Paging) -> dict[str, Any]:
        """List the towns that you may see"""
        return cut([town for town in store().towns.list() if sees(town.id)], query)

    @may("manage_towns")
    @versioned
    @blueprint.arguments(NewTownBody)
    @blueprint.response(201, TownOut)
    def post(self, town: NewTown) -> Answer:
        """Add a town, with the usual basics where wanted (administrators of the platform)"""
        addressable(town.id)
        held = new_towns.add(Town(town.id, town.name, town.name_en, town.zone), with_basics=town.basics)
        return held.value, 201, {"Location": url_for("towns.OneTown", town=town.id), **tag(held.revision)}


@blueprint.route("/import")
class Import(MethodView):
    @may("manage_towns")
    @takes_documents
    @blueprint.arguments(Document)
    @blueprint.response(201, TownOut)
    def post(self, document: dict[str, Any]) -> tuple[Town, int, dict[str, str]]:
        """Import a problem document as a town with its week (administrators of the platform)"""
        refuse_masked(document)
        town = store().load_town(document)
        return town, 201, {"Location": url_for("towns.OneTown", town=town.id)}


@blueprint.route("/<town>")
class OneTown(MethodView):
    @may("see_roster", "own_matters")
    @versioned
    @blueprint.response(200, TownOut)
    def get(self, town: str) -> Answer:
        """Get a town"""
        held = store().towns.get(town)
        return held.value, 200, tag(held.revision)

    @may("edit_town")
    @versioned
    @blueprint.arguments(TownBody)
    @blueprint.response(200, TownOut)
    def put(self, body: Town, town: str) -> Answer:
        """Change a town's names or zone"""
        revision = expected()
        same_id(body.id, town)
        new_towns.known_zone(body.zone)
        held = store().towns.change(body, revision)
        return held.value, 200, tag(held.revision)
