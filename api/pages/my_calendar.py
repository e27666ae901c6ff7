"""My duties in my own calendar: an address that is shown once, and its end."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.access import public, store
from api.own import make_feed
from api.security import csrf

from .routes import blueprint
from .volunteer import is_large, keeping_size, visit


@blueprint.get("/v/<token>/calendar")
@public
def my_calendar(token: str) -> ResponseReturnValue:
    return _page(token)


@blueprint.post("/v/<token>/calendar")
@public
@csrf.exempt
def make_my_calendar(token: str) -> ResponseReturnValue:
    """Answers with the page and not a redirect: the address is nowhere else. No CSRF token: see `received`."""
    here = visit(token)
    return _page(token, make_feed(here.town.id, "person", here.who.person, external=True))


@blueprint.post("/v/<token>/calendar/end")
@public
@csrf.exempt
def end_my_calendar(token: str) -> ResponseReturnValue:
    here = visit(token)
    store().feeds.revoke(here.town.id, "person", here.who.person)
    return redirect(url_for("pages.my_calendar", token=token, done="ended"), 303)


def _page(token: str, address: str = "") -> ResponseReturnValue:
    here = visit(token)
    at = store().feeds.made(here.town.id, "person", [here.who.person]).get(here.who.person)
    body = render_template(
        "phone_calendar.html",
        token=token,
        here=here,
        address=address,
        made_at=at.astimezone(here.zone) if at else None,
        large=is_large(),
        done=request.args.get("done", ""),
    )
    return keeping_size(body)
