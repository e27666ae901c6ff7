"""Attempts that are counted: guessing is slow, and nobody can use the counts to keep somebody else out.

Counts are in the database, so that all processes and machines count together. Their keys are keyed hashes: the
table tells neither logins nor addresses.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import math
from datetime import timedelta

from flask import current_app, request
from limits import RateLimitItem, parse_many

from models.store import Store

from .errors import ApiError

SEPARATOR = "\x1f"


def count(store: Store, limits: str, *what: str) -> None:
    """Count an attempt against limits such as "10 per minute; 60 per hour". Raises ApiError (429)."""
    for limit in parse_many(limits):
        window = timedelta(seconds=limit.get_expiry())
        wait = store.attempts.hit(_key(limit, what), limit.amount, window)
        if wait is not None:
            seconds = max(1, math.ceil(wait.total_seconds()))
            raise ApiError("too_many_attempts", headers={"Retry-After": str(seconds)})


def forgive(store: Store, limits: str, *what: str) -> None:
    """Forget the attempts that `count` counted."""
    store.attempts.forgive(_key(limit, what) for limit in parse_many(limits))


def mark(store: Store, limits: str, *what: str) -> None:
    """Have `seen` know of it, for as long as the window is open."""
    for limit in parse_many(limits):
        store.attempts.hit(_key(limit, what), limit.amount, timedelta(seconds=limit.get_expiry()))


def seen(store: Store, limits: str, *what: str) -> bool:
    """Whether something was counted in a window that is still open."""
    return any(store.attempts.count(_key(limit, what)) for limit in parse_many(limits))


def digest(*parts: str) -> str:
    """A keyed hash: of no use to whoever has the table and not the service's secret."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    text = SEPARATOR.join(parts).encode("utf-8", "surrogatepass")
    return hmac.new(secret, text, hashlib.sha256).hexdigest()


def network() -> str:
    """The caller's address; of IPv6 the /64, which is one household or office."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((address, 64 if address.version == 6 else 32), strict=False))


def _key(limit: RateLimitItem, what: tuple[str, ...]) -> str:
    return digest("attempts", f"{limit.amount}/{limit.get_expiry()}", *what)
