"""How far a post is from home, as far as coordinates tell."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

from .problem import Problem

EARTH_KILOMETRES = 6371.0
Place = tuple[float, float]


def kilometres(one: Place, other: Place) -> float:
    """Great-circle distance between two (latitude, longitude) in degrees."""
    (a, b), (c, d) = ((radians(x), radians(y)) for x, y in (one, other))
    half = sin((c - a) / 2) ** 2 + cos(a) * cos(c) * sin((d - b) / 2) ** 2
    return 2 * EARTH_KILOMETRES * asin(sqrt(min(1.0, half)))


def kilometres_from_home(problem: Problem, area: str | None, post: str | None) -> float | None:
    """From the middle of a home area (the mean of its own posts) to a post; None when either is not on the map."""
    home, there = homes(problem).get(area or ""), problem.post_by_id.get(post or "")
    if home is None or there is None or there.latitude is None or there.longitude is None:
        return None
    return kilometres(home, (there.latitude, there.longitude))


def homes(problem: Problem) -> dict[str, Place]:
    """The middle of each area that has posts with coordinates; kept on the problem."""
    held: dict[str, Place] | None = vars(problem).get("_homes")
    if held is None:
        places: dict[str, list[Place]] = {}
        for post in problem.posts:
            if post.area is not None and post.latitude is not None and post.longitude is not None:
                places.setdefault(post.area, []).append((post.latitude, post.longitude))
        held = {
            area: (sum(p[0] for p in spots) / len(spots), sum(p[1] for p in spots) / len(spots))
            for area, spots in places.items()
        }
        vars(problem)["_homes"] = held
    return held
