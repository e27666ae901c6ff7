"""The door of a personal link that needs a code: six digits, once a telephone."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api import link_codes
from api.access import public, store
from api.errors import ApiError
from api.security import csrf
from api.sentences import sentence
from models.links import Opened

from .routes import blueprint
from .volunteer import is_large


@blueprint.route("/v/<token>/code", methods=["GET", "POST"])
@public
@csrf.exempt
def enter_code(token: str) -> ResponseReturnValue:
    """No CSRF token: nobody can forge this call without the secret that stands in its address."""
    opened = store().links.open(token)
    if opened is None:
        raise ApiError("gone", text=sentence("bad_link"))
    if not opened.code_needed or link_codes.remembered(opened):
        return redirect(url_for("pages.volunteer", token=token), 303)
    if request.method == "GET":
        return _form(token, opened, None if opened.code else ApiError("code_missing"))
    try:
        link_codes.check(store(), opened, request.form.get("code", ""))
    except ApiError as error:
        return _form(token, opened, error)
    return link_codes.remember(make_response(redirect(url_for("pages.volunteer", token=token), 303)), opened)


def _form(token: str, opened: Opened, error: ApiError | None) -> ResponseReturnValue:
    """The form, which tells nothing of the person whose link it is."""
    body = render_template(
        "phone_code.html",
        token=token,
        here=None,
        large=is_large(),
        problem=error.sentence() if error else None,
        possible=opened.code is not None,
    )
    status = 200 if error is None or request.method == "GET" else error.status
    return body, status, {"X-Robots-Tag": "noindex", **(error.headers if error else {})}
