"""A small town out of a large one: some posts, some of the people who may serve there, and the rules about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from scheduler import document

Body = dict[str, Any]


def cut(town: Body, people: int, first_post: int = 0) -> Body:
    """The problem document of so many people, with about as many seats for each of them as in the whole town.

    Posts are taken in their order from `first_post` on. Those who are bound to them come first, then whoever may serve
    anywhere; of too many the same part of every kind is kept. Raises ValueError when fewer than `people` may serve.
    """
    work = _heads_by_post(town)
    enough = people * sum(work.values()) / len(town["people"])
    posts = town["posts"][first_post:] + town["posts"][:first_post]
    kept: list[str] = []
    heads = 0
    for post in posts:
        more = work.get(post["id"], 0)
        fits = heads + more / 2 <= enough or len(_candidates(town, kept)) < people
        if more and fits:
            kept.append(post["id"])
            heads += more
    candidates = _candidates(town, kept)
    if len(candidates) < people:
        raise ValueError(f"{len(candidates)} people may serve, {people} are wanted")
    bound = [p for p in candidates if _is_bound(p)]
    free = [p for p in candidates if not _is_bound(p)]
    chosen = evenly(sorted(bound, key=_kind), people)
    chosen += evenly(sorted(free, key=_kind), people - len(chosen))
    return restrict(town, {p["id"] for p in chosen}, set(kept))


def restrict(town: Body, people: set[str], posts: set[str]) -> Body:
    """The same document about these people and posts alone; what named the others names them no more.

    Of work that belongs to no post as large a part is kept as of the people. Rules that spoke only of what is gone go
    with it. The vocabulary, the areas and the past stay.
    """
    part = len(people) / max(1, len(town["people"]))
    posted = [d for d in town.get("duties", []) if d.get("post") is not None]
    free = [d for d in town.get("duties", []) if d.get("post") is None]
    duties = [*(d for d in posted if d["post"] in posts), *evenly(free, round(part * len(free)))]
    cut_town = town | {
        "posts": [p for p in town["posts"] if p["id"] in posts],
        "people": [_person(p, posts) for p in town["people"] if p["id"] in people],
        "rules": [rule for whole in town["rules"] for rule in _rule(whole, people, posts)],
    }
    if "duties" in town:
        cut_town["duties"] = duties
    if "errand_runs" in town:
        cut_town["errand_runs"] = evenly(town["errand_runs"], round(part * len(town["errand_runs"])))
    if town.get("baseline"):
        known = {d.id for d in document.load(cut_town | {"baseline": None}).duties}
        kept = [a for a in town["baseline"]["assignments"] if a["person"] in people and a["duty"] in known]
        cut_town["baseline"] = town["baseline"] | {"assignments": kept}
    return cut_town


def evenly(things: Sequence[Any], most: int) -> list[Any]:
    """At most so many of them, the gaps between them as equal as can be."""
    count = max(0, min(most, len(things)))
    return [things[(2 * i + 1) * len(things) // (2 * count)] for i in range(count)]


def _heads_by_post(town: Body) -> dict[str, int]:
    """How many heads the duties of each post need in the window."""
    heads: dict[str, int] = {}
    for duty in document.load(town).duties:
        if duty.post is not None:
            heads[duty.post] = heads.get(duty.post, 0) + sum(seat.min for seat in duty.seats)
    return heads


def _candidates(town: Body, posts: Sequence[str]) -> list[Body]:
    """Who may serve at one of the posts, as far as their own binding goes."""
    parent = {area["id"]: area.get("parent") for area in town["areas"]}
    areas = {above for p in town["posts"] if p["id"] in posts for above in _upwards(p.get("area"), parent)}
    return [
        p
        for p in town["people"]
        if not _is_bound(p)
        or not areas.isdisjoint(p.get("bound_areas", []))
        or not set(posts).isdisjoint(p.get("bound_posts", []))
    ]


def _upwards(area: str | None, parent: dict[str, str | None]) -> Iterator[str]:
    """An area and all that it lies in."""
    while area is not None:
        yield area
        area = parent.get(area)


def _is_bound(person: Body) -> bool:
    return bool(person.get("bound_posts") or person.get("bound_areas"))


def _kind(person: Body) -> tuple[str, str, tuple[str, ...], str]:
    held = tuple(sorted(q["id"] for q in person.get("qualifications", [])))
    return person["category"], person.get("contract") or "", held, person["id"]


def _person(person: Body, posts: set[str]) -> Body:
    return person | {"bound_posts": [p for p in person.get("bound_posts", []) if p in posts]}


def _rule(rule: Body, people: set[str], posts: set[str]) -> list[Body]:
    """The rule about those who are left, or none: an empty list of posts or people would speak of all."""
    own = dict(rule)
    if own.get("posts"):
        own["posts"] = _left(own["posts"], posts)
    if own.get("groups"):
        groups = [_left(group, people) for group in own["groups"]]
        own["groups"] = [group for group in groups if len(group) > 1]
    for field in ("population", "members"):
        if (own.get(field) or {}).get("people"):
            own[field] = own[field] | {"people": _left(own[field]["people"], people)}
            if not own[field]["people"]:
                return []
    emptied = [field for field in ("posts", "groups") if rule.get(field) and not own[field]]
    return [] if emptied and not (emptied == ["groups"] and own.get("households")) else [own]


def _left(ids: Iterable[str], kept: set[str]) -> list[str]:
    return [i for i in ids if i in kept]
