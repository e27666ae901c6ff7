"""Signing in with a password, and out."""

from __future__ import annotations

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from api import session
from api.errors import ApiError

from .routes import blueprint, say


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """The form; after it, the page that was asked for."""
    wanted = safe_path(request.values.get("next", ""))
    if request.method == "GET":
        return render_template("sign_in.html", next=wanted, problem=None, login=None)
    login = request.form.get("login", "")
    try:
        session.sign_in(login, request.form.get("password", ""))
    except ApiError as error:
        body = render_template("sign_in.html", next=wanted, problem=say(error.sentence()), login=login)
        return body, error.status, dict(error.headers)
    return redirect(wanted or "/", 303)


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    session.sign_out()
    return redirect("/sign-in", 303)


def safe_path(path: str) -> str:
    """A path of ours to go on to; empty for anything that could lead elsewhere."""
    inside = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if inside else ""
