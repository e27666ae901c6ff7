"""The checker: judges any roster by the limits alone, without a solver."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from .limits import Level, Limit, Tier, charge
from .problem import Assignment, Problem
from .roster import Report, Vacancy, Violation
from .rules import all_limits
from .tally import Served, counted, instances, place_of_person, positions_mask, totals, weight_of_duty


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
    vacancies.sort(key=lambda v: (problem.duty_start[problem.duty_index[v.duty]], v.duty, v.position))
    return Report(tuple(_without_repeats(violations)), costs, sum(costs.values()), vacancy_objective, tuple(vacancies))


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
    """What an edit would break, cost and fill; looks only at the limits that the edited duties touch."""
    gone, new = set(remove), list(add)
    before = Served.of(problem, assignments)
    after = Served.of(problem, [a for a in assignments if a not in gone] + new)
    index = limits_by_duty(problem)
    touched = {i for a in [*gone, *new] for i in index[problem.duty_index[a.duty]]}
    limits = all_limits(problem)
    violations: list[Violation] = []
    change = {Level.PRICED: 0, Level.VACANCY: 0}
    for i in sorted(touched):
        limit = limits[i]
        exist = instances(problem, limit)
        old, now = totals(before, limit)[exist], totals(after, limit)[exist]
        for level in change:
            change[level] += int(charge(limit.price, now, level).sum() - charge(limit.price, old, level).sum())
        if limit.hard:
            was, is_now = charge(limit.price, old, Level.HARD), charge(limit.price, now, Level.HARD)
            worse = is_now > was
            if worse.any():
                violations += _violations(after, limit, exist[worse], is_now[worse])
    return Consequences(tuple(_without_repeats(violations)), change[Level.PRICED], change[Level.VACANCY])


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
        mask = _kept_out(served, limit, duty, demand)
        if mask.any():
            found.append((limit.rule_index, limit, mask))
    return found


def looks_at(problem: Problem, limit: Limit, demand: int) -> bool:
    """Whether a limit on the demand's duty counts the demand's position as well."""
    return limit.positions is None or bool(positions_mask(problem, limit.positions)[demand])


def limits_by_duty(problem: Problem) -> list[list[int]]:
    """For each duty the numbers of the limits that look at it."""
    held: list[list[int]] | None = problem.__dict__.get("_limits_by_duty")
    if held is None:
        held = [[] for _ in problem.duties]
        for i, limit in enumerate(all_limits(problem)):
            for duty in limit.duties.tolist():
                held[duty].append(i)
        problem.__dict__["_limits_by_duty"] = held
    return held


def _kept_out(served: Served, limit: Limit, duty: int, demand: int) -> np.ndarray:
    """bool[people]: who would break `limit` by one more assignment to this seat."""
    mask = np.zeros(len(served.problem.people), bool)
    if limit.forbids:
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
