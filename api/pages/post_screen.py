"""A post's screen with a QR and six digits that change every half minute, and the page behind the QR."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

import segno
from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from api import link_codes, post_codes
from api.access import Volunteer, public, store
from api.errors import ApiError
from api.sentences import sentence
from models.records import Town

from .on_duty import opened
from .people import label
from .presence_phone import ME_COOKIE, near
from .routes import blueprint, is_part
from .sayers import Sayers
from .volunteer import Visit, is_large

MOST_KNOWN = 6
"""People of one telephone."""


@blueprint.get("/at/<token>")
@public
def post_screen(token: str) -> ResponseReturnValue:
    """For a tablet at the post. The script asks for the codes alone (?part=1); without it the page comes again."""
    town, link = opened(token)
    if link.kind != "screen" or link.post is None:
        raise ApiError("gone", text=sentence("bad_duty_link"))
    post, now = store().things.get(town.id, "posts", link.post).value, store().database.now()
    where = url_for(
        "pages.scanned",
        ticket=post_codes.ticket(town.id, link.post, now),
        town=town.id,
        post=link.post,
        _external=True,
    )
    body = render_template(
        "post_codes.html" if is_part() else "post_screen.html",
        town=town,
        token=token,
        post=label(post),
        picture=picture(where),
        code=post_codes.code(town.id, link.post, now),
        left=post_codes.seconds_left(now),
        step=post_codes.STEP_SECONDS,
        now=now.astimezone(ZoneInfo(town.zone)),
    )
    response = make_response(body)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def picture(text: str) -> Markup:
    """A QR as SVG, black on white, as large as its box."""
    svg = segno.make(text, error="m", micro=False).svg_inline(omitsize=True, border=2, light="#fff", dark="#000")
    return Markup(svg)  # segno draws it, the text is in its dots alone  # nosec B704


@blueprint.get("/v/here/<ticket>/<town>/<path:post>")
@public
def scanned(ticket: str, town: str, post: str) -> ResponseReturnValue:
    """Behind the QR: whose telephone this is, is known by the personal links that were opened on it."""
    now, known = store().database.now(), visitors(town)
    good = post_codes.ticket_fits(town, post, ticket, now)
    own = [(token, here, held) for token, here in known for held in near(here, post)] if good else []
    name = store().things.named(town, {"posts": [post]}).get(("posts", post)) if own else None
    positions = {held.me.standing.position for _, _, held in own}
    body = render_template(
        "presence_scanned.html",
        good=good,
        known=known,
        own=own,
        place=name,
        names=Sayers.of(town, [], positions) if own else None,
        proof=post_codes.proof(town, post) if own else "",
        large=is_large(),
        here=None,
        token=None,
    )
    return body, 200 if good else 410, {"X-Robots-Tag": "noindex"}


def visitors(town: str) -> list[tuple[str, Visit]]:
    """The people of this town whose links were opened on this telephone; a link that is over counts no more."""
    found: dict[str, tuple[str, Visit]] = {}
    tokens = [value for name, value in request.cookies.items() if name.startswith(ME_COOKIE)]
    for token in tokens[:MOST_KNOWN]:
        link = store().links.open(token)
        if link is None or link.town.id != town:
            continue
        try:
            link_codes.require(store(), link)
        except ApiError:
            continue
        who = Volunteer(link.person.id, link.person.name, town)
        found[who.person] = (token, _visit(who, link.town))
    return list(found.values())


def _visit(who: Volunteer, town: Town) -> Visit:
    return Visit(who, town, ZoneInfo(town.zone), store().database.now().astimezone(UTC))
