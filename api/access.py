"""Who is calling, and what they may touch.

Somebody with an account has a role in one town (an administrator of the platform: in all), perhaps in some of its
areas only. A volunteer comes by a personal link: its token is in the address of a page (`/v/<token>`) or in
`Authorization: Bearer TOKEN`. What each role may do is said in rights.py, what of a town somebody sees in scope.py.
Another town's things answer 404, as if they did not exist.

Every view says whom it lets in, by one of `may("publish")`, `signed_in` and `public`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

import flask_login
from flask import Flask, current_app, g, request

from models.errors import NotFound
from models.links import Opened
from models.records import Account, Town
from models.store import Store

from . import credentials
from .errors import ApiError
from .rights import Actor, Member, Right, Volunteer, rights_of
from .scope import Scope, scope_of
from .security import protect

__all__ = ["Actor", "Member", "Right", "Volunteer"]

P = ParamSpec("P")
R = TypeVar("R")


def store() -> Store:
    """The application's store."""
    kept: Store = current_app.extensions["sanban_store"]
    return kept


def current_actor() -> Actor | None:
    """Who is calling; None when nobody has signed in. Raises ApiError for a personal link that is no good."""
    if "actor" not in g:
        g.actor = _actor()
    actor: Actor | None = g.actor
    return actor


def actor() -> Actor:
    """Who is calling; raises ApiError (401) when nobody has signed in."""
    found = current_actor()
    if found is None:
        raise ApiError("sign_in_needed")
    return found


def own(person: str | None) -> str | None:
    """The person that a volunteer speaks for; anybody for an organiser. Raises ApiError (404)."""
    who = actor()
    if not isinstance(who, Volunteer):
        return person
    if person not in (None, who.person):
        raise ApiError("not_found")
    return who.person


def by_cookie() -> bool:
    """True when this request is signed in by its session cookie, so that unsafe calls need the CSRF token."""
    return "Authorization" not in request.headers and bool(flask_login.current_user.is_authenticated)


def _actor() -> Actor | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme:
        if scheme.lower() != "bearer":
            raise ApiError("bad_token")
        return credentials.by_bearer(store(), token.strip())
    user = flask_login.current_user
    return actor_of(user.account) if user.is_authenticated else None


def actor_of(account: Account) -> Member:
    """Somebody who signed in with a password."""
    return credentials.member(account)


def volunteer_who_opened(opened: Opened | None) -> Volunteer:
    """The person of a personal link that was looked up, who is the actor of this request from here on.

    Raises ApiError (401, also for None; 403 without a code where one is needed; 429).
    """
    g.actor = found = credentials.let_in(store(), opened)
    return found


def may(*rights: Right) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Only who holds one of these rights may call the view.

    A `town` in the address must be one that the caller sees, a `person` one who belongs to the caller's areas, or is
    the volunteer who calls; 404 otherwise.
    """
    wanted = frozenset(rights)

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            held = rights_of(actor())
            named = request.view_args or {}
            if "town" in named:
                town_or_404(named["town"])
            if not held & wanted:
                raise ApiError("not_allowed")
            if "person" in named and not scope().sees_person(named["person"]):
                raise ApiError("not_found")
            return view(*args, **kwargs)

        return _letting_in(guarded, rights)

    return decorate


def signed_in(view: Callable[P, R]) -> Callable[P, R]:
    """Whoever has signed in, or came by a personal link, may call the view."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        actor()
        return view(*args, **kwargs)

    return _letting_in(guarded, "signed_in")


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Anybody may call the view; what it needs to know (a password, a link) it asks for itself."""
    return _letting_in(view, "public")


def _letting_in(view: Callable[P, R], whom: object) -> Callable[P, R]:
    view.lets_in = whom  # type: ignore[attr-defined]
    return view


def lets_in(view: Any) -> Any:
    """Whom a view lets in: a tuple of rights, "signed_in" or "public"; None when it does not say."""
    return getattr(view, "lets_in", None)


def can(right: Right) -> bool:
    """Whether the caller holds a right; nobody who has not signed in does."""
    who = current_actor()
    return who is not None and right in rights_of(who)


def needs(right: Right) -> None:
    """Raises ApiError (403) when the caller lacks a right that only this call needs."""
    if not can(right):
        raise ApiError("not_allowed")


def scope() -> Scope:
    """What the caller sees of the town in the address."""
    town: Town = g.town
    return scope_in(town.id)


def scope_in(town: str) -> Scope:
    """What the caller sees of a town that they may enter."""
    kept: dict[str, Scope] = g.setdefault("scopes", {})
    if town not in kept:
        kept[town] = scope_of(store(), actor(), town)
    return kept[town]


def town_or_404(town_id: str) -> Town:
    """The town, when the actor may see it; another town's id is as unknown as any (404)."""
    if "town" not in g or g.town.id != town_id:
        if not sees(town_id):
            raise ApiError("not_found")
        try:
            g.town = store().towns.get(town_id).value
        except NotFound:
            raise ApiError("not_found") from None
    town: Town = g.town
    return town


def town_zone() -> ZoneInfo:
    """The zone of the town in the address."""
    return ZoneInfo(g.town.zone)


def sees(town_id: str) -> bool:
    """Whether the actor may see a town."""
    who = actor()
    return who.town == town_id or (isinstance(who, Member) and who.role == "platform_administrator")


def install(app: Flask) -> None:
    """Sign-in by session cookie, and the CSRF check of every unsafe call."""
    manager = flask_login.LoginManager()
    manager.session_protection = "basic"
    manager.init_app(app, add_context_processor=False)  # an error's page must not ask a database that is away

    @manager.user_loader
    def load(session_token: str) -> credentials.SignedIn | None:
        return credentials.session_of(store(), session_token)

    @app.before_request
    def check() -> None:
        protect(by_cookie)
