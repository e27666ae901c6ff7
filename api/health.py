"""For whoever watches over the service: does the process live, and can it do its work."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from .access import public, store
from .language import language

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def alive() -> ResponseReturnValue:
    """200 as long as this process answers, whatever the database does: a restart would not mend that."""
    return jsonify({"status": "ok"})


@blueprint.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """200 while the database answers and its tables are up to date, else 503 with the reason."""
    reason = store().unfit()
    if reason is None:
        return jsonify({"status": "ok"})
    body = {"status": "unavailable", "message": reason.in_language(language()), "messages": reason.as_json()}
    return jsonify(body), 503
