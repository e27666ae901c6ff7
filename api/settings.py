"""Configuration from the environment; every variable is listed in `docs/api.md`."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from models.place import data_folder, database_url

Environment = Literal["production", "development", "test"]
ENVIRONMENTS: tuple[Environment, ...] = ("production", "development", "test")
MEBIBYTE = 1024 * 1024
SHORTEST_SECRET = 32
KNOWN_SECRETS = frozenset({"dev", "development", "secret", "changeme", "change-me", "please-change-me"})


class SettingsError(RuntimeError):
    """The environment is not fit to start with; the text is one sentence for the person who starts the service."""


def from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """The application's configuration; raises SettingsError."""
    name = environ.get("SANBAN_ENV", "development")
    if name not in ENVIRONMENTS:
        raise SettingsError(f"SANBAN_ENV is {name!r}; it must be one of {', '.join(ENVIRONMENTS)}.")
    folder = data_folder(environ)
    secure = _flag(environ, "SANBAN_SECURE_COOKIES", default=name == "production")
    return {
        "SANBAN_ENV": name,
        "SANBAN_DATA": str(folder),
        "DATABASE_URL": database_url(environ),
        "SECRET_KEY": environ.get("SECRET_KEY") or _kept_secret(name, folder),
        "MAX_DOCUMENT_BYTES": _number(environ, "SANBAN_MAX_DOCUMENT_MB", 32) * MEBIBYTE,
        "MAX_BODY_BYTES": _number(environ, "SANBAN_MAX_BODY_MB", 1) * MEBIBYTE,
        "STREAM_SECONDS": _number(environ, "SANBAN_STREAM_SECONDS", 60),
        "TRUSTED_PROXIES": _number(environ, "SANBAN_TRUSTED_PROXIES", 0, least=0),
        "SIGN_IN_LIMIT": environ.get("SANBAN_SIGN_IN_LIMIT", "10 per minute; 60 per hour"),
        "LOG_LEVEL": environ.get("SANBAN_LOG_LEVEL", "info"),
        "SESSION_COOKIE_SECURE": secure,
        "REMEMBER_COOKIE_SECURE": secure,
    }


def fixed() -> dict[str, Any]:
    """What is not up to the environment: cookies, languages, the names of the API document."""
    return {
        "SESSION_COOKIE_NAME": "sanban",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "WTF_CSRF_CHECK_DEFAULT": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_HEADERS": ["X-CSRF-Token"],
        "BABEL_DEFAULT_LOCALE": "zh_Hans_CN",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Shanghai",
        "BABEL_TRANSLATION_DIRECTORIES": str(Path(__file__).parent / "translations"),
        "RATELIMIT_STORAGE_URI": "memory://",
        "API_TITLE": "Sanban 三班",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "MAX_FORM_MEMORY_SIZE": 512 * 1024,
    }


def checked(config: Mapping[str, Any]) -> None:
    """Refuses to go on with a configuration that would be unsafe; raises SettingsError."""
    secret = str(config.get("SECRET_KEY") or "")
    if config["SANBAN_ENV"] == "production" and (len(secret) < SHORTEST_SECRET or secret.lower() in KNOWN_SECRETS):
        raise SettingsError(
            f"SECRET_KEY must be set to at least {SHORTEST_SECRET} random characters in production, for example by: "
            'python -c "import secrets; print(secrets.token_hex(32))"'
        )


def _kept_secret(name: str, folder: Path) -> str:
    """A random secret kept beside the data, so that a restart signs nobody out; none in production."""
    if name == "production":
        return ""
    if name == "test":
        return secrets.token_hex(32)
    kept = folder / "secret-key"
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
    return kept.read_text().strip()


def _number(environ: Mapping[str, str], name: str, default: int, least: int = 1) -> int:
    text = environ.get(name, str(default))
    if not text.isascii() or not text.isdigit() or int(text) < least:
        raise SettingsError(f"{name} is {text!r}; it must be a whole number of at least {least}.")
    return int(text)


def _flag(environ: Mapping[str, str], name: str, default: bool) -> bool:
    text = environ.get(name, "1" if default else "0").lower()
    if text not in {"0", "1", "true", "false", "yes", "no"}:
        raise SettingsError(f"{name} is {text!r}; it must be 1 or 0.")
    return text in {"1", "true", "yes"}
