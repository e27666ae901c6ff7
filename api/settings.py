"""Configuration of the service from the environment; the table of settings is `models/environment.py`."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from border.outbound import SETTING, allowed_by
from models import environment
from models.environment import SettingsError
from models.fitness import refusals
from models.place import data_folder, database_url, kept_secret, queue_url
from models.store import Store
from scheduler.text import Text

__all__ = ["MEBIBYTE", "SettingsError", "checked", "fixed", "from_environment"]
MEBIBYTE = 1024 * 1024
THREADS_FOR_PAGES = 16
"""Of a web process's threads, so many are never given to event streams."""
OIDC = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_NAME", "OIDC_NEW_ACCOUNTS")


def from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """The application's configuration; raises SettingsError with every setting that cannot be used."""
    environment.refuse_faults(environ)
    name = environment.text(environ, "SANBAN_ENV")
    folder = data_folder(environ)
    secure = environment.flag(environ, "SANBAN_SECURE_COOKIES", name == "production")
    return {
        "SANBAN_ENV": name,
        "SANBAN_DATA": str(folder),
        "DATABASE_URL": database_url(environ),
        "QUEUE_URL": queue_url(environ),
        "OUTBOUND_ALLOW": _outbound(environ),
        "SECRET_KEY": environment.text(environ, "SECRET_KEY") or _kept_secret(name, folder),
        "MAX_DOCUMENT_BYTES": environment.whole(environ, "SANBAN_MAX_DOCUMENT_MB") * MEBIBYTE,
        "MAX_BODY_BYTES": environment.whole(environ, "SANBAN_MAX_BODY_MB") * MEBIBYTE,
        "MOST_STREAMS": max(1, environment.whole(environ, "SANBAN_WEB_THREADS") - THREADS_FOR_PAGES),
        "STREAM_SECONDS": environment.whole(environ, "SANBAN_STREAM_SECONDS"),
        "TRUSTED_PROXIES": environment.whole(environ, "SANBAN_TRUSTED_PROXIES"),
        **{name: environment.text(environ, name) for name in OIDC},
        "SIGN_IN_LIMIT": environment.text(environ, "SANBAN_SIGN_IN_LIMIT"),
        "METRICS_TOKEN": environment.text(environ, "SANBAN_METRICS_TOKEN"),
        "LOG_LEVEL": environment.text(environ, "SANBAN_LOG_LEVEL"),
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
        "SIGN_IN_LIMIT_LOGIN": "100 per hour",
        "SIGN_IN_LIMIT_NETWORK": "300 per hour",
        "CODE_LIMIT": "5 per 15 minute",
        "CODE_LIMIT_LINK": "50 per day",
        "FEED_LIMIT": "60 per minute; 600 per hour",
        "API_TITLE": "Sanban 三班",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "MAX_FORM_MEMORY_SIZE": 512 * 1024,
    }


def checked(config: Mapping[str, Any], store: Store) -> None:
    """In production, refuses to go on with what would be unsafe; raises SettingsError with all reasons."""
    if config["SANBAN_ENV"] != "production":
        return
    told = {name: str(config[name]) for name in ("SECRET_KEY", "DATABASE_URL", "SANBAN_DATA") if config.get(name)}
    kept = {name: value for name, value in os.environ.items() if name not in ("SECRET_KEY", "DATABASE_URL")}
    debug = {"FLASK_DEBUG": "1"} if config.get("DEBUG") else {}
    found = refusals({**kept, **told, **debug}, store.database)
    if found:
        raise SettingsError(found)


def _outbound(environ: Mapping[str, str]) -> str:
    """The operator's list of inside addresses, as it is written. Raises SettingsError."""
    try:
        allowed_by(environ)
    except ValueError as error:
        zh = f"{SETTING} 应为以逗号分隔的网段、主机名或 主机名:端口。"
        raise SettingsError([Text(zh, str(error))]) from None
    return environment.text(environ, SETTING)


def _kept_secret(name: str, folder: Path) -> str:
    """A random secret kept beside the data, so that a restart signs nobody out; none in production."""
    if name == "production":
        return ""
    return secrets.token_hex(32) if name == "test" else kept_secret(folder)
