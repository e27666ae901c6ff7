"""Who is calling, and what they may touch.

An organiser works in one town. An administrator has a town, or none and then the whole platform. A volunteer comes
by a personal link: its token is in the address of a page (`/v/<token>`) or in `Authorization: Bearer TOKEN`.
Another town's things answer 404, as if they did not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Literal, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

import flask_login
from flask import Flask, current_app, g, request

from models.errors import NotFound
from models.records import Account, Town
from models.store import Store

from .errors import ApiError
from .security import protect

P = ParamSpec("P")
R = TypeVar("R")
Role = Literal["organiser", "administrator", "volunteer"]


@dataclass(frozen=True, slots=True)
class Organiser:
    """Makes and publishes the rosters of one town."""

    account: str
    name: str
    town: str

    @property
    def id(self) -> str:
        """Who did it, for the record."""
        return self.account


@dataclass(frozen=True, slots=True)
class Administrator:
    """Does what an organiser does, and keeps towns and accounts; `town` None is the whole platform."""

    account: str
    name: str
    town: str | None

    @property
    def id(self) -> str:
        return self.account


@dataclass(frozen=True, slots=True)
class Volunteer:
    """A person of a town who came by a personal link."""

    person: str
    name: str
    town: str

    @property
    def id(self) -> str:
        return f"person:{self.person}"


Actor = Organiser | Administrator | Volunteer
GRANTS: dict[Role, tuple[type[Actor], ...]] = {
    "organiser": (Organiser, Administrator),
    "administrator": (Administrator,),
    "volunteer": (Volunteer,),
}


class SignedIn(flask_login.UserMixin):
    """An account as flask-login keeps it in the session."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.id = account.id


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


def by_cookie() -> bool:
    """True when this request is signed in by its session cookie, so that unsafe calls need the CSRF token."""
    return "Authorization" not in request.headers and bool(flask_login.current_user.is_authenticated)


def _actor() -> Actor | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme:
        if scheme.lower() != "bearer":
            raise ApiError("bad_link")
        return volunteer_by_token(token.strip())
    user = flask_login.current_user
    return actor_of(user.account) if user.is_authenticated else None


def actor_of(account: Account) -> Actor:
    """What an account may do."""
    if account.role == "organiser" and account.town is not None:
        return Organiser(account.id, account.name, account.town)
    return Administrator(account.id, account.name, account.town)


def volunteer_by_token(token: str) -> Volunteer:
    """The person of a personal link, who is the actor of this request from here on; raises ApiError (401)."""
    found = store().links.person_of(token) if token else None
    if found is None:
        raise ApiError("bad_link")
    town, person = found
    g.actor = Volunteer(person.id, person.name, town.id)
    return g.actor


def requires(*roles: Role) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Only these roles may call the view; an administrator may do whatever an organiser may.

    A `town` in the address must be one that the caller sees, a `person` must be a volunteer's own; 404 otherwise.
    """
    allowed = tuple(kind for role in roles for kind in GRANTS[role])

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            who = actor()
            named = request.view_args or {}
            if "town" in named:
                town_or_404(named["town"])
            if not isinstance(who, allowed):
                raise ApiError("not_allowed")
            if isinstance(who, Volunteer) and named.get("person", who.person) != who.person:
                raise ApiError("not_found")
            return view(*args, **kwargs)

        guarded.roles = roles  # type: ignore[attr-defined]
        return guarded

    return decorate


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
    return who.town == town_id or (isinstance(who, Administrator) and who.town is None)


def install(app: Flask) -> None:
    """Sign-in by session cookie, and the CSRF check of every unsafe call."""
    manager = flask_login.LoginManager()
    manager.session_protection = "basic"
    manager.init_app(app)

    @manager.user_loader
    def load(account_id: str) -> SignedIn | None:
        account = store().accounts.get(account_id)
        return SignedIn(account) if account is not None and account.active else None

    @app.before_request
    def check() -> None:
        protect(by_cookie)
