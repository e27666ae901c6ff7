"""Gaps and the teams that fill them: what is open, what is offered, who of a team may take it, claims and returns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models.audit_context import acting
from models.errors import Conflict, NotFound
from models.gaps import Claim, Offer, Slot
from models.outbox import Message
from models.records import RosterVersion
from models.team_links import Team
from scheduler import check, substitutes
from scheduler.document import Fault
from scheduler.problem import Assignment, Demand, Duty, Person, Problem
from scheduler.text import Text

from .access import actor, scope, store
from .amending import hand_on
from .errors import ApiError, fault, invalid
from .problems import problem_for
from .seat_words import spoken
from .sentences import sentence

MOST_PEOPLE = 200
"""Of a team; a larger one is shown the first so many."""
LOOK_BACK = timedelta(days=35)
"""A week is no longer than that."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A seat of a roster with who holds it and how many are short of its minimum."""

    duty: Duty
    demand: Demand
    held: tuple[Assignment, ...]

    @property
    def slot(self) -> Slot:
        return self.duty.id, self.demand.position

    @property
    def short(self) -> int:
        return max(0, self.demand.min - len(self.held))


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody of a team for one seat: whether the rules let them, and if not, why."""

    person: Person
    legal: bool
    why: tuple[Text, ...]
    cost_change: int
    minutes: int
    """On duty in the week already."""
    duties: int


@dataclass(frozen=True, slots=True)
class Board:
    """A week's published roster, else its draft, with everything that is short, and what is offered to whom."""

    version: RosterVersion | None
    problem: Problem | None
    gaps: tuple[Gap, ...]
    """Short seats, and seats that are offered, by time."""
    offers: tuple[Offer, ...]

    @property
    def published(self) -> bool:
        """Whether seats may be offered: what is not published may yet become another roster."""
        return self.version is not None and self.version.state == "published"


def board(town: str, week: date) -> Board:
    """What the caller sees of a week's gaps. Raises NotFound (the week)."""
    store().weeks.get(town, week)
    version = store().rosters.find(town, week, "published") or store().rosters.find(town, week, "draft")
    offers = tuple(store().gaps.of_week(town, week))
    if version is None:
        return Board(None, None, (), offers)
    offered = {slot for offer in offers if offer.closed_at is None for slot in offer.slots}
    found = gaps_of(version, offered, scope().sees_duty)
    return Board(version, problem_for(town, week, version), tuple(found), offers)


def gaps_of(
    version: RosterVersion, also: Collection[Slot] = (), sees: Callable[[Duty], bool] = lambda _: True
) -> list[Gap]:
    """Seats below their minimum, and those of `also`, by time."""
    held: dict[Slot, list[Assignment]] = {}
    for a in version.assignments:
        held.setdefault((a.duty, a.position), []).append(a)
    found = []
    for duty in version.duties:
        if not sees(duty):
            continue
        for demand in duty.seats:
            gap = Gap(duty, demand, tuple(held.get((duty.id, demand.position), ())))
            if gap.short or gap.slot in also:
                found.append(gap)
    return sorted(found, key=lambda g: (g.duty.start, g.duty.post or "", g.duty.id, g.demand.position))


def offer(town: str, week: date, units: Sequence[str], slots: Sequence[Slot], until: datetime) -> list[Offer]:
    """Offer seats of the published roster to teams. Raises ApiError (409 nothing published, 422), NotFound."""
    shown = board(town, week)
    if not shown.published:
        raise ApiError("not_published")
    known = {gap.slot for gap in shown.gaps}
    faults: list[Fault] = []
    if until <= store().database.now():
        faults.append(fault("until", "in_the_past"))
    faults += [fault(f"slots[{i}]", "no_gap") for i, slot in enumerate(slots) if slot not in known]
    there = {unit.id for unit in store().things.all(town, "units")}
    faults += [fault(f"units[{i}]", "unknown_id", id=unit) for i, unit in enumerate(units) if unit not in there]
    if faults:
        raise invalid(faults)
    return store().gaps.offer(town, week, units, slots, until, actor().id)


def claimed(found: Offer, version: RosterVersion | None) -> list[Claim]:
    """The claims that the published roster still holds: an organiser may have changed it since."""
    there = set(version.assignments) if version is not None else set()
    return [claim for claim in found.claims if claim.assignment in there]


# --- the captain's side ----------------------------------------------------------------------------------


def team_of(token: str) -> Team:
    """Whose link it is. Raises ApiError (410)."""
    found = store().team_links.open(token)
    if found is None:
        raise ApiError("gone", text=sentence("bad_team_link"))
    return found


def offers_of(team: Team) -> list[tuple[Offer, RosterVersion]]:
    """What is offered to a team in weeks that have not ended, with the published roster of each."""
    now = store().database.now()
    found = []
    for one in store().gaps.of_unit(team.town.id, team.unit, (now - LOOK_BACK).date()):
        version = store().rosters.find(team.town.id, one.week, "published")
        if version is not None and any(duty.end > now for duty in version.duties):
            found.append((one, version))
    return found


def gap_of(found: Offer, version: RosterVersion, slot: Slot) -> Gap:
    """An offered seat as it is now. Raises ApiError (404)."""
    gap = next((g for g in gaps_of(version, found.slots) if g.slot == slot), None)
    if gap is None or slot not in found.slots:
        raise ApiError("not_found")
    return gap


def own_offer(team: Team, offer_id: str) -> tuple[Offer, RosterVersion]:
    """An offer to this team with the published roster. Raises ApiError (404)."""
    listed = next(((o, v) for o, v in offers_of(team) if o.id == offer_id), None)
    if listed is None:
        raise ApiError("not_found")
    return listed


def team_people(problem: Problem, unit: str) -> list[Person]:
    """The people of a team, in their order."""
    return [p for p in problem.people if p.unit == unit]


def choices(problem: Problem, version: RosterVersion, gap: Gap, unit: str) -> list[Choice]:
    """The team's people for one seat: who may take it first, by what it costs the rules, then by load."""
    assignments = [a for a in version.assignments if a.person in problem.person_index]
    load, count = loads(problem, assignments)
    on_it = {a.person for a in assignments if a.duty == gap.duty.id}
    kept_off = substitutes.rank(problem, assignments, *gap.slot, limit=0).excluded
    said = {e.person: (e.text,) for e in kept_off}
    found = []
    for person in [p for p in team_people(problem, unit) if p.id not in on_it][:MOST_PEOPLE]:
        new, cost = Assignment(person.id, *gap.slot), 0
        why: tuple[Text, ...] = (AWAY,) if _away(person, gap.duty) else said.get(person.id, ())
        if not why:
            judged = check.consequences(problem, assignments, [], [new])
            why, cost = tuple(dict.fromkeys(v.text for v in judged.violations)), judged.cost_change
        found.append(Choice(person, not why, why, cost, load[person.id], count[person.id]))
    return sorted(found, key=lambda c: (not c.legal, c.cost_change, c.minutes, problem.person_index[c.person.id]))


AWAY = Text("本人这段时间不能来", "said that they are away")


def loads(problem: Problem, assignments: Iterable[Assignment]) -> tuple[Counter[str], Counter[str]]:
    """Person → minutes and duties in the week."""
    minutes, duties = Counter[str](), Counter[str]()
    for a in assignments:
        index = problem.duty_index.get(a.duty)
        if index is not None:
            minutes[a.person] += int(problem.duty_end[index] - problem.duty_start[index])
            duties[a.person] += 1
    return minutes, duties


def claim(team: Team, offer_id: str, slot: Slot, people: Sequence[str]) -> list[Claim]:
    """Put people of the team on an offered seat, all of them or nobody.

    Raises ApiError (404; 409 `seat_taken`: fewer seats are open by now; 409 `offer_over`; 422), BrokenRules.
    """
    by = f"team:{team.unit}"
    found, version = own_offer(team, offer_id)
    gap_of(found, version, slot)
    problem = problem_for(team.town.id, found.week, version)
    own = {p.id for p in team_people(problem, team.unit)}
    faults = [fault(f"people[{i}]", "unknown_id", id=p) for i, p in enumerate(people) if p not in own]
    if not people:
        faults.append(fault("people", "too_short", least=1))
    if faults:
        raise invalid(faults)
    wanted = list(dict.fromkeys(people))
    with acting(by), store().database.together():
        held = store().amendments.hold(team.town.id, found.week)
        _hold_offer(team, offer_id)
        present = store().rosters.get(team.town.id, found.week, held.number)
        if gap_of(found, present, slot).short < len(wanted):
            raise ApiError("seat_taken", details={"open": gap_of(found, present, slot).short})
        new = [Assignment(person, *slot) for person in wanted]
        hand_on(team.town.id, found.week, [], new, by=by)
        return store().gaps.claim(team.town.id, offer_id, slot, wanted)


def give_back(team: Team, offer_id: str, claim_id: str) -> Claim:
    """Take somebody of the team off a claimed seat before the deadline; the dispatcher hears of it.

    Raises ApiError (404; 409 `offer_over`; 409 `not_there_any_more`: the duty has begun).
    """
    by, town = f"team:{team.unit}", team.town.id
    found, _version = own_offer(team, offer_id)
    listed = next((c for c in found.claims if c.id == claim_id), None)
    if listed is None:
        raise ApiError("not_found")
    with acting(by), store().database.together():
        held = store().amendments.hold(town, found.week)
        _hold_offer(team, offer_id)
        present = store().rosters.get(town, found.week, held.number)
        if listed.assignment in present.assignments:
            hand_on(town, found.week, [listed.assignment], [], by=by)
            store().outbox.put(town, [_returned(problem_for(town, found.week, present), team, listed)], by)
        try:
            return store().gaps.give_back(town, offer_id, claim_id)
        except NotFound:
            raise ApiError("not_found") from None


def _hold_offer(team: Team, offer_id: str) -> None:
    try:
        store().gaps.hold(team.town.id, offer_id)
    except Conflict:
        raise ApiError("offer_over") from None


def _returned(problem: Problem, team: Team, returned: Claim) -> Message:
    seat = spoken(problem, returned.duty, returned.position)
    return Message(
        key=f"gap/{returned.id}/returned",
        kind="seat_open",
        to="role:dispatcher",
        subject=Text("队伍退回了一个席位", "A team has given a seat back"),
        text=Text(
            f"{team.name}退回了：{seat.zh}。这个席位又空着。", f"{team.name} gave back: {seat.en}. It is open again."
        ),
    )


def _away(person: Person, duty: Duty) -> bool:
    return any(
        a.status == "unavailable" and a.start < duty.end and duty.start < a.end for a in person.availability
    )
