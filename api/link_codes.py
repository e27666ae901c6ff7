"""The second factor of personal links: six digits, tried a few times at most, then remembered by the browser.

Trying needs the link itself. Who has it can use up the attempts of this one link for a day, no more: browsers that
are remembered go on, and a renewed link begins with new attempts.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from models.links import Opened
from models.store import Store

from . import attempts
from .errors import ApiError

COOKIE = "sanban_code_"
HEADER = "X-Link-Code"
REMEMBERED = timedelta(days=30)
PATH = "/v/"


def require(store: Store, opened: Opened) -> None:
    """Go on only where the link needs no code, the browser is remembered, or the header has it.

    Raises ApiError (401 code_needed or wrong_code, 403 code_missing, 429).
    """
    if not opened.code_needed or remembered(opened):
        return
    given = request.headers.get(HEADER)
    if given is None:
        raise ApiError("code_missing" if opened.code is None else "code_needed")
    check(store, opened, given)


def check(store: Store, opened: Opened, code: str) -> None:
    """Whether this is the person's code; wrong ones are counted. Raises ApiError (401, 403, 429)."""
    if opened.code is None:
        raise ApiError("code_missing")
    here, all_ = current_app.config["CODE_LIMIT"], current_app.config["CODE_LIMIT_LINK"]
    attempts.count(store, here, "code", opened.id, attempts.network())
    attempts.count(store, all_, "code", opened.id)
    if not store.links.code_fits(opened, code.strip()):
        raise ApiError("wrong_code")
    attempts.forgive(store, here, "code", opened.id, attempts.network())


def remembered(opened: Opened) -> bool:
    """Whether this browser gave the person's present code within the last weeks."""
    if opened.code is None:
        return False
    try:
        known = _signer().loads(request.cookies.get(_cookie(opened.code), ""), int(REMEMBERED.total_seconds()))
    except BadSignature:
        return False
    return bool(known == opened.code)


def remember(response: Response, opened: Opened) -> Response:
    """Ask this browser no more for some weeks; a new code ends that."""
    assert opened.code is not None
    response.set_cookie(
        _cookie(opened.code),
        _signer().dumps(opened.code),
        int(REMEMBERED.total_seconds()),
        path=PATH,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
    )
    return response


def _cookie(code: str) -> str:
    """One a code: a family may share a telephone."""
    return COOKIE + code[:8]


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="link-code")
