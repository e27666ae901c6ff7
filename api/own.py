"""What belongs to one person and is mostly asked for by themselves: usual week, hours, calendar feed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask.views import MethodView

from models.errors import NotFound
from models.feeds import Noun
from models.said_times import UsualTime

from . import hours
from .access import may, scope, store
from .body import Blueprint
from .conditions import expected, tag, versioned
from .errors import ApiError, fault, invalid
from .idempotency import shows_once
from .language import language
from .people import person_of
from .schemas.own import FeedOut, HoursOut, IssuedFeedOut, UsualTimeGiven, UsualWeekBody, UsualWeekOut
from .schemas.people import Between, BetweenQuery
from .things import Answer
from .wire import instant

LONGEST_DAYS = 366
ABOUT = "Usual weeks, hours, calendar feeds"
of_person = Blueprint("own", __name__, url_prefix="/api/v1/towns/<town>/people/<person>", description=ABOUT)
of_post = Blueprint("post-feed", __name__, url_prefix="/api/v1/towns/<town>/posts/<post>", description=ABOUT)
blueprints = (of_person, of_post)


@of_person.route("/usual-week")
class UsualWeek(MethodView):
    @may("see_people", "own_matters")
    @versioned
    @of_person.response(200, UsualWeekOut)
    def get(self, town: str, person: str) -> Answer:
        """What somebody says about every week"""
        held = store().usual_times.get(town, person)
        return usual_json(held.value), 200, tag(held.revision)

    @may("edit_people", "own_matters")
    @versioned
    @of_person.arguments(UsualWeekBody)
    @of_person.response(200, UsualWeekOut)
    def put(self, body: dict[str, list[UsualTimeGiven]], town: str, person: str) -> Answer:
        """Replace what somebody says about every week; it holds from the next problem that is made on"""
        given, revision = body["times"], expected()
        named = [(t.weekday, t.start, t.end) for t in given]
        twice = [i for i, name in enumerate(named) if name in named[:i]]
        if twice:
            raise invalid([fault(f"times[{i}]", "said_twice") for i in twice])
        usual = [UsualTime(t.weekday, t.start, t.end, t.answer) for t in given]
        held = store().usual_times.set(town, person, usual, revision)
        return usual_json(held.value), 200, tag(held.revision)


@of_person.route("/hours")
class Hours(MethodView):
    @may("see_people", "own_matters")
    @of_person.arguments(BetweenQuery, location="query")
    @of_person.response(200, HoursOut)
    def get(self, query: Between, town: str, person: str) -> dict[str, Any]:
        """Duties of at most a year that are over, with the hours that count"""
        if query.end <= query.start:
            raise invalid([fault("query.end", "end_before_start")])
        if (query.end - query.start).days > LONGEST_DAYS:
            raise invalid([fault("query.end", "too_big", most=LONGEST_DAYS)])
        person_of(town, person)
        return hours_json([hours.record(town, s) for s in store().served.of(town, person, query.start, query.end)])


@of_person.route("/feed")
class PersonFeed(MethodView):
    @may("own_matters", "issue_links")
    @of_person.response(200, FeedOut)
    def get(self, town: str, person: str) -> dict[str, Any]:
        """Whether somebody subscribed to their duties; the address is nowhere"""
        person_of(town, person)
        return feed_json(town, "person", person)

    @may("own_matters", "issue_links")
    @shows_once
    @of_person.response(201, IssuedFeedOut)
    def post(self, town: str, person: str) -> tuple[dict[str, str], int]:
        """Make the calendar feed of somebody's duties; its address is shown this once, the old one ends"""
        return {"path": make_feed(town, "person", person)}, 201

    @may("own_matters", "issue_links")
    @of_person.response(204)
    def delete(self, town: str, person: str) -> None:
        """End somebody's calendar feed"""
        end_feed(town, "person", person)


@of_post.route("/feed")
class PostFeed(MethodView):
    @may("issue_links")
    @of_post.response(200, FeedOut)
    def get(self, town: str, post: str) -> dict[str, Any]:
        """Whether a post's duties have a calendar feed"""
        seen_post(town, post)
        return feed_json(town, "post", post)

    @may("issue_links")
    @shows_once
    @of_post.response(201, IssuedFeedOut)
    def post(self, town: str, post: str) -> tuple[dict[str, str], int]:
        """Make the calendar feed of a post's duties; its address is shown this once, the old one ends"""
        seen_post(town, post)
        return {"path": make_feed(town, "post", post)}, 201

    @may("issue_links")
    @of_post.response(204)
    def delete(self, town: str, post: str) -> None:
        """End a post's calendar feed"""
        seen_post(town, post)
        end_feed(town, "post", post)


def make_feed(town: str, noun: Noun, id_: str, *, external: bool = False) -> str:
    """The address of a new feed, in the language of this request. Raises NotFound."""
    said = {} if language() == "zh" else {"lang": language()}
    return url_for("pages.calendar_feed", key=store().feeds.make(town, noun, id_), _external=external, **said)


def end_feed(town: str, noun: Noun, id_: str) -> None:
    """Raises NotFound."""
    if not store().feeds.revoke(town, noun, id_):
        raise NotFound("feed", id_)


def seen_post(town: str, post: str) -> None:
    """Raises NotFound, ApiError (404) for a post that the caller does not see."""
    if not scope().sees("posts", store().things.get(town, "posts", post).value):
        raise ApiError("not_found")


def feed_json(town: str, noun: Noun, id_: str) -> dict[str, Any]:
    at = store().feeds.made(town, noun, [id_]).get(id_)
    return {"made": at is not None, "created_at": instant(at)}


def usual_json(usual: Sequence[UsualTime]) -> dict[str, Any]:
    return {
        "times": [
            {"weekday": u.weekday, "start": f"{u.start:%H:%M}", "end": f"{u.end:%H:%M}", "answer": u.answer}
            | {"exceptions": sorted(day.isoformat() for day in u.exceptions)}
            for u in usual
        ]
    }


def hours_json(records: Sequence[hours.Record]) -> dict[str, Any]:
    sums = hours.total(records)
    return {
        "items": [
            {
                "record": r.number,
                "week": r.served.week.isoformat(),
                "duty": r.served.duty,
                "position": r.served.position,
                "state": r.served.state,
                "start": instant(r.start),
                "end": instant(r.end),
                "minutes": r.minutes,
                "by_roster": r.by_roster,
            }
            for r in records
        ],
        "minutes": sums.minutes,
        "duties": sums.duties,
        "nights": sums.nights,
    }
