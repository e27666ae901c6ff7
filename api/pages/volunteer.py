"""A volunteer's phone page: the personal link is the key, so that no password and no script is needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import abort, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.access import Volunteer, public, store, town_or_404, volunteer_who_opened
from api.errors import ApiError
from api.language import language
from api.security import csrf
from api.sentences import sentence
from models.links import Opened
from models.records import Named, PublishedDuty, Town

from .duty_card import DutyCard, Handover, card, map_link
from .routes import blueprint

DAYS_AHEAD = 14
SHOWN = 8
"""Of the others on the next duty, as the template has it."""
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
    """Raises ApiError (410) when the link is unknown, expired or revoked; leads to the form when it needs a code."""
    return visitor(token, store().links.open(token) if token else None)


def visitor(token: str, opened: Opened | None, now: datetime | None = None) -> Visit:
    """The same for a link that has been looked up already, at that instant."""
    try:
        who = volunteer_who_opened(opened)
    except ApiError as error:
        if error.code in ("code_needed", "code_missing"):
            abort(redirect(url_for("pages.enter_code", token=token), 303))
        raise ApiError("gone", text=sentence("bad_link")) from None
    town = town_or_404(who.town)
    return Visit(who, town, ZoneInfo(town.zone), now or store().database.now())


@blueprint.post("/v/<token>/received")
@public
@csrf.exempt
def received(token: str) -> ResponseReturnValue:
    """收到. No CSRF token: nobody can forge this call without the secret that stands in its address."""
    here = visit(token)
    found = _own(here, request.form.get("duty", ""))
    store().acknowledgements.acknowledge(here.town.id, found.week, here.who.person, found.duty.id)
    return redirect(url_for("pages.volunteer", token=token, done="received"), 303)


@blueprint.route("/v/<token>/absence", methods=["GET", "POST"])
@public
@csrf.exempt
def report_absence(token: str) -> ResponseReturnValue:
    """我来不了: asked once more, with room for a reason, then told to the organisers."""
    here = visit(token)
    found = _own(here, request.values.get("duty", ""))
    if request.method == "GET":
        cards = ahead_of(here)
        shown = next(c for c in cards if c.duty == found.duty.id)
        body = render_template(
            "phone_absence.html",
            token=token,
            here=here,
            card=shown,
            names=names_on(here, [shown]),
            large=is_large(),
            done="",
        )
        return keeping_size(body)
    reason = request.form.get("reason", "").strip()[:REASON_LENGTH]
    if not _covering(here, found):
        duty = found.duty
        store().absences.report(here.town.id, here.who.person, duty.start, duty.end, reason, by=here.who.id)
    return redirect(url_for("pages.volunteer", token=token, done="absence"), 303)


@blueprint.post("/v/<token>/withdraw")
@public
@csrf.exempt
def withdraw_absence(token: str) -> ResponseReturnValue:
    """I can come after all, as long as nobody has been put in my place."""
    here = visit(token)
    found = _own(here, request.form.get("duty", ""))
    for absence in _covering(here, found):
        store().absences.withdraw(here.town.id, absence)
    return redirect(url_for("pages.volunteer", token=token, done="withdrawn"), 303)


def ahead_of(here: Visit) -> list[DutyCard]:
    """The published duties of the coming days that are not over, by start."""
    town, person = here.town.id, here.who.person
    closes = here.opens + timedelta(days=DAYS_AHEAD)
    found = store().rosters.ahead(town, person, here.now, closes)
    absences = store().absences.list(town, person=person, start=here.now, end=closes) if found.duties else []
    away = [(a.start, a.end) for a in absences if a.state != "withdrawn"]
    return [card(held, person, here.zone, held.earlier, held.relieved, away) for held in found.duties]


def published_days(weeks: Sequence[tuple[date, date]], today: date) -> tuple[date, date] | None:
    """First and last of the coming days for which a roster is published; None when there is none."""
    until = today + timedelta(days=DAYS_AHEAD - 1)
    days = [(max(first, today), min(last, until)) for first, last in weeks if first <= until and last >= today]
    return (min(first for first, _ in days), max(last for _, last in days)) if days else None


class Names:
    """Names for the ids of posts, positions and people; an id that is gone stands for itself."""

    def __init__(self, town: str, **wanted: set[str]) -> None:
        self._found = store().things.named(town, wanted)

    @classmethod
    def found(cls, named: dict[tuple[str, str], Named]) -> Names:
        """Of what has been looked up already."""
        made = cls.__new__(cls)
        made._found = named
        return made

    def post(self, id_: str) -> str:
        return self._name("posts", id_)

    def position(self, id_: str) -> str:
        return self._name("positions", id_)

    def directions(self, post: str) -> str:
        """How to get there, empty when nobody wrote it."""
        return self._post(post).directions

    def bring(self, post: str) -> str:
        """What to bring, empty when nobody wrote it."""
        return self._post(post).bring

    def map(self, post: str) -> str:
        """The address of a map of this place, empty when nobody knows where it is."""
        found = self._post(post)
        if found.latitude is None or found.longitude is None:
            return ""
        return map_link(self.post(post), found.latitude, found.longitude)

    def person(self, id_: str) -> str:
        return self._name("people", id_)

    def phone(self, id_: str) -> str:
        """The number of somebody, empty when there is none."""
        found = self._found.get(("people", id_))
        return found.phone if found else ""

    def _post(self, id_: str) -> Named:
        return self._found.get(("posts", id_)) or Named(id_)

    def _name(self, noun: str, id_: str) -> str:
        found = self._found.get((noun, id_))
        if found is None:
            return id_
        return found.name_en if found.name_en and language() == "en" else found.name


def names_on(here: Visit, cards: Sequence[DutyCard]) -> Names:
    """Those on some cards, the first of which is shown in full."""
    return Names(here.town.id, **ids_on(cards))


def ids_on(cards: Sequence[DutyCard]) -> dict[str, set[str]]:
    """The ids on some cards by their noun."""
    return {
        "posts": {c.post for c in cards if c.post},
        "positions": {c.position for c in cards},
        "people": {p for c in cards[:1] for p in _shown(c)},
    }


def _shown(c: DutyCard) -> list[str]:
    """The people whom the next duty's card names."""
    sides: list[Handover | None] = [c.handover, c.relief]
    handed = [person for side in sides if side for person in side.people[:SHOWN]]
    return [*([c.leader] if c.leader else ()), *c.others[:SHOWN], *handed]


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


def keeping_size(body: str) -> ResponseReturnValue:
    """The page, remembering the size of print that was chosen."""
    response = make_response(body)
    response.headers["X-Robots-Tag"] = "noindex"
    if request.args.get("large") in {"0", "1"}:
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        response.set_cookie(
            LARGE_COOKIE, request.args["large"], YEAR_SECONDS, path="/v/", secure=secure, httponly=True, samesite="Lax"
        )
    return response
