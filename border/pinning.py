"""Libraries that connect by themselves, kept to addresses that were checked.

Inside `only`, names mean what they meant when they were judged, whatever a name server answers a moment later (DNS
rebinding), and nothing else can be found at all: neither a redirect's host, nor a proxy of the environment, nor an
address that is written as one. Other threads are not concerned.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import Any

Resolver = Callable[..., list[Any]]
_pins: ContextVar[Mapping[str, Sequence[str]] | None] = ContextVar("pins", default=None)
_lock = Lock()
_ours: set[Resolver] = set()


@contextmanager
def only(pins: Mapping[str, Sequence[str]]) -> Iterator[None]:
    """This thread connects to these hosts alone, each at the addresses that it was checked for."""
    _stand_before_the_resolver()
    before = _pins.set({_plain(host): tuple(addresses) for host, addresses in pins.items()})
    try:
        yield
    finally:
        _pins.reset(before)


def _stand_before_the_resolver() -> None:
    with _lock:
        if socket.getaddrinfo not in _ours:
            ours = _pinned(socket.getaddrinfo)
            _ours.add(ours)
            socket.getaddrinfo = ours


def _pinned(resolver: Resolver) -> Resolver:
    def getaddrinfo(host: Any, port: Any, *more: Any, **named: Any) -> list[Any]:
        pins = _pins.get()
        if pins is None:
            return resolver(host, port, *more, **named)
        numeric = {**named, "flags": socket.AI_NUMERICHOST}
        outside = _pins.set(None)  # who stands behind us is asked for numbers alone
        try:
            found = [
                entry for address in pins.get(_plain(host), ()) for entry in resolver(address, port, *more, **numeric)
            ]
        finally:
            _pins.reset(outside)
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "This host was not judged.")
        return found

    return getaddrinfo


def _plain(host: Any) -> str:
    written = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    return written.lower().strip("[]").rstrip(".")
