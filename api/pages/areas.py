"""The tree of areas, walked from the root down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scheduler.problem import Area, Post, Problem


@dataclass(frozen=True, slots=True)
class Branch:
    """One area in the tree beside the board; posts and vacancies of its whole subtree."""

    id: str
    name: str
    depth: int
    posts: int
    short: int


def walk(problem: Problem) -> list[tuple[Area, int]]:
    """Every area with its depth, parents before their children."""
    return in_tree(problem.areas)


def in_tree(areas: Sequence[Area]) -> list[tuple[Area, int]]:
    """Areas with their depth, parents before their children; whose parent is not among them stands at the top."""
    known = {a.id for a in areas}
    children: dict[str | None, list[Area]] = defaultdict(list)
    for area in areas:
        children[area.parent if area.parent in known else None].append(area)
    found: list[tuple[Area, int]] = []
    waiting = [(root, 0) for root in reversed(children[None])]
    while waiting:
        area, depth = waiting.pop()
        found.append((area, depth))
        waiting += [(child, depth + 1) for child in reversed(children[area.id])]
    return found


def posts_in_order(problem: Problem) -> list[Post]:
    """Posts in the order of the tree, and within an area as they were entered."""
    place = {area.id: n for n, (area, _) in enumerate(walk(problem))}
    return sorted(problem.posts, key=lambda p: place.get(p.area or "", -1))


def tree(problem: Problem, short_of_duty: Mapping[str, int], lang: str) -> tuple[Branch, ...]:
    """The areas that hold any duty of the window, each with its posts and vacancies."""
    posts: dict[str, set[str]] = defaultdict(set)
    short: dict[str, int] = defaultdict(int)
    holds: set[str] = set()
    for duty, where in zip(problem.duties, problem.duty_area, strict=True):
        if where is not None:
            holds.add(where)
            short[where] += short_of_duty.get(duty.id, 0)
            if duty.post:
                posts[where].add(duty.post)
    branches = []
    for area, depth in walk(problem):
        below = problem.area_and_below[area.id]
        if below & holds:
            count = len(set().union(*(posts[a] for a in below)))
            branches.append(
                Branch(area.id, problem.name("area", area.id, lang), depth, count, sum(short[a] for a in below))
            )
    return tuple(branches)
