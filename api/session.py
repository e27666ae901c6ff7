"""Signing in and out with a password; one's own password and sessions."""

from __future__ import annotations

from dataclasses import dataclass

import flask_login
from flask import Flask, current_app, session
from flask.views import MethodView
from limits import parse_many

from models.environment import SettingsError
from models.records import Account
from scheduler.text import Text

from . import attempts, known_browsers
from .access import Actor, actor, actor_of, may, public, signed_in, store
from .attempts import network
from .body import Blueprint
from .credentials import SignedIn
from .errors import ApiError, fault, invalid
from .rights import Right, in_order, rights_of
from .schemas.session import NewPassword, NewPasswordBody, SessionOut, SignIn, SignInBody
from .security import csrf_token

__all__ = ["enter", "network", "sign_in", "sign_out"]

blueprint = Blueprint("session", __name__, url_prefix="/api/v1/session", description="Signing in and out")


def sign_in(login: str, password: str) -> Actor:
    """Sign this browser in; pages and JSON alike. Raises ApiError (401, 429)."""
    name = login.strip().casefold()[:200]
    own = _count(name)
    account = store().accounts.verify(login, password)
    if account is None:
        raise ApiError("wrong_password")
    attempts.forgive(store(), current_app.config["SIGN_IN_LIMIT"], *own)
    known_browsers.remember(store(), name)
    return enter(account)


def _count(login: str) -> tuple[str, ...]:
    """Count an attempt; gives what a right password forgives. Raises ApiError (429).

    A browser that has signed in as this login is counted alone. Others are counted by network and login, and, unless
    this login is known on the network, all together by login and by network: many addresses that guess at one
    account, or one address that guesses at many, come to an end, and those who work there do not notice.
    """
    settings, known = current_app.config, known_browsers.browser(login)
    own = ("sign-in", login, "browser", known) if known else ("sign-in", login, "network", network())
    attempts.count(store(), settings["SIGN_IN_LIMIT"], *own)
    if known is None and not known_browsers.known_network(store(), login):
        attempts.count(store(), settings["SIGN_IN_LIMIT_NETWORK"], "sign-in from", network())
        attempts.count(store(), settings["SIGN_IN_LIMIT_LOGIN"], "sign-in as", login)
    return own


def enter(account: Account) -> Actor:
    """Open a session for this browser, whatever it was signed in as before."""
    token = store().sessions.open(account)
    sign_out()
    session.permanent = True
    flask_login.login_user(SignedIn(account, token))
    return actor_of(account)


def sign_out() -> None:
    """Forget who this browser was; its cookie opens nothing any more, wherever a copy of it may be."""
    user = flask_login.current_user
    if user.is_authenticated:
        store().sessions.end(user.get_id())
    flask_login.logout_user()
    session.clear()


def own_account() -> Account:
    """The account that is signed in at this browser. Raises ApiError (401)."""
    user = flask_login.current_user
    if not user.is_authenticated:
        raise ApiError("sign_in_needed")
    account: Account = user.account
    return account


def change_password(old: str, new: str) -> Actor:
    """A new password for who is signed in: all sessions end and this browser begins a new one.

    Raises ApiError (422 wrong old password, 429).
    """
    account = own_account()
    limit = current_app.config["SIGN_IN_LIMIT"]
    attempts.count(store(), limit, "password", account.id)
    if store().accounts.verify(account.login, old) is None:
        raise invalid([fault("old", "wrong_old_password")])
    if new == old or new.strip().casefold() == account.login.strip().casefold():
        raise invalid([fault("new", "same_password")])
    attempts.forgive(store(), limit, "password", account.id)
    return enter(store().accounts.set_password(account.id, new))


def sign_out_everywhere() -> None:
    """End all sessions of who is signed in, this one included."""
    store().sessions.end_all(own_account().id)
    sign_out()


@dataclass(frozen=True, slots=True)
class Session:
    """What a signed-in browser needs to know."""

    actor: Actor
    csrf_token: str

    @property
    def role(self) -> str:
        return self.actor.role

    @property
    def rights(self) -> tuple[Right, ...]:
        return in_order(rights_of(self.actor))


@blueprint.route("")
class SessionView(MethodView):
    @signed_in
    @blueprint.response(200, SessionOut)
    def get(self) -> Session:
        """Who I am, and the CSRF token for unsafe calls"""
        return Session(actor(), csrf_token())

    @public
    @blueprint.arguments(SignInBody)
    @blueprint.response(200, SessionOut)
    def post(self, body: SignIn) -> Session:
        """Sign in with a password"""
        return Session(sign_in(body.login, body.password), csrf_token())

    @public
    @blueprint.response(204)
    def delete(self) -> None:
        """Sign out"""
        sign_out()


@blueprint.route("/password")
class Password(MethodView):
    @may("own_account")
    @blueprint.arguments(NewPasswordBody)
    @blueprint.response(200, SessionOut)
    def put(self, body: NewPassword) -> Session:
        """Change my password; every other session of mine ends"""
        return Session(change_password(body.old, body.new), csrf_token())


@blueprint.route("/everywhere")
class Everywhere(MethodView):
    @may("own_account")
    @blueprint.response(204)
    def delete(self) -> None:
        """Sign out everywhere: all sessions of my account end"""
        sign_out_everywhere()


def install(app: Flask) -> None:
    """Refuse limits that cannot be read. Raises SettingsError."""
    for name in ("SIGN_IN_LIMIT", "SIGN_IN_LIMIT_LOGIN", "SIGN_IN_LIMIT_NETWORK", "CODE_LIMIT", "CODE_LIMIT_LINK"):
        try:
            parse_many(app.config[name])
        except ValueError:
            wrong = f"{app.config[name]!r}"
            raise SettingsError(
                [
                    Text(
                        f"SANBAN_{name} 是 {wrong}，应写成 “10 per minute; 60 per hour” 的样子。",
                        f"SANBAN_{name} is {wrong}; it must look like “10 per minute; 60 per hour”.",
                    )
                ]
            ) from None
