"""What a caller shows to be let in: a session cookie, an API token, a personal link."""

from __future__ import annotations

import flask_login
from flask import g

from models.links import Opened
from models.records import Account
from models.store import Store
from models.tokens import PREFIX

from . import link_codes
from .errors import ApiError
from .rights import Member, Right, Volunteer


class SignedIn(flask_login.UserMixin):
    """An account as flask-login keeps it: the session holds a token that the database can end."""

    def __init__(self, account: Account, session_token: str) -> None:
        self.account = account
        self.id = session_token


def session_of(store: Store, session_token: str) -> SignedIn | None:
    """The account of an open session; None when the session is over or the account is switched off."""
    account = store.sessions.account_of(session_token)
    return None if account is None else SignedIn(account, session_token)


def member(account: Account, only: frozenset[Right] | None = None) -> Member:
    """What an account may do; `only` narrows it to the scopes of a token."""
    return Member(account.id, account.name, account.role, account.town, account.areas, only)


def by_bearer(store: Store, secret: str) -> Member | Volunteer:
    """Who comes with `Authorization: Bearer …`. Raises ApiError (401)."""
    if not secret.startswith(PREFIX):
        return volunteer(store, secret)
    found = store.tokens.use(secret)
    if found is None:
        raise ApiError("bad_token")
    account, token = found
    g.by_token = True
    return member(account, frozenset(token.scopes))  # type: ignore[arg-type]


def volunteer(store: Store, token: str) -> Volunteer:
    """The person of a personal link, who has given the code where one is needed. Raises ApiError (401, 403, 429)."""
    return let_in(store, store.links.open(token) if token else None)


def let_in(store: Store, opened: Opened | None) -> Volunteer:
    """The person of a link that has been looked up. Raises ApiError (401, 403, 429)."""
    if opened is None:
        raise ApiError("bad_link")
    link_codes.require(store, opened)
    g.town = opened.town
    return Volunteer(opened.person.id, opened.person.name, opened.town.id)
