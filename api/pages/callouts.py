"""Call-outs: the form for one seat, the page that shows each live, and one-tap answers on the volunteer's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from api.access import actor, may, public, scope, store, town_or_404, town_zone
from api.calling import Eligible, Seat, accept, call_out, eligible, seat_of, urgent
from api.callouts import listed, visible
from api.errors import ApiError
from api.language import language
from api.schemas.callouts import MOST_MINUTES, MOST_WAVE
from api.security import csrf
from api.store_errors import translated
from models.callout_records import Asked, Callout, Pace
from models.errors import AlreadyExists, BrokenRules, Conflict, NotFound
from scheduler.problem import Assignment

from .repair_view import Place, place
from .routes import blueprint, say
from .shifts import person_name
from .volunteer import Visit, visit

SHOWN = 30
"""Call-outs on the page; older ones are in the JSON."""


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody who may take a seat, by name."""

    person: str
    name: str
    found: Eligible


@dataclass(frozen=True, slots=True)
class Card:
    """A call-out as the dispatcher sees it; instants are local."""

    of: Callout
    names: dict[str, str]
    minutes_left: int
    """Until the duty begins; negative once it has."""
    counts: dict[str, int]
    """Answer → how many people."""
    wave_at: datetime | None
    """When the next people are asked; None when there is nobody left to ask."""
    escalates_at: datetime | None

    @property
    def asked(self) -> list[Asked]:
        """Those who were asked, by what they said; waiting ones are only counted."""
        order = {"accepted": 0, "asked": 1, "declined": 2, "unfit": 3, "late": 4}
        some = [a for a in self.of.asked if a.state in order]
        return sorted(some, key=lambda a: order[a.state])


@blueprint.get("/towns/<town>/callouts")
@may("repair")
def callouts(town: str) -> ResponseReturnValue:
    """All call-outs, those under way first; ?part=1 is the list alone, for the page that keeps itself up to date."""
    cards = [_card(found) for found in listed(town)[:SHOWN]]
    page = "parts/callout_list.html" if request.args.get("part") == "1" else "callouts.html"
    return render_template(page, town=town_or_404(town), cards=cards, zone=town_zone())


@blueprint.get("/towns/<town>/weeks/<day:start>/callout")
@may("repair")
def callout_form(town: str, start: date) -> ResponseReturnValue:
    """Who could take one seat, and how they would be asked."""
    return _form(town, start)


@blueprint.post("/towns/<town>/weeks/<day:start>/callout")
@may("repair")
def call_out_seats(town: str, start: date) -> ResponseReturnValue:
    """Ask for one seat or for several at once; those for which people are being asked already stay as they are."""
    form = request.form
    seats = list(zip(form.getlist("duty"), form.getlist("position"), form.getlist("instead"), strict=False))
    if not seats:
        raise ApiError("nothing_to_do")
    asked = 0
    with store().database.together():
        for duty, position, instead in seats[:SHOWN]:
            try:
                made = call_out(town, seat_of(town, start, duty, position, instead), _pace(), actor().id)
            except AlreadyExists:
                continue
            asked += sum(a.state == "asked" for a in made.asked)
    said = ngettext("已发出询问：%(num)d 人。", "已发出询问：%(num)d 人。", asked)
    flash(said if asked else _("没有人可以问，已提醒调度员。"), "ok" if asked else "warning")
    return redirect(url_for("pages.callouts", town=town), 303)


@blueprint.post("/towns/<town>/callouts/<callout>/withdraw")
@may("repair")
def withdraw_callout(town: str, callout: str) -> ResponseReturnValue:
    visible(town, callout)
    try:
        store().callouts.withdraw(town, callout, actor().id)
        flash(_("已取消补位，问过的人会收到通知。"), "ok")
    except Conflict:
        flash(_("这次补位已经结束。"), "warning")
    return redirect(url_for("pages.callouts", town=town), 303)


@blueprint.post("/towns/<town>/callouts/<callout>/answer")
@may("repair")
def answer_callout(town: str, callout: str) -> ResponseReturnValue:
    """What somebody told the dispatcher by telephone."""
    visible(town, callout)
    person = request.form.get("person", "")
    if not scope().sees_person(person):
        raise ApiError("not_found")
    if request.form.get("answer") == "accept":
        said, kind = _accepting(town, callout, person, actor().id)
        flash(said or _("已补上，班表已更新。"), kind)
    else:
        store().callouts.decline(town, callout, person)
    return redirect(url_for("pages.callouts", town=town), 303)


# --- the volunteer's page --------------------------------------------------------------------------------


@blueprint.post("/v/<token>/callouts/<callout>/accept")
@public
@csrf.exempt
def accept_callout(token: str, callout: str) -> ResponseReturnValue:
    """我能来. No CSRF token: nobody can forge this call without the secret that stands in its address."""
    here = visit(token)
    try:
        accept(here.town.id, callout, here.who.person, here.who.id)
    except BrokenRules:
        return _back(token, "unfit")
    except ApiError as error:
        if error.status != 409:
            raise
        return _back(token, "late")
    return _back(token, "called")


@blueprint.post("/v/<token>/callouts/<callout>/decline")
@public
@csrf.exempt
def decline_callout(token: str, callout: str) -> ResponseReturnValue:
    """来不了."""
    here = visit(token)
    store().callouts.decline(here.town.id, callout, here.who.person)
    return _back(token, "declined")


def asked_of(here: Visit) -> Sequence[Callout]:
    """The seats for which somebody is asked now, for the top of their page; one question where there are none."""
    if not store().callouts.asking(here.town.id, here.who.person):
        return ()
    store().callouts.advance(here.town.id)
    return store().callouts.asking(here.town.id, here.who.person)


@blueprint.record_once
def install(state: BlueprintSetupState) -> None:
    """The volunteer's page asks for its own part."""
    state.app.jinja_env.globals["callouts_asked_of"] = asked_of


def _back(token: str, done: str) -> ResponseReturnValue:
    return redirect(url_for("pages.volunteer", token=token, done=done), 303)


def _accepting(town: str, callout: str, person: str, by: str) -> tuple[str, str]:
    """Why it was not to be, empty when it was; and what kind of news that is."""
    try:
        accept(town, callout, person, by)
    except BrokenRules as error:
        first = next(iter(error.report.violations), None)
        why = say(first.text) if first else ""
        return _("现在不能排这个班：%(why)s", why=why), "warning"
    except (ApiError, NotFound) as error:
        refused = error if isinstance(error, ApiError) else translated(error)
        if refused.status == 404:
            raise
        return say(refused.sentence()), "warning"
    return "", "ok"


# --- what is shown ---------------------------------------------------------------------------------------


def _form(town: str, start: date) -> str:
    asked = request.args
    seat = seat_of(town, start, asked.get("duty", ""), asked.get("position", ""), asked.get("instead", ""))
    there = next((c for c in store().callouts.list(town, live=True, week=start) if _same(c, seat)), None)
    found = eligible(seat, scope().sees_person)
    return render_template(
        "callout.html",
        town=town_or_404(town),
        seat=seat,
        place=_place(seat),
        leaver=person_name(seat.problem, seat.instead) if seat.instead else "",
        lines=[Line(e.person, person_name(seat.problem, e.person), e) for e in found],
        pace=Pace(),
        most={"wave": MOST_WAVE, "minutes": MOST_MINUTES},
        urgent=urgent(seat.duty, store().database.now()),
        minutes_left=_minutes_to(seat.duty.start),
        there=there,
    )


def _same(found: Callout, seat: Seat) -> bool:
    return (found.duty, found.position, found.instead) == (seat.duty.id, seat.position, seat.instead)


def _place(seat: Seat) -> Place:
    return place(seat.problem, Assignment("", seat.duty.id, seat.position), language())


def _card(found: Callout) -> Card:
    zone = town_zone()
    counts: dict[str, int] = {}
    for ask in found.asked:
        counts[ask.state] = counts.get(ask.state, 0) + 1
    people = [a.person for a in found.asked if scope().sees_person(a.person)]
    named: dict[tuple[str, str], Any] = dict(store().things.named(found.town, {"people": {*people, found.instead}}))
    names = {id_: thing.name for (_noun, id_), thing in named.items()}
    escalates = found.opened_at.timestamp() + 60 * found.pace.escalate_minutes
    wave = None if found.wave_at is None else found.wave_at.timestamp() + 60 * found.pace.wave_minutes
    return Card(
        of=found,
        names=names,
        minutes_left=_minutes_to(found.start),
        counts=counts,
        wave_at=datetime.fromtimestamp(wave, zone) if wave and found.live and counts.get("waiting") else None,
        escalates_at=datetime.fromtimestamp(escalates, zone) if found.state == "open" else None,
    )


def _minutes_to(start: datetime) -> int:
    return int((start - store().database.now()).total_seconds() // 60)


def _pace() -> Pace:
    """The figures of the form; whatever is none is the default."""
    return Pace(
        wave_size=_figure("wave_size", Pace().wave_size, MOST_WAVE),
        wave_minutes=_figure("wave_minutes", Pace().wave_minutes, MOST_MINUTES),
        escalate_minutes=_figure("escalate_minutes", Pace().escalate_minutes, MOST_MINUTES),
    )


def _figure(name: str, default: int, most: int) -> int:
    written = request.form.get(name, "")
    if not (written.isascii() and written.isdigit() and len(written) < 5):
        return default
    return min(max(int(written), 1), most)
