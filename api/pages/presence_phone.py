"""A volunteer's presence: check in and out with the post's digits or its QR, the team that they lead, a note."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from flask import Response, current_app, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from api import post_codes
from api.access import public, store
from api.errors import ApiError
from api.presence import NOTES_FOR, count_code
from api.security import csrf
from api.store_errors import translated
from models.errors import StoreError
from models.handover import Note
from models.presence import Said
from models.presence_facts import DutyPresence, Standing
from models.presence_states import AFTERWARDS, EARLY, Action, How, offered
from models.secrets import hash_of
from scheduler.document import DocumentError

from .duty_card import DutyCard
from .on_duty_view import DutyNow, Member, duty_now
from .routes import blueprint, day_in
from .sayers import Sayers
from .volunteer import Visit, is_large, visit

ME_COOKIE = "sanban_me_"
ME_SECONDS = 90 * 24 * 3600
OWN: tuple[Action, ...] = ("arrive", "leave")
OF_TEAM: tuple[Action, ...] = ("arrive", "leave", "miss")


@dataclass(frozen=True, slots=True)
class Own:
    """One's own part in a duty whose presence can be recorded now."""

    one: DutyNow
    me: Member
    note: Note | None = None
    """What the shift before left last, on the duty card."""

    @property
    def post(self) -> str | None:
        return self.one.duty.post

    @property
    def standing(self) -> Standing:
        return self.me.standing

    @property
    def offers(self) -> tuple[Action, ...]:
        """What one may say of oneself now."""
        return tuple(action for action in self.me.offers if action in OWN)


@blueprint.record_once
def install(state: BlueprintSetupState) -> None:
    """What the duty card asks for, and the page of a person."""
    state.app.jinja_env.globals["presence_of"] = presence_of
    state.app.jinja_env.globals["presence_record"] = lambda town, person: store().presence.rate(town, person)


def presence_of(here: Visit, card: DutyCard) -> Own | None:
    """How it stands with the presence of a card's duty; None (and nothing is read) while that is no matter yet."""
    if not card.start - EARLY <= store().database.now() <= card.end + AFTERWARDS:
        return None
    found = _own(here, store().presence.of(here.town.id, card.week, card.duty))
    if found is None or found.post is None:
        return found
    notes = store().handover.latest(here.town.id, [found.post], here.now - NOTES_FOR).get(found.post, ())
    return replace(found, note=next((n for n in notes if n.by != here.who.id), None))


def _own(here: Visit, held: DutyPresence) -> Own | None:
    now = store().database.now()
    one = duty_now(held, here.zone, now, "person")
    me = next((m for m in one.team if m.standing.person == here.who.person), None)
    return None if me is None else Own(one, me)


def near(here: Visit, post: str | None = None) -> list[Own]:
    """One's own duties, at one post or anywhere, whose presence can be recorded about now."""
    held = store().rosters.duties_of(here.town.id, here.who.person, here.now - AFTERWARDS, here.now + EARLY)
    wanted = [one for one in held if post is None or one.duty.post == post]
    found = (_own(here, store().presence.of(here.town.id, one.week, one.duty.id)) for one in wanted)
    return [own for own in found if own is not None]


@blueprint.after_request
def remember_me(response: Response) -> Response:
    """The telephone that opened a personal link is known to the page behind a post's QR."""
    token = (request.view_args or {}).get("token")
    if request.endpoint == "pages.volunteer" and response.status_code == 200 and token:
        name = ME_COOKIE + hash_of(token)[:8]  # one a link: a family may share a telephone
        if request.cookies.get(name) != token:
            secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
            response.set_cookie(name, token, ME_SECONDS, path="/v/", secure=secure, httponly=True, samesite="Lax")
    return response


@blueprint.get("/v/<token>/presence")
@public
def own_presence(token: str) -> ResponseReturnValue:
    """Check in or out, with the digits that the post shows: of the duty that is named, else of the one at hand."""
    here = visit(token)
    if "duty" in request.args:
        return _page(token, here, _asked(here))
    at_hand = sorted(near(here), key=lambda own: (not own.offers, own.one.start))
    if not at_hand:
        return render_template("presence_none.html", token=token, here=here, large=is_large())
    return _page(token, here, at_hand[0])


@blueprint.post("/v/<token>/presence")
@public
@csrf.exempt
def say_presence(token: str) -> ResponseReturnValue:
    """Here I am. No CSRF token: nobody can forge this call without the secret that stands in its address."""
    here = visit(token)
    found = _asked(here)
    action = next((a for a in OWN if a == request.form.get("action")), None)
    if action is None:
        raise ApiError("bad_request")
    try:
        how = _shown_to_be_there(here, found)
        said = Said(person=here.who.person, action=action, by=here.who.id, whose="person", how=how)
        store().presence.record(here.town.id, found.one.held.week, found.one.duty.id, said)
    except (ApiError, StoreError) as error:
        refused = error if isinstance(error, ApiError) else translated(error)
        return _page(token, here, found, refused), refused.status
    return _again(token, found)


@blueprint.post("/v/<token>/presence/team")
@public
@csrf.exempt
def say_team(token: str) -> ResponseReturnValue:
    """Who leads a team says who of it is there."""
    here = visit(token)
    found = _asked(here)
    action = next((a for a in OF_TEAM if a == request.form.get("action")), None)
    if action is None or not found.me.leads:
        raise ApiError("not_allowed" if action else "bad_request")
    said = Said(person=request.form.get("person", ""), action=action, by=here.who.id, whose="leader")
    try:
        store().presence.record(here.town.id, found.one.held.week, found.one.duty.id, said)
    except StoreError as error:
        refused = translated(error)
        return _page(token, here, found, refused), refused.status
    return _again(token, found)


@blueprint.post("/v/<token>/presence/note")
@public
@csrf.exempt
def leave_note(token: str) -> ResponseReturnValue:
    """What the next shift should know."""
    here = visit(token)
    found = _asked(here)
    if found.post is None:
        raise ApiError("not_found")
    try:
        store().handover.write(here.town.id, found.post, request.form.get("text", ""), here.who.id)
    except DocumentError as error:
        refused = translated(error)
        return _page(token, here, found, refused), refused.status
    return _again(token, found)


def _asked(here: Visit) -> Own:
    """The own duty that the address or the form names. Raises ApiError (404), NotFound."""
    week = day_in(request.values.get("week"))
    if week is None:
        raise ApiError("not_found")
    held = store().presence.of(here.town.id, week, request.values.get("duty", ""))
    found = _own(here, held)
    if found is None:
        raise ApiError("not_found")
    return found


def _shown_to_be_there(here: Visit, found: Own) -> How:
    """By the QR that was scanned a moment ago, else by digits. Raises ApiError (422, 429)."""
    proof = request.form.get("proof", "")
    if proof and found.post is not None and post_codes.proof_fits(here.town.id, found.post, proof):
        return "qr"
    count_code(here.town.id, here.who.person, found.post, request.form.get("code", ""))
    return "code"


def _page(token: str, here: Visit, found: Own, trouble: ApiError | None = None) -> str:
    now, post = store().database.now(), found.post
    notes = store().handover.latest(here.town.id, [post], now - NOTES_FOR).get(post, ()) if post else ()
    team = found.one.team if found.me.leads else ()
    listed = [_led(m, found, now) for m in team if m is not found.me]
    names = Sayers.of(
        here.town.id,
        [m.standing.person for m in listed],
        {m.standing.position for m in found.one.team},
        [n.by for n in notes],
    )
    name = store().things.named(here.town.id, {"posts": [post]}).get(("posts", post)) if post else None
    return render_template(
        "presence_phone.html",
        token=token,
        here=here,
        own=found,
        place=name,
        team=listed,
        notes=notes,
        names=names,
        trouble=trouble,
        sent=request.form.get("text", "") if trouble else "",
        large=is_large(),
    )


def _led(member: Member, found: Own, now: datetime) -> Member:
    """Somebody of the team, with what its leader may record of them."""
    may = offered(member.standing.state, "leader", found.one.duty, now)
    return replace(member, offers=tuple(action for action in may if action in OF_TEAM))


def _again(token: str, found: Own) -> ResponseReturnValue:
    held = found.one.held
    return redirect(url_for("pages.own_presence", token=token, week=held.week.isoformat(), duty=held.duty.id), 303)
