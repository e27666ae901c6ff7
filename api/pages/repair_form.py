"""Who cannot come and when, as the repair page's form says it; everything is kept in the address until the start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from werkzeug.datastructures import MultiDict

from models.records import Absence
from scheduler.problem import Assignment, Problem

from .repair_view import Place, place
from .routes import local_in

FOUND = 12
NEXT_DUTIES = 3
"""So many of somebody's next duties are one tap away."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One ready-made span: a duty, a day or the rest of the week; `value` is what the form sends."""

    value: str
    place: Place | None
    start: datetime
    end: datetime
    rest: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One person who cannot come; instants are local and None while the form does not say them."""

    person: str
    name: str
    category: str
    choices: tuple[Choice, ...]
    chosen: str
    start: datetime | None
    end: datetime | None

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """What was typed, else what was chosen."""
        if self.start is not None and self.end is not None:
            return self.start, self.end
        return next(((c.start, c.end) for c in self.choices if c.value == self.chosen), None)

    @property
    def presets(self) -> tuple[Choice, ...]:
        """What is one tap away: the next duties (the chosen one first), the first day, the rest of the week."""
        duties = [c for c in self.choices if c.place]
        first = [c for c in duties if c.value == self.chosen] + [c for c in duties if c.value != self.chosen]
        days = [c for c in self.choices if not c.place and not c.rest]
        return (*first[:NEXT_DUTIES], *days[:1], *(c for c in self.choices if c.rest))


@dataclass(frozen=True, slots=True)
class Reported:
    """A drop-out that somebody reported, with what it hits."""

    absence: Absence
    name: str
    start: datetime
    end: datetime
    hits: tuple[Place, ...]


def entries(
    problem: Problem, assignments: Sequence[Assignment], form: MultiDict[str, str], now: datetime, lang: str
) -> list[Entry]:
    """The rows of the form, in its order, less a dropped one and with an added one."""
    people, chosen = form.getlist("person"), form.getlist("when")
    only = form.get("only")
    if only is not None:  # the one tap that says everything
        chosen, people = [only], people[:1]
    starts, ends = form.getlist("from"), form.getlist("to")
    dropped = form.get("drop", "")
    rows = [
        (
            p,
            chosen[i] if i < len(chosen) else "",
            starts[i] if i < len(starts) and only is None else "",
            ends[i] if i < len(ends) and only is None else "",
        )
        for i, p in enumerate(people)
        if p in problem.person_index and str(i) != dropped
    ]
    added = form.get("add", "")
    if added in problem.person_index:
        rows.append((added, "", "", ""))
    found = []
    for person, value, start, end in rows[:100]:
        ready = choices(problem, assignments, person, now, lang)
        typed = [None if t is None else t.replace(tzinfo=problem.tz) for t in (local_in(start), local_in(end))]
        who = problem.people[problem.person_index[person]]
        picked = value if any(c.value == value for c in ready) else ready[0].value if ready else ""
        category = problem.name("category", who.category, lang)
        found.append(Entry(person, who.name, category, ready, picked, *typed))
    return found


def choices(
    problem: Problem, assignments: Sequence[Assignment], person: str, now: datetime, lang: str
) -> tuple[Choice, ...]:
    """The person's duties that have not ended, the days that have not passed, and the rest of the week."""
    mine = sorted(
        (place(problem, a, lang) for a in assignments if a.person == person and a.duty in problem.duty_index),
        key=lambda p: p.start,
    )
    found = [Choice(p.duty, p, p.start, p.end) for p in mine if p.end > now]
    for i in range(problem.days):
        opens = datetime.combine(problem.date_of(i), time(), problem.tz)
        closes = datetime.combine(problem.date_of(i + 1), time(), problem.tz)
        if closes > now:
            found.append(Choice(f"day {i}", None, opens, closes))
    first = max(now.astimezone(problem.tz).replace(second=0, microsecond=0), problem.opens)
    last = datetime.combine(problem.date_of(problem.days), time(), problem.tz)
    if first < last:
        found.append(Choice("rest", None, first, last + _spill(mine, last), rest=True))
    return tuple(found)


def _spill(mine: Sequence[Place], last: datetime) -> timedelta:
    """How far the person's last night reaches beyond the window."""
    return max((p.end - last for p in mine if p.end > last), default=timedelta())


def reported(
    problem: Problem, assignments: Sequence[Assignment], absences: Sequence[Absence], lang: str
) -> list[Reported]:
    """Reported drop-outs of this week with the published duties that they hit, those that hit something first."""
    found = []
    for absence in absences:
        if absence.person in problem.person_index:
            hits = tuple(
                p
                for p in (place(problem, a, lang) for a in assignments if a.person == absence.person)
                if absence.start < p.end and p.start < absence.end
            )
            name = problem.people[problem.person_index[absence.person]].name
            start, end = absence.start.astimezone(problem.tz), absence.end.astimezone(problem.tz)
            found.append(Reported(absence, name, start, end, tuple(sorted(hits, key=lambda p: p.start))))
    return sorted(found, key=lambda r: (not r.hits, r.start))


def matching(problem: Problem, search: str, taken: Sequence[str]) -> list[tuple[str, str, str]]:
    """(id, name, category) of people whose name or id holds the text."""
    wanted = search.strip().casefold()
    if not wanted:
        return []
    hits = [
        (p.id, p.name, p.category)
        for p in problem.people
        if p.id not in taken and (wanted in p.name.casefold() or wanted == p.id.casefold())
    ]
    return hits[:FOUND]
