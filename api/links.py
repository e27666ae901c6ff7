"""Personal links of volunteers: issued, renewed, listed, revoked; their codes; how a town hands them out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask.views import MethodView

from models.errors import NotFound
from models.links import Link, LinkPolicy

from .access import may, store
from .body import Blueprint
from .conditions import expected, tag, versioned
from .idempotency import shows_once
from .schemas.links import (
    CodeOut,
    IssuedLinkOut,
    LinkPolicyBody,
    LinkPolicyOut,
    LinksOut,
    NewLink,
    NewLinkBody,
    RevokedOut,
)
from .things import Answer
from .wire import instant

ABOUT = "Personal links, their codes"
of_person = Blueprint("links", __name__, url_prefix="/api/v1/towns/<town>/people/<person>", description=ABOUT)
of_town = Blueprint("link-policy", __name__, url_prefix="/api/v1/towns/<town>/link-policy", description=ABOUT)
blueprints = (of_person, of_town)


@dataclass(frozen=True, slots=True)
class Issued:
    """What is shown this once."""

    token: str
    code: str | None
    """Made because the town wants one and the person had none."""

    @property
    def path(self) -> str:
        return f"/v/{self.token}"


def issue(town: str, person: str, days: int | None, *, renew: bool) -> Issued:
    """A new link, and with it the person's first code where the town wants one. Raises NotFound."""
    token = store().links.issue(town, person, days, renew=renew)
    lacking = store().links.policy(town).value.code_needed and not has_code(town, person)
    return Issued(token, store().links.make_code(town, person) if lacking else None)


def has_code(town: str, person: str) -> bool:
    """Whether the person has a code."""
    return person in store().links.with_code(town, [person])


def link_json(link: Link) -> dict[str, Any]:
    """A link as organisers see it."""
    return {
        "id": link.id,
        "created_at": instant(link.created_at),
        "expires_at": instant(link.expires_at),
        "revoked_at": instant(link.revoked_at),
        "open": link.open,
    }


@of_person.route("/links")
class Links(MethodView):
    @may("issue_links")
    @of_person.response(200, LinksOut)
    def get(self, town: str, person: str) -> dict[str, Any]:
        """All links of a person, the latest first; their tokens are nowhere"""
        held = store().links.list(town, person)
        return {"items": [link_json(link) for link in held], "has_code": has_code(town, person)}

    @may("issue_links")
    @shows_once
    @of_person.arguments(NewLinkBody)
    @of_person.response(201, IssuedLinkOut)
    def post(self, body: NewLink, town: str, person: str) -> tuple[Issued, int]:
        """Issue a personal link, or renew it; its token is shown this once"""
        return issue(town, person, body.days, renew=body.renew), 201

    @may("issue_links")
    @of_person.response(200, RevokedOut)
    def delete(self, town: str, person: str) -> dict[str, int]:
        """Revoke all links of a person"""
        store().links.list(town, person)
        return {"revoked": store().links.revoke(town, person)}


@of_person.route("/links/<link>")
class OneLink(MethodView):
    @may("issue_links")
    @of_person.response(204)
    def delete(self, town: str, person: str, link: str) -> None:
        """Revoke one link"""
        if not store().links.revoke(town, person, link):
            raise NotFound("link", link)


@of_person.route("/code")
class Code(MethodView):
    @may("issue_links")
    @shows_once
    @of_person.response(201, CodeOut)
    def post(self, town: str, person: str) -> tuple[dict[str, str], int]:
        """Make a new code that this person's links need from now on; it is shown this once, the old one ends"""
        return {"code": store().links.make_code(town, person)}, 201

    @may("issue_links")
    @of_person.response(204)
    def delete(self, town: str, person: str) -> None:
        """This person's links need no code any more, unless the town wants one"""
        if not store().links.drop_code(town, person):
            raise NotFound("code", person)


@of_town.route("")
class Policy(MethodView):
    @may("issue_links")
    @versioned
    @of_town.response(200, LinkPolicyOut)
    def get(self, town: str) -> Answer:
        """How long links work, and whether they need a code"""
        held = store().links.policy(town)
        return held.value, 200, tag(held.revision)

    @may("edit_town")
    @versioned
    @of_town.arguments(LinkPolicyBody)
    @of_town.response(200, LinkPolicyOut)
    def put(self, body: LinkPolicy, town: str) -> Answer:
        """Replace how links are handed out; links that need a code need it from now on"""
        held = store().links.set_policy(town, body, expected())
        return held.value, 200, tag(held.revision)
