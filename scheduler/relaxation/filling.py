"""Filling vacant heads while some rules give: a matching of heads to people, held against the limits as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .gaps import Breach, Gaps, Head, Option

Pair = tuple[Head, int]
"""(head, person)"""
MOST_TRIES = 12
"""People tried for one head after the matching has met a limit that ties people together."""


@dataclass(frozen=True)
class Filling:
    """Some heads filled, and what it breaks: entries among those that were allowed to give."""

    pairs: tuple[Pair, ...]
    breaches: dict[int, list[Breach]]

    @property
    def fills(self) -> int:
        return len(self.pairs)


def fill(gaps: Gaps, allowed: Iterable[int]) -> Filling:
    """As many heads as can be found filled while only `allowed` entries give, and those as little as may be.

    Everybody takes one head in the matching. Its worst severity is the least with which as many are filled.
    """
    give = frozenset(allowed)
    options = {d: [o for o in held if o.entries <= give] for d, held in gaps.options.items()}
    best = _matching(gaps.heads, options)
    levels = sorted({o.severity for held in options.values() for o in held if o.entries})
    low, high = 0, len(levels)
    while low < high:  # the least level at which as many are filled; below the first nobody gives at all
        middle = (low + high) // 2
        fewer = _matching(gaps.heads, _up_to(options, levels[middle - 1] if middle else None))
        low, high = (low, middle) if len(fewer) == len(best) else (middle + 1, high)
    options = _up_to(options, levels[low - 1] if low else None)
    return _held_to_limits(gaps, give, options, _matching(gaps.heads, options))


def _up_to(options: dict[int, list[Option]], level: int | None) -> dict[int, list[Option]]:
    return {
        d: [o for o in held if not o.entries or (level is not None and o.severity <= level)]
        for d, held in options.items()
    }


def _matching(heads: tuple[Head, ...], options: dict[int, list[Option]]) -> dict[int, int]:
    """A largest matching, person → number of the head (Kuhn): heads with few options first, gentle options first."""
    head_of: dict[int, int] = {}

    def place(number: int, seen: set[int]) -> bool:
        for option in options[heads[number].demand]:
            if option.person in seen:
                continue
            seen.add(option.person)
            if option.person not in head_of or place(head_of[option.person], seen):
                head_of[option.person] = number
                return True
        return False

    for number in sorted(range(len(heads)), key=lambda n: len(options[heads[n].demand])):
        place(number, set())
    return head_of


def _held_to_limits(
    gaps: Gaps, give: frozenset[int], options: dict[int, list[Option]], head_of: dict[int, int]
) -> Filling:
    """The matching as far as it breaks nothing else; the heads that are left over are tried one by one."""
    wanted = [(gaps.heads[n], person) for person, n in sorted(head_of.items(), key=lambda item: item[1])]
    breaches = gaps.worsened(wanted)
    if breaches.keys() <= give and len(wanted) == len(gaps.heads):
        return Filling(tuple(wanted), breaches)
    kept: list[Pair] = []
    filled: set[int] = set()
    numbers = {n: (gaps.heads[n], person) for person, n in head_of.items()}
    if breaches.keys() <= give:
        kept, filled = wanted, set(numbers)
    for n, head in enumerate(gaps.heads):
        if n in filled:
            continue
        first = [numbers[n]] if n in numbers else []
        others = [(head, o.person) for o in options[head.demand]]
        for pair in [*first, *others][:MOST_TRIES]:
            if _is_new(pair, kept) and gaps.worsened([*kept, pair]).keys() <= give:
                kept.append(pair)
                break
    return Filling(tuple(kept), gaps.worsened(kept))


def _is_new(pair: Pair, kept: list[Pair]) -> bool:
    head, person = pair
    return all(other.duty != head.duty or who != person for other, who in kept)
