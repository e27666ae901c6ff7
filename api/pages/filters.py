"""What both views of a week look for: an area, a post, a unit, a category, a name; kept together in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scheduler.problem import Person, Problem

LONGEST = 100
KEYS = ("area", "post", "unit", "category")
"""The parts of the address that both views share."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; empty parts look for anything."""

    area: str = ""
    post: str = ""
    """A part of the post's name or its id."""
    unit: str = ""
    category: str = ""

    @property
    def any(self) -> bool:
        """Whether anything but an area is looked for."""
        return bool(self.post or self.unit or self.category)

    def names(self, name: str, id_: str | None) -> bool:
        """Whether a place of this name and id is looked for."""
        wanted = self.post.strip().casefold()
        return not wanted or wanted in name.casefold() or wanted == (id_ or "").casefold()

    def fits(self, person: Person) -> bool:
        return (not self.unit or person.unit == self.unit) and (not self.category or person.category == self.category)

    def people(self, problem: Problem) -> frozenset[str] | None:
        """The ids of the people who are looked for; None for anybody."""
        if not self.unit and not self.category:
            return None
        return frozenset(p.id for p in problem.people if self.fits(p))


def wanted_in(args: Mapping[str, str], problem: Problem) -> Wanted:
    """What an address looks for; ids that the problem does not know look for anything."""
    area, unit, category = (args.get(key, "") for key in ("area", "unit", "category"))
    return Wanted(
        area=area if area in problem.area_and_below else "",
        post=args.get("post", "").strip()[:LONGEST],
        unit=unit if any(u.id == unit for u in problem.units) else "",
        category=category if any(c.id == category for c in problem.categories) else "",
    )
