"""Accounts, kept by administrators, each within their own town and never above their own rights."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal

from flask import url_for
from flask.views import MethodView

from models.errors import NotFound
from models.records import Account, Role
from scheduler.document import Fault

from .access import actor, may, sees, store
from .body import Blueprint
from .errors import ApiError, fault, invalid
from .rights import ACCOUNT_ROLES, Right, held_by, rights_of
from .schemas.accounts import AccountChange, AccountChangeBody, AccountOut, AccountPage, NewAccount, NewAccountBody
from .schemas.paging import Paging, PagingQuery, cut

blueprint = Blueprint("accounts", __name__, url_prefix="/api/v1/accounts", description="Who may sign in")
PERSONAL: frozenset[Right] = frozenset({"own_account"})
"""What everybody has for themselves, and a token never has."""
UNLIMITED: tuple[Role, ...] = ("platform_administrator", "town_administrator")
Areas = Collection[str] | Literal["all"] | None


def accounts_kept() -> list[Account]:
    """The accounts that the caller looks after."""
    return store().accounts.list(actor().town)


def account_or_404(account_id: str) -> Account:
    """An account that the caller looks after. Raises ApiError (404)."""
    found = store().accounts.get(account_id)
    if found is None or not keeps(found.town):
        raise ApiError("not_found")
    return found


def keeps(town: str | None) -> bool:
    """Whether the caller keeps accounts of a town; None is the platform."""
    return actor().town is None or (town is not None and sees(town))


def may_give(role: Role) -> bool:
    """Whether a role may do no more than the caller."""
    return held_by(role) - PERSONAL <= rights_of(actor())


def roles_to_give() -> tuple[Role, ...]:
    """The roles that the caller may give to others."""
    return tuple(role for role in ACCOUNT_ROLES if may_give(role))


def add(body: NewAccount) -> Account:
    """Raises ApiError (422), AlreadyExists."""
    if not keeps(body.town):
        raise invalid([fault("town", "unknown_id", id=body.town)])
    refuse(unfit(body.role, body.town, body.areas))
    try:
        return store().accounts.create(body.login, body.name, body.password, body.role, body.town, body.areas)
    except NotFound as error:
        raise unknown(error) from None


def change(account: Account, body: AccountChange) -> Account:
    """Change an account that the caller keeps. Raises ApiError (422), LastAdministrator."""
    if not may_give(account.role):
        raise ApiError("not_allowed")
    held: Areas = None if account.areas is None else account.areas
    wanted = held if body.areas is None else None if body.areas == "all" else body.areas
    refuse(unfit(body.role or account.role, account.town, wanted))
    try:
        return store().accounts.change(
            account.id,
            name=body.name,
            role=body.role,
            active=body.active,
            password=body.password,
            areas=body.areas,
        )
    except NotFound as error:
        raise unknown(error) from None


def unfit(role: Role, town: str | None, areas: Areas) -> list[Fault]:
    """What keeps an account from being like this."""
    faults = []
    if not may_give(role):
        faults.append(fault("role", "beyond_your_rights"))
    if role == "platform_administrator" and town is not None:
        faults.append(fault("town", "needs_no_town"))
    if role != "platform_administrator" and town is None:
        faults.append(fault("town", "required"))
    if areas is not None and role in UNLIMITED:
        faults.append(fault("areas", "not_in_areas"))
    return faults


def refuse(faults: list[Fault]) -> None:
    """Raises ApiError (422) when there are any."""
    if faults:
        raise invalid(faults)


def unknown(error: NotFound) -> ApiError:
    """The fault for a town or area that does not exist."""
    return invalid([fault("areas" if error.noun == "area" else "town", "unknown_id", id=error.id)])


@blueprint.route("")
class Accounts(MethodView):
    @may("manage_accounts")
    @blueprint.arguments(PagingQuery, location="query")
    @blueprint.response(200, AccountPage)
    def get(self, query: Paging) -> dict[str, Any]:
        """List accounts"""
        return cut(accounts_kept(), query)

    @may("manage_accounts")
    @blueprint.arguments(NewAccountBody)
    @blueprint.response(201, AccountOut)
    def post(self, body: NewAccount) -> tuple[Account, int, dict[str, str]]:
        """Add an account"""
        made = add(body)
        return made, 201, {"Location": url_for("accounts.OneAccount", account=made.id)}


@blueprint.route("/<account>")
class OneAccount(MethodView):
    @may("manage_accounts")
    @blueprint.response(200, AccountOut)
    def get(self, account: str) -> Account:
        """Get an account"""
        return account_or_404(account)

    @may("manage_accounts")
    @blueprint.arguments(AccountChangeBody)
    @blueprint.response(200, AccountOut)
    def patch(self, body: AccountChange, account: str) -> Account:
        """Change name, role or areas, set a password, switch off or on; the account's sessions end"""
        return change(account_or_404(account), body)
