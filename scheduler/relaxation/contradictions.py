"""No roster is legal: the fewest rules to relax so that one is, found by solving with some rules as prices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields, replace
from itertools import combinations
from typing import Any

import numpy as np

from ..limits import Limit, Tier
from ..problem import Assignment, Demand, Duty, Problem
from ..roster import Give, Relaxation
from ..rules import Rule, all_limits
from ..tally import Served, instances, totals
from ..text import Text
from .gaps import Breach
from .sentences import clause

Solve = Callable[[Problem], Sequence[Assignment] | None]
"""The best roster of a problem, None when none is legal."""
Broken = dict[int, list[Breach]]
"""Number of a rule → its breaches."""
MOST_SUSPECTS = 5
MOST_TOGETHER = 2
"""Of the rules broken when all may be, so many are tried, up to so many at once, before all of them are named."""


def contradictions(problem: Problem, solve: Solve) -> tuple[Relaxation, ...]:
    """The smallest set of rules found whose giving makes something legal; empty when no such set is found.

    Seats may stay empty, so only laws that ask for something, and laws that stand in their way, contradict. It takes
    some solves: one in which every law that can be a price is one, then one for each smaller set that is tried.
    """
    every = [n for n, rule in enumerate(problem.rules) if _can_give(rule)]
    broken = _broken_by_best(problem, every, solve)
    if not broken:
        return ()
    suspects = sorted(broken, key=lambda n: -len(broken[n]))[:MOST_SUSPECTS]
    for size in range(1, min(len(broken), MOST_TOGETHER + 1)):
        for chosen in combinations(suspects, size):
            fewer = _broken_by_best(problem, chosen, solve)
            if fewer:
                return (_told(problem, fewer),)
    return (_told(problem, broken),)


def _can_give(rule: Rule) -> bool:
    """Team mix never stands in the way: as law it keeps seats free, and as a price it charges empty duties."""
    return rule.hard and not rule.always_hard and rule.name != "team_mix"


def softened(problem: Problem, numbers: Iterable[int]) -> Problem:
    """The same laws less these, which become prices instead of the priced rules; no seat has to be filled."""
    soft = set(numbers)
    laws = [(n, rule) for n, rule in enumerate(problem.rules) if rule.hard]
    rules = tuple(replace(rule, hard=False, weight=1) if n in soft else _without_prices(rule) for n, rule in laws)
    return replace(problem, duties=tuple(_unasked(duty) for duty in problem.duties), rules=rules)


def _without_prices(rule: Rule) -> Rule:
    """A law that has prices beside it, such as spans that people would rather avoid, without them."""
    prices: dict[str, Any] = {f.name: 0 for f in fields(rule) if f.name.endswith("_weight")}
    return replace(rule, **prices) if prices else rule


def _unasked(duty: Duty) -> Duty:
    seats = tuple(Demand(s.position, 0, 0, s.max, s.priority, s.qualifications) for s in duty.seats)
    return replace(duty, seats=seats)


def _broken_by_best(problem: Problem, soft: Iterable[int], solve: Solve) -> Broken:
    """What the best roster is charged for when these rules are prices; empty when nothing is legal even so."""
    soft = tuple(soft)
    town = softened(problem, soft)
    assignments = solve(town) if soft else None
    if assignments is None:
        return {}
    numbers = [n for n, rule in enumerate(problem.rules) if rule.hard]
    served = Served.of(town, assignments)
    found: Broken = {}
    for limit in all_limits(town):
        number = numbers[limit.rule_index]
        for tier in limit.price if number in soft else ():
            breaches = list(_beyond(served, limit, tier))
            if breaches:
                found.setdefault(number, []).extend(breaches)
    return found


def _beyond(served: Served, limit: Limit, tier: Tier) -> Iterator[Breach]:
    exist = instances(served.problem, limit)
    excess = tier.excess(totals(served, limit)[exist])
    for n in np.flatnonzero(excess).tolist():
        yield Breach(limit, int(exist[n]), int(excess[n]), tier.side == "under")


def _told(problem: Problem, broken: Broken) -> Relaxation:
    gives, clauses, people = [], [], set()
    for number, breaches in sorted(broken.items()):
        rule, whom = problem.rules[number], {b.person for b in breaches if b.person is not None}
        worst = max(breaches, key=lambda b: b.excess)
        give = Give(number, rule.name, rule.id, len(whom), worst.excess, worst.limit.unit)
        gives.append(give)
        clauses.append(clause(problem, give, worst.below))
        people |= whom
    zh, en = "，并且".join(c.zh for c in clauses), " and ".join(c.en for c in clauses)
    text = Text(
        f"规则互相矛盾，没有合法的班表；{zh}，才有合法的。",
        f"The rules contradict each other; {en}, and a roster is legal.",
    )
    return Relaxation(text, tuple(gives), len(people), 0)
