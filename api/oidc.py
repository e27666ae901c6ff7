"""Signing in with another service by OpenID Connect: an extra, for which requirements-oidc.txt is installed.

Authlib does the protocol: the code flow with state, nonce and PKCE, and the proof of the ID token (signature, issuer,
audience, time). An account is found by issuer and subject alone, never by a name or a mail address that somebody may
choose. Who has an account joins it under "My account"; nobody else gets in, unless OIDC_NEW_ACCOUNTS says what
newcomers become.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, get_args
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, session
from itsdangerous import BadSignature, URLSafeTimedSerializer

from models.environment import SettingsError
from models.errors import AlreadyExists, NotFound
from models.records import Account, Role
from models.secrets import new_token
from models.store import Store
from scheduler.text import Text

from .errors import ApiError
from .logs import log

CLIENT = "elsewhere"
TIMEOUT_SECONDS = 10
TICKET_SECONDS = 600
LONGEST_NAME = 200
DISCOVERY = "/.well-known/openid-configuration"
NEVER_NEW = ("platform_administrator", "town_administrator")


@dataclass(frozen=True, slots=True)
class State:
    """What "My account" says of the other service; `name` is empty when there is none."""

    name: str = ""
    joined: bool = False
    ticket: str = ""
    """Proves that the account itself asked to be joined."""


def on() -> bool:
    """Whether there is another service to sign in with."""
    return "sanban_oidc" in current_app.extensions


def name() -> str:
    """What people call the other service; empty when there is none."""
    return str(current_app.config["OIDC_NAME"]) if on() else ""


def state_of(account: Account) -> State:
    """Whether an account is joined with the other service, and what it needs to be."""
    if not on():
        return State()
    joined = _store().identities.joined(account.id, _issuer())
    return State(name(), joined, "" if joined else _tickets().dumps(account.id))


def begin(callback: str, joining: str, wanted: str, account: Account | None) -> Response:
    """Lead the browser to the other service. Raises ApiError (404 when there is none, 403, 503)."""
    if not on():
        raise ApiError("not_found")
    session["elsewhere_joining"] = _joining(joining, account)
    session["elsewhere_next"] = wanted
    with _Refusals():
        answer: Response = _client().authorize_redirect(callback)
    return answer


def finish() -> tuple[Account, str, bool]:
    """Take up what the other service says: the account, the page that was wanted, and whether it was joined just now.

    Raises ApiError (401 when anything about the answer is wrong, 403 without an account, 503).
    """
    if not on():
        raise ApiError("not_found")
    joining, wanted = session.pop("elsewhere_joining", ""), session.pop("elsewhere_next", "")
    with _Refusals():
        claims = _client().authorize_access_token().get("userinfo") or {}
    if claims.get("iss") != _issuer() or not claims.get("sub"):
        raise ApiError("elsewhere_failed")
    subject = str(claims["sub"])
    if joining:
        _join(joining, subject)
    account = _store().identities.account_of(_issuer(), subject) or _newcomer(subject, claims)
    if account is None or not account.active:
        raise ApiError("no_account_here")
    return account, wanted, bool(joining)


def part(account: Account) -> None:
    """End the joining of an account with the other service."""
    _store().identities.part(account.id, _issuer())


def _joining(ticket: str, account: Account | None) -> str:
    """The account that asked to be joined; empty for a plain sign-in. Raises ApiError (403)."""
    if not ticket:
        return ""
    try:
        asked: str = _tickets().loads(ticket, TICKET_SECONDS)
    except BadSignature:
        raise ApiError("csrf") from None
    if account is None or asked != account.id:
        raise ApiError("csrf")
    return asked


def _join(account: str, subject: str) -> None:
    try:
        _store().identities.join(account, _issuer(), subject)
    except AlreadyExists:
        raise ApiError("already_joined") from None
    except NotFound:
        raise ApiError("no_account_here") from None


def _newcomer(subject: str, claims: dict[str, Any]) -> Account | None:
    """A new account, where the settings say what newcomers become; it has a password that nobody knows."""
    wanted = current_app.config["OIDC_NEW_ACCOUNTS"]
    if not wanted:
        return None
    role, _, town = wanted.partition("@")
    called = str(claims.get("name") or claims.get("preferred_username") or subject)[:LONGEST_NAME]
    login = "oidc-" + hashlib.sha256(f"{_issuer()} {subject}".encode()).hexdigest()[:24]
    try:
        made = _store().accounts.create(login, called, new_token(), role, town)
    except AlreadyExists:  # parted, or two answers at the same moment: nobody is made twice
        return None
    except NotFound:
        log.error("oidc_new_accounts_names_no_town")
        return None
    _store().identities.join(made.id, _issuer(), subject)
    return made


class _Refusals:
    """Whatever the other service or its answer does wrong, as our errors; its own words are not passed on."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        from authlib.common.errors import AuthlibBaseError
        from joserfc.errors import JoseError
        from requests import RequestException

        if error is None or isinstance(error, ApiError):
            return
        log.warning("oidc", kind=type(error).__name__)
        if isinstance(error, RequestException):
            raise ApiError("unavailable", headers={"Retry-After": "30"}) from None
        if isinstance(error, AuthlibBaseError | JoseError | ValueError | KeyError | RuntimeError):
            raise ApiError("elsewhere_failed") from None


def _store() -> Store:
    kept: Store = current_app.extensions["sanban_store"]
    return kept


def _client() -> Any:
    return current_app.extensions["sanban_oidc"].create_client(CLIENT)


def _issuer() -> str:
    return str(current_app.config["OIDC_ISSUER"])


def _tickets() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="oidc-joining")


def install(app: Flask) -> None:
    """Set up the client when OIDC_ISSUER is set. Raises SettingsError with all that is missing."""
    if not app.config["OIDC_ISSUER"]:
        return
    faults = _faults(app)
    if faults:
        raise SettingsError(faults)
    from authlib.integrations.flask_client import OAuth

    clients = OAuth(app)
    clients.register(
        CLIENT,
        client_id=app.config["OIDC_CLIENT_ID"],
        client_secret=app.config["OIDC_CLIENT_SECRET"] or None,
        server_metadata_url=app.config["OIDC_ISSUER"].rstrip("/") + DISCOVERY,
        client_kwargs={
            "scope": "openid profile",
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT_SECONDS,
            **({} if app.config["OIDC_CLIENT_SECRET"] else {"token_endpoint_auth_method": "none"}),
        },
    )
    app.extensions["sanban_oidc"] = clients


def _faults(app: Flask) -> list[Text]:
    found = []
    if not app.config["OIDC_CLIENT_ID"]:
        found.append(Text("设了 OIDC_ISSUER，还要设 OIDC_CLIENT_ID。", "OIDC_ISSUER needs OIDC_CLIENT_ID beside it."))
    if app.config["SANBAN_ENV"] == "production" and urlsplit(app.config["OIDC_ISSUER"]).scheme != "https":
        found.append(Text("生产环境的 OIDC_ISSUER 必须是 https://。", "OIDC_ISSUER must be https:// in production."))
    role, at, town = app.config["OIDC_NEW_ACCOUNTS"].partition("@")
    if app.config["OIDC_NEW_ACCOUNTS"] and (not at or not town or role not in get_args(Role) or role in NEVER_NEW):
        found.append(
            Text(
                "OIDC_NEW_ACCOUNTS 应写成“角色@镇街编号”，角色不能是管理员，例如 inspector@east。",
                "OIDC_NEW_ACCOUNTS must be ROLE@TOWN with a role below administrator, such as inspector@east.",
            )
        )
    try:
        import authlib  # noqa: F401 - an extra
    except ImportError:
        found.append(
            Text(
                "统一登录需要：.venv/bin/pip install --require-hashes -r requirements-oidc.txt",
                "OIDC needs: .venv/bin/pip install --require-hashes -r requirements-oidc.txt",
            )
        )
    return found
