"""Random secrets: shown once, kept as hashes."""

from __future__ import annotations

import hashlib
import secrets

TOKEN_BYTES = 32
CODE_DIGITS = 6


def new_token() -> str:
    """256 random bits, fit for an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def new_code() -> str:
    """Six random digits, zeros in front included."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def hash_of(token: str) -> str:
    """What is stored of a token. Nobody guesses 256 random bits, so a fast hash without salt is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
