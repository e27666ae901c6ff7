"""The ways of a repair in which somebody on standby is called, beside those that leave standby alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .activation import activated, called_from, meet, settled, with_duties
from .check import consequences
from .entities import Assignment
from .problem import Problem
from .search.mending import Choice, Roster

Choices = Callable[[Problem, Roster], list[Choice]]
"""The choices for a problem and what is left of the published roster in it."""
MOST = 3


@dataclass(frozen=True)
class Way:
    """A choice with the problem and the roster by which it is counted: who is activated is a head less to find."""

    choice: Choice
    problem: Problem
    kept: Roster


def ways(problem: Problem, kept: Roster, empty: Sequence[int], choices: Choices) -> list[Way]:
    """Up to three, best first: fewer vacancies, then fewer people; at the same count standby is left alone.

    Where somebody could be called, or goes back on standby, a choice is proven only when it moves one person: what is
    proven of the others has not looked at standby.
    """
    plain = [way for choice in choices(problem, kept) if (way := _plain(problem, kept, choice))]
    if any(way.problem is not problem for way in plain):
        plain = sorted((replace(way, choice=_modest(way.choice)) for way in plain), key=_rank)
    on_call = _on_call(problem, kept, empty)
    if not on_call:
        return plain
    left = tuple(a for a in kept if a not in on_call)
    freed = with_duties(problem, called_from(problem.duties, sorted(on_call, key=_key)))
    calling = [_way(problem, kept, on_call, choice) for choice in choices(freed, left)]
    found = sorted(
        (Way(_modest(w.choice), w.problem, w.kept) for w in (*plain, *calling) if w is not None), key=_rank
    )
    distinct: dict[frozenset[Assignment], Way] = {}
    for way in found:
        distinct.setdefault(frozenset(way.choice.assignments), way)
    best = list(distinct.values())
    still = distinct.get(frozenset(kept))
    if still is not None and still not in best[:MOST]:
        return [*best[: MOST - 1], still]
    return best[:MOST]


def _plain(problem: Problem, kept: Roster, choice: Choice) -> Way | None:
    """A choice that calls nobody, but may put somebody back on the standby from which they were called earlier."""
    there = settled(problem, kept, choice.assignments)
    if there is problem:
        return Way(choice, problem, kept)
    roster, before = set(choice.assignments), set(kept)
    edit = consequences(there, kept, before - roster, roster - before)
    return Way(replace(choice, edit=edit), there, kept) if edit.legal else None


def _way(problem: Problem, kept: Roster, on_call: set[Assignment], choice: Choice) -> Way | None:
    """A choice in which all on call are free, with those back on standby who were not called; None if none was."""
    of = {d.id: d for d in problem.duties}
    left = {a for a in kept if a not in on_call}
    new = set(choice.assignments) - left
    called = {a for a in on_call if any(n.person == a.person and meet(of[n.duty], of[a.duty]) for n in new)}
    roster = tuple(sorted({*choice.assignments, *on_call} - called, key=_key))
    gone, come = sorted(set(kept) - set(roster), key=_key), sorted(set(roster) - set(kept), key=_key)
    if not called or set(activated(of, gone, come)) != called:
        return None
    there, rest = settled(problem, kept, roster), tuple(a for a in kept if a not in called)
    edit = consequences(there, rest, set(rest) - set(roster), set(roster) - set(rest))
    moved = len({a.person for a in (*gone, *come)})
    fills = edit.legal and edit.vacancy_change < 0  # nobody is called for a seat that need not be filled
    return Way(Choice(roster, moved, choice.proven, edit), there, rest) if fills else None


def _rank(way: Way) -> tuple[int, int]:
    """Fewer vacancies, then fewer people."""
    return way.choice.edit.vacancy_change, way.choice.moved


def _modest(choice: Choice) -> Choice:
    """With the one proof that standby cannot shake: fewer than one person is nobody."""
    return replace(choice, proven=choice.proven and choice.moved <= 1)


def _key(a: Assignment) -> tuple[str, str, str]:
    return a.duty, a.position, a.person


def _on_call(problem: Problem, kept: Iterable[Assignment], empty: Sequence[int]) -> set[Assignment]:
    """Who stands by while a seat is empty and is not pinned there."""
    open_duties = [problem.duties[d] for d in np.unique(problem.demand_duty[list(empty)]).tolist()]
    standby = {d.id: d for d in problem.duties if d.kind == "standby" and any(meet(d, o) for o in open_duties)}
    others = [duty for duty in open_duties if duty.kind != "standby"]
    return {
        a for a in kept if a.duty in standby and not a.pinned and any(meet(standby[a.duty], duty) for duty in others)
    }
