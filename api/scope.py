"""What somebody sees of a town: all of it, some areas with all below them, or only themselves.

Said once, here, for posts, duties, people, rosters, absences and repairs. A duty belongs to its own area, else to its
post's; a person to their area and to the posts and areas that they are bound to. An assignment is seen by whoever sees
its duty or its person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from models.records import Absence, Acknowledgement, RosterVersion, Thing
from models.store import Store
from scheduler.problem import Area, Assignment, Duty, Person, Post, Problem

from .rights import Actor, Volunteer


@dataclass(frozen=True)
class Scope:
    """`areas` are those of the account without what is below them; None is the whole town."""

    store: Store
    town: str
    areas: frozenset[str] | None = None
    person: str | None = None
    """Somebody who sees nothing but themselves."""

    @property
    def whole(self) -> bool:
        """Whether nothing of the town is hidden."""
        return self.areas is None and self.person is None

    @cached_property
    def inside(self) -> frozenset[str]:
        """The areas, with all areas below them."""
        below: dict[str | None, list[str]] = {}
        for area in self.store.things.all(self.town, "areas"):
            assert isinstance(area, Area)
            below.setdefault(area.parent, []).append(area.id)
        found, waiting = set[str](), list(self.areas or ())
        while waiting:
            area_id = waiting.pop()
            if area_id not in found:
                found.add(area_id)
                waiting += below.get(area_id, [])
        return frozenset(found)

    @cached_property
    def posts(self) -> frozenset[str]:
        """The ids of the posts inside."""
        return frozenset(p.id for p in self.store.things.all(self.town, "posts") if self._area_of(p) in self.inside)

    @cached_property
    def people(self) -> frozenset[str]:
        """The ids of everybody who belongs here."""
        if self.person is not None:
            return frozenset([self.person])
        return self.store.things.people_of(self.town, self.inside, self.posts)

    def sees_person(self, person: str) -> bool:
        return self.whole or person in self.people

    def sees_duty(self, duty: Duty) -> bool:
        if self.whole:
            return True
        return duty.area in self.inside if duty.area is not None else duty.post in self.posts

    def sees(self, noun: str, thing: Thing) -> bool:
        """Master data: posts, areas and people of the areas; words that the whole town shares are for everybody."""
        if self.whole:
            return True
        match thing:
            case Post():
                return self._area_of(thing) in self.inside
            case Area():
                return thing.id in self.inside
            case Person():
                bound = {*thing.bound_areas} & self.inside or {*thing.bound_posts} & self.posts
                return thing.area in self.inside or bool(bound)
        return noun not in ("posts", "areas", "people")

    def only(self, noun: str) -> frozenset[str] | None:
        """The ids of a noun's things that are seen; None for all."""
        if self.whole:
            return None
        return {"posts": self.posts, "areas": self.inside, "people": self.people}.get(noun)

    def assignments(self, assignments: Iterable[Assignment], duties: Iterable[Duty]) -> list[Assignment]:
        """Those whose duty or person is seen."""
        if self.whole:
            return list(assignments)
        seen = self._duty_ids(duties)
        return [a for a in assignments if a.duty in seen or a.person in self.people]

    def roster(self, version: RosterVersion) -> RosterVersion:
        """A version with the duties and assignments that are seen; its figures tell of the whole town: left out."""
        if self.whole:
            return version
        kept = tuple(self.assignments(version.assignments, version.duties))
        named = {a.duty for a in kept}
        duties = tuple(d for d in version.duties if d.id in named or self.sees_duty(d))
        return replace(version, assignments=kept, duties=duties, summary={})

    def board(self, problem: Problem, assignments: Iterable[Assignment]) -> tuple[Problem, tuple[Assignment, ...]]:
        """Posts and duties inside with their whole teams, wherever these come from: to look at, not to judge by."""
        if self.whole:
            return problem, tuple(assignments)
        seen = self._duty_ids(problem.duties)
        kept = tuple(a for a in assignments if a.duty in seen)
        there = {a.person for a in kept} | self.people
        return replace(
            problem,
            people=tuple(p for p in problem.people if p.id in there),
            duties=tuple(d for d in problem.duties if d.id in seen),
            posts=tuple(p for p in problem.posts if p.id in self.posts),
            areas=tuple(a for a in problem.areas if a.id in self.inside),
        ), kept

    def loads(self, problem: Problem, assignments: Iterable[Assignment]) -> tuple[Problem, tuple[Assignment, ...]]:
        """People who belong here with everything that they serve, wherever that is."""
        if self.whole:
            return problem, tuple(assignments)
        own = tuple(p for p in problem.people if p.id in self.people)
        return replace(problem, people=own), tuple(a for a in assignments if a.person in self.people)

    def findings(self, problem: Problem, found: Iterable[Any]) -> list[dict[str, Any]]:
        """What a checker found, as JSON, as far as it names somebody or some duty that is seen."""
        return [f for f in found if self.whole or self._concerns(problem, f)]

    def ranking(self, body: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
        """Candidates for a seat and who cannot take it, as JSON, as far as they belong here."""
        if self.whole:
            return body
        return {name: [c for c in listed if c["person"] in self.people] for name, listed in body.items()}

    def absences(self, absences: Iterable[Absence]) -> list[Absence]:
        return [a for a in absences if self.sees_absence(a)]

    def sees_absence(self, absence: Absence) -> bool:
        """Of people who belong here, and of others while they serve here."""
        return self.may_report(absence.person, absence.start, absence.end)

    def may_report(self, person: str, start: datetime, end: datetime) -> bool:
        """Whether an absence of this person in [start, end) is a matter of these areas."""
        if self.sees_person(person):
            return True
        if self.person is not None:
            return False
        served = self.store.rosters.duties_of(self.town, person, start, end)
        return bool(served) and all(self.sees_duty(s.duty) for s in served)

    def acknowledgements(self, week: date, said: Iterable[Acknowledgement]) -> list[Acknowledgement]:
        """Of duties inside and of people who belong here."""
        if self.whole:
            return list(said)
        seen = self._duty_ids(self._published(week))
        return [a for a in said if a.person in self.people or a.duty in seen]

    def may_acknowledge(self, week: date, person: str, duty: str) -> bool:
        """Whether somebody's presence on a published duty is a matter of these areas."""
        if self.sees_person(person):
            return True
        return self.person is None and duty in self._duty_ids(self._published(week))

    def _published(self, week: date) -> Sequence[Duty]:
        published = self.store.rosters.find(self.town, week, "published")
        return published.duties if published else ()

    def alternative(self, problem: Problem, changes: Sequence[dict[str, Any]]) -> bool:
        """Whether an alternative of a repair moves only people who belong here, on duties inside."""
        if self.whole:
            return True
        seen = self._duty_ids(problem.duties)
        touched = {d for c in changes for side in ("gained", "lost") for d in _ids(c.get(side, ()))}
        return all(c["person"] in self.people for c in changes) and touched <= seen

    def seen_of(self, alternative: dict[str, Any], duties: Sequence[Duty]) -> dict[str, Any]:
        """An alternative with the vacancies, assignments and breaches of these areas alone."""
        inside = self._duty_ids(duties)
        kept = dict(alternative)
        for name in ("assignments", "vacancies"):
            kept[name] = [e for e in alternative.get(name, ()) if e["duty"] in inside or e.get("person") in self.people]
        return kept

    def repair(self, absences: Iterable[dict[str, Any]]) -> bool:
        """Whether all drop-outs that a repair deals with are a matter of these areas."""
        return self.whole or all(
            self.may_report(a["person"], datetime.fromisoformat(a["start"]), datetime.fromisoformat(a["end"]))
            for a in absences
        )

    def _duty_ids(self, duties: Iterable[Duty]) -> set[str]:
        return {d.id for d in duties if self.sees_duty(d)}

    def _concerns(self, problem: Problem, found: dict[str, Any]) -> bool:
        person = found.get("person")
        named = [found["duty"]] if "duty" in found else [*_ids(found.get("duties", ()))]
        index = problem.duty_index
        return person in self.people or any(d in index and self.sees_duty(problem.duties[index[d]]) for d in named)

    @staticmethod
    def _area_of(post: Thing) -> str | None:
        assert isinstance(post, Post)
        return post.area


def _ids(entries: Iterable[Any]) -> list[str]:
    """Ids of duties, given as such or as objects that name one."""
    return [e if isinstance(e, str) else e["duty"] for e in entries]


def scope_of(store: Store, actor: Actor, town: str) -> Scope:
    """What the actor sees of a town that they may enter."""
    if isinstance(actor, Volunteer):
        return Scope(store, town, frozenset(), actor.person)
    return Scope(store, town, actor.areas)
