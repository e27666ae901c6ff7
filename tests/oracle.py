"""Every rule said a second time, naively: plain loops over people and the duties they serve.

Nothing here knows limits, arrays or the scheduler's rules; a rule object is read by its attributes alone. Where
`check` and this page disagree, one of them is wrong. Slow on purpose: read it against the sentences in docs/rules.md.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import combinations, pairwise
from typing import Any

from scheduler.problem import Assignment, Duty, Person, Problem

from .oracle_series import TWINS as TWINS_OF_SERIES
from .oracle_town import TWINS as TWINS_OF_TOWN
from .oracle_view import COST, HARD, VACANCY, Charge, View, Work, area_of, clock, in_area, local_day, matches, view


@dataclass(frozen=True)
class Verdict:
    legal: bool
    hard: dict[str, int]
    """Excess of each hard rule that is broken; never 0."""
    costs: dict[str, int]
    vacancy_objective: int

    @property
    def objective(self) -> int:
        return sum(self.costs.values())


# --- one person's time ------------------------------------------------------------------------------------
def one_duty_at_a_time(v: View) -> Iterator[Charge]:
    for p in v.people:
        for a, b in combinations(v.works[p.id], 2):
            if a.overlaps(b.start, b.end) and (a.planned or b.planned):
                yield HARD, 1


def rest_owed(rule: Any, earlier: Work, later: Work) -> int:
    """Hours of rest between two duties."""
    night = rule.after_night_hours if earlier.night else None
    run = rule.run_hours if earlier.run or later.run else None
    special = [hours for hours in (night, run) if hours is not None]
    return max(special) if special else rule.hours


def min_rest(v: View) -> Iterator[Charge]:
    for p in v.people:
        for earlier, later in combinations(v.works[p.id], 2):
            if later.planned and earlier.end <= later.start < earlier.end + 60 * rest_owed(v.rule, earlier, later):
                yield from v.ordinary(1)


def rest_after_nights(v: View) -> Iterator[Charge]:
    for p in v.people:
        nights = [w for w in v.works[p.id] if w.night]
        dates = {w.day for w in nights}
        for last in sorted(dates):
            if all(last - timedelta(days=i) in dates for i in range(v.rule.nights)):
                end = max(w.end for w in nights if w.day == last)
                for later in v.planned(p):
                    if end <= later.start < end + 60 * v.rule.hours:
                        yield from v.ordinary(1)


def max_hours(v: View) -> Iterator[Charge]:
    length = v.rule.window_days * 24 * 60
    for p in v.people:
        contract = v.contract(p)
        own = {1: contract.max_hours_24h, 7: contract.max_hours_7d} if contract else {}
        figure = own.get(v.rule.window_days)
        allowed = 60 * (v.rule.hours if figure is None else figure)
        for opening in {w.start for w in v.works[p.id]} | {w.end - length for w in v.works[p.id]}:
            past = sum(w.minutes_within(opening, opening + length) for w in v.past(p))
            minutes = past + sum(w.minutes_within(opening, opening + length) for w in v.planned(p))
            if minutes > max(allowed, past):
                yield HARD, minutes - max(allowed, past)


def max_nights(v: View) -> Iterator[Charge]:
    problem, length = v.problem, v.rule.window_days
    for p in v.people:
        past = [w.day for w in v.past(p) if w.night]
        nights = [w.day for w in v.works[p.id] if w.night]
        contract = v.contract(p)
        allowed = v.rule.max
        if allowed is not None and contract is not None and contract.max_nights is not None:
            allowed = contract.max_nights
        for first in range(-(length - 1), problem.days):
            dates = {problem.start + timedelta(days=first + i) for i in range(length)}
            if allowed is not None:
                carried = sum(day in dates for day in past)
                yield from v.ordinary(sum(day in dates for day in nights) - max(allowed, carried))
        if v.rule.in_a_row is not None:
            for first_night in set(nights):
                row = {first_night + timedelta(days=i) for i in range(v.rule.in_a_row + 1)}
                if row <= set(nights) and not row <= set(past):
                    yield from v.ordinary(1)


def day_off(v: View) -> Iterator[Charge]:
    problem, length = v.problem, v.rule.window_days
    for p in v.people:
        past, worked = {w.day for w in v.past(p)}, {w.day for w in v.works[p.id]}
        for first in range(-(length - 1), problem.days - length + 1):
            dates = {problem.start + timedelta(days=first + i) for i in range(length)}
            short = v.rule.min - len(dates - worked)
            short_before = v.rule.min - len(dates - past)
            yield from v.ordinary(short - max(0, short_before))


def min_max_duties(v: View) -> Iterator[Charge]:
    rule = v.rule
    filtered = rule.kinds or rule.posts or rule.positions or rule.shifts

    def period(day: date) -> object:
        return {"window": None, "week": day.isocalendar()[:2], "day": day}[rule.per]

    def counts(w: Work) -> bool:
        if w.duty is None and (rule.per != "week" or rule.kinds or rule.shifts):
            return False
        if w.duty is not None and (rule.kinds and w.duty.kind not in rule.kinds):
            return False
        if w.duty is not None and (rule.shifts and w.duty.shift not in rule.shifts):
            return False
        return (not rule.posts or w.post in rule.posts) and (not rule.positions or w.position in rule.positions)

    def could_count(d: Duty) -> bool:
        return (
            (not rule.kinds or d.kind in rule.kinds)
            and (not rule.shifts or d.shift in rule.shifts)
            and (not rule.posts or d.post in rule.posts)
            and (not rule.positions or any(s.position in rule.positions for s in d.seats))
        )

    periods = {period(local_day(v.problem, d.start)) for d in v.duties if could_count(d)}
    for p in v.people:
        contract = v.contract(p)
        allowed = rule.max
        if allowed is not None and rule.per == "window" and not filtered and contract is not None:
            allowed = rule.max if contract.max_duties is None else contract.max_duties
        for this in periods:
            mine = [w for w in v.works[p.id] if counts(w) and period(w.day) == this]
            carried = sum(not w.planned for w in mine)
            if allowed is not None:
                yield from v.ordinary(len(mine) - max(allowed, carried))
            if rule.min is not None and rule.per in ("window", "week"):
                yield from v.ordinary(rule.min - len(mine))


# --- who may sit where ------------------------------------------------------------------------------------
def availability(v: View) -> Iterator[Charge]:
    for p in v.people:
        spans = [(clock(a.start), clock(a.end), a.status) for a in p.availability]
        for w in v.planned(p):
            if any(w.overlaps(start, end) for start, end, status in spans if status == "unavailable"):
                yield HARD, 1
            if any(w.overlaps(start, end) for start, end, status in spans if status == "avoid"):
                yield COST, v.rule.avoid_weight
        for start, end, status in spans:
            offered = any(clock(d.start) < end and start < clock(d.end) for d in v.duties)
            if status == "prefer" and offered and not any(w.overlaps(start, end) for w in v.planned(p)):
                yield COST, v.rule.prefer_weight


def qualification(v: View) -> Iterator[Charge]:
    for p in v.people:
        for w in v.planned(p):
            seat = w.duty.seat(w.position)  # type: ignore[union-attr, arg-type]
            missing = [q for q in (seat.qualifications if seat else ()) if not p.holds(q, w.day)]
            if missing:
                yield HARD, len(missing)


def bound_posts(v: View) -> Iterator[Charge]:
    for p in v.people:
        for w in v.planned(p) if p.bound_posts or p.bound_areas else ():
            area = area_of(v.problem, w.duty)  # type: ignore[arg-type]
            free = w.post is None and area is None
            if not (free or w.post in p.bound_posts or in_area(v.problem, area, p.bound_areas)):
                yield from v.ordinary(1)


def continuity(v: View) -> Iterator[Charge]:
    for p in v.people:
        usual = {w.post for w in v.past(p) if w.post is not None}
        for w in v.planned(p):
            if usual and w.post is not None and w.post not in usual:
                yield COST, v.rule.weight


def category_order(v: View) -> Iterator[Charge]:
    for p in v.people:
        rank = list(v.rule.order).index(p.category) if p.category in v.rule.order else 0
        for w in v.planned(p):
            if not v.rule.kinds or w.duty.kind in v.rule.kinds:  # type: ignore[union-attr]
                yield COST, v.rule.weight * rank


def fair_share(v: View) -> Iterator[Charge]:
    measure = v.rule.measure
    carried = {p.id: getattr(p.history, measure) if v.rule.history else 0 for p in v.people}
    least = min(carried.values(), default=0)
    for p in v.people:
        mine = v.planned(p)
        saturdays = {w.day - timedelta(days=w.day.weekday() - 5) for w in mine if w.day.weekday() >= 5}
        units = {"duties": len(mine), "nights": sum(w.night for w in mine), "weekends": len(saturdays)}[measure]
        contract = v.contract(p)
        share = contract.share_percent if contract else 100
        h = min(20, carried[p.id] - least)
        for k in range(1, units + 1):
            yield COST, (2 * (h + k) - 1) * 100 * v.rule.weight // share


def stability(v: View) -> Iterator[Charge]:
    problem, everybody = v.problem, {p.id for p in v.people}
    duties = {d.id: d for d in v.duties}
    origin = clock(problem.now or datetime.combine(problem.start, time(), problem.tz))
    before = {(a.person, a.duty, a.position) for a in problem.baseline}
    after = {(a.person, a.duty, a.position) for a in v.assignments}

    def nearness(duty: str) -> int:
        return max(1, 4 - max(0, clock(duties[duty].start) - origin) // (24 * 60))

    for person, duty, _ in before - after:
        if person in everybody and duty in duties:
            yield COST, v.rule.move_weight * nearness(duty)
    for person, duty, _ in after - before:
        if person in everybody and any(held == person for held, _, _ in before):
            yield COST, v.rule.add_weight * nearness(duty)


# --- teams ------------------------------------------------------------------------------------------------
def heads(v: View, duty: Duty) -> list[Person]:
    """The rule's people on a duty, one entry a seat they sit on."""
    people = {p.id: p for p in v.people}
    return [people[a.person] for a in v.assignments if a.duty == duty.id and a.person in people]


def cover(v: View) -> Iterator[Charge]:
    for duty in v.duties:
        for seat in duty.seats:
            there = sum(a.duty == duty.id and a.position == seat.position for a in v.assignments)
            if there > seat.max:
                yield HARD, there - seat.max
            yield VACANCY, max(0, seat.min - there) * 2 ** (seat.priority - 1)
            yield COST, max(0, seat.ideal - there) * v.rule.below_ideal_weight * seat.priority
            yield COST, max(0, there - seat.ideal) * v.rule.above_ideal_weight * seat.priority


def team_mix(v: View) -> Iterator[Charge]:
    rule = v.rule
    for duty in v.duties:
        if (rule.posts and duty.post not in rule.posts) or (rule.kinds and duty.kind not in rule.kinds):
            continue
        team = heads(v, duty)
        members = sum(matches(v.problem, p, rule.members) for p in team)
        if rule.at_most is not None:
            yield from v.ordinary(members - rule.at_most)
        if rule.at_least is not None and not rule.hard:
            yield from v.ordinary(rule.at_least - members)
        if rule.at_least is not None and rule.hard:
            most = sum(s.max for s in duty.seats)
            k = min(rule.at_least, most)
            least = max(k, sum(s.min for s in duty.seats))
            yield from v.ordinary(k * (len(team) - members) - (most - least) * members - k * (least - k))
        if rule.same_unit_at_most is not None:
            for count in Counter(p.unit for p in team if p.unit is not None).values():
                yield from v.ordinary(count - rule.same_unit_at_most)


def apart(v: View) -> Iterator[Charge]:
    groups = [set(group) for group in v.rule.groups]
    if v.rule.households:
        households: dict[str, set[str]] = defaultdict(set)
        for p in v.people:
            if p.household is not None:
                households[p.household].add(p.id)
        groups += list(households.values())
    moments = [frozenset([d.id]) for d in v.duties]
    if v.rule.scope == "shift":
        moments = [frozenset(o.id for o in v.duties if o.start <= d.start < o.end) for d in v.duties]
    cliques = {c for c in moments if not any(c < other for other in moments)}
    people = [[p for p in v.people if p.id in group] for group in groups]
    for members in [some for some in people if len(some) > 1]:
        ids = {p.id for p in members}
        for clique in cliques:
            there = sum(a.duty in clique and a.person in ids for a in v.assignments)
            yield from v.ordinary(there - 1)
        for p in members if v.rule.scope == "shift" else ():
            still_on = [w for other in members if other is not p for w in v.past(other)]
            for w in v.planned(p):
                yield from v.ordinary(any(w.overlaps(past.start, past.end) for past in still_on))


def together(v: View) -> Iterator[Charge]:
    everybody = {p.id for p in v.people}
    serves = {(a.person, a.duty) for a in v.assignments}
    for group in v.rule.groups:
        for a, b in pairwise([member for member in group if member in everybody]):
            for duty in v.duties:
                yield from v.ordinary(((a, duty.id) in serves) != ((b, duty.id) in serves))


TWINS: dict[str, Callable[[View], Iterator[Charge]]] = {
    twin.__name__: twin
    for twin in (
        one_duty_at_a_time, min_rest, rest_after_nights, availability, qualification, bound_posts, cover, team_mix,
        apart, together, max_hours, min_max_duties, max_nights, day_off, continuity, category_order, fair_share,
        stability,
    )
}  # fmt: skip
TWINS |= TWINS_OF_TOWN | TWINS_OF_SERIES


def judge(problem: Problem, assignments: Iterable[Assignment]) -> Verdict:
    """What the rules of `problem` say of a roster; raises KeyError for a rule that has no twin here."""
    roster = tuple(assignments)
    hard: Counter[str] = Counter()
    costs: Counter[str] = Counter()
    vacancy_objective = 0
    for rule in problem.rules:
        for level, amount in TWINS[rule.name](view(problem, rule, roster)):
            if level == HARD:
                hard[rule.name] += amount
            elif level == VACANCY:
                vacancy_objective += amount
            else:
                costs[rule.name] += amount
    return Verdict(not hard, dict(hard), {name: cost for name, cost in costs.items() if cost}, vacancy_objective)
