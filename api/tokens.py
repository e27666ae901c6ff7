"""API tokens of one's own account: scopes, an end, shown once. A token holds no right that its owner lost meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import url_for
from flask.views import MethodView

from models.errors import NotFound
from models.tokens import ApiToken
from scheduler.document import Fault
from scheduler.text import Text

from .access import actor, may, store
from .body import Blueprint
from .errors import invalid
from .idempotency import shows_once
from .rights import RIGHTS, Right, rights_of
from .schemas.paging import Paging, PagingQuery, cut
from .schemas.tokens import SCOPES, IssuedTokenOut, NewToken, NewTokenBody, TokenOut, TokenPage
from .sentences import sentence
from .wire import instant

blueprint = Blueprint("tokens", __name__, url_prefix="/api/v1/tokens", description="API tokens of my account")


def issue(name: str, scopes: Iterable[Right], days: int) -> tuple[ApiToken, str]:
    """A token for the caller's account, and its secret text. Raises ApiError (422: a right that the caller lacks)."""
    wanted = list(scopes)
    lacking = [(i, right) for i, right in enumerate(wanted) if right not in grantable()]
    if lacking:
        raise invalid([Fault(f"scopes[{i}]", "not_your_right", _not_yours(right)) for i, right in lacking])
    return store().tokens.issue(actor().id, name, wanted, days)


def _not_yours(right: Right) -> Text:
    named = RIGHTS[right].text
    code = "not_your_right"
    return Text(sentence(code, right=named.zh).zh, sentence(code, right=named.en).en)


def grantable() -> tuple[Right, ...]:
    """The scopes that the caller may give a token, in the order of the table."""
    held = rights_of(actor())
    return tuple(right for right in SCOPES if right in held)


def token_json(token: ApiToken) -> dict[str, Any]:
    """A token as its owner sees it afterwards."""
    return {
        "id": token.id,
        "name": token.name,
        "hint": token.hint,
        "scopes": list(token.scopes),
        "created_at": instant(token.created_at),
        "expires_at": instant(token.expires_at),
        "last_used_at": token.last_used_at and instant(token.last_used_at),
    }


@blueprint.route("")
class Tokens(MethodView):
    @may("own_account")
    @blueprint.arguments(PagingQuery, location="query")
    @blueprint.response(200, TokenPage)
    def get(self, query: Paging) -> dict[str, Any]:
        """My tokens that are good still"""
        page = cut(list(store().tokens.list(actor().id)), query)
        return page | {"items": [token_json(token) for token in page["items"]]}

    @may("own_account")
    @shows_once
    @blueprint.arguments(NewTokenBody)
    @blueprint.response(201, IssuedTokenOut)
    def post(self, body: NewToken) -> tuple[dict[str, Any], int, dict[str, str]]:
        """Issue a token; it is shown this once"""
        made, secret = issue(body.name, body.scopes, body.days)
        return token_json(made) | {"token": secret}, 201, {"Location": url_for("tokens.OneToken", token=made.id)}


@blueprint.route("/<token>")
class OneToken(MethodView):
    @may("own_account")
    @blueprint.response(200, TokenOut)
    def get(self, token: str) -> dict[str, Any]:
        """One of my tokens"""
        return token_json(own_token(token))

    @may("own_account")
    @blueprint.response(204)
    def delete(self, token: str) -> None:
        """Revoke a token; it works no more from now on"""
        store().tokens.revoke(actor().id, own_token(token).id)


def own_token(token: str) -> ApiToken:
    """A good token of the caller. Raises NotFound."""
    found = next((held for held in store().tokens.list(actor().id) if held.id == token), None)
    if found is None:
        raise NotFound("token", token)
    return found
