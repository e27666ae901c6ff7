"""In which order channels are tried: the town's own order, and who stands in for whom.

A message to a person goes by the first channel that reaches them; when that one has given up, by the next. A message to
a group or to the staff goes to each channel of its own; a channel that stands in for another one hears only what that
one could not take.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeVar


class Way(Protocol):
    """What of a channel says when its turn is; rows and records both have it."""

    @property
    def id(self) -> str: ...
    @property
    def reach(self) -> Any: ...
    @property
    def about(self) -> Any: ...
    @property
    def active(self) -> bool: ...
    @property
    def rank(self) -> int: ...
    @property
    def instead_of(self) -> str | None: ...
    @property
    def created_at(self) -> Any: ...


W = TypeVar("W", bound=Way)


def in_order(channels: Iterable[W]) -> list[W]:
    """As the town has put them; of equals the older first."""
    return sorted(channels, key=lambda c: (c.rank, c.created_at, c.id))


def heads(channels: Sequence[W], reach: str, kind: str) -> list[W]:
    """Each group's (or the staff's) first channel in use, of those that take this kind of message."""
    firsts = [c for c in in_order(channels) if c.reach == reach and c.instead_of is None]
    in_use = (next((c for c in line(channels, first.id) if c.active), None) for first in firsts)
    return [c for c in in_use if c is not None and kind in c.about]


def line(channels: Sequence[W], channel: str | None) -> list[W]:
    """The channel that somebody stands in for, then all that do, for any of them; empty for one that is gone."""
    found = next((c for c in channels if c.id == channel), None)
    if found is None:
        return []
    first = found.instead_of or found.id
    return [c for c in channels if c.id == first] + in_order(c for c in channels if c.instead_of == first)
