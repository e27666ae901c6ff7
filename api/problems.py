"""The problem of a stored week, loaded; the last few are kept, since loading and its limits cost more than asking."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from models.kept import Kept
from models.records import RosterVersion
from scheduler import activation, document
from scheduler.problem import Assignment, Problem
from scheduler.roster import assignment_json

from .access import store

KEPT = 40_000
"""People and duties of all problems that one process keeps: some 120 megabytes with their limits."""
MOST = 16
"""Problems, however small they are."""
Key = Hashable


class Once:
    """A key that is hashed once, however often it is looked up: thousands of duties stand in it."""

    __slots__ = ("_hash", "_of")

    def __init__(self, *of: Hashable) -> None:
        self._of, self._hash = of, hash(of)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Once) and self._hash == other._hash and self._of == other._of


def weight(problem: Problem) -> int:
    """People and duties; a small problem has arrays and limits, too."""
    return max(len(problem.people) + len(problem.duties), KEPT // MOST)


_kept: Kept[Key, Problem] = Kept(weight, KEPT)


def loaded(body: dict[str, Any]) -> Problem:
    """The problem of a document, perhaps from the last few. Raises DocumentError."""
    key = (hashlib.blake2b(json.dumps(body, sort_keys=True).encode()).digest(),)
    return _kept.get(key, lambda: document.load(body))


def problem_of(town: str, week: date) -> Problem:
    """The problem of a week with its own duties. Raises NotFound, DocumentError."""
    return problem_for(town, week)


def problem_of_draft(town: str, week: date, draft: RosterVersion | None = None) -> Problem:
    """The problem of a week's own duties, with those whom its draft, or what it would begin with, calls from standby.

    `draft` is the draft where the caller has it. Raises NotFound, DocumentError.
    """
    problem, published = problem_of(town, week), store().rosters.find(town, week, "published")
    if published is None or not any(duty.kind == "standby" for duty in published.duties):
        return problem
    version = draft or store().rosters.find(town, week, "draft") or published
    called = tuple(d for d in version.duties if any(seat.activated for seat in d.seats))
    if not called:
        return problem
    mark, _ = store().weeks.problem_unless_known(town, week, lambda _: True)
    duties = activation.since(problem.duties, called, (), ())
    return _kept.get(Once(mark, "draft", called), lambda: replace(problem, duties=duties))


def in_force(town: str, week: date) -> tuple[Assignment, ...]:
    """Who serves what by the published roster of a week; nobody while nothing is published."""
    version = store().rosters.find(town, week, "published")
    return () if version is None else version.assignments


def problem_for(town: str, week: date, *versions: RosterVersion) -> Problem:
    """The problem of a week with the duties that these versions staff; an earlier version's duties win."""
    staffed = tuple(version.duties for version in versions)
    mark, _ = store().weeks.problem_unless_known(town, week, lambda _: True)
    found = _kept.find(Once(mark, staffed))
    if found is not None:
        return found
    # A large one takes seconds and a hundred megabytes while it is made: not for everybody at a time.
    with _kept.turn((town, week)):
        return _made(town, week, versions, staffed)


def _made(town: str, week: date, versions: tuple[RosterVersion, ...], staffed: Hashable) -> Problem:
    """It is found after all where somebody else has made it meanwhile."""
    found: Problem | None = None

    def known(mark: bytes) -> bool:
        nonlocal found
        found = _kept.find(Once(mark, staffed))
        return found is not None

    mark, body = store().weeks.problem_unless_known(town, week, known)
    if found is not None:
        return found
    if versions:
        duties = {duty.id: duty for version in reversed(versions) for duty in version.duties}
        body["duties"] = [document.entity_to_json("duties", d) for d in sorted(duties.values(), key=_in_time)]
        body.pop("errand_runs", None)
    return _kept.keep(Once(mark, staffed), document.load(body, nobody_yet=True))


def problem_to_solve(town: str, week: date, now: datetime) -> dict[str, Any]:
    """The document of a week with what must stay.

    Of a published roster that is what has begun by `now` or is pinned, and all of it is the baseline that changes
    are counted against; without one it is what is pinned in the draft.
    """
    published = store().rosters.find(town, week, "published")
    if published is not None:
        return store().weeks.problem_document(town, week, now=now, baseline=published.number)
    problem = store().weeks.problem_document(town, week)
    draft = store().rosters.find(town, week, "draft")
    pinned = [assignment_json(a) for a in draft.assignments if a.pinned] if draft else []
    return problem | {"baseline": {"assignments": pinned}} if pinned else problem


def _in_time(duty: Any) -> tuple[Any, str]:
    return duty.start, duty.id
