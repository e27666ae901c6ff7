"""Which language a request is answered in: ?lang=, then the cookie, then Accept-Language, else zh-CN."""

from __future__ import annotations

from functools import partial
from typing import Literal

from babel.support import Translations
from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel

from .spoken import Spoken

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
COOKIE = "sanban_lang"
COOKIE_SECONDS = 365 * 24 * 3600
LOCALES: dict[Language, str] = {"zh": "zh_Hans_CN", "en": "en"}
HTML_LANG: dict[Language, str] = {"zh": "zh-CN", "en": "en"}


def understood(text: str | None) -> Language | None:
    """The language that a tag such as "zh-CN", "zh_Hans_CN" or "en-GB" means; None when we have no such language."""
    start = (text or "").lower().replace("_", "-").split("-")[0]
    return next((language for language in LANGUAGES if language == start), None)


def language() -> Language:
    """The language of this request."""
    if not has_request_context():
        return "zh"
    chosen: Language | None = g.get("language")
    if chosen is None:
        chosen = understood(request.args.get("lang")) or understood(request.cookies.get(COOKIE)) or _accepted()
        g.language = chosen
    return chosen


def _accepted() -> Language:
    for tag, quality in request.accept_languages:
        found = understood(tag)
        if found is not None and quality > 0:
            return found
    return "zh"


def locale() -> str:
    """The Babel locale of this request."""
    return LOCALES[language()]


def install(app: Flask) -> None:
    """Flask-Babel, the cookie that keeps a choice made by ?lang=, and `lang` and `html_lang` in templates."""
    folder = app.config["BABEL_TRANSLATION_DIRECTORIES"]
    words = {str(lang): Translations.load(folder, [LOCALES[lang]]) for lang in LANGUAGES}
    app.jinja_environment = partial(Spoken, words, language)  # type: ignore[assignment]
    Babel(app, locale_selector=locale)
    app.context_processor(lambda: {"lang": language(), "html_lang": HTML_LANG[language()]})

    @app.after_request
    def keep_choice(response: Response) -> Response:
        if request.endpoint == "static":
            return response
        response.headers.setdefault("Content-Language", HTML_LANG[language()])
        response.vary.update(["Accept-Language", "Cookie"])
        chosen = understood(request.args.get("lang"))
        if chosen and response.mimetype == "text/html" and request.cookies.get(COOKIE) != chosen:
            secure = bool(app.config["SESSION_COOKIE_SECURE"])
            response.set_cookie(COOKIE, chosen, COOKIE_SECONDS, secure=secure, httponly=True, samesite="Lax")
        return response
