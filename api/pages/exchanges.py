"""What people take, offer and swap among themselves, as organisers see it; what the town allows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import marshmallow as ma
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from api import exchanging
from api.access import actor, can, may, scope, store, town_or_404, town_zone
from api.errors import ApiError, fault, invalid
from api.exchanges import in_areas, names_of, of_late, to_decide
from api.messages import faults_of
from api.schemas.exchanges import STATES, ExchangePolicyBody
from models.exchange_kinds import Exchange, ExchangePolicy
from scheduler.document import Fault

from .routes import blueprint, say

SHOWN = 200
REASON_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One exchange as a line of the list; instants are local."""

    exchange: Exchange
    asker: str
    partner: str
    asked_at: datetime
    begins_at: datetime
    mine: bool
    """Whether the reader may decide it."""
    why_not: str = ""
    """Why it is no longer possible, when it waits to be approved; empty when it is."""


@blueprint.get("/towns/<town>/exchanges")
@may("see_people")
def exchanges(town: str) -> ResponseReturnValue:
    """Those that wait for approval first, then the others, the latest first."""
    chosen = request.args.get("state", "")
    found = of_late(town)
    waiting = [e for e in found if e.state == "accepted"]
    others = [e for e in found if e.state != "accepted" and chosen in ("", e.state)][:SHOWN]
    names = names_of(town, (p for e in (*waiting, *others) for p in (e.person, e.partner)))
    return render_template(
        "exchanges.html",
        town=town_or_404(town),
        waiting=[_line(e, names, judged=True) for e in waiting],
        others=[_line(e, names) for e in others],
        states=[state for state in STATES if state != "accepted"],
        words=state_words(),
        chosen=chosen,
        policy=store().exchanges.policy(town),
        may_decide=can("approve_exchanges"),
        may_set=can("edit_town") and scope().whole,
        reason_length=REASON_LENGTH,
    )


@blueprint.post("/towns/<town>/exchanges/<exchange>/approve")
@may("approve_exchanges")
def approve_exchange(town: str, exchange: str) -> ResponseReturnValue:
    made = exchanging.approve(town, to_decide(town, exchange).id, actor().id)
    if made.state == "done":
        flash(_("已批准，班表已改好，当事人会收到通知。"), "ok")
    else:
        why = say(made.reason) if made.reason else ""
        flash(_("没能办成：%(why)s 班表没有改动，当事人会收到通知。", why=why), "warning")
    return _back(town)


@blueprint.post("/towns/<town>/exchanges/<exchange>/refuse")
@may("approve_exchanges")
def refuse_exchange(town: str, exchange: str) -> ResponseReturnValue:
    """A refusal needs a reason, which those concerned are told."""
    reason = request.form.get("reason", "").strip()
    if not reason or len(reason) > REASON_LENGTH:
        raise invalid([fault("reason", "required") if not reason else fault("reason", "too_long", most=REASON_LENGTH)])
    exchanging.refuse(town, to_decide(town, exchange).id, actor().id, reason)
    flash(_("已退回，理由会告诉当事人。"), "ok")
    return _back(town)


@blueprint.post("/towns/<town>/exchange-policy")
@may("edit_town")
def exchange_policy(town: str) -> ResponseReturnValue:
    """What people may settle among themselves."""
    given = {name: request.form.get(name, "") for name in ("claims", "offers", "swaps")}
    try:
        wanted: ExchangePolicy = ExchangePolicyBody().load(given)
    except ma.ValidationError as error:
        raise invalid([Fault(*parts) for parts in faults_of(error.messages)]) from None
    revision = request.form.get("revision", "")
    store().exchanges.set_policy(town, wanted, int(revision) if revision.isdecimal() and len(revision) < 8 else -1)
    flash(_("已保存，从现在起照此办理。"), "ok")
    return _back(town)


def state_words() -> dict[str, str]:
    """Each state in a word or two."""
    return {
        "requested": _("等人答复"),
        "accepted": _("待批准"),
        "done": _("已办成"),
        "declined": _("对方不换"),
        "refused": _("未批准"),
        "withdrawn": _("已收回"),
        "expired": _("已过期"),
        "failed": _("未办成"),
    }


def _line(e: Exchange, names: dict[str, str], *, judged: bool = False) -> Line:
    zone, mine = town_zone(), in_areas(e)
    return Line(
        e,
        names[e.person],
        names[e.partner] if e.partner else "",
        e.created_at.astimezone(zone),
        e.expires_at.astimezone(zone),
        mine,
        _obstacle(e) if judged and mine else "",
    )


def _obstacle(e: Exchange) -> str:
    """Why what waits to be approved could not be done now, in full: organisers see whom it is about."""
    try:
        exchanging.judge(exchanging.parts_of(e, exchanging.standings(e)), None, whole=True)
    except ApiError as error:
        return say(error.sentence())
    return ""


def _back(town: str) -> ResponseReturnValue:
    return redirect(url_for("pages.exchanges", town=town), 303)
