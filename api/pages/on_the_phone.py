"""The volunteer's page on the phone's own screen, and readable without a network: manifest and service worker.

Both belong to one personal link: the worker's scope is that link's page, so that it never sees another person's.
"""

from __future__ import annotations

import json
from pathlib import Path

from flask import Response, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from api.access import public
from api.language import HTML_LANG, language

from .routes import asset, blueprint, town_name
from .volunteer import is_large, keeping_size, visit

ICONS = ((192, "any"), (512, "any"), (512, "maskable"))


@blueprint.get("/v/<token>/install")
@public
def on_the_phone(token: str) -> ResponseReturnValue:
    """How to put the page on the phone's own screen."""
    here = visit(token)
    return keeping_size(render_template("phone_install.html", token=token, here=here, large=is_large(), done=""))


@blueprint.get("/v/<token>/manifest.webmanifest")
@public
def manifest(token: str) -> ResponseReturnValue:
    """Says what to open from the phone's own screen: this link's page and no other."""
    here = visit(token)
    home = url_for("pages.volunteer", token=token)
    body = {
        "id": home,
        "start_url": home,
        "scope": home,
        "name": f"{_('我的班')} · {town_name(here.town)}",
        "short_name": _("我的班"),
        "lang": HTML_LANG[language()],
        "display": "standalone",
        "background_color": "#f7f6f2",
        "theme_color": "#1f5f5b",
        "icons": [
            {"src": asset(f"icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
            for size, purpose in ICONS
        ],
    }
    answer = Response(json.dumps(body, ensure_ascii=False), mimetype="application/manifest+json")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/v/<token>/worker.js")
@public
def worker(token: str) -> ResponseReturnValue:
    """The script that keeps the last state of this link's page. It holds nothing of anybody."""
    script = Path(current_app.static_folder or "") / "js" / "saved.js"
    answer = Response(script.read_bytes(), mimetype="text/javascript")
    answer.headers["Service-Worker-Allowed"] = url_for("pages.volunteer", token=token)
    answer.headers["Cache-Control"] = "no-cache"
    return answer
