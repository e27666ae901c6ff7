"""Browsers and networks from which somebody has signed in before: floods of wrong passwords do not lock these out."""

from __future__ import annotations

import secrets
from datetime import timedelta

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from models.store import Store

from . import attempts

COOKIE = "sanban_known_"
REMEMBERED = timedelta(days=180)
NETWORK_WINDOW = "1 per 30 day"
"""How long a network is remembered, as a window of `attempts`; it begins again with the next sign-in after it."""


def browser(login: str) -> str | None:
    """The random name that this browser got when this login last signed in from it; None when it never did."""
    try:
        kept = _signer().loads(request.cookies.get(_cookie(login), ""), int(REMEMBERED.total_seconds()))
    except BadSignature:
        return None
    known, name = kept
    return str(name) if known == _mark(login) else None


def known_network(store: Store, login: str) -> bool:
    """Whether this login signed in from the caller's network within the last weeks."""
    return attempts.seen(store, NETWORK_WINDOW, "known-network", login, attempts.network())


def remember(store: Store, login: str) -> None:
    """Remember the caller's browser and network for this login, which has just signed in."""
    if not known_network(store, login):
        attempts.mark(store, NETWORK_WINDOW, "known-network", login, attempts.network())
    name = browser(login) or secrets.token_urlsafe(12)

    @after_this_request
    def keep(response: Response) -> Response:
        response.set_cookie(
            _cookie(login),
            _signer().dumps([_mark(login), name]),
            int(REMEMBERED.total_seconds()),
            secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
            httponly=True,
            samesite="Lax",
        )
        return response


def _cookie(login: str) -> str:
    return COOKIE + _mark(login)[:8]


def _mark(login: str) -> str:
    return attempts.digest("known-browser", login)[:32]


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="known-browser")
