"""Why a seat stays empty: everybody who could hold it, counted by the first rule that keeps them off.

Asks the limits alone, no solver. The counts of a sentence add up: nobody is counted twice and nobody is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from .check import check, obstacles
from .limits import Limit
from .problem import Assignment, Demand, Problem
from .roster import Vacancy
from .rules import REGISTRY, words
from .tally import Served, positions_mask
from .text import Text, joined

ORDER = (
    "availability",
    "bound_posts",
    "one_duty_at_a_time",
    "min_rest",
    "rest_after_nights",
    "max_hours",
    "max_nights",
    "min_max_duties",
    "min_max_minutes",
    "one_duty_a_day",
    "day_off",
    "run_length",
    "forbidden_succession",
    "weekends",
    "apart",
    "together",
    "team_mix",
)
"""Which rule is named when several keep a person off: the one that people think of first. Others come after these."""
MAX_CLAUSES = 6
ELSEWHERE = Text("同一时间在别处值勤", "on duty elsewhere at the time")
IN_TEAM = Text("已在本班", "already in this team")


@dataclass(frozen=True, slots=True)
class Ground:
    """How many people are kept off for one reason."""

    count: int
    clause: Text
    rule: str | None = None
    """None when they are in the team already."""


@dataclass(frozen=True)
class Outlook:
    """Who could hold a seat, and what becomes of each of them."""

    candidates: np.ndarray
    """Indices of the people who hold the demanded qualifications; when none is demanded, who may serve there."""
    grounds: tuple[Ground, ...]
    """Largest first; the counts and `free` add up to the candidates."""
    free: np.ndarray
    """Indices of the candidates whom nothing keeps off."""


def vacancies(problem: Problem, assignments: Iterable[Assignment]) -> list[Vacancy]:
    """The vacancies of a roster in time order, each with its reason."""
    assignments = tuple(assignments)
    served = Served.of(problem, assignments)
    return [replace(v, reason=reason(problem, served, v)) for v in check(problem, assignments).vacancies]


def reason(problem: Problem, served: Served, vacancy: Vacancy) -> Text:
    """One sentence, such as "12 recorders: 7 unavailable, 3 resting after the night of the 5th, 2 could still take it."

    Clauses beyond the `MAX_CLAUSES` largest are told together, with the titles of their rules.
    """
    duty = problem.duty_index[vacancy.duty]
    if problem.now_minute is not None and problem.duty_start[duty] < problem.now_minute:
        return Text("勤务已经开始，不再调整。", "The duty has begun and is no longer changed.")
    seat = problem.demands[problem.demand_index[duty, vacancy.position]][1]
    return _sentence(problem, seat, outlook(problem, served, duty, vacancy.position))


def outlook(problem: Problem, served: Served, duty: int, position: str) -> Outlook:
    """Sorts everybody who could hold the seat by the first rule that keeps them off."""
    seat = problem.demands[problem.demand_index[duty, position]][1]
    never = {"qualification"} if seat.qualifications else {"qualification", "bound_posts"}
    found = obstacles(problem, served, duty, position)
    fit = np.ones(len(problem.people), bool)
    for index, _, mask in found:
        if problem.rules[index].name in never:
            fit &= ~mask
    team = _team(served, duty)
    counts: Counter[tuple[str | None, Text]] = Counter()
    if (fit & team).any():
        counts[None, IN_TEAM] = int((fit & team).sum())
    open_ = fit & ~team
    for person, rule, clause in _first_obstacles(served, found, duty, open_):
        open_[person] = False
        counts[rule, clause] += 1
    ranked = sorted(_briefly(counts).items(), key=lambda item: -item[1])
    grounds = tuple(Ground(n, clause, rule) for (rule, clause), n in ranked)
    return Outlook(np.flatnonzero(fit), grounds, np.flatnonzero(open_))


def _briefly(counts: Counter[tuple[str | None, Text]]) -> Counter[tuple[str | None, Text]]:
    """Where people serve at the time matters little when it is in several places."""
    places = [key for key in counts if key[0] == "one_duty_at_a_time"]
    if len(places) < 2:
        return counts
    merged = Counter({key: n for key, n in counts.items() if key not in places})
    merged["one_duty_at_a_time", ELSEWHERE] = sum(counts[key] for key in places)
    return merged


def blocked(
    problem: Problem, served: Served, duty: int, position: str
) -> tuple[np.ndarray, Iterator[tuple[int, str, Text]]]:
    """(who is free to take the seat, and (person, rule, clause) for everybody whom a rule keeps off it, rule by rule).

    The team appears in neither.
    """
    found = obstacles(problem, served, duty, position)
    outside = ~_team(served, duty)
    kept_off = np.logical_or.reduce([mask for _, _, mask in found]) if found else ~outside
    return np.flatnonzero(outside & ~kept_off), _first_obstacles(served, found, duty, outside)


def _team(served: Served, duty: int) -> np.ndarray:
    """bool[people]: who serves in the duty already."""
    team = np.zeros(len(served.problem.people), bool)
    team[served.persons[served.duties == duty]] = True
    return team


def _first_obstacles(
    served: Served, found: list[tuple[int, Limit, np.ndarray]], duty: int, among: np.ndarray
) -> Iterator[tuple[int, str, Text]]:
    """(person, rule, clause) for each person of `among` that has an obstacle: the first in the order of the rules."""
    rules = served.problem.rules
    left = among.copy()
    for index, limit, mask in sorted(found, key=lambda o: _rank(served.problem, o[0])):
        out = np.flatnonzero(left & mask)
        left[out] = False
        for person, clause in zip(out.tolist(), _clauses(served, index, limit, duty, out), strict=True):
            yield person, rules[index].name, clause


def _rank(problem: Problem, rule_index: int) -> tuple[int, int]:
    name = problem.rules[rule_index].name
    return (ORDER.index(name) if name in ORDER else len(ORDER), rule_index)


def _clauses(served: Served, rule_index: int, limit: Limit, duty: int, persons: np.ndarray) -> Iterator[Text]:
    """Each person's clause; people in the same situation are asked about once."""
    problem = served.problem
    rule = problem.rules[rule_index]
    if rule.same_ground and len(persons):
        yield from [rule.why_out(problem, limit, int(persons[0]), [duty])] * len(persons)
        return
    looks = np.zeros(len(problem.duties), bool)
    looks[limit.duties] = True
    serves = np.zeros(len(problem.people), bool)
    serves[served.persons[looks[served.duties]]] = True
    known: dict[tuple[object, ...], Text] = {}
    for person in persons.tolist():
        duties = counted_duties(served, limit, looks, person, duty) if serves[person] else [duty]
        held = problem.people[person]
        key = (tuple(duties), held.contract, id(held.history.recent))  # by identity: a hash of histories is dear
        if key not in known:
            known[key] = rule.why_out(problem, limit, person, duties)
        yield known[key]


def counted_duties(served: Served, limit: Limit, looks: np.ndarray, person: int, tried: int) -> list[int]:
    """The person's duties that a limit counts, in time order, and last the one that is being tried."""
    problem = served.problem
    first, last = served.first_of_person[person : person + 2]
    rows = np.arange(first, last)
    mine = looks[served.duties[rows]]
    if limit.positions is not None:
        mine &= positions_mask(problem, limit.positions)[served.demands[rows]]
    duties = [d for d in served.duties[rows[mine]].tolist() if d != tried]
    return [*sorted(duties, key=lambda d: (problem.duty_start[d], d)), tried]


def _sentence(problem: Problem, seat: Demand, found: Outlook) -> Text:
    total, free = len(found.candidates), len(found.free)
    if not total:
        return _nobody(problem, seat)
    shown, rest = found.grounds[:MAX_CLAUSES], found.grounds[MAX_CLAUSES:]
    clauses = [_clause(g.count, g.clause) for g in shown]
    if rest:
        titles = {g.rule: REGISTRY[g.rule].title for g in rest if g.rule is not None}.values()
        zh, en = "、".join(t.zh for t in titles), " or ".join(t.en.lower() for t in titles)
        clauses.append(_clause(sum(g.count for g in rest), Text(f"因{zh}不能值勤", f"more kept off by {en}")))
    if free:
        clauses.append(Text(f"{free} 人仍可安排", f"{free} could still take it"))
    who, what = _who(problem, seat, total), joined(clauses)
    return Text(f"{who.zh}：{what.zh}。", f"{who.en}: {what.en}.")


def _clause(count: int, clause: Text) -> Text:
    gap = " " if clause.zh[:1].isascii() else ""
    return Text(f"{count} 人{gap}{clause.zh}", f"{count} {clause.en}")


def _who(problem: Problem, seat: Demand, total: int) -> Text:
    if not seat.qualifications:
        people = "person" if total == 1 else "people"
        return Text(f"可在此值勤的 {total} 人中", f"{total} {people} who may serve here")
    names = _qualifications(problem, seat)
    return Text(f"具备{names.zh}资质的 {total} 人中", f"{total} qualified as {names.en}")


def _nobody(problem: Problem, seat: Demand) -> Text:
    if not seat.qualifications:
        return Text("没有人可在此值勤。", "Nobody may serve here.")
    names = _qualifications(problem, seat)
    return Text(f"当天没有人具备{names.zh}资质。", f"Nobody is qualified as {names.en} on that day.")


def _qualifications(problem: Problem, seat: Demand) -> Text:
    held = [words.named(problem, "qualification", q) for q in seat.qualifications]
    return Text("、".join(t.zh for t in held), " and ".join(t.en for t in held))
