"""Proposals for a roster with vacancies: whom the town lacks, then the rules that could give, the fewest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from ..problem import Assignment, Problem
from ..roster import Give, Relaxation
from .filling import Filling, fill
from .gaps import LAST_RESORT, Breach, Gaps
from .lacks import lacks
from .sentences import proposal

MOST_PROPOSALS = 4
MOST_ENTRIES_TOGETHER = 3
MOST_CANDIDATES = 10
"""Entries whose combinations are tried: those that fill most by themselves."""


def relaxations(problem: Problem, assignments: Iterable[Assignment]) -> tuple[Relaxation, ...]:
    """Whom a roster lacks, and what would fill its vacancies if rules gave; empty when it has none.

    First whom the town lacks; then the smallest set of entries with which as many vacancies are filled as with all
    entries; then other single entries; availability, the people's own word, comes last. Nobody who is on the roster is
    moved, qualifications never give, and of more than `gaps.MOST_HEADS` vacancies the most important are looked at.
    """
    gaps = Gaps(problem, assignments)
    if not gaps.heads:
        return ()
    return (*lacks(problem, gaps.vacancies), *_proposals(gaps))


def _proposals(gaps: Gaps) -> Iterator[Relaxation]:
    told: set[frozenset[int]] = set()
    for filling in (*_fewest(gaps), *_alone(gaps), *_last_resort(gaps)):
        entries = frozenset(filling.breaches)
        if entries and entries not in told and len(told) < MOST_PROPOSALS:
            told.add(entries)
            yield _relaxation(gaps, filling)


def _entries(gaps: Gaps) -> list[int]:
    """Entries that keep somebody off who could else take a head, without the last resort."""
    found = {n for held in gaps.options.values() for option in held for n in option.entries}
    return sorted(n for n in found if gaps.problem.rules[n].name not in LAST_RESORT)


def _fewest(gaps: Gaps) -> Iterator[Filling]:
    """The smallest set of entries that fills as much as all of them do; of several the one that asks fewest people."""
    entries = _entries(gaps)
    everything = fill(gaps, entries)
    if everything.fills == fill(gaps, ()).fills:
        return
    candidates = sorted(entries, key=lambda n: (n not in everything.breaches, n))[:MOST_CANDIDATES]
    best = everything
    for size in range(1, min(MOST_ENTRIES_TOGETHER, len(everything.breaches) - 1) + 1):
        enough = [
            found
            for chosen in combinations(candidates, size)
            if (found := fill(gaps, chosen)).fills >= everything.fills
        ]
        if enough:
            best = min(enough, key=lambda f: sum(len(b) for b in f.breaches.values()))
            break
    yield best


def _alone(gaps: Gaps) -> Iterator[Filling]:
    """Single entries that fill more than nobody's giving does, those that fill most first."""
    without = fill(gaps, ()).fills
    found = [fill(gaps, (entry,)) for entry in _entries(gaps)[: 2 * MOST_CANDIDATES]]
    better = [f for f in found if f.fills > without]
    return iter(sorted(better, key=lambda f: -f.fills)[: MOST_PROPOSALS - 1])


def _last_resort(gaps: Gaps) -> Iterator[Filling]:
    """Calling people in spite of what they said, if that fills more than nobody's giving does."""
    numbers = [n for n, rule in enumerate(gaps.problem.rules) if rule.name in LAST_RESORT]
    found = fill(gaps, numbers)
    if found.fills > fill(gaps, ()).fills:
        yield found


def _relaxation(gaps: Gaps, filling: Filling) -> Relaxation:
    gives = tuple(_give(gaps, filling, number) for number in sorted(filling.breaches))
    touched = {p for number in filling.breaches for p in _people(filling, number)}
    text = proposal(gaps, filling, gives)
    return Relaxation(text, gives, len(touched), filling.fills, tuple(gaps.as_assignments(filling.pairs)))


def _give(gaps: Gaps, filling: Filling, number: int) -> Give:
    rule, breaches = gaps.problem.rules[number], filling.breaches[number]
    people, excess = len(_people(filling, number)), max(b.excess for b in breaches)
    return Give(number, rule.name, rule.id, people, excess, breaches[0].limit.unit)


def _people(filling: Filling, number: int) -> set[int]:
    """For whom an entry gives: the persons of its breaches, or the newcomers whom a breach of a team counts."""
    found: set[int] = set()
    for breach in filling.breaches[number]:
        found |= {breach.person} if breach.person is not None else _newcomers(filling, breach)
    return found


def _newcomers(filling: Filling, breach: Breach) -> set[int]:
    duties, persons = set(breach.limit.duties.tolist()), set(breach.limit.persons.tolist())
    return {person for head, person in filling.pairs if head.duty in duties and person in persons}
