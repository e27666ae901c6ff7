"""Accounts of organisers and administrators; kept by administrators, each within their own town."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.views import MethodView

from models.errors import NotFound
from models.records import Account

from .access import actor, requires, sees, store
from .body import Blueprint
from .errors import ApiError, fault, invalid
from .schemas.accounts import AccountChange, AccountChangeBody, AccountOut, AccountPage, NewAccount, NewAccountBody
from .schemas.paging import Paging, PagingQuery, cut

blueprint = Blueprint("accounts", __name__, url_prefix="/api/v1/accounts", description="Who may sign in")


def account_or_404(account_id: str) -> Account:
    """An account that the administrator keeps."""
    found = store().accounts.get(account_id)
    if found is None or not keeps(found.town):
        raise ApiError("not_found")
    return found


def keeps(town: str | None) -> bool:
    """Whether the administrator keeps accounts of a town; None is the platform."""
    return actor().town is None or (town is not None and sees(town))


@blueprint.route("")
class Accounts(MethodView):
    @requires("administrator")
    @blueprint.arguments(PagingQuery, location="query")
    @blueprint.response(200, AccountPage)
    def get(self, query: Paging) -> dict[str, Any]:
        """List accounts"""
        return cut(store().accounts.list(actor().town), query)

    @requires("administrator")
    @blueprint.arguments(NewAccountBody)
    @blueprint.response(201, AccountOut)
    def post(self, body: NewAccount) -> tuple[Account, int, dict[str, str]]:
        """Add an account"""
        if not keeps(body.town):
            raise invalid([fault("town", "unknown_id", id=body.town)])
        try:
            made = store().accounts.create(body.login, body.name, body.password, body.role, body.town)
        except NotFound:
            raise invalid([fault("town", "unknown_id", id=body.town)]) from None
        return made, 201, {"Location": url_for("accounts.OneAccount", account=made.id)}


@blueprint.route("/<account>")
class OneAccount(MethodView):
    @requires("administrator")
    @blueprint.response(200, AccountOut)
    def get(self, account: str) -> Account:
        """Get an account"""
        return account_or_404(account)

    @requires("administrator")
    @blueprint.arguments(AccountChangeBody)
    @blueprint.response(200, AccountOut)
    def patch(self, body: AccountChange, account: str) -> Account:
        """Set a password, or switch an account off and on"""
        found = account_or_404(account)
        if body.password is not None:
            store().accounts.set_password(found.id, body.password)
        if body.active is not None:
            store().accounts.set_active(found.id, body.active)
        return account_or_404(account)
