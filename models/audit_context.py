"""Who is at work, why, and in which request: set by whoever begins the work, read by the log of changes.

The service sets it for each request, a worker for each solve; commands and migrations are the system itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass, replace

SYSTEM, ANONYMOUS = "system", "anonymous"


@dataclass(frozen=True, slots=True)
class Act:
    """`actor` is an account's id, `person:ID` for a volunteer, or one of the words above."""

    actor: str = SYSTEM
    reason: str | None = None
    request: str | None = None


Source = Callable[[], Act]
_source: ContextVar[Source] = ContextVar("sanban_act", default=Act)


def current() -> Act:
    """Who is at work now."""
    return _source.get()()


def ask(source: Source) -> Token[Source]:
    """From here on `source` knows who is at work, asked at the moment of each change; give the token to `leave`."""
    return _source.set(source)


def leave(token: Token[Source]) -> None:
    """Back to whoever was at work before."""
    _source.reset(token)


@contextmanager
def acting(actor: str, reason: str | None = None, request: str | None = None) -> Iterator[None]:
    """This actor is at work inside the block."""
    token = ask(lambda: Act(actor, reason, request))
    try:
        yield
    finally:
        leave(token)


@contextmanager
def because(reason: str) -> Iterator[None]:
    """The changes inside the block have this reason; whoever is at work stays the same."""
    before = _source.get()
    token = ask(lambda: replace(before(), reason=reason))
    try:
        yield
    finally:
        leave(token)
