"""Seats of a published roster that change hands at once: by a claim, a swap, a call-out or a gap that is offered.

One unit of work: held, looked at again, judged by the checker, put in force, and told to those whose week changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time

from models.errors import BrokenRules, NotFound
from models.outbox import Message
from models.records import Ahead, RosterHead, RosterVersion
from scheduler import activation, diff
from scheduler.problem import Assignment, Problem
from scheduler.roster import Report, Violation
from scheduler.text import Text

from .access import store
from .alone import later_breaches, reach
from .errors import ApiError
from .problems import problem_for


def hand_on(
    town: str,
    week: date,
    remove: Sequence[Assignment],
    add: Sequence[Assignment],
    *,
    by: str,
    running: bool = False,
    pinned: bool = True,
    tell: bool = True,
    problem: Problem | None = None,
) -> RosterHead:
    """Take `remove` out of the published roster of a week and put `add` in, all of it or nothing.

    Who comes second waits and looks again. `running` lets a duty that has begun change hands, too, as long as it is
    not over; `pinned` whatever is pinned. `tell` puts a message to everybody whose week changes into the outbox.
    `problem` is the week's, when the caller has it. Raises ApiError (409 `not_there_any_more`: nothing is published,
    somebody to be taken out is not there, or a duty has begun; 409 `seat_taken`: no room, or who comes serves there
    already; 409 `seat_pinned`), BrokenRules (422, hard breaches that are new).
    """
    if problem is None:
        # A large town's problem takes seconds to make: not while everybody else waits for the roster that is held.
        problem = problem_for(town, week, _published(town, week))
    with store().database.together():
        held = _hold(town, week)
        version = store().rosters.get(town, week, held.number)
        problem = problem_of_version(town, version, problem)
        refuse_untimely(problem, version, remove, add, store().database.now(), running=running)
        if not pinned:
            refuse_pinned(version, remove)
        refuse_new_breaches(town, problem, version.assignments, remove, add)
        head = store().amendments.amend(town, week, held.number, remove, add, by=by)
        if tell:
            store().outbox.put(town, changes_told(problem, head, remove, add), by)
    return head


def problem_of_version(town: str, version: RosterVersion, known: Problem) -> Problem:
    """The problem of a published version: the one that is known, when it is about the same duties."""
    if {duty.id: duty for duty in version.duties} == {duty.id: duty for duty in known.duties}:
        return known
    return problem_for(town, version.week, version)


def _published(town: str, week: date) -> RosterVersion:
    found = store().rosters.find(town, week, "published")
    if found is None:
        raise ApiError("not_there_any_more")
    return found


def _hold(town: str, week: date) -> RosterHead:
    try:
        return store().amendments.hold(town, week)
    except NotFound:
        raise ApiError("not_there_any_more") from None


def refuse_pinned(version: RosterVersion, remove: Sequence[Assignment]) -> None:
    """Raises ApiError (409) when the organiser has pinned what would leave."""
    if {a for a in version.assignments if a.pinned} & set(remove):
        raise ApiError("seat_pinned")


def refuse_untimely(
    problem: Problem,
    version: RosterVersion,
    remove: Sequence[Assignment],
    add: Sequence[Assignment],
    now: datetime,
    *,
    running: bool = False,
) -> None:
    """Raises ApiError (409) when these seats are no longer to be had or to be given in this version."""
    duties = {duty.id: duty for duty in version.duties}
    back = [duties[a.duty] for a in add if a.duty in duties]  # who returns to standby has a seat there again
    duties |= {duty.id: duty for duty in activation.changed(back, (), add)}
    for a in (*remove, *add):
        duty = duties.get(a.duty)
        if duty is None or duty.seat(a.position) is None or a.person not in problem.person_index:
            raise ApiError("not_there_any_more")
        if (duty.end if running else duty.start) <= now:
            raise ApiError("not_there_any_more", text=ALREADY_OVER if running else ALREADY_BEGUN)
    gone = set(remove)
    if not gone <= set(version.assignments):
        raise ApiError("not_there_any_more")
    left = [a for a in version.assignments if a not in gone]
    serving = {(a.person, a.duty) for a in left}
    heads = Counter((a.duty, a.position) for a in left)
    for a in add:
        heads[a.duty, a.position] += 1
        seat = duties[a.duty].seat(a.position)
        if (a.person, a.duty) in serving or seat is None or heads[a.duty, a.position] > seat.max:
            raise ApiError("seat_taken")
        serving.add((a.person, a.duty))


ALREADY_BEGUN = Text("这个班已经开始，不能再换人。", "This duty has begun; nobody can be changed any more.")
ALREADY_OVER = Text("这个班已经结束。", "This duty is over.")


def refuse_new_breaches(
    town: str,
    problem: Problem,
    assignments: Sequence[Assignment],
    remove: Sequence[Assignment],
    add: Sequence[Assignment],
) -> None:
    """Raises BrokenRules with the hard breaches that an edit would add; those that stand already are not its fault."""
    found = new_breaches(town, problem, assignments, remove, add)
    if found:
        raise BrokenRules(Report(found, {}, 0, 0, ()))


def new_breaches(
    town: str,
    problem: Problem,
    assignments: Sequence[Assignment],
    remove: Sequence[Assignment],
    add: Sequence[Assignment],
) -> tuple[Violation, ...]:
    """The hard breaches that an edit of a published week would add, in it and in the published weeks after it."""
    found = list(activation.consequences(problem, assignments, remove, add, assignments).violations)
    gone = set(remove)
    for person in dict.fromkeys(a.person for a in add):
        ahead = after(town, problem, person)
        if ahead.duties:
            before = [a for a in assignments if a.person == person]
            then = [a for a in (*before, *add) if a.person == person and a not in gone]
            found += later_breaches(problem, before, then, person, ahead)
    return tuple(found)


def after(town: str, problem: Problem, person: str) -> Ahead:
    """What somebody serves in the published weeks that may see a duty of this one behind them."""
    first, last = (datetime.combine(day, time(), problem.tz) for day in reach(problem))
    return store().rosters.ahead(town, person, first, last)


def changes_told(
    problem: Problem, head: RosterHead, remove: Iterable[Assignment], add: Iterable[Assignment]
) -> Iterator[Message]:
    """A message to everybody whose week an amendment changes."""
    for change in diff.compare(problem, remove, add).changes:
        ends = [problem.duties[problem.duty_index[a.duty]].end for a in (*change.gained, *change.lost)]
        yield Message(
            key=f"amended/{head.week}/{head.number}/{change.person}",
            kind="roster_changed",
            to=f"person:{change.person}",
            subject=Text("您的班有变动", "Your duties have changed"),
            text=_greeted(change.text(problem)),
            expires=max(ends),
        )


def _greeted(change: Text) -> Text:
    return Text(f"班表有变动：{change.zh}", f"The roster has changed: {change.en}")
