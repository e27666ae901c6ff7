"""Call-outs: who may take a seat at once, asking them, their answers."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for
from flask.views import MethodView

from models.callout_records import Asked, Callout

from .access import Volunteer, actor, may, own, scope, store
from .body import Blueprint
from .calling import accept, call_out, eligible, seat_of
from .errors import ApiError, fault, invalid
from .language import language
from .schemas.callouts import (
    AnswerBody,
    Answered,
    CalloutOut,
    CalloutPage,
    CalloutsAsked,
    CalloutsQuery,
    EligiblePage,
    NewCalloutAsked,
    NewCalloutBody,
    SeatAsked,
    SeatQuery,
)
from .schemas.paging import cut
from .wire import instant

blueprint = Blueprint(
    "callouts", __name__, url_prefix="/api/v1/towns/<town>", description="Call-outs for seats that begin soon"
)
MOST = 500


def visible(town: str, callout: str) -> Callout:
    """A call-out of a duty that the caller sees, moved on as far as it is due. Raises NotFound, ApiError (404)."""
    store().callouts.advance(town)
    found = store().callouts.get(town, callout)
    if not sees(found):
        raise ApiError("not_found")
    return found


def sees(found: Callout) -> bool:
    """Whether a call-out is the caller's matter: they were asked, or its duty is in their areas."""
    who = actor()
    if isinstance(who, Volunteer):
        asked = found.of(who.person)
        return asked is not None and asked.state != "waiting"
    if scope().whole:
        return True
    version = store().rosters.find(found.town, found.week, "published")
    duty = None if version is None else next((d for d in version.duties if d.id == found.duty), None)
    return duty is not None and scope().sees_duty(duty)


def listed(town: str, live: bool | None = None, week: date | None = None) -> list[Callout]:
    """All that are the caller's matter, those under way first, moved on as far as they are due."""
    store().callouts.advance(town)
    return [c for c in store().callouts.list(town, live=live, week=week, most=MOST) if sees(c)]


def callout_json(found: Callout) -> dict[str, Any]:
    """A call-out as its caller sees it: of the people asked only those who belong to the caller's areas."""
    who = actor()
    theirs = isinstance(who, Volunteer)
    hidden = theirs and found.filled_by != getattr(who, "person", None)
    return {
        "id": found.id,
        "week": found.week.isoformat(),
        "duty": found.duty,
        "position": found.position,
        "instead": None if theirs else found.instead or None,
        "start": instant(found.start),
        "end": instant(found.end),
        "until": instant(found.until),
        "state": found.state,
        "seat": found.seat.as_json(),
        "wave": found.wave,
        "next_at": instant(found.next_at) if found.live else None,
        "wave_size": found.pace.wave_size,
        "wave_minutes": found.pace.wave_minutes,
        "escalate_minutes": found.pace.escalate_minutes,
        "opened_at": instant(found.opened_at),
        "opened_by": found.opened_by,
        "escalated_at": instant(found.escalated_at),
        "closed_at": instant(found.closed_at),
        "filled_by": None if hidden else found.filled_by,
        "asked": [_asked_json(a) for a in found.asked if scope().sees_person(a.person)],
    }


def _asked_json(asked: Asked) -> dict[str, Any]:
    return {
        "person": asked.person,
        "state": asked.state,
        "standby_duty": asked.standby and asked.standby.duty,
        "wave": asked.wave,
        "asked_at": instant(asked.asked_at),
        "answered_at": instant(asked.answered_at),
    }


def answering(person: str | None) -> str:
    """For whom the caller answers: a volunteer for themselves, a dispatcher for who told them. Raises ApiError."""
    found = own(person)
    if found is None:
        raise invalid([fault("person", "required")])
    if not scope().sees_person(found):
        raise ApiError("not_found")
    return found


@blueprint.route("/callouts")
class Callouts(MethodView):
    @may("repair", "own_matters")
    @blueprint.arguments(CalloutsQuery, location="query")
    @blueprint.response(200, CalloutPage)
    def get(self, query: CalloutsAsked, town: str) -> dict[str, Any]:
        """List call-outs, those under way first; a volunteer sees those in which they were asked"""
        page = cut(listed(town, query.live, query.week), query)
        return page | {"items": [callout_json(c) for c in page["items"]]}

    @may("repair")
    @blueprint.arguments(NewCalloutBody)
    @blueprint.response(201, CalloutOut)
    def post(self, body: NewCalloutAsked, town: str) -> tuple[dict[str, Any], int, dict[str, str]]:
        """Ask people for a seat of the published roster; the first who accepts has it"""
        seat = seat_of(town, body.week, body.duty, body.position, body.instead)
        made = call_out(town, seat, body.pace, actor().id)
        return callout_json(made), 201, {"Location": url_for("callouts.OneCallout", town=town, callout=made.id)}


@blueprint.route("/callouts/<callout>")
class OneCallout(MethodView):
    @may("repair", "own_matters")
    @blueprint.response(200, CalloutOut)
    def get(self, town: str, callout: str) -> dict[str, Any]:
        """A call-out with everybody who was asked"""
        return callout_json(visible(town, callout))


@blueprint.route("/callouts/<callout>/answer")
class Answers(MethodView):
    @may("repair", "own_matters")
    @blueprint.arguments(AnswerBody)
    @blueprint.response(200, CalloutOut)
    def post(self, body: Answered, town: str, callout: str) -> dict[str, Any]:
        """Accept or decline; the first acceptance has the seat, later ones are 409 `seat_taken`"""
        visible(town, callout)
        person = answering(body.person)
        if body.answer == "accept":
            return callout_json(accept(town, callout, person, actor().id))
        return callout_json(store().callouts.decline(town, callout, person))


@blueprint.route("/callouts/<callout>/withdraw")
class Withdraw(MethodView):
    @may("repair")
    @blueprint.response(200, CalloutOut)
    def post(self, town: str, callout: str) -> dict[str, Any]:
        """Nobody is needed any more; who was asked is told"""
        visible(town, callout)
        return callout_json(store().callouts.withdraw(town, callout, actor().id))


@blueprint.route("/weeks/<day:week>/eligible")
class EligiblePeople(MethodView):
    @may("repair")
    @blueprint.arguments(SeatQuery, location="query")
    @blueprint.response(200, EligiblePage)
    def get(self, query: SeatAsked, town: str, week: date) -> dict[str, Any]:
        """Who may legally take a seat of the published roster now, in the order in which they would be asked"""
        found = eligible(seat_of(town, week, query.duty, query.position, query.instead), scope().sees_person)
        return {
            "items": [
                {
                    "person": e.person,
                    "standby_duty": e.standby and e.standby.duty,
                    "reasons": [t.in_language(language()) for t in e.reasons],
                    "consequences": [t.in_language(language()) for t in e.consequences],
                }
                for e in found
            ]
        }
