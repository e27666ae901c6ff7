"""Taking a seat, offering a duty, swapping two: judged at each step by the checker, put in force by `hand_on`.

A duty stays with whoever has it until all of this has happened in one transaction: nobody loses a duty that nobody
took. Every step holds the roster of its week first, so that of two who come at the same instant one comes second.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from models.errors import BrokenRules, Conflict
from models.exchange_kinds import ACCEPTED, OPEN, REQUESTED, Exchange, ExchangeKind, ExchangeState, Wish
from models.exchange_words import FORBIDDEN
from models.records import RosterVersion
from scheduler.problem import Assignment, Duty, Problem
from scheduler.roster import Violation
from scheduler.rules import words
from scheduler.text import Text

from .access import store
from .amending import hand_on, new_breaches, problem_of_version, refuse_pinned, refuse_untimely
from .errors import ApiError
from .problems import problem_for


@dataclass(frozen=True)
class Standing:
    """A published week as it stands, with the problem by which it is judged."""

    problem: Problem
    version: RosterVersion

    @property
    def week(self) -> date:
        return self.version.week

    def duty(self, id_: str) -> Duty:
        """Raises ApiError (409) for a duty that the roster does not have."""
        index = self.problem.duty_index.get(id_)
        if index is None:
            raise ApiError("not_there_any_more")
        return self.problem.duties[index]

    def seat_of(self, person: str, duty: str) -> Assignment:
        """What somebody serves on a duty. Raises ApiError (409) when it is not theirs."""
        found = next((a for a in self.version.assignments if a.person == person and a.duty == duty), None)
        if found is None:
            raise ApiError("not_there_any_more")
        return found

    def said(self, seat: Assignment) -> Text:
        """A seat in words: "11月25日 夜班 大桥卡口（录入）"."""
        when = words.duty(self.problem, self.problem.duty_index[self.duty(seat.duty).id])
        what = words.named(self.problem, "position", seat.position)
        return Text(f"{when.zh}（{what.zh}）", f"{when.en} ({what.en})")

    def again(self) -> Standing:
        """The roster as it is now that it is held, so that it stays so until the unit of work ends."""
        town, week = self.version.town, self.week
        number = store().amendments.hold(town, week).number
        version = store().rosters.get(town, week, number)
        return Standing(problem_of_version(town, version, self.problem), version)


def standing(town: str, week: date) -> Standing:
    """Raises ApiError (409) when nothing is published for the week."""
    version = store().rosters.find(town, week, "published")
    if version is None:
        raise ApiError("not_there_any_more")
    return Standing(problem_for(town, week, version), version)


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
            _hand_on(here, [], [seat], person)
            made = _added(town, wish, "done", person)
            store().exchanges.settle(town, week)
            return made
        judge(here.again(), [], [seat], person)
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
        judge(here.again(), [seat], add, person)
        return _added(town, wish, "requested", person)


def swap(town: str, week: date, person: str, duty: str, partner: str, partner_duty: str) -> Exchange:
    """Ask a colleague to serve one's own duty in return for one of theirs in the same week.

    Raises ApiError (409 `exchanges_off`, `not_there_any_more`, `seat_pinned`, `already_asked`; 422).
    """
    is_direct(town, "swap")
    here = standing(town, week)
    mine, theirs = here.seat_of(person, duty), here.seat_of(partner, partner_duty)
    begins = min(here.duty(duty).start, here.duty(partner_duty).start)
    wish = Wish(
        kind="swap", week=week, given=mine, about=here.said(mine), expires_at=begins,
        partner=partner, wanted=theirs, wanted_about=here.said(theirs),
    )  # fmt: skip
    with store().database.together():
        judge(here.again(), [mine, theirs], swapped(mine, theirs), person)
        return _added(town, wish, "requested", person)


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
    direct, here = is_direct(town, found.kind), standing(town, found.week)
    with store().database.together():
        agreed = with_partner(_held(found, REQUESTED), person)
        if direct:
            return _done(here, agreed, person, by_person(person))
        judge(here.again(), *agreed.change(), person)
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
        here = standing(town, found.week)
        with store().database.together():
            return _done(here, _held(found, ACCEPTED), None, by)
    except ApiError as error:
        if error.code == "exchange_over":
            raise
        reason = FORBIDDEN if error.code == "not_by_the_rules" else error.sentence()
    return _moved(found, ACCEPTED, "failed", by, reason)


def refuse(town: str, exchange: str, by: str, reason: str) -> Exchange:
    """Do not approve, and say why. Raises NotFound, ApiError (409 `exchange_over`)."""
    found = store().exchanges.get(town, exchange)
    return _moved(found, ACCEPTED, "refused", by, Text(reason, reason))


def judge(
    here: Standing,
    remove: Sequence[Assignment],
    add: Sequence[Assignment],
    person: str | None,
    *,
    whole: bool = False,
) -> None:
    """Whether this could be done with the roster as it stands, said to `person`, or the `whole` to organisers.

    What only leaves is not asked of the rules: it leaves when somebody takes it. Raises ApiError (409, 422).
    """
    refuse_untimely(here.problem, here.version, remove, add, store().database.now())
    refuse_pinned(here.version, remove)
    found = new_breaches(here.version.town, here.problem, here.version.assignments, remove, add) if add else ()
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
    """The wish as it is while the roster of its week is held. Raises ApiError (409) when it is in another state."""
    store().amendments.hold(found.town, found.week)
    held = store().exchanges.get(found.town, found.id)
    if held.state not in states or held.expires_at <= store().database.now():
        raise ApiError("exchange_over")
    return held


def _done(here: Standing, agreed: Exchange, person: str | None, by: str) -> Exchange:
    """The roster and the wish together, in the unit of work that holds the week."""
    remove, add = agreed.change()
    _hand_on(here, remove, add, person, by)
    made = _moved(agreed, OPEN, "done", by)
    store().exchanges.settle(agreed.town, agreed.week)
    return made


def _hand_on(
    here: Standing, remove: Sequence[Assignment], add: Sequence[Assignment], person: str | None, by: str | None = None
) -> None:
    """In force, without the roster's own message: those concerned hear of the exchange."""
    town, who = here.version.town, by or by_person(person or "")
    try:
        hand_on(town, here.week, remove, add, by=who, tell=False, pinned=False, problem=here.problem)
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
