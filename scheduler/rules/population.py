"""Whom a rule speaks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..problem import Person, Problem


def _of(noun: str) -> frozenset[str]:
    """A field that names things of one noun of the document; empty means any."""
    return field(default=frozenset(), metadata={"refers": noun})


def lies_in(problem: Problem, area: str | None, roots: Iterable[str]) -> bool:
    """True when `area` is one of `roots` or lies below one of them."""
    return area is not None and any(area == r or area in problem.area_and_below.get(r, ()) for r in roots)


@dataclass(frozen=True)
class Population:
    """Everybody for whom each given field matches by any of its values; without fields: everybody."""

    people: frozenset[str] = _of("people")
    categories: frozenset[str] = _of("categories")
    units: frozenset[str] = _of("units")
    contracts: frozenset[str] = _of("contracts")
    areas: frozenset[str] = _of("areas")
    """Home areas, subtrees included."""
    qualifications: frozenset[str] = _of("qualifications")
    """Held at the window's start."""
    tags: frozenset[str] = field(default=frozenset())

    @property
    def everybody(self) -> bool:
        return not any(getattr(self, f.name) for f in fields(self))

    def includes(self, person: Person, problem: Problem) -> bool:
        return (
            (not self.people or person.id in self.people)
            and (not self.categories or person.category in self.categories)
            and (not self.units or person.unit in self.units)
            and (not self.contracts or person.contract in self.contracts)
            and (not self.areas or lies_in(problem, person.area, self.areas))
            and (not self.qualifications or any(person.holds(q, problem.start) for q in self.qualifications))
            and (not self.tags or bool(self.tags & person.tags))
        )

    def indices(self, problem: Problem) -> np.ndarray:
        """Sorted int64 indices of the people meant."""
        if self.everybody:
            return np.arange(len(problem.people), dtype=np.int64)
        return np.array([i for i, p in enumerate(problem.people) if self.includes(p, problem)], np.int64)


EVERYBODY = Population()
