"""The application factory."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from models.store import Store

from . import (
    access,
    acts,
    body,
    errors,
    idempotency,
    language,
    logs,
    metrics,
    nouns,
    oidc,
    security,
    session,
    settings,
    store_errors,
)


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """The service, from the environment; `config` overrides. Raises settings.SettingsError."""
    config = dict(config or {})
    environ = {**os.environ, **{k: str(v) for k, v in config.items() if k.startswith("SANBAN_")}}
    app = Flask("api")
    app.config.update(settings.fixed())
    app.config.update(settings.from_environment(environ))
    app.config.update(config)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]

    app.extensions["sanban_store"] = config.get("STORE") or Store(app.config["DATABASE_URL"])
    settings.checked(app.config, app.extensions["sanban_store"])
    logs.install(app)
    metrics.install(app)
    language.install(app)
    errors.install(app)
    store_errors.install(app)
    body.install(app)
    security.install(app)
    access.install(app)
    acts.install(app)
    session.install(app)
    oidc.install(app)
    nouns.install(app)
    idempotency.install(app)

    proxies = app.config["TRUSTED_PROXIES"]
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    return app
