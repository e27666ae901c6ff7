"""The organiser's gap board: what is short by time slot, offered to teams, claimed by them; the teams' links."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from api.access import actor, can, may, store, town_or_404, town_zone
from api.errors import ApiError, fault, invalid
from api.gap_board import Board, Gap, board, offer
from api.language import language
from api.store_errors import translated
from models.errors import NotFound
from models.gaps import Slot
from scheduler.problem import Problem, Term

from .gap_matrix import matrix, sides
from .gap_view import offered_to, team_rows, time_slots
from .routes import blueprint, local_in, say, town_name

LINK_DAYS = 30
HOURS_TO_CLAIM = 24
"""What the form proposes."""
TEAMS_BESIDE = 4
"""Whose rosters are shown beside the town's at once."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A team's link, which is shown this once, in a text that can be sent to its captain."""

    name: str
    url: str
    text: str


@blueprint.get("/towns/<town>/weeks/<day:start>/gaps")
@may("see_roster")
def gaps(town: str, start: date) -> ResponseReturnValue:
    return _page(town, start)


@blueprint.post("/towns/<town>/weeks/<day:start>/gaps")
@may("edit_rosters")
def offer_gaps(town: str, start: date) -> ResponseReturnValue:
    """Offer the ticked seats to the ticked teams; teams that have no link get one, which is shown this once."""
    form = request.form
    slots, units = _slots(form.getlist("slot")), form.getlist("unit")
    until = local_in(form.get("until", ""))
    if not slots or not units or until is None:
        return _page(town, start, _("请勾选席位和队伍，并填截止时间。")), 422
    try:
        with store().database.together():
            made = offer(town, start, units, slots, until.replace(tzinfo=town_zone()))
            linked = {unit for unit, link in store().team_links.list(town) if link.open}
            fresh = [one.unit for one in made if one.unit not in linked] if can("issue_links") else []
            shown = [_issued(town, start, unit) for unit in fresh]
    except (ApiError, NotFound) as error:
        refused = error if isinstance(error, ApiError) else translated(error)
        return _page(town, start, "".join(say(f.text) for f in refused.faults) or say(refused.sentence())), 422
    flash(ngettext("已提供给 %(num)d 支队伍。", "已提供给 %(num)d 支队伍。", len(made)), "ok")
    if not shown:
        return redirect(url_for("pages.gaps", town=town, start=start), 303)
    return _page(town, start, shown=shown)


@blueprint.post("/towns/<town>/weeks/<day:start>/gaps/<offer>/close")
@may("edit_rosters")
def close_offer(town: str, start: date, offer: str) -> ResponseReturnValue:
    """Nothing more is claimed or given back; what was claimed stays."""
    found = store().gaps.get(town, offer)
    if found.week != start:
        raise ApiError("not_found")
    store().gaps.close(town, offer, actor().id)
    flash(_("已关闭，认领了的仍然有效。"), "ok")
    return redirect(url_for("pages.gaps", town=town, start=start), 303)


@blueprint.post("/towns/<town>/weeks/<day:start>/gaps/links/<unit>")
@may("issue_links")
def team_link(town: str, start: date, unit: str) -> ResponseReturnValue:
    """A new link for a team, which ends the older ones; or (`revoke`) none any more."""
    store().things.get(town, "units", unit)
    if request.form.get("revoke"):
        store().team_links.revoke(town, unit)
        flash(_("队伍链接已撤销。"), "ok")
        return redirect(url_for("pages.gaps", town=town, start=start), 303)
    return _page(town, start, shown=[_issued(town, start, unit, renew=True)])


def _issued(town: str, start: date, unit: str, *, renew: bool = False) -> Shown:
    token = store().team_links.issue(town, unit, LINK_DAYS, renew=renew)
    name = _unit_names(town).get(unit, unit)
    url = url_for("pages.team", token=token, _external=True)
    said = _("【%(town)s】%(team)s：%(day)s 这一周有缺口，请队长打开链接认领：%(url)s（只发给队长，%(days)s 天内有效）",
             town=town_name(town_or_404(town)), team=name, day=start.isoformat(), url=url, days=LINK_DAYS)  # fmt: skip
    return Shown(name, url, said)


def _page(town: str, start: date, trouble: str = "", shown: list[Shown] | None = None) -> str:
    found = board(town, start)
    problem, version = found.problem, found.version
    present = version.assignments if version is not None and found.published else ()
    names, zone, now = _unit_names(town), town_zone(), store().database.now()
    seats = [g for g in found.gaps if problem is not None and _wanted(problem, g)]
    sizes = store().gaps.sizes(town)
    listed = time_slots(problem, seats, offered_to(found.offers, names, present), language()) if problem else ()
    shown_teams = _teams_shown(found, names)
    proposed = (now + timedelta(hours=HOURS_TO_CLAIM + 1)).astimezone(zone).replace(minute=0)
    return render_template(
        "gaps.html",
        town=town_or_404(town),
        start=start,
        week=store().weeks.get(town, start),
        board=found,
        slots=listed,
        matrix=matrix(problem, listed, language()) if problem else None,
        sides=sides(problem, listed, present, found.offers, shown_teams, language()) if problem and shown_teams else (),
        sides_of=[names.get(unit, unit) for unit in shown_teams],
        sides_chosen=shown_teams,
        sides_choices=[(unit, names.get(unit, unit)) for unit in dict.fromkeys(o.unit for o in found.offers)],
        short=sum(slot.short for slot in listed),
        now=now,
        teams=team_rows(found.offers, names, sizes, store().team_links.list(town), present, now, zone),
        units=[(unit, name, sizes[unit]) for unit, name in names.items() if sizes.get(unit)],
        choices=_choices(found),
        until=request.form.get("until") or proposed.strftime("%Y-%m-%dT%H:%M"),
        ticked={name: set(request.form.getlist(name)) if trouble else set() for name in ("slot", "unit")},
        trouble=trouble,
        shown=shown or [],
        json_of=_key,
    )


def _teams_shown(found: Board, names: dict[str, str]) -> list[str]:
    """The teams beside the town's roster: those that the address names, else the first few that have claimed most."""
    there = {offer.unit for offer in found.offers}
    asked = [unit for unit in dict.fromkeys(request.args.getlist("team")) if unit in there]
    claimed = Counter({offer.unit: sum(1 for _ in offer.claims) for offer in reversed(found.offers)})
    first = sorted(there, key=lambda unit: (-claimed[unit], names.get(unit, unit)))
    return (asked or first)[:TEAMS_BESIDE]


def _wanted(problem: Problem, gap: Gap) -> bool:
    """Whether a seat is in the area, and of the position, that the address asks for."""
    area, position = request.args.get("area", ""), request.args.get("position", "")
    at = problem.duty_area[problem.duty_index[gap.duty.id]]
    inside = not area or at in problem.area_and_below.get(area, ())
    return inside and (not position or gap.demand.position == position)


def _choices(found: Board) -> dict[str, list[tuple[str, str]]]:
    """What can be filtered by: areas, and positions in which somebody is missing."""
    problem, lang = found.problem, language()
    if problem is None:
        return {"areas": [], "positions": []}
    there = {gap.demand.position for gap in found.gaps}
    return {
        "areas": [(a.id, problem.name("area", a.id, lang)) for a in problem.areas],
        "positions": [(p.id, problem.name("position", p.id, lang)) for p in problem.positions if p.id in there],
    }


def _unit_names(town: str) -> dict[str, str]:
    found = [unit for unit in store().things.all(town, "units") if isinstance(unit, Term)]
    return {unit.id: unit.label(language()) for unit in found}


def _key(slot: Any) -> str:
    return json.dumps(list(slot), ensure_ascii=False)


def _slots(written: list[str]) -> list[Slot]:
    """The ticked seats. Raises ApiError (422) for what no form of ours sends."""
    found: list[Slot] = []
    for i, text in enumerate(written):
        try:
            duty, position = json.loads(text)
        except (ValueError, TypeError):
            raise invalid([fault(f"slot[{i}]", "bad_value")]) from None
        if not isinstance(duty, str) or not isinstance(position, str):
            raise invalid([fault(f"slot[{i}]", "bad_value")])
        found.append((duty, position))
    return found

