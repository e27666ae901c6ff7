"""Who may sign in: the list for administrators, and one account with its role, areas and password."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import marshmallow as ma
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from api import accounts as keeper
from api.access import actor, may, store
from api.errors import ApiError, fault, invalid
from api.messages import faults_of
from api.rights import RIGHTS, ROLES, held_by, in_order
from api.schemas.accounts import AccountChangeBody, NewAccountBody
from api.store_errors import translated
from models.errors import AlreadyExists, LastAdministrator
from models.records import Account, Town
from scheduler.document import Fault
from scheduler.problem import Area

from .areas import in_tree
from .people import label
from .routes import blueprint, say

UNLIMITED = "all"


@dataclass(frozen=True, slots=True)
class AreaChoice:
    """One area of the town's tree beside its box."""

    id: str
    name: str
    depth: int


@blueprint.get("/accounts")
@may("manage_accounts")
def accounts() -> ResponseReturnValue:
    return _list()


@blueprint.post("/accounts")
@may("manage_accounts")
def add_account() -> ResponseReturnValue:
    """Add somebody; with a complaint the form comes back as it was, without the password."""
    town = _town()
    form = request.form
    values: dict[str, Any] = {name: form.get(name, "").strip() for name in ("login", "name", "role")}
    values |= {"password": form.get("password", ""), "town": town.id if town else None, "areas": _areas_sent()}
    try:
        made = keeper.add(_loaded(NewAccountBody(), values))
    except (ApiError, AlreadyExists) as error:
        return _list(error), 422
    flash(_("已添加 %(name)s。", name=made.name), "ok")
    return redirect(url_for("pages.accounts", town=made.town if actor().town is None else None), 303)


@blueprint.get("/accounts/<account>")
@may("manage_accounts")
def one_account(account: str) -> ResponseReturnValue:
    return _one(keeper.account_or_404(account))


@blueprint.post("/accounts/<account>")
@may("manage_accounts")
def change_account(account: str) -> ResponseReturnValue:
    """Each form of the page changes what it shows: role and areas, the password, on or off."""
    found = keeper.account_or_404(account)
    form = request.form
    values: dict[str, Any] = {name: form[name].strip() for name in ("name", "role") if name in form}
    if "role" in form:
        values["areas"] = _areas_sent()
    if "password" in form:
        values["password"] = form["password"]
    if "active" in form:
        values["active"] = form["active"] == "1"
    try:
        changed = keeper.change(found, _loaded(AccountChangeBody(), values))
    except (ApiError, LastAdministrator) as error:
        return _one(found, error), 422
    flash(_("已保存 %(name)s 的账号。", name=changed.name), "ok")
    return redirect(url_for("pages.one_account", account=account), 303)


def _loaded(schema: ma.Schema, values: dict[str, Any]) -> Any:
    """What the API would take, judged by its own schema. Raises ApiError (422)."""
    try:
        return schema.load(values)
    except ma.ValidationError as error:
        raise invalid(Fault(*parts) for parts in faults_of(error.normalized_messages())) from None


def _areas_sent() -> list[str] | None:
    """The ticked areas; None when the form says the whole town."""
    return None if request.form.get("reach", UNLIMITED) == UNLIMITED else request.form.getlist("area")


def _town() -> Town | None:
    """The town whose accounts are looked at: one's own, else the one of ?town=; None is the platform."""
    wanted = actor().town or request.values.get("town", "")
    if not wanted:
        return None
    found = next((t for t in store().towns.list() if t.id == wanted), None)
    if found is None:
        raise invalid([fault("town", "unknown_id", id=wanted)])
    return found


def _list(error: Exception | None = None) -> str:
    town = _town()
    kept = [a for a in keeper.accounts_kept() if town is None or a.town == town.id]
    # The least first: nobody is given more because a choice was left as it was.
    given = [r for r in reversed(keeper.roles_to_give()) if (r == "platform_administrator") == (town is None)]
    return render_template(
        "accounts.html",
        town=town,
        towns=store().towns.list() if actor().town is None else [],
        homes={t.id: t for t in store().towns.list()},
        accounts=kept,
        names=area_names({a.town for a in kept if a.town and a.areas is not None}),
        roles=[(role, ROLES[role]) for role in given],
        areas=area_choices(town),
        troubles=troubles(error),
        sent=request.form,
        can_change=keeper.may_give,
        roles_said=ROLES,
    )


def _one(found: Account, error: Exception | None = None) -> str:
    town = store().towns.get(found.town).value if found.town else None
    given = [r for r in keeper.roles_to_give() if (r == "platform_administrator") == (town is None)]
    return render_template(
        "accounts_one.html",
        account=found,
        town=town,
        roles=[(role, ROLES[role]) for role in given],
        areas=area_choices(town),
        rights=[say(RIGHTS[r].text) for r in in_order(held_by(found.role, limited=found.areas is not None))],
        troubles=troubles(error),
        can_change=keeper.may_give(found.role),
        roles_said=ROLES,
    )


def troubles(error: Exception | None) -> list[str]:
    """What is wrong with a form, in sentences."""
    if error is None:
        return []
    if isinstance(error, ApiError) and error.faults:
        return [f"{field_name(f.path)}{say(f.text)}" for f in error.faults]
    return [say((error if isinstance(error, ApiError) else translated(error)).sentence())]


def field_name(path: str) -> str:
    """What a field is called on the page, with its colon."""
    names = {
        "login": _("登录名"),
        "name": _("姓名"),
        "password": _("密码"),
        "role": _("角色"),
        "town": _("镇街"),
        "areas": _("片区"),
    }
    name = names.get(path.partition("[")[0])
    return _("%(field)s：", field=name) if name else ""


def area_choices(town: Town | None) -> list[AreaChoice]:
    """The areas of a town in the order of their tree."""
    listed = store().things.all(town.id, "areas") if town else ()
    areas = [area for area in listed if isinstance(area, Area)]
    return [AreaChoice(area.id, label(area), depth) for area, depth in in_tree(areas)]


def area_names(towns: set[str]) -> dict[tuple[str, str], str]:
    """(town, area) → name."""
    return {(town, area.id): label(area) for town in towns for area in store().things.all(town, "areas")}
