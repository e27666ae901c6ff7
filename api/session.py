"""Signing in and out with a password."""

from __future__ import annotations

import ipaddress
import time
from dataclasses import dataclass

import flask_login
from flask import Flask, current_app, request, session
from flask.views import MethodView
from flask_limiter import Limiter
from limits import parse_many

from .access import Actor, SignedIn, actor, actor_of, store
from .body import Blueprint
from .errors import ApiError
from .schemas.session import SessionOut, SignIn, SignInBody
from .security import csrf_token

blueprint = Blueprint("session", __name__, url_prefix="/api/v1/session", description="Signing in and out")
limiter = Limiter(key_func=lambda: network())


def sign_in(login: str, password: str) -> Actor:
    """Sign this browser in for twelve hours; pages and JSON alike. Raises ApiError (401, 429).

    Attempts are counted by network and login together: nobody can lock somebody else out from elsewhere.
    """
    key = ("sign-in", network(), login.strip().casefold()[:200])
    limits = parse_many(current_app.config["SIGN_IN_LIMIT"])
    for limit in limits:
        if not limiter.limiter.hit(limit, *key):
            wait = max(1, round(limiter.limiter.get_window_stats(limit, *key).reset_time - time.time()))
            raise ApiError("too_many_attempts", headers={"Retry-After": str(wait)})
    account = store().accounts.verify(login, password)
    if account is None:
        raise ApiError("wrong_password")
    for limit in limits:
        limiter.limiter.clear(limit, *key)
    session.clear()
    session.permanent = True
    flask_login.login_user(SignedIn(account))
    return actor_of(account)


def sign_out() -> None:
    """Forget who this browser was."""
    flask_login.logout_user()
    session.clear()


def network() -> str:
    """The caller's address; of IPv6 the /64, which is one household or office."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((address, 64 if address.version == 6 else 32), strict=False))


@dataclass(frozen=True, slots=True)
class Session:
    """What a signed-in browser needs to know."""

    actor: Actor
    csrf_token: str

    @property
    def role(self) -> str:
        return type(self.actor).__name__.lower()


@blueprint.route("")
class SessionView(MethodView):
    @blueprint.response(200, SessionOut)
    def get(self) -> Session:
        """Who I am, and the CSRF token for unsafe calls"""
        return Session(actor(), csrf_token())

    @blueprint.arguments(SignInBody)
    @blueprint.response(200, SessionOut)
    def post(self, body: SignIn) -> Session:
        """Sign in with a password"""
        return Session(sign_in(body.login, body.password), csrf_token())

    @blueprint.response(204)
    def delete(self) -> None:
        """Sign out"""
        sign_out()


def install(app: Flask) -> None:
    """The counter of attempts, kept in memory."""
    limiter.init_app(app)
