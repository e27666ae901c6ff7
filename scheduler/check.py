"""The checker: judges any roster by the limits alone, without a solver."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from .limits import Level, Limit, Tier, charge
from .problem import Assignment, Problem
from .roster import Report, Vacancy, Violation
from .rules import all_limits
from .tally import (
    Served,
    counted,
    instances,
    of_duties,
    place_of_person,
    positions_mask,
    totals,
    touched_part,
    weight_of_duty,
)


@dataclass(frozen=True, slots=True)
class Consequences:
    """What one edit would change."""

    violations: tuple[Violation, ...]
    """Hard breaches that the edit would add or worsen."""
    cost_change: int
    vacancy_change: int

    @property
    def legal(self) -> bool:
        return not self.violations


def check(problem: Problem, assignments: Iterable[Assignment]) -> Report:
    """Every hard breach with person, duties and excess; costs by rule; vacancies without their reasons."""
    served = Served.of(problem, assignments)
    violations: list[Violation] = []
    vacancies: list[Vacancy] = []
    costs: dict[str, int] = {}
    vacancy_objective = 0
    for limit in all_limits(problem):
        count = totals(served, limit)
        exist = instances(problem, limit)
        for level in {t.level for t in limit.price}:
            charged = charge(limit.price, count[exist], level)
            if level is Level.PRICED:
                costs[limit.rule] = costs.get(limit.rule, 0) + int(charged.sum())
            elif charged.any():
                wrong = exist[charged > 0]
                if level is Level.VACANCY:
                    vacancy_objective += int(charged.sum())
                    vacancies += [_vacancy(problem, int(i), int(count[i])) for i in wrong]
                else:
                    violations += _violations(served, limit, wrong, charged[charged > 0])
    told = tuple(_in_time_order(problem, vacancies))
    return Report(tuple(_without_repeats(violations)), costs, sum(costs.values()), vacancy_objective, told)


def vacancies_of(problem: Problem, served: Served, duties: np.ndarray) -> list[Vacancy]:
    """The vacancies of a few duties, in time order."""
    found: list[Vacancy] = []
    for whole in all_limits(problem):
        limit = of_duties(whole, duties) if any(t.level is Level.VACANCY for t in whole.price) else None
        if limit is not None:
            count, exist = totals(served, limit), instances(problem, limit)
            open_ = exist[charge(limit.price, count[exist], Level.VACANCY) > 0]
            found += [_vacancy(problem, int(i), int(count[i])) for i in open_]
    return _in_time_order(problem, found)


def _in_time_order(problem: Problem, vacancies: list[Vacancy]) -> list[Vacancy]:
    return sorted(vacancies, key=lambda v: (problem.duty_start[problem.duty_index[v.duty]], v.duty, v.position))


def breaches(problem: Problem, assignments: Iterable[Assignment], rule: str | None = None) -> list[Violation]:
    """What the priced rules charge for, dearest first; shares are left out, since every duty is part of one.

    A price may rise to both sides of one figure: at most one of its two tiers is exceeded then.
    """
    served = Served.of(problem, assignments)
    found: list[Violation] = []
    for limit in all_limits(problem):
        priced = [t for t in limit.price if t.level is Level.PRICED]
        if len({t.side for t in priced}) != len(priced) or (rule is not None and limit.rule != rule):
            continue
        count, exist = totals(served, limit), instances(problem, limit)
        charged = charge(limit.price, count[exist], Level.PRICED)
        wrong = charged > 0
        excess = sum((t.excess(count[exist]) for t in priced), np.zeros(len(exist), np.int64))
        found += _violations(served, limit, exist[wrong], excess[wrong], charged[wrong])
    return sorted(found, key=lambda v: -v.cost)


def consequences(
    problem: Problem,
    assignments: Sequence[Assignment],
    remove: Iterable[Assignment] = (),
    add: Iterable[Assignment] = (),
) -> Consequences:
    """What an edit would break, cost and fill.

    Looks only at the limits that the edited duties touch, and there only at the people, seats and duties of the
    edit and at those whom a limit counts together with them. Raises MeaningError for an edit of something unknown.
    """
    gone, new = set(remove), list(add)
    edited = Served.of(problem, [*gone, *new])
    persons, demands = np.unique(edited.persons), np.unique(edited.demands)
    parts = _touched(problem, persons, demands)
    near = _near(problem, assignments, parts, persons, demands)
    before = Served.of(problem, near)
    after = Served.of(problem, [a for a in near if a not in gone] + new)
    violations: list[Violation] = []
    change = {Level.PRICED: 0, Level.VACANCY: 0}
    for limit in parts:
        exist = instances(problem, limit)
        old, now = totals(before, limit)[exist], totals(after, limit)[exist]
        if np.array_equal(old, now):
            continue
        for level in change:
            change[level] += int(charge(limit.price, now, level).sum() - charge(limit.price, old, level).sum())
        if limit.hard:
            was, is_now = charge(limit.price, old, Level.HARD), charge(limit.price, now, Level.HARD)
            worse = is_now > was
            if worse.any():
                violations += _violations(after, limit, exist[worse], is_now[worse])
    return Consequences(tuple(_without_repeats(violations)), change[Level.PRICED], change[Level.VACANCY])


def _touched(problem: Problem, persons: np.ndarray, demands: np.ndarray) -> list[Limit]:
    """The parts of the problem's limits that an edit of these people and seats can change, in their order."""
    index, limits = limits_by_duty(problem), all_limits(problem)
    found = {i for duty in problem.demand_duty[demands].tolist() for i in index[duty]}
    numbers = np.array(sorted(found), np.int64)
    about = limits_by_person(problem).about_any(numbers, persons)
    parts = (touched_part(problem, limits[i], persons, demands) for i in numbers[about].tolist())
    return [part for part in parts if part is not None]


def _near(
    problem: Problem, assignments: Sequence[Assignment], parts: list[Limit], persons: np.ndarray, demands: np.ndarray
) -> list[Assignment]:
    """The assignments that these parts of limits count."""
    if any(part.each == "all" for part in parts):
        return list(assignments)
    counted_together = [part.persons for part in parts if part.each == "group"]
    people = {problem.people[i].id for i in np.unique(np.concatenate([persons, *counted_together])).tolist()}
    duties = {problem.duties[i].id for i in problem.demand_duty[demands].tolist()}
    return [a for a in assignments if a.person in people or a.duty in duties]


def obstacles(
    problem: Problem, assignments: Iterable[Assignment] | Served, duty: int, position: str
) -> list[tuple[int, Limit, np.ndarray]]:
    """Which hard limits keep whom off a seat: (rule index, limit, bool[people]: adding this person would break it)."""
    served = assignments if isinstance(assignments, Served) else Served.of(problem, assignments)
    demand = problem.demand_index[duty, position]
    limits = all_limits(problem)
    found = []
    for i in limits_by_duty(problem)[duty]:
        limit = limits[i]
        if not limit.hard or not looks_at(problem, limit, demand):
            continue
        mask = kept_out(served, limit, duty, demand)
        if mask.any():
            found.append((limit.rule_index, limit, mask))
    return found


def looks_at(problem: Problem, limit: Limit, demand: int) -> bool:
    """Whether a limit on the demand's duty counts the demand's position as well."""
    return limit.positions is None or bool(positions_mask(problem, limit.positions)[demand])


class LimitsByDuty:
    """For each duty the numbers of the limits that look at it, in their order."""

    def __init__(self, problem: Problem) -> None:
        limits, duties = all_limits(problem), len(problem.duties)
        number = np.repeat(np.arange(len(limits)), [len(limit.duties) for limit in limits])
        duty = np.concatenate([np.zeros(0, np.int64), *(limit.duties for limit in limits)])
        small = duty.astype(np.uint16) if duties < 1 << 16 else duty  # numpy sorts 16 bits in a few milliseconds
        self._number = number[np.argsort(small, kind="stable")]
        self._first = np.concatenate([[0], np.cumsum(np.bincount(duty, minlength=duties))])

    def __getitem__(self, duty: int) -> list[int]:
        found: list[int] = self._number[self._first[duty] : self._first[duty + 1]].tolist()
        return found


def limits_by_duty(problem: Problem) -> LimitsByDuty:
    """Which limits look at which duty, found once and kept on the problem."""
    return problem.once("_limits_by_duty", lambda: LimitsByDuty(problem))


class LimitsByPerson:
    """Which limits speak about which people, one bit each."""

    def __init__(self, problem: Problem) -> None:
        limits, people = all_limits(problem), len(problem.people)
        self._bits = np.zeros((len(limits), (people + 7) // 8), np.uint8)
        row = np.zeros(people, bool)
        for number, limit in enumerate(limits):
            if limit.each in ("person", "group"):
                row[limit.persons] = True
                self._bits[number] = np.packbits(row)
                row[limit.persons] = False
            else:
                self._bits[number] = 255

    def about_any(self, numbers: np.ndarray, persons: np.ndarray) -> np.ndarray:
        """bool[numbers]: whether each of these limits speaks about one of these people; seats are everybody's."""
        column, bit = persons >> 3, (128 >> (persons & 7)).astype(np.uint8)
        found: np.ndarray = (self._bits[numbers[:, None], column[None, :]] & bit[None, :]).any(axis=1)
        return found


def limits_by_person(problem: Problem) -> LimitsByPerson:
    """Which limits speak about whom, found once and kept on the problem."""
    return problem.once("_limits_by_person", lambda: LimitsByPerson(problem))


def kept_out(served: Served, limit: Limit, duty: int, demand: int) -> np.ndarray:
    """bool[people]: who would break `limit` by one more assignment to this seat."""
    mask = np.zeros(len(served.problem.people), bool)
    if limit.forbids and limit.buckets is None:  # a day that is worked against the law already is not broken again
        mask[limit.persons] = True
    else:
        mask[limit.persons] = added(served, limit, duty, demand, Level.HARD) > 0
    return mask


def added(served: Served, limit: Limit, duty: int, demand: int, level: Level) -> np.ndarray:
    """int64[persons of the limit]: what it would charge more if each of them alone took this seat."""
    problem = served.problem
    count = totals(served, limit)
    step = np.full(len(limit.persons), weight_of_duty(problem, limit)[duty], np.int64)
    if limit.person_weights is not None:
        step = step * limit.person_weights
    if limit.each == "person":
        here = np.arange(len(limit.persons))
        if limit.buckets is not None:
            step = np.where(_has_bucket(served, limit, duty), 0, step)
    elif limit.each == "group" and limit.group is not None:
        here = limit.group
    else:
        only = {"seat": demand, "duty": duty}.get(limit.each, 0)
        here = np.full(len(limit.persons), only, np.int64)
    now = count[here]
    return charge(limit.price, now + step, level) - charge(limit.price, now, level)


def _has_bucket(served: Served, limit: Limit, duty: int) -> np.ndarray:
    """bool[persons of the limit]: who already serves in the bucket of this duty."""
    assert limit.buckets is not None
    label = limit.buckets[np.searchsorted(limit.duties, duty)]
    same = np.zeros(len(served.problem.duties), bool)
    same[limit.duties[limit.buckets == label]] = True
    place = place_of_person(served.problem, limit)[served.persons[same[served.duties]]]
    has = np.zeros(len(limit.persons), bool)
    has[place[place >= 0]] = True
    return has


def _vacancy(problem: Problem, demand: int, heads: int) -> Vacancy:
    duty, seat = problem.demands[demand]
    return Vacancy(problem.duties[duty].id, seat.position, seat.min - heads, seat.priority)


def _violations(
    served: Served, limit: Limit, wrong: np.ndarray, excess: np.ndarray, cost: np.ndarray | None = None
) -> list[Violation]:
    """One violation for every wrong instance, in the rule's own words."""
    problem = served.problem
    rule = problem.rules[limit.rule_index]
    found, count = counted(served, limit), totals(served, limit)
    level = Level.HARD if cost is None else Level.PRICED
    result = []
    for n, instance in enumerate(wrong.tolist()):
        rows = found.rows[found.instance == instance]
        duties = sorted(set(served.duties[rows].tolist()), key=lambda d: (problem.duty_start[d], d))
        if not duties and limit.each in ("seat", "duty"):
            duties = [problem.demands[instance][0] if limit.each == "seat" else instance]
        person = int(limit.persons[instance]) if limit.each == "person" else None
        result.append(
            Violation(
                rule=limit.rule,
                person=None if person is None else problem.people[person].id,
                duties=tuple(problem.duties[d].id for d in duties),
                excess=int(excess[n]),
                unit=limit.unit,
                hard=cost is None,
                text=rule.breach(
                    problem, limit, person, duties, int(excess[n]), _exceeded(limit, count[instance], level), instance
                ),
                cost=0 if cost is None else int(cost[n]),
            )
        )
    return result


def _exceeded(limit: Limit, count: np.ndarray, level: Level) -> Tier | None:
    """The first tier of a level that is exceeded at this count."""
    return next((t for t in limit.price if t.level is level and t.excess(count) > 0), None)


def _without_repeats(violations: list[Violation]) -> list[Violation]:
    """Overlapping cliques and windows find one breach several times; keep the largest of each."""
    best: dict[tuple[str, str | None, tuple[str, ...]], Violation] = {}
    for v in violations:
        key = (v.rule, v.person, v.duties)
        if key not in best or v.excess > best[key].excess:
            best[key] = v
    return list(best.values())
