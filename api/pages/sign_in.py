"""Signing in with a password, and out."""

from __future__ import annotations

import flask_login
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api import oidc, session
from api.access import public
from api.errors import ApiError

from .routes import blueprint, say


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
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


@blueprint.get("/sign-in/elsewhere")
@public
def sign_in_elsewhere() -> ResponseReturnValue:
    """On to the other service; with a ticket of "My account", to be joined with it."""
    user = flask_login.current_user
    mine = user.account if user.is_authenticated else None
    callback = url_for("pages.back_from_elsewhere", _external=True)
    return oidc.begin(callback, request.args.get("joining", ""), safe_path(request.args.get("next", "")), mine)


@blueprint.get("/sign-in/elsewhere/done")
@public
def back_from_elsewhere() -> ResponseReturnValue:
    """The other service has said who it is."""
    account, wanted, joined = oidc.finish()
    session.enter(account)
    return redirect(url_for("pages.account") if joined else wanted or "/", 303)


@blueprint.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    session.sign_out()
    return redirect("/sign-in", 303)


def safe_path(path: str) -> str:
    """A path of ours to go on to; empty for anything that could lead elsewhere."""
    inside = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if inside else ""
