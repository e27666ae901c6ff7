"""What every rule shares: hard or priced, for whom, on which dates, and who is exempt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from ..limits import Limit, Price, Tier, at_least, at_most
from ..text import Text

if TYPE_CHECKING:
    from ..problem import Person, Problem


@dataclass(frozen=True)
class Population:
    """Whom a rule speaks for: every given field must match, by any of its values; empty means everybody."""

    people: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    contracts: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    """Home areas, subtrees included."""
    qualifications: frozenset[str] = frozenset()
    """Held at the window's start."""
    tags: frozenset[str] = frozenset()

    @property
    def everybody(self) -> bool:
        return not any(getattr(self, f.name) for f in fields(self))

    def includes(self, person: Person, problem: Problem) -> bool:
        areas = frozenset().union(*(problem.area_and_below.get(a, frozenset([a])) for a in self.areas))
        return (
            (not self.people or person.id in self.people)
            and (not self.categories or person.category in self.categories)
            and (not self.units or person.unit in self.units)
            and (not self.contracts or person.contract in self.contracts)
            and (not self.areas or person.area in areas)
            and (not self.qualifications or any(person.holds(q, problem.start) for q in self.qualifications))
            and (not self.tags or bool(self.tags & person.tags))
        )

    def indices(self, problem: Problem) -> np.ndarray:
        """Sorted int64 indices of the people meant."""
        if self.everybody:
            return np.arange(len(problem.people), dtype=np.int64)
        return np.array([i for i, p in enumerate(problem.people) if self.includes(p, problem)], np.int64)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A law or a wish; subclasses say which, as limits."""

    name: ClassVar[str]
    title: ClassVar[Text]
    always_hard: ClassVar[bool] = False
    """True for rules that make no sense as a price."""
    always_priced: ClassVar[bool] = False

    id: str = ""
    hard: bool = True
    weight: int = 1
    population: Population = field(default_factory=Population)
    first_day: date | None = None
    last_day: date | None = None
    waived_by: str | None = None
    """Persons with this opt-in are exempt: a person's own word overrides a group default."""

    def limits(self, problem: Problem) -> Iterator[Limit]:
        raise NotImplementedError

    def sentence(self) -> Text:
        """The rule in words, with its figures."""
        raise NotImplementedError

    def breach(self, problem: Problem, limit: Limit, person: int | None, duties: list[int], excess: int) -> Text:
        """One breach in words; `duties` are those that count, in time order."""
        return self.sentence()

    def why_out(self, problem: Problem, limit: Limit, person: int, duties: list[int]) -> Text:
        """The clause that says why this rule keeps a person off a seat, as in "3 resting after the night of the 5th".

        Equal clauses are counted together, so it names the ground and no person.
        """
        return self.sentence()

    # --- for subclasses -------------------------------------------------------------------------------
    @property
    def price_weight(self) -> int | None:
        """None when hard, as `at_most` and `at_least` want it."""
        return None if self.hard else self.weight

    def persons(self, problem: Problem) -> np.ndarray:
        """Indices of the persons bound by the rule: its population less those who waived it."""
        return _persons(problem, self.population, self.waived_by)

    def duties(self, problem: Problem) -> np.ndarray:
        """Indices of the duties that start on one of the rule's dates."""
        first = -(10**6) if self.first_day is None else (self.first_day - problem.start).days
        last = 10**6 if self.last_day is None else (self.last_day - problem.start).days
        return np.flatnonzero((problem.duty_day >= first) & (problem.duty_day <= last))


_CACHE: dict[tuple[int, Population, str | None], tuple[object, np.ndarray]] = {}


def _persons(problem: Problem, population: Population, waived_by: str | None) -> np.ndarray:
    """Cached by problem identity: many rules share a population."""
    key = (id(problem), population, waived_by)
    held = _CACHE.get(key)
    if held is not None and held[0] is problem:
        return held[1]
    found = population.indices(problem)
    if waived_by is not None:
        found = np.array([i for i in found if waived_by not in problem.people[i].opt_ins], np.int64)
    if len(_CACHE) > 256:
        _CACHE.clear()
    _CACHE[key] = (problem, found)
    return found
