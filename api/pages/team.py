"""A team's page, opened by the captain's link: offered seats, the team's week, claims and returns; without a script."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from api.access import public, store
from api.errors import ApiError
from api.gap_board import choices, claim, gap_of, gaps_of, give_back, offers_of, own_offer, team_of
from api.language import language
from api.problems import problem_for
from api.security import csrf
from models.errors import BrokenRules
from models.gaps import Slot
from models.team_links import Team
from scheduler.problem import Assignment

from .repair_view import place
from .routes import blueprint, say
from .team_view import Offered, colleagues, members, offered, parted


@blueprint.get("/team/<token>")
@public
def team(token: str) -> ResponseReturnValue:
    """Everything that is offered to the team of this link."""
    return _page(token)


@blueprint.get("/team/<token>/<offer>/seat")
@public
def team_seat(token: str, offer: str) -> ResponseReturnValue:
    """One seat: who is on duty there, who of the team could come, and why the others cannot."""
    return _seat(token, offer, _slot())


@blueprint.post("/team/<token>/<offer>/seat")
@public
@csrf.exempt
def claim_seat(token: str, offer: str) -> ResponseReturnValue:
    """No CSRF token: nobody can forge this call without the secret that stands in its address."""
    slot = _slot()
    people = request.form.getlist("person")
    if not people:
        return _seat(token, offer, slot, _("先勾选本队来的人。")), 422
    try:
        made = claim(team_of(token), offer, slot, people)
    except BrokenRules as error:
        why = "".join(say(v.text) for v in error.report.violations[:3])
        return _seat(token, offer, slot, _("没有认领：这样排不合规。%(why)s", why=why)), 422
    except ApiError as error:
        if error.status == 404:
            raise
        return _seat(token, offer, slot, _refusal(error)), error.status
    return redirect(url_for("pages.team", token=token, claimed=len(made)), 303)


@blueprint.post("/team/<token>/<offer>/return")
@public
@csrf.exempt
def return_seat(token: str, offer: str) -> ResponseReturnValue:
    """Somebody cannot come after all: the seat is open again."""
    try:
        give_back(team_of(token), offer, request.form.get("claim", ""))
    except ApiError as error:
        if error.status == 404:
            raise
        return _page(token, say(error.sentence())), error.status
    return redirect(url_for("pages.team", token=token, returned=1), 303)


def _refusal(error: ApiError) -> str:
    left = error.details.get("open")
    if error.code == "seat_taken" and left is not None:
        return ngettext(
            "没有认领：现在只剩 %(num)d 个空席。", "没有认领：现在只剩 %(num)d 个空席。", int(left)
        )
    return "".join(say(f.text) for f in error.faults) or say(error.sentence())


def _slot() -> Slot:
    return request.values.get("duty", ""), request.values.get("position", "")


def _page(token: str, trouble: str = "") -> Response:
    found = team_of(token)
    done = ""
    count = request.args.get("claimed", "")
    if count.isascii() and count.isdigit() and len(count) < 4:
        done = ngettext("已认领 %(num)d 个席位，班表已更新，本人会收到通知。",
                        "已认领 %(num)d 个席位，班表已更新，本人会收到通知。", int(count))  # fmt: skip
    elif request.args.get("returned"):
        done = _("已退回，调度员会知道。")
    body = render_template(
        "team.html", token=token, team=found, offers=_offers(found), trouble=trouble, done=done, here=None
    )
    return _unlisted(body)


def _offers(found: Team) -> list[Offered]:
    now, listed = store().database.now(), []
    for one, version in offers_of(found):
        problem = problem_for(found.town.id, one.week, version)
        gaps = gaps_of(version, one.slots)
        listed.append(offered(problem, one, version, gaps, found.unit, now, language()))
    return listed


def _seat(token: str, offer_id: str, slot: Slot, trouble: str = "") -> Response:
    found = team_of(token)
    one, version = own_offer(found, offer_id)
    gap = gap_of(one, version, slot)
    problem = problem_for(found.town.id, one.week, version)
    able, unable = parted(choices(problem, version, gap, found.unit))
    where = place(problem, Assignment("", *slot), language())
    now: datetime = store().database.now()
    body = render_template(
        "team_seat.html",
        token=token,
        team=found,
        offer=one,
        open=one.takes(now) and gap.duty.start > now,
        until=one.until.astimezone(problem.tz),
        gap=gap,
        place=where,
        colleagues=colleagues(problem, version, gap, found.unit, language()),
        able=able,
        unable=unable,
        days=[problem.start + timedelta(days=i) for i in range(problem.days)],
        week={m.person: m for m in members(problem, version.assignments, found.unit)},
        ticked=set(request.form.getlist("person")),
        trouble=trouble,
        here=None,
    )
    return _unlisted(body)


def _unlisted(body: str) -> Response:
    response = make_response(body)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
