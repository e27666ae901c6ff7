"""Duty links: issued, shown once with their QR, revoked; and whether new weeks get reserves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from api import duty_links as links
from api.access import can, may, scope, store, town_or_404, town_zone
from api.errors import ApiError
from api.schemas.presence import NewDutyLink
from api.store_errors import translated
from models.duty_links import LinkKind
from scheduler.document import DocumentError
from scheduler.problem import Area, Post

from .areas import in_tree
from .people import label
from .post_screen import picture
from .routes import blueprint

DAYS = (1, 3, 7, 30, 90, 366)


@dataclass(frozen=True, slots=True)
class Made:
    """A link that is shown this once."""

    name: str
    kind: LinkKind
    url: str
    picture: Markup


@blueprint.get("/towns/<town>/duty-links")
@may("issue_links")
def duty_links(town: str) -> ResponseReturnValue:
    return _page(town)


@blueprint.post("/towns/<town>/duty-links")
@may("issue_links")
def issue_duty_link(town: str) -> ResponseReturnValue:
    """Answers with the page and not a redirect: the link is nowhere else."""
    try:
        wanted = _asked()
        token, link = links.issue(town, wanted)
    except DocumentError as error:
        return _page(town, trouble=translated(error)), 422
    except ApiError as error:
        if error.code != "outside_areas":
            raise
        return _page(town, trouble=error), error.status
    url = url_for("pages.post_screen" if link.kind == "screen" else "pages.now_by_link", token=token, _external=True)
    return _page(town, Made(link.name, link.kind, url, picture(url)))


@blueprint.post("/towns/<town>/duty-links/<link>/revoke")
@may("issue_links")
def revoke_duty_link(town: str, link: str) -> ResponseReturnValue:
    if links.revoke(town, link):
        flash(_("已撤销，这个链接不能再打开。"), "ok")
    else:
        flash(_("这个链接早已失效。"), "warning")
    return redirect(url_for("pages.duty_links", town=town), 303)


def _asked() -> NewDutyLink:
    """What the form says; the place is one field: nothing, area:ID or post:ID. Raises ApiError (400)."""
    form = request.form
    kind = next((k for k in get_args(LinkKind) if k == form.get("kind")), None)
    days = form.get("days", "")
    if kind is None or not (days.isascii() and days.isdigit() and len(days) < 5):
        raise ApiError("bad_request")
    what, _colon, id_ = form.get("place", "").partition(":")
    return NewDutyLink(
        kind,
        form.get("name", ""),
        int(days),
        id_ if what == "area" else None,
        id_ if what == "post" else None,
    )


def _page(town: str, made: Made | None = None, trouble: ApiError | None = None) -> str:
    seen, zone = scope(), town_zone()
    areas = [a for a in store().things.all(town, "areas") if isinstance(a, Area) and seen.sees("areas", a)]
    posts = [p for p in store().things.all(town, "posts") if isinstance(p, Post) and seen.sees("posts", p)]
    held = [link for link in store().duty_links.list(town) if links.sees_link(link)]
    return render_template(
        "duty_links.html",
        town=town_or_404(town),
        made=made,
        trouble=trouble,
        sent=request.form,
        held=[(link, link.expires_at.astimezone(zone)) for link in held],
        names={a.id: label(a) for a in areas} | {f"post:{p.id}": label(p) for p in posts},
        areas=in_tree(areas),
        posts=posts,
        label=label,
        whole=seen.whole,
        days=DAYS,
        reserves=store().reserves.policy(town) if can("edit_data") else None,
    )
