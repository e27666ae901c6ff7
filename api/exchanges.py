"""Exchanges: what people take, offer and swap among themselves; who approves it; what the town allows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from flask import url_for
from flask.views import MethodView

from models.exchange_kinds import Exchange, ExchangePolicy
from scheduler.problem import Duty

from . import exchanging, open_seats
from .access import actor, may, scope, store
from .body import Blueprint
from .conditions import expected, tag, versioned
from .errors import ApiError
from .schemas.exchanges import (
    ExchangeOut,
    ExchangePage,
    ExchangePolicyBody,
    ExchangePolicyOut,
    ExchangesAsked,
    ExchangesOut,
    ExchangesQuery,
    NewExchange,
    NewExchangeBody,
    OpenSeatsOut,
    PartnersAsked,
    PartnersOut,
    PartnersQuery,
    RefusalBody,
)
from .schemas.paging import cut
from .things import Answer
from .wire import instant, said

ABOUT = "Seats that people take, offer and swap"
KEPT_DAYS = 60
"""How far back a list goes."""
of_town = Blueprint("exchanges", __name__, url_prefix="/api/v1/towns/<town>", description=ABOUT)
of_person = Blueprint("own-exchanges", __name__, url_prefix="/api/v1/towns/<town>/people/<person>", description=ABOUT)
blueprints = (of_town, of_person)


def names_of(town: str, people: Iterable[str | None]) -> dict[str, str]:
    """Id → name as on the roster; an id that is gone stands for itself."""
    wanted = {person for person in people if person is not None}
    found = store().things.named(town, {"people": wanted})
    return {id_: found[("people", id_)].name if ("people", id_) in found else id_ for id_ in wanted}


def exchange_json(exchange: Exchange, names: dict[str, str]) -> dict[str, Any]:
    """An exchange as it is answered."""
    same = ("id", "kind", "state", "person", "duty", "position", "partner", "partner_duty", "partner_position")
    return {name: getattr(exchange, name) for name in same} | {
        "week": exchange.week.isoformat(),
        "partner_week": exchange.partner_week and exchange.partner_week.isoformat(),
        "person_name": names.get(exchange.person, exchange.person),
        "partner_name": exchange.partner and names.get(exchange.partner, exchange.partner),
        "about": said(exchange.about),
        "partner_about": said(exchange.partner_about),
        "created_at": instant(exchange.created_at),
        "expires_at": instant(exchange.expires_at),
        "ended_at": instant(exchange.ended_at),
        "reason": said(exchange.reason),
    }


def one_json(exchange: Exchange) -> dict[str, Any]:
    return exchange_json(exchange, names_of(exchange.town, (exchange.person, exchange.partner)))


def many_json(town: str, exchanges: Iterable[Exchange]) -> list[dict[str, Any]]:
    listed = list(exchanges)
    names = names_of(town, (p for e in listed for p in (e.person, e.partner)))
    return [exchange_json(e, names) for e in listed]


def of_late(town: str, **which: Any) -> list[Exchange]:
    """The exchanges of the last weeks, the latest first, as far as the caller sees them."""
    since = store().database.now() - timedelta(days=KEPT_DAYS)
    found = store().exchanges.list(town, since=since, **which)
    return [e for e in found if scope().whole or _concerns(e)]


def in_areas(exchange: Exchange) -> bool:
    """Whether the caller looks after all the duties of an exchange, so that it is theirs to decide."""
    if scope().whole:
        return True
    duties = _duties(exchange)
    return bool(duties) and all(scope().sees_duty(d) for d in duties)


def visible(town: str, exchange: str) -> Exchange:
    """An exchange that the caller sees. Raises NotFound, ApiError (404)."""
    found = store().exchanges.get(town, exchange)
    if not (scope().whole or _concerns(found)):
        raise ApiError("not_found")
    return found


def to_decide(town: str, exchange: str) -> Exchange:
    """An exchange that is the caller's to decide. Raises NotFound, ApiError (403, 404)."""
    found = visible(town, exchange)
    if not in_areas(found):
        raise ApiError("outside_areas")
    return found


def _concerns(exchange: Exchange) -> bool:
    people = [p for p in (exchange.person, exchange.partner) if p is not None]
    return any(scope().sees_person(p) for p in people) or any(scope().sees_duty(d) for d in _duties(exchange))


def _duties(exchange: Exchange) -> list[Duty]:
    named = {(exchange.week, exchange.duty), (exchange.partner_week or exchange.week, exchange.partner_duty)}
    found = []
    for week in exchange.weeks:
        published = store().rosters.find(exchange.town, week, "published")
        found += [d for d in published.duties if (week, d.id) in named] if published else []
    return found


@of_town.route("/exchanges")
class Exchanges(MethodView):
    @may("see_people")
    @of_town.arguments(ExchangesQuery, location="query")
    @of_town.response(200, ExchangePage)
    def get(self, query: ExchangesAsked, town: str) -> dict[str, Any]:
        """List exchanges of the last 60 days, the latest first"""
        page = cut(of_late(town, states=[query.state] if query.state else ()), query)
        return page | {"items": many_json(town, page["items"])}


@of_town.route("/exchanges/<exchange>")
class OneExchange(MethodView):
    @may("see_people")
    @of_town.response(200, ExchangeOut)
    def get(self, town: str, exchange: str) -> dict[str, Any]:
        """Get an exchange"""
        return one_json(visible(town, exchange))


@of_town.route("/exchanges/<exchange>/approve")
class Approval(MethodView):
    @may("approve_exchanges")
    @of_town.response(200, ExchangeOut)
    def post(self, town: str, exchange: str) -> dict[str, Any]:
        """Put in force what those concerned agreed on; `failed` with the reason when that is no longer possible"""
        return one_json(exchanging.approve(town, to_decide(town, exchange).id, actor().id))


@of_town.route("/exchanges/<exchange>/refuse")
class Refusal(MethodView):
    @may("approve_exchanges")
    @of_town.arguments(RefusalBody)
    @of_town.response(200, ExchangeOut)
    def post(self, body: dict[str, Any], town: str, exchange: str) -> dict[str, Any]:
        """Do not approve, and say why"""
        return one_json(exchanging.refuse(town, to_decide(town, exchange).id, actor().id, body["reason"].strip()))


@of_town.route("/exchange-policy")
class Policy(MethodView):
    @may("see_people", "own_matters")
    @versioned
    @of_town.response(200, ExchangePolicyOut)
    def get(self, town: str) -> Answer:
        """What people may settle among themselves: at once when legal, with approval, or not at all"""
        held = store().exchanges.policy(town)
        return held.value, 200, tag(held.revision)

    @may("edit_town")
    @versioned
    @of_town.arguments(ExchangePolicyBody)
    @of_town.response(200, ExchangePolicyOut)
    def put(self, body: ExchangePolicy, town: str) -> Answer:
        """Replace what people may settle among themselves"""
        held = store().exchanges.set_policy(town, body, expected())
        return held.value, 200, tag(held.revision)


@of_person.route("/open-seats")
class OpenSeats(MethodView):
    @may("own_matters")
    @of_person.response(200, OpenSeatsOut)
    def get(self, town: str, person: str) -> dict[str, Any]:
        """Seats that this person may legally take now: colleagues' offers, then vacancies, the most needed first"""
        found = open_seats.open_seats(town, person)
        seats = (*open_seats.offered_seats(town, person), *found.seats)
        names = names_of(town, (seat.offer.person for seat in seats if seat.offer))
        items = [
            {"week": seat.week.isoformat(), "duty": seat.duty, "position": seat.position, "needed": seat.needed}
            | {"offer": seat.offer and exchange_json(seat.offer, names)}
            for seat in seats
        ]
        return {"items": items, "more": found.more}


@of_person.route("/swaps")
class Swaps(MethodView):
    @may("own_matters")
    @of_person.arguments(PartnersQuery, location="query")
    @of_person.response(200, PartnersOut)
    def get(self, query: PartnersAsked, town: str, person: str) -> dict[str, Any]:
        """Colleagues' duties of published weeks for which a duty of one's own could be swapped, both sides legal"""
        found = open_seats.partners(town, query.week, person, query.duty, query.day)
        names = names_of(town, (p.seat.person for p in found))
        return {
            "items": [
                {"person": p.seat.person, "person_name": names[p.seat.person], "duty": p.duty}
                | {"position": p.seat.position, "week": p.week.isoformat()}
                for p in found
            ]
        }


@of_person.route("/exchanges")
class OwnExchanges(MethodView):
    @may("own_matters")
    @of_person.response(200, ExchangesOut)
    def get(self, town: str, person: str) -> dict[str, Any]:
        """What this person asked for and was asked, of the last 60 days, the latest first"""
        return {"items": many_json(town, of_late(town, person=person))}

    @may("own_matters")
    @of_person.arguments(NewExchangeBody)
    @of_person.response(201, ExchangeOut)
    def post(self, body: NewExchange, town: str, person: str) -> tuple[dict[str, Any], int, dict[str, str]]:
        """Take a vacant seat, offer a duty, or ask for a swap; `done` when it is in force at once"""
        made = asked(town, person, body)
        return one_json(made), 201, {"Location": url_for("exchanges.OneExchange", town=town, exchange=made.id)}


def asked(town: str, person: str, wish: NewExchange) -> Exchange:
    """What somebody asks for, done or kept. Raises as `exchanging` does."""
    if wish.kind == "claim":
        return exchanging.claim(town, wish.week, person, wish.duty, wish.position or "")
    if wish.kind == "offer":
        return exchanging.offer(town, wish.week, person, wish.duty, wish.partner)
    theirs = wish.partner_duty or ""
    return exchanging.swap(town, wish.week, person, wish.duty, wish.partner or "", theirs, wish.partner_week)


@of_person.route("/exchanges/<exchange>/accept")
class Acceptance(MethodView):
    @may("own_matters")
    @of_person.response(200, ExchangeOut)
    def post(self, town: str, person: str, exchange: str) -> dict[str, Any]:
        """Take an offered duty, or agree to a swap; `accepted` when the town has yet to approve it"""
        return one_json(exchanging.accept(town, exchange, person))


@of_person.route("/exchanges/<exchange>/decline")
class Declining(MethodView):
    @may("own_matters")
    @of_person.response(200, ExchangeOut)
    def post(self, town: str, person: str, exchange: str) -> dict[str, Any]:
        """Say no to what one was asked, also before the town has approved it"""
        return one_json(exchanging.decline(town, exchange, person))


@of_person.route("/exchanges/<exchange>/withdraw")
class Withdrawal(MethodView):
    @may("own_matters")
    @of_person.response(200, ExchangeOut)
    def post(self, town: str, person: str, exchange: str) -> dict[str, Any]:
        """Take back what one asked for oneself"""
        return one_json(exchanging.withdraw(town, exchange, person))
