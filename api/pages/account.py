"""My account: password, sign-ins, API tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import marshmallow as ma
from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from api import oidc, session, tokens
from api.access import may, store
from api.errors import ApiError, invalid
from api.messages import faults_of
from api.rights import RIGHTS
from api.schemas.session import NewPassword, NewPasswordBody
from api.schemas.tokens import NewToken, NewTokenBody
from models.records import Account
from models.tokens import ApiToken
from scheduler.document import Fault
from scheduler.text import Text

from .routes import blueprint, say

DAYS = (30, 90, 180, 366)


@dataclass(frozen=True, slots=True)
class Problem:
    """What was wrong with one of the forms."""

    form: str
    text: Text


@blueprint.get("/account")
@may("own_account")
def account() -> ResponseReturnValue:
    return _page()


@blueprint.post("/account/password")
@may("own_account")
def change_password() -> ResponseReturnValue:
    """A new password; every other browser is signed out."""
    asked = {"old": request.form.get("old", ""), "new": request.form.get("new", "")}
    try:
        if asked["new"] != request.form.get("again", ""):
            raise ApiError("invalid", text=Text("两次输入的新密码不同。", "The two new passwords differ."))
        body: NewPassword = _loaded(NewPasswordBody(), asked)
        session.change_password(body.old, body.new)
    except ApiError as error:
        return _refused("password", error)
    flash(_("密码已更改，其他设备上的登录都已结束。"), "ok")
    return redirect(url_for("pages.account"), 303)


@blueprint.post("/account/sign-out-everywhere")
@may("own_account")
def sign_out_everywhere() -> ResponseReturnValue:
    """All browsers, this one included; with `tokens`, the API tokens too."""
    mine = session.own_account()
    if request.form.get("tokens") == "1":
        store().tokens.revoke_all(mine.id)
    session.sign_out_everywhere()
    return redirect(url_for("pages.sign_in"), 303)


@blueprint.post("/account/tokens")
@may("own_account")
def issue_token() -> ResponseReturnValue:
    """Answers with the page and not a redirect: the token is nowhere else."""
    days = request.form.get("days", "")
    asked = {
        "name": request.form.get("name", "").strip(),
        "scopes": request.form.getlist("scopes"),
        "days": int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0,
    }
    try:
        body: NewToken = _loaded(NewTokenBody(), asked)
        _made, secret = tokens.issue(body.name, body.scopes, body.days)
    except ApiError as error:
        return _refused("token", error)
    return _page(secret=secret)


@blueprint.post("/account/tokens/<token>/revoke")
@may("own_account")
def revoke_token(token: str) -> ResponseReturnValue:
    held = tokens.own_token(token)
    store().tokens.revoke(held.account, held.id)
    flash(_("令牌“%(name)s”已撤销。", name=held.name), "ok")
    return redirect(url_for("pages.account"), 303)


@blueprint.post("/account/part")
@may("own_account")
def part_identity() -> ResponseReturnValue:
    """The other service no longer signs in as this account."""
    oidc.part(session.own_account())
    flash(_("已取消与统一登录的关联。"), "ok")
    return redirect(url_for("pages.account"), 303)


def _loaded(schema: ma.Schema, asked: dict[str, Any]) -> Any:
    """What a form says. Raises ApiError (422) with its faults."""
    try:
        return schema.load(asked)
    except ma.ValidationError as error:
        raise invalid([Fault(*parts) for parts in faults_of(error.messages)]) from None


def _refused(form: str, error: ApiError) -> ResponseReturnValue:
    """The page again, saying what was wrong beside the form."""
    text = error.faults[0].text if error.faults else error.sentence()
    return _page(Problem(form, text)), error.status, dict(error.headers)


def _page(problem: Problem | None = None, secret: str = "") -> str:
    mine = session.own_account()
    return render_template(
        "my_account.html",
        mine=mine,
        sessions=store().sessions.count(mine),
        tokens=store().tokens.list(mine.id),
        rights=[(right, say(RIGHTS[right].text)) for right in tokens.grantable()],
        scopes_of=_scopes_of,
        local=lambda instant: instant.astimezone(_zone(mine)),
        days=DAYS,
        problem=problem,
        secret=secret,
        elsewhere=oidc.state_of(mine),
    )


def _zone(mine: Account) -> ZoneInfo:
    """Of the account's town, else the service's own."""
    own = store().towns.get(mine.town).value.zone if mine.town else current_app.config["BABEL_DEFAULT_TIMEZONE"]
    return ZoneInfo(own)


def _scopes_of(token: ApiToken) -> list[str]:
    """What a token may do, in words; a word that is no right any more stays as it is."""
    known: dict[str, Text] = {str(right): said.text for right, said in RIGHTS.items()}
    return [say(known[scope]) if scope in known else scope for scope in token.scopes]
