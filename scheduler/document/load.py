"""From a problem document to a `Problem`, or to everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..problem import Assignment, Demand, Duty, Person, Post, Problem, ShiftPattern, StaffingTemplate
from . import references
from .faults import DocumentError, Faults, Path
from .read import Reader
from .rule_entries import read_rules
from .shape import MAX_DUTIES, MAX_SEATS, NOUNS
from .staffing import expand_staffing, staffed_days, staffed_shifts
from .verdict import definition_of, iter_entries, judge, judge_entry, judge_outside

Document = dict[str, Any]


def load(document: Any, *, nobody_yet: bool = False) -> Problem:
    """The problem that a document describes; with `nobody_yet` it may have neither people nor duties.

    Raises `DocumentError` with all faults: shape, meaning and references. Fields that are null count as left out.
    """
    faults = Faults()
    if not isinstance(document, dict):
        judge_outside(document, faults)
        raise DocumentError(faults.as_list())
    return _Loading(document, faults).problem(nobody_yet)


class _Loading:
    """One pass over a document; carries on past faults so that all of them are found."""

    def __init__(self, document: Document, faults: Faults) -> None:
        self.document, self.faults = document, faults
        self.bad = judge_outside(document, faults)
        self.zone = self._zone()
        self.reader = Reader(self.zone, faults)
        self.start = self._start()
        self.days = int(document["days"]) if "days" in document and "days" not in self.bad else None
        self.refs = references.References(document, faults)

    def problem(self, nobody_yet: bool) -> Problem:
        references.check(self.document, self.refs)
        held = {noun: self._entities(noun) for noun in NOUNS}
        posts = tuple(held["posts"])
        duties = self._duties(posts, held)
        self._histories(held["people"])
        if not nobody_yet:
            self._not_empty(duties)
        rules = read_rules(self.document, self.refs, self.reader)
        baseline = self._baseline({d.id: d for d in duties})
        now = self._now()
        self.faults.raise_if_any()
        assert self.start is not None  # else there was a fault
        assert self.days is not None
        town = self.document["town"]
        return Problem(
            town=town["id"],
            town_name=town["name"],
            zone=self.zone,
            start=self.start,
            days=self.days,
            people=tuple(held["people"]),
            duties=duties,
            rules=rules,
            posts=tuple(_without_staffing(p) for p in posts),
            baseline=baseline,
            now=now,
            **{n: tuple(held[n]) for n in _KEPT},
        )

    # --- window -----------------------------------------------------------------------------------------
    def _zone(self) -> str:
        """The zone by name; UTC to carry on with when it is at fault."""
        name = self.document.get("zone")
        if not isinstance(name, str) or "zone" in self.bad:
            return "UTC"
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.faults.add(("zone",), "unknown_zone", value=name)
            return "UTC"
        return name

    def _start(self) -> date | None:
        written = self.document.get("start")
        if not isinstance(written, str) or "start" in self.bad:
            return None
        held = self.reader.day(written, ("start",))
        if held is not None and not 1971 <= held.year <= 2100:
            self.faults.add(("start",), "out_of_calendar", value=written)
            return None
        return held

    def _now(self) -> datetime | None:
        written = self.document.get("now")
        if not isinstance(written, str) or "now" in self.bad:
            return None
        return self.reader.instant(written, ("now",), whole_minute=False)

    # --- entities ---------------------------------------------------------------------------------------
    def _entities(self, noun: str) -> list[Any]:
        definition = definition_of(noun)
        held = []
        for i, body in iter_entries(self.document, noun):
            path: Path = (noun, i)
            if judge_entry(noun, body, path, self.faults):
                value = self.reader.entity(definition, body, path)
                if value is not None:
                    held.append(value)
            elif isinstance(body, dict):
                self.reader.salvage(definition, body, path)
        return held

    def _histories(self, people: list[Person]) -> None:
        """Past duties start before the window."""
        if self.start is None:
            return
        opens = datetime.combine(self.start, datetime.min.time(), self.reader.zone).timestamp()
        for person in people:
            for k, past in enumerate(person.history.recent):
                if past.start.timestamp() >= opens:
                    path: Path = ("people", self.refs.ids["people"][person.id], "history", "recent", k, "start")
                    self.faults.add(path, "not_before_window", first=self.start.isoformat())

    def _not_empty(self, duties: tuple[Duty, ...]) -> None:
        people = self.document.get("people")
        if isinstance(people, list) and not people:
            self.faults.add(("people",), "no_people")
        if not duties and not self.faults:
            self.faults.add(("duties",), "no_duties")

    # --- duties -----------------------------------------------------------------------------------------
    def _duties(self, posts: tuple[Post, ...], held: dict[str, list[Any]]) -> tuple[Duty, ...]:
        expanded = self._expanded(posts, held["shift_patterns"], held["staffing_templates"])
        places: dict[str, Path] = {d.id: ("posts", self.refs.ids["posts"][str(d.post)]) for d in expanded}
        if len(places) < len(expanded):
            self._twice_staffed(expanded)
        for noun in ("duties", "errand_runs"):
            for id_, i in self.refs.ids[noun].items():
                if id_ in places:
                    self.faults.add((noun, i, "id"), "duplicate_id", id=id_, first=_place(places[id_]))
                places.setdefault(id_, (noun, i))
        for noun in ("duties", "errand_runs"):
            for duty in held[noun]:
                self._in_window(duty, (noun, self.refs.ids[noun][duty.id]))
        duties = (*expanded, *held["duties"], *held["errand_runs"])
        self._within_size("duties", len(duties), sum(_heads(d.seats) for d in duties))
        return duties

    def _within_size(self, noun: str, duties: int, seats: int) -> bool:
        """True when so many duties and seats can be rostered in one window."""
        if duties > MAX_DUTIES:
            self.faults.add((noun,), "too_many_duties", count=duties, limit=MAX_DUTIES)
        if seats > MAX_SEATS:
            self.faults.add((noun,), "too_many_seats", count=seats, limit=MAX_SEATS)
        return duties <= MAX_DUTIES and seats <= MAX_SEATS

    def _expanded(
        self, posts: tuple[Post, ...], patterns: list[ShiftPattern], templates: list[StaffingTemplate]
    ) -> tuple[Duty, ...]:
        """Duties from staffing, as far as the document is sound; nothing when they would be too many."""
        if self.start is None or self.days is None:
            return ()
        pattern_by_id, heads = {p.id: p for p in patterns}, {t.id: _heads(t.seats) for t in templates}
        sound, count, seats = [], 0, 0
        for post in posts:
            for staffing in post.staffing:
                if staffing.pattern in pattern_by_id and staffing.template in heads:
                    shifts = staffed_shifts(staffing, pattern_by_id[staffing.pattern])
                    made = len(shifts) * len(staffed_days(staffing, self.start, self.days))
                    count, seats = count + made, seats + made * heads[staffing.template]
            kept = tuple(s for s in post.staffing if s.pattern in pattern_by_id and s.template in heads)
            sound.append(_without_staffing(post, kept))
        if not self._within_size("posts", count, seats):
            return ()
        return expand_staffing(sound, patterns, templates, self.zone, self.start, self.days)

    def _twice_staffed(self, duties: tuple[Duty, ...]) -> None:
        seen: set[str] = set()
        for duty in duties:
            if duty.id in seen:
                path: Path = ("posts", self.refs.ids["posts"][str(duty.post)], "staffing")
                self.faults.add(path, "staffed_twice", shift=str(duty.shift))
            seen.add(duty.id)

    def _in_window(self, duty: Duty, path: Path) -> None:
        if self.start is None or self.days is None:
            return
        last = self.start + timedelta(days=self.days - 1)
        if not self.start <= duty.start.date() <= last:
            self.faults.add((*path, "start"), "outside_window", first=self.start.isoformat(), last=last.isoformat())

    # --- baseline ---------------------------------------------------------------------------------------
    def _baseline(self, duties: dict[str, Duty]) -> tuple[Assignment, ...]:
        baseline = self.document.get("baseline")
        held: dict[tuple[str, str], Assignment] = {}
        sound = not self._unsound()
        for i, body in iter_entries(baseline if isinstance(baseline, dict) else {}, "assignments"):
            path: Path = ("baseline", "assignments", i)
            if not judge("assignment", body, path, self.faults):
                continue
            one = self.reader.assignment(body, path)
            self.refs.one(body, "person", "people", path)
            self._baseline_duty(one, duties, path, sound)
            if (one.person, one.duty) in held:
                self.faults.add(path, "duplicate_assignment", person=one.person, duty=one.duty)
            held.setdefault((one.person, one.duty), one)
        return tuple(held.values())

    def _baseline_duty(self, one: Assignment, duties: dict[str, Duty], path: Path, sound: bool) -> None:
        duty = duties.get(one.duty)
        if duty is None:
            raw = one.duty in self.refs.ids["duties"] or one.duty in self.refs.ids["errand_runs"]
            if not raw and sound:
                self.refs.missing(one.duty, "duties", (*path, "duty"))
        elif duty.seat(one.position) is None:
            self.faults.add((*path, "position"), "position_not_in_duty", duty=one.duty, position=one.position)

    def _unsound(self) -> bool:
        """True when the duties from staffing may be incomplete because something else is at fault."""
        lists = ("posts", "shift_patterns", "staffing_templates", "start", "days", "zone")
        return any(f.path.startswith(lists) for f in self.faults.as_list())


_KEPT = ("areas", "categories", "units", "qualifications", "positions", "contracts", "vehicles")


def _heads(seats: Iterable[Demand]) -> int:
    return sum(seat.max for seat in seats)


def _without_staffing(post: Post, staffing: tuple[Any, ...] = ()) -> Post:
    """The post with other staffing; a problem's posts have none, for it has become duties."""
    if post.staffing == staffing:
        return post
    fields = {f: getattr(post, f) for f in Post.__slots__}
    return Post(**fields | {"staffing": staffing})


def _place(path: Path) -> str:
    return f"{path[0]}[{path[1]}]"
