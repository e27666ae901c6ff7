"""Duty links, which open who is on duty now without an account; and whether new weeks get reserves."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView

from models.duty_links import DutyLink

from .access import actor, may, scope, store
from .body import Blueprint
from .conditions import expected, tag, versioned
from .errors import ApiError
from .idempotency import shows_once
from .presence import seen_post
from .schemas.presence import (
    DutyLinkOut,
    DutyLinksOut,
    IssuedDutyLinkOut,
    NewDutyLink,
    NewDutyLinkBody,
    ReservesBody,
    ReservesOut,
    ReservesWanted,
)
from .things import Answer
from .wire import instant

links = Blueprint("duty-links", __name__, url_prefix="/api/v1/towns/<town>/duty-links", description="Duty links")
reserves = Blueprint("reserves", __name__, url_prefix="/api/v1/towns/<town>/reserves", description="Reserves")
blueprints = (links, reserves)


def link_json(link: DutyLink) -> dict[str, Any]:
    """A link as organisers see it."""
    times = {name: instant(getattr(link, name)) for name in ("created_at", "expires_at", "revoked_at")}
    return {name: getattr(link, name) for name in ("id", "kind", "name", "area", "post", "open")} | times


def path_of(link: DutyLink, token: str) -> str:
    """The page that a token opens."""
    return f"/at/{token}" if link.kind == "screen" else f"/now/{token}"


def sees_link(link: DutyLink) -> bool:
    """Whether a link leads nowhere beyond what the caller sees."""
    seen = scope()
    if seen.whole:
        return True
    return link.post in seen.posts if link.post is not None else link.area in seen.inside


def issue(town: str, wanted: NewDutyLink) -> tuple[str, DutyLink]:
    """A new link within what the caller sees; its token is nowhere else. Raises NotFound, ApiError, DocumentError."""
    if wanted.post is not None:
        seen_post(town, wanted.post)
    elif not scope().whole and wanted.area not in scope().inside:
        raise ApiError("outside_areas")
    return store().duty_links.issue(
        town, wanted.kind, wanted.name, wanted.days, actor().id, area=wanted.area, post=wanted.post
    )


def revoke(town: str, link: str) -> bool:
    """End a link; False when it was over. Raises NotFound, ApiError (404)."""
    if not sees_link(store().duty_links.get(town, link)):
        raise ApiError("not_found")
    return store().duty_links.revoke(town, link)


@links.route("")
class DutyLinks(MethodView):
    @may("issue_links")
    @links.response(200, DutyLinksOut)
    def get(self, town: str) -> dict[str, Any]:
        """All duty links, the latest first; their tokens are nowhere"""
        return {"items": [link_json(link) for link in store().duty_links.list(town) if sees_link(link)]}

    @may("issue_links")
    @shows_once
    @links.arguments(NewDutyLinkBody)
    @links.response(201, IssuedDutyLinkOut)
    def post(self, body: NewDutyLink, town: str) -> tuple[dict[str, Any], int]:
        """Issue a duty link; its token is shown this once"""
        token, link = issue(town, body)
        return link_json(link) | {"token": token, "path": path_of(link, token)}, 201


@links.route("/<link>")
class OneDutyLink(MethodView):
    @may("issue_links")
    @links.response(200, DutyLinkOut)
    def delete(self, town: str, link: str) -> dict[str, Any]:
        """Revoke a duty link; it is kept as revoked for a while"""
        revoke(town, link)
        return link_json(store().duty_links.get(town, link))


@reserves.route("")
class Reserves(MethodView):
    @may("see_roster")
    @versioned
    @reserves.response(200, ReservesOut)
    def get(self, town: str) -> Answer:
        """Whether new weeks get reserves for people who will not come"""
        held = store().reserves.policy(town)
        return {"reserves": held.value}, 200, tag(held.revision)

    @may("edit_data")
    @versioned
    @reserves.arguments(ReservesBody)
    @reserves.response(200, ReservesOut)
    def put(self, body: ReservesWanted, town: str) -> Answer:
        """Switch reserves on or off, for weeks that are made from templates from now on"""
        held = store().reserves.set_policy(town, body.reserves, expected())
        return {"reserves": held.value}, 200, tag(held.revision)
