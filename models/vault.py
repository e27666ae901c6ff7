"""Secrets that have to be used again, such as a robot's key: sealed where they are kept, opened where they are used.

A copy of the database or a backup opens nothing: the keys are in the environment alone. The first key seals, all open,
so that a key can be replaced while everything goes on (`python -m models reseal`).
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from scheduler.text import Text

from .environment import text
from .place import service_secret

SETTING = "SANBAN_VAULT_KEYS"
SHORTEST_KEY = 32
PREFIX = "sealed:1:"
PURPOSE = b"sanban vault 1"
"""What is derived here from the service's secret is good for nothing else."""
NO_KEY = Text(
    f"没有用来加密的密钥：请设置 SECRET_KEY，或 {SETTING}。",
    f"There is no key to seal secrets with: set SECRET_KEY, or {SETTING}.",
)


class NoKey(RuntimeError):
    """There is nothing to seal with; `text` says what to do."""

    def __init__(self) -> None:
        super().__init__(NO_KEY.en)
        self.text = NO_KEY


class Vault:
    """Seals with the first of its keys and opens with any."""

    def __init__(self, keys: Sequence[str]) -> None:
        made = [Fernet(_derived(key)) for key in dict.fromkeys(keys)]
        self._first = made[0] if made else None
        self._all = MultiFernet(made) if made else None

    @classmethod
    def of_environment(cls, environ: Mapping[str, str]) -> Vault:
        """SANBAN_VAULT_KEYS, the newest first; behind them, or alone, what is made from the service's secret."""
        listed = listed_keys(environ)
        secret = service_secret(environ, make=not listed)
        return cls([*listed, *([secret] if secret else [])])

    def seal(self, plain: str) -> str:
        """Raises NoKey."""
        if self._first is None:
            raise NoKey
        return PREFIX + self._first.encrypt(plain.encode()).decode()

    def open(self, sealed: str) -> str | None:
        """None for what none of the keys opens: it was sealed with another one, or is damaged."""
        return self._opened(sealed, self._all)

    def newest(self, sealed: str) -> bool:
        """Whether the first key has sealed it."""
        return self._opened(sealed, self._first) is not None

    @staticmethod
    def _opened(sealed: str, keys: Fernet | MultiFernet | None) -> str | None:
        if keys is None or not is_sealed(sealed):
            return None
        try:
            return keys.decrypt(sealed.removeprefix(PREFIX).encode()).decode()
        except (InvalidToken, UnicodeError):
            return None


def is_sealed(value: object) -> bool:
    """Whether a value has the form of a sealed one, whoever sealed it."""
    return isinstance(value, str) and value.startswith(PREFIX)


def listed_keys(environ: Mapping[str, str]) -> list[str]:
    """The keys of SANBAN_VAULT_KEYS."""
    return text(environ, SETTING).replace(",", " ").split()


def _derived(key: str) -> bytes:
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode("utf-8", "surrogatepass"))
    return urlsafe_b64encode(made)
