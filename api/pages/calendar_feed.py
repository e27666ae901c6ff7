"""The calendar that a subscription gets: a key in the address, text/calendar in the answer."""

from __future__ import annotations

import hashlib

from flask import Response, current_app, g, request
from flask.typing import ResponseReturnValue

from api import attempts
from api.access import public, store
from api.errors import ApiError
from api.language import understood
from api.sentences import sentence

from .ical import calendar
from .routes import blueprint


@blueprint.get("/cal/<key>.ics")
@public
def calendar_feed(key: str) -> ResponseReturnValue:
    """The same bytes as long as nothing has changed, so that clients who ask again get 304."""
    g.language = understood(request.args.get("lang")) or "zh"  # clients ask in the language of their makers
    with store().moment():
        feed = store().feeds.open(key)
        if feed is None:
            body = b""
        else:
            body = calendar(feed, store().feeds.entries(feed))
    limits = current_app.config["FEED_LIMIT"]
    attempts.count(store(), limits, "feed", *((feed.town.id, feed.noun, feed.id) if feed else (attempts.network(),)))
    if feed is None:
        raise ApiError("gone", text=sentence("bad_feed"))
    response = Response(body, mimetype="text/calendar")
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Content-Disposition"] = 'inline; filename="sanban.ics"'
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    return response.make_conditional(request)
