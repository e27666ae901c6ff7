"""How far a post is from home, as far as coordinates tell."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

import numpy as np

from .problem import Problem

EARTH_KILOMETRES = 6371.0
Place = tuple[float, float]


def kilometres(one: Place, other: Place) -> float:
    """Great-circle distance between two (latitude, longitude) in degrees."""
    (a, b), (c, d) = ((radians(x), radians(y)) for x, y in (one, other))
    half = sin((c - a) / 2) ** 2 + cos(a) * cos(c) * sin((d - b) / 2) ** 2
    return 2 * EARTH_KILOMETRES * asin(sqrt(min(1.0, half)))


def kilometres_from_home(problem: Problem, area: str | None, post: str | None) -> float | None:
    """From the middle of a home area to a post; None when either is not on the map."""
    home, there = homes(problem).get(area or ""), problem.post_by_id.get(post or "")
    if home is None or there is None or there.latitude is None or there.longitude is None:
        return None
    return kilometres(home, (there.latitude, there.longitude))


def metres_from_home(problem: Problem, area: str | None) -> np.ndarray:
    """int64[posts]: whole metres from the middle of a home area to each post; −1 where either is not on the map."""
    held: dict[str | None, np.ndarray] = problem.once("_metres_from_home", dict)
    if area not in held:
        held[area] = _metres(problem, homes(problem).get(area or ""))
    return held[area]


def _metres(problem: Problem, home: Place | None) -> np.ndarray:
    metres = np.full(len(problem.posts), -1, np.int64)
    known = [
        (i, p.latitude, p.longitude)
        for i, p in enumerate(problem.posts)
        if p.latitude is not None and p.longitude is not None
    ]
    if home is not None and known:
        at, north, east = np.array(known, float).T
        a, b = (radians(x) for x in home)
        c, d = np.radians(north), np.radians(east)
        half = np.sin((c - a) / 2) ** 2 + cos(a) * np.cos(c) * np.sin((d - b) / 2) ** 2
        metres[at.astype(np.int64)] = np.rint(2000 * EARTH_KILOMETRES * np.arcsin(np.sqrt(np.minimum(1.0, half))))
    return metres


def homes(problem: Problem) -> dict[str, Place]:
    """The middle of each area that is on the map: its own coordinates, else the mean of its own posts'."""
    return problem.once("_homes", lambda: _homes(problem))


def _homes(problem: Problem) -> dict[str, Place]:
    places: dict[str, list[Place]] = {}
    for post in problem.posts:
        if post.area is not None and post.latitude is not None and post.longitude is not None:
            places.setdefault(post.area, []).append((post.latitude, post.longitude))
    found = {
        area: (sum(p[0] for p in spots) / len(spots), sum(p[1] for p in spots) / len(spots))
        for area, spots in places.items()
    }
    for known in problem.areas:
        if known.latitude is not None and known.longitude is not None:
            found[known.id] = (known.latitude, known.longitude)
    return found
