"""Rules: the catalogue of all, and a town's own list."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import jsonify
from flask.views import MethodView

from scheduler import rules

from . import fields
from .access import may, public, store
from .body import Blueprint
from .conditions import expected, tag, versioned
from .schemas.base import Schema
from .schemas.entities import Rule
from .things import Answer

blueprint = Blueprint("rules", __name__, url_prefix="/api/v1", description="The catalogue of rules, and a town's own")


class TownRulesBody(Schema):
    rules = fields.List(fields.Nested(Rule), most=1000, required=True)


class TownRulesOut(ma.Schema):
    rules = ma.fields.List(ma.fields.Nested(Rule), required=True)


class CatalogueOut(ma.Schema):
    """Every rule with its sentence, its parameters and their defaults."""

    rules = ma.fields.List(ma.fields.Dict(), required=True)


@blueprint.route("/rules")
class Catalogue(MethodView):
    @public
    @blueprint.doc(security=[])
    @blueprint.response(200, CatalogueOut)
    def get(self) -> Any:
        """Every rule there is, with its sentence and parameters"""
        return jsonify({"rules": rules.catalogue()})


@blueprint.route("/towns/<town>/rules")
class TownRules(MethodView):
    @may("see_roster")
    @versioned
    @blueprint.response(200, TownRulesOut)
    def get(self, town: str) -> Answer:
        """A town's rules"""
        held = store().rules.get(town)
        return {"rules": held.value}, 200, tag(held.revision)

    @may("edit_rules")
    @versioned
    @blueprint.arguments(TownRulesBody)
    @blueprint.response(200, TownRulesOut)
    def put(self, body: dict[str, Any], town: str) -> Answer:
        """Replace all rules of a town"""
        held = store().rules.set(town, body["rules"], expected())
        return {"rules": held.value}, 200, tag(held.revision)
