"""The rotation for thousands of people: who is next at a post stands at the head of a queue.

It keeps the same law as `Rota` and takes the least loaded first, but looks only at as many people as it must.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from heapq import heapify, heappop, heappush

from .draft import Draft, Need, Slot
from .rota import Rota
from .words import Piece

Entry = tuple[float, float, Draft]
"""Load, an order that is never the same twice, and the person."""


def pools_of(people: Iterable[Draft], posts: Iterable[Piece], areas: Iterable[Piece]) -> dict[str, list[Draft]]:
    """The people of each post: those bound to it or to an area above it, and those who are bound to nothing."""
    parent = {a["id"]: a.get("parent") for a in areas}
    bound: dict[str, list[Draft]] = {}
    everywhere: list[Draft] = []
    for person in people:
        places = {f"post {p}" for p in person.bound_posts} | {f"area {a}" for a in person.bound_areas}
        for place in sorted(places):
            bound.setdefault(place, []).append(person)
        if not places:
            everywhere.append(person)
    pools = {}
    for post in posts:
        pool = {p.id: p for p in bound.get(f"post {post['id']}", ())}
        area = post.get("area")
        while area is not None:
            pool.update((p.id, p) for p in bound.get(f"area {area}", ()))
            area = parent[area]
        pools[post["id"]] = [*pool.values(), *everywhere]
    return pools


@dataclass
class QueuedRota(Rota):
    """A rotation over posts whose people are known beforehand."""

    pools: Mapping[str, Sequence[Draft]] = field(default_factory=dict)
    """Who may serve at each post."""
    may_take: Callable[[Draft, Slot, Need], bool] = lambda person, slot, need: True
    """What else a town asks of whoever takes a seat."""
    _queues: dict[tuple[str, tuple[str, ...]], list[Entry]] = field(default_factory=dict)

    def _pick(self, slot: Slot, need: Need, team: list[Draft], last: bool) -> Draft | None:
        queue = self._queue(slot, need)
        day = self.start + timedelta(days=slot.day)
        looked_at: list[Entry] = []
        chosen: Draft | None = None
        spare: Draft | None = None
        while queue and chosen is None:
            load, order, person = heappop(queue)
            now = self._load(person, need)
            if now != load:  # has served since, perhaps at another post
                heappush(queue, (now, order, person))
                continue
            looked_at.append((load, order, person))
            if any(mate is person for mate in team) or not all(person.holds(q, day) for q in need.qualifications):
                continue
            if not self.may_take(person, slot, need):
                continue
            away = person.away(slot.start, slot.end)
            if (away and (spare is not None or any(s.firm for s in away))) or not self._lawful(person, slot, team):
                continue
            if away:
                spare = person
            else:
                chosen = person
        for entry in looked_at:
            heappush(queue, entry)
        if chosen is None and spare is not None:
            said = spare.away(slot.start, slot.end)
            spare.spans = [s for s in spare.spans if s not in said]
            chosen = spare
        return chosen

    def _queue(self, slot: Slot, need: Need) -> list[Entry]:
        key = (slot.post or "", need.qualifications)
        if key not in self._queues:
            able = [p for p in self.pools[key[0]] if all(q in p.qualifications for q in need.qualifications)]
            queue = [(self._load(p, need), self._order[p.id], p) for p in able]
            heapify(queue)
            self._queues[key] = queue
        return self._queues[key]
