"""A volunteer's exchanges: seats to take, one's own duty offered or swapped, what one is asked. By personal link."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from api import exchanging, open_seats
from api.access import public, store
from api.amending import ALREADY_BEGUN
from api.errors import ApiError
from api.exchanges import names_of
from api.security import csrf
from api.standings import standing
from models.errors import NotFound
from models.exchange_kinds import OPEN, Exchange
from scheduler.problem import Assignment, Duty

from .routes import blueprint, day_in, is_part, say
from .shifts import Kind, kind_of
from .volunteer import Names, Visit, is_large, keeping_size, visit

ENDED_SHOWN = timedelta(days=2)
"""So long a person sees what has become of a wish."""


STEPS = {
    "accept": (exchanging.accept, "swapped"),
    "decline": (exchanging.decline, "no-swap"),
    "withdraw": (exchanging.withdraw, "taken-back"),
}
"""Word of the address → what it does, and what is said then."""


@dataclass(frozen=True, slots=True)
class SeatCard:
    """A seat as a card; instants are local."""

    week: date
    duty: str
    position: str
    kind: Kind
    start: datetime
    end: datetime
    post: str | None
    name: str
    needed: bool = True
    person: str = ""
    """Whose it is, by name; empty for a vacant one."""
    person_id: str = ""
    offer: str = ""
    """The offer by which it is to be had."""
    to_me: bool = False


@dataclass(frozen=True, slots=True)
class Own:
    """What a person has asked for and been asked of late, for their first page."""

    asked_of_me: tuple[Exchange, ...]
    mine: tuple[Exchange, ...]
    names: dict[str, str]

    def partner(self, exchange: Exchange) -> str:
        return self.names.get(exchange.partner or "", "")


@blueprint.app_template_global("own_exchanges")
def own_exchanges(here: Visit) -> Own:
    """Requests to this person, and their own with what became of them; read once for a page."""
    if "own_exchanges" not in g:
        g.own_exchanges = _own(here)
    found: Own = g.own_exchanges
    return found


def _own(here: Visit) -> Own:
    town, me = here.town.id, here.who.person
    found = store().exchanges.list(town, person=me, since=here.now - timedelta(days=60))
    to_me = [e for e in found if e.partner == me and e.state == "requested" and e.expires_at > here.now]
    mine = [e for e in found if _worth_showing(e, me, here.now) and e not in to_me]
    names = names_of(town, (p for e in (*to_me, *mine) for p in (e.person, e.partner))) if to_me or mine else {}
    return Own(tuple(to_me), tuple(mine), names)


def _worth_showing(e: Exchange, me: str, now: datetime) -> bool:
    if e.state in OPEN:
        return e.expires_at > now and (e.person == me or e.state == "accepted")
    quiet = ("withdrawn",) if e.person == me else ("withdrawn", "declined", "expired", "failed")
    return e.ended_at is not None and e.ended_at > now - ENDED_SHOWN and e.state not in quiet


@blueprint.app_template_global("exchange_said")
def exchange_said(done: str) -> str:
    """What has just happened, in a sentence; empty for anything else."""
    return {
        "taken": _("补上了，谢谢您！这一班已排进您的班表。"),
        "accepted": _("已转给组织者，批准后会通知您。"),
        "offered": _("已挂出转让。有人接之前，这一班仍由您值。"),
        "asked": _("已发给对方。对方同意之前，班表不变。"),
        "swapped": _("办好了，班表已经改好。"),
        "no-swap": _("已答复对方：不换。"),
        "taken-back": _("已收回，这一班仍由您值。"),
        "failed": _("班表已有变动，没能换成。请看下面最新的班。"),
    }.get(done, "")


@blueprint.get("/v/<token>/seats")
@public
def seats(token: str) -> ResponseReturnValue:
    """可以补位: what this person may take by the rules; as a piece for the first page where a script asks for it."""
    here = visit(token)
    most = 40 if request.args.get("all") == "1" else open_seats.SHOWN
    found = open_seats.open_seats(here.town.id, here.who.person, most)
    offers = open_seats.offered_seats(here.town.id, here.who.person)
    cards = [seat_card(here, s.duty, s.week, s.position, s.needed, s.offer) for s in (*offers, *found.seats)]
    owners = names_of(here.town.id, (c.person_id for c in cards if c.person_id))
    template = "parts/open_seats.html" if is_part() else "phone_seats.html"
    way, more = store().exchanges.policy(here.town.id).value.claims, found.more and most == open_seats.SHOWN
    return _page(template, here, token, cards, seats=cards, owners=owners, more=more, way=way)


@blueprint.post("/v/<token>/seats/take")
@public
@csrf.exempt
def take_seat(token: str) -> ResponseReturnValue:
    """我来: first come, first served. A second tap on one's own new seat is no mistake."""
    here = visit(token)
    week, duty, position = _week(), request.form.get("duty", ""), request.form.get("position", "")
    published = store().rosters.find(here.town.id, week, "published")
    if published and Assignment(here.who.person, duty, position) in published.assignments:
        return redirect(url_for("pages.volunteer", token=token, done="taken"), 303)
    return _answered(
        here,
        token,
        lambda: exchanging.claim(here.town.id, week, here.who.person, duty, position),
        "taken",
        seats=True,
    )


@blueprint.get("/v/<token>/exchange/<day:week>/<path:duty>")
@public
def exchange_duty(token: str, week: date, duty: str) -> ResponseReturnValue:
    """换班或转让: one of my duties, and with whom it could be swapped by the rules."""
    here = visit(token)
    town, me = here.town.id, here.who.person
    there = standing(town, week)
    mine = there.seat_of(me, duty)
    own, policy = there.duty(duty), store().exchanges.policy(town).value
    if own.start <= here.now:
        raise ApiError("not_there_any_more", text=ALREADY_BEGUN)
    chosen = day_in(request.args.get("day"))
    partners = open_seats.partners(town, week, me, duty, chosen) if policy.swaps != "off" else []
    colleagues = open_seats.colleagues(town, week, me, duty) if policy.offers != "off" and _asks_one() else []
    names = names_of(town, (*(p.seat.person for p in partners), *colleagues))
    cards = [
        seat_card(here, p.duty, p.week, p.seat.position, person=names[p.seat.person], person_id=p.seat.person)
        for p in partners
    ]
    card = seat_card(here, own, week, mine.position)
    return _page(
        "phone_exchange.html", here, token, [card, *cards], card=card, partners=cards, policy=policy, chosen=chosen,
        days=open_seats.days_to_come(town, me, week), colleagues=[(c, names[c]) for c in colleagues],
        asks_one=_asks_one(), open=_open_about(town, me, week, duty), pinned=mine.pinned,
    )  # fmt: skip


@blueprint.post("/v/<token>/exchange/offer")
@public
@csrf.exempt
def offer_duty(token: str) -> ResponseReturnValue:
    """转让: to whoever may take it, or to one colleague."""
    here = visit(token)
    duty, partner = request.form.get("duty", ""), request.form.get("partner", "") or None
    return _answered(
        here, token, lambda: exchanging.offer(here.town.id, _week(), here.who.person, duty, partner), "offered"
    )


@blueprint.post("/v/<token>/exchange/swap")
@public
@csrf.exempt
def swap_duty(token: str) -> ResponseReturnValue:
    """换班: ask a colleague for one of theirs."""
    here = visit(token)
    duty, partner, theirs = (request.form.get(name, "") for name in ("duty", "partner", "partner_duty"))
    week, other = _week(), day_in(request.form.get("partner_week"))
    return _answered(
        here, token, lambda: exchanging.swap(here.town.id, week, here.who.person, duty, partner, theirs, other), "asked"
    )


@blueprint.post("/v/<token>/exchange/<exchange>/<step>")
@public
@csrf.exempt
def exchange_step(token: str, exchange: str, step: str) -> ResponseReturnValue:
    """同意, 不换, 收回."""
    here = visit(token)
    if step not in STEPS:
        raise ApiError("not_found")
    act, done = STEPS[step]
    return _answered(here, token, lambda: act(here.town.id, exchange, here.who.person), done)


def seat_card(
    here: Visit,
    duty: Duty,
    week: date,
    position: str,
    needed: bool = True,
    offer: Exchange | None = None,
    *,
    person: str = "",
    person_id: str = "",
) -> SeatCard:
    """A seat as a card, in the time of the town."""
    zone: ZoneInfo = here.zone
    return SeatCard(
        week=week,
        duty=duty.id,
        position=position,
        kind=kind_of(duty, zone),
        start=duty.start.astimezone(zone),
        end=duty.end.astimezone(zone),
        post=duty.post,
        name=duty.name or duty.place,
        needed=needed,
        person=person,
        person_id=offer.person if offer else person_id,
        offer=offer.id if offer else "",
        to_me=offer is not None and offer.partner is not None,
    )


def _answered(
    here: Visit, token: str, act: Callable[[], Exchange], done: str, *, seats: bool = False
) -> ResponseReturnValue:
    """Back to the first page with what has happened; a refusal is said in a sentence, and what to do instead."""
    try:
        made = act()
    except (ApiError, NotFound) as error:
        refused = error if isinstance(error, ApiError) else ApiError("not_found")
        body = render_template(
            "phone_refused.html", token=token, here=here, large=is_large(), said=say(refused.sentence()), seats=seats
        )
        return body, refused.status
    said = {"accepted": "accepted", "failed": "failed"}.get(made.state, done)
    return redirect(url_for("pages.volunteer", token=token, done=said), 303)


def _page(template: str, here: Visit, token: str, cards: Sequence[SeatCard], **more: object) -> ResponseReturnValue:
    names = Names(here.town.id, posts={c.post for c in cards if c.post}, positions={c.position for c in cards})
    return keeping_size(
        render_template(template, here=here, token=token, names=names, large=is_large(), done="", **more)
    )


def _week() -> date:
    """The week that a form names. Raises ApiError (404)."""
    found = day_in(request.form.get("week"))
    if found is None:
        raise ApiError("not_found")
    return found


def _asks_one() -> bool:
    return request.args.get("one") == "1"


def _open_about(town: str, me: str, week: date, duty: str) -> Exchange | None:
    found = store().exchanges.list(town, states=OPEN, person=me, week=week)
    return next((e for e in found if e.person == me and e.duty == duty), None)
