"""One person's data: the number for who needs it, everything in one document, and the end of it."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify
from flask.views import MethodView

from .access import may, store
from .body import Blueprint
from .idempotency import shows_once
from .schemas.audit import ErasedOut, PhoneOut, Reason, ReasonBody

blueprint = Blueprint(
    "privacy",
    __name__,
    url_prefix="/api/v1/towns/<town>/people/<person>",
    description="One person's data; each call is kept in the log with its reason",
)


@blueprint.route("/phone")
class Phone(MethodView):
    @may("reveal_phones")
    @shows_once
    @blueprint.arguments(ReasonBody)
    @blueprint.response(200, PhoneOut)
    def post(self, body: Reason, town: str, person: str) -> dict[str, str]:
        """Show a telephone number, which every other answer masks"""
        return {"phone": store().personal.reveal_phone(town, person, body.reason)}


@blueprint.route("/dossier")
class Dossier(MethodView):
    @may("erase")
    @shows_once
    @blueprint.arguments(ReasonBody)
    @blueprint.response(200, {"type": "object"}, content_type="application/json")
    def post(self, body: Reason, town: str, person: str) -> Response:
        """Everything that is kept about one person, to be handed to them"""
        return jsonify(store().personal.dossier(town, person, body.reason))


@blueprint.route("/erase")
class Erase(MethodView):
    @may("erase")
    @blueprint.arguments(ReasonBody)
    @blueprint.response(200, ErasedOut)
    def post(self, body: Reason, town: str, person: str) -> dict[str, Any]:
        """Delete a person for ever; published rosters keep an id that says nothing

        409 in_use while a rule names them, they have a published duty to come, or a solve of the town is under way.
        """
        done = store().personal.erase(town, person, body.reason)
        return {"counts": done.counts, "remains": [{"table": table, "key": key} for table, key in done.remains]}
