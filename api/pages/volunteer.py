"""A volunteer's phone page: the personal link is the key, so that no password and no script is needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.access import Volunteer, store, volunteer_by_token
from api.errors import ApiError
from api.security import csrf
from api.sentences import sentence
from models.errors import NotFound
from models.records import PublishedDuty, RosterVersion, Town
from scheduler.problem import Person

from .duty_card import DutyCard, card, days_of
from .people import label
from .routes import blueprint

DAYS_AHEAD = 14
REASON_LENGTH = 200
LARGE_COOKIE = "sanban_large"
YEAR_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Visit:
    """A person who came by a good link."""

    who: Volunteer
    town: Town
    zone: ZoneInfo
    now: datetime

    @property
    def opens(self) -> datetime:
        """Last midnight."""
        return datetime.combine(self.now.astimezone(self.zone).date(), time(), self.zone)


def visit(token: str) -> Visit:
    """Raises ApiError (410) when the link is unknown, expired or revoked."""
    try:
        who = volunteer_by_token(token)
    except ApiError:
        raise ApiError("gone", text=sentence("bad_link")) from None
    town = store().towns.get(who.town).value
    return Visit(who, town, ZoneInfo(town.zone), datetime.now(UTC))


@blueprint.get("/v/<token>")
def volunteer(token: str) -> ResponseReturnValue:
    """The next duty as a card, then the days ahead."""
    here = visit(token)
    cards = cards_of(here)
    days = published_days(here)
    coming = [c for c in cards if c.end > here.now]
    body = render_template(
        "phone.html",
        token=token,
        here=here,
        next=coming[0] if coming else None,
        minutes_left=int((coming[0].start - here.now).total_seconds() // 60) if coming else 0,
        entries=days_of(cards, *days) if days else [],
        names=Names(here.town.id),
        large=is_large(),
        done=request.args.get("done", ""),
    )
    return _keeping_size(body)


@blueprint.post("/v/<token>/received")
@csrf.exempt
def received(token: str) -> ResponseReturnValue:
    """收到. No CSRF token: nobody can forge this call without the secret that stands in its address."""
    here = visit(token)
    found = _own(here, request.form.get("duty", ""))
    store().acknowledgements.acknowledge(here.town.id, found.week, here.who.person, found.duty.id)
    return redirect(url_for("pages.volunteer", token=token, done="received"), 303)


@blueprint.route("/v/<token>/absence", methods=["GET", "POST"])
@csrf.exempt
def report_absence(token: str) -> ResponseReturnValue:
    """我来不了: asked once more, with room for a reason, then told to the organisers."""
    here = visit(token)
    found = _own(here, request.values.get("duty", ""))
    if request.method == "GET":
        shown = next(c for c in cards_of(here) if c.duty == found.duty.id)
        body = render_template(
            "phone_absence.html",
            token=token,
            here=here,
            card=shown,
            names=Names(here.town.id),
            large=is_large(),
            done="",
        )
        return _keeping_size(body)
    reason = request.form.get("reason", "").strip()[:REASON_LENGTH]
    if not _covering(here, found):
        duty = found.duty
        store().absences.report(here.town.id, here.who.person, duty.start, duty.end, reason, by=here.who.id)
    return redirect(url_for("pages.volunteer", token=token, done="absence"), 303)


@blueprint.post("/v/<token>/withdraw")
@csrf.exempt
def withdraw_absence(token: str) -> ResponseReturnValue:
    """I can come after all, as long as nobody has been put in my place."""
    here = visit(token)
    found = _own(here, request.form.get("duty", ""))
    for absence in _covering(here, found):
        store().absences.withdraw(here.town.id, absence)
    return redirect(url_for("pages.volunteer", token=token, done="withdrawn"), 303)


def cards_of(here: Visit) -> list[DutyCard]:
    """The published duties of the coming days."""
    town, person = here.town.id, here.who.person
    closes = here.opens + timedelta(days=DAYS_AHEAD)
    served = store().rosters.duties_of(town, person, here.now, closes)
    absences = store().absences.list(town, person=person, start=here.now, end=closes)
    away = [(a.start, a.end) for a in absences if a.state != "withdrawn"]
    rosters: dict[date, RosterVersion] = {}
    cards = []
    for held in served:
        if held.week not in rosters:
            rosters[held.week] = store().rosters.get(town, held.week, "published")
        roster = rosters[held.week]
        cards.append(card(held, person, here.zone, roster.duties, roster.assignments, away))
    return sorted(cards, key=lambda c: c.start)


def published_days(here: Visit) -> tuple[date, date] | None:
    """First and last of the coming days for which a roster is published; None when there is none."""
    today = here.opens.date()
    days = [
        (max(w.start, today), min(w.start + timedelta(days=w.days - 1), today + timedelta(days=DAYS_AHEAD - 1)))
        for w in store().weeks.list(here.town.id)
        if w.start + timedelta(days=w.days) > today
        and any(v.state == "published" for v in store().rosters.versions(here.town.id, w.start))
    ]
    days = [(first, last) for first, last in days if first <= last]
    return (min(first for first, _ in days), max(last for _, last in days)) if days else None


class Names:
    """Names for the ids on a card, looked up when they are needed."""

    def __init__(self, town: str) -> None:
        self._town = town
        self._kept: dict[tuple[str, str], str] = {}

    def post(self, id_: str) -> str:
        return self._name("posts", id_)

    def position(self, id_: str) -> str:
        return self._name("positions", id_)

    def person(self, id_: str) -> str:
        return self._name("people", id_)

    def phone(self, id_: str) -> str:
        """The number of somebody, empty when there is none."""
        try:
            found = store().things.get(self._town, "people", id_).value
        except NotFound:
            return ""
        return found.phone if isinstance(found, Person) else ""

    def _name(self, noun: str, id_: str) -> str:
        if (noun, id_) not in self._kept:
            try:
                self._kept[noun, id_] = label(store().things.get(self._town, noun, id_).value)
            except NotFound:
                self._kept[noun, id_] = id_
        return self._kept[noun, id_]


def _own(here: Visit, duty: str) -> PublishedDuty:
    """A published duty of this person that has not ended; raises ApiError (404)."""
    closes = here.opens + timedelta(days=DAYS_AHEAD)
    held = store().rosters.duties_of(here.town.id, here.who.person, here.now, closes)
    found = next((h for h in held if h.duty.id == duty), None)
    if found is None:
        raise ApiError("not_found")
    return found


def _covering(here: Visit, found: PublishedDuty) -> list[str]:
    """Reported drop-outs of this person that cover the duty."""
    duty = found.duty
    held = store().absences.list(here.town.id, state="reported", person=here.who.person, start=duty.start, end=duty.end)
    return [a.id for a in held]


def is_large() -> bool:
    """Large print: ?large=, else what was chosen before."""
    return request.args.get("large", request.cookies.get(LARGE_COOKIE, "0")) == "1"


def _keeping_size(body: str) -> ResponseReturnValue:
    """The page, remembering the size of print that was chosen."""
    response = make_response(body)
    response.headers["X-Robots-Tag"] = "noindex"
    if request.args.get("large") in {"0", "1"}:
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        response.set_cookie(
            LARGE_COOKIE, request.args["large"], YEAR_SECONDS, path="/v/", secure=secure, httponly=True, samesite="Lax"
        )
    return response
