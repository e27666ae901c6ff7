"""What every response carries, and the token that a cookie session needs for unsafe calls.

Pages: every inline script or style element carries `nonce="{{ csp_nonce() }}"`; style attributes and inline
handlers do not work. Every form carries the token in a hidden field, name="csrf_token" value="{{ csrf_token() }}";
scripts send it as the header X-CSRF-Token. A page whose address already holds a personal link's token may be
exempted with `csrf.exempt(view)`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from flask import Flask, Response, g, request
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf, validate_csrf
from wtforms import ValidationError

from .errors import ApiError, answer

csrf = CSRFProtect()
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def csp_nonce() -> str:
    """The random word that allows this page's own inline scripts and styles."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def csrf_token() -> str:
    """The token that a cookie session sends back with unsafe calls."""
    token: str = generate_csrf()
    return token


def policy() -> str:
    """The Content-Security-Policy: our own files and this page's nonce, nothing from elsewhere."""
    nonce = f"'nonce-{csp_nonce()}'"
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' {nonce}",
            f"style-src 'self' {nonce}",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )


def install(app: Flask) -> None:
    """CSRF protection and security headers for every response."""
    csrf.init_app(app)
    app.jinja_env.globals["csp_nonce"] = csp_nonce

    @app.errorhandler(CSRFError)
    def refused(_: CSRFError) -> Response:
        return answer(ApiError("csrf"))

    @app.after_request
    def secure(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy())
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        headers["Referrer-Policy"] = "same-origin"  # the CSRF check over https reads the referrer
        headers["Permissions-Policy"] = PERMISSIONS
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if app.config["SESSION_COOKIE_SECURE"]:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        if request.endpoint != "static":
            headers.setdefault("Cache-Control", "no-store" if response.mimetype == "text/html" else "private, no-cache")
        return response


def protect(by_cookie: Callable[[], bool]) -> None:
    """Refuse an unsafe call without the right CSRF token: pages always, the API when a cookie signs it in.

    Signing in is free: a browser with the cookie of an old session must get in, and a form of another site
    cannot send JSON.
    """
    if request.method in SAFE_METHODS or request.endpoint is None:
        return
    if not request.path.startswith("/api/"):
        csrf.protect(apply_exemptions=True)
    elif (request.endpoint, request.method) != ("session.SessionView", "POST") and by_cookie():
        try:
            validate_csrf(request.headers.get("X-CSRF-Token"))
        except ValidationError:
            raise ApiError("csrf") from None
