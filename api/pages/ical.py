"""Duties as iCalendar (RFC 5545) says them.

A calendar is often kept with a company that has nothing to do with the town: a person's own feed names nobody, a
post's feed names people as public sheets do (张*), and neither has a telephone number in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from icalendar import Alarm, Calendar, Event, Timezone

from api.access import store
from api.language import language
from models.feeds import Entry, Feed
from models.privacy import public_name
from models.records import Named

from .shifts import kind_of

ALARMS = (timedelta(hours=12), timedelta(hours=2))
"""So long before a duty of one's own."""
REFRESH = timedelta(hours=1)


def calendar(feed: Feed, entries: Sequence[Entry]) -> bytes:
    """The feed as text/calendar."""
    made, zone = Calendar(), ZoneInfo(feed.town.zone)
    named = _Names(feed, entries)
    made.add("prodid", "-//Sanban//Sanban 1.0//ZH")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", _("我的班") if feed.noun == "person" else _("%(post)s 值班", post=named.post(feed.id)))
    made.add("x-wr-timezone", feed.town.zone)
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT1H")
    made.add_component(_timezone(feed.town.zone, entries))
    for entry in entries:
        made.add_component(_event(feed, entry, named, zone))
    return bytes(made.to_ical())


def uid(feed: Feed, entry: Entry) -> str:
    """The same for the same duty as long as the town exists, and telling nothing."""
    named = "\x1f".join((feed.town.id, feed.noun, feed.id, entry.week.isoformat(), entry.duty.id))
    return f"{hashlib.sha256(named.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}@sanban"


class _Names:
    """What the ids of a feed are called, in the language that was asked for."""

    def __init__(self, feed: Feed, entries: Sequence[Entry]) -> None:
        teams = [a for entry in entries for a in entry.team]
        self._found = store().things.named(
            feed.town.id,
            {
                "posts": {entry.duty.post for entry in entries if entry.duty.post}
                | ({feed.id} if feed.noun == "post" else set()),
                "positions": {a.position for a in teams},
                "people": {a.person for a in teams} if feed.noun == "post" else set(),
            },
        )

    def of(self, noun: str, id_: str) -> Named:
        return self._found.get((noun, id_)) or Named(id_)

    def post(self, id_: str) -> str:
        return self._said("posts", id_)

    def position(self, id_: str) -> str:
        return self._said("positions", id_)

    def person(self, id_: str) -> str:
        found = self._found.get(("people", id_))
        return public_name(found.name) if found else "*"

    def _said(self, noun: str, id_: str) -> str:
        found = self.of(noun, id_)
        return found.name_en if found.name_en and language() == "en" else found.name


def _event(feed: Feed, entry: Entry, named: _Names, zone: ZoneInfo) -> Event:
    duty, event = entry.duty, Event()
    place = named.of("posts", duty.post) if duty.post else Named(duty.place or duty.name)
    event.add("uid", uid(feed, entry))
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at.replace(microsecond=0))
    event.add("last-modified", entry.changed_at.replace(microsecond=0))
    event.add("dtstart", _written(duty.start, zone))
    event.add("dtend", _written(duty.end, zone))
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.cancelled else "OPAQUE")
    event.add("class", "PRIVATE")
    where = named.post(duty.post) if duty.post else place.name
    summary = _summary(feed, entry, named, where, zone)
    event.add("summary", _("已取消：%(duty)s", duty=summary) if entry.cancelled else summary)
    event.add("location", "，".join(part for part in (where, place.directions) if part))
    event.add("description", _description(feed, entry, named, place))
    if place.latitude is not None and place.longitude is not None:
        event.add("geo", (place.latitude, place.longitude))
    for before in ALARMS if feed.noun == "person" and not entry.cancelled else ():
        event.add_component(_alarm(before, summary))
    return event


def _summary(feed: Feed, entry: Entry, named: _Names, where: str, zone: ZoneInfo) -> str:
    words = {"D": _("早班"), "E": _("中班"), "N": _("夜班"), "R": _("跑腿")}
    kind = words[kind_of(entry.duty, zone)]
    if feed.noun == "person":
        return f"{kind} · {where} · {named.position(entry.team[0].position)}"
    needed = sum(seat.min for seat in entry.duty.seats)
    figures = {"there": len(entry.team), "needed": needed}
    return _("%(shift)s · %(where)s（%(there)s/%(needed)s 人）", shift=kind, where=where, **figures)


def _description(feed: Feed, entry: Entry, named: _Names, place: Named) -> str:
    lines = [_("岗位：%(position)s", position=named.position(a.position)) for a in entry.team]
    if feed.noun == "post":
        said = ((named.position(a.position), named.person(a.person)) for a in entry.team)
        lines = [f"{position}：{person}" for position, person in said]
    if place.bring and feed.noun == "person":
        lines.append(_("带上：%(things)s", things=place.bring))
    lines.append(_("以个人页面上最新发布的班表为准。") if feed.noun == "person" else _("以最新发布的班表为准。"))
    return "\n".join(lines)


def _alarm(before: timedelta, summary: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", -before)
    return alarm


def _timezone(zone: str, entries: Sequence[Entry]) -> Timezone:
    """The zone's own rules for the years that the feed speaks of."""
    years = [entry.duty.start.year for entry in entries] or [2026]
    made: Timezone = Timezone.from_tzid(
        zone, first_date=date(min(years) - 1, 1, 1), last_date=date(max(years) + 2, 1, 1)
    )
    made.pop("comment", None)
    return made


def _written(instant: datetime, zone: ZoneInfo) -> datetime:
    """In the town's own time; in UTC in the hour that the clock shows a second time, which no zone's name can tell."""
    local = instant.astimezone(zone)
    return instant.astimezone(UTC) if local.fold else local
