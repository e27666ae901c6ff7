"""The codes of a post: a ticket in its QR and six digits, both new every half minute, from a secret of the post's own.

A post's secret is made from the service's secret and the post's name, so that nothing has to be stored: whoever has
the database alone can make no code. Whoever photographs a screen has half a minute to a minute.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

STEP_SECONDS = 30
DIGITS = 6
TICKET_BYTES = 10
PROOF_SECONDS = 600
"""So long after the scan its page may be tapped."""


def step_of(now: datetime) -> int:
    """The number of the half minute."""
    return int(now.timestamp()) // STEP_SECONDS


def seconds_left(now: datetime) -> int:
    """Until the codes change, 1 to 30."""
    return STEP_SECONDS - int(now.timestamp()) % STEP_SECONDS


def code(town: str, post: str, now: datetime) -> str:
    """Six digits to be typed."""
    return _digits(town, post, step_of(now))


def ticket(town: str, post: str, now: datetime) -> str:
    """What the QR holds: too long to be guessed."""
    return _ticket(town, post, step_of(now))


def code_fits(town: str, post: str, given: str, now: datetime) -> bool:
    """Whether these are the digits of now or of the half minute before; the caller counts the attempts."""
    bare = "".join(given.split())
    return _any(bare, (_digits(town, post, step) for step in (step_of(now), step_of(now) - 1)))


def ticket_fits(town: str, post: str, given: str, now: datetime) -> bool:
    """Whether this is the ticket of now or of the half minute before."""
    return _any(given, (_ticket(town, post, step) for step in (step_of(now), step_of(now) - 1)))


def proof(town: str, post: str) -> str:
    """A word that whoever scanned a good ticket carries to the button."""
    return _signer().dumps([town, post])


def proof_fits(town: str, post: str, given: str) -> bool:
    """Whether a good ticket of this post was scanned within the last minutes."""
    try:
        return bool(_signer().loads(given, PROOF_SECONDS) == [town, post])
    except BadSignature:
        return False


def _any(given: str, right: Iterable[str]) -> bool:
    said = given.encode("utf-8", "surrogatepass")
    return any(hmac.compare_digest(said, one.encode()) for one in right)


def _digits(town: str, post: str, step: int) -> str:
    return f"{int.from_bytes(_made(town, post, 'digits', step)[:8]) % 10**DIGITS:0{DIGITS}}"


def _ticket(town: str, post: str, step: int) -> str:
    return base64.b32encode(_made(town, post, "ticket", step)[:TICKET_BYTES]).decode().lower()


def _made(town: str, post: str, what: str, step: int) -> bytes:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    of_post = hmac.digest(secret, "\x1f".join(("post-codes", town, post)).encode(), hashlib.sha256)
    return hmac.digest(of_post, f"{what}\x1f{step}".encode(), hashlib.sha256)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="post-proof")
