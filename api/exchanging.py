"""Taking a seat, offering a duty, swapping two: judged at each step by the checker, put in force by `put_in_force`.

A duty stays with whoever has it until all of this has happened in one transaction: nobody loses a duty that nobody
took. Every step holds the roster of its week first, so that of two who come at the same instant one comes second.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from models.errors import BrokenRules, Conflict
from models.exchange_kinds import ACCEPTED, OPEN, REQUESTED, Exchange, ExchangeKind, ExchangeState, Wish
from models.exchange_words import FORBIDDEN
from scheduler.problem import Assignment
from scheduler.roster import Violation
from scheduler.text import Text

from .access import store
from .errors import ApiError
from .standings import Part, Standing, breaches, held, put_in_force, refuse_impossible, standing

Standings = Mapping[date, Standing]
"""Published weeks by their first day."""


def claim(town: str, week: date, person: str, duty: str, position: str) -> Exchange:
    """Take a seat that nobody has, or ask for it where the town wants to be asked.

    Raises ApiError (409 `exchanges_off`, `seat_taken`, `not_there_any_more`; 422 `not_by_the_rules`).
    """
    here, seat = standing(town, week), Assignment(person, duty, position)
    direct = is_direct(town, "claim")
    about, begins = here.said(seat), here.duty(duty).start
    wish = Wish(kind="claim", week=week, given=seat, about=about, expires_at=begins)
    with store().database.together():
        if direct:
            _hand_on([Part(here, [], [seat])], person)
            made = _added(town, wish, "done", person)
            store().exchanges.settle(town, week)
            return made
        judge([Part(here.again(), [], [seat])], person)
        return _added(town, wish, "accepted", person)


def offer(town: str, week: date, person: str, duty: str, partner: str | None = None) -> Exchange:
    """Offer one's own duty to whoever may take it, or to one colleague; it stays one's own until somebody has.

    Raises ApiError (409 `exchanges_off`, `not_there_any_more`, `seat_pinned`, `already_asked`; 422).
    """
    is_direct(town, "offer")
    here = standing(town, week)
    seat = here.seat_of(person, duty)
    about, begins = here.said(seat), here.duty(duty).start
    wish = Wish(kind="offer", week=week, given=seat, about=about, expires_at=begins, partner=partner)
    with store().database.together():
        add = [] if partner is None else [Assignment(partner, duty, seat.position)]
        judge([Part(here.again(), [seat], add)], person)
        return _added(town, wish, "requested", person)


def swap(
    town: str, week: date, person: str, duty: str, partner: str, partner_duty: str, partner_week: date | None = None
) -> Exchange:
    """Ask a colleague to serve one's own duty in return for one of theirs, of the same week or of `partner_week`.

    Raises ApiError (409 `exchanges_off`, `not_there_any_more`, `seat_pinned`, `already_asked`; 422).
    """
    is_direct(town, "swap")
    other = partner_week if partner_week != week else None
    here = standing(town, week)
    there = here if other is None else standing(town, other)
    mine, theirs = here.seat_of(person, duty), there.seat_of(partner, partner_duty)
    begins = min(here.duty(duty).start, there.duty(partner_duty).start)
    wish = Wish(
        kind="swap", week=week, given=mine, about=here.said(mine), expires_at=begins,
        partner=partner, wanted=theirs, wanted_about=there.said(theirs), partner_week=other,
    )  # fmt: skip
    with store().database.together():
        judge(held(swap_parts(here, mine, there, theirs)), person)
        return _added(town, wish, "requested", person)


def swap_parts(here: Standing, mine: Assignment, there: Standing, theirs: Assignment) -> tuple[Part, ...]:
    """Each in the other's seat, in one week or in two."""
    gone, come = swapped(mine, theirs)
    if here.week == there.week:
        return (Part(here, [mine, theirs], [gone, come]),)
    return (Part(here, [mine], [gone]), Part(there, [theirs], [come]))


def swapped(mine: Assignment, theirs: Assignment) -> list[Assignment]:
    """Each in the other's seat."""
    return [
        Assignment(theirs.person, mine.duty, mine.position),
        Assignment(mine.person, theirs.duty, theirs.position),
    ]


def accept(town: str, exchange: str, person: str) -> Exchange:
    """Take an offered duty, or agree to a swap; done at once, or once the town has approved it.

    Raises NotFound, ApiError (404 for a wish that is not put to this person; 409 `exchange_over`; 422).
    """
    found = store().exchanges.get(town, exchange)
    if found.kind == "claim" or found.person == person or found.partner not in (None, person):
        raise ApiError("not_found")
    direct, weeks = is_direct(town, found.kind), standings(found)
    with store().database.together():
        agreed = with_partner(_held(found, REQUESTED), person)
        if direct:
            return _done(weeks, agreed, person, by_person(person))
        judge(held(parts_of(agreed, weeks)), person)
        return _moved(agreed, REQUESTED, "accepted", by_person(person))


def decline(town: str, exchange: str, person: str) -> Exchange:
    """Say no to what one was asked, also before the town has approved it. Raises as `accept` does."""
    found = store().exchanges.get(town, exchange)
    if found.partner != person:
        raise ApiError("not_found")
    return _moved(found, OPEN, "declined", by_person(person))


def withdraw(town: str, exchange: str, person: str) -> Exchange:
    """Take back one's own wish. Raises NotFound, ApiError (404, 409 `exchange_over`)."""
    found = store().exchanges.get(town, exchange)
    if found.person != person:
        raise ApiError("not_found")
    return _moved(found, OPEN, "withdrawn", by_person(person))


def approve(town: str, exchange: str, by: str) -> Exchange:
    """Put in force what those concerned agreed on. What is no longer possible has failed, and everybody hears of it.

    Raises NotFound, ApiError (409 `exchange_over`).
    """
    found = store().exchanges.get(town, exchange)
    try:
        weeks = standings(found)
        with store().database.together():
            return _done(weeks, _held(found, ACCEPTED), None, by)
    except ApiError as error:
        if error.code == "exchange_over":
            raise
        reason = FORBIDDEN if error.code == "not_by_the_rules" else error.sentence()
    return _moved(found, ACCEPTED, "failed", by, reason)


def refuse(town: str, exchange: str, by: str, reason: str) -> Exchange:
    """Do not approve, and say why. Raises NotFound, ApiError (409 `exchange_over`)."""
    found = store().exchanges.get(town, exchange)
    return _moved(found, ACCEPTED, "refused", by, Text(reason, reason))


def standings(exchange: Exchange) -> Standings:
    """The weeks that an exchange is about. Raises ApiError (409) when one of them is not published."""
    return {week: standing(exchange.town, week) for week in exchange.weeks}


def parts_of(exchange: Exchange, weeks: Standings) -> list[Part]:
    """What an exchange changes in which week when it is done."""
    return [Part(weeks[week], gone, come) for week, (gone, come) in exchange.changes().items()]


def judge(parts: Sequence[Part], person: str | None, *, whole: bool = False) -> None:
    """Whether this could be done with the rosters as they stand, said to `person`, or the `whole` to organisers.

    What only leaves is not asked of the rules: it leaves when somebody takes it. Raises ApiError (409, 422).
    """
    refuse_impossible(parts)
    found = breaches(parts) if any(part.add for part in parts) else ()
    if found:
        raise forbidden(found, person, whole=whole)


def forbidden(found: Sequence[Violation], person: str | None, *, whole: bool = False) -> ApiError:
    """The refusal in words; why a colleague may not is nobody's business but theirs."""
    told = [v.text for v in found if v.person == person or whole]
    if not told:
        return ApiError("not_by_the_rules")
    zh, en = ("；".join(dict.fromkeys(t.zh for t in told[:3])), "; ".join(dict.fromkeys(t.en for t in told[:3])))
    if whole:
        return ApiError("not_by_the_rules", text=Text(f"违反规则：{zh}。", f"Against the rules: {en}."))
    said = f"By the rules you cannot serve there: {en}. Nothing was changed."
    return ApiError("not_by_the_rules", text=Text(f"按规则您不能上这个班：{zh}。班表没有改动。", said))


def is_direct(town: str, kind: ExchangeKind) -> bool:
    """Whether people may do this by themselves, and not with approval only. Raises ApiError (409): not at all."""
    way = store().exchanges.policy(town).value.way(kind)
    if way == "off":
        raise ApiError("exchanges_off")
    return way == "direct"


def with_partner(exchange: Exchange, person: str) -> Exchange:
    """The wish as if this person had agreed to it."""
    return replace(exchange, partner=person)


def by_person(person: str) -> str:
    """Who did it, for the record."""
    return f"person:{person}"


def _held(found: Exchange, states: Collection[ExchangeState]) -> Exchange:
    """The wish as it is while the rosters of its weeks are held. Raises ApiError (409) when it is in another state."""
    for week in found.weeks:
        store().amendments.hold(found.town, week)
    there = store().exchanges.get(found.town, found.id)
    if there.state not in states or there.expires_at <= store().database.now():
        raise ApiError("exchange_over")
    return there


def _done(weeks: Standings, agreed: Exchange, person: str | None, by: str) -> Exchange:
    """The rosters and the wish together, in the unit of work that holds the weeks."""
    _hand_on(parts_of(agreed, weeks), person, by)
    made = _moved(agreed, OPEN, "done", by)
    for week in agreed.weeks:
        store().exchanges.settle(agreed.town, week)
    return made


def _hand_on(parts: Sequence[Part], person: str | None, by: str | None = None) -> None:
    """In force, without the roster's own message: those concerned hear of the exchange."""
    try:
        put_in_force(parts, by or by_person(person or ""))
    except BrokenRules as error:
        raise forbidden(error.report.violations, person) from None


def _added(town: str, wish: Wish, state: ExchangeState, person: str) -> Exchange:
    try:
        return store().exchanges.add(town, wish, state=state, by=by_person(person))
    except Conflict:
        raise ApiError("already_asked") from None


def _moved(
    found: Exchange, states: Collection[ExchangeState], to: ExchangeState, by: str, reason: Text | None = None
) -> Exchange:
    try:
        return store().exchanges.move(found.town, found.id, states, to, partner=found.partner, by=by, reason=reason)
    except Conflict:
        raise ApiError("exchange_over") from None
