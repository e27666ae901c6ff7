"""Gaps of a week offered to teams, and what a team's captain does with them."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask.views import MethodView

from models.errors import NotFound
from models.gaps import Claim, Offer
from models.links import Link
from scheduler.problem import Problem

from .access import actor, may, public, store
from .body import Blueprint
from .gap_board import (
    Gap,
    board,
    choices,
    claim,
    claimed,
    gap_of,
    gaps_of,
    give_back,
    offer,
    offers_of,
    own_offer,
    team_of,
)
from .idempotency import shows_once
from .language import language
from .links import link_json
from .problems import problem_for
from .schemas.gaps import (
    ChoicesOut,
    ClaimsOut,
    GapBoardOut,
    IssuedTeamLinkOut,
    NewClaim,
    NewClaimBody,
    NewOffer,
    NewOfferBody,
    NewTeamLink,
    NewTeamLinkBody,
    OfferedSlot,
    OfferedSlotQuery,
    OfferOut,
    OffersOut,
    TeamLinksOut,
    TeamOut,
)
from .schemas.links import RevokedOut
from .seat_words import spoken
from .wire import instant

of_town = Blueprint("gaps", __name__, url_prefix="/api/v1/towns/<town>", description="Gaps offered to teams")
of_team = Blueprint("teams", __name__, url_prefix="/api/v1/teams/<token>", description="A team's link: offers, claims")
blueprints = (of_town, of_team)


def gap_json(problem: Problem, gap: Gap) -> dict[str, Any]:
    """A seat with who holds it and how many are short."""
    return {
        "duty": gap.duty.id,
        "position": gap.demand.position,
        "start": instant(gap.duty.start),
        "end": instant(gap.duty.end),
        "post": gap.duty.post,
        "seat": spoken(problem, gap.duty.id, gap.demand.position).as_json(),
        "needed": gap.demand.min,
        "held": [a.person for a in gap.held],
        "short": gap.short,
    }


def claim_json(made: Claim) -> dict[str, Any]:
    return {
        "id": made.id,
        "person": made.person,
        "duty": made.duty,
        "position": made.position,
        "claimed_at": instant(made.claimed_at),
    }


def offer_json(found: Offer, claims: list[Claim]) -> dict[str, Any]:
    """An offer with the claims that the roster still holds."""
    return {
        "id": found.id,
        "week": found.week.isoformat(),
        "unit": found.unit,
        "until": instant(found.until),
        "open": found.takes(store().database.now()),
        "slots": [{"duty": duty, "position": position} for duty, position in found.slots],
        "claims": [claim_json(c) for c in claims],
    }


def links_of(town: str, unit: str) -> list[Link]:
    """The links of a team, the latest first. Raises NotFound (the unit)."""
    store().things.get(town, "units", unit)
    return [link for _, link in store().team_links.list(town, unit)]


@of_town.route("/weeks/<day:week>/gaps")
class Gaps(MethodView):
    @may("see_roster")
    @of_town.response(200, GapBoardOut)
    def get(self, town: str, week: date) -> dict[str, Any]:
        """Seats below their minimum in the published roster (else the draft), and what is offered to whom"""
        found = board(town, week)
        problem, version = found.problem, found.version
        return {
            "roster": version and version.number,
            "state": version and version.state,
            "items": [gap_json(problem, gap) for gap in found.gaps] if problem else [],
            "offers": [offer_json(o, claimed(o, version)) for o in found.offers],
        }


@of_town.route("/weeks/<day:week>/gaps/offers")
class Offers(MethodView):
    @may("edit_rosters")
    @of_town.arguments(NewOfferBody)
    @of_town.response(201, OffersOut)
    def post(self, body: NewOffer, town: str, week: date) -> tuple[dict[str, Any], int]:
        """Offer gaps of the published roster to teams; a team with an offer of this week gets more seats"""
        made = offer(town, week, body.units, [(s.duty, s.position) for s in body.slots], body.until)
        return {"items": [offer_json(o, list(o.claims)) for o in made]}, 201


@of_town.route("/gap-offers/<offer>/close")
class CloseOffer(MethodView):
    @may("edit_rosters")
    @of_town.response(200, OfferOut)
    def post(self, town: str, offer: str) -> dict[str, Any]:
        """Nothing more is claimed or given back; what was claimed stays"""
        found = store().gaps.close(town, offer, actor().id)
        return offer_json(found, claimed(found, store().rosters.find(town, found.week, "published")))


@of_town.route("/units/<unit>/links")
class TeamLinks(MethodView):
    @may("issue_links")
    @of_town.response(200, TeamLinksOut)
    def get(self, town: str, unit: str) -> dict[str, Any]:
        """All links of a team, the latest first; their tokens are nowhere"""
        return {"items": [link_json(link) for link in links_of(town, unit)]}

    @may("issue_links")
    @shows_once
    @of_town.arguments(NewTeamLinkBody)
    @of_town.response(201, IssuedTeamLinkOut)
    def post(self, body: NewTeamLink, town: str, unit: str) -> tuple[dict[str, str], int]:
        """Issue a link for a team's captain; its token is shown this once"""
        token = store().team_links.issue(town, unit, body.days, renew=body.renew)
        return {"token": token, "path": f"/team/{token}"}, 201

    @may("issue_links")
    @of_town.response(200, RevokedOut)
    def delete(self, town: str, unit: str) -> dict[str, int]:
        """Revoke all links of a team"""
        links_of(town, unit)
        return {"revoked": store().team_links.revoke(town, unit)}


@of_town.route("/units/<unit>/links/<link>")
class OneTeamLink(MethodView):
    @may("issue_links")
    @of_town.response(204)
    def delete(self, town: str, unit: str, link: str) -> None:
        """Revoke one link of a team"""
        if not store().team_links.revoke(town, unit, link):
            raise NotFound("team_link", link)


@of_team.route("")
class Team(MethodView):
    @public
    @of_team.response(200, TeamOut)
    def get(self, token: str) -> dict[str, Any]:
        """What is offered to the team of this link, with the seats as they are now"""
        team = team_of(token)
        listed = []
        for found, version in offers_of(team):
            problem = problem_for(team.town.id, found.week, version)
            gaps = [gap for gap in gaps_of(version, found.slots) if gap.slot in found.slots]
            listed.append(
                offer_json(found, claimed(found, version)) | {"gaps": [gap_json(problem, gap) for gap in gaps]}
            )
        return {"unit": team.unit, "name": team.name, "offers": listed}


@of_team.route("/choices")
class Choices(MethodView):
    @public
    @of_team.arguments(OfferedSlotQuery, location="query")
    @of_team.response(200, ChoicesOut)
    def get(self, query: OfferedSlot, token: str) -> dict[str, Any]:
        """The team's people for one offered seat: who may take it first, and why the others may not"""
        team = team_of(token)
        found, version = own_offer(team, query.offer)
        gap = gap_of(found, version, (query.duty, query.position))
        problem = problem_for(team.town.id, found.week, version)
        return {
            "items": [
                {
                    "person": c.person.id,
                    "name": c.person.name,
                    "legal": c.legal,
                    "why": [text.in_language(language()) for text in c.why],
                    "cost_change": c.cost_change,
                    "minutes": c.minutes,
                }
                for c in choices(problem, version, gap, team.unit)
            ]
        }


@of_team.route("/claims")
class Claims(MethodView):
    @public
    @of_team.arguments(NewClaimBody)
    @of_team.response(201, ClaimsOut)
    def post(self, body: NewClaim, token: str) -> tuple[dict[str, Any], int]:
        """Put people of the team on an offered seat: all of them, or nobody and 409 `seat_taken`"""
        made = claim(team_of(token), body.offer, (body.duty, body.position), body.people)
        return {"items": [claim_json(c) for c in made]}, 201


@of_team.route("/offers/<offer>/claims/<claim>")
class OneClaim(MethodView):
    @public
    @of_team.response(204)
    def delete(self, token: str, offer: str, claim: str) -> None:
        """Give a seat back before the offer's deadline"""
        give_back(team_of(token), offer, claim)
